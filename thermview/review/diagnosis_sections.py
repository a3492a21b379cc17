"""What the sections of a diagnosis report show: cards of classes, suspects, extremes, zones, with their pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from thermview.capture.classes import split_class
from thermview.diagnosis.results import Diagnosis, GreyZone, Lens, Rows
from thermview.diagnosis.table import PictureTable
from thermview.review import diagnosis_figures as figures
from thermview.review.diagnosis_charts import percent, small_histogram
from thermview.review.diagnosis_figures import CLASSES_AT_MOST
from thermview.review.diagnosis_json import density_histogram, density_of
from thermview.review.diagnosis_pictures import Thumbnail, Thumbnails, first_rows, mean_picture_uri
from thermview.review.diagnosis_words import class_label, class_tone, count_text, plural
from thermview.thermal.ticks import value_text

EVIDENCE = 6
EXTREMES = 10
SUSPECTS_AT_MOST = 12
SUSPECT_PICTURES = 12
SPLITS_AT_MOST = 12
NEIGHBOURS = 10


@dataclass(frozen=True)
class Tile:
    """A picture with words below it."""

    thumbnail: Thumbnail
    words: str = ""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.thumbnail.path.rpartition("/")[2]


def shown_rows(diagnosis: Diagnosis) -> list[int]:
    """Every table row whose picture the page shows."""
    rows: list[int] = []
    for finding in diagnosis.findings:
        rows += first_rows(finding.rows, EVIDENCE)
    for lens in diagnosis.lenses:
        rows += [*first_rows(lens.lowest, EXTREMES), *first_rows(lens.highest, EXTREMES)]
    rows += [row for row in _samples(diagnosis).values() if row >= 0]
    for suspects in diagnosis.contamination[:SUSPECTS_AT_MOST]:
        rows += first_rows(suspects.rows, SUSPECT_PICTURES)
    for split in diagnosis.splits[:SPLITS_AT_MOST]:
        rows += [*first_rows(split.rows, EVIDENCE), *_dense_of(diagnosis, split.class_code, split.lens)]
    for zone in diagnosis.grey_zones:
        rows += [row for row in (*_scenario(diagnosis, zone), *first_rows(zone.inside, EVIDENCE)) if row >= 0]
    for pivot in _pivots(diagnosis):
        rows += [pivot.row, *first_rows(pivot.neighbours, NEIGHBOURS)]
    return rows


def finding_items(diagnosis: Diagnosis, thumbnails: Thumbnails) -> list[dict[str, Any]]:
    """Findings, the most severe first, with a few pictures as evidence."""
    order = {"high": 0, "medium": 1, "low": 2}
    return [
        {
            "finding": finding,
            "severity": finding.severity.value,
            "numbers": [(name, _number(value)) for name, value in finding.numbers.items()],
            "tiles": [Tile(thumbnails[row]) for row in first_rows(finding.rows, EVIDENCE)],
            "more": max(len(finding.rows) - EVIDENCE, 0),
        }
        for finding in sorted(diagnosis.findings, key=lambda each: order[each.severity.value])
    ]


def _number(value: float | int | str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | np.integer):
        return count_text(int(value))
    if not np.isfinite(value):
        return "–"
    return f"{float(value):.3g}" if abs(value) < 1000 else count_text(round(float(value)))


def shown_codes(diagnosis: Diagnosis) -> list[int]:
    """Classes that get a card: those of one object side by side, its normal ones first."""
    table = diagnosis.table
    counts = diagnosis.hygiene.class_counts
    codes = [code for code, name in enumerate(table.class_names) if name]
    if len(codes) > CLASSES_AT_MOST:
        codes = sorted(sorted(codes, key=lambda code: -counts[code])[:CLASSES_AT_MOST])
    rank: dict[bool | None, int] = {True: 0, False: 1, None: 2}
    return sorted(
        codes,
        key=lambda code: (
            split_class(table.class_names[code])[0],
            rank[table.class_normal[code]],
            table.class_names[code],
        ),
    )


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
                "weight": _number(float(hygiene.class_weights[code])),
                "sessions": count_text(len(np.unique(table.session_codes[table.members(code)]))),
                "blur": _number(float(hygiene.class_blur[code])),
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
        Tile(thumbnails[row], f"{number}. {_place(table, row)}, density {_density(lens, row)}")
        for number, row in enumerate(first_rows(rows, EXTREMES), start=1)
    ]


def _place(table: PictureTable, row: int) -> str:
    metres = float(table.tokens.distances_m[row])
    where = f", {metres:g} m" if np.isfinite(metres) else ""
    return f"{class_label(table, table.class_codes[row])}{where}"


def _density(lens: Lens | None, row: int) -> str:
    if lens is None:
        return "–"
    finite = lens.values[np.isfinite(lens.values)]
    return value_text(density_of(lens, row), float(np.ptp(finite)) if len(finite) else 1.0)


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
            "l2": _density(diagnosis.generic, row),
            "l3": _density(diagnosis.domain, row),
            "both": row in shared,
        }
        for number, row in enumerate(first_rows(lens.lowest, EXTREMES), start=1)
    ]


def densities_text(diagnosis: Diagnosis, row: int) -> str:
    """A picture's densities in each lens."""
    return ", ".join(f"{lens.name} {_density(lens, row)}" for lens in diagnosis.lenses)


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
                "pivot": Tile(thumbnails[pivot.row], f"pivot, density {_density(lens, pivot.row)}"),
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
    return f"density {_density(lens, row)}{other}"


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
                    Tile(thumbnails[row], _words(lens, diagnosis.table, row))
                    for row in first_rows(split.rows, EVIDENCE)
                ],
                "dense": [
                    Tile(thumbnails[row], _words(lens, diagnosis.table, row))
                    for row in _dense_of(diagnosis, split.class_code, split.lens)
                ],
            }
        )  # fmt: skip
    return items


def _words(lens: Lens | None, table: PictureTable, row: int) -> str:
    return f"{_place(table, row)}, density {_density(lens, row)}"


def _dense_of(diagnosis: Diagnosis, code: int, lens_name: str) -> list[int]:
    """The densest pictures of a class, one a session."""
    lens = next((each for each in diagnosis.lenses if each.name == lens_name), None)
    if lens is None:
        return []
    table = diagnosis.table
    here = np.flatnonzero((table.class_codes[lens.rows] == code) & np.isfinite(lens.values))
    rows = lens.rows[here[np.argsort(-lens.values[here], kind="stable")]]
    first = np.sort(np.unique(table.session_codes[rows], return_index=True)[1])
    return [int(row) for row in rows[first][:EVIDENCE]]


def _scenario(diagnosis: Diagnosis, zone: GreyZone) -> tuple[int, int]:
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
                    _scenario(diagnosis, zone),
                    ("densest normal picture", "anomaly of median density"),
                    strict=True,
                )
                if row >= 0
            ],
            "tiles": [
                Tile(thumbnails[row], f"{_place(diagnosis.table, row)}, {densities_text(diagnosis, row)}")
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
