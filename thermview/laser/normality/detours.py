"""The other patterns of a batch: what the scan does where it avoids an obstacle, found in the frames.

Nothing is assumed of how many there are or when they come: stretches that differ from the plain path for
several cycles are folded, and like is put with like. What only one recording does is no pattern of the
process but perhaps its fault.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from thermview.laser.normality.compare import clock_of, expected_frames, window_sums
from thermview.laser.normality.detour_pieces import COARSE, Groups, Oddness, Piece
from thermview.laser.normality.pictures import PictureSums, Placed, phase_shares
from thermview.laser.normality.tables import PHASES, BatchTables

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Whole = NDArray[np.int64]

STRETCH_CYCLES = 4
"""Cycles that a detour lasts at least."""
PIECE_CYCLES = 3
"""Cycles that each of its patterns lasts at least: in fewer it meets too few phases to be known again."""
NOVEL = 1.8
"""A detour lies at least so many times as far from the plain path as the plain path's own cycles mostly do."""
LOOK_CYCLES = 3
"""Cycles over which that is averaged."""
PART_CYCLES = 2
"""Cycles in the shortest part of a stretch; a part without a pattern may lie where the stretch begins or ends."""
STEADY_CYCLES, STEADY = 4, 25
"""Of parts of so many cycles that percentage shows how much frames of one pattern differ at the same phase."""
ANOTHER = 1.2
"""A stretch is parted where that leaves less unexplained by what so many of its cycles differ from the plain path:
two patterns of nothing in common leave all cycles of one of them, and a part too many is joined again later."""
BESIDE_CYCLES = 2
"""Cycles before and after a found detour that may belong to it too."""
MOST_STEPS = 400
"""Places in a stretch where it may be parted."""
MOST_LOST = 0.12
"""Share of its cycles by which a detour may leave the scan's clock behind or ahead."""
SURELY_LOST = 0.8
"""It did where that leaves less than such a share of what frames of equal phase differ by."""
FEW_PLACES = 16
"""Places in the cycle for that: of a short stretch too there are some frames at each."""
LEAVES = 0.1
"""Cosine distance that a detour has from the plain path somewhere in the cycle, its light then being more than half
of a spot's width away; all of a path that drifts is a little off, and no detour."""
MOST_PATTERNS = 8
LEAST_SHARE = 0.3
"""Share of the recordings that must show a pattern: a batch has an obstacle in all of them or in none."""


