"""Pixels that see less than their neighbours, cycle after cycle."""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.laser.normality.tables import Unsure

Floats = NDArray[np.float32]
Both = tuple[Floats, ...]
"""Frames, and what they should show."""

BLOCKS = 3
"""Cycles over which a pixel's light is added up."""
LEAST_COUNTS = 60.0
"""Counts that a pixel should have seen in them before it can be called dead."""
NOTICED = 0.35
"""Share of its light by which a pixel falls behind at least to be told: what is less, normal pixels do too."""
_BESIDE = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.float32)
_NOTHING = (0.0, np.nan, np.nan, np.nan)
OFTEN = 2
"""Normal recordings that show a pixel dark, from which it is unsure: a single one may be faulty."""
SURELY_MORE = 2.0
"""Times the counts that were due to an unsure pixel, from which it says something."""
LIT, BLIND = 4.0, 0.3
"""Counts due to a pixel in a frame from which the frame says whether it sees, and the share below which it does not."""


class DeadPixels:
    """Adds up blocks of one cycle, from frame 0 on; what a block shows is told with the frames after it."""

    def __init__(self, shape: tuple[int, int], block: int, unsure: Unsure = ()) -> None:
        """`shape` (rows, columns); `block` in frames; `unsure` pixels are dead only where more is due to them."""
        self._block = block
        self._least = np.full(shape, LEAST_COUNTS, np.float32)
        for row, column, counts in unsure:
            self._least[row, column] = max(counts, LEAST_COUNTS)
        # a row for each block, of what came and what was due, added up; the last one is open
        self._sums = np.zeros((BLOCKS + 1, 2 * shape[0] * shape[1]), np.float32)
        self._adding = tuple(self._sums[-1].reshape(2, 1, *shape))
        self._told = _NOTHING
        self._open: list[Both] = []
        self._recent: deque[list[Both]] = deque(maxlen=BLOCKS + 2)
        self._done = 0

    def push(
        self, frames: Floats, pictures: Floats, first: int, passing: NDArray[np.bool_] | None = None
    ) -> tuple[Floats, Floats]:
        """Frames `first` onwards and what they should show, both (n, rows, columns), not to be changed afterwards.
        Frames that are `passing` (n,) from one picture to another say nothing of their pixels.

        Gives (n,) by how much of its light the worst pixel falls behind its neighbours, and (n, 3): its row and
        column, and the first frame in which it missed light that was due.
        """
        if passing is not None:
            frames, pictures = (np.where(passing[:, None, None], 0.0, each) for each in (frames, pictures))
        told = np.empty((len(frames), 4), np.float32)
        at = 0
        while at < len(frames):
            left = self._block - (first + at) % self._block
            stop = min(at + left, len(frames))
            told[at:stop] = self._told
            self._add(frames[at:stop], pictures[at:stop])
            self._done += stop - at
            if stop - at == left:
                self._close()
            at = stop
        return told[:, 0], told[:, 1:]

    def _add(self, *both: Floats) -> None:
        """Add up frame after frame, so that a block's sums do not depend on the pieces that it came in."""
        for total, piece in zip(self._adding, both, strict=True):
            if len(piece) == 1:
                np.add(total, piece, out=total)
            else:
                np.concatenate([total, piece]).sum(axis=0, keepdims=True, out=total)
        self._open.append(both)

    def _since(self, row: int, column: int) -> float:
        """The first frame in which a pixel missed its light, after those in which it still saw some."""
        if self._told[1:3] == (row, column):
            return self._told[3]
        pieces = [piece for block in self._recent for piece in block]
        seen = np.concatenate([frames[:, row, column] for frames, _ in pieces])
        due = np.concatenate([pictures[:, row, column] for _, pictures in pieces])
        lit = due > LIT
        alive = np.flatnonzero(lit & (seen > BLIND * due))
        missed = np.flatnonzero(lit & (seen <= BLIND * due))
        missed = missed[missed > alive[-1]] if len(alive) else missed
        return float(self._done - len(seen) + missed[0]) if len(missed) else np.nan

    def _close(self) -> None:
        self._recent.append(self._open)
        self._open = []
        got, due = np.add.reduce(self._sums[1:]).reshape(2, *self._least.shape)
        self._sums[:-1] = self._sums[1:]
        self._sums[-1] = 0.0
        behind = _behind(got, due, self._least)
        self._told = _NOTHING if behind is None else self._worst(behind)

    def _worst(self, behind: Floats) -> tuple[float, float, float, float]:
        """By how much the worst pixel falls behind its neighbours, where it is, and since when."""
        row, column = np.unravel_index(int(behind.argmax()), behind.shape)
        worst = float(behind[row, column])
        if not worst > NOTICED:
            return _NOTHING
        return worst, float(row), float(column), self._since(int(row), int(column))


