"""Dates and distances that cannot be right: against what is stated, else against the set itself."""

from __future__ import annotations

from datetime import date

import numpy as np

from thermview.diagnosis.annotations import AnnotationFacts
from thermview.diagnosis.results import Rows
from thermview.diagnosis.table import PictureTable

FAR_DAYS = 14
"""A date is far from the others where at least so many days lie between it and the next one."""
_FAR_GAPS = 5.0
_FEW_SESSIONS = 0.05
_LEAST_SESSIONS = 10
DISAGREEMENT = 0.25
"""A distance in a name and one in an annotation may differ by so much of the larger one."""
_LEAST_STATED = 20

Said = tuple[str, ...]


def dates_outside(
    table: PictureTable, window: tuple[date, date] | None, *, stated: bool
) -> tuple[Rows, Said]:
    """Rows of pictures whose names' dates lie outside the window of collection, and what that rests on.

    Without a window: those far from all others. `stated`: the window is the annotation files' own.
    """
    days = table.tokens.days
    if window is None:
        return _far_days(table)
    first, last = window
    rows = np.flatnonzero((days != 0) & ((days < first.toordinal()) | (days > last.toordinal())))
    by = "the annotation files state" if stated else "was stated"
    return rows, (f"Collected from {first.isoformat()} to {last.isoformat()}, as {by}.",) if len(rows) else ()


def _far_days(table: PictureTable) -> tuple[Rows, Said]:
    """Few sessions before or after all others, parted from them by a wide gap."""
    nobody = np.empty(0, np.intp)
    days = table.tokens.days
    dated = np.flatnonzero(days)
    if not len(dated):
        return nobody, ()
    sessions = np.unique(np.stack([days[dated], table.session_codes[dated]], axis=1), axis=0)
    if len(sessions) < _LEAST_SESSIONS:
        return nobody, ()
    by_day, counts = np.unique(sessions[:, 0], return_counts=True)
    gaps = np.diff(by_day)
    usual = float(np.median(gaps)) if len(gaps) else 0.0
    wide = np.flatnonzero((gaps >= FAR_DAYS) & (gaps >= _FAR_GAPS * usual))
    few = _FEW_SESSIONS * counts.sum()
    before = max((gap for gap in wide if counts[: gap + 1].sum() <= few), default=-1)
    after = min((gap for gap in wide if counts[gap + 1 :].sum() <= few), default=len(gaps))
    first, last = int(by_day[before + 1]), int(by_day[after])
    rows = np.flatnonzero((days != 0) & ((days < first) | (days > last)))
    if not len(rows):
        return nobody, ()
    inside = f"{date.fromordinal(first).isoformat()} to {date.fromordinal(last).isoformat()}"
    return rows, (f"No window of collection is stated; these dates are far from all others ({inside}).",)


def odd_distances(table: PictureTable, facts: AnnotationFacts, farthest_m: float | None) -> tuple[Rows, Said]:
    """Rows whose name's distance is not what the annotation says, or is more than can be; and what that rests on."""
    named = table.tokens.distances_m.astype(np.float64)
    stated = facts.distances_m.astype(np.float64)
    known = np.isfinite(named) & np.isfinite(stated)
    larger = np.maximum(np.where(known, named, 1.0), np.where(known, stated, 1.0))
    odd = known & (np.abs(np.where(known, named - stated, 0.0)) > DISAGREEMENT * larger)
    said = []
    if odd.any():
        said.append(f"{int(odd.sum())} distances in names are not those that the annotations state.")
    limit, source = _limit(facts, farthest_m)
    if limit is not None:
        beyond = np.isfinite(named) & (named > limit)
        if beyond.any():
            said.append(f"{int(beyond.sum())} distances in names are larger than {limit:g} m, {source}.")
        odd |= beyond
    return np.flatnonzero(odd), tuple(said)


def _limit(facts: AnnotationFacts, farthest_m: float | None) -> tuple[float | None, str]:
    if farthest_m is not None:
        return farthest_m, "the largest that was stated"
    if facts.farthest_m is not None:
        return facts.farthest_m, "the largest that the annotation files state for the set"
    there = facts.distances_m[np.isfinite(facts.distances_m)]
    if len(there) < _LEAST_STATED:
        return None, ""
    largest = float(there.max())
    return largest, "the largest of any annotated picture"
