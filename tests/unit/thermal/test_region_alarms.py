"""Alarms with hysteresis and hold-off."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.thermal.region_alarms import Alarm, alarm_events

NAN = float("nan")
SERIES = st.lists(st.one_of(st.integers(0, 10).map(float), st.just(NAN)), max_size=60).map(
    lambda values: np.array(values, np.float64)
)
ALARMS = st.builds(
    Alarm,
    st.just("R1"),
    side=st.sampled_from(["above", "below"]),
    limit=st.integers(0, 10).map(float),
    hysteresis=st.integers(0, 4).map(float),
    hold_off=st.integers(1, 5),
)


def spans(values, **changes):
    alarm = Alarm("R1", limit=5, **changes)
    return [(event.first, event.last) for event in alarm_events(np.array(values, np.float64), alarm)]


def stepwise(values, alarm):
    """The definition, frame by frame."""
    sign = 1 if alarm.side == "above" else -1
    runs, run, last = [], None, -1
    for frame, value in enumerate(values):
        if np.isnan(value):
            continue
        if run is None and sign * value > sign * alarm.limit:
            run = frame
        elif run is not None and sign * value <= sign * alarm.limit - alarm.hysteresis:
            runs.append((run, last))
            run = None
        last = frame
    if run is not None:
        runs.append((run, last))
    return [(a, b) for a, b in runs if b - a + 1 >= alarm.hold_off]


@given(SERIES, ALARMS)
def test_events_are_those_of_the_definition(values, alarm):
    events = alarm_events(values, alarm)
    assert [(event.first, event.last) for event in events] == stepwise(values, alarm)
    for event in events:
        within = values[event.first : event.last + 1]
        farthest = np.nanmax(within) if alarm.side == "above" else np.nanmin(within)
        assert values[event.peak] == event.value == farthest
        assert event.first <= event.peak <= event.last


@given(SERIES, ALARMS)
def test_without_hold_off_every_frame_beyond_the_limit_lies_in_exactly_one_event(values, alarm):
    alarm = Alarm("R1", alarm.statistic, alarm.side, alarm.limit, alarm.hysteresis)
    count = np.zeros(len(values), int)
    for event in alarm_events(values, alarm):
        count[event.first : event.last + 1] += 1
    assert (count <= 1).all()
    with np.errstate(invalid="ignore"):
        beyond = values > alarm.limit if alarm.side == "above" else values < alarm.limit
    assert (count[beyond] == 1).all()


@given(SERIES, ALARMS)
def test_more_hysteresis_never_gives_more_frames_less_alarm(values, alarm):
    wider = Alarm("R1", alarm.statistic, alarm.side, alarm.limit, alarm.hysteresis + 2, alarm.hold_off)

    def frames(which):
        return {f for event in alarm_events(values, which) for f in range(event.first, event.last + 1)}

    assert frames(alarm) <= frames(wider)


def test_hysteresis_keeps_a_noisy_crossing_together():
    values = [0, 6, 5, 6, 4, 6, 2, 0]
    assert spans(values) == [(1, 1), (3, 3), (5, 5)]
    assert spans(values, hysteresis=2) == [(1, 5)]


def test_hold_off_leaves_short_ones_out():
    assert spans([6, 0, 6, 6, 6, 0, 6, 6], hold_off=3) == [(2, 4)]


@pytest.mark.parametrize(("side", "expected"), [("above", [(1, 4)]), ("below", [(0, 0), (5, 5)])])
def test_a_frame_without_a_number_changes_nothing(side, expected):
    assert spans([0, 6, NAN, NAN, 7, 0, NAN], side=side) == expected


def test_nothing_comes_of_nothing():
    assert spans([]) == spans([NAN, NAN]) == []