def _behind(got: Floats, due: Floats, least: Floats | float) -> Floats | None:
    """(rows, columns): by how much of the light that was due to it a pixel falls behind its neighbours, 0 where less
    than `least` was due; None where none is far behind."""
    usable = due >= least
    ratio = np.where(usable, got / np.maximum(due, least), 1.0)
    # its neighbours count as 1 at most, so that a pixel above this cannot be far behind them
    if float(ratio.min()) > 1.0 - NOTICED:
        return None
    weight = usable.astype(np.float32)
    count = cv2.filter2D(weight, -1, _BESIDE, borderType=cv2.BORDER_CONSTANT)
    around = cv2.filter2D(ratio * weight, -1, _BESIDE, borderType=cv2.BORDER_CONSTANT)
    around /= np.maximum(count, 1.0)
    return np.where(usable & (count >= 2), np.minimum(around, 1.0) - ratio, 0.0).astype(np.float32)


class UnsurePixels:
    """Finds pixels that normal recordings show dark: they were dead or come and go, or little is due to them and the
    pictures are not that sure. What a recording shows is gathered between `begin` and `end`."""

    def __init__(self, shape: tuple[int, int], block: int) -> None:
        """As of DeadPixels."""
        self._shape, self._block = shape, block
        self._sums = np.zeros((2, 0, *shape), np.float32)
        self._most: list[Floats] = []

    def begin(self, frames: int) -> None:
        """A recording of so many frames."""
        self._sums = np.zeros((2, -(-frames // self._block), *self._shape), np.float32)

    def add(self, rows: NDArray[np.int64], frames: Floats, pictures: Floats) -> None:
        """Frames at ascending `rows` of the recording and what they should show, both (n, rows, columns)."""
        blocks = rows // self._block
        starts = np.flatnonzero(np.diff(blocks, prepend=-1))
        for sums, each in zip(self._sums, (frames, pictures), strict=True):
            sums[blocks[starts]] += np.add.reduceat(each, starts, axis=0)

    def end(self, pattern: NDArray[np.int64]) -> None:
        """All of the recording was added; `pattern` (frames,) is what it shows. Where one gives way to another it is
        not asked for its pixels."""
        most = np.zeros(self._shape, np.float32)
        for first in range(self._sums.shape[1] - BLOCKS + 1):
            span = pattern[first * self._block : (first + BLOCKS) * self._block]
            if span.min() != span.max():
                continue
            got, due = self._sums[:, first : first + BLOCKS].sum(axis=1)
            behind = _behind(got, due, LEAST_COUNTS)
            if behind is not None:
                most = np.where(behind > NOTICED, np.maximum(most, due), most)
        self._most.append(most)

    def found(self) -> Unsure:
        """Those that several recordings show dark."""
        if len(self._most) < OFTEN:
            return ()
        counts = np.sort(np.stack(self._most), axis=0)[-OFTEN] * SURELY_MORE
        return tuple(
            (int(row), int(column), round(float(counts[row, column]), 1))
            for row, column in np.argwhere(counts)
        )
