"""Other sets' reports beside this one: what of them can be compared, and in which units."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from thermview.errors import ReadError, reason
from thermview.review.diagnosis_charts import percent
from thermview.review.diagnosis_json import SCHEMA
from thermview.thermal.ticks import number_text, value_text

_LIMIT = 64 * 2**20


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class _Overview(_Part):
    pictures: int = Field(ge=0)
    classes: int = Field(ge=0)
    sessions: int = Field(ge=0)


class _Hygiene(_Part):
    channels: Mapping[str, int]
    max_min_ratio: float | None = None
    unreadable_count: int = Field(ge=0)
    duplicate_pictures: int = Field(ge=0)


class _Lens(_Part):
    auroc: float | None = None
    auroc_heldout: float | None = None
    auroc_shuffled_95: float | None = None


class _Finding(_Part):
    severity: str


class _Model(_Part):
    sha256: str


class SetReport(_Part):
    """What a report.json says of a set, as far as sets can be compared."""

    schema_: str = Field(alias="schema")
    set: str
    model: _Model | None = None
    overview: _Overview
    l1: _Hygiene
    l2: _Lens | None = None
    l3: _Lens | None = None
    findings: tuple[_Finding, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """A table of sets: `names` on top, rows of (what, a text for each set); `notices` below it."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    notices: tuple[str, ...]


def read_report(path: Path) -> SetReport:
    """The report of another set; ReadError with one sentence where the file is none."""
    try:
        if path.stat().st_size > _LIMIT:
            raise ReadError(f"{path.name}: too large for the report of a diagnosis.")
        report = SetReport.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ReadError(f"{path.name}: cannot be read ({error.strerror or reason(error)}).") from None
    except (ValidationError, RecursionError):
        raise ReadError(f"{path.name}: not the report.json of a diagnosis.") from None
    if report.schema_ != SCHEMA:
        raise ReadError(
            f"{path.name}: written as {report.schema_[:40]}, this version reads {SCHEMA}; diagnose it again."
        )
    return report


def compare(own: Mapping[str, Any], others: Sequence[SetReport]) -> Comparison:
    """This set's report, as `diagnosis_json.report_record` gives it, beside others."""
    text = json.dumps(own, ensure_ascii=True, default=str)
    sets = [SetReport.model_validate_json(text), *others]
    rows = (
        ("pictures", [number_text(each.overview.pictures, 0) for each in sets]),
        ("classes", [number_text(each.overview.classes, 0) for each in sets]),
        ("capture sessions", [number_text(each.overview.sessions, 0) for each in sets]),
        ("most frequent channels", [_channels(each.l1.channels) for each in sets]),
        ("largest class over smallest", [_value(each.l1.max_min_ratio, 10.0) for each in sets]),
        ("files that cannot be read", [number_text(each.l1.unreadable_count, 0) for each in sets]),
        ("pictures in groups of equal files", [number_text(each.l1.duplicate_pictures, 0) for each in sets]),
        ("AUROC in L2", [_value(each.l2.auroc if each.l2 else None) for each in sets]),
        (
            "AUROC in L3, held-out sessions",
            [_value(each.l3.auroc_heldout if each.l3 else None) for each in sets],
        ),
        (
            "the same with labels shuffled, 95 %",
            [_value(each.l3.auroc_shuffled_95 if each.l3 else None) for each in sets],
        ),
        ("findings: high, medium, low", [_findings(each) for each in sets]),
    )
    notices = ["Raw densities and gaps of two sets are in different units and are left out."]
    models = {each.model.sha256 if each.model else "" for each in sets}
    if len(models) > 1:
        notices.append(
            "The sets were seen through different embeddings: their AUROC say as much of those as of the sets."
        )
    return Comparison(
        tuple(each.set for each in sets), tuple((what, tuple(texts)) for what, texts in rows), tuple(notices)
    )


def _channels(channels: Mapping[str, int]) -> str:
    if not channels:
        return "–"
    name, most = max(channels.items(), key=lambda each: each[1])
    return f"{name} {percent(most / max(sum(channels.values()), 1))}"


def _value(value: float | None, span: float = 1.0) -> str:
    return "–" if value is None else value_text(value, span)


def _findings(report: SetReport) -> str:
    said = [finding.severity for finding in report.findings]
    return ", ".join(str(said.count(level)) for level in ("high", "medium", "low"))
