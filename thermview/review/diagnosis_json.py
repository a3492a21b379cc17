"""report.json: every number of a diagnosis, with keys that stay; docs/diagnosis-report.md lists them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import thermview
from thermview.diagnosis.results import (
    Contamination,
    Diagnosis,
    GreyZone,
    Interval,
    Lens,
    Rows,
    TokenSplit,
)
from thermview.diagnosis.table import PictureTable
from thermview.review.diagnosis_words import why_missing
from thermview.review.manifest import jsonable

SCHEMA = "thermview.diagnosis/1"
PATHS_AT_MOST = 1000
"""A list of pictures is cut after so many; the number of all stands beside it and the lists are in fixes/."""
HISTOGRAM_BINS = 60
DISTANCE = "distance"


def report_text(diagnosis: Diagnosis, *, seed: int = 0) -> str:
    """report.json as text: stable order, null for what cannot be said, no path above the set's folder.

    Angle brackets are written as escapes, which reads back the same and is harmless within a page.
    """
    record = jsonable(report_record(diagnosis, seed=seed))
    text = json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text.replace("<", "\\u003c").replace(">", "\\u003e") + "\n"


def report_record(diagnosis: Diagnosis, *, seed: int = 0) -> dict[str, Any]:
    """The same as values; `run` alone differs between two runs on one folder."""
    table = diagnosis.table
    model = diagnosis.model
    splits = [(split.token == DISTANCE, _split(split, table)) for split in diagnosis.splits]
    return {
        "schema": SCHEMA,
        "set": set_name(diagnosis.root),
        "run": {
            "version": thermview.__version__,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "seconds": round(diagnosis.seconds, 2),
        },
        "model": {"name": model.name, "sha256": model.sha256} if model else None,
        "model_problem": diagnosis.model_problem or None,
        "seed": seed,
        "overview": overview(table),
        "l1": _l1(diagnosis),
        "l2": _lens(diagnosis.generic, table) or _no_lens("L2", diagnosis),
        "l3": _lens(diagnosis.domain, table) or _no_lens("L3", diagnosis),
        "shared_lowest": [_seen(diagnosis, row) for row in diagnosis.shared_lowest],
        "contamination": [_contamination(each, table) for each in diagnosis.contamination],
        "distance_split": [record for distance, record in splits if distance],
        "token_splits": [record for distance, record in splits if not distance],
        "grey_zone": [_grey_zone(zone, table) for zone in diagnosis.grey_zones],
        "findings": [
            {
                "kind": finding.kind,
                "severity": finding.severity.value,
                "sentence": finding.sentence,
                "numbers": dict(finding.numbers),
                "standard": finding.standard,
                "advice": finding.advice,
                "pictures": len(finding.rows),
                "evidence": paths_of(table, finding.rows),
            }
            for finding in diagnosis.findings
        ],
        "score_card": [
            {
                "code": measure.code,
                "name": measure.name,
                "value": measure.value,
                "unit": measure.unit,
                "meaning": measure.meaning,
            }
            for measure in diagnosis.score_card
        ],
        "notices": list(dict.fromkeys((*diagnosis.notices, *diagnosis.hygiene.notices, *table.notices))),
    }


def set_name(root: Path) -> str:
    """The folder's own name, also where it was given as a dot."""
    return root.resolve().name or "set"


def paths_of(table: PictureTable, rows: Rows) -> list[str]:
    """The pictures' paths below the folder, the first PATHS_AT_MOST."""
    return [table.paths[int(row)] for row in rows[:PATHS_AT_MOST]]


