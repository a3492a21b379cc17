"""Frames compared with their batch as they come, by the model's graph in three parts.

What a frame shows by itself is worked out once, when it comes (`match`); where it lies in its cycle once half a
cycle more is known (`track`); how it differs from what it should show half a cycle later (`deviate`). So a camera's
single frame costs one row of each part, and frames in blocks cost no row twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.inference import Model, NormalBatch
from thermview.inference.session import InPlace, Part
from thermview.laser.normality.compare import InOrder, window_sums
from thermview.laser.normality.tables import PHASES

Floats = NDArray[np.float32]
Arrays = list[NDArray[Any]]

MATCHED = ("likelihood", "single", "own_codes", "length", "turned", "weighed", "clock")
SHOWN, TURNED, CLOCK = slice(5), slice(5, 7), slice(7, 8)
"""Places of what is kept of each frame: the frame itself and what it matched, for one part or another."""
TRACKED = ("offset", "phase", "evidence", "order")
EVIDENCE = slice(1 + TRACKED.index("evidence"), 2 + TRACKED.index("evidence"))
"""Its place in what is kept of each placed frame, after what was decided."""
DEVIATES = ("astray", "measures", "features", "facts", "expected", "picture")
ROOM = 64
"""Rows that are kept room for beyond what is needed, so that they are rarely moved."""


@dataclass(frozen=True)
class Parts:
    """The three parts of a model's graph for one of its batches, for any number of rows or for a single one.

    Those for a single row serve one recording only.
    """

    model: Model
    batch: NormalBatch
    rows: int | None

    @cached_property
    def match(self) -> Part | InPlace:
        """Of frames and their indices, MATCHED."""
        return self._part({"frames": self._frames, "frame_index": (self.rows,)}, MATCHED)

    @cached_property
    def track(self) -> Part | InPlace:
        """Of `turned` and `weighed` of the rows around, and each frame's clock and row, TRACKED."""
        around = None if self.rows is None else 2 * self.batch.half + self.rows
        inputs = {
            "turned": (around, self.batch.patterns, PHASES),
            "weighed": (around, PHASES + 2),
            "clock": (self.rows,),
            "centre": (self.rows,),
        }
        return self._part(inputs, TRACKED)

    @cached_property
    def deviate(self) -> Part | InPlace:
        """Of frames, what they matched, and their place, DEVIATES."""
        inputs = {
            "frames": self._frames,
            "likelihood": (self.rows, self.batch.patterns, PHASES),
            "single": (self.rows,),
            "own_codes": (self.rows, None),
            "length": (self.rows, 1),
            "phase": (self.rows,),
            "open_to": (self.rows, self.batch.patterns),
        }
        return self._part(inputs, DEVIATES)

    @property
    def _frames(self) -> tuple[int | None, int, int]:
        return self.rows, self.batch.rows, self.batch.columns

    def _part(self, inputs: dict[str, tuple[int | None, ...]], outputs: tuple[str, ...]) -> Part | InPlace:
        part = self.model.part(inputs, outputs, {"batch_number": np.array([self.batch.place])})
        return part if self.rows is None else part.in_place()


