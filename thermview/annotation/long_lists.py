"""The lists of a large JSON text entry by entry: a million annotations as values take ten times their text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_BLANKS = re.compile(r"[ \t\n\r]*")
_decoder = json.JSONDecoder()


class LongList:
    """A list in a text, from `start`, its opening bracket; every iteration decodes its entries anew."""

    def __init__(self, text: str, start: int) -> None:
        self._text, self._start = text, start

    def __iter__(self) -> Iterator[Any]:
        for entry, _ in _entries(self._text, self._start):
            yield entry


def loads_long(text: str) -> Any:
    """As json.loads, but for lists right below the outermost table, which become LongList.

    The whole text is decoded once here, so that errors (JSONDecodeError, RecursionError, ValueError) come at once.
    """
    at = _after_blanks(text, 0)
    if text[at : at + 1] != "{":
        return json.loads(text)
    found: dict[str, Any] = {}
    at = _after_blanks(text, at + 1)
    if text[at : at + 1] == "}":
        return _whole(text, at + 1, found)
    while True:
        if text[at : at + 1] != '"':
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        key, at = _decoder.raw_decode(text, at)
        at = _after_blanks(text, at)
        if text[at : at + 1] != ":":
            raise json.JSONDecodeError("Expecting ':' delimiter", text, at)
        at = _after_blanks(text, at + 1)
        if text[at : at + 1] == "[":
            found[key] = LongList(text, at)
            at = _end_of_list(text, at)
        else:
            found[key], at = _decoder.raw_decode(text, at)
        at = _after_blanks(text, at)
        if text[at : at + 1] == "}":
            return _whole(text, at + 1, found)
        if text[at : at + 1] != ",":
            raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
        at = _after_blanks(text, at + 1)


def _whole(text: str, at: int, found: dict[str, Any]) -> dict[str, Any]:
    at = _after_blanks(text, at)
    if at != len(text):
        raise json.JSONDecodeError("Extra data", text, at)
    return found


def _end_of_list(text: str, start: int) -> int:
    """Where the text goes on after a list."""
    after = _after_blanks(text, start + 1) + 1  # of a list of nothing
    for _, end in _entries(text, start):
        after = end
    return after


def _entries(text: str, start: int) -> Iterator[tuple[Any, int]]:
    """Entries of a list, each with where it ends; with the last one, where the list does."""
    at = _after_blanks(text, start + 1)
    if text[at : at + 1] == "]":
        return
    while True:
        entry, at = _decoder.raw_decode(text, at)
        at = _after_blanks(text, at)
        mark = text[at : at + 1]
        if mark not in (",", "]") or not mark:
            raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
        yield entry, at + 1
        if mark == "]":
            return
        at = _after_blanks(text, at + 1)


def _after_blanks(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return match.end() if match else at
