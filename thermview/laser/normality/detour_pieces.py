"""Pieces of detours, and which of them show the same pattern."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

COARSE = 32
"""Places in the cycle at which pieces are compared."""
MET = 0.3
"""Frames at a phase from which it counts as met."""
ALIKE = 0.45
"""Pieces belong together when they differ by less than this share of what each differs from the plain path."""
GAP, NEAR_ENDS = 0.4, 90
"""Two groups are patterns of their own, however alike, where between the pieces of the one and those of the other so
much of the way from mean to mean is free; of either group's pieces that percentage counts, a few are cut badly. (Of
what is halved without being two some 0.2 is free: a uniform or a normal law cut in its middle.)"""
LEAST_PIECES = 3
"""Fewer say nothing of how far they reach."""
BOTH = 0.75
"""Two such groups stay two where so many of the recordings of each show the other too: recordings that each show one
of the two differ from one another, not in what they do."""


@dataclass(frozen=True, eq=False)
class Oddness:
    """How frames differ from the plain path: `light` (COARSE, pixels) sums what differs at the same phases, frames
    being of unit length, and `met` (COARSE,) counts them.

    Two stretches rarely meet quite the same phases, but where both are as the plain path that plays no part in
    the difference.
    """

    light: Floats
    met: Doubles

    def joined(self, other: Oddness) -> Oddness:
        """Both together."""
        return Oddness(self.light + other.light, self.met + other.met)

    def without(self, other: Oddness) -> Oddness:
        """What is left of both together."""
        return Oddness(self.light - other.light, self.met - other.met)

    def unlike(self, other: Oddness) -> float:
        """0 where both differ from the plain path in the same way, about 1 where they have nothing in common."""
        both = self._met_with(other)
        if not both.any():
            return 1.0
        one, two = self._mean(both), other._mean(both)
        return float(((one - two) ** 2).sum() / max(float((one**2).sum() + (two**2).sum()), 1e-9))

    def blurred_by(self, other: Oddness) -> float:
        """By how much more frames differ from their mean at their phase once both are one (Ward 1963): pieces of one
        pattern that were long lie nearer each other than short ones do, and this takes no more of either."""
        both = self._met_with(other)
        if not both.any():
            return 0.0
        one, two = self._mean(both), other._mean(both)
        frames = self.met[both] * other.met[both] / (self.met[both] + other.met[both])
        return float((frames * ((one - two) ** 2).sum(axis=1)).sum())

    def way(self, one: Oddness, two: Oddness) -> float:
        """How much of the way from one to the other this lies, 0 at the one and 1 at the other."""
        every = self._met_with(one, two)
        if not every.any():
            return 0.5
        begin, step = one._mean(every), two._mean(every) - one._mean(every)
        return float(((self._mean(every) - begin) * step).sum() / max(float((step**2).sum()), 1e-9))

    def _met_with(self, *others: Oddness) -> NDArray[np.bool_]:
        """(COARSE,): the phases that this and all others met."""
        return np.asarray(np.logical_and.reduce([each.met > MET for each in (self, *others)]))

    def _mean(self, phases: NDArray[np.bool_]) -> Floats:
        """(phases, pixels): what a frame there differs by from the plain path."""
        return np.asarray(self.light[phases] / self.met[phases, None], np.float32)

    def farthest(self) -> float:
        """Cosine distance from the plain path at the phase that is farthest from it."""
        apart = (self.light**2).sum(axis=1) / np.maximum(self.met, 1e-9) ** 2
        return float(np.where(self.met > MET, apart, 0.0).max() / 2.0)


@dataclass(eq=False)
class Piece:
    """A stretch of a detour, folded: `light` (PHASES, pixels) and `weight` (PHASES,) in frames."""

    recordings: set[int]
    light: Floats
    weight: Doubles
    odd: Oddness

    def joined(self, other: Piece) -> Piece:
        """Both together."""
        return Piece(
            self.recordings | other.recordings,
            self.light + other.light,
            self.weight + other.weight,
            self.odd.joined(other.odd),
        )


@dataclass(eq=False)
class _Group:
    """Pieces that show the same pattern, and all of them together."""

    pieces: list[Piece]
    whole: Piece

    def joined(self, other: _Group) -> _Group:
        """Both as one pattern."""
        return _Group([*self.pieces, *other.pieces], self.whole.joined(other.whole))

    def clear_of(self, other: _Group) -> bool:
        """Whether nothing lies between the two, as it would if one pattern had been halved."""
        return 1.0 - self._reach_to(other) - other._reach_to(self) > GAP

    def seen_with(self, other: _Group) -> bool:
        """Whether the same recordings show both."""
        one, two = self.whole.recordings, other.whole.recordings
        return len(one & two) >= BOTH * max(len(one), len(two))

    def _reach_to(self, other: _Group) -> float:
        """How far its pieces reach on the way to another group, which is 1 long; what a piece adds to the mean of its
        group is left out."""
        if len(self.pieces) < LEAST_PIECES:
            return math.inf
        mine, end = self.whole.odd, other.whole.odd
        return float(np.percentile([p.odd.way(mine.without(p.odd), end) for p in self.pieces], NEAR_ENDS))


class Groups:
    """Pieces put together, first those two that this blurs least."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._groups = groups = [_Group([piece], piece) for piece in pieces]
        self._blur = np.full((len(groups), len(groups)), np.inf)
        for place in range(len(groups)):
            self._measure(place)
        self._clear = np.zeros(self._blur.shape, np.bool_)

    @property
    def wholes(self) -> list[Piece]:
        """Of each group all pieces together."""
        return [group.whole for group in self._groups]

    def join_same(self) -> None:
        """Make one of all that show the same pattern.

        Groups that are clear of each other wait until nothing else is left to join, for both may still grow. Then they
        are one pattern only where different recordings show them.
        """
        while (pair := self._next_same() or self._next_of_others()) is not None:
            self._join(*pair)

    def join_until(self, most: int) -> None:
        """Join any that are alike until no more than `most` are left."""
        while len(self._groups) > most and (pair := _least(self._blur)) is not None:
            self._join(*pair)

    def keep(self, kept: Sequence[bool]) -> None:
        """Leave groups out: one mark for each."""
        places = np.flatnonzero(kept)
        self._groups = [self._groups[place] for place in places]
        self._blur, self._clear = (each[np.ix_(places, places)] for each in (self._blur, self._clear))

    def _next_same(self) -> tuple[int, int] | None:
        """Two that are alike and not clear of each other."""
        while (pair := _least(np.where(self._clear, np.inf, self._blur))) is not None:
            place, other = pair
            if not self._groups[place].clear_of(self._groups[other]):
                break
            self._clear[place, other] = self._clear[other, place] = True
        return pair

    def _next_of_others(self) -> tuple[int, int] | None:
        """Two that are alike and that different recordings show."""
        beside = [[one.seen_with(two) for two in self._groups] for one in self._groups]
        return _least(np.where(beside, np.inf, self._blur)) if beside else None

    def _join(self, place: int, other: int) -> None:
        place, other = min(place, other), max(place, other)
        self._groups[place] = self._groups[place].joined(self._groups[other])
        del self._groups[other]
        self._blur, self._clear = (
            np.delete(np.delete(each, other, axis=0), other, axis=1) for each in (self._blur, self._clear)
        )
        self._measure(place)
        self._clear[place] = self._clear[:, place] = False

    def _measure(self, place: int) -> None:
        one = self._groups[place].whole.odd
        for other, group in enumerate(self._groups):
            two = group.whole.odd
            alike = other != place and one.unlike(two) <= ALIKE
            self._blur[place, other] = self._blur[other, place] = one.blurred_by(two) if alike else np.inf


def _least(blur: Doubles) -> tuple[int, int] | None:
    """The two that joining blurs least, if any may be joined."""
    if not blur.size or np.isinf(blur.min()):
        return None
    place, other = np.unravel_index(int(blur.argmin()), blur.shape)
    return int(place), int(other)
