"""The manifest of an export: which frames, from where, what was thought of them and why."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import thermview
from thermview.capture.context import Context
from thermview.review.facts import FrameFacts
from thermview.review.measured import flat_text

JSON_NAME, CSV_NAME = "manifest.json", "manifest.csv"
_FORMULA = re.compile(r"^[\s\u200b\ufeff]*[=+\-@＝＋－＠|%]")
_MARKUP = str.maketrans({"<": "‹", ">": "›"})


@dataclass(frozen=True)
class ManifestRow:
    """One exported frame and the names of the files that hold it."""

    facts: FrameFacts
    files: tuple[str, ...]
    context: Context | None = None
    categories: tuple[str, ...] = ()


@dataclass
class Manifest:
    """Rows and problems, gathered as the export goes on."""

    formats: Sequence[str]
    options: Mapping[str, Any]
    rows: list[ManifestRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """Write manifest.json and manifest.csv; OSError where that fails."""
        (folder / JSON_NAME).write_text(json_text(self), "utf-8")
        # With a byte order mark spreadsheets take it as UTF-8 and show every script.
        (folder / CSV_NAME).write_text(csv_text(self.rows), "utf-8-sig", newline="")


def json_text(manifest: Manifest) -> str:
    """The manifest as JSON: exact texts, frame indices from 0, `last` inclusive, null for unknown.

    Angle brackets are written as escapes, which reads back the same and is harmless within a page.
    """
    about = {
        "program": "ThermView",
        "version": thermview.__version__,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "formats": list(manifest.formats),
        "options": dict(manifest.options),
        "frames": [_json_row(row) for row in manifest.rows],
        "notes": manifest.notes,
        "problems": manifest.problems,
    }
    text = json.dumps(jsonable(about), indent=1, ensure_ascii=False, allow_nan=False)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text.replace("<", "\\u003c").replace(">", "\\u003e")


def _json_row(row: ManifestRow) -> dict[str, Any]:
    facts, context = row.facts, row.context
    model = asdict(facts.model) if facts.model else None
    return {
        "recording": facts.recording,
        "source": facts.source,
        "fingerprint": facts.fingerprint,
        "frame": facts.frame,
        "time_s": facts.time_s,
        "quantity": facts.quantity.name,
        "unit": facts.quantity.unit,
        "estimated": facts.quantity.estimated,
        "conditions": dict(facts.conditions),
        "filter": facts.filtered,
        "fusion": facts.fusion,
        "score": facts.score,
        "threshold": facts.threshold,
        "cause": facts.cause,
        "event": asdict(facts.event) if facts.event else None,
        "model": model,
        "flag": asdict(facts.flag) if facts.flag else None,
        "class": context.picture_class if context else "",
        "environment": dict(context.environment) if context else {},
        "categories": list(row.categories),
        "files": list(row.files),
    }


def jsonable(value: Any) -> Any:
    """The value in JSON's own types: numbers that are not finite become null, times ISO text."""
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        return jsonable(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, str | bool | int) else str(value)


_COLUMNS = (
    "recording", "source", "fingerprint", "frame", "time_s", "quantity", "unit", "score", "threshold",
    "cause", "event_first", "event_last", "event_text", "model", "model_sha256", "class", "categories",
    "flag_first", "flag_last", "flag_reason", "flag_note", "flag_author", "flag_created", "files", "conditions",
    "filter",
)  # fmt: skip


def csv_text(rows: Sequence[ManifestRow]) -> str:
    """The manifest as CSV with one row per frame; see `safe_cell` for what happens to texts."""
    stream = StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerow([safe_cell(value) for value in _csv_row(row)])
    return stream.getvalue()


def _csv_row(row: ManifestRow) -> list[Any]:
    facts = row.facts
    event, flag, model = facts.event, facts.flag, facts.model
    name = f"estimated {facts.quantity.name}" if facts.quantity.estimated else facts.quantity.name
    return [
        facts.recording, facts.source, facts.fingerprint, facts.frame, facts.time_s,
        name.replace("estimated estimated", "estimated"), facts.quantity.unit, facts.score, facts.threshold,
        facts.cause,
        *((event.first, event.last, event.text) if event else ("", "", "")),
        *((model.name, model.sha256) if model else ("", "")),
        row.context.picture_class if row.context else "", "; ".join(row.categories),
        *((flag.first, flag.last, flag.reason, flag.note, flag.author,
           flag.created.isoformat() if flag.created else "") if flag else ("",) * 6),
        "; ".join(row.files), flat_text(facts.conditions), facts.filtered,
    ]  # fmt: skip


def safe_cell(value: Any) -> Any:
    """A value as a CSV cell that no spreadsheet takes for a formula and no page for markup.

    Texts that begin like a formula get a leading apostrophe, angle brackets become ‹ and ›, control
    characters and line ends become spaces. Numbers stay numbers; the exact text stands in the JSON.
    """
    if value is None:
        return ""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else ""
    text = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", str(value)).translate(_MARKUP)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"'{text}" if _FORMULA.match(text) else text
