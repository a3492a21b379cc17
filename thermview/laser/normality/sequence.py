"""What only the order of frames tells: steps of the clock, dark runs, dead pixels, detours out of turn.

Fed with compared frames in order, in pieces of any size; nothing is looked ahead at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermview.laser.normality.compare import Compared
from thermview.laser.normality.dead_pixels import DeadPixels
from thermview.laser.normality.stages import Stages
from thermview.laser.normality.tables import FEATURES

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

COLUMNS = (*FEATURES, "advance", "order", "astray", "still", "lost", "dead", "obstacle")
"""What lanes are made of."""
MEASURES = (
    "power",
    "row",
    "column",
    "size",
    "progress",
    "spatter",
    "still",
    "lost",
    "dead",
    "dead row",
    "dead column",
    "phase",
    "period",
    "pattern",
    "stated",
    "spot row",
    "spot column",
    "expected row",
    "expected column",
)
"""What is told of each frame in plain units."""
DIM = 0.3
"""Share of the expected light below which a run of dark frames begins."""
ALIKE, RATHER = 0.6, 0.1
"""A spot stands still where a dim frame is so like the frame before, and by so much more than like its own picture."""
ELSEWHERE = 0.35
"""Likeness to its own picture below which a frame shows the spot elsewhere."""
AFTERGLOW = 0.6
"""Share of the light before that heat piling up under a standing spot shows at most."""
GLIMMER = 4.0
"""Light above the noise, in its counts, that says something about where it is."""
STIRRING = 6.0
"""Pixels that noise alone lights in a dark frame, from which a frame of nothing but zeros was never taken."""
UNFIT = 1.7
"""Likelihood of the frames around, below 0, from which their phase is no longer trusted fully."""
PERIOD_CYCLES = 5
"""Cycles over which the scan's period is measured."""

OFF, STILL, LOST = range(3)


@dataclass(frozen=True, eq=False)
class Rows:
    """`features` (n, COLUMNS) and `measures` (n, MEASURES)."""

    features: Floats
    measures: Floats


@dataclass(frozen=True)
class Shape:
    """What of a batch the order of frames depends on; see BatchTables."""

    rows: int
    columns: int
    period: float
    stirring: float
    quiet: float