def overview(table: PictureTable) -> dict[str, Any]:
    """What the set is, and what its names say: objects, states, sites, dates, distances."""
    tokens = table.tokens
    days = tokens.days[tokens.days > 0]
    metres = tokens.distances_m[np.isfinite(tokens.distances_m)]
    return {
        "pictures": len(table),
        "readable": int(table.readable.sum()),
        "classes": sum(map(bool, table.class_names)),
        "sessions": len(table.session_names),
        "normal_pictures": int((table.normal == 1).sum()),
        "anomaly_pictures": int((table.normal == 0).sum()),
        "pictures_of_unknown_state": int((table.normal == -1).sum()),
        "named_pictures": int((tokens.object_codes >= 0).sum()),
        "objects": _counted(tokens.object_names, tokens.object_codes),
        "states": _counted(tokens.state_names, tokens.state_codes),
        "sites": _counted(tokens.site_names, tokens.site_codes),
        "first_day": day_text(int(days.min())) if len(days) else None,
        "last_day": day_text(int(days.max())) if len(days) else None,
        "nearest_m": _number(metres.min()) if len(metres) else None,
        "farthest_m": _number(metres.max()) if len(metres) else None,
    }


def day_text(ordinal: int) -> str:
    """A day as ISO text."""
    return date.fromordinal(ordinal).isoformat()


def _counted(names: Iterable[str], codes: NDArray[np.int32]) -> dict[str, int]:
    return {name: int((codes == code).sum()) for code, name in enumerate(names)}


def _l1(diagnosis: Diagnosis) -> dict[str, Any]:
    table, hygiene = diagnosis.table, diagnosis.hygiene
    annotations = hygiene.annotations
    faulty = np.flatnonzero(~table.readable)
    return {
        "channels": dict(hygiene.channels),
        "bit_depths": {str(bits): n for bits, n in hygiene.bit_depths.items()},
        "sizes": {f"{columns}x{rows}": n for (columns, rows), n in hygiene.sizes.items()},
        "classes": {name: _class(diagnosis, code) for code, name in enumerate(table.class_names)},
        "mean_count": hygiene.mean_count,
        "sd_count": hygiene.sd_count,
        "max_min_ratio": hygiene.max_min_ratio,
        "unreadable": [
            {"path": table.paths[int(row)], "problem": table.problems.get(int(row), "")}
            for row in faulty[:PATHS_AT_MOST]
        ],
        "unreadable_count": len(faulty),
        "empty_count": len(hygiene.empty),
        "not_opaque": paths_of(table, hygiene.not_opaque),
        "not_opaque_count": len(hygiene.not_opaque),
        "duplicates": _groups(table, hygiene.duplicates),
        "duplicate_groups": len(hygiene.duplicates),
        "duplicate_pictures": int(sum(len(group) for group in hygiene.duplicates)),
        "near_duplicates": _groups(table, hygiene.near_duplicates),
        "near_duplicate_groups": len(hygiene.near_duplicates),
        "near_duplicate_pictures": int(sum(len(group) for group in hygiene.near_duplicates)),
        "near_in_session": hygiene.near_in_session,
        "annotations": {
            "files": annotations.files,
            "missing": paths_of(table, annotations.missing),
            "missing_count": len(annotations.missing),
            "dangling": list(annotations.dangling[:PATHS_AT_MOST]),
            "dangling_count": len(annotations.dangling),
            "orphans": list(annotations.orphans[:PATHS_AT_MOST]),
            "orphans_count": len(annotations.orphans),
            "outside": paths_of(table, annotations.outside),
            "outside_count": len(annotations.outside),
            "issues": list(annotations.issues[:PATHS_AT_MOST]),
            "issues_count": len(annotations.issues),
            "gaps": {what: len(rows) for what, rows in annotations.gaps.items()},
        },
        "dates_outside": paths_of(table, hygiene.dates_outside),
        "dates_outside_count": len(hygiene.dates_outside),
        "odd_distances": paths_of(table, hygiene.odd_distances),
        "odd_distances_count": len(hygiene.odd_distances),
        "pixel_histogram": {
            channel: table.histograms[:, number].sum(axis=0).tolist() if len(table.histograms) else []
            for number, channel in enumerate(("red", "green", "blue"))
        },
    }


