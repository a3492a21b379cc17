"""Tables of what some tool says of recordings: they lie in captures too, and are no recordings."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from thermview.readers.zipped import open_binary, size_of

NAMES = ("name", "recording", "video", "file", "filename", "path", "id", "image", "imagename")
"""Headers of the column that names recordings, as `plain_header` gives them."""
DELIMITERS = ("\t", ";", ",")
SUFFIXES = (".csv", ".tsv")
MOST_BYTES = 64_000_000
"""A larger file is no table of scores."""
_LOOKED_AT = 8  # rows
_LOOKED_AT_BYTES = 1 << 16
_NUMBERED = re.compile(r"\d{4,}", re.ASCII)  # 0001, as laser recordings are called; all are as long
_NAMED = re.compile(
    r"(?=.*\d)(?=.*[^\W\d_])[^\s:,;]+"
)  # Type16/1673, IR_0042.jpg: letters and digits, one word
_DATED = re.compile(r"\d{1,4}[-./ ]?[a-z]{3,9}[-./ ]?\d{1,4}$|\d{8}T\d|[+-]?[\d.]+e[+-]?\d+$", re.IGNORECASE)


def plain_header(header: str) -> str:
    """The header of a column as it is compared: small letters and digits."""
    return "".join(letter for letter in header.casefold() if letter.isalnum())


def delimiter_of(head: str) -> str:
    """What parts the cells of a table with this first line."""
    return next((mark for mark in DELIMITERS if mark in head), ",")


def is_score_table(path: Path) -> bool:
    """True for a text file that begins as a table of scores; False too where it cannot be read."""
    if path.suffix.lower() not in SUFFIXES:
        return False
    try:
        if not 0 < size_of(path) <= MOST_BYTES:  # a pipe has no size, and would keep one waiting
            return False
        with open_binary(path) as file:
            data = file.read(_LOOKED_AT_BYTES)
    except Exception:  # whoever opens it as a recording says why
        return False
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    lines = data.decode(encoding, "replace").splitlines()
    return begins_as_score_table(lines[:-1] if len(data) == _LOOKED_AT_BYTES else lines)


def begins_as_score_table(lines: Sequence[str]) -> bool:
    """True where lines begin as a table of scores does: with a header, or without one where nothing else is meant.

    A header is of words, one of them for names, above rows of as many cells with numbers in them. A table of pixels has
    no such header: what stands above its numbers has fewer cells than they, or numbers.
    """
    first = list(islice((line for line in lines if line.strip()), _LOOKED_AT + 1))
    if first and first[0].lower().startswith("sep="):  # a note that spreadsheets leave
        del first[0]
    first = first[:_LOOKED_AT]
    if len(first) < 2:
        return False
    try:
        rows = list(csv.reader(first, delimiter=delimiter_of(first[0]), skipinitialspace=True))
    except (csv.Error, ValueError):
        return False
    return _has_header(rows) or _names_and_scores(rows)


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    head, *others = rows
    names = [n for n, cell in enumerate(head) if plain_header(cell) in NAMES]
    if not names or len(head) < 2 or any(_number(cell) is not None or not cell.strip() for cell in head):
        return False
    scores = [n for n in range(len(head)) if n not in names]
    return all(len(row) == len(head) and any(_number(row[n]) is not None for n in scores) for row in others)


def _names_and_scores(rows: Sequence[Sequence[str]]) -> bool:
    """Without a header: names of recordings, each once, and a finite number beside each.

    What may as well be settings (words), a course over time (dates, times) or over places (numbers) is left alone.
    """
    if any(len(row) != 2 for row in rows):
        return False
    names = [row[0].strip() for row in rows]
    scores = [_number(row[1]) for row in rows]
    if len(set(names)) < len(names) or any(score is None or not math.isfinite(score) for score in scores):
        return False
    numbered = all(_NUMBERED.fullmatch(name) for name in names) and len({len(name) for name in names}) == 1
    return numbered or all(_NAMED.fullmatch(name) and not _DATED.match(name) for name in names)


def _number(text: str) -> float | None:
    try:
        return None if "_" in text else float(text.replace(",", "."))
    except ValueError:
        return None
