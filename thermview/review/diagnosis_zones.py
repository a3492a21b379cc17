"""Sections of a diagnosis report on tokens of names and grey zones."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.results import Diagnosis, GreyZone, Lens
from thermview.diagnosis.table import PictureTable
from thermview.review import diagnosis_figures as figures
from thermview.review.diagnosis_charts import percent
from thermview.review.diagnosis_pictures import Thumbnails, first_rows
from thermview.review.diagnosis_tiles import (
    EVIDENCE,
    Tile,
    densities_text,
    density_text,
    place_text,
    shown_codes,
)
from thermview.review.diagnosis_words import class_label, class_tone, count_text, plural
from thermview.review.fixes import Fixes
from thermview.thermal.ticks import value_text

SPLITS_AT_MOST = 12
DISTANCES_AT_MOST = 18


def split_items(diagnosis: Diagnosis, thumbnails: Thumbnails) -> list[dict[str, Any]]:
    """Classes that depend on a token: the chart, pictures of the thinnest value and of the densest of the class."""
    items = []
    for split in diagnosis.splits[:SPLITS_AT_MOST]:
        lens = next((each for each in diagnosis.lenses if each.name == split.lens), None)
        known = [(m, v) for m, v in zip(split.medians, split.values, strict=True) if np.isfinite(m)]
        items.append(
            {
                "class": class_label(diagnosis.table, split.class_code),
                "token": split.token,
                "figure": figures.split_figure(split, diagnosis),
                "low": min(known)[1] if known else "",
                "tiles": [
                    Tile(thumbnails[row], picture_words(lens, diagnosis.table, row))
                    for row in first_rows(split.rows, EVIDENCE)
                ],
                "dense": [
                    Tile(thumbnails[row], picture_words(lens, diagnosis.table, row))
                    for row in densest_rows(diagnosis, split.class_code, split.lens)
                ],
            }
        )  # fmt: skip
    return items


def distance_table(diagnosis: Diagnosis, fixes: Fixes) -> dict[str, Any] | None:
    """Classes by distance step, as pictures and median density; None without distances."""
    table = diagnosis.table
    metres = sorted({each.metres for each in fixes.subclasses})
    if not metres:
        return None
    shown = metres[:DISTANCES_AT_MOST]
    cells = {(each.class_code, each.metres): each for each in fixes.subclasses}
    finite = [each.median_density for each in fixes.subclasses if np.isfinite(each.median_density)]
    span = max(finite) - min(finite) if finite else 1.0
    rows = []
    for code in shown_codes(diagnosis):
        found = [cells.get((code, step)) for step in shown]
        texts = [
            (count_text(each.count), value_text(each.median_density, span)) if each else ("", "")
            for each in found
        ]
        rows.append((class_label(table, code), class_tone(table, code), texts))
    return {
        "steps": [f"{step:g} m" for step in shown],
        "rows": rows,
        "lens": fixes.subclasses[0].lens,
        "left_out": len(metres) - len(shown),
    }


def picture_words(lens: Lens | None, table: PictureTable, row: int) -> str:
    return f"{place_text(table, row)}, density {density_text(lens, row)}"


def densest_rows(diagnosis: Diagnosis, code: int, lens_name: str) -> list[int]:
    """The densest pictures of a class, one a session."""
    lens = next((each for each in diagnosis.lenses if each.name == lens_name), None)
    if lens is None:
        return []
    table = diagnosis.table
    here = np.flatnonzero((table.class_codes[lens.rows] == code) & np.isfinite(lens.values))
    rows = lens.rows[here[np.argsort(-lens.values[here], kind="stable")]]
    first = np.sort(np.unique(table.session_codes[rows], return_index=True)[1])
    return [int(row) for row in rows[first][:EVIDENCE]]


def scenario_rows(diagnosis: Diagnosis, zone: GreyZone) -> tuple[int, int]:
    """The densest normal picture of an object and an anomaly of median density; -1 where there is none."""
    lens = next((each for each in diagnosis.lenses if each.name == zone.lens), None)
    if lens is None:
        return -1, -1
    table = diagnosis.table
    codes = table.class_codes[lens.rows]
    sides: list[NDArray[np.intp]] = []
    for members in (zone.normal_codes, zone.anomaly_codes):
        here = np.flatnonzero(np.isin(codes, members) & np.isfinite(lens.values))
        sides.append(lens.rows[here[np.argsort(lens.values[here], kind="stable")]])
    normal, anomaly = sides
    return (
        int(normal[-1]) if len(normal) else -1,
        int(anomaly[len(anomaly) // 2]) if len(anomaly) else -1,
    )


def grey_zone_items(diagnosis: Diagnosis, thumbnails: Thumbnails) -> list[dict[str, Any]]:
    """Grey zones: charts, what thresholds cost, the most typical normal picture beside a typical anomaly."""
    return [
        {
            "object": zone.object_name,
            "histogram": figures.zone_histogram(zone, diagnosis),
            "costs": figures.zone_costs(zone),
            "rows": _cost_rows(zone),
            "told": _zone_sentence(zone),
            "scenario": [
                Tile(thumbnails[row], f"{words}, {densities_text(diagnosis, row)}")
                for row, words in zip(
                    scenario_rows(diagnosis, zone),
                    ("densest normal picture", "anomaly of median density"),
                    strict=True,
                )
                if row >= 0
            ],
            "tiles": [
                Tile(thumbnails[row], f"{place_text(diagnosis.table, row)}, {densities_text(diagnosis, row)}")
                for row in first_rows(zone.inside, EVIDENCE)
            ],
        }
        for zone in diagnosis.grey_zones
    ]


def _zone_sentence(zone: GreyZone) -> str:
    """Where the zone lies and how many pictures are in it, or that there is none."""
    if not zone.high >= zone.low:
        return (
            f"There is no grey zone in {zone.lens}: the lowest normal pictures are denser than the highest anomalies, "
            "5 % of each set aside."
        )
    span = zone.high - zone.low
    return (
        f"{plural(len(zone.inside), 'picture')} lie in the zone, at densities of {value_text(zone.low, span)} to "
        f"{value_text(zone.high, span)} in {zone.lens}."
    )


def _cost_rows(zone: GreyZone) -> list[tuple[str, str, str]]:
    """Thresholds that a person would ask about: where few are missed, where few are false, where both are alike."""
    if not len(zone.thresholds):
        return []
    wanted = {
        int(np.argmin(np.abs(zone.missed - 0.01))),
        int(np.argmin(np.abs(zone.missed - 0.05))),
        int(np.argmin(np.abs(zone.missed - zone.false_alarms))),
        int(np.argmin(np.abs(zone.false_alarms - 0.05))),
        int(np.argmin(np.abs(zone.false_alarms - 0.01))),
    }
    span = float(np.ptp(zone.thresholds)) or 1.0
    return [
        (
            value_text(float(zone.thresholds[at]), span),
            percent(float(zone.missed[at])),
            percent(float(zone.false_alarms[at])),
        )
        for at in sorted(wanted)
    ]
