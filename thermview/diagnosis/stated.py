"""What the `info` of an annotation file states about a whole set: when it was collected, and from how far at most."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from thermview.annotation.quantities import parse_distance_m
from thermview.annotation.records import plain_key

_DAY = r"(\d{4})\s*[-./년]\s*(\d{1,2})(?:\s*[-./월]\s*(\d{1,2}))?\s*[일월]?"
_BETWEEN = re.compile(rf"{_DAY}\s*(?:~|–|—|-|∼|〜|to|until|부터|/)\s*{_DAY}", re.IGNORECASE)
_ONE_DAY = re.compile(_DAY)
_SPAN = re.compile(r"period|window|collect|captur|shoot|range|기간|수집|촬영")
_START = re.compile(r"(start|begin|first|from|시작)")
_END = re.compile(r"(end|last|until|finish|종료)")
_FAR = re.compile(
    r"(max\w*distance|distance\w*max|farthest|distancerange|range\w*distance|최대거리|거리범위)"
)
_MAX_DEPTH = 4


def stated_window(content: Mapping[str, Any]) -> tuple[date, date] | None:
    """First and last day of collection, or None where the file does not say both."""
    start: date | None = None
    end: date | None = None
    for key, value in _texts(content):
        match = _BETWEEN.search(value)
        if match and _SPAN.search(key):
            days = _day(*match.groups()[:3], last=False), _day(*match.groups()[3:], last=True)
            if days[0] and days[1] and days[0] <= days[1]:
                return days[0], days[1]
        one = _ONE_DAY.fullmatch(value.strip()[:10])
        if one and _START.search(key):
            start = start or _day(*one.groups(), last=False)
        elif one and _END.search(key):
            end = end or _day(*one.groups(), last=True)
    return (start, end) if start and end and start <= end else None


def stated_farthest(content: Mapping[str, Any]) -> float | None:
    """The largest distance in metres that the file says the set was taken from, or None."""
    for key, value in _texts(content):
        if _FAR.search(key):
            far = re.split(r"~|–|—|∼|〜| to ", value)[-1].replace(",", "").strip()
            metres = parse_distance_m(far, "cm")
            if metres is not None:
                return metres
    return None


def _texts(content: Mapping[str, Any], depth: int = 0) -> Iterator[tuple[str, str]]:
    """All keys with a text or number below `info` and its like; records of pictures are not looked at."""
    for key, value in content.items():
        if isinstance(value, dict) and depth < _MAX_DEPTH:
            yield from _texts(value, depth + 1)
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            yield plain_key(str(key)), str(value)[:200]


def _day(year: str, month: str, day: str | None, *, last: bool) -> date | None:
    """A day; of a month alone its first or last."""
    try:
        number = calendar.monthrange(int(year), int(month))[1] if last else 1
        return date(int(year), int(month), int(day) if day else number)
    except ValueError:
        return None
