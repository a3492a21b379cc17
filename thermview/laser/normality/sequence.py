"""What only the order of frames tells: steps of the clock, dark runs, dead pixels, detours out of turn.

Fed with compared frames in order, in pieces of any size; of the frames after them, only with what those around show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermview.laser.normality.compare import InOrder
from thermview.laser.normality.dark_runs import DarkRuns
from thermview.laser.normality.dead_pixels import DeadPixels
from thermview.laser.normality.glow import KEEPS, StandingSpot
from thermview.laser.normality.passing import Passing
from thermview.laser.normality.shape import Shape
from thermview.laser.normality.stages import Stages
from thermview.laser.normality.tables import FEATURES

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

COLUMNS = (*FEATURES, "advance", "order", "astray", "still", "lost", "dead", "obstacle", "beside")
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
    "dead since",
    "phase",
    "period",
    "pattern",
    "stated",
    "spot row",
    "spot column",
    "expected row",
    "expected column",
    "leap",
    "sharpness",
)
"""What is told of each frame in plain units."""
DIM = 0.3
"""Share of the expected light below which a run of dark frames begins."""
UNFIT = 1.7
"""Likelihood of the frames around, below 0, from which their phase is no longer trusted fully."""
UNLIT = -50.0
"""The same where a frame is dark: it has no phase."""
WEAK = -0.04
"""Log ratio of light from which down it is looked how sharp what is left is."""
LEAST_SHARE, SMALL = np.float32(0.02), np.float32(1e-6)
"""Share of the expected light that is added to both sides of a ratio; and what keeps nothing from dividing."""
PERIOD_CYCLES = 5
"""Cycles over which the scan's period is measured."""


@dataclass(frozen=True, eq=False)
class Rows:
    """`features` (n, COLUMNS) and `measures` (n, MEASURES)."""

    features: Floats
    measures: Floats


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
        allowed = stages.marks(frames, stated, patterns)
        self._barred = np.where(allowed, np.float32(0.0), np.float32(np.inf))
        self._passing = Passing((allowed.sum(axis=1) > 1) & bool(stated), round(shape.period))
        self._stated = np.zeros(frames, np.float32)
        for first, last in stated or ():
            self._stated[max(first, 0) : max(last + 1, 0)] = 1.0
        self._clock = _Clock(shape.period, frames, stages.pace)
        self._cycle = round(shape.period)
        self._done, self._dim = 0, False
        self._dark = DarkRuns(shape)
        self._standing = StandingSpot(shape.glow, shape.quiet) if shape.glow > KEEPS else None
        self._dead = DeadPixels((shape.rows, shape.columns), self._cycle, shape.unsure)

    def push(self, frames: Floats, found: InOrder, ahead: Floats) -> Rows:
        """Frames (n, rows, columns), how they compare, and evidence (k, p) of the next half a cycle, as far as
        there is any; rows for the same frames."""
        count = len(found)
        span = slice(self._done, self._done + count)
        light, due = found.facts[:, 0], found.expected[:, 0]
        change = self._passing.found(found.evidence, ahead, self._barred[span.start : span.stop + len(ahead)])
        dim = light < DIM * due
        dim_before, self._dim = self._dim, bool(dim[-1])
        if change.some:  # between two stages one frame may well be dark, two are not
            dim &= np.concatenate([[dim_before], dim[:-1]]) | ~change.around | self._dark.empty(light)
        dark = self._dark.push(frames, found.picture, light, dim)
        dead, places = self._dead.push(
            frames, found.picture, self._done, change.around if change.some else None
        )
        best = np.maximum.reduce(found.evidence, axis=1)
        fit = np.where(dim, np.float32(UNLIT), best) if dark is not None else best
        pattern = found.evidence.argmax(axis=1)
        advance, period, faster = self._clock.push(found.offset, fit, pattern)
        features = np.zeros((count, len(COLUMNS)), np.float32)
        features[:, : len(FEATURES)] = found.features
        later = features[:, len(FEATURES) :]
        later[:, 0], later[:, 1], later[:, 2] = advance, found.order, found.astray
        later[:, 5] = dead
        later[:, 6] = best - np.maximum.reduce(found.evidence - self._barred[span], axis=1)
        measures = self._measures(frames, found, span, pattern, advance, period, faster)
        measures[:, 8], measures[:, 9:12] = dead, places
        if dark is not None:
            later[:, 3], later[:, 4] = measures[:, 6], measures[:, 7] = dark.still, dark.lost
            features[dark.blind, : len(FEATURES)] = 0.0
            later[dark.blind, 2] = 0.0
        beside = self._passing.bridge(change, dim, features[:, : len(FEATURES)])
        if beside is not None:
            later[:, 7] = beside
        if self._standing is not None:
            self._see_standing(self._standing, frames, found, dim, features, measures)
        self._done += count
        return Rows(features, measures)

    def _measures(
        self,
        frames: Floats,
        found: InOrder,
        span: slice,
        pattern: NDArray[np.int64],
        advance: Doubles,
        period: Doubles,
        faster: Doubles,
    ) -> Floats:
        """(n, MEASURES) of frames `span`; what runs and pixels tell is still blank."""
        light, spot, due = found.facts[:, 0], found.facts[:, 1:3], found.expected[:, 1:3]
        measures = np.zeros((len(found), len(MEASURES)), np.float32)
        measures[:, 0] = found.measures[:, 0]
        np.subtract(spot, due, out=measures[:, 1:3])
        measures[:, 3] = found.measures[:, 3]
        # what the lanes look at trusts frames that fit little less; the sentence says how fast the scan is
        measures[:, 4] = faster
        if span.start < PERIOD_CYCLES * self._cycle:
            measures[np.isnan(period), 4] = 0.0
        measures[:, 5] = found.measures[:, 5]
        measures[:, 12], measures[:, 13] = found.phase, period
        measures[:, 14] = pattern
        measures[:, 15] = self._stated[span]
        measures[:, 16:18], measures[:, 18:20] = spot, due
        measures[:, 20] = advance / self._cycle
        weak = measures[:, 0] < WEAK
        if np.count_nonzero(weak):
            measures[weak, 21] = _sharpness(frames[weak], found.picture[weak], light[weak])
        if np.count_nonzero(light) < len(found):
            nothing = light <= 0
            measures[nothing, 1:3], measures[nothing, 16:18] = 0.0, np.nan
        return measures

    def _see_standing(
        self,
        standing: StandingSpot,
        frames: Floats,
        found: InOrder,
        dim: NDArray[np.bool_],
        features: Floats,
        measures: Floats,
    ) -> None:
        """Put into features and measures where a spot stands still in frames that keep heat of those before."""
        later = features[:, len(FEATURES) :]
        if np.count_nonzero(
            dim
        ):  # little but heat of earlier frames, which says nothing of where the spot is
            later[dim, 1:3] = 0.0
        stands = standing.push(frames, found.picture, found.facts[:, 0], found.astray)
        if stands is not None:
            later[:, 3] = measures[:, 6] = stands.still
            features[stands.blind, : len(FEATURES)] = 0.0
            later[stands.blind, 2] = 0.0


