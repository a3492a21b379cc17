"""Tokens of a thermal picture's file name."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

import numpy as np


@dataclass(frozen=True)
class NameTokens:
    """What PIP_NOM_21.03.15_CIC_A1016-A1110_D1_003078_bbox0 says; the class is never in the name."""

    object: str
    state: str
    day: date
    site: str
    session: str
    distance_m: float
    sequence: int
    box: int | None = None

    @property
    def session_key(self) -> str:
        """Date, site and window: what one capture session's pictures share (`2021-03-15_CIC_A1016-A1110`)."""
        return f"{self.day.isoformat()}_{self.site}_{self.session}"

    @property
    def window(self) -> tuple[time, time] | None:
        """When the session began and ended, or None where its text says no times."""
        return _window(self.session)


_NAME = re.compile(
    r"([^_]+)_([^_]+)_(\d{2}|\d{4})([.\-]?)(\d{2})\4(\d{2})_([^_]+)_([^_]+)"
    r"_[Dd](\d{1,12}(?:\.\d{1,340})?)_(\d{1,18})(?:_[Bb](?:[Bb][Oo]|[Oo])[Xx]_?(\d{1,9}))?",
    re.ASCII,
)
_BOX = re.compile(r"_b?box_?\d{1,9}$", re.IGNORECASE | re.ASCII)
_CLOCK = re.compile(r"([AaPp]?)(\d{2}):?(\d{2})-([AaPp]?)(\d{2}):?(\d{2})", re.ASCII)


def parse_name(stem: str) -> NameTokens | None:
    """The tokens of a file name without suffix, or None where it is not built like one.

    Codes are not checked against any list: new objects, states and sites are met in every set.
    """
    match = _NAME.fullmatch(stem)
    if match is None:
        return None
    code, state, year, _, month, day, site, session, distance, sequence, box = match.groups()
    taken = _day(year, month, day)
    if taken is None:
        return None
    box_index = None if box is None else int(box)
    return NameTokens(code, state, taken, site, session, float(distance), int(sequence), box_index)


def format_name(tokens: NameTokens) -> str:
    """The file name, without suffix, that `parse_name` reads as these tokens.

    Raises ValueError for tokens that no name can carry, such as a code with an underscore.
    """
    texts = (tokens.object, tokens.state, tokens.site, tokens.session)
    if any(not text or "_" in text for text in texts):
        raise ValueError("object, state, site and session must not be empty or hold an underscore")
    if not (math.isfinite(tokens.distance_m) and 0 <= tokens.distance_m < 1e12):
        raise ValueError(f"a distance of {tokens.distance_m} m does not fit in a name")
    if not 0 <= tokens.sequence < 10**18 or not 0 <= (tokens.box or 0) < 10**9:
        raise ValueError("sequence and box must be counted from 0")
    taken = tokens.day
    year = f"{taken.year - 2000:02d}" if 2000 <= taken.year < 2100 else f"{taken.year:04d}"
    distance = np.format_float_positional(tokens.distance_m, trim="-")
    name = (
        f"{tokens.object}_{tokens.state}_{year}.{taken.month:02d}.{taken.day:02d}_{tokens.site}"
        f"_{tokens.session}_D{distance}_{tokens.sequence:06d}"
    )
    return name if tokens.box is None else f"{name}_bbox{tokens.box}"


def full_frame_stem(stem: str) -> str:
    """The stem without its box: the frame that a crop `..._bbox0` was cut from."""
    return _BOX.sub("", stem)


@lru_cache(maxsize=4096)
def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _window(session: str) -> tuple[time, time] | None:
    match = _CLOCK.fullmatch(session)
    if match is None:
        return None
    half1, hour1, minute1, half2, hour2, minute2 = match.groups()
    start = _clock(half1, int(hour1), int(minute1))
    end = _clock(half2, int(hour2), int(minute2))
    return None if start is None or end is None else (start, end)


def _clock(half: str, hour: int, minute: int) -> time | None:
    """A time of day; the hours are 24 h ones, but P01 can only mean 13."""
    if half.upper() == "P" and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None
