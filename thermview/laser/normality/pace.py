"""Recordings whose scan ran at another pace than the others' for a while, among those that should be normal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

LEAST = 0.005
"""Share of the period that a recording's may be off without being suspected; in simulated batches normal ones are
off by a thousandth, and scans at fault by a hundredth and more."""
FAR = 10.0
"""Times the recordings' own spread that it is off at least: in some batches every recording has its pace."""
LEAST_GROUP = 4
"""Recordings that must be there for one of them to stand out."""


def other_paces(periods: Doubles) -> dict[int, str]:
    """What is told of each row of `periods` that stands out, by row: between which its cycles and the others' lie."""
    rows = out_of_pace(periods)
    others = np.delete(periods, rows, axis=0)
    if not len(rows):
        return {}
    usual = _span(float(np.nanmin(others[:, 0])), float(np.nanmax(others[:, 1])))
    return {
        int(row): f"cycles of {_span(*periods[row].tolist())} frames, the others' {usual}" for row in rows
    }


def _span(low: float, high: float) -> str:
    shortest, longest = f"{low:.2f}", f"{high:.2f}"
    return shortest if shortest == longest else f"{shortest} to {longest}"


def out_of_pace(periods: Doubles) -> NDArray[np.int64]:
    """Rows of `periods` (recordings, 2), the shortest and the longest that a cycle took, that stand out.

    At most a third, and none where more would: then it is not known which of them are normal. NaN stands out
    from nothing. The lanes see such a scan less the faster it is, for its frames fit no picture and no clock.
    """
    known = np.isfinite(periods).all(axis=1)
    if known.sum() < LEAST_GROUP:
        return np.empty(0, np.int64)
    middle = np.median(periods[known], axis=0)
    spread = 1.4826 * np.median(np.abs(periods[known] - middle), axis=0)
    off = (np.abs(periods - middle) > np.maximum(LEAST * middle, FAR * spread)).any(axis=1)
    rows = np.flatnonzero(off & known)
    return rows if len(rows) <= len(periods) // 3 else np.empty(0, np.int64)
