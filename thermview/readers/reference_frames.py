"""Mean frames to compare others with: of a stretch of a recording, or of many recordings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from thermview.errors import ReadError
from thermview.jobs import Progress, Steps
from thermview.readers.filtered import can_filter
from thermview.recording import Quantity, Recording
from thermview.thermal.difference import same_kind
from thermview.thermal.filters import Reference

MOST_OF_EACH = 1000
"""Frames of a recording that count at most, evenly chosen: more would not change a mean that is looked at."""
_BLOCK = 64


def mean_of_range(recording: Recording, first: int, stop: int, words: str, words_from_0: str = "") -> Steps:
    """The mean of frames first .. stop - 1; the last step's result is a Reference. ReadError where a frame fails.

    `words` count frames from 1, `words_from_0` from 0: see Reference.
    """
    total = _Sum(recording.frame_shape[:2])
    wanted = np.unique(np.linspace(first, stop - 1, min(stop - first, MOST_OF_EACH)).round().astype(int))
    for at in range(0, len(wanted), _BLOCK):
        total.add(recording, wanted[at : at + _BLOCK])
        yield Progress(min(at + _BLOCK, len(wanted)), len(wanted), unit="frames")
    chosen = "" if len(wanted) == stop - first else f" ({len(wanted)} of them)"
    from_0 = words_from_0 + chosen if words_from_0 else ""
    reference = Reference(total.mean(), words + chosen, from_0, recording.quantity)
    yield Progress(len(wanted), len(wanted), reference, "frames")


def mean_of_recordings(
    openers: Sequence[Callable[[], Recording]],
    shape: tuple[int, int],
    quantity: Quantity,
    words: Callable[[int], str],
) -> Steps:
    """The mean of several recordings' frames of one size and quantity; others, and unreadable ones, are left out.

    `words` gets how many counted. The last step's result is a Reference, or None where none did.
    """
    total, counted = _Sum(shape), 0
    for number, opener in enumerate(openers):
        try:
            recording = opener()
        except ReadError:
            continue
        try:
            if (
                can_filter(recording)
                and recording.frame_shape == shape
                and same_kind(recording.quantity, quantity)
            ):
                length = len(recording)
                wanted = np.unique(np.linspace(0, length - 1, min(length, MOST_OF_EACH)).round().astype(int))
                total.add(recording, wanted)
                counted += 1
        except ReadError:
            continue
        finally:
            recording.close()
        yield Progress(number + 1, len(openers), unit="recordings")
    reference = Reference(total.mean(), words(counted), quantity=quantity) if counted else None
    yield Progress(len(openers), len(openers), reference, "recordings")


class _Sum:
    """Sums and counts per pixel, so that pixels without a value in some frames have a mean of the others."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._sum, self._count = np.zeros(shape), np.zeros(shape)

    def add(self, recording: Recording, wanted: np.ndarray[tuple[int], np.dtype[np.intp]]) -> None:
        if len(wanted) and wanted[-1] - wanted[0] + 1 == len(wanted):
            frames = recording.frames(int(wanted[0]), int(wanted[-1]) + 1)
        else:
            frames = np.stack([recording.frame(int(index)) for index in wanted])
        there = np.isfinite(frames)
        self._sum += np.where(there, frames, 0).sum(axis=0, dtype=np.float64)
        self._count += there.sum(axis=0)

    def mean(self) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        with np.errstate(invalid="ignore"):
            return np.asarray(self._sum / np.where(self._count > 0, self._count, np.nan), np.float32)
