"""How far normal pictures lie above anomalies in density, with intervals that resample whole capture sessions.

Frames of one session are near-copies, so resampling pictures would call anything certain. Sessions are drawn
with replacement instead (a cluster bootstrap), those with anomalies apart from the others, so that a draw
has both. What a draw needs of a session is its histogram over a few hundred bins, so that a
million pictures cost one matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.results import Interval, Separation

DRAWS = 400
LEAST_SESSIONS = 3
"""A side of fewer sessions has no interval."""
_BINS = 512
_DRAWS_AT_ONCE = 50
_MOST_UNITS = 20_000
_UNKNOWN = Separation(Interval(np.nan), Interval(np.nan), Interval(np.nan))


def auroc(high: NDArray[Any], low: NDArray[Any]) -> float:
    """Chance that a value of `high` is above one of `low`, ties counted half; NaN where a side is empty."""
    if not len(high) or not len(low):
        return float("nan")
    ordered = np.sort(low)
    below = np.searchsorted(ordered, high, "left") + np.searchsorted(ordered, high, "right")
    return float(below.mean(dtype=np.float64) / (2 * len(low)))


def measure_separation(
    values: NDArray[Any], normal: NDArray[np.int8], sessions: NDArray[np.intp], *, seed: int = 0
) -> Separation:
    """Separation of densities (n,) whose `normal` is 1 from those where it is 0; NaN without either.

    `sessions` (n,) are codes. Values that are not finite, and pictures whose state is unknown, are left out.
    """
    known = np.isfinite(values) & (normal >= 0)
    shown, is_normal, codes = values[known].astype(np.float64), normal[known] == 1, sessions[known]
    if is_normal.all() or not is_normal.any():
        return _UNKNOWN
    high, low = shown[is_normal], shown[~is_normal]
    gap = float(np.median(high) - np.median(low))
    spread = float(np.mean([np.subtract(*np.percentile(side, [75, 25])) for side in (high, low)]))
    scaled = gap / spread if spread > 0 else float("nan")
    measured = (gap, scaled, auroc(high, low))
    least = min(len(np.unique(codes[is_normal])), len(np.unique(codes[~is_normal])))
    if least < LEAST_SESSIONS:
        return Separation(*(Interval(value) for value in measured))
    draws = _drawn(shown, is_normal, codes, seed)
    return Separation(*(_interval(value, draws[:, at]) for at, value in enumerate(measured)))


def _interval(value: float, draws: NDArray[np.float64]) -> Interval:
    finite = draws[np.isfinite(draws)]
    if not np.isfinite(value) or len(finite) < DRAWS // 2:
        return Interval(value)
    low, high = np.percentile(finite, [2.5, 97.5])
    return Interval(value, min(float(low), value), max(float(high), value))


@dataclass(frozen=True, eq=False)
class _Histograms:
    """Of each session: pictures by bin of `centres` (bins,), normal ones and anomalies (sessions, bins)."""

    centres: NDArray[np.float64]
    high: NDArray[np.float32]
    low: NDArray[np.float32]


def _histograms(
    values: NDArray[np.float64], is_normal: NDArray[np.bool_], sessions: NDArray[np.intp], count: int
) -> _Histograms:
    edges = np.unique(np.quantile(values, np.linspace(0, 1, _BINS + 1), method="lower"))
    bins = np.searchsorted(edges, values, "right") - 1
    filled = np.bincount(bins, minlength=len(edges))
    centres = np.bincount(bins, weights=values, minlength=len(edges)) / np.maximum(filled, 1)
    places = sessions * len(edges) + bins
    sides = [
        np.bincount(places[side], minlength=count * len(edges)).reshape(count, -1).astype(np.float32)
        for side in (is_normal, ~is_normal)
    ]
    return _Histograms(centres, *sides)


def _drawn(
    values: NDArray[np.float64], is_normal: NDArray[np.bool_], sessions: NDArray[np.intp], seed: int
) -> NDArray[np.float64]:
    """(draws, 3): gap, gap over interquartile range and AUROC of sessions drawn with replacement."""
    codes = np.unique(sessions, return_inverse=True)[1]
    rng = np.random.default_rng(seed)
    if codes.max() >= _MOST_UNITS:  # drawing bunches of independent sessions varies as much as drawing them
        codes = rng.permutation(int(codes.max()) + 1)[codes] % _MOST_UNITS
    count = int(codes.max()) + 1
    histograms = _histograms(values, is_normal, codes, count)
    with_anomalies = np.bincount(codes[~is_normal], minlength=count) > 0
    draws = []
    for first in range(0, DRAWS, _DRAWS_AT_ONCE):
        times = np.zeros((min(_DRAWS_AT_ONCE, DRAWS - first), count), np.float32)
        for stratum in (np.flatnonzero(with_anomalies), np.flatnonzero(~with_anomalies)):
            if len(stratum):
                shares = np.full(len(stratum), 1 / len(stratum))
                times[:, stratum] = rng.multinomial(len(stratum), shares, size=len(times))
        draws.append(_of_draws(times @ histograms.high, times @ histograms.low, histograms.centres))
    return np.concatenate(draws)


def _of_draws(
    high: NDArray[np.float32], low: NDArray[np.float32], centres: NDArray[np.float64]
) -> NDArray[np.float64]:
    above, under = np.cumsum(high, axis=1, dtype=np.float64), np.cumsum(low, axis=1, dtype=np.float64)
    both = (above[:, -1] > 0) & (under[:, -1] > 0)
    pairs = np.where(both, above[:, -1] * under[:, -1], np.nan)
    areas = np.sum(high * (under - low / 2), axis=1) / pairs
    first, second = ([_quantile(side, centres, q) for q in (0.25, 0.5, 0.75)] for side in (above, under))
    gaps = np.where(both, first[1] - second[1], np.nan)
    spreads = (first[2] - first[0] + second[2] - second[0]) / 2
    scaled = np.divide(gaps, spreads, out=np.full_like(gaps, np.nan), where=spreads > 0)
    return np.stack([gaps, scaled, areas], axis=1)


def _quantile(
    cumulated: NDArray[np.float64], centres: NDArray[np.float64], share: float
) -> NDArray[np.float64]:
    at = np.argmax(cumulated >= share * cumulated[:, -1:], axis=1)
    return np.asarray(centres[at])
