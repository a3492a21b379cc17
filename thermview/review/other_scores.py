"""Scores that another tool gave to recordings, one row each, read from a table in a text file.

`Name,AnomalyScore` with commas, semicolons or tabs, with or without header, in UTF-8, UTF-16 or Windows-1252; a table
with several columns of numbers is one series for each. Of a table with a column `frame`, as ThermView writes it, the
largest score of a recording's frames counts. Rows that cannot be used become issues, the rest is read.
"""

from __future__ import annotations

import codecs
import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from thermview.counts import counted
from thermview.errors import ReadError, reason
from thermview.readers import readable
from thermview.readers.score_tables import MOST_BYTES, NAMES, delimiter_of, plain_header

MOST_ISSUES = 200
"""Issues that are kept as sentences; of more their number is told."""
_SCORES = ("anomalyscore", "score", "scores", "predscore")
_FRAMES = ("frame", "frameindex")
_BATCHES = ("batch", "type", "lot")


@dataclass(frozen=True)
class OtherSeries:
    """What one method says: scores by name as the file has them, with slashes and without a recording's suffix."""

    method: str
    values: Mapping[str, float]


@dataclass(frozen=True)
class OtherScores:
    """A file of scores: a series for each of its methods, and a sentence for each row that could not be used."""

    path: Path
    series: tuple[OtherSeries, ...]
    issues: tuple[str, ...]


@dataclass(frozen=True)
class _Layout:
    """Which columns hold what; `scores` gives the method of each column of numbers."""

    name: int
    batch: int | None
    scores: Mapping[int, str]
    of_frames: bool = False
    """A row for each frame: a recording's score is its largest then."""


@dataclass
class _Issues:
    """Sentences, no more than a person reads."""

    texts: list[str] = field(default_factory=list)
    more: int = 0

    def add(self, text: str) -> None:
        if len(self.texts) < MOST_ISSUES:
            self.texts.append(text)
        else:
            self.more += 1

    def all(self) -> tuple[str, ...]:
        return (
            (*self.texts, f"{counted(self.more, 'more row')} could not be used.")
            if self.more
            else tuple(self.texts)
        )


def read_other_scores(path: Path) -> OtherScores:
    """Read a table of scores. ReadError where there is no such file, it is no table, or holds no score."""
    rows = list(_rows(path))
    if not rows:
        raise ReadError(
            f"{path.name}: the file is empty; a table with the columns Name,AnomalyScore is needed."
        )
    comma_is_decimal = rows[0][2] != ","
    layout, has_header = _layout(path, [cells for _, cells, _ in rows], comma_is_decimal)
    values: dict[int, dict[str, float]] = {column: {} for column in layout.scores}
    issues = _Issues()
    seen: dict[str, int] = {}
    for line, cells, _ in rows[has_header:]:
        name = _name(cells, layout)
        if not name:
            issues.add(f"Line {line}: there is no name.")
            continue
        if name in seen and not layout.of_frames:
            issues.add(f"Line {line}: {name} has a score already, in line {seen[name]}, which counts.")
            continue
        seen[name] = line
        for column, method in layout.scores.items():
            problem = _take(cells, column, name, values[column], comma_is_decimal)
            if problem:
                of = f" by {method}" if len(layout.scores) > 1 else ""
                issues.add(f"Line {line}: the score of {name}{of} {problem}.")
    series = tuple(OtherSeries(layout.scores[n], found) for n, found in values.items() if found)
    if not series:
        raise ReadError(
            f"{path.name}: no row has a name and a number; the columns Name,AnomalyScore are needed."
        )
    return OtherScores(path, series, issues.all())


# -- the table as text -----------------------------------------------------------------------------


