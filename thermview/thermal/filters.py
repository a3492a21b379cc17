"""What can be done with frames before they are shown: held, averaged, compared with a reference, smoothed.

For the eye alone: what is stored, scored and exported stays as it was recorded unless someone asks otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ThermviewError
from thermview.recording import Frame, Quantity
from thermview.thermal.ticks import number_text

Hold = Literal["none", "maximum", "minimum", "mean"]
HOLDS: tuple[Hold, ...] = ("none", "maximum", "minimum", "mean")
MOST_FRAMES = 1000
"""Frames that a sliding window may hold; a hold since a frame has no limit."""


@dataclass(frozen=True, eq=False)
class Reference:
    """What is taken off every frame: `pixels` (rows, columns) float32, and in `words` where they are from.

    `quantity` is what they mean, None where that is not known. `words_from_0` says the same as `words` with frames
    counted from 0, as files and the command line count; empty where equal.
    """

    pixels: NDArray[np.float32]
    words: str
    words_from_0: str = ""
    quantity: Quantity | None = None


@dataclass(frozen=True)
class Filters:
    """What is done, in this order: frames of a window are held, the reference is taken off, 3 x 3 medians are taken.

    The window of frame k is the last `frames` frames up to k or, where `since` is given, those from there to k (for
    a k before it the frame alone).
    """

    hold: Hold = "none"
    frames: int = 10
    since: int | None = None
    reference: Reference | None = None
    median: bool = False

    @property
    def on(self) -> bool:
        """True where frames are not shown as they are."""
        return self.hold != "none" or self.reference is not None or self.median

    def window(self, index: int) -> int:
        """The first frame of the window that ends with frame `index`."""
        if self.hold == "none":
            return index
        if self.since is not None:
            return min(self.since, index)
        return max(index - self.frames + 1, 0)

    def quantity(self, stored: Quantity) -> Quantity:
        """What filtered pixels mean."""
        return stored if self.reference is None else difference_of(stored)

    def words(self, count_from: Literal[0, 1] = 1) -> str:
        """What is done, as it is said beside the frame; empty where nothing is.

        The window counts frames from 1, files and the command line from 0.
        """
        parts = []
        if self.hold != "none":
            over = (
                f"the last {number_text(self.frames, 0)} frames"
                if self.since is None
                else f"all frames since frame {number_text(self.since + count_from, 0)}"
            )
            parts.append(f"{self.hold} of {over}")
        if self.reference is not None:
            reference = self.reference
            words = reference.words if count_from else reference.words_from_0 or reference.words
            parts.append(f"minus {words}")
        if self.median:
            parts.append("median of 3 \u00d7 3 pixels")
        return ", ".join(parts)


def difference_of(quantity: Quantity) -> Quantity:
    """What the difference of two values of a quantity is: kelvins of temperatures, never °C."""
    if quantity.unit == "°C":
        return Quantity(f"{quantity.name} difference", "K", quantity.estimated)
    if quantity.unit == "DN":
        return Quantity("count difference", "\u0394DN", quantity.estimated)
    name = quantity.name if quantity.name.endswith("difference") else f"{quantity.name} difference"
    return replace(quantity, name=name)


def held(frames: Frame, hold: Hold) -> Frame:
    """The maximum, minimum or mean per pixel of frames (n, rows, columns); the last of them for "none".

    Pixels without a value are left out; where no frame has one there is none. The mean is float32, else the type stays.
    """
    if hold == "none":
        return np.asarray(frames[-1])
    if hold == "mean":
        return _mean(frames)
    reduce = np.fmax if hold == "maximum" else np.fmin
    return np.asarray(reduce.reduce(frames, axis=0))


def _mean(frames: Frame) -> NDArray[np.float32]:
    if frames.dtype.kind != "f":
        return np.asarray(frames.mean(axis=0, dtype=np.float64), np.float32)
    there = np.isfinite(frames)
    if there.all():
        return np.asarray(frames.mean(axis=0, dtype=np.float64), np.float32)
    counts = there.sum(axis=0)
    total = np.where(there, frames, 0).sum(axis=0, dtype=np.float64)
    return np.where(counts > 0, total / np.maximum(counts, 1), np.nan).astype(np.float32)


def finished(frame: Frame, filters: Filters) -> Frame:
    """A held frame (rows, columns) with the reference taken off and medians taken; the frame given is not changed.

    ThermviewError where the reference has another size.
    """
    if filters.reference is not None:
        reference = filters.reference.pixels
        if reference.shape != frame.shape:
            rows, columns = reference.shape
            raise ThermviewError(
                f"The reference has {columns} x {rows} pixels, this frame {frame.shape[1]} x {frame.shape[0]}; "
                "choose another reference."
            )
        frame = frame.astype(np.float32) - reference
    return median_3x3(frame) if filters.median else frame


def median_3x3(frame: Frame) -> Frame:
    """The median of each pixel and its eight neighbours; at the edges those outside repeat the edge.

    Pixels without a value are left out of it; of even numbers of values the mean of the middle two is taken.
    """
    whole = frame.dtype.kind != "f" or bool(np.isfinite(frame).all())
    if whole and frame.dtype in (np.uint8, np.uint16, np.int16, np.float32):
        import cv2  # most windows never need it

        return np.asarray(cv2.medianBlur(np.ascontiguousarray(frame), 3), frame.dtype)
    padded = np.pad(frame, 1, mode="edge")
    rows, columns = frame.shape
    around = np.stack(
        [padded[down : down + rows, right : right + columns] for down in range(3) for right in range(3)]
    )
    if whole:
        return np.asarray(np.median(around, axis=0), frame.dtype)
    missing = np.isnan(around).all(axis=0)
    middle = np.nanmedian(np.where(missing, 0, around), axis=0)
    return np.where(missing, np.nan, middle).astype(frame.dtype)
