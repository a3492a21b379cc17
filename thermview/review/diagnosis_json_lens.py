"""The part of report.json that says what one lens shows (L2, L3), or why it is not there."""

from __future__ import annotations

from typing import Any

import numpy as np

from thermview.diagnosis.results import Diagnosis, Interval, Lens
from thermview.diagnosis.table import PictureTable
from thermview.review.diagnosis_json_parts import about_picture, known
from thermview.review.diagnosis_words import why_missing
from thermview.review.lens_densities import density_histogram, place_in

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


def lens_record(name: str, lens: Lens | None, diagnosis: Diagnosis) -> dict[str, Any]:
    """All numbers of a lens; the same keys with nothing in them, and why, where the set has none of this name."""
    return _no_lens(name, diagnosis) if lens is None else _lens(lens, diagnosis.table)


def _lens(lens: Lens, table: PictureTable) -> dict[str, Any]:
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
        "density_mean": known(np.nanmean(lens.values)) if np.isfinite(lens.values).any() else None,
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


def _picture(lens: Lens, table: PictureTable, row: int) -> dict[str, Any]:
    at = place_in(lens, int(row))
    return {
        **about_picture(table, int(row)),
        "density": None if at is None else float(lens.values[at]),
        "percentile": None if at is None else float(lens.percentiles[at]),
    }


def _ends(interval: Interval) -> list[float]:
    return [interval.low, interval.high]
