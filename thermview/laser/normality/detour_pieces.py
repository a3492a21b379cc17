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
ALIKE = 0.45
"""Pieces belong together when they differ by less than this share of what each differs from the plain path."""
CLEARLY = 5.0
"""Two groups are patterns of their own, however alike, where their means lie so many times as far apart as the pieces
of either are spread from one mean to the other."""
LEAST_PIECES = 3
"""Fewer say nothing of how they are spread."""
BOTH = 0.75
"""And where so many of the recordings of each show the other too: recordings that each show one of the two differ from
one another, not in what they do."""
NEVER = 9.0
"""Farther apart than any two can be."""


@dataclass(frozen=True, eq=False)
class Oddness:
    """How frames differ from the plain path: `light` (COARSE, pixels) sums what differs at the same phases, frames
    being of unit length, and `met` (COARSE,) counts them; `squares` is how much all of it is.

    Two stretches rarely meet quite the same phases, but where both are as the plain path that plays no part in
    the difference.
    """

    light: Floats
    met: Doubles
    squares: float

    def joined(self, other: Oddness) -> Oddness:
        """Both together."""
        return Oddness(self.light + other.light, self.met + other.met, self.squares + other.squares)

    def without(self, other: Oddness) -> Oddness:
        """What is left of both together."""
        return Oddness(self.light - other.light, self.met - other.met, self.squares - other.squares)

    def unlike(self, other: Oddness) -> float:
        """0 where both differ from the plain path in the same way, about 1 where they have nothing in common."""
        shared = self._shared(other)
        if shared is None:
            return 1.0
        one, two = shared
        return float(((one - two) ** 2).sum() / max(float((one**2).sum() + (two**2).sum()), 1e-9))

    def way(self, one: Oddness, two: Oddness) -> float:
        """How much of the way from one to the other this lies, 0 at the one and 1 at the other."""
        found = self._shared(one, two)
        if found is None:
            return 0.5
        own, begin, end = found
        step = end - begin
        return float(((own - begin) * step).sum() / max(float((step**2).sum()), 1e-9))

    def _shared(self, *others: Oddness) -> list[Floats] | None:
        """What this and others differ by from the plain path at the phases that all met; None where they met none."""
        every = (self, *others)
        both = np.logical_and.reduce([each.met > 0.3 for each in every])
        if not both.any():
            return None
        return [np.asarray(each.light[both] / each.met[both, None], np.float32) for each in every]

    def farthest(self) -> float:
        """Cosine distance from the plain path at the phase that is farthest from it."""
        apart = (self.light**2).sum(axis=1) / np.maximum(self.met, 1e-9) ** 2
        return float(np.where(self.met > 0.3, apart, 0.0).max() / 2.0)


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

    def unlike(self, other: _Group) -> float:
        """How far their means lie apart; see `Oddness.unlike`."""
        return self.whole.odd.unlike(other.whole.odd)

    def clear_of(self, other: _Group) -> bool:
        """Whether the two are apart and not one that was halved, whose pieces lie all along the way between them."""
        return CLEARLY * max(self._spread_to(other), other._spread_to(self)) < 1.0

    def seen_with(self, other: _Group) -> bool:
        """Whether the same recordings show both."""
        one, two = self.whole.recordings, other.whole.recordings
        return len(one & two) >= BOTH * max(len(one), len(two))

    def _spread_to(self, other: _Group) -> float:
        """Standard deviation of its pieces on the way to another group, which is 1 long; from the median, so that one
        that was cut badly counts little. What a piece adds to its group's mean is left out."""
        if len(self.pieces) < LEAST_PIECES:
            return math.inf
        mine, end = self.whole.odd, other.whole.odd
        ways = np.array([piece.odd.way(mine.without(piece.odd), end) for piece in self.pieces])
        return 1.4826 * float(np.median(np.abs(ways - np.median(ways))))


class Groups:
    """Pieces put together, the nearest two first."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._groups = groups = [_Group([piece], piece) for piece in pieces]
        self._apart = np.full((len(groups), len(groups)), NEVER)
        for place in range(len(groups)):
            self._measure(place)
        self._clear = np.zeros(self._apart.shape, np.bool_)

    @property
    def wholes(self) -> list[Piece]:
        """Of each group all pieces together."""
        return [group.whole for group in self._groups]

    def join_same(self) -> None:
        """Make one of all that show the same pattern.

        Groups that are clear of each other wait until nothing else is left to join, for both may still grow. Then they
        are one pattern only where different recordings show them.
        """
        while (pair := self._nearest_same() or self._nearest_of_others()) is not None:
            self._join(*pair)

    def join_until(self, most: int) -> None:
        """Join any that are alike until no more than `most` are left."""
        while len(self._groups) > most and (pair := _least(self._apart)) is not None:
            self._join(*pair)

    def keep(self, kept: Sequence[bool]) -> None:
        """Leave groups out: one mark for each."""
        places = np.flatnonzero(kept)
        self._groups = [self._groups[place] for place in places]
        self._apart, self._clear = (each[np.ix_(places, places)] for each in (self._apart, self._clear))

    def _nearest_same(self) -> tuple[int, int] | None:
        """The nearest two that are not clear of each other."""
        while (pair := _least(np.where(self._clear, NEVER, self._apart))) is not None:
            place, other = pair
            if not self._groups[place].clear_of(self._groups[other]):
                break
            self._clear[place, other] = self._clear[other, place] = True
        return pair

    def _nearest_of_others(self) -> tuple[int, int] | None:
        """The nearest two that different recordings show."""
        beside = [[one.seen_with(two) for two in self._groups] for one in self._groups]
        return _least(np.where(beside, NEVER, self._apart)) if beside else None

    def _join(self, place: int, other: int) -> None:
        place, other = min(place, other), max(place, other)
        self._groups[place] = self._groups[place].joined(self._groups[other])
        del self._groups[other]
        self._apart, self._clear = (
            np.delete(np.delete(each, other, axis=0), other, axis=1) for each in (self._apart, self._clear)
        )
        self._measure(place)
        self._clear[place] = self._clear[:, place] = False

    def _measure(self, place: int) -> None:
        one = self._groups[place]
        self._apart[place] = [one.unlike(two) if two is not one else NEVER for two in self._groups]
        self._apart[:, place] = self._apart[place]


def _least(apart: Doubles) -> tuple[int, int] | None:
    """The nearest two, where they are alike."""
    if not apart.size or apart.min() > ALIKE:
        return None
    place, other = np.unravel_index(int(apart.argmin()), apart.shape)
    return int(place), int(other)
