"""Statistics of a row of scores that a few outliers, however large, do not move.

One sigma is estimated in two ways. From the moving range, the differences of neighbours: median |x[i] - x[i-1]|
divided by 0.9539, the median of the absolute difference of two draws from a standard normal distribution; a drift
does not widen it. From the median absolute deviation: MAD divided by 0.6745, its value for a standard normal.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

MAD_OF_NORMAL = 0.674490
"""Median absolute deviation of a standard normal distribution."""
RANGE_OF_NORMAL = MAD_OF_NORMAL * math.sqrt(2)
"""Median absolute difference of two independent draws from it, 0.9539."""
UPPER_RANGE_OF_NORMAL = 1.150349 * math.sqrt(2)
"""Upper quartile of the same, 1.627."""
MEAN_RANGE_OF_NORMAL = 2 / math.sqrt(math.pi)
"""Mean of the same, 1.128: d2 of the tables for control charts."""

Floats = NDArray[np.float64]


def mad_sigma(values: Floats) -> float:
    """Sigma of `values` (n,) from their median absolute deviation; 0.0 where more than half are equal, or none are."""
    if not values.size:
        return 0.0
    return float(np.median(np.abs(values - np.median(values)))) / MAD_OF_NORMAL


def range_sigma(values: Floats) -> float:
    """Sigma of `values` (n,) in their order from the median moving range; 0.0 for fewer than two.

    Where more than half of the neighbours are equal the median deviation, and then the mean moving range, stand in.
    """
    if values.size < 2:
        return 0.0
    ranges = np.abs(np.diff(values))
    return (
        float(np.median(ranges)) / RANGE_OF_NORMAL
        or mad_sigma(values)
        or float(ranges.mean()) / MEAN_RANGE_OF_NORMAL
    )


def wide_range_sigma(values: Floats) -> float:
    """The larger of `range_sigma` and the same from the upper quartile of the moving ranges.

    They agree for normal numbers; the quartile alone speaks where numbers jump between two values now and then.
    """
    if values.size < 2:
        return 0.0
    upper = float(np.quantile(np.abs(np.diff(values)), 0.75)) / UPPER_RANGE_OF_NORMAL
    return max(range_sigma(values), upper)


def robust_z(values: Floats) -> Floats:
    """How many sigmas each of `values` (n,) lies above the median of all others; NaN where that cannot be said.

    Median and sigma (from the median absolute deviation) are those of the other values, so that one that stands out
    does not take part in what it is compared with.
    """
    if values.size < 3:
        return np.full(values.shape, np.nan)
    centres = _medians_without_each(values)
    sigmas = np.empty(values.shape)
    for centre in np.unique(centres):  # at most three, for leaving out one moves the median by one place
        those = centres == centre
        sigmas[those] = _medians_without_each(np.abs(values - centre))[those] / MAD_OF_NORMAL
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(sigmas > 0, (values - centres) / sigmas, np.nan), np.float64)


def _medians_without_each(values: Floats) -> Floats:
    """For each of `values` (n,), n > 1, the median of all others."""
    order = np.argsort(values, kind="stable")
    ascending, places = values[order], np.empty(values.size, np.intp)
    places[order] = np.arange(values.size)
    left = values.size - 1
    middle = [ascending[place + (place >= places)] for place in ((left - 1) // 2, left // 2)]
    return np.asarray((middle[0] + middle[1]) / 2, np.float64)


def ranks(values: Floats) -> Floats:
    """Ranks of `values` (n,) from 1 for the smallest; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse], np.float64)


def spearman(one: Floats, other: Floats) -> float | None:
    """Spearman's rank correlation of two rows (n,), with ties; None for fewer than three pairs or a constant row."""
    if one.size < 3:
        return None
    first, second = ranks(one) - (one.size + 1) / 2, ranks(other) - (one.size + 1) / 2
    size = math.sqrt(float(first @ first) * float(second @ second))
    return float(first @ second) / size if size > 0 else None
