"""What sessions look like before any embedding: those out of focus, and brightness that drifts over the dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from thermview.counts import counted
from thermview.diagnosis.findings.known import Known, evidence, listed, percent
from thermview.diagnosis.results import Finding, Rows, Severity
from thermview.diagnosis.token_splits import LEVEL, holm

_FAR = 3.5
"""Robust deviations from the middle of the class beyond which a session is an outlier (Iglewicz and Hoaglin, "How to
Detect and Handle Outliers", ASQC 1993)."""
_SOFTER = 1 / 3
_LEAST_SESSIONS, _LEAST_ALIKE, _LEAST_DATED = 6, 4, 8
_DEALS, _SURE_DEALS = 999, 19_999
_TELLING_TREND = 0.3


@dataclass(frozen=True, eq=False)
class _Sessions:
    """Sessions of a class: table rows of each, and the median of something over its pictures."""

    codes: NDArray[np.intp]
    rows: tuple[Rows, ...]

    def medians(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.array([np.median(values[rows]) for rows in self.rows])


def _sessions(known: Known, class_code: int) -> _Sessions:
    table = known.table
    members = table.members(class_code)
    members = members[table.readable[members]]
    order = members[np.argsort(table.session_codes[members], kind="stable")]
    codes, starts = np.unique(table.session_codes[order], return_index=True)
    return _Sessions(codes.astype(np.intp), tuple(np.split(order, starts[1:])) if len(codes) else ())


def soft_sessions(known: Known) -> Iterator[Finding]:
    """Sessions out of focus: far less sharp than the class's others, those of one distance first of all.

    Sharpness is the variance of the Laplacian over that of the pixels, so that contrast alone makes no difference.
    """
    looks = known.table.looks
    sharpness = np.log((looks["blur"].astype(np.float64) + 0.1) / (looks["sd"].astype(np.float64) ** 2 + 1))
    metres = np.nan_to_num(known.table.tokens.distances_m.astype(np.float64), nan=-1.0)
    classes = [
        (int(code), sessions) for code in known.named if len((sessions := _sessions(known, int(code))).codes)
    ]
    away = [_from_middle(one.medians(sharpness), one.medians(metres)) for _, one in classes]
    spreads = [1.4826 * float(np.median(np.abs(values))) for values in away]
    usual = (
        float(np.median(spreads)) if spreads else 0.0
    )  # of a class of a handful of sessions its own says little
    told, rows, ratios = [], [], []
    for (code, sessions), values, spread in zip(classes, away, spreads, strict=True):
        if len(sessions.codes) < _LEAST_SESSIONS:
            continue
        for at in np.flatnonzero((values < -_FAR * max(spread, usual)) & (values < np.log(_SOFTER))):
            ratios.append(float(np.exp(values[at])))
            told.append(f"{known.class_name(code)} {known.table.session_names[sessions.codes[at]]}")
            rows.append(sessions.rows[at])
    if told:
        yield Finding(
            kind="soft sessions",
            severity=Severity.LOW,
            sentence=(
                f"{counted(len(told), 'capture session')} {'is' if len(told) == 1 else 'are'} far less sharp than the "
                f"others of the class: {listed(told)} (sharpness {percent(min(ratios))} of the usual, at the least)."
            ),
            numbers={"sessions": len(told), "pictures": sum(map(len, rows)), "least share": min(ratios)},
            rows=evidence(np.concatenate(rows)),
            standard="Acc-ML",
            advice="Look whether they are out of focus or moved, and take them again or leave them out.",
        )


def _from_middle(values: NDArray[np.float64], metres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each session's distance from the median of those taken from as far, or of all where those are few."""
    away = values - np.median(values)
    for distance in np.unique(metres):
        here = metres == distance
        if np.sum(here) >= _LEAST_ALIKE:
            away[here] = values[here] - np.median(values[here])
    return away


def brightness_drift(known: Known) -> Iterator[Finding]:
    """Brightness of sessions that rises or falls with the date, in one class or in all of them together.

    The date is dealt anew to whole sessions within their class; rank correlation, Holm-corrected over the classes.
    """
    table = known.table
    brightness = table.looks["mean"].astype(np.float64)
    units: list[tuple[int, NDArray[np.float64], NDArray[np.float64]]] = []
    for code in known.named:
        sessions = _sessions(known, int(code))
        days = np.array([table.tokens.days[rows[0]] for rows in sessions.rows], np.float64)
        dated = days > 0
        if len(np.unique(days[dated])) > 2:
            units.append((int(code), days[dated], sessions.medians(brightness)[dated]))
    groups = [[one] for one in units if len(one[1]) >= _LEAST_DATED]
    tested = [_trend(group, np.random.default_rng([0, number])) for number, group in enumerate(groups)]
    corrected = holm([p for _, p in tested] + [1.0])  # the test of all together is one more
    alone = set()
    for group, (strength, _), p in zip(groups, tested, corrected, strict=False):
        if p < LEVEL and abs(strength) >= _TELLING_TREND:
            alone.add(group[0][0])
            yield _drift(known, [group[0][0]], brightness, strength, p)
    others = [one for one in units if one[0] not in alone]
    if len(others) > 1 and sum(len(one[1]) for one in others) >= _LEAST_DATED:
        strength, p = _trend(others, np.random.default_rng([1]))
        if p < LEVEL and abs(strength) >= _TELLING_TREND:
            yield _drift(known, [one[0] for one in others], brightness, strength, p)


def _trend(
    group: list[tuple[int, NDArray[np.float64], NDArray[np.float64]]], rng: np.random.Generator
) -> tuple[float, float]:
    """Rank correlation of brightness with the date within the classes of a group, and its p-value, both sides."""
    pairs = [(_centred_ranks(days), _centred_ranks(values)) for _, days, values in group]
    most = sum(float(np.sqrt((days @ days) * (values @ values))) for days, values in pairs)
    if not most:
        return 0.0, 1.0
    measured = sum(float(days @ values) for days, values in pairs)
    above = done = 0
    for deals in (_DEALS, _SURE_DEALS - _DEALS):
        for _ in range(deals):
            dealt = sum(float(days[rng.permutation(len(days))] @ values) for days, values in pairs)
            above += abs(dealt) >= abs(measured) * (1 - 1e-9)
        done += deals
        if above > 3:  # no deal more could make this sure
            break
    return measured / most, (above + 1) / (done + 1)


def _centred_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    ordered = np.sort(values)
    ranks = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right")
    return np.asarray(ranks - ranks.mean(), np.float64)


def _drift(
    known: Known, codes: list[int], brightness: NDArray[np.float64], strength: float, p: float
) -> Finding:
    table = known.table
    rows = np.concatenate([table.members(code) for code in codes])
    rows = rows[table.readable[rows] & (table.tokens.days[rows] > 0)]
    days = table.tokens.days[rows]
    early, late = np.percentile(days, [25, 75])
    first, last = rows[days <= early], rows[days >= late]
    ends = [date.fromordinal(int(day)).isoformat() for day in (early, late)]
    name = known.class_name(codes[0]) if len(codes) == 1 else f"The set ({len(codes)} classes together)"
    before, after = (float(np.median(brightness[some])) for some in (first, last))
    return Finding(
        kind="brightness drift",
        severity=Severity.MEDIUM,
        sentence=(
            f"{name} grows {'brighter' if strength > 0 else 'darker'} over time: {before:.0f} of 255 until {ends[0]}, "
            f"{after:.0f} from {ends[1]} (medians of pictures; rank correlation of sessions "
            f"{strength:.2f}, p = {p:.2g})."
        ),
        numbers={"class": name, "correlation": strength, "p": p, "before": before, "after": after},
        rows=evidence(last),
        standard="Rep-ML",
        advice="Find out whether scene, season or the camera's scale changed; split by date once to see what it does.",
    )
