"""Measured values as annotation files write them: numbers, or text with a unit."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
_VALUE = re.compile(rf"({_NUMBER})\s*([^\d\s.,+~-][^\d~]*)?")
_BETWEEN = r"\s*(?:~|〜|∼|～|\.\.+|\bto\b|(?<=[\w°℃℉])\s*-|에서)\s*"
_UNIT = r"(?:\s*[°℃℉A-Za-z]+)?"
_RANGE = re.compile(rf"[\[(]?\s*({_NUMBER}{_UNIT}){_BETWEEN}({_NUMBER}{_UNIT})\s*[\])]?")
_PAIR = re.compile(rf"[\[(]\s*({_NUMBER}{_UNIT})\s*[,;]\s+({_NUMBER}{_UNIT})\s*[\])]")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SIGNS = str.maketrans({"−": "-", "–": "-", "—": "-", "－": "-", "＋": "+", "\u00a0": " ", "º": "°"})
_MISSING = frozenset({"", "-", "--", "n/a", "na", "nan", "none", "null", "unknown", "없음", "미상"})
_MAX_TEXT = 64
_EXACT = 1 << 53

_METRES = {"mm": 1e-3, "cm": 1e-2, "m": 1.0, "km": 1e3, "㎜": 1e-3, "㎝": 1e-2, "㎞": 1e3}
_METRES |= {"meter": 1.0, "meters": 1.0, "metre": 1.0, "metres": 1.0, "미터": 1.0, "센티미터": 1e-2}
_METRES_PER_SECOND = {"m/s": 1.0, "㎧": 1.0, "mps": 1.0, "m/sec": 1.0, "km/h": 1 / 3.6, "kmh": 1 / 3.6}
_METRES_PER_SECOND |= {"kph": 1 / 3.6, "kn": 0.514444, "kt": 0.514444, "ms-1": 1.0}
ABSOLUTE_ZERO_C = -273.15


class Measured(NamedTuple):
    """A number and its unit in lower case, empty where none was written."""

    number: float
    unit: str


def is_missing(value: Any) -> bool:
    """True for what stands in a file where nothing was measured."""
    return value is None or (isinstance(value, str) and value.strip().casefold() in _MISSING)


def parse_measured(value: Any) -> Measured | None:
    """A number with its unit, None where it is not exactly that; "2.8°C", 300, "9,000cm", "45 %".

    A comma parts thousands where three digits follow it, and is a decimal comma otherwise.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _finite(value, "")
    if not isinstance(value, str) or len(value) > _MAX_TEXT:
        return None
    return _measured_text(value)


@lru_cache(maxsize=4096)  # pictures of one session share their values
def _measured_text(value: str) -> Measured | None:
    match = _VALUE.fullmatch(value.translate(_SIGNS).strip())
    if match is None:
        return None
    text = match[1].replace(",", "") if _THOUSANDS.fullmatch(match[1]) else match[1].replace(",", ".")
    return _finite(float(text), (match[2] or "").strip().casefold())


def parse_number(value: Any) -> float | None:
    """A finite number without a unit, also written as text."""
    if type(value) is int and -_EXACT < value < _EXACT:
        return float(value)
    if type(value) is float:
        return value if math.isfinite(value) else None
    measured = parse_measured(value)
    return measured.number if measured is not None and not measured.unit else None


def parse_temperature_c(value: Any) -> float | None:
    """°C of a temperature in °C (also without a unit), °F or K; None below absolute zero."""
    measured = parse_measured(value)
    if measured is None:
        return None
    unit = measured.unit.replace("°", "").replace("deg", "").replace(" ", "")
    if unit in ("", "c", "℃", "celsius", "도"):
        celsius = measured.number
    elif unit in ("f", "℉", "fahrenheit"):
        celsius = (measured.number - 32) / 1.8
    elif unit in ("k", "kelvin"):
        celsius = measured.number + ABSOLUTE_ZERO_C
    else:
        return None
    return celsius if celsius >= ABSOLUTE_ZERO_C else None


def parse_range_c(value: Any) -> tuple[float, float] | None:
    """Lower and upper end in °C of "-3°C ~ 6°C", "-3~6", "-3 to 6°F", [-3, 6] or {"min": -3, "max": 6}."""
    ends = _ends(value)
    if ends is None:
        return None
    first, second = ends
    if isinstance(first, str) and isinstance(second, str):
        unit = parse_measured(second)
        bare = parse_number(first)
        if bare is not None and unit is not None and unit.unit:  # the unit stands only at the end
            first = f"{bare!r} {unit.unit}"
    low, high = parse_temperature_c(first), parse_temperature_c(second)
    return None if low is None or high is None else (min(low, high), max(low, high))


def parse_distance_m(value: Any, bare_unit: str = "m") -> float | None:
    """Metres of a positive length; `bare_unit` is meant where none is written."""
    return _scaled(value, _METRES, bare_unit, 0.0, math.inf, low_open=True)


def parse_speed_m_s(value: Any) -> float | None:
    """Metres per second of a speed, which are also meant where no unit is written."""
    return _scaled(value, _METRES_PER_SECOND, "m/s", 0.0, math.inf)


def parse_percent(value: Any) -> float | None:
    """Percent, 0 to 100, with or without the sign."""
    return _scaled(value, {"%": 1.0, "％": 1.0, "%rh": 1.0, "percent": 1.0, "rh": 1.0}, "%", 0.0, 100.0)


def _scaled(
    value: Any, units: Mapping[str, float], bare: str, low: float, high: float, low_open: bool = False
) -> float | None:
    measured = parse_measured(value)
    if measured is None:
        return None
    factor = units.get(measured.unit.replace(" ", "") or bare)
    if factor is None:
        return None
    number = measured.number * factor
    return number if low <= number <= high and not (low_open and number == low) else None


def _ends(value: Any) -> tuple[Any, Any] | None:
    if isinstance(value, list | tuple) and len(value) == 2:
        return value[0], value[1]
    if isinstance(value, dict):
        named = {str(key).casefold(): end for key, end in value.items()}
        for low, high in (("min", "max"), ("low", "high"), ("lower", "upper"), ("from", "to")):
            if low in named and high in named:
                return named[low], named[high]
    return _ends_of_text(value) if isinstance(value, str) and len(value) <= _MAX_TEXT else None


@lru_cache(maxsize=4096)
def _ends_of_text(value: str) -> tuple[str, str] | None:
    text = value.translate(_SIGNS).strip()
    match = _RANGE.fullmatch(text) or _PAIR.fullmatch(text)
    return (match[1], match[2]) if match else None


def _finite(number: float, unit: str) -> Measured | None:
    try:
        number = float(number)
    except OverflowError:
        return None
    return Measured(number, unit) if math.isfinite(number) else None
