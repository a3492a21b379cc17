"""Where the level of a row of numbers changes for good: a few outliers are no change, however large.

The row is cut into stretches of one level each so that the sum of the losses of all numbers and of a penalty for
each cut is the smallest possible. The loss is bounded, min((x - level)^2 / sigma^2, 9): beyond 3 sigma a number costs
no more the farther it lies, so a single one is never worth two cuts. Loss, bound and penalty 2 ln n are those of
Fearnhead and Rigaill, "Changepoint Detection in the Presence of Outliers", Journal of the American Statistical
Association 114 (2019); here the minimum is searched among a fine ladder of levels, which needs no algebra of
functions and is exact up to the ladder's step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from thermview.review.robust import Floats, wide_range_sigma

BOUND = 3.0
"""Sigmas beyond which a number's loss does not grow any more."""
SHORTEST = 5
"""Numbers that a stretch has at least."""
LEAST_SHIFT = 1.0
"""Sigmas by which two neighbouring stretches differ at least."""
_RUNG = 0.125  # of a sigma between two levels that are tried
_MOST_LEVELS = 512
_SMOOTHED = 5  # numbers whose median proposes a level


@dataclass(frozen=True)
class LevelShift:
    """The level changes between `at` - 1 and `at` (indices into the row): `before` and `after` are the medians."""

    at: int
    before: float
    after: float
    sigmas: float
    """(after - before) / sigma"""


def level_shifts(
    values: Floats, sigma: float | None = None, penalty: float | None = None
) -> tuple[LevelShift, ...]:
    """Shifts of the level of `values` (n,), finite, in order.

    `sigma` is one standard deviation about a level (None: from the moving ranges, never too small for numbers that
    jump between two values); `penalty` what a cut costs (None: 2 ln n for each of the two numbers that a stretch
    adds, its level and its place).
    """
    sigma = wide_range_sigma(values) if sigma is None else sigma
    if values.size < 2 * SHORTEST or not sigma > 0:
        return ()
    penalty = 4 * math.log(values.size) if penalty is None else penalty
    centred = (values - np.median(values)) / sigma  # so that the ladder of levels moves along with the row
    cuts = _cuts(centred, penalty)
    return _stated(values, _kept(values, cuts, sigma), sigma)


def _levels(values: Floats) -> Floats:
    """Levels that are tried, ascending; `values` and they are in sigmas."""
    medians = np.median(sliding_window_view(values, min(_SMOOTHED, values.size)), axis=1)
    rungs = np.unique(np.round(medians / _RUNG)) * _RUNG
    thinned = rungs[:: math.ceil(rungs.size / _MOST_LEVELS)]
    return np.asarray(thinned, np.float64)


def _cuts(values: Floats, penalty: float) -> list[int]:
    """Indices at which a new stretch begins in the cheapest division; `values` are in sigmas."""
    levels = _levels(values)
    cost = np.zeros(levels.size)
    changed = np.zeros((values.size, levels.size), bool)
    best = np.zeros(values.size, np.intp)  # the cheapest level up to the number before
    for index, value in enumerate(values):
        if index:
            best[index] = np.argmin(cost)
            other = cost[best[index]] + penalty
            changed[index] = cost > other
            np.minimum(cost, other, out=cost)
        cost += np.minimum((value - levels) ** 2, BOUND**2)
    cuts = []
    level = int(np.argmin(cost))
    for index in range(values.size - 1, 0, -1):
        if changed[index, level]:
            cuts.append(index)
            level = int(best[index])
    return cuts[::-1]


def _kept(values: Floats, cuts: list[int], sigma: float) -> list[int]:
    """The cuts without those that make a stretch too short or a shift too small; the worst one goes first."""
    cuts = list(cuts)
    while cuts:
        edges = [0, *cuts, values.size]
        stretches = [values[first:stop] for first, stop in pairwise(edges)]
        medians = [float(np.median(part)) for part in stretches]
        sizes = [abs(after - before) / sigma for before, after in pairwise(medians)]
        for n, part in enumerate(stretches):
            if part.size < SHORTEST:  # it joins the neighbour that it is more like
                near = [k for k in (n - 1, n) if 0 <= k < len(cuts)]
                sizes[min(near, key=lambda k: sizes[k])] = -1.0
        worst = min(range(len(cuts)), key=lambda k: sizes[k])
        if sizes[worst] >= LEAST_SHIFT:
            break
        del cuts[worst]
    return cuts


def _stated(values: Floats, cuts: list[int], sigma: float) -> tuple[LevelShift, ...]:
    edges = [0, *cuts, values.size]
    medians = [float(np.median(values[first:stop])) for first, stop in pairwise(edges)]
    return tuple(
        LevelShift(at, before, after, (after - before) / sigma)
        for at, before, after in zip(cuts, medians, medians[1:], strict=False)
    )
