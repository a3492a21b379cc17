"""One cycle out of many: values laid over one another by the phase at which they were taken."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PATH_BINS = 120


def total_phase(phase: NDArray[Any]) -> Floats:
    """Cycles passed at each frame out of cycle fractions (frames,), gaps bridged and never running backwards.

    Whole numbers are where a cycle begins. A frame without a fraction gets one between its neighbours'.
    """
    frames = np.arange(len(phase))
    known = np.flatnonzero(np.isfinite(phase))
    if not known.size:
        return np.full(len(phase), np.nan)
    steps = np.unwrap(np.asarray(phase[known], np.float64), period=1.0)
    steps = _with_whole_gaps(steps, known)
    return np.maximum.accumulate(np.interp(frames, known, steps))


def _with_whole_gaps(steps: Floats, known: NDArray[np.intp]) -> Floats:
    """Over a gap of several cycles a fraction cannot tell how many passed: as many as at the usual speed."""
    gaps = np.diff(known)
    if not (gaps > 1).any() or len(steps) < 3:
        return steps
    near = gaps == 1
    speed = float(np.median(np.diff(steps)[near])) if near.any() else 0.0
    missing = np.where(gaps > 1, np.round(gaps * speed - np.diff(steps)), 0.0)
    return np.asarray(steps + np.concatenate([[0.0], np.cumsum(missing)]))


def fold_counts(
    phase: NDArray[Any], values: NDArray[Any], bins: tuple[int, int], span: tuple[float, float]
) -> NDArray[np.float32]:
    """How many frames have each (value, phase): (value bins, phase bins), values from span[0] to span[1].

    `phase` in cycles, of which only the fraction counts; frames without phase or value are left out.
    """
    known = np.isfinite(phase) & np.isfinite(values)
    fraction = np.mod(np.asarray(phase[known], np.float64), 1.0)
    counts, _, _ = np.histogram2d(
        np.asarray(values[known], np.float64), fraction, bins=bins, range=(span, (0.0, 1.0))
    )
    return counts.astype(np.float32)


def typical_path(phase: NDArray[Any], values: NDArray[Any], bins: int = PATH_BINS) -> NDArray[np.float32]:
    """The median value at each of `bins` equal parts of the cycle, (bins,); bridged where no frame falls.

    NaN throughout where nothing is known.
    """
    known = np.flatnonzero(np.isfinite(phase) & np.isfinite(values))
    path = np.full(bins, np.nan)
    place = np.minimum((np.mod(phase[known], 1.0) * bins).astype(np.intp), bins - 1)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(bins + 1))
    ordered = np.asarray(values[known], np.float64)[order]
    for at, (first, stop) in enumerate(pairwise(starts.tolist())):
        if stop > first:
            path[at] = np.median(ordered[first:stop])
    filled = np.flatnonzero(np.isfinite(path))
    if filled.size:
        path = np.interp(np.arange(bins), filled, path[filled], period=bins)
    return path.astype(np.float32)


def bin_middles(bins: int = PATH_BINS) -> Floats:
    """The phases that the parts of `typical_path` stand for."""
    return (np.arange(bins) + 0.5) / bins


def ratio_to_typical(phase: NDArray[Any], values: NDArray[Any]) -> NDArray[np.float32]:
    """Log ratio of each value to the typical one at its phase, (frames,); NaN where either is not known or not above 0.

    Between the parts' middles the typical value runs straight.
    """
    path = np.asarray(typical_path(phase, values), np.float64)
    usual = np.interp(np.mod(phase, 1.0), bin_middles(), path, period=1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log(np.asarray(values, np.float64) / usual)
    return np.where(np.isfinite(ratio), ratio, np.nan).astype(np.float32)


def cycle_of(total: Floats, index: int) -> tuple[int, int]:
    """First frame and the one after the last of the cycle that a frame belongs to; (index, index + 1) if unknown."""
    if not np.isfinite(total[index]):
        return index, index + 1
    number = np.floor(total[index])
    return int(np.searchsorted(total, number)), int(np.searchsorted(total, number + 1))


def frame_near(total: Floats, wanted: float) -> int:
    """The frame at which the cycles passed are nearest to `wanted`; the first or last where that lies outside."""
    after = int(np.clip(np.searchsorted(total, wanted), 1, max(len(total) - 1, 1)))
    before = after - 1
    if after >= len(total):
        return before
    return before if wanted - total[before] <= total[after] - wanted else after


def cycle_mean(values: NDArray[Any], window: int) -> NDArray[np.float32]:
    """Mean of what is known in `window` frames about each frame, (frames,); NaN where nothing is."""
    known = np.isfinite(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0), dtype=np.float64)])
    counts = np.concatenate([[0], np.cumsum(known)])
    first = np.maximum(np.arange(len(values)) - window // 2, 0)
    stop = np.minimum(first + window, len(values))
    number = counts[stop] - counts[first]
    with np.errstate(divide="ignore", invalid="ignore"):
        means = (sums[stop] - sums[first]) / number
    return np.where(number > 0, means, np.nan).astype(np.float32)
