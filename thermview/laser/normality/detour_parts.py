"""Where in a stretch of a detour one of its patterns gives way to another."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from thermview.laser.normality.pictures import phase_shares

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

PLACES = 64
"""Places in the cycle between which a course goes straight: the spot moves by no more than its width there."""
PART_CYCLES = 2
"""Cycles in the shortest part of a stretch; a part without a pattern may lie where the stretch begins or ends."""
ANOTHER = 1.2
"""A stretch is parted where that leaves less unexplained by what so many of its cycles differ from the plain path:
two patterns of nothing in common leave all cycles of one of them, and a part too many is joined again later."""
FREE_CYCLES, STEADY = 0.25, 25
"""Of parts whose course takes up all but so much of a cycle of frames, that percentage shows how much frames of one
pattern differ from its course: it is not known in which of them a pattern gives way to another."""
MOST_STEPS = 64
"""Places in a stretch where it may be parted."""
CODES, SEEN = 24, 256
"""Main directions in which its frames differ, of so many of them: the others hold their noise."""
STIFF = 0.3
"""Frames at one of the places that a bend there weighs as much as: two patterns in turn may meet phases in turn, and a
course would zigzag through both."""
SLIGHT = 1e-3
"""Frames that each place holds besides, so that those where there are none have a course too."""


def parts_of(odd: Floats, phase: Doubles, period: float) -> list[int]:
    """Edges of the parts of a stretch, from 0 to n; `odd` (n, pixels) is what its frames differ by from the plain path.

    Parts leave least unexplained; one more is worth it where that explains more than a share of everything.
    """
    step = max(round(period / 2), -(-len(odd) // MOST_STEPS))
    edges = [*range(0, len(odd) - step + 1, step), len(odd)]
    unexplained = _unexplained(_codes(odd), phase, edges, FREE_CYCLES * period)
    least, share = math.ceil(PART_CYCLES * period / step), ANOTHER * period / len(odd)
    return [edges[place] for place in _parted(unexplained, least, share)]


def about_course(codes: NDArray[np.floating], phase: Doubles) -> float:
    """Squares of `codes` (n, k) about their smooth course through the cycle."""
    shares = phase_shares(phase % 1.0, np.ones(len(phase)), PLACES).astype(np.float64)
    light = shares @ codes
    course = np.linalg.solve(shares @ shares.T + _stiffness(), light)
    return float((codes * codes).sum(dtype=np.float64) - (course * light).sum())


def _codes(odd: Floats) -> Floats:
    """(n, CODES at most): frames along the main directions in which they differ."""
    some = odd[:: -(-len(odd) // SEEN)]
    sizes, turned = np.linalg.eigh(some @ some.T)
    kept = sizes > 1e-6 * sizes[-1]
    axes = (some.T @ turned[:, kept])[:, ::-1][:, :CODES]
    return np.asarray(odd @ (axes / np.linalg.norm(axes, axis=0)), np.float32)


def _unexplained(odd: Floats, phase: Doubles, edges: list[int], enough: float) -> Doubles:
    """(b + 1, b + 1): of blocks first .. stop - 1 the squares of `odd` (n, k) about its own course, by both.

    A course through the cycle goes straight from one of PLACES places to the next, and bends little there (a penalised
    spline; Eilers and Marx 1996): where the camera is nearly in step with the scan, frames creep from one place to the
    other, and their mean alone would fit the better the fewer they are. What a course takes up of its own frames' noise
    is put back, or parts too short to mean anything would explain most; at the rate of parts of so many frames that
    `enough` are left.
    """
    shares = phase_shares(phase, np.ones(len(phase)), PLACES)
    met = np.stack([shares[:, a:b] @ shares[:, a:b].T for a, b in pairwise(edges)])
    light = np.stack([shares[:, a:b] @ odd[a:b] for a, b in pairwise(edges)])
    each = (odd * odd).sum(axis=1, dtype=np.float64)
    squares = np.concatenate([[0.0], np.cumsum([each[a:b].sum() for a, b in pairwise(edges)])])
    met, light = (np.concatenate([one[:1] * 0, np.cumsum(one, axis=0)]) for one in (met, light))
    count = len(edges)
    found, taken = np.zeros((count, count)), np.zeros((count, count))
    for first in range(count - 1):
        later = slice(first + 1, count)
        normal = (met[later] - met[first]).astype(np.float64)
        level = np.linalg.inv(normal + _stiffness())
        seen = light[later] - light[first]
        found[first, later] = np.einsum("bij,bij->b", level, seen @ seen.transpose(0, 2, 1))
        taken[first, later] = np.einsum("bij,bji->b", level, normal)
    left = np.maximum(squares[None] - squares[:, None] - found, 0.0)
    free = np.array(edges)[None] - np.array(edges)[:, None] - taken
    window = next(
        (blocks for blocks in range(1, count - 1) if free.diagonal(blocks).min() >= enough), count - 1
    )
    noise = left.diagonal(window) / np.maximum(free.diagonal(window), 1.0)
    return np.asarray(left + taken * np.percentile(noise, STEADY))


@cache
def _stiffness() -> Doubles:
    """(PLACES, PLACES): what is added to the frames at the places of a course, around the cycle."""
    bends = np.roll(np.eye(PLACES), 1, axis=0) - 2.0 * np.eye(PLACES) + np.roll(np.eye(PLACES), -1, axis=0)
    return np.asarray(STIFF * bends.T @ bends + SLIGHT * np.eye(PLACES))


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
