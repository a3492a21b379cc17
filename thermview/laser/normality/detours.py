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

from thermview.laser.normality.compare import clock_of, expected_frames, window_sums
from thermview.laser.normality.detour_parts import about_course, parts_of
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
BESIDE_CYCLES = 2
"""Cycles before and after a found detour that may belong to it too."""
MOST_LOST = 0.12
"""Share of its cycles by which a detour may leave the scan's clock behind or ahead."""
SURELY_LOST = 0.8
"""It did where that leaves less than such a share of what frames of equal phase differ by."""
OWN_PACE = 0.05
"""Cycles that a detour gains on the clock without a pace of its own: less than the spot's width."""
AS_GOOD = 1.2
"""Times the least that frames of equal phase differ by, up to which one course of the scan is as good as another."""
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
        for first, stop in stretches:
            odd = self._odd(frames[first:stop], phase[first:stop])
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
        known, index = placed.lit > 0.5, np.arange(len(placed.lit))
        beside = [
            slice(max(first - 2 * self.tables.half, 0), min(stop + 2 * self.tables.half, len(index)))
            for first, stop in stretches
        ]
        for rows in beside:
            known[rows] = False
        if not known.any():
            return placed.phase
        turns = np.unwrap(placed.offset[known] * 2 * np.pi) / (2 * np.pi)
        phase = np.interp(index, index[known], turns)
        clock = clock_of(index, self.tables.period)
        for rows, (first, stop) in zip(beside, stretches, strict=True):
            detour = slice(first - rows.start, stop - rows.start)
            phase[rows] = phase[rows.start] + self._gained(
                frames[rows],
                clock[rows] + phase[rows.start],
                detour,
                phase[rows.stop - 1] - phase[rows.start],
            )
        return np.asarray((phase + clock) % 1.0)

    def _gained(self, frames: Floats, usual: Doubles, detour: slice, known: float) -> Doubles:
        """(n,): what the scan gains on its `usual` phase (n,) in and around a detour, in cycles.

        As much as is `known` from what comes after it, and some whole cycles if need be. Where exactly the pace changes
        is looked for where that matters: where frames of equal phase are alike, and then as like the plain path as can
        be, which much of a detour mostly is.
        """
        codes = (
            frames[detour].reshape(detour.stop - detour.start, -1) * self.tables.white
        ) @ self.tables.basis
        most = round(MOST_LOST * len(codes) / self.tables.period)
        place, ramp = usual[detour], _ramp(len(usual), detour.start, detour.stop)
        gains = [known + cycles for cycles in range(-most, most + 1)]
        spreads = [_spread_at_phase(codes, place + ramp[detour] * gain) for gain in gains]
        best = int(np.argmin(spreads))
        gain = gains[best if spreads[best] < SURELY_LOST * spreads[most] else most]
        if abs(gain) < OWN_PACE:
            return ramp * gain
        half = self.tables.half
        ways = [
            gain * _ramp(len(usual), detour.start - sooner * half, detour.stop + later * half)
            for sooner in range(-BESIDE_CYCLES, 2 * BESIDE_CYCLES + 1)
            for later in range(-BESIDE_CYCLES, 2 * BESIDE_CYCLES + 1)
        ]
        left = [about_course(codes, place + way[detour]) for way in ways]
        alike = [way for way, most in zip(ways, left, strict=True) if most < AS_GOOD * min(left)]
        odd = [np.square(self._odd(frames[detour], place + way[detour])).sum() for way in alike]
        return alike[int(np.argmin(odd))]

    def _folded(self, frames: Floats, phase: Doubles) -> Piece:
        shares = phase_shares(phase, np.ones(len(phase)))
        return Piece(
            {len(self._places) - 1},
            (shares @ frames.reshape(len(frames), -1)).astype(np.float32),
            shares.sum(axis=1).astype(np.float64),
            self._oddness(frames, phase),
        )

    def _oddness(self, frames: Floats, phase: Doubles) -> Oddness:
        odd = self._odd(frames, phase)
        coarse = _coarse(phase_shares(phase, np.ones(len(phase))))
        met = coarse.sum(axis=1).astype(np.float64)
        return Oddness((coarse @ odd).astype(np.float32), met)

    def _odd(self, frames: Floats, phase: Doubles) -> Floats:
        """(n, pixels): what frames differ by from the plain path, both of unit length."""
        plain = expected_frames(self.tables, np.zeros(len(phase), np.int64), phase)
        flat = frames.reshape(len(frames), -1)
        return _unit(flat * self.tables.white) - _unit(plain * self.tables.white)

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


def _ramp(count: int, begin: int, end: int) -> Doubles:
    """(count,): 0 up to place `begin`, 1 from place `end` on."""
    return np.clip((np.arange(count) - begin) / (end - begin), 0.0, 1.0)


def _spread_at_phase(codes: NDArray[np.floating], phase: Doubles) -> float:
    """Mean square of `codes` (n, k) about their mean at each of FEW_PLACES phases."""
    places = (phase % 1.0 * FEW_PLACES).astype(np.int64) % FEW_PLACES
    at = (places == np.arange(FEW_PLACES)[:, None]).astype(np.float32)
    counts, sums = at.sum(axis=1), at @ codes
    within = (codes**2).sum() - ((sums**2).sum(axis=1) / np.maximum(counts, 1.0)).sum()
    return float(within / max(len(codes) - np.count_nonzero(counts), 1))


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
