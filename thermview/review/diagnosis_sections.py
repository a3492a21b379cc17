"""What the sections of a diagnosis report show: cards of classes, suspects, extremes, zones, with their pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
from markupsafe import Markup

from thermview.diagnosis.results import Diagnosis, Finding, Lens, Rows
from thermview.diagnosis.table import PictureTable
from thermview.review.diagnosis_charts import small_histogram
from thermview.review.diagnosis_pictures import Thumbnails, first_rows, mean_picture_uri
from thermview.review.diagnosis_tiles import (
    EVIDENCE,
    Tile,
    density_text,
    number_words,
    place_text,
    shown_codes,
)
from thermview.review.diagnosis_words import class_label, class_tone, count_text, plural
from thermview.review.diagnosis_zones import SPLITS_AT_MOST, densest_rows, scenario_rows
from thermview.review.lens_densities import density_histogram
from thermview.thermal.ticks import value_text

EXTREMES = 10
FINDINGS_AT_MOST = 60
SUSPECTS_AT_MOST = 12
SUSPECT_PICTURES = 12
NEIGHBOURS = 10


def shown_rows(diagnosis: Diagnosis) -> list[int]:
    """Every table row whose picture the page shows."""
    rows: list[int] = []
    for finding in ordered_findings(diagnosis)[:FINDINGS_AT_MOST]:
        rows += first_rows(finding.rows, EVIDENCE)
    for lens in diagnosis.lenses:
        rows += [*first_rows(lens.lowest, EXTREMES), *first_rows(lens.highest, EXTREMES)]
    rows += [row for row in _samples(diagnosis).values() if row >= 0]
    for suspects in diagnosis.contamination[:SUSPECTS_AT_MOST]:
        rows += first_rows(suspects.rows, SUSPECT_PICTURES)
    for split in diagnosis.splits[:SPLITS_AT_MOST]:
        rows += [*first_rows(split.rows, EVIDENCE), *densest_rows(diagnosis, split.class_code, split.lens)]
    for zone in diagnosis.grey_zones:
        rows += [
            row for row in (*scenario_rows(diagnosis, zone), *first_rows(zone.inside, EVIDENCE)) if row >= 0
        ]
    for pivot in _pivots(diagnosis):
        rows += [pivot.row, *first_rows(pivot.neighbours, NEIGHBOURS)]
    return rows


def ordered_findings(diagnosis: Diagnosis) -> list[Finding]:
    """Findings, the most severe first."""
    order = {"high": 0, "medium": 1, "low": 2}
    return sorted(diagnosis.findings, key=lambda each: order[each.severity.value])


def finding_items(diagnosis: Diagnosis, thumbnails: Thumbnails) -> list[dict[str, Any]]:
    """Findings, the most severe first, with a few pictures as evidence."""
    return [
        {
            "finding": finding,
            "severity": finding.severity.value,
            "numbers": [(name, number_words(value)) for name, value in finding.numbers.items()],
            "tiles": [Tile(thumbnails[row]) for row in first_rows(finding.rows, EVIDENCE)],
            "more": max(len(finding.rows) - EVIDENCE, 0),
        }
        for finding in ordered_findings(diagnosis)
    ]


def _samples(diagnosis: Diagnosis) -> dict[int, int]:
    """A picture of each shown class: that of median density, else the first that can be read; -1 for none."""
    table = diagnosis.table
    lens = diagnosis.generic or diagnosis.domain
    found = {}
    for code in shown_codes(diagnosis):
        row = -1 if lens is None else _median_row(lens, table, code)
        if row < 0:
            readable = table.members(code)[table.readable[table.members(code)]]
            row = int(readable[0]) if len(readable) else -1
        found[code] = row
    return found


def _median_row(lens: Lens, table: PictureTable, code: int) -> int:
    here = np.flatnonzero((table.class_codes[lens.rows] == code) & np.isfinite(lens.values))
    if not len(here):
        return -1
    order = here[np.argsort(lens.values[here], kind="stable")]
    return int(lens.rows[order[len(order) // 2]])


def collage(diagnosis: Diagnosis, thumbnails: Thumbnails) -> list[Tile]:
    """A cross-section of the set: a picture of each class."""
    table = diagnosis.table
    return [
        Tile(thumbnails[row], class_label(table, code))
        for code, row in _samples(diagnosis).items()
        if row >= 0
    ]


def class_cards(diagnosis: Diagnosis, thumbnails: Thumbnails) -> list[dict[str, Any]]:
    """A card of each class: sample and mean picture side by side, its blur, its densities in each lens."""
    table, hygiene = diagnosis.table, diagnosis.hygiene
    samples = _samples(diagnosis)
    cards = []
    for code, row in samples.items():
        cards.append(
            {
                "name": class_label(table, code),
                "tone": class_tone(table, code),
                "count": count_text(hygiene.class_counts[code]),
                "weight": number_words(float(hygiene.class_weights[code])),
                "sessions": count_text(len(np.unique(table.session_codes[table.members(code)]))),
                "blur": number_words(float(hygiene.class_blur[code])),
                "sample": Tile(thumbnails[row], "sample, median density") if row >= 0 else None,
                "mean": mean_picture_uri(table.mean_pictures[code]),
                "densities": [_class_density(lens, table, code) for lens in diagnosis.lenses],
            }
        )
    return cards


def _class_density(lens: Lens, table: PictureTable, code: int) -> tuple[str, str, Markup]:
    mask = table.class_codes[lens.rows] == code
    counts, edges = density_histogram(lens, mask)
    shown = lens.values[mask & np.isfinite(lens.values)]
    span = float(edges[-1] - edges[0])
    middle = float(np.median(shown)) if len(shown) else float("nan")
    words = f"median {value_text(middle, span)}" if len(shown) else "no density"
    title = f"Densities of {class_label(table, code)} in {lens.name}"
    return lens.name, words, small_histogram(counts, edges, class_tone(table, code), title, (middle,))


def extremes(lens: Lens, table: PictureTable, rows: Rows, thumbnails: Thumbnails) -> list[Tile]:
    """The first of the lowest or highest, each with class, distance and density."""
    return [
        Tile(thumbnails[row], f"{number}. {place_text(table, row)}, density {density_text(lens, row)}")
        for number, row in enumerate(first_rows(rows, EXTREMES), start=1)
    ]


def shared_rows(diagnosis: Diagnosis, thumbnails: Thumbnails) -> list[dict[str, Any]]:
    """The lowest of L3 (of L2 without it), each with its densities in both and whether both have it lowest."""
    lens = diagnosis.domain or diagnosis.generic
    if lens is None:
        return []
    table, shared = diagnosis.table, {int(row) for row in diagnosis.shared_lowest}
    return [
        {
            "rank": number,
            "tile": Tile(thumbnails[row]),
            "class": class_label(table, table.class_codes[row]),
            "distance": f"{table.tokens.distances_m[row]:g} m"
            if np.isfinite(table.tokens.distances_m[row])
            else "–",
            "l2": density_text(diagnosis.generic, row),
            "l3": density_text(diagnosis.domain, row),
            "both": row in shared,
        }
        for number, row in enumerate(first_rows(lens.lowest, EXTREMES), start=1)
    ]


def _pivots(diagnosis: Diagnosis) -> list[Any]:
    lens = diagnosis.domain or diagnosis.generic
    if lens is None:
        return []
    shown = set(shown_codes(diagnosis))
    return [pivot for pivot in lens.pivots if pivot.class_code in shown]


def pivot_items(diagnosis: Diagnosis, thumbnails: Thumbnails) -> dict[str, Any]:
    """The densest picture of each class and its neighbours; those of another code or class are marked."""
    lens, table = diagnosis.domain or diagnosis.generic, diagnosis.table
    return {
        "lens": lens.name if lens else "",
        "items": [
            {
                "class": class_label(table, pivot.class_code),
                "tone": class_tone(table, pivot.class_code),
                "pivot": Tile(thumbnails[pivot.row], f"pivot, density {density_text(lens, pivot.row)}"),
                "tiles": [
                    Tile(thumbnails[row], _neighbour_words(table, pivot.class_code, row, lens))
                    for row in first_rows(pivot.neighbours, NEIGHBOURS)
                ],
                "told": _neighbour_sentence(
                    table, pivot.class_code, [*first_rows(pivot.neighbours, NEIGHBOURS)]
                ),
            }
            for pivot in _pivots(diagnosis)
        ],
    }


def _neighbour_words(table: PictureTable, code: int, row: int, lens: Lens | None) -> str:
    own = int(table.class_codes[row])
    other = "" if own == code else f" – in {class_label(table, own)}"
    return f"density {density_text(lens, row)}{other}"


def _neighbour_sentence(table: PictureTable, code: int, rows: list[int]) -> str:
    """How many neighbours share the class, how many sessions they come from, which codes their names say."""
    if not rows:
        return "It has no neighbours."
    same = sum(int(table.class_codes[row]) == code for row in rows)
    sessions = len({int(table.session_codes[row]) for row in rows})
    tokens = table.tokens
    codes = [int(tokens.object_codes[row]) for row in rows]
    said = sorted({tokens.object_names[each] for each in codes if each >= 0})
    names = f"; their names say {', '.join(said)}" if said else ""
    return f"{same} of {len(rows)} neighbours are of its class, from {plural(sessions, 'session')}{names}."
