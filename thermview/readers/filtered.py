"""A recording seen through display filters: the same frames, held, compared and smoothed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from thermview.errors import ReadError, ThermviewError
from thermview.readers.around import RecordingAround
from thermview.recording import Frame, Quantity, Recording, check_index, is_colour
from thermview.thermal.filters import Filters, Hold, finished, held

BLOCK_BYTES = 32 << 20
KEPT_BYTES = 64 << 20


def can_filter(recording: Recording) -> bool:
    """True where pixels are numbers: colours are neither held nor taken off each other."""
    return not is_colour(recording)


class FilteredRecording(RecordingAround):
    """A recording whose frames are filtered when asked for; random access gives what stepping there gives.

    ReadError where the reference does not fit its frames. Closing it closes the inner recording.
    """

    def __init__(self, inner: Recording, filters: Filters) -> None:
        super().__init__(inner)
        self.filters = filters
        self._window = _Window(inner)
        self._since = _SinceHold(inner, filters.hold)

    @property
    def quantity(self) -> Quantity:
        return self.filters.quantity(self.inner.quantity)

    @property
    def metadata(self) -> Mapping[str, Any]:
        return {**self.inner.metadata, "filter": self.filters.words()}

    @property
    def issues(self) -> Sequence[str]:
        return (f"Frames are not shown as recorded: {self.filters.words()}.", *self.inner.issues)

    @property
    def dtype(self) -> np.dtype[Any]:
        changes = self.filters.hold == "mean" or self.filters.reference is not None
        return np.dtype(np.float32) if changes else self.inner.dtype

    def frame(self, index: int) -> Frame:
        """One filtered frame; IndexError and ReadError as of the inner recording."""
        check_index(index, len(self))
        try:
            return finished(self._held(index), self.filters)
        except ReadError:
            raise
        except ThermviewError as error:
            raise ReadError(str(error)) from error

    def frames(self, first: int, stop: int) -> Frame:
        """Filtered frames first .. stop - 1, clipped to the recording."""
        first, stop = max(first, 0), min(stop, len(self))
        if first >= stop:
            return np.empty((0, *self.frame_shape), self.dtype)
        return np.stack([self.frame(index) for index in range(first, stop)])

    def _held(self, index: int) -> Frame:
        filters = self.filters
        if filters.hold == "none":
            return self.inner.frame(index)
        if filters.since is not None and index > filters.since:
            return self._since.upto(filters.since, index)
        return held(self._window.frames(filters.window(index), index + 1), filters.hold)


class _Window:
    """Frames of a sliding window; those that the window before held are not read again."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._first, self._kept = 0, np.empty((0, *recording.frame_shape), recording.dtype)

    def frames(self, first: int, stop: int) -> Frame:
        begin, end = self._first, self._first + len(self._kept)
        if begin <= first <= end < stop:
            frames = np.concatenate([self._kept[first - begin :], self._recording.frames(end, stop)])
        elif begin <= first and stop <= end:
            frames = self._kept[first - begin : stop - begin]
        else:
            frames = self._recording.frames(first, stop)
        if frames.nbytes <= KEPT_BYTES:
            self._first, self._kept = first, frames
        return frames


class _SinceHold:
    """A hold over all frames from one on: goes on from where it was, and begins anew for a frame before that."""

    def __init__(self, recording: Recording, hold: Hold) -> None:
        self._recording, self._hold = recording, hold
        self._since, self._next = -1, -1
        self._extreme: Frame | None = None
        self._sum = self._count = np.zeros(0)

    def upto(self, since: int, index: int) -> Frame:
        if since != self._since or index + 1 < self._next or self._next < 0:
            self._since, self._next, self._extreme = since, since, None
            self._sum = np.zeros(self._recording.frame_shape)
            self._count = np.zeros(self._recording.frame_shape)
        frame_bytes = int(np.prod(self._recording.frame_shape)) * self._recording.dtype.itemsize
        block = max(BLOCK_BYTES // max(frame_bytes, 1), 1)
        while self._next <= index:
            stop = min(self._next + block, index + 1)
            self._take(self._recording.frames(self._next, stop))
            self._next = stop
        if self._hold == "mean":
            with np.errstate(invalid="ignore"):
                return np.asarray(self._sum / np.where(self._count > 0, self._count, np.nan), np.float32)
        assert self._extreme is not None
        return self._extreme

    def _take(self, frames: Frame) -> None:
        if self._hold == "mean":
            there = np.isfinite(frames)
            self._sum = self._sum + np.where(there, frames, 0).sum(axis=0, dtype=np.float64)
            self._count = self._count + there.sum(axis=0)
            return
        extreme = held(frames, self._hold)
        self._extreme = (
            extreme if self._extreme is None else held(np.stack([self._extreme, extreme]), self._hold)
        )
