"""The other patterns of a batch: what the scan does where it avoids an obstacle, found in the frames.

Nothing is assumed of how many there are or when they come: stretches that differ from the plain path for
several cycles are folded, and like is put with like. What only one recording does is no pattern of the
process but perhaps its fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from thermview.laser.normality.compare import window_sums
from thermview.laser.normality.detour_clock import BESIDE_CYCLES, carried, odd_of
from thermview.laser.normality.detour_parts import parts_of
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
        phase = carried(frames, placed, stretches, self.tables)
        self._places.append([])
        for first, stop in stretches:
            odd = odd_of(frames[first:stop], phase[first:stop], self.tables)
            for begin, end in pairwise(
                first + edge for edge in parts_of(odd, phase[first:stop], self.tables.period)
            ):
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
            out[place] = PictureSums(group.light[None], group.weight[None]).pictures(self.tables.gains)[0]
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

    def _folded(self, frames: Floats, phase: Doubles) -> Piece:
        shares = phase_shares(phase, np.ones(len(phase)))
        return Piece(
            {len(self._places) - 1},
            (shares @ frames.reshape(len(frames), -1)).astype(np.float32),
            shares.sum(axis=1).astype(np.float64),
            self._oddness(frames, phase),
        )

    def _oddness(self, frames: Floats, phase: Doubles) -> Oddness:
        odd = odd_of(frames, phase, self.tables)
        coarse = _coarse(phase_shares(phase, np.ones(len(phase))))
        met = coarse.sum(axis=1).astype(np.float64)
        return Oddness((coarse @ odd).astype(np.float32), met)

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
