"""Where the laser spot goes: the figure of eight and the three patterns that avoid an obstacle.

A pattern is a closed polygon in the unit square of the path: u from -1 (left edge) over 0 (middle) to
1 (right edge), v from 0 (top) to 1 (bottom). Each segment has its own share of the cycle, so that the
speeds are unequal, as measured from real frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vertex = tuple[float, float]

NOMINAL, AVOID_RIGHT, AVOID_MIDDLE, AVOID_LEFT = range(4)


@dataclass(frozen=True)
class Pattern:
    """A closed path: `corners` (segments + 1, 2) as (u, v), `ends` (segments + 1,) from 0 to 1 cycle."""

    name: str
    corners: NDArray[np.float64]
    ends: NDArray[np.float64]

    def at(self, phase: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(u, v) at phases in cycles; only the fraction counts."""
        fraction = phase - np.floor(phase)
        return (
            np.interp(fraction, self.ends, self.corners[:, 0]),
            np.interp(fraction, self.ends, self.corners[:, 1]),
        )


@dataclass(frozen=True)
class Timing:
    """Shares of a cycle for the four long segments; the four hops between them share the rest equally."""

    right_up: float
    middle_down: float
    left_up: float
    middle_down_again: float

    @property
    def hop(self) -> float:
        """Share of one of the four short hops."""
        return (1.0 - self.right_up - self.middle_down - self.left_up - self.middle_down_again) / 4.0


def make_patterns(timing: Timing, detour: float) -> tuple[Pattern, ...]:
    """The nominal path and its three detours, indexed by NOMINAL, AVOID_RIGHT, AVOID_MIDDLE, AVOID_LEFT.

    `detour` is how far the path steps aside, as a share of the half width (0 to 1).
    """
    hop = timing.hop
    right = _edge(1.0, detour, timing.right_up)
    left = _edge(-1.0, detour, timing.left_up)
    plain_right = [((1.0, 0.0), timing.right_up)]
    plain_left = [((-1.0, 0.0), timing.left_up)]
    return (
        _pattern("eight", _eight(plain_right, plain_left, timing, split=False)),
        _pattern("right edge avoided", _eight(right, plain_left, timing, split=True)),
        _pattern("middle avoided", _around_middle(detour, timing, hop)),
        _pattern("left edge avoided", _eight(plain_right, left, timing, split=True)),
    )


Step = tuple[Vertex, float]  # the corner a segment leads to, and its share of the cycle


def _eight(right: list[Step], left: list[Step], timing: Timing, *, split: bool) -> list[Step]:
    hop = timing.hop
    return [
        *right,
        ((0.0, 0.0), hop),
        *_down(timing.middle_down, split),
        ((-1.0, 1.0), hop),
        *left,
        ((0.0, 0.0), hop),
        *_down(timing.middle_down_again, split),
        ((1.0, 1.0), hop),
    ]


def _down(share: float, split: bool) -> list[Step]:
    """The middle line; in a detour pattern it is passed in two segments, faster in the first."""
    if not split:
        return [((0.0, 1.0), share)]
    return [((0.0, 0.5), 0.45 * share), ((0.0, 1.0), 0.55 * share)]


def _edge(side: float, detour: float, share: float) -> list[Step]:
    """An edge upwards in nine segments: the middle of it is passed further in, with slanted corners."""
    near, inner = side, side * (1.0 - detour)
    between = side * (1.0 - 0.5 * detour)
    corners: list[Vertex] = [
        (near, 0.84),
        (near, 0.70),
        (between, 0.63),
        (inner, 0.57),
        (inner, 0.43),
        (between, 0.37),
        (near, 0.30),
        (near, 0.16),
        (near, 0.0),
    ]
    weights = np.array([1.2, 1.0, 1.0, 1.0, 1.6, 1.0, 1.0, 1.0, 1.2])
    shares = share * weights / weights.sum()
    return list(zip(corners, shares.tolist(), strict=True))


def _around_middle(detour: float, timing: Timing, hop: float) -> list[Step]:
    """Both loops keep off the centre; two short bridges at the bottom join them: ten segments."""
    off = 0.6 * detour
    return [
        ((1.0, 0.0), timing.right_up),
        ((off, 0.0), 0.8 * hop),
        ((off, 1.0), timing.middle_down),
        ((-off, 1.0), 0.6 * hop),
        ((-1.0, 1.0), 0.6 * hop),
        ((-1.0, 0.0), timing.left_up),
        ((-off, 0.0), 0.8 * hop),
        ((-off, 1.0), timing.middle_down_again),
        ((off, 1.0), 0.6 * hop),
        ((1.0, 1.0), 0.6 * hop),
    ]


def _pattern(name: str, steps: list[Step]) -> Pattern:
    corners = np.array([steps[-1][0], *(corner for corner, _ in steps)])
    ends = np.concatenate([[0.0], np.cumsum([share for _, share in steps])])
    return Pattern(name, corners, ends / ends[-1])