class Following:
    """One recording of a batch; push frames in order, get the comparison of those that enough is known about."""

    def __init__(self, model: Model, batch: NormalBatch, frames: int) -> None:
        """`frames` in all."""
        self._many, self._one = Parts(model, batch, None), Parts(model, batch, 1)
        self._half, self._frames = batch.half, frames
        self._low = min(batch.half, (frames - 1) // 2)
        self._high = max(frames - 1 - batch.half, self._low)
        self._came = _Rows(1 + len(MATCHED))
        self._placed = _Rows(1 + len(TRACKED))
        self._known = self._tracked = self._told = 0

    def push(self, pixels: Floats) -> tuple[Floats, InOrder, Floats] | None:
        """The next frames (n, rows, columns); those that are now known, how they compare, and the evidence (k, p) of
        the next half a cycle, less at the recording's end. None where no frame is known.

        What is given is not written over later.
        """
        index = np.arange(self._known, self._known + len(pixels))
        matched = (self._one if len(pixels) == 1 else self._many).match(pixels, index)
        self._came.add(pixels, *matched)
        self._known += len(pixels)
        ended = self._known >= self._frames
        self._track(self._frames if ended else self._known - self._half)
        told = self._deviate(self._frames if ended else self._tracked - self._half)
        self._came.drop(min(self._told, self._tracked - 2 * self._half))
        self._placed.drop(self._told - self._half)
        return told

    def _track(self, stop: int) -> None:
        """Place frames up to `stop` in their cycles, if their cycles are known."""
        first = self._tracked
        if stop <= max(first, self._low if stop < self._frames else 0):
            return
        centre = np.minimum(np.maximum(np.arange(first, stop), self._low), self._high)
        begin = max(int(centre[0]) - self._half, 0)
        end = min(int(centre[-1]) + self._half + 1, self._known)
        turned, weighed = self._came.rows(begin, end, TURNED)
        (clock,) = self._came.rows(first, stop, CLOCK)
        single = stop - first == 1 and end - begin == 2 * self._half + 1
        found = (self._one if single else self._many).track(turned, weighed, clock, centre - begin)
        evidence = found[TRACKED.index("evidence")]
        decided = evidence == np.maximum.reduce(evidence, axis=1, keepdims=True)
        self._placed.add(decided, *found)
        self._tracked = stop

    def _deviate(self, stop: int) -> tuple[Floats, InOrder, Floats] | None:
        """Compare frames up to `stop` with their pictures."""
        first = self._told
        if stop <= first:
            return None
        pixels, *shown = self._came.rows(first, stop, SHOWN)
        offset, phase, evidence, order = self._placed.rows(first, stop, slice(1, None))
        part = (self._one if stop - first == 1 else self._many).deviate
        found = part(pixels, *shown, phase, self._open_to(first, stop))
        self._told = stop
        (ahead,) = self._placed.rows(stop, min(stop + self._half, self._tracked), EVIDENCE)
        return pixels, InOrder(offset, phase, evidence, order, *found), ahead

    def _open_to(self, first: int, stop: int) -> NDArray[np.bool_]:
        """(n, p): patterns that the frames around frames first .. stop - 1 were decided to show."""
        begin, end = max(first - self._half, 0), min(stop + self._half, self._tracked)
        (decided,) = self._placed.rows(begin, end, slice(1))
        if stop - first == 1:
            return np.logical_or.reduce(decided, axis=0, keepdims=True)
        return window_sums(decided.astype(np.float32), np.arange(first, stop) - begin, self._half) > 0.5


class _Rows:
    """Rows of several arrays, one row a frame: those that are still needed. What was given of them never changes."""

    def __init__(self, count: int) -> None:
        self._arrays: Arrays = []
        self._count = count
        self._first = self._used = self._dropped = 0

    def add(self, *new: NDArray[Any]) -> None:
        """The same number of rows for each array."""
        more = len(new[0])
        if not self._arrays or self._used + more > len(self._arrays[0]):
            self._make_room(new, more)
        stop = self._used + more
        for array, rows in zip(self._arrays, new, strict=True):
            array[self._used : stop] = rows
        self._used = stop

    def rows(self, first: int, stop: int, which: slice) -> Arrays:
        """Those of frames first .. stop - 1 of some of the arrays, as views."""
        first, stop = first - self._first, stop - self._first
        return [array[first:stop] for array in self._arrays[which]]

    def drop(self, before: int) -> None:
        """Nothing before this frame will be asked for any more."""
        self._dropped = max(before - self._first, self._dropped)

    def _make_room(self, new: tuple[NDArray[Any], ...], more: int) -> None:
        kept = self._arrays or [rows[:0] for rows in new]
        left = slice(min(self._dropped, self._used), self._used)
        used = left.stop - left.start
        size = max(2 * (used + more), ROOM)
        arrays = [np.empty((size, *rows.shape[1:]), rows.dtype) for rows in new]
        for array, old in zip(arrays, kept, strict=True):
            array[:used] = old[left]
        self._arrays, self._used, self._first, self._dropped = arrays, used, self._first + left.start, 0
