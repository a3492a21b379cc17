"""Lists of fixes that a person has edited, read back: relabel.csv and exclude.csv as any spreadsheet saves them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path

from thermview.diagnosis.results import Diagnosis
from thermview.diagnosis.table import PictureTable
from thermview.errors import ReadError, reason
from thermview.review.file_names import safe_name
from thermview.review.fixes import Exclude, Fixes, Relabel, corrected_classes, kept_rows
from thermview.review.fixes_split import session_split
from thermview.review.manifest import safe_cell

_LIMIT = 512 * 2**20
_SEVERAL = -1
"""In place of a row: names that differ in letters alone that no cell of a spreadsheet shows."""
_YES = frozenset({"yes", "y", "true", "1", "ja", "예"})


def edited_fixes(folder: Path, diagnosis: Diagnosis, proposed: Fixes) -> Fixes:
    """The proposals as the lists in `folder` have them now; the split by session follows from them.

    A row that was taken out is not done, one that was added is. A list that is not there stays as proposed.
    What cannot be read is left out all the same. ReadError where a list cannot be understood.
    """
    table = diagnosis.table
    row_of: dict[str, int] = {}
    for row, path in enumerate(table.paths):
        cell = str(safe_cell(path))
        row_of[cell] = _SEVERAL if cell in row_of else row
    relabel, exclude = proposed.relabel, proposed.exclude
    notices = [*proposed.notices]
    if (folder / "relabel.csv").is_file():
        relabel = _by_row(_relabels(folder / "relabel.csv", row_of, table, notices))
    if (folder / "exclude.csv").is_file():
        unreadable = {each.row: each for each in proposed.exclude if not table.readable[each.row]}
        listed = {each.row: each for each in _excludes(folder / "exclude.csv", row_of, notices)}
        exclude = tuple((listed | unreadable)[row] for row in sorted(listed | unreadable))
    if relabel is proposed.relabel and exclude is proposed.exclude:
        raise ReadError(f"{folder}: neither relabel.csv nor exclude.csv lies here.")
    together = (*diagnosis.hygiene.duplicates, *diagnosis.hygiene.near_duplicates)
    classes, kept = corrected_classes(table, relabel), kept_rows(table, exclude)
    split = session_split(table, classes, kept, together, proposed.split.shares)
    return replace(proposed, relabel=relabel, exclude=exclude, split=split, notices=tuple(notices))


def _relabels(
    path: Path, row_of: Mapping[str, int], table: PictureTable, notices: list[str]
) -> Iterator[Relabel]:
    for cells in _rows(path, ("path", "to_class")):
        row = _row(cells["path"], row_of, path, notices)
        target = cells["to_class"].strip()
        if target not in table.class_names and target != safe_name(target):
            raise ReadError(f"{path.name}: {target[:60]!r} cannot be the name of a class folder.")
        if row is not None:
            yield Relabel(row, target, cells.get("reason") or "listed by hand")


def _excludes(path: Path, row_of: Mapping[str, int], notices: list[str]) -> Iterator[Exclude]:
    for cells in _rows(path, ("path", "sure")):
        row = _row(cells["path"], row_of, path, notices)
        if row is not None:
            sure = cells["sure"].strip().casefold() in _YES
            yield Exclude(row, sure, cells.get("reason") or "listed by hand")


def _by_row(found: Iterator[Relabel]) -> tuple[Relabel, ...]:
    last = {each.row: each for each in found}
    return tuple(last[row] for row in sorted(last))


def _row(cell: str, row_of: Mapping[str, int], path: Path, notices: list[str]) -> int | None:
    row = row_of.get(cell)
    if row is None:
        row = row_of.get(safe_cell(cell))  # added by hand, so never made safe
    if row == _SEVERAL:
        notices.append(f"{path.name}: {cell[:120]} may mean several files; rename them to tell them apart.")
        return None
    if row is None:
        notices.append(f"{path.name}: {cell[:120]} is not a picture of this set.")
    return row


def _rows(path: Path, wanted: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Rows by the names in the first line, whatever a spreadsheet put between the cells."""
    try:
        if path.stat().st_size > _LIMIT:
            raise ReadError(f"{path.name}: too large for a list of pictures.")
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise ReadError(f"{path.name}: not in UTF-8; save it as CSV UTF-8.") from None
    except OSError as error:
        raise ReadError(f"{path.name}: cannot be read ({error.strerror or reason(error)}).") from None
    first = text.partition("\n")[0]
    between = max(",;\t", key=first.count)
    reader = csv.DictReader(StringIO(text), delimiter=between, restval="")
    missing = [name for name in wanted if name not in (reader.fieldnames or ())]
    if missing:
        raise ReadError(f"{path.name}: has no column {missing[0]!r}; keep the first line as it was.")
    try:
        yield from (
            {key: value for key, value in row.items() if key and isinstance(value, str)} for row in reader
        )
    except csv.Error as error:
        raise ReadError(f"{path.name}: not readable as CSV ({reason(error)}).") from None
