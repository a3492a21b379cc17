"""Tables of what some tool says of recordings: they lie in captures too, and are no recordings."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from thermview.readers.zipped import open_binary

NAMES = ("name", "recording", "video", "file", "filename", "path", "id", "image", "imagename")
"""Headers of the column that names recordings, as `plain_header` gives them."""
DELIMITERS = ("\t", ";", ",")
SUFFIXES = (".csv", ".tsv")
_LOOKED_AT = 8  # rows
_LOOKED_AT_BYTES = 1 << 16


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
        with open_binary(path) as file:
            data = file.read(_LOOKED_AT_BYTES)
    except Exception:  # whoever opens it as a recording says why
        return False
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    lines = data.decode(encoding, "replace").splitlines()
    return begins_as_score_table(lines[:-1] if len(data) == _LOOKED_AT_BYTES else lines)


def begins_as_score_table(lines: Sequence[str]) -> bool:
    """True where a header of words, one of them for names, stands above rows of as many cells with numbers in them.

    A table of pixels has no such header: what stands above its numbers has fewer cells than they, or numbers.
    """
    first = list(islice((line for line in lines if line.strip()), _LOOKED_AT))
    if len(first) < 2:
        return False
    try:
        head, *rows = csv.reader(first, delimiter=delimiter_of(first[0]), skipinitialspace=True)
    except (csv.Error, ValueError):
        return False
    names = [n for n, cell in enumerate(head) if plain_header(cell) in NAMES]
    if not names or len(head) < 2 or any(_is_number(cell) or not cell.strip() for cell in head):
        return False
    others = [n for n in range(len(head)) if n not in names]
    return all(len(row) == len(head) and any(_is_number(row[n]) for n in others) for row in rows)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
