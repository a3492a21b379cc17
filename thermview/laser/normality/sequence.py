"""What only the order of frames tells: steps of the clock, dark runs, dead pixels, detours out of turn.

Fed with compared frames in order, in pieces of any size; of the frames after them, only with what those around show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from thermview.inference import NormalBatch
from thermview.laser.normality.compare import InOrder
from thermview.laser.normality.dead_pixels import DeadPixels
from thermview.laser.normality.glow import KEEPS, StandingSpot, likeness
from thermview.laser.normality.passing import Passing
from thermview.laser.normality.stages import Stages
from thermview.laser.normality.tables import FEATURES, BatchTables, Unsure

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
ALIKE, RATHER = 0.6, 0.1
"""A spot stands still where a dim frame is so like the frame before, and by so much more than like its own picture."""
SURELY = 0.25
"""The same of one such frame alone: between two places a faint one may be a little like each."""
ELSEWHERE = 0.35
"""Likeness to its own picture below which a frame shows the spot elsewhere."""
AFTERGLOW = 0.6
"""Share of the light before that heat piling up under a standing spot shows at most."""
GLIMMER = 4.0
"""Light above the noise, in its counts, that says something about where it is."""
STIRRING = 6.0
"""Pixels that noise alone lights in a dark frame, from which a frame of nothing but zeros was never taken."""
LESS = 0.5
"""Share of the heat kept from the frame before, below which a frame was not taken: it cannot cool down faster."""
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

OFF, STILL, LOST, MAYBE = range(4)


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
    glow: float = 0.0
    unsure: Unsure = ()

    @classmethod
    def of(cls, batch: BatchTables | NormalBatch) -> Shape:
        """That of a batch, as its tables or its card have it."""
        return cls(
            batch.rows, batch.columns, batch.period, batch.stirring, batch.quiet, batch.glow, batch.unsure
        )


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
        self._dark = _DarkRuns(shape)
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
        self._passing.bridge(change, dim, features[:, : len(FEATURES)])
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


class _Dark(NamedTuple):
    """Of frames: `still` 1 where a dark one belongs to a spot that stands, `lost` 1 where the camera took none, and
    `blind` where one cannot be compared with its picture: it was not taken, shows a spot that stands, follows a
    dark run and so spans a gap, or is the first and has nothing to differ from."""

    still: Floats
    lost: Floats
    blind: NDArray[np.bool_]


class _DarkRuns:
    """Runs of dark frames: of a laser that is off, of a spot that stands still, or not taken at all."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._run: int | None = None
        self._before: tuple[Floats, Floats, Floats] | None = None
        self._dim_before = False
        self._started = False

    def push(self, frames: Floats, pictures: Floats, light: Floats, dim: NDArray[np.bool_]) -> _Dark | None:
        """The next frames, not to be changed afterwards, `dim` being those without light; None where none is dark."""
        found = None
        if not self._started or self._dim_before or np.count_nonzero(dim):
            still, lost = np.zeros(len(frames), np.float32), np.zeros(len(frames), np.float32)
            self._name_runs(frames, pictures, light, dim, still, lost)
            blind = (still > 0) | (lost > 0)
            blind[1:] |= dim[:-1] & ~dim[1:]
            blind[0] |= (self._dim_before and not dim[0]) or (not self._started and light[0] <= 0)
            found = _Dark(still, lost, blind)
        self._keep(frames, pictures)
        self._dim_before, self._started = bool(dim[-1]), True
        return found

    def empty(self, light: Floats) -> NDArray[np.bool_]:
        """(n,): of the next frames those that were not taken. They lack even noise, or the heat that those before them
        must have left whatever the laser did."""
        empty = (light <= 0) & (self._shape.stirring >= STIRRING)
        if self._shape.glow > KEEPS:
            former = self._before[1].sum() if self._before is not None else 0.0
            empty |= light < LESS * self._shape.glow * np.concatenate([[former], light[:-1]])
        if not self._started:
            empty[0] = False  # before the first frame there is none that it could repeat
        return np.asarray(empty)

    def _keep(self, frames: Floats, pictures: Floats) -> None:
        """The last two frames and the last picture, which a dark frame after them is compared with."""
        former = self._before[1] if self._before is not None else frames[0] * 0
        self._before = frames[-2] if len(frames) > 1 else former, frames[-1], pictures[-1]

    def _name_runs(
        self,
        frames: Floats,
        pictures: Floats,
        light: Floats,
        dim: NDArray[np.bool_],
        still: Floats,
        lost: Floats,
    ) -> None:
        rows = np.flatnonzero(dim)
        stands, surely = self._stands(frames, pictures, rows, dim)
        empty = self.empty(light)
        if not dim[0]:
            self._run = None
        for row, standing, sure in zip(rows.tolist(), stands.tolist(), surely.tolist(), strict=True):
            if row > 0 and not dim[row - 1]:
                self._run = None
            self._run = _kind(self._run, bool(empty[row]), standing, sure)
            still[row], lost[row] = self._run == STILL, self._run == LOST
        if not dim[-1]:
            self._run = None

    def _stands(
        self, frames: Floats, pictures: Floats, rows: NDArray[np.int64], dim: NDArray[np.bool_]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Of dim frames `rows`, where a dark run of a standing spot may be: a dim frame is a faint picture of the
        frame before, though the spot should have moved on, or the bright frame before it already was no picture
        of its own place but of the place before: the spot had not gone where it should.

        And where that is sure of one frame alone. Neither where frames keep heat of the frame before: what glows
        there glows on with the laser off."""
        if self._shape.glow > KEEPS:
            nowhere = np.zeros(len(rows), np.bool_)
            return nowhere, nowhere
        blank = frames[0] * 0
        earlier, before, picture = self._before or (blank, blank, blank)
        taken = np.concatenate([earlier[None], before[None], frames]).reshape(len(frames) + 2, -1)
        due = np.concatenate([picture[None], pictures]).reshape(len(frames) + 1, -1)
        light, alike, rather = self._likenesses(taken[rows + 2], taken[rows + 1], due[rows + 1])
        told = (light > GLIMMER * self._shape.quiet) & (light < AFTERGLOW * taken[rows + 1].sum(axis=1))
        afterglow = told & (alike > ALIKE) & (rather > RATHER)
        surely = rather > SURELY
        _, alike, rather = self._likenesses(taken[rows + 1], taken[rows], due[rows])
        bright = ~np.concatenate([[self._dim_before], dim[:-1]])[rows]
        bright[rows == 0] &= self._started
        elsewhere = bright & (alike - rather < ELSEWHERE) & (rather > RATHER)
        return afterglow | elsewhere, (afterglow & surely) | elsewhere

    def _likenesses(self, taken: Floats, former: Floats, due: Floats) -> tuple[Floats, Floats, Floats]:
        """Light above the noise, how like the frame before it is, and by how much more than like its picture."""
        glow = np.maximum(taken - self._shape.quiet, 0.0)
        alike = likeness(glow, former)
        return glow.sum(axis=1), alike, alike - likeness(glow, due)


def _kind(run: int | None, empty: bool, stands: bool, sure: bool) -> int:
    """What a run of dark frames is, once one more frame of it is known: one alone that may be like another place is
    nothing yet."""
    if run is None:
        return LOST if empty else STILL if sure else MAYBE if stands else OFF
    if run == MAYBE or (run == OFF and stands):
        return STILL
    return OFF if run == LOST and not empty else run