def _class(diagnosis: Diagnosis, code: int) -> dict[str, Any]:
    table, hygiene = diagnosis.table, diagnosis.hygiene
    members = table.members(code)
    looks = table.looks[members[table.readable[members]]]
    return {
        "n": int(hygiene.class_counts[code]),
        "normal": table.class_normal[code],
        "mean_blur": _number(hygiene.class_blur[code]),
        "weight": _number(hygiene.class_weights[code]),
        "sessions": len(np.unique(table.session_codes[members])),
        "mean": _number(looks["mean"].mean()) if len(looks) else None,
        "sd": _number(looks["sd"].mean()) if len(looks) else None,
    }


def _groups(table: PictureTable, groups: tuple[Rows, ...]) -> list[list[str]]:
    return [paths_of(table, group) for group in groups[:PATHS_AT_MOST]]


def _lens(lens: Lens | None, table: PictureTable) -> dict[str, Any] | None:
    if lens is None:
        return None
    held = lens.held_out
    counts, edges = density_histogram(lens)
    return {
        "name": lens.name,
        "dim": lens.dimensions,
        "definition": lens.definition,
        "pictures": len(lens.rows),
        **_separation_keys(lens),
        "auroc_heldout": held.heldout.value if held else None,
        "auroc_heldout_ci": _ends(held.heldout) if held else None,
        "auroc_training": held.training if held else None,
        "auroc_shuffled": list(held.shuffled) if held else None,
        "auroc_shuffled_95": held.shuffled_95 if held else None,
        "separates": held.separates if held else None,
        "held_out_sentence": held.sentence if held else None,
        "plain": {"definition": lens.plain_definition, **_separation_keys(lens, plain=True)},
        "density": {
            table.class_names[box.class_code]: {
                "n": box.count,
                "low": box.low,
                "q1": box.q1,
                "median": box.median,
                "q3": box.q3,
                "high": box.high,
            }
            for box in lens.boxes
        },
        "density_mean": _number(np.nanmean(lens.values)) if np.isfinite(lens.values).any() else None,
        "histogram": {"edges": edges.tolist(), "counts": counts.tolist()},
        "lowest": [_picture(lens, table, row) for row in lens.lowest],
        "highest": [_picture(lens, table, row) for row in lens.highest],
        "pivots": [
            {
                "class": table.class_names[pivot.class_code],
                "pivot": _picture(lens, table, pivot.row),
                "neighbours": [_picture(lens, table, row) for row in pivot.neighbours if row >= 0],
            }
            for pivot in lens.pivots
        ],
        "plane_share": list(lens.plane_share),
        "plane_mean": list(lens.plane_mean),
        "notices": list(lens.notices),
        "missing": None,
    }


_ONE_VALUE = ("dim", "definition", "density_mean", "plane_share", "plane_mean")
_SEPARATION = ("gap_median", "gap_ci", "gap_iqr", "gap_iqr_ci", "auroc", "auroc_ci")
_HELD_OUT = (
    "auroc_heldout",
    "auroc_heldout_ci",
    "auroc_training",
    "auroc_shuffled",
    "auroc_shuffled_95",
    "separates",
    "held_out_sentence",
)


def _no_lens(name: str, diagnosis: Diagnosis) -> dict[str, Any]:
    """The keys of a lens that is not there: null, lists and tables of nothing, and why."""
    return {
        **dict.fromkeys((*_ONE_VALUE, *_SEPARATION, *_HELD_OUT)),
        "name": name,
        "pictures": 0,
        "plain": {"definition": None, **dict.fromkeys(_SEPARATION)},
        "density": {},
        "histogram": {"edges": [], "counts": []},
        "lowest": [],
        "highest": [],
        "pivots": [],
        "notices": [],
        "missing": why_missing(diagnosis, name),
    }