class Sequel:
    """What follows from one recording's frames in order; push pieces of any size."""

    def __init__(
        self,
        shape: Shape,
        stages: Stages,
        patterns: int,
        frames: int,
        stated: Sequence[tuple[int, int]] | None,
    ) -> None:
        """`frames` in all; `stated` obstacles as (first, last), None where nobody says."""
        self._shape = shape
        self._allowed = stages.marks(frames, stated, patterns)
        self._stated = np.zeros(frames, np.float32)
        for first, last in stated or ():
            self._stated[max(first, 0) : max(last + 1, 0)] = 1.0
        self._cycle = round(shape.period)
        self._done = 0
        self._offsets = np.empty(0)
        self._trust = np.empty(0)
        self._before: Floats | None = None
        self._stopped = False
        self._after_run = False
        self._run: int | None = None
        self._dead = DeadPixels((shape.rows, shape.columns), self._cycle)

    def push(self, frames: Floats, found: Compared) -> Rows:
        """Frames (n, rows, columns) and how they compare; rows for the same frames."""
        count = len(found)
        span = slice(self._done, self._done + count)
        still, lost = self._dark_runs(frames, found)
        dead, places = self._dead.push(frames, found.picture, self._done)
        advance, period = self._clock_steps(found)
        allowed = self._allowed[span]
        best = found.evidence.max(axis=1)
        obstacle = best - np.where(allowed, found.evidence, -np.inf).max(axis=1)
        seen = self._seen(found, still, lost)
        features = np.column_stack(
            [
                found.features * seen,
                advance,
                found.order,
                found.astray * seen[:, 0],
                still,
                lost,
                dead,
                obstacle,
            ]
        )
        decided = found.evidence.argmax(axis=1)
        away = (found.facts[:, 1:3] - found.expected[:, 1:3]) * (found.facts[:, :1] > 0)
        measures = np.column_stack(
            [
                found.measures[:, 0],
                away,
                found.measures[:, 3],
                advance / self._cycle,
                found.measures[:, 5],
                still,
                lost,
                dead,
                places,
                found.phase,
                period,
                decided,
                self._stated[span],
                np.where(found.facts[:, :1] > 0, found.facts[:, 1:3], np.nan),
                found.expected[:, 1:3],
            ]
        )
        self._done += count
        return Rows(features.astype(np.float32), measures.astype(np.float32))

    def _clock_steps(self, found: Compared) -> tuple[Doubles, Doubles]:
        """By how many frames the scan ran ahead within the last cycle; its period over the last five."""
        cycle, period = self._cycle, self._shape.period
        long = PERIOD_CYCLES * cycle
        kept, offset = len(self._offsets), found.offset
        known = np.concatenate([self._offsets, offset])
        unfit = np.maximum(-found.evidence.max(axis=1) - UNFIT, 0.0)
        trust = np.concatenate([self._trust, np.exp(-3.0 * unfit)])
        here = np.arange(kept, len(known))
        past, far = here - cycle, here - long
        step = (offset - known[np.maximum(past, 0)] + 0.5) % 1.0 - 0.5
        # frames that fit nowhere say little about the clock
        sure = np.minimum(trust[here], trust[np.maximum(past, 0)])
        advance = np.where(past >= 0, step * period * sure, 0.0)
        drift = (offset - known[np.maximum(far, 0)] + 0.5) % 1.0 - 0.5
        measured = long / np.maximum(long / period + drift, 0.1)
        self._offsets, self._trust = known[-long:], trust[-long:]
        return advance, np.where(far >= 0, measured, np.nan)

    def _seen(self, found: Compared, still: Floats, lost: Floats) -> Floats:
        """(n, 1): 0 where a frame cannot be compared with its picture: it was not taken, shows a spot that
        stands, follows a dark run and so spans a gap, or is the first and has nothing to differ from."""
        dim = found.facts[:, 0] < DIM * found.expected[:, 0]
        after = np.concatenate([[self._after_run], dim[:-1]]) & ~dim
        self._after_run = bool(dim[-1])
        blind = (still > 0) | (lost > 0) | after
        if self._done == 0:
            blind[0] |= found.facts[0, 0] <= 0
        return np.asarray(~blind, np.float32)[:, None]

    def _dark_runs(self, frames: Floats, found: Compared) -> tuple[Floats, Floats]:
        """1 where a dark frame belongs to a spot that stands still, and 1 where the camera took none."""
        share = found.facts[:, 0] / (found.expected[:, 0] + 1e-6)
        stands = self._stands(frames, found)
        empty = (found.facts[:, 0] <= 0) & (self._shape.stirring >= STIRRING)
        if self._done == 0:
            empty[0] = False  # before the first frame there is none that it could repeat
        dim = share < DIM
        still, lost = np.zeros(len(found), np.float32), np.zeros(len(found), np.float32)
        for row in np.flatnonzero(dim):
            if row > 0 and not dim[row - 1]:
                self._run = None
            self._run = _kind(self._run, bool(empty[row]), bool(stands[row]))
            still[row], lost[row] = self._run == STILL, self._run == LOST
        if not dim[-1]:
            self._run = None
        return still, lost

    def _stands(self, frames: Floats, found: Compared) -> NDArray[np.bool_]:
        """Where a dark run of a standing spot may be: a dim frame is a faint picture of the frame before, though
        the spot should have moved on, or the frame before it was no picture of its own place."""
        flat = frames.reshape(len(frames), -1)
        before = self._before if self._before is not None else flat[0] * 0
        self._before = flat[-1].copy()
        former = np.concatenate([before[None], flat[:-1]])
        glow = np.maximum(flat - self._shape.quiet, 0.0)
        light = glow.sum(axis=1)
        alike = _likeness(glow, former)
        rather = alike - _likeness(glow, found.picture.reshape(len(frames), -1))
        told = (light > GLIMMER * self._shape.quiet) & (light < AFTERGLOW * former.sum(axis=1))
        afterglow = told & (alike > ALIKE) & (rather > RATHER)
        # the last bright frame already shows the spot where it was, not where it should have gone
        bright = found.facts[:, 0] >= DIM * found.expected[:, 0]
        elsewhere = bright & (alike - rather < ELSEWHERE) & (rather > RATHER)
        stopped = np.concatenate([[self._stopped], elsewhere])
        self._stopped = bool(stopped[-1])
        return np.asarray(afterglow | stopped[:-1])


def _kind(run: int | None, empty: bool, stands: bool) -> int:
    """What a run of dark frames is, once one more frame of it is known."""
    if run is None:
        return LOST if empty else STILL if stands else OFF
    if run == OFF and stands:
        return STILL
    return OFF if run == LOST and not empty else run


def _likeness(one: Floats, other: Floats) -> Floats:
    length = np.sqrt((one * one).sum(axis=1) * (other * other).sum(axis=1))
    return np.asarray((one * other).sum(axis=1) / (length + 1e-6))
