"""Which quantity a stated unit means; only a stated unit makes a temperature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thermview.recording import (
    APPARENT_TEMPERATURE,
    COUNT_DIFFERENCE,
    ESTIMATED_TEMPERATURE,
    INTENSITY,
    RAW_COUNTS,
    Quantity,
)

KELVIN_OFFSET = 273.15
_CELSIUS = frozenset(
    {"°c", "degc", "deg_c", "celsius", "degree_celsius", "degrees_celsius", "degree celsius", "c"}
)
_KELVIN = frozenset({"k", "kelvin", "kelvins", "degk"})
_OWN = (APPARENT_TEMPERATURE, ESTIMATED_TEMPERATURE, RAW_COUNTS, COUNT_DIFFERENCE, INTENSITY)


def is_celsius(unit: str) -> bool:
    """True for the ways in which degrees Celsius are written."""
    return unit.strip().lower() in _CELSIUS


def is_kelvin(unit: str) -> bool:
    """True for the ways in which kelvins are written."""
    return unit.strip().lower() in _KELVIN


def stated_quantity(stated: Mapping[str, Any]) -> Quantity | None:
    """The quantity that a file's own `quantity` and `unit` name, or None."""
    name, unit = str(stated.get("quantity", "")).strip().lower(), str(stated.get("unit", ""))
    celsius = is_celsius(unit)
    for known in _OWN:
        if name == known.name:
            return known if unit == known.unit or (celsius and known.unit == "°C") else None
    return APPARENT_TEMPERATURE if celsius and name in ("", "temperature") else None