def _separation_keys(lens: Lens, *, plain: bool = False) -> dict[str, Any]:
    separation = lens.plain_separation if plain else lens.separation
    return {
        "gap_median": separation.gap.value,
        "gap_ci": _ends(separation.gap),
        "gap_iqr": separation.gap_iqr.value,
        "gap_iqr_ci": _ends(separation.gap_iqr),
        "auroc": separation.auroc.value,
        "auroc_ci": _ends(separation.auroc),
    }


def density_histogram(
    lens: Lens, rows: NDArray[np.bool_] | None = None, bins: int = HISTOGRAM_BINS
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Counts (bins,) and edges (bins + 1,) of densities, or of those in the mask `rows` (m,).

    The edges are those of all pictures, so that histograms of one lens stand on one axis.
    """
    finite = lens.values[np.isfinite(lens.values)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    shown = finite if rows is None else lens.values[rows & np.isfinite(lens.values)]
    counts, edges = np.histogram(shown, bins=bins, range=(low, max(high, low + 1e-6)))
    return counts.astype(np.intp), edges


def place_in(lens: Lens, row: int) -> int | None:
    """Where a table row stands in the lens' arrays, None where it has no vector there."""
    at = int(np.searchsorted(lens.rows, row))
    return at if at < len(lens.rows) and lens.rows[at] == row else None


def density_of(lens: Lens | None, row: int) -> float:
    """The density of a table row in a lens, NaN where it has none."""
    at = None if lens is None else place_in(lens, row)
    return float("nan") if lens is None or at is None else float(lens.values[at])


def _picture(lens: Lens, table: PictureTable, row: int) -> dict[str, Any]:
    at = place_in(lens, int(row))
    return {
        **_about(table, int(row)),
        "density": None if at is None else float(lens.values[at]),
        "percentile": None if at is None else float(lens.percentiles[at]),
    }


def _seen(diagnosis: Diagnosis, row: int) -> dict[str, Any]:
    """A picture that is among the lowest of both lenses."""
    return {
        **_about(diagnosis.table, int(row)),
        "l2_density": density_of(diagnosis.generic, int(row)),
        "l3_density": density_of(diagnosis.domain, int(row)),
    }


def _about(table: PictureTable, row: int) -> dict[str, Any]:
    return {
        "path": table.paths[row],
        "class": table.class_names[table.class_codes[row]],
        "session": table.session_names[table.session_codes[row]],
        "distance_m": _number(table.tokens.distances_m[row]),
    }


def _contamination(found: Contamination, table: PictureTable) -> dict[str, Any]:
    return {
        "class": table.class_names[found.class_code],
        "code": found.code,
        "session": found.session,
        "n": len(found.rows),
        "share": found.share,
        "agreement": found.agreement,
        "evidence": paths_of(table, found.rows),
    }


def _split(split: TokenSplit, table: PictureTable) -> dict[str, Any]:
    return {
        "class": table.class_names[split.class_code],
        "token": split.token,
        "lens": split.lens,
        "values": list(split.values),
        "medians": list(split.medians),
        "counts": list(split.counts),
        "p": split.p,
        "test": split.test,
        "evidence": paths_of(table, split.rows),
    }


def _grey_zone(zone: GreyZone, table: PictureTable) -> dict[str, Any]:
    return {
        "object": zone.object_name,
        "lens": zone.lens,
        "normal_classes": [table.class_names[code] for code in zone.normal_codes],
        "anomaly_classes": [table.class_names[code] for code in zone.anomaly_codes],
        "low": zone.low,
        "high": zone.high,
        "inside": len(zone.inside),
        "evidence": paths_of(table, zone.inside[:50]),
        "thresholds": zone.thresholds.tolist(),
        "missed": zone.missed.tolist(),
        "false_alarms": zone.false_alarms.tolist(),
    }


def _ends(interval: Interval) -> list[float]:
    return [interval.low, interval.high]


def _number(value: Any) -> float | None:
    number = float(value)
    return number if np.isfinite(number) else None