def _rows(path: Path) -> Iterator[tuple[int, list[str], str]]:
    """(line from 1, cells, delimiter) of every row that is not blank."""
    lines = _text(path).splitlines()
    first = 1 if lines and lines[0].lower().startswith("sep=") else 0  # a note that spreadsheets leave
    head = next((line for line in lines[first:] if line.strip()), "")
    delimiter = delimiter_of(head)
    reader = csv.reader(lines[first:], delimiter=delimiter, skipinitialspace=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num + first, [cell.strip() for cell in cells], delimiter
    except csv.Error as error:
        line = reader.line_num + first
        raise ReadError(f"{path.name}: line {line} is not a row of a table ({reason(error)}).") from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ReadError(
                f"{path.name}: larger than {MOST_BYTES // 1_000_000} MB, which no table of scores is."
            )
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path.name}: cannot be read ({error.strerror or reason(error)}).") from error
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp1252", "latin-1"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ReadError(f"{path.name}: this is no text; a table with the columns Name,AnomalyScore is needed.")


# -- which column is what --------------------------------------------------------------------------


def _layout(path: Path, rows: Sequence[list[str]], comma_is_decimal: bool) -> tuple[_Layout, bool]:
    """The columns, and whether the first row is a header."""
    head = [plain_header(cell) for cell in rows[0]]
    name = next((n for wanted in NAMES for n, cell in enumerate(head) if cell == wanted), None)
    if len(head) < 2:
        raise ReadError(f"{path.name}: it has one column only; Name,AnomalyScore are needed.")
    untold = name is None and not any(cell in _SCORES for cell in head)
    if untold and _number(rows[0][1], comma_is_decimal) is not None:
        return _Layout(0, None, {1: path.stem}), False
    batch = next((n for wanted in _BATCHES for n, cell in enumerate(head) if cell == wanted), None)
    name = _first_but(batch, len(head)) if name is None else name
    frame = next((n for wanted in _FRAMES for n, cell in enumerate(head) if cell == wanted), None)
    others = [n for n in range(len(head)) if n not in (name, batch, frame)]
    columns = [n for n in others if head[n] in _SCORES] or [
        n
        for n in others
        if any(_number(row[n], comma_is_decimal) is not None for row in rows[1:] if n < len(row))
    ]
    if not columns:
        raise ReadError(f"{path.name}: no column holds numbers; Name,AnomalyScore are needed.")
    if len(columns) == 1:
        plain = head[columns[0]] in _SCORES
        method = path.stem if plain else rows[0][columns[0]]
        return _Layout(name, batch, {columns[0]: method}, frame is not None), True
    methods = _told_apart({n: rows[0][n] or f"column {n + 1}" for n in columns})
    return _Layout(name, batch, methods, frame is not None), True


def _first_but(taken: int | None, count: int) -> int:
    return next((n for n in range(count) if n != taken), 0)


def _told_apart(methods: Mapping[int, str]) -> dict[int, str]:
    """The same with the column's number behind a method that is there twice."""
    names = list(methods.values())
    return {n: f"{name} ({n + 1})" if names.count(name) > 1 else name for n, name in methods.items()}


# -- one row ---------------------------------------------------------------------------------------


def _name(cells: Sequence[str], layout: _Layout) -> str:
    name = cells[layout.name] if layout.name < len(cells) else ""
    if not name:
        return ""
    batch = cells[layout.batch] if layout.batch is not None and layout.batch < len(cells) else ""
    if batch and "/" not in name and "\\" not in name:
        name = f"{batch}/{name}"
    return plain_name(name)


def plain_name(name: str) -> str:
    """A name with slashes and without the suffix of a recording: `Type16\\1673.npz` is `Type16/1673`."""
    name = name.strip().replace("\\", "/").strip("/").removeprefix("./")
    stem, dot, _ = name.rpartition(".")
    return stem if dot and stem and not stem.endswith("/") and readable(name) else name


def _take(
    cells: Sequence[str], column: int, name: str, values: dict[str, float], comma_is_decimal: bool
) -> str:
    """Put a row's score among `values`; else what is wrong with it, as the end of a sentence."""
    text = cells[column] if column < len(cells) else ""
    if not text:
        return "is missing"
    value = _number(text, comma_is_decimal)
    if value is None:
        return f"is {_shown(text)}, which is not a number"
    if not math.isfinite(value):
        return f"is {_shown(text)}, which cannot be compared"
    values[name] = max(value, values.get(name, value))
    return ""


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def _number(text: str, comma_is_decimal: bool) -> float | None:
    if comma_is_decimal and "." not in text:
        text = text.replace(",", ".")
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None
