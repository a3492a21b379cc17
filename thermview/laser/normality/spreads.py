"""What frames show at each phase, and how far normal ones differ from that: gathered in a second look."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from thermview.laser.normality.compare import deviations, expected_frames, facts_of
from thermview.laser.normality.dead_pixels import UnsurePixels
from thermview.laser.normality.glow import heat_kept
from thermview.laser.normality.pictures import CHUNK, Placed, phase_bells, phase_shares, pictures_of
from thermview.laser.normality.tables import FACTS, FEATURES, PHASES, BatchTables
from thermview.laser.normality.unmet_phases import bridged_places, bridged_where_met

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

FAR = 12.0
"""Frames that lie so many times as far from their picture as normal ones are left out: something is wrong there."""
FLOORS = (0.01, 0.03, 0.03, 0.02, 0.015, 0.5, 0.5)
"""Least spread of each feature: differences below it are the camera's rounding, not the process."""
SMOOTH = 2.0
"""Phases over which facts and spreads are smoothed where few frames were seen."""
LEAST_SEEN = 24.0
"""Frames that a spread is measured from at least: it is then known to a seventh. Detours show fewer at one phase."""
QUIET = 0.3
"""Counts expected below which a pixel shows the camera's noise alone."""
HARDLY_EVER, RESTLESS = 0.1, 1.5
"""A pixel that has more than that at all but such a share of the phases is never dark: its noise shows where it has at
most so many times as little as there."""
CUT = 1.47
"""Noise that is cut off at 0 has so many times as large squares as its spread about its mean has."""
ROUNDING = 0.5


@dataclass(eq=False)
class FactSums:
    """First look: mean facts per pattern and phase, and the noise of each pixel."""

    tables: BatchTables
    facts: Doubles = field(init=False)
    weight: Doubles = field(init=False)
    dark: Doubles = field(init=False)
    dark_frames: Doubles = field(init=False)
    quiet: Floats = field(init=False)
    never_dark: NDArray[np.bool_] = field(init=False)
    lit_pixels: float = 0.0

    def __post_init__(self) -> None:
        patterns, pixels = self.tables.patterns, len(self.tables.white)
        self.facts = np.zeros((patterns, PHASES, len(FACTS)))
        self.weight = np.zeros((patterns, PHASES))
        self.dark, self.dark_frames = np.zeros(pixels), np.zeros(pixels)
        least = np.quantile(pictures_of(self.tables), HARDLY_EVER, axis=(0, 1))
        self.never_dark = least >= QUIET
        self.quiet = (QUIET + RESTLESS * least * self.never_dark).astype(np.float32)

    def add(self, frames: Floats, placed: Placed) -> None:
        """A recording's frames at their places."""
        good = _good(placed, self.tables)
        for rows in _pieces(good):
            facts = facts_of(frames[rows], self.tables).astype(np.float64)
            _fold(self.facts, self.weight, facts, placed, rows)
            picture = expected_frames(self.tables, placed.pattern[rows], placed.phase[rows])
            quiet, flat = picture < self.quiet, frames[rows].reshape(len(rows), -1)
            squares = np.where(self.never_dark, CUT * np.square(flat - picture), np.square(flat))
            self.dark += (squares * quiet).sum(axis=0)
            self.dark_frames += quiet.sum(axis=0)
            self.lit_pixels += float((quiet & (flat > 0)).sum())

    def tables_with(self) -> BatchTables:
        """The tables with facts, noise and glow."""
        mean = np.stack([_smoothed(f, w) for f, w in zip(self.facts, self.weight, strict=True)])
        for facts, weight, pictures in zip(mean, self.weight, pictures_of(self.tables), strict=True):
            if places := [place for _, _, place in bridged_places(weight)]:
                frames = pictures[places].reshape(-1, self.tables.rows, self.tables.columns)
                facts[places] = facts_of(frames, self.tables)
        known = self.dark_frames > 30
        noise = np.sqrt(self.dark / np.maximum(self.dark_frames, 1))
        usual = float(np.median(noise[known])) if known.any() else 1.0
        noise = np.where(known, np.minimum(noise, 20.0 * usual + 1.0), usual) + ROUNDING
        light = float(mean[0, :, 0].mean())
        return replace(
            self.tables,
            facts=mean.astype(np.float32),
            noise=noise.astype(np.float32),
            light=light,
            stirring=self.lit_pixels / max(float(self.dark_frames.sum()), 1.0) * len(noise),
            glow=heat_kept(pictures_of(self.tables)[0], self.tables.period),
        )


