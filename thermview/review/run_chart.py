"""Run chart: one score per recording in the order of production, and what its course says of the process.

Control limits are those of an individuals chart, centre line +- 3 sigma (NIST/SEMATECH e-Handbook of Statistical
Methods, 6.3.2.2), here from the median of the reference part and its median moving range, so that neither an anomaly
nor a drift within it widens them; 3 / 0.9539 = 3.145 is the factor for the median moving range.

The EWMA (Roberts 1959; e-Handbook 6.3.2.4) is z[i] = w x[i] + (1 - w) z[i-1] from the centre line on, with limits
centre +- 3 sigma sqrt(w / (2 - w) (1 - (1 - w)^(2 i))). Each score enters no farther than 3 sigma from the centre
line (after Huber, as Capizzi and Masarotto, "An Adaptive EWMA Control Chart", Technometrics 45, 2003, do with the
difference from z): at w = 0.2 a single score can then not cross a limit alone, however large it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from thermview.review.level_shifts import LevelShift, level_shifts
from thermview.review.micro_events import Cluster, clusters_of
from thermview.review.robust import Floats, range_sigma

EWMA_WEIGHT = 0.2
LIMIT_SIGMAS = 3.0
WARNING_SIGMAS = 2.0
"""Sigmas above the level around it at which a recording that is not alarmed counts as raised."""
LEAST_SCORES = 8
"""Scores that limits need at least."""
LEAST_REFERENCE = 20
STANDS_OUT_SIGMAS = 20.0
"""Without a threshold a score counts as an alarm from so many sigmas above the centre line on."""
LOOK_BACK = 10
"""Recordings before an alarm in which its precursors are looked for."""


@dataclass(frozen=True)
class Limits:
    """Centre line and control limits, from `reference` scores up to that of the recording `last` (an index)."""

    centre: float
    sigma: float
    lower: float
    upper: float
    reference: int
    last: int


@dataclass(frozen=True)
class Ewma:
    """`values`, `lower` and `upper` (n,), NaN at alarms and missing scores, which take no part.

    `signals` are the indices at which the average lies outside its limits.
    """

    values: Floats
    lower: Floats
    upper: Floats
    signals: tuple[int, ...]
    weight: float


@dataclass(frozen=True)
class Precursor:
    """What was seen in the recordings just before an alarm, which is the first one after a time without.

    `alarm` and `first` are indices; `signs` are among "micro-events", "drift", "level shift".
    """

    alarm: int
    first: int
    signs: tuple[str, ...]


@dataclass(frozen=True)
class RunChart:
    """A row of scores and what was found in it; all indices are places in `values` (n,).

    `values` may hold NaN, which takes part in nothing. `limits` and `ewma` are None where there are too few scores
    or all are equal; `notices` say so. `beyond` are outside the control limits, `alarms` above the threshold (or far
    above all limits where there is none). `apart` are on another scale: they may be alarms and
    take part in nothing else.
    """

    values: Floats
    threshold: float | None
    limits: Limits | None
    ewma: Ewma | None
    shifts: tuple[LevelShift, ...]
    clusters: tuple[Cluster, ...]
    precursors: tuple[Precursor, ...]
    beyond: tuple[int, ...]
    alarms: tuple[int, ...]
    notices: tuple[str, ...]
    apart: tuple[int, ...] = ()


def usual_reference(count: int) -> int:
    """How many of `count` scores limits are made of, when nothing else is said: the first half, or the first 20."""
    return min(count, max(count // 2, LEAST_REFERENCE))


def run_chart(
    scores: Sequence[float] | Floats,
    *,
    threshold: float | None = None,
    alarmed: Sequence[bool] | NDArray[np.bool_] | None = None,
    apart: Sequence[bool] | NDArray[np.bool_] | None = None,
    reference: int | None = None,
    weight: float = EWMA_WEIGHT,
) -> RunChart:
    """The run chart of `scores` (n,) in the order of production.

    `alarmed` (n,): which recordings were raised, where that is known better than by `threshold`. `apart` (n,): which
    scores must not be compared with the others, as they are another model's; they may be alarms. `reference`: the
    first so many scores make the limits (None: `usual_reference`), but for those that are alarms: neither limits nor
    average are to be made of what is known to be wrong. ValueError for a weight outside of 0 < w <= 1.
    """
    if not 0 < weight <= 1:
        raise ValueError(f"The weight of an EWMA lies in 0 < w <= 1, not at {weight}.")
    values = np.asarray(scores, np.float64)
    aside = np.zeros(values.size, np.bool_) if apart is None else np.asarray(apart, np.bool_)
    aside &= np.isfinite(values)
    chart = _chart(np.where(aside, np.nan, values), threshold, alarmed, reference, weight)
    if not aside.any():
        return chart
    alarms = chart.alarms
    if alarmed is not None:
        alarms = tuple(sorted({*alarms, *np.flatnonzero(aside & np.asarray(alarmed, np.bool_)).tolist()}))
    return replace(chart, values=values, alarms=alarms, apart=tuple(np.flatnonzero(aside).tolist()))


def _chart(
    values: Floats,
    threshold: float | None,
    alarmed: Sequence[bool] | NDArray[np.bool_] | None,
    reference: int | None,
    weight: float,
) -> RunChart:
    places = np.flatnonzero(np.isfinite(values))
    judged = _over(values, threshold, alarmed)
    limits = _limits(values, places, judged, usual_reference(places.size) if reference is None else reference)
    if limits is None:
        why = _why_none(values, places, judged)
        return RunChart(values, threshold, None, None, (), (), (), (), judged, (why,))
    alarms = judged
    if threshold is None and alarmed is None:
        alarms = _over(values, limits.centre + STANDS_OUT_SIGMAS * limits.sigma, None)
    steady = places[~np.isin(places, alarms)]
    ewma = _spread(_ewma(values[steady], limits, weight), steady, values.size)
    shifts = tuple(_moved(shift, places) for shift in level_shifts(values[places]))
    raised = values > _levels(values, shifts) + WARNING_SIGMAS * limits.sigma
    raised[list(alarms)] = False
    clusters = tuple(_cluster_moved(c, places) for c in clusters_of(raised[places]))
    outside = (values > limits.upper) | (values < limits.lower)
    precursors = _precursors(alarms, clusters, ewma, shifts)
    beyond = tuple(np.flatnonzero(outside).tolist())
    return RunChart(values, threshold, limits, ewma, shifts, clusters, precursors, beyond, alarms, ())


def control_limits(part: Floats, last: int) -> Limits | None:
    """Limits from the scores of the reference part (n,), which ends with the recording `last`.

    None for too few scores or where all are equal.
    """
    if part.size < LEAST_SCORES:
        return None
    centre, sigma = float(np.median(part)), range_sigma(part)
    if not sigma > 0 or not math.isfinite(sigma):
        return None
    reach = LIMIT_SIGMAS * sigma
    return Limits(centre, sigma, centre - reach, centre + reach, part.size, last)


def _limits(
    values: Floats, places: NDArray[np.intp], judged: tuple[int, ...], reference: int
) -> Limits | None:
    """Limits from the first `reference` scores; those that are known to be alarms are left out."""
    part = places[: max(reference, LEAST_SCORES)]
    return control_limits(values[part[~np.isin(part, judged)]], int(part[-1]) if part.size else 0)


def _levels(values: Floats, shifts: Sequence[LevelShift]) -> Floats:
    """The level of the stretch that each of `values` (n,) lies in: a shift is told as one, not as micro-events."""
    edges = [0, *(shift.at for shift in shifts), values.size]
    levels = [np.nanmedian(values[first:stop]) for first, stop in pairwise(edges)]
    return np.repeat(np.array(levels, np.float64), np.diff(edges))


def _why_none(values: Floats, places: NDArray[np.intp], judged: tuple[int, ...]) -> str:
    good = places.size - len(judged)
    if good < LEAST_SCORES:
        return f"Limits need at least {LEAST_SCORES} scores without alarm; there are {good}."
    part = values[places]
    if np.ptp(part) > 0:
        return (
            "The reference part has too few scores without alarm, or all are equal, so there are no limits."
        )
    return "The scores are all equal, so there are no limits."


def _over(
    values: Floats, level: float | None, alarmed: Sequence[bool] | NDArray[np.bool_] | None
) -> tuple[int, ...]:
    """Indices of alarms."""
    if alarmed is not None:
        return tuple(np.flatnonzero(np.asarray(alarmed, bool) & np.isfinite(values)).tolist())
    return () if level is None else tuple(np.flatnonzero(values > level).tolist())


def _ewma(values: Floats, limits: Limits, weight: float) -> Ewma:
    reach = LIMIT_SIGMAS * limits.sigma
    bounded = np.clip(values, limits.centre - reach, limits.centre + reach)
    line = np.empty(values.size)
    last = limits.centre
    for index, value in enumerate(bounded.tolist()):
        last += weight * (value - last)
        line[index] = last
    steps = np.arange(1, values.size + 1)
    width = reach * np.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * steps)))
    # at w = 1 a bounded score may lie on its limit but for rounding
    outside = np.abs(line - limits.centre) > width * (1 + 1e-9)
    signals = tuple(np.flatnonzero(outside).tolist())
    return Ewma(line, limits.centre - width, limits.centre + width, signals, weight)


def _spread(line: Ewma, places: NDArray[np.intp], count: int) -> Ewma:
    """The same with NaN at the places that have no score."""

    def full(row: Floats) -> Floats:
        result = np.full(count, np.nan)
        result[places] = row
        return result

    signals = tuple(int(places[n]) for n in line.signals)
    return Ewma(full(line.values), full(line.lower), full(line.upper), signals, line.weight)


def _moved(shift: LevelShift, places: NDArray[np.intp]) -> LevelShift:
    return LevelShift(int(places[shift.at]), shift.before, shift.after, shift.sigmas)


def _cluster_moved(cluster: Cluster, places: NDArray[np.intp]) -> Cluster:
    return Cluster(tuple(int(places[n]) for n in cluster.members), cluster.chance)


def _precursors(
    alarms: tuple[int, ...], clusters: Sequence[Cluster], ewma: Ewma, shifts: Sequence[LevelShift]
) -> tuple[Precursor, ...]:
    """Signs before each alarm that is not itself preceded by another one within `LOOK_BACK`."""
    upward = [n for n in ewma.signals if ewma.values[n] > ewma.upper[n]]
    found = []
    for previous, alarm in zip((-LOOK_BACK - 1, *alarms), alarms, strict=False):
        if alarm - previous <= LOOK_BACK:
            continue
        seen = {
            "micro-events": [n for c in clusters for n in c.members],
            "drift": upward,
            "level shift": [shift.at for shift in shifts if shift.sigmas > 0],
        }
        near = {sign: [n for n in places if alarm - LOOK_BACK <= n < alarm] for sign, places in seen.items()}
        signs = tuple(sign for sign, places in near.items() if places)
        if signs:
            found.append(Precursor(alarm, min(min(near[sign]) for sign in signs), signs))
    return tuple(found)
