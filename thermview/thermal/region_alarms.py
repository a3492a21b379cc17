"""Alarms: a limit on what a region measures, with hysteresis and hold-off; each time it is passed is an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from thermview.thermal.region_statistics import Statistic

Side = Literal["above", "below"]


@dataclass(frozen=True)
class Alarm:
    """A limit on one statistic of a region (by name).

    The alarm begins with a value beyond `limit` (greater for "above", smaller for "below") and ends with one
    that has come back by `hysteresis`, which is not negative: <= limit - hysteresis, or >= limit +
    hysteresis. It counts as an event where it lasts for at least `hold_off` frames, so that a single noisy
    frame is none.
    """

    region: str
    statistic: Statistic = "maximum"
    side: Side = "above"
    limit: float = 0.0
    hysteresis: float = 0.0
    hold_off: int = 1


@dataclass(frozen=True)
class AlarmEvent:
    """Frames `first` to `last` (inclusive) of an alarm; `value` is the farthest, reached first at frame `peak`."""

    alarm: Alarm
    first: int
    last: int
    peak: int
    value: float


def alarm_events(values: NDArray[np.float64], alarm: Alarm) -> tuple[AlarmEvent, ...]:
    """The events of an alarm in a series (frames,) of its statistic, in order.

    Frames without a number (NaN) neither begin nor end an alarm; an event begins and ends with a number.
    """
    sign = 1.0 if alarm.side == "above" else -1.0
    known = np.flatnonzero(~np.isnan(values))
    height = sign * values[known]
    back = sign * alarm.limit - alarm.hysteresis
    events = []
    for start, stop in _runs(height > sign * alarm.limit, height <= back):
        first, last = int(known[start]), int(known[stop - 1])
        if last - first + 1 >= alarm.hold_off:
            peak = int(known[start + int(height[start:stop].argmax())])
            events.append(AlarmEvent(alarm, first, last, peak, float(values[peak])))
    return tuple(events)


def _runs(begins: NDArray[np.bool_], ends: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and one after the last place of every stretch from a place that begins it to before one that ends it."""
    places = np.arange(len(begins))
    switched = np.maximum.accumulate(np.where(begins | ends, places, -1)) if len(begins) else places
    active = (switched >= 0) & begins[switched]
    steps = np.diff(np.concatenate([[0], active.astype(np.int8), [0]]))
    starts, stops = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    return list(zip(starts.tolist(), stops.tolist(), strict=True))
