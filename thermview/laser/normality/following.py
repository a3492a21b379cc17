"""Frames compared with their batch as they come, by the model's graph in three parts.

What a frame shows by itself is worked out once, when it comes (`match`); where it lies in its cycle once half a
cycle more is known (`track`); how it differs from what it should show half a cycle later (`deviate`). So a camera's
single frame costs one row of each part, and frames in blocks cost no row twice. All that is known of a frame lies in
one row of named arrays: the graph reads a single frame's inputs there and writes its results there.
"""

from __future__ import annotations

from collections.abc import Sequence
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
Array = NDArray[Any]

MATCHED = ("likelihood", "single", "own_codes", "length", "turned", "weighed", "clock")
TRACKED = ("offset", "phase", "evidence", "order")
DEVIATES = ("astray", "measures", "features", "facts", "expected", "picture")
AROUND = ("turned", "weighed")
"""What placing a frame in its cycle takes of the frames around it too."""
ROOM = 64
"""Rows beyond a few cycles that are kept room for, so that they are rarely moved."""


@dataclass(frozen=True)
class Parts:
    """The three parts of a model's graph for one of its batches, for any number of rows or for a single one."""

    model: Model
    batch: NormalBatch
    rows: int | None

    @cached_property
    def match(self) -> Part:
        """Of frames and their indices, MATCHED."""
        return self._part({"frames": self._frames, "frame_index": (self.rows,)}, MATCHED)

    @cached_property
    def track(self) -> Part:
        """Of `turned` and `weighed` of the rows around, and each frame's clock and row, TRACKED; a single frame lies in
        the middle of them."""
        around = None if self.rows is None else 2 * self.batch.half + self.rows
        inputs: dict[str, tuple[int | None, ...]] = {
            "turned": (around, self.batch.patterns, PHASES),
            "weighed": (around, PHASES + 2),
            "clock": (self.rows,),
        }
        if self.rows is None:
            return self._part(inputs | {"centre": (None,)}, TRACKED)
        return self._part(inputs, TRACKED, centre=np.array([self.batch.half]))

    @cached_property
    def deviate(self) -> Part:
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

    def _part(
        self, inputs: dict[str, tuple[int | None, ...]], outputs: tuple[str, ...], **constants: Array
    ) -> Part:
        return self.model.part(inputs, outputs, {"batch_number": np.array([self.batch.place]), **constants})


