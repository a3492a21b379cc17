"""How measured numbers are written: as finely as the quantity is known, with its unit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from thermview.gui.parts.plain_words import DASH, with_unit
from thermview.thermal.region_alarms import AlarmEvent
from thermview.thermal.ticks import number_text, value_text

if TYPE_CHECKING:
    from thermview.gui.session import Session

COLUMN_NAMES = {"minimum": "Min", "maximum": "Max", "mean": "Mean", "deviation": "SD"}


def measured_number(
    value: float, session: Session, *, exact: bool = False, difference: bool = False, recorded: bool = False
) -> str:
    """A stored number as it is shown: counts whole where they are `exact`, means with a decimal more.

    A `difference` of two values, such as a deviation, has no part in the zero of a temperature's scale.
    `recorded`: measured in frames as recorded, whatever filters are on.
    """
    if not math.isfinite(value):
        return DASH
    unit = session.measuring.recorded_unit if recorded else session.unit
    value = unit.difference(value) if difference else unit.of(value)
    frame, quantity = session.frame, session.quantity
    if frame is not None and frame.dtype.kind in "iub":
        return number_text(value, 0 if exact else 1)
    if quantity is not None and quantity.unit in ("°C", "K"):
        return number_text(value, 2)
    low, high = session.limits
    return value_text(value, unit.difference(high - low) / 10)


def number_with_unit(value: float, session: Session, unit: str) -> str:
    """A pixel's value with its unit."""
    return with_unit(measured_number(value, session, exact=True), unit)


def event_words(event: AlarmEvent, session: Session) -> str:
    """One alarm event in a sentence, for a flag's note."""
    alarm, unit = event.alarm, session.measuring.recorded_unit
    name, spread = COLUMN_NAMES[alarm.statistic].lower(), alarm.statistic == "deviation"
    shown, named = (unit.difference, unit.difference_name) if spread else (unit.of, unit.name)
    limit = with_unit(f"{shown(alarm.limit):.6g}", named)
    farthest = with_unit(measured_number(event.value, session, difference=spread, recorded=True), named)
    return f"{alarm.region} {name} {alarm.side} {limit}, farthest {farthest}"