@dataclass(eq=False)
class DetourFinder:
    """Feed placed recordings one by one, then ask for the patterns' pictures."""

    tables: BatchTables
    _pieces: list[Piece] = field(default_factory=list)
    _places: list[list[tuple[int, int]]] = field(default_factory=list)

    def add(self, frames: Floats, placed: Placed) -> None:
        """Take the stretches of a recording that differ from the plain path for long."""
        stretches = self._stretches(placed)
        phase = self._carried(frames, placed, stretches)
        self._places.append([])
        for stretch in stretches:
            for begin, end in pairwise(self._edges(frames, phase, *stretch)):
                if end - begin >= PIECE_CYCLES * self.tables.period:
                    piece = self._folded(frames[begin:end], phase[begin:end])
                    if piece.odd.farthest() >= LEAVES:
                        self._pieces.append(piece)
                        self._places[-1].append((begin, end))

    def teaching(self, number: int, pattern: Whole) -> NDArray[np.bool_]:
        """Frames of a recording that may teach the pattern (frames,) that they fit best: the plain path anywhere, a
        detour only where one was found. It is learnt from few frames, and would soon be learnt from plain ones that
        lie a little off."""
        near = np.zeros(len(pattern), np.bool_)
        beside = round(BESIDE_CYCLES * self.tables.period)
        for begin, end in self._places[number]:
            near[max(begin - beside, 0) : end + beside] = True
        return np.asarray(near | (pattern == 0))

    def pictures(self, plain: Floats) -> Floats:
        """Starting pictures (p, PHASES, pixels) of all patterns; `plain` (PHASES, pixels) comes first."""
        groups = self._groups()
        out = np.empty((1 + len(groups), *plain.shape), np.float32)
        out[0] = plain
        for place, group in enumerate(groups, 1):
            out[place] = PictureSums(group.light[None], group.weight[None]).pictures()[0]
        return out

    def _stretches(self, placed: Placed) -> list[tuple[int, int]]:
        half = round(LOOK_CYCLES * self.tables.period / 2)
        centre = np.arange(len(placed.apart))
        far = window_sums(np.minimum(placed.apart, 0.5), centre, half) / (2 * half + 1)
        novel = far > NOVEL * np.median(far)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], novel.astype(np.int8), [0]])))
        least = STRETCH_CYCLES * self.tables.period
        # the window has seen the novelty early and late
        runs = [(a + half // 2, b - half // 2) for a, b in edges.reshape(-1, 2).tolist()]
        return [(a, b) for a, b in runs if b - a >= least]

    def _carried(self, frames: Floats, placed: Placed, stretches: list[tuple[int, int]]) -> Doubles:
        """Phases by the clock: where the path is another one, its offset goes on from before to after, by so many whole
        cycles more or fewer as make frames of equal phase alike: a detour may have a pace of its own."""
        known = placed.lit > 0.5
        for first, stop in stretches:
            known[max(first - 2 * self.tables.half, 0) : stop + 2 * self.tables.half] = False
        if not known.any():
            return placed.phase
        index = np.arange(len(known))
        turns = np.unwrap(placed.offset[known] * 2 * np.pi) / (2 * np.pi)
        phase = np.interp(index, index[known], turns) + clock_of(index, self.tables.period)
        for first, stop in stretches:
            phase[first:stop] += self._cycles_lost(frames[first:stop], phase[first:stop])
        return np.asarray(phase % 1.0)

    def _cycles_lost(self, frames: Floats, phase: Doubles) -> Doubles:
        """(n,): cycles, from none to some whole ones, to be added to the phases of a stretch (n,); mostly none."""
        codes = (frames.reshape(len(frames), -1) * self.tables.white) @ self.tables.basis
        ramp = np.arange(len(phase)) / len(phase)
        most = round(MOST_LOST * len(phase) / self.tables.period)
        spreads = [_spread_at_phase(codes, phase + ramp * cycles) for cycles in range(-most, most + 1)]
        best = int(np.argmin(spreads))
        lost = best - most if spreads[best] < SURELY_LOST * spreads[most] else 0
        return np.asarray(ramp * lost)

    def _edges(self, frames: Floats, phase: Doubles, first: int, stop: int) -> list[int]:
        """From `first` to `stop`, where one pattern gives way to another: see `_parted`."""
        step = max(round(self.tables.period / 2), -(-(stop - first) // MOST_STEPS))
        edges = [*range(first, stop - step + 1, step), stop]
        blocks = [self._oddness(frames[a:b], phase[a:b]) for a, b in pairwise(edges)]
        least = math.ceil(PART_CYCLES * self.tables.period / step)
        share = ANOTHER * self.tables.period / (stop - first)
        window = math.ceil(STEADY_CYCLES * self.tables.period / step)
        return [edges[place] for place in _parted(_unexplained(blocks, window), least, share)]

    def _folded(self, frames: Floats, phase: Doubles) -> Piece:
        shares = phase_shares(phase, np.ones(len(phase)))
        return Piece(
            {len(self._places) - 1},
            (shares @ frames.reshape(len(frames), -1)).astype(np.float32),
            shares.sum(axis=1).astype(np.float64),
            self._oddness(frames, phase),
        )

    def _oddness(self, frames: Floats, phase: Doubles) -> Oddness:
        plain = expected_frames(self.tables, np.zeros(len(phase), np.int64), phase)
        flat = frames.reshape(len(frames), -1)
        odd = _unit(flat * self.tables.white) - _unit(plain * self.tables.white)
        coarse = _coarse(phase_shares(phase, np.ones(len(phase))))
        met = coarse.sum(axis=1).astype(np.float64)
        return Oddness((coarse @ odd).astype(np.float32), met, float((odd * odd).sum()))

    def _groups(self) -> list[Piece]:
        """Pieces that show the same put together; those that few recordings show are left out."""
        recordings = len(self._places)
        least = max(LEAST_SHARE * recordings, 2 if recordings > 2 else 1)
        groups = Groups(self._pieces)
        groups.join_same()
        groups.keep([len(group.recordings) >= least for group in groups.wholes])
        groups.join_until(MOST_PATTERNS - 1)
        found = sorted(groups.wholes, key=lambda group: float(group.weight.sum()), reverse=True)
        return found[: MOST_PATTERNS - 1]


def _spread_at_phase(codes: NDArray[np.floating], phase: Doubles) -> float:
    """Mean square of `codes` (n, k) about their mean at each of FEW_PLACES phases."""
    places = (phase % 1.0 * FEW_PLACES).astype(np.int64) % FEW_PLACES
    at = (places == np.arange(FEW_PLACES)[:, None]).astype(np.float32)
    counts, sums = at.sum(axis=1), at @ codes
    within = (codes**2).sum() - ((sums**2).sum(axis=1) / np.maximum(counts, 1.0)).sum()
    return float(within / max(len(codes) - np.count_nonzero(counts), 1))


def _unexplained(blocks: Sequence[Oddness], window: int) -> Doubles:
    """(n + 1, n + 1): of blocks first .. stop - 1 the squares about their own mean at each phase, by first and stop.

    A mean takes up some of what its own frames differ by, and all of what a frame alone at its phase does. That is put
    back, at the rate of steady parts of `window` blocks: or else parts too short to mean anything would explain most.
    """
    light, met = (
        np.stack([block.light for block in blocks], axis=1),
        np.stack([block.met for block in blocks]),
    )
    products = _corner_sums(light @ light.transpose(0, 2, 1))
    own = np.diagonal(products, axis1=1, axis2=2)
    together = own[:, None, :] - 2.0 * products + own[:, :, None]
    counts = np.concatenate([np.zeros((1, COARSE)), np.cumsum(met, axis=0)])
    frames = np.maximum(counts[None] - counts[:, None], 1e-9)
    squares = np.concatenate([[0.0], np.cumsum([block.squares for block in blocks])])
    left = squares[None] - squares[:, None] - (together / np.moveaxis(frames, 2, 0)).sum(axis=0)
    taken = np.minimum(frames, 1.0).sum(axis=2)
    free = np.maximum(frames.sum(axis=2) - taken, 1.0)
    each = np.diagonal(left / free, min(window, len(blocks)))
    return np.asarray(left + taken * np.percentile(each, STEADY))


def _corner_sums(values: NDArray[np.floating]) -> Doubles:
    """Sums of (m, n, n) over all rows and columns before each, (m, n + 1, n + 1)."""
    out = np.zeros((len(values), values.shape[1] + 1, values.shape[2] + 1))
    out[:, 1:, 1:] = values.cumsum(axis=1, dtype=np.float64).cumsum(axis=2)
    return out


def _parted(unexplained: Doubles, least: int, share: float) -> list[int]:
    """Edges of the parts, each of at least so many blocks, that leave least unexplained; a part more is worth it
    when that explains more than a share of everything. Optimal partitioning (Jackson et al. 2005)."""
    count = len(unexplained) - 1
    price = share * unexplained[0, count]
    cost, came = np.full(count + 1, np.inf), np.zeros(count + 1, np.int64)
    cost[0] = 0.0
    for stop in range(min(least, count), count + 1):
        ways = cost[: max(stop - least, 0) + 1] + unexplained[: max(stop - least, 0) + 1, stop] + price
        came[stop] = ways.argmin()
        cost[stop] = ways[came[stop]]
    edges = [count]
    while edges[0] > 0:
        edges.insert(0, int(came[edges[0]]))
    return edges


def _unit(pictures: Floats) -> Floats:
    return np.asarray(
        pictures / (np.sqrt((pictures * pictures).sum(axis=1, keepdims=True)) + 1e-6), np.float32
    )


def _coarse(fine: NDArray[np.floating]) -> NDArray[np.floating]:
    """Sums over neighbouring phases, from PHASES to COARSE places."""
    return np.asarray(fine.reshape(COARSE, PHASES // COARSE, *fine.shape[1:]).sum(axis=1))


def kept_patterns(decided: Sequence[NDArray[np.int64]], patterns: int, period: float) -> list[int]:
    """Patterns to keep once all compete: those that enough recordings show; the plain path always.

    `decided` per recording, how many frames each pattern has (patterns,).
    """
    least = PIECE_CYCLES * period
    shows = np.array([counts >= least for counts in decided]).reshape(-1, patterns)
    needed = max(LEAST_SHARE * len(shows), 2 if len(shows) > 2 else 1)
    return [0, *(place for place in range(1, patterns) if shows[:, place].sum() >= needed)]
