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
from thermview.laser.normality.pictures import PictureSums, Placed, phase_shares
from thermview.laser.normality.tables import PHASES, BatchTables

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

PIECE_CYCLES = 4
"""Cycles that a pattern lasts at least: in fewer it meets too few phases to be known again."""
COARSE = 32
NOVEL = 1.8
"""A detour lies at least so many times as far from the plain path as the plain path's own cycles mostly do."""
CUT = 1.15
"""A new pattern begins where neighbouring cycles differ by so many times what 99 in 100 plain ones do."""
LOOK_CYCLES = 3
"""Cycles over which that is averaged."""
ALIKE = 0.45
"""Pieces belong together when they differ by less than this share of what each differs from the plain path."""
MOST_PATTERNS = 8
LEAST_SHARE = 0.3
"""Share of the recordings that must show a pattern: a batch has an obstacle in all of them or in none."""


@dataclass(eq=False)
class _Piece:
    """A stretch of a detour, folded: `light` (PHASES, pixels) and `weight` (PHASES,) in frames.

    `odd` (COARSE, pixels) sums what differs from the plain path at the same phases, frames being of unit
    length, and `met` (COARSE,) counts them: two stretches rarely meet quite the same phases, but where both
    are as the plain path that plays no part in the difference.
    """

    recordings: set[int]
    light: Floats
    weight: Doubles
    odd: Floats
    met: Doubles

    def joined(self, other: _Piece) -> _Piece:
        """Both together."""
        return _Piece(
            self.recordings | other.recordings,
            self.light + other.light,
            self.weight + other.weight,
            self.odd + other.odd,
            self.met + other.met,
        )

    def unlike(self, other: _Piece) -> float:
        """0 where both differ from the plain path in the same way, about 1 where they have nothing in common."""
        both = (self.met > 0.3) & (other.met > 0.3)
        if not both.any():
            return 1.0
        one = self.odd[both] / self.met[both, None]
        two = other.odd[both] / other.met[both, None]
        return float(((one - two) ** 2).sum() / max(float((one**2).sum() + (two**2).sum()), 1e-9))


@dataclass(eq=False)
class DetourFinder:
    """Feed placed recordings one by one, then ask for the patterns' pictures."""

    tables: BatchTables
    _pieces: list[_Piece] = field(default_factory=list)
    _recordings: int = 0

    def add(self, frames: Floats, placed: Placed) -> None:
        """Take the stretches of a recording that differ from the plain path for long."""
        stretches = self._stretches(placed)
        cuts = self._cuts(frames, stretches) if stretches else []
        phase = self._carried(placed, stretches)
        for first, stop in stretches:
            edges = [first, *(cut for cut in cuts if first < cut < stop), stop]
            for begin, end in pairwise(edges):
                if end - begin >= PIECE_CYCLES * self.tables.period:
                    rows = slice(begin, end)
                    self._pieces.append(self._folded(frames[rows], phase[rows]))
        self._recordings += 1

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
        least = PIECE_CYCLES * self.tables.period
        # the window has seen the novelty early and late
        runs = [(a + half // 2, b - half // 2) for a, b in edges.reshape(-1, 2).tolist()]
        return [(a, b) for a, b in runs if b - a >= least]

    def _carried(self, placed: Placed, stretches: list[tuple[int, int]]) -> Doubles:
        """Phases by the clock: where the path is another one, its offset goes on from before to after."""
        known = placed.lit > 0.5
        for first, stop in stretches:
            known[max(first - 2 * self.tables.half, 0) : stop + 2 * self.tables.half] = False
        if not known.any():
            return placed.phase
        index = np.arange(len(known))
        turns = np.unwrap(placed.offset[known] * 2 * np.pi) / (2 * np.pi)
        offset = np.interp(index, index[known], turns)
        return np.asarray((offset + clock_of(index, self.tables.period)) % 1.0)

    def _cuts(self, frames: Floats, stretches: list[tuple[int, int]]) -> list[int]:
        """Frames at which a new pattern begins: where one cycle differs from the next more than cycles do."""
        cycle = round(self.tables.period)
        codes = (frames.reshape(len(frames), -1) * self.tables.white) @ self.tables.basis
        codes /= np.sqrt((codes * codes).sum(axis=1, keepdims=True)) + 1e-6
        apart = 1.0 - (codes[:-cycle] * codes[cycle:]).sum(axis=1)
        half = self.tables.half
        change = window_sums(apart, np.arange(len(apart)), half)
        plain = np.ones(len(change), np.bool_)
        for first, stop in stretches:
            plain[max(first - 2 * cycle, 0) : stop + 2 * cycle] = False
        usual = change[plain] if plain.any() else change
        clear = np.flatnonzero(change > CUT * np.percentile(usual, 99))
        reach = 2 * cycle
        tops = [
            at for at in clear.tolist() if change[at] == change[max(at - reach, 0) : at + reach + 1].max()
        ]
        return [at + half for at in tops]

    def _folded(self, frames: Floats, phase: Doubles) -> _Piece:
        flat = frames.reshape(len(frames), -1)
        shares = phase_shares(phase, np.ones(len(phase)))
        plain = expected_frames(self.tables, np.zeros(len(phase), np.int64), phase)
        odd = _unit(flat * self.tables.white) - _unit(plain * self.tables.white)
        coarse = _coarse(shares)
        return _Piece(
            {self._recordings},
            (shares @ flat).astype(np.float32),
            shares.sum(axis=1).astype(np.float64),
            (coarse @ odd).astype(np.float32),
            coarse.sum(axis=1).astype(np.float64),
        )

    def _groups(self) -> list[_Piece]:
        """Pieces that show the same put together; those that few recordings show are left out."""
        groups = list(self._pieces)
        # the nearest two first, as long as any two are alike
        apart = np.array([[one.unlike(two) if one is not two else 9.0 for two in groups] for one in groups])
        while len(groups) > 1:
            place, other = np.unravel_index(int(apart.argmin()), apart.shape)
            if apart[place, other] > ALIKE:
                break
            groups[place] = groups[place].joined(groups[other])
            del groups[other]
            apart = np.delete(np.delete(apart, other, axis=0), other, axis=1)
            here = int(place) - int(other < place)
            apart[here] = [groups[here].unlike(group) for group in groups]
            apart[here, here] = 9.0
            apart[:, here] = apart[here]
        least = max(LEAST_SHARE * self._recordings, 2 if self._recordings > 2 else 1)
        kept = [group for group in groups if len(group.recordings) >= least]
        kept.sort(key=lambda group: float(group.weight.sum()), reverse=True)
        return kept[: MOST_PATTERNS - 1]


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
