"""Fixes as files: CSV for people and spreadsheets, JSON for programs, each row with its reason."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from thermview.diagnosis.table import PictureTable
from thermview.jobs import Progress, Steps
from thermview.review.fixes import Fixes
from thermview.review.fixes_split import PARTS
from thermview.review.manifest import jsonable, safe_cell

SCHEMA = "thermview.fixes/1"
_ROWS_A_STEP = 20_000
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./ -]*")
"""What a spreadsheet takes for text: most of a million paths, which would otherwise be looked at letter by letter."""


def write_fixes(folder: Path, table: PictureTable, fixes: Fixes) -> Steps:
    """Write all lists into a folder that is there; Progress counts pictures of the split. OSError where that fails."""
    tables: tuple[tuple[str, Sequence[str], Iterable[Sequence[Any]]], ...] = (
        ("class_weights.csv", ("class", "pictures", "weight", "reason"), _weights(table, fixes)),
        ("relabel.csv", ("path", "class", "to_class", "reason"), _relabels(table, fixes)),
        ("exclude.csv", ("path", "class", "sure", "reason"), _excludes(table, fixes)),
        (
            "distance_subclasses.csv",
            (
                "class",
                "subclass",
                "distance_m",
                "pictures",
                "median_density",
                "lens",
                "split_found",
                "reason",
            ),
            _subclasses(table, fixes),
        ),
        ("channels.csv", ("class", "channels", "pictures", "to_channels", "reason"), _channels(table, fixes)),
    )
    for name, header, rows in tables:
        _write_csv(folder / name, header, rows)
    weights = {row[0]: {"pictures": row[1], "weight": row[2]} for row in _weights(table, fixes)}
    _write_json(folder / "class_weights.json", {"schema": SCHEMA, "weights": weights})
    _write_json(folder / "split.json", _split_record(table, fixes))
    _write_json(folder / "fixes.json", fixes_record(table, fixes))
    yield from _split_steps(folder / "split.csv", table, fixes)


def fixes_record(table: PictureTable, fixes: Fixes) -> dict[str, Any]:
    """What fixes.json says: every proposal but the split's rows, with texts as they are."""
    return {
        "schema": SCHEMA,
        "class_weights": {row[0]: row[2] for row in _weights(table, fixes)},
        "relabel": [
            {"path": path, "class": own, "to_class": target or None, "reason": reason}
            for path, own, target, reason in _relabels(table, fixes)
        ],
        "exclude": [
            {"path": path, "class": own, "sure": sure == "yes", "reason": reason}
            for path, own, sure, reason in _excludes(table, fixes)
        ],
        "channels": {
            "target": fixes.channels.target,
            "to_change": fixes.channels.to_change,
            "transparent": fixes.channels.loses_alpha,
            "reason": fixes.channels.reason,
        },
        "split": _split_record(table, fixes),
        "paths": _changed_cells(table),
        "notices": [*fixes.notices, *fixes.split.notices],
    }


def _changed_cells(table: PictureTable) -> dict[str, list[str]]:
    """Cells of the CSV files that are not the path as it is (a line end in a name, a formula), to the paths."""
    changed: dict[str, list[str]] = {}
    for path in table.paths:
        if not _PLAIN.fullmatch(path) and (cell := safe_cell(path)) != path:
            changed.setdefault(cell, []).append(path)
    return changed


def _weights(table: PictureTable, fixes: Fixes) -> Iterator[tuple[str, int, float, str]]:
    counts = np.bincount(table.class_codes, minlength=len(table.class_names))
    named = np.array([bool(name) for name in table.class_names], bool)
    total, classes = int(counts[named].sum()), int((counts[named] > 0).sum())
    for code, name in enumerate(table.class_names):
        if not name:
            continue  # pictures of no class teach none
        reason = f"{total} pictures / ({classes} classes x {int(counts[code])} of this one)"
        yield name, int(counts[code]), round(float(fixes.class_weights[code]), 6), reason


def _relabels(table: PictureTable, fixes: Fixes) -> Iterator[tuple[str, str, str, str]]:
    for change in fixes.relabel:
        yield table.paths[change.row], _class(table, change.row), change.target, change.reason


def _excludes(table: PictureTable, fixes: Fixes) -> Iterator[tuple[str, str, str, str]]:
    for each in fixes.exclude:
        yield table.paths[each.row], _class(table, each.row), "yes" if each.sure else "no", each.reason


def _subclasses(table: PictureTable, fixes: Fixes) -> Iterator[tuple[Any, ...]]:
    for each in fixes.subclasses:
        name = table.class_names[each.class_code]
        said = "the class depends on distance" if each.split else "no dependence on distance was found"
        yield (
            name, f"{name}/{each.name}", each.metres, each.count, round(each.median_density, 6), each.lens,
            "yes" if each.split else "no", f"distance to 1 m; {said}",
        )  # fmt: skip


def _channels(table: PictureTable, fixes: Fixes) -> Iterator[tuple[Any, ...]]:
    plan = fixes.channels
    for code, counts in enumerate(plan.counts):
        for layout, number in counts.items():
            reason = "stays" if layout == plan.target else plan.reason
            yield table.class_names[code], layout, number, plan.target, reason


def _split_record(table: PictureTable, fixes: Fixes) -> dict[str, Any]:
    split = fixes.split
    return {
        "shares_wanted": dict(zip(PARTS, split.shares, strict=True)),
        "pictures": {part: int(split.counts[:, code].sum()) for code, part in enumerate(PARTS)},
        "classes": {
            name: {part: int(split.counts[code, number]) for number, part in enumerate(PARTS)}
            for code, name in enumerate(table.class_names)
        },
        "left_out": int((split.parts < 0).sum()),
        "groups_of_sessions": split.groups,
        "largest_group_share": split.largest,
        "checked": "no session and no group of duplicates stands in two parts",
        "notices": list(split.notices),
    }


def _split_steps(path: Path, table: PictureTable, fixes: Fixes) -> Steps:
    sessions = [safe_cell(name) for name in table.session_names]
    classes = [safe_cell(name) for name in table.class_names]
    targets = {change.row: change.target for change in fixes.relabel if change.target}
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("path", "class", "session", "part"))
        for row, file in enumerate(table.paths):
            part = int(fixes.split.parts[row])
            writer.writerow(
                (
                    file if _PLAIN.fullmatch(file) else safe_cell(file),
                    safe_cell(targets[row]) if row in targets else classes[table.class_codes[row]],
                    sessions[table.session_codes[row]],
                    PARTS[part] if part >= 0 else "left out",
                )
            )
            if row % _ROWS_A_STEP == _ROWS_A_STEP - 1:
                yield Progress(row + 1, len(table), unit="pictures")
    yield Progress(len(table), len(table), unit="pictures")


def _class(table: PictureTable, row: int) -> str:
    return table.class_names[int(table.class_codes[row])]


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    # With a byte order mark spreadsheets take it as UTF-8 and show every script.
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows([safe_cell(cell) for cell in row] for row in rows)


def _write_json(path: Path, record: dict[str, Any]) -> None:
    text = json.dumps(jsonable(record), indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n", "utf-8")
