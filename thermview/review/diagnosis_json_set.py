"""The parts of report.json that say what a set is and how clean it is (L1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.results import Annotations, Diagnosis, Rows
from thermview.diagnosis.table import PictureTable
from thermview.review.diagnosis_json_parts import PATHS_AT_MOST, known, paths_of


def set_name(root: Path) -> str:
    """The folder's own name, also where it was given as a dot."""
    return root.resolve().name or "set"


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
        "first_day": _day_text(int(days.min())) if len(days) else None,
        "last_day": _day_text(int(days.max())) if len(days) else None,
        "nearest_m": known(metres.min()) if len(metres) else None,
        "farthest_m": known(metres.max()) if len(metres) else None,
    }


def _day_text(ordinal: int) -> str:
    """A day as ISO text."""
    return date.fromordinal(ordinal).isoformat()


def _counted(names: Iterable[str], codes: NDArray[np.int32]) -> dict[str, int]:
    return {name: int((codes == code).sum()) for code, name in enumerate(names)}


def hygiene_record(diagnosis: Diagnosis) -> dict[str, Any]:
    """What can be said of the files without understanding a picture; lists end after PATHS_AT_MOST."""
    table, hygiene = diagnosis.table, diagnosis.hygiene
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
        "annotations": _annotations(hygiene.annotations, table),
        "dates_outside": paths_of(table, hygiene.dates_outside),
        "dates_outside_count": len(hygiene.dates_outside),
        "odd_distances": paths_of(table, hygiene.odd_distances),
        "odd_distances_count": len(hygiene.odd_distances),
        "pixel_histogram": {
            channel: table.histograms[:, number].sum(axis=0).tolist() if len(table.histograms) else []
            for number, channel in enumerate(("red", "green", "blue"))
        },
    }


def _annotations(annotations: Annotations, table: PictureTable) -> dict[str, Any]:
    return {
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
    }


def _class(diagnosis: Diagnosis, code: int) -> dict[str, Any]:
    table, hygiene = diagnosis.table, diagnosis.hygiene
    members = table.members(code)
    looks = table.looks[members[table.readable[members]]]
    return {
        "n": int(hygiene.class_counts[code]),
        "normal": table.class_normal[code],
        "mean_blur": known(hygiene.class_blur[code]),
        "weight": known(hygiene.class_weights[code]),
        "sessions": len(np.unique(table.session_codes[members])),
        "mean": known(looks["mean"].mean()) if len(looks) else None,
        "sd": known(looks["sd"].mean()) if len(looks) else None,
    }


def _groups(table: PictureTable, groups: tuple[Rows, ...]) -> list[list[str]]:
    return [paths_of(table, group) for group in groups[:PATHS_AT_MOST]]
