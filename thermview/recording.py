"""What a recording is: equally sized frames of one quantity at one frame rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[Any]


@dataclass(frozen=True)
class Quantity:
    """What one pixel value means; decides the unit and the colour bar's label."""

    name: str
    unit: str
    estimated: bool = False

    @property
    def label(self) -> str:
        """Name with unit, as a colour bar shows it."""
        estimated = "estimated " if self.estimated and not self.name.startswith("estimated") else ""
        return f"{estimated}{self.name} ({self.unit})" if self.unit else f"{estimated}{self.name}"


APPARENT_TEMPERATURE = Quantity("apparent temperature", "°C")
ESTIMATED_TEMPERATURE = Quantity("estimated temperature", "°C", estimated=True)
RAW_COUNTS = Quantity("raw counts", "DN")
COUNT_DIFFERENCE = Quantity("count difference", "ΔDN")
INTENSITY = Quantity("intensity", "")


class Recording(Protocol):
    """A sequence of equally sized frames; a still has one.

    Frames are (rows, columns) in the file's own dtype, or (rows, columns, 3 or 4) RGB / RGBA of uint8
    for pictures that hold colours and no quantity. Frame indices count from 0. Implementations may be
    called from any thread; they raise ReadError when the file fails under them.
    """

    @property
    def name(self) -> str:
        """File name without suffix."""

    @property
    def path(self) -> Path:
        """Where it was opened from; inside a zipped batch a virtual path `Type1.zip/0001.npz`."""

    @property
    def kind(self) -> str:
        """The reader's name for it: "laser video", "picture", "film", ..."""

    @property
    def quantity(self) -> Quantity:
        """What a pixel value means."""

    @property
    def frame_rate(self) -> float | None:
        """Hz, or None where unknown or for a still."""

    @property
    def timestamps(self) -> NDArray[np.float64] | None:
        """Seconds from the first frame, one per frame, where the file holds them."""

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What the file says of itself; JSON-able values."""

    @property
    def issues(self) -> Sequence[str]:
        """What is wrong with the file though it reads, one sentence each."""

    @property
    def frame_shape(self) -> tuple[int, ...]:
        """(rows, columns) or (rows, columns, channels)."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of one pixel value."""

    @property
    def loaded(self) -> int:
        """How many frames from the first are at hand without further decoding."""

    def __len__(self) -> int: ...

    def frame(self, index: int) -> Frame:
        """One frame; IndexError outside 0 .. len - 1."""

    def frames(self, first: int, stop: int) -> Frame:
        """Frames first .. stop - 1 as (n, rows, columns[, channels]); clipped to the recording."""

    def close(self) -> None: ...


@dataclass(eq=False)  # a recording is equal to itself alone: pixels are not compared by the way
class ArrayRecording:
    """A recording whose frames can be indexed like an array (in memory, mapped, or an HDF5 dataset).

    `data` is (frames, rows, columns) or (frames, rows, columns, channels).
    """

    name: str
    path: Path
    kind: str
    data: Any
    quantity: Quantity = INTENSITY
    frame_rate: float | None = None
    timestamps: NDArray[np.float64] | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    issues: Sequence[str] = ()

    @property
    def frame_shape(self) -> tuple[int, ...]:
        return tuple(int(n) for n in self.data.shape[1:])

    @property
    def dtype(self) -> np.dtype[Any]:
        dtype: np.dtype[Any] = np.dtype(self.data.dtype)
        return dtype

    @property
    def loaded(self) -> int:
        return len(self)

    def __len__(self) -> int:
        return int(self.data.shape[0])

    def frame(self, index: int) -> Frame:
        check_index(index, len(self))
        return np.asarray(self.data[index])

    def frames(self, first: int, stop: int) -> Frame:
        return np.asarray(self.data[max(first, 0) : max(min(stop, len(self)), 0)])

    def close(self) -> None:
        """Nothing is held open."""


def check_index(index: int, length: int) -> None:
    """Raise IndexError unless 0 <= index < length: a frame index is never counted from the end."""
    if not 0 <= index < length:
        raise IndexError(f"frame {index} of {length}")


def time_of(recording: Recording, index: int) -> float | None:
    """Seconds from the first frame to frame `index`, or None where the recording has no clock."""
    if recording.timestamps is not None and index < len(recording.timestamps):
        return float(recording.timestamps[index])
    if recording.frame_rate:
        return index / recording.frame_rate
    return None


def frame_at(recording: Recording, time_s: float) -> int:
    """The index of the frame nearest to a time; 0 where the recording has no clock."""
    if recording.timestamps is not None and len(recording.timestamps):
        nearest = int(np.argmin(np.abs(recording.timestamps - time_s)))
    else:
        nearest = round(time_s * recording.frame_rate) if recording.frame_rate else 0
    return min(max(nearest, 0), len(recording) - 1)


def is_colour(recording: Recording) -> bool:
    """True for pictures of colours: their pixels are not a quantity."""
    return len(recording.frame_shape) == 3