@dataclass(eq=False)
class SpreadSums:
    """Second look: how far normal frames differ, per pattern and phase, and whose pixels cannot be trusted."""

    tables: BatchTables
    squares: Doubles = field(init=False)
    weight: Doubles = field(init=False)
    unsure: UnsurePixels = field(init=False)

    def __post_init__(self) -> None:
        self.squares = np.zeros((self.tables.patterns, PHASES, len(FEATURES)))
        self.weight = np.zeros((self.tables.patterns, PHASES))
        shape = (self.tables.rows, self.tables.columns)
        self.unsure = UnsurePixels(shape, round(self.tables.period))

    def add(self, frames: Floats, placed: Placed) -> None:
        """A recording's frames at their places."""
        good = _good(placed, self.tables)
        self.unsure.begin(len(frames))
        for rows in _pieces(np.arange(len(frames))):
            found = deviations(
                frames[rows], self.tables, placed.pattern[rows], placed.phase[rows], placed.astray[rows]
            )
            # frames of a dark pixel differ from their pictures: they are not left out
            self.unsure.add(rows, frames[rows], found.picture)
            kept = np.isin(rows, good)
            squares = np.square(found.measures[kept].astype(np.float64))
            _fold(self.squares, self.weight, squares, placed, rows[kept])
        self.unsure.end(placed.decided)

    def tables_with(self) -> BatchTables:
        """The tables with spreads and unsure pixels."""
        mean = [spread_of(s, w) for s, w in zip(self.squares, self.weight, strict=True)]
        for each, weight in enumerate(self.weight):
            mean[each] += self._missed(each, weight)
        spread = np.maximum(np.sqrt(np.stack(mean)), np.array(FLOORS))
        return replace(self.tables, spread=spread.astype(np.float32), unsure=self.unsure.found())

    def _missed(self, pattern: int, weight: Doubles) -> Doubles:
        """Mean squares (PHASES, features) by which the pictures of unmet phases may miss, most in the middle of a gap:
        as far as the same makes miss the pictures of phases that were met."""
        out = np.zeros((PHASES, len(FEATURES)))
        missed: dict[int, Doubles] = {}
        for gap, step, place in bridged_places(weight):
            if gap.steps not in missed:
                missed[gap.steps] = self._bridging(pattern, weight, gap.steps)
            share = step / gap.steps
            out[place] = missed[gap.steps] * (4.0 * share * (1.0 - share)) ** 2
        return out

    def _bridging(self, pattern: int, weight: Doubles, steps: int) -> Doubles:
        """Mean squares (features,) by which a picture in the middle of a gap misses; on the plain path too, where this
        pattern is hardly met twice so far apart."""
        tables, found = self.tables, []
        for each, seen in {pattern: weight, 0: self.weight[0]}.items():
            pictures = pictures_of(tables)[each]
            made, places = bridged_where_met(pictures, seen, steps, tables.gains)
            frames = made.reshape(-1, tables.rows, tables.columns)
            at = np.full(len(places), each, np.int64), places / PHASES
            off = deviations(frames, tables, *at, np.zeros(len(places), np.float32)).measures
            found.append(np.square(off.astype(np.float64)))
        squares = np.concatenate(found)
        return np.asarray(squares.sum(axis=0) / max(len(squares), 1))


def _good(placed: Placed, tables: BatchTables) -> NDArray[np.int64]:
    return np.flatnonzero((placed.lit > 0.5) & (placed.apart < FAR * tables.distance))


def _pieces(rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return [rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK)]


def _fold(sums: Doubles, weight: Doubles, values: Doubles, placed: Placed, rows: NDArray[np.int64]) -> None:
    pattern, phase = placed.pattern[rows], placed.phase[rows]
    for each in np.unique(pattern):
        chosen = pattern == each
        shares = phase_shares(phase[chosen], np.ones(int(chosen.sum()))).astype(np.float64)
        sums[each] += shares @ values[chosen]
        weight[each] += shares.sum(axis=1)


def spread_of(squares: Doubles, weight: Doubles) -> Doubles:
    """Mean squares (PHASES, features) by which frames that taught nothing will differ from pictures of `weight`
    (PHASES,) frames.

    A mean of n frames lies nearer to these than to any other: their squares are short of the others' by
    (n - 1) / (n + 1). Where a phase met few frames, those at the phases around say with them how far frames differ.
    """
    short = np.maximum((weight + 1.0) / np.maximum(weight - 1.0, 1.0), 1.0)[:, None]
    out, thin = np.zeros_like(squares), np.ones(len(weight), np.bool_)
    for width in (0.0, 0.7, 1.5, 3.0, 6.0, 12.0, 24.0):
        kernel = phase_bells(width)
        seen = kernel @ weight
        out[thin] = (kernel @ (squares * short) / np.maximum(seen, 1e-9)[:, None])[thin]
        thin &= seen < LEAST_SEEN
        if not thin.any():
            break
    return out


def _smoothed(sums: Doubles, weight: Doubles) -> Doubles:
    """Means per phase, from a bell of neighbours where a phase met few frames."""
    few = max(0.2 * float(weight.mean()), 1e-9)
    out = sums / np.maximum(weight, 1e-9)[:, None]
    for width in (0.5 * SMOOTH, SMOOTH, 3 * SMOOTH, 16 * SMOOTH):
        thin = weight < few
        if not thin.any():
            break
        kernel = phase_bells(width)
        total = kernel @ weight
        out[thin] = ((kernel @ sums) / np.maximum(total, 1e-9)[:, None])[thin]
        weight = np.where(thin & (total >= few), few, weight)
    return out
