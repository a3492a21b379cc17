"""report.json: every number of a diagnosis, with keys that stay; docs/diagnosis-report.md lists them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import thermview
from thermview.diagnosis.results import Contamination, Diagnosis, Finding, GreyZone, Measure, TokenSplit
from thermview.diagnosis.table import PictureTable
from thermview.review.diagnosis_json_lens import lens_record
from thermview.review.diagnosis_json_parts import PATHS_AT_MOST, about_picture, paths_of
from thermview.review.diagnosis_json_set import hygiene_record, overview, set_name
from thermview.review.lens_densities import density_of
from thermview.review.manifest import jsonable

SCHEMA = "thermview.diagnosis/1"
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
        "l1": hygiene_record(diagnosis),
        "l2": lens_record("L2", diagnosis.generic, diagnosis),
        "l3": lens_record("L3", diagnosis.domain, diagnosis),
        "shared_lowest": [_seen(diagnosis, row) for row in diagnosis.shared_lowest],
        "contamination": [_contamination(each, table) for each in diagnosis.contamination],
        "distance_split": [record for distance, record in splits if distance],
        "token_splits": [record for distance, record in splits if not distance],
        "grey_zone": [_grey_zone(zone, table) for zone in diagnosis.grey_zones],
        "findings": [finding_record(finding, table) for finding in diagnosis.findings],
        "score_card": [_measure(measure) for measure in diagnosis.score_card],
        "notices": list(dict.fromkeys((*diagnosis.notices, *diagnosis.hygiene.notices, *table.notices))),
    }


def _seen(diagnosis: Diagnosis, row: int) -> dict[str, Any]:
    """A picture that is among the lowest of both lenses."""
    return {
        **about_picture(diagnosis.table, int(row)),
        "l2_density": density_of(diagnosis.generic, int(row)),
        "l3_density": density_of(diagnosis.domain, int(row)),
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


def finding_record(
    finding: Finding, table: PictureTable, pictures_at_most: int = PATHS_AT_MOST
) -> dict[str, Any]:
    """A finding with the paths of its first pictures."""
    return {
        "kind": finding.kind,
        "severity": finding.severity.value,
        "sentence": finding.sentence,
        "numbers": dict(finding.numbers),
        "standard": finding.standard,
        "advice": finding.advice,
        "pictures": len(finding.rows),
        "evidence": paths_of(table, finding.rows[:pictures_at_most]),
    }


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "code": measure.code,
        "name": measure.name,
        "value": measure.value,
        "unit": measure.unit,
        "meaning": measure.meaning,
    }
