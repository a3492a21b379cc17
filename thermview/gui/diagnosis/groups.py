"""Densities of a class by what a token of the names says: distance, site, hour, month, session; no Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from thermview.gui.diagnosis.spreads import Box, box_of, spread_over
from thermview.gui.parts.plain_words import THIN, significant_text

if TYPE_CHECKING:
    from thermview.diagnosis.results import Lens
    from thermview.gui.diagnosis.prepared import Prepared, Rows

TOKENS = ("distance", "site", "month", "hour", "session")
MOST_GROUPS = 60
SAMPLES = 8


@dataclass(frozen=True, eq=False)
class Group:
    """Pictures of one value of a token: table rows, some of many sessions, how many those are, box of densities."""

    name: str
    rows: Rows
    samples: Rows
    sessions: int
    box: Box | None


@dataclass(frozen=True, eq=False)
class Groups:
    """The groups of a token in its order; `unknown` pictures say nothing of it, `left_out` groups are not listed."""

    token: str
    groups: tuple[Group, ...]
    unknown: int
    left_out: int


def token_groups(prepared: Prepared, lens: Lens, token: str, class_code: int | None) -> Groups:
    """Group a class, or all pictures, by a token (one of TOKENS); sessions by size, others by value."""
    table = prepared.table
    rows = np.arange(len(table)) if class_code is None else prepared.class_rows[class_code]
    keys, names = _keys(prepared, token, rows)
    known = keys >= 0
    places = prepared.places[lens.name][rows]
    values = (
        np.where(places >= 0, lens.values[np.maximum(places, 0)], np.nan) if len(lens.values) else np.empty(0)
    )
    found, counts = np.unique(keys[known], return_counts=True)
    if token == "session":
        found = found[np.argsort(-counts, kind="stable")]
    groups = []
    for key in found[:MOST_GROUPS]:
        here = keys == key
        own = values[here]
        box = box_of(np.sort(own[np.isfinite(own)]).astype(np.float32))
        members = rows[here]
        sessions = table.session_codes[members]
        samples = spread_over(sessions, members, SAMPLES)
        groups.append(Group(names(int(key)), members, samples, len(np.unique(sessions)), box))
    return Groups(token, tuple(groups), int((~known).sum()), max(len(found) - MOST_GROUPS, 0))


def _keys(prepared: Prepared, token: str, rows: Rows):  # type: ignore[no-untyped-def]
    """A whole number for each row, -1 where its name is silent, and what a number is called."""
    table = prepared.table
    tokens = table.tokens
    if token == "distance":
        metres = tokens.distances_m[rows]
        keys: NDArray[np.int64] = (
            np.where(np.isfinite(metres), np.nan_to_num(metres) * 1000, -1).round().astype(int)
        )
        return keys, lambda key: f"{significant_text(key / 1000)}{THIN}m"
    if token == "site":
        return tokens.site_codes[rows].astype(int), lambda key: tokens.site_names[key]
    if token == "hour":
        return tokens.hours[rows].astype(int), lambda key: f"{key:02d}:00"
    if token == "month":
        days = tokens.days[rows]
        found, inverse = np.unique(days, return_inverse=True)
        months = [date.fromordinal(int(day)) if day > 0 else None for day in found]
        codes = np.array([-1 if day is None else 12 * day.year + day.month - 1 for day in months], int)
        return codes[inverse], lambda key: f"{key // 12}-{key % 12 + 1:02d}"
    return table.session_codes[rows].astype(int), lambda key: table.session_names[key]
