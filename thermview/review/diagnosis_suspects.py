"""The section of a diagnosis report on labels: classes by codes of file names, and suspect sessions."""

from __future__ import annotations

from typing import Any

import numpy as np

from thermview.diagnosis.results import Diagnosis
from thermview.diagnosis.table import PictureTable
from thermview.review.diagnosis_charts import percent
from thermview.review.diagnosis_pictures import Thumbnails, first_rows
from thermview.review.diagnosis_sections import SUSPECT_PICTURES, SUSPECTS_AT_MOST
from thermview.review.diagnosis_tiles import Tile, densities_text, shown_codes
from thermview.review.diagnosis_words import class_label, class_tone, count_text

CODES_AT_MOST = 24


def code_table(diagnosis: Diagnosis) -> dict[str, Any] | None:
    """Classes by the codes of file names, in pictures; codes that most of a class do not have stand out."""
    table, tokens = diagnosis.table, diagnosis.table.tokens
    named = tokens.object_codes >= 0
    if not named.any():
        return None
    states = max(len(tokens.state_names), 1)
    joint = tokens.object_codes.astype(np.intp) * states + np.maximum(tokens.state_codes, 0)
    codes, place = np.unique(joint[named], return_inverse=True)
    counts = np.zeros((len(table.class_names), len(codes)), np.intp)
    np.add.at(counts, (table.class_codes[named], place), 1)
    shown = np.sort(np.argsort(-counts.sum(axis=0), kind="stable")[:CODES_AT_MOST])
    suspect = {(each.class_code, each.code) for each in diagnosis.contamination}
    names = [_code_name(table, int(codes[column])) for column in shown]
    rows = []
    for code in shown_codes(diagnosis):
        cells = [
            (count_text(n) if (n := int(counts[code, column])) else "", _is_suspect(code, name, suspect))
            for column, name in zip(shown, names, strict=True)
        ]
        rows.append((class_label(table, code), class_tone(table, code), cells))
    return {"codes": names, "rows": rows, "left_out": len(codes) - len(shown)}


def _code_name(table: PictureTable, joint: int) -> str:
    tokens = table.tokens
    obj, state = divmod(joint, max(len(tokens.state_names), 1))
    return (
        f"{tokens.object_names[obj]}_{tokens.state_names[state]}"
        if tokens.state_names
        else tokens.object_names[obj]
    )


def _is_suspect(code: int, name: str, suspect: set[tuple[int, str]]) -> bool:
    return any(code == of and (said == name or said in name.split("_")) for of, said in suspect)


def contaminations(diagnosis: Diagnosis, thumbnails: Thumbnails) -> list[dict[str, Any]]:
    """Suspect sessions with their pictures."""
    table = diagnosis.table
    return [
        {
            "class": class_label(table, suspects.class_code),
            "code": suspects.code,
            "session": suspects.session,
            "count": len(suspects.rows),
            "share": percent(suspects.share),
            "agreement": percent(suspects.agreement),
            "tiles": [
                Tile(thumbnails[row], densities_text(diagnosis, row))
                for row in first_rows(suspects.rows, SUSPECT_PICTURES)
            ],
            "more": max(len(suspects.rows) - SUSPECT_PICTURES, 0),
        }
        for suspects in diagnosis.contamination[:SUSPECTS_AT_MOST]
    ]