class Following:
    """One recording of a batch; push frames in order, get the comparison of those that enough is known about."""

    def __init__(self, model: Model, batch: NormalBatch, frames: int) -> None:
        """`frames` in all."""
        self._many, self._one = Parts(model, batch, None), Parts(model, batch, 1)
        self._shape = batch.rows, batch.columns
        self._half, self._frames = batch.half, frames
        self._low = min(batch.half, (frames - 1) // 2)
        self._high = max(frames - 1 - batch.half, self._low)
        self._rows = _Rows(ROOM + 4 * batch.half)
        self._in_place: dict[int, InPlace] = {}
        self._known = self._tracked = self._told = 0

    def push(self, pixels: Floats) -> tuple[Floats, InOrder, Floats] | None:
        """The next frames (n, rows, columns); those that are now known, how they compare, and the evidence (k, p) of
        the next half a cycle, less at the recording's end. None where no frame is known.

        What is given is not written over later.
        """
        if self._rows.make_room(len(pixels)):
            self._in_place.clear()
        self._match(pixels)
        ended = self._known >= self._frames
        self._track(self._frames if ended else self._known - self._half)
        told = self._deviate(self._frames if ended else self._tracked - self._half)
        self._rows.drop(min(self._told - self._half, self._tracked - 2 * self._half))
        return told

    def _match(self, pixels: Floats) -> None:
        """Compare frames with all pictures."""
        first, self._known = self._known, self._known + len(pixels)
        index = np.arange(first, self._known)
        if len(pixels) == 1 and pixels.shape[1:] == self._shape:
            self._rows.set("frames", first, pixels)
            self._rows.set("frame_index", first, index)
            self._run_one(self._one.match, first)
        else:
            self._rows.put(first, MATCHED, self._many.match(pixels, index))
            self._rows.set("frames", first, pixels)

    def _track(self, stop: int) -> None:
        """Place frames up to `stop` in their cycles, if their cycles are known."""
        first, rows = self._tracked, self._rows
        if stop <= max(first, self._low if stop < self._frames else 0):
            return
        if stop - first == 1 and self._half <= first <= self._high:
            self._run_one(self._one.track, first)
        else:
            centre = np.minimum(np.maximum(np.arange(first, stop), self._low), self._high)
            begin = max(int(centre[0]) - self._half, 0)
            end = min(int(centre[-1]) + self._half + 1, self._known)
            around = [rows.of(name, begin, end) for name in AROUND]
            found = self._many.track(*around, rows.of("clock", first, stop), centre - begin)
            rows.put(first, TRACKED, found)
        evidence = rows.of("evidence", first, stop)
        rows.set("decided", first, evidence == np.maximum.reduce(evidence, axis=1)[:, None])
        self._tracked = stop

    def _deviate(self, stop: int) -> tuple[Floats, InOrder, Floats] | None:
        """Compare frames up to `stop` with their pictures."""
        first, rows = self._told, self._rows
        if stop <= first:
            return None
        open_to = self._open_to(first, stop)
        if stop - first == 1:
            rows.set("open_to", first, open_to)
            self._run_one(self._one.deviate, first)
            found = rows.to_keep(DEVIATES, first, stop)
        else:
            shown = [rows.of(name, first, stop) for name in self._many.deviate.inputs if name != "open_to"]
            found = self._many.deviate(*shown, open_to)
        self._told = stop
        pixels, *placed = rows.to_keep(("frames", *TRACKED), first, stop)
        ahead = rows.of("evidence", stop, min(stop + self._half, self._tracked))
        return pixels, InOrder(*placed, *found), ahead

    def _open_to(self, first: int, stop: int) -> NDArray[np.bool_]:
        """(n, p): patterns that the frames around frames first .. stop - 1 were decided to show."""
        begin, end = max(first - self._half, 0), min(stop + self._half, self._tracked)
        decided = self._rows.of("decided", begin, end)
        if stop - first == 1:
            return np.logical_or.reduce(decided, axis=0, keepdims=True)
        return window_sums(decided.astype(np.float32), np.arange(first, stop) - begin, self._half) > 0.5

    def _run_one(self, part: Part, frame: int) -> None:
        """Have a part read its inputs from a frame's row, and write there what it gives."""
        found = self._in_place.get(id(part)) or self._bound(part, frame)
        found(self._rows.place(frame))

    def _bound(self, part: Part, frame: int) -> InPlace:
        """A part for a single row with the places of all rows that it may be asked for."""
        rows, reach = self._rows, self._half if part.inputs[0] in AROUND else 0

        def arrays(names: Sequence[str], frame: int) -> list[Array]:
            around = [(reach if name in AROUND else 0) for name in names]
            return [
                rows.of(name, frame - more, frame + 1 + more)
                for name, more in zip(names, around, strict=True)
            ]

        rows.put(frame, part.outputs, part(*arrays(part.inputs, frame)))
        bound = self._in_place[id(part)] = part.in_place()
        for each in rows.frames(reach):
            bound.bind(rows.place(each), arrays(part.inputs, each), arrays(part.outputs, each))
        return bound


class _Rows:
    """What is known of the frames that are still needed: named arrays with one row for each.

    A few rows lie in arrays that are made once; more of them, as of frames in blocks, in arrays of their own each time.
    """

    def __init__(self, room: int) -> None:
        """Room for so many rows that arrays are made once."""
        self._arrays: dict[str, Array] = {}
        self._room = self._size = room
        self._first = self._stop = self._dropped = 0

    def make_room(self, more: int) -> bool:
        """For so many frames after those that came; whether arrays are others than before."""
        first, used = self._dropped, self._stop - self._dropped
        self._stop += more
        fixed = self._size == self._room
        if self._stop - self._first <= self._size and (fixed or more > 1):
            return False
        old = slice(first - self._first, first - self._first + used)
        self._size = self._room if used + more <= self._room else 2 * (used + more)
        kept = fixed and self._size == self._room
        for name, array in self._arrays.items():
            target = array if kept else np.empty((self._size, *array.shape[1:]), array.dtype)
            target[:used] = array[old]
            self._arrays[name] = target
        self._first = first
        return not kept

    def put(self, first: int, names: Sequence[str], found: Sequence[Array]) -> None:
        """Rows of some of the arrays, for frames `first` onwards."""
        for name, rows in zip(names, found, strict=True):
            self.set(name, first, rows)

    def set(self, name: str, first: int, rows: Array) -> None:
        """Those of one of them."""
        array = self._arrays.get(name)
        if array is None:
            array = self._arrays[name] = np.empty((self._size, *rows.shape[1:]), rows.dtype)
        place = first - self._first
        array[place : place + len(rows)] = rows

    def of(self, name: str, first: int, stop: int) -> Array:
        """Those of frames first .. stop - 1, to be looked at before room is made again."""
        return self._arrays[name][first - self._first : stop - self._first]

    def to_keep(self, names: Sequence[str], first: int, stop: int) -> list[Array]:
        """The same of some of them, never to be written over."""
        span = slice(first - self._first, stop - self._first)
        rows = [self._arrays[name][span] for name in names]
        return [each.copy() for each in rows] if self._size == self._room else rows

    def place(self, frame: int) -> int:
        """Row of a frame."""
        return frame - self._first

    def frames(self, reach: int) -> range:
        """Frames that the rows may be those of, but so many at both ends."""
        return range(self._first + reach, self._first + self._size - reach)

    def drop(self, before: int) -> None:
        """Nothing before this frame will be asked for any more."""
        self._dropped = max(before, self._dropped)
