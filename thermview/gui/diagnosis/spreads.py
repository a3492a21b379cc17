"""Boxes and histograms of densities from sorted values: cheap enough to be worked out while a page is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 60
_TAIL = 99.5  # percentile beyond which a few very dense pictures share the last bar
_REACH = 1.5  # whiskers reach to the last value within so many quartile ranges


@dataclass(frozen=True)
class Box:
    """Count, quartiles, and whiskers to the last value within 1.5 quartile ranges."""

    count: int
    low: float
    q1: float
    median: float
    q3: float
    high: float


def box_of(ascending: NDArray[np.float32]) -> Box | None:
    """The box of sorted finite values (n,); None without any."""
    n = len(ascending)
    if not n:
        return None
    places = np.array([0.25, 0.5, 0.75]) * (n - 1)
    below = np.floor(places).astype(np.intp)
    above = np.minimum(below + 1, n - 1)
    share = places - below
    q1, median, q3 = (ascending[below] * (1 - share) + ascending[above] * share).astype(float).tolist()
    reach = _REACH * (q3 - q1)
    low = float(ascending[min(int(np.searchsorted(ascending, q1 - reach)), n - 1)])
    high = float(ascending[max(int(np.searchsorted(ascending, q3 + reach, "right")) - 1, 0)])
    return Box(n, min(low, q1), q1, median, q3, max(high, q3))


def edges_of(ascending: NDArray[np.float32], bins: int = BINS) -> NDArray[np.float64]:
    """Edges (bins + 1,) that suit sorted values; a few very dense ones lie beyond the last."""
    if not len(ascending):
        return np.linspace(0.0, 1.0, bins + 1)
    low, high = float(ascending[0]), float(ascending[-1])
    tail = float(ascending[int(_TAIL / 100 * (len(ascending) - 1))])
    if tail > low:
        high = min(high, tail + 0.25 * (tail - low))
    return np.linspace(low, max(high, low + 1e-6), bins + 1)


def counts_in(ascending: NDArray[np.float32], edges: NDArray[np.float64]) -> NDArray[np.intp]:
    """How many of the sorted values lie in each bin; the last holds all beyond, too."""
    at = np.searchsorted(ascending, edges[:-1].astype(np.float32), "left")
    at[0] = 0
    return np.diff(np.append(at, len(ascending)))


def spread_over(sessions: NDArray[np.intp], rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """At most so many of the rows, spread over their sessions: the first of each, of evenly spaced ones where many."""
    if not len(rows):
        return rows
    _, first = np.unique(sessions, return_index=True)
    if len(first) < most:
        rest = np.ones(len(rows), np.bool_)
        rest[first] = False
        others = np.flatnonzero(rest)
        step = max(len(others) // max(most - len(first), 1), 1)
        first = np.concatenate([first, others[::step][: most - len(first)]])
    chosen = first[np.linspace(0, len(first) - 1, min(most, len(first))).astype(np.intp)]
    return rows[chosen]


def interval_text(value: float, low: float, high: float, digits: int = 2) -> str:
    """A value with its interval, "0.82 (0.74 to 0.87)"; a dash where it cannot be said."""
    from thermview.thermal.ticks import number_text

    if not np.isfinite(value):
        return "\u2013"
    text = number_text(value, digits)
    if not (np.isfinite(low) and np.isfinite(high)):
        return text
    return f"{text} ({number_text(low, digits)} to {number_text(high, digits)})"