def _sharpness(frames: Floats, pictures: Floats, light: Floats) -> Floats:
    """(n,): log of how bright the spot is for its light, beside its picture's: 0 at any power, below it where wider."""
    alike = np.einsum("nrc,nrc->n", frames, pictures)
    own = np.einsum("nrc,nrc->n", pictures, pictures)
    share = light / (pictures.sum(axis=(1, 2)) + SMALL)
    return np.asarray(np.log((alike / (own + SMALL) + LEAST_SHARE) / (share + LEAST_SHARE)), np.float32)


class _Clock:
    """By how much the scan runs ahead of its clock, from each frame's offset."""

    def __init__(self, period: float, frames: int, pace: Doubles) -> None:
        """`pace` (patterns,): cycles that the scan usually gains in a frame of each pattern."""
        self._period, self._cycle = period, round(period)
        self._long = PERIOD_CYCLES * self._cycle
        self._turns = self._long / period
        self._offsets, self._trust = np.zeros(frames), np.zeros(frames)
        self._pace, self._usual = pace if pace.any() else None, np.zeros(frames)
        self._done, self._gained = 0, 0.0

    def push(
        self, offset: Doubles, fit: Floats, pattern: NDArray[np.int64]
    ) -> tuple[Doubles, Doubles, Doubles]:
        """(n,): by how many frames the scan ran ahead within the last cycle of what is usual, its period over the last
        five, and by what share of it it was faster than usual.

        `fit` (n,) is the likelihood of the best `pattern`: frames that fit nowhere say little about the clock.
        """
        first, stop = self._done, self._done + len(offset)
        self._done = stop
        if self._pace is not None:
            # what is usual is taken off: what is left of either is small, and turned back within a cycle
            self._usual[first:stop] = usual = self._gained + np.cumsum(self._pace[pattern])
            self._gained = float(usual[-1])
            offset = offset - usual
        self._offsets[first:stop] = offset
        trust = self._trust[first:stop]
        trust[:] = 1.0
        if not np.minimum.reduce(fit) >= -UNFIT:
            trust[:] = np.exp(3.0 * np.minimum(fit + UNFIT, 0.0))
        lately, long_ago = self._before(first, stop, self._cycle), self._before(first, stop, self._long)
        sure = np.minimum(trust, self._trust[lately]) * self._period
        advance = _turned(offset - self._offsets[lately]) * sure
        gained = _turned(offset - self._offsets[long_ago])
        due: float | Doubles = self._turns
        if self._pace is not None:
            due = due + (self._usual[first:stop] - self._usual[long_ago])
        turns = np.maximum(due + gained, 0.1)
        period, faster = self._long / turns, turns / due - 1.0
        if first < self._long:
            advance[: max(self._cycle - first, 0)] = 0.0
            period[: self._long - first] = faster[: self._long - first] = np.nan
        return advance, period, faster

    def _before(self, first: int, stop: int, frames: int) -> slice | NDArray[np.int64]:
        """So many frames before frames first .. stop - 1, the first frame of all where fewer came."""
        if first >= frames:
            return slice(first - frames, stop - frames)
        return np.maximum(np.arange(first - frames, stop - frames), 0)


def _turned(cycles: Doubles) -> Doubles:
    """Without whole cycles, from -0.5 to 0.5."""
    return cycles - np.rint(cycles)
