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


def measured_number(value: float, session: Session, *, exact: bool = False) -> str:
    """A number of the shown recording: counts whole where they are `exact`, means with a decimal more."""
    if not math.isfinite(value):
        return DASH
    recording = session.recording
    if recording is not None and recording.dtype.kind in "iub":
        return number_text(value, 0 if exact else 1)
    if recording is not None and recording.quantity.unit == "°C":
        return number_text(value, 2)
    low, high = session.limits
    return value_text(value, (high - low) / 10)


def number_with_unit(value: float, session: Session, unit: str) -> str:
    """A pixel's value with its unit."""
    return with_unit(measured_number(value, session, exact=True), unit)


def event_words(event: AlarmEvent, unit: str, number: str) -> str:
    """One alarm event in a sentence, for a flag's note."""
    alarm = event.alarm
    name = COLUMN_NAMES[alarm.statistic].lower()
    limit = with_unit(f"{alarm.limit:.6g}", unit)
    return f"{alarm.region} {name} {alarm.side} {limit}, farthest {with_unit(number, unit)}"
