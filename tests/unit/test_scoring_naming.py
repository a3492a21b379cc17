"""What an event is called where several lanes rise, and from when it is said to have begun."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from thermview.scoring import events_of, p_value
from thermview.scoring.dating import REACH, dated_back
from thermview.scoring.naming import named_cause

Values = NDArray[np.float32]
FRAMES, PERIOD = 100, 10


def lanes(**peaks: float) -> dict[str, Values]:
    """Lanes that are at their peak throughout; underscores stand for spaces."""
    return {name.replace("_", " "): np.full(FRAMES, peak, np.float32) for name, peak in peaks.items()}


def around(off: NDArray[np.float64]) -> dict[str, Values]:
    """Measures of a spot that goes around in ten frames, `off` (FRAMES, 2) its place."""
    turn = 2 * np.pi * np.arange(FRAMES) / PERIOD
    due = np.column_stack([7 + 5 * np.sin(turn), 9 + 6 * np.cos(turn)])
    found = {
        "row": off[:, 0], "column": off[:, 1], "expected row": due[:, 0], "expected column": due[:, 1],
        "spot row": due[:, 0] + off[:, 0], "period": np.full(FRAMES, PERIOD),
    }  # fmt: skip
    return {name: values.astype(np.float32) for name, values in found.items()}


STEADY = around(np.zeros((FRAMES, 2)))
SHIFTED = around(np.tile([0.6, -0.4], (FRAMES, 1)))
NARROWED = around(np.column_stack([np.zeros(FRAMES), -0.9 * np.cos(2 * np.pi * np.arange(FRAMES) / PERIOD)]))
AROUND_SOMETHING = around(
    np.column_stack([np.zeros(FRAMES), np.where(np.arange(FRAMES) % PERIOD < 2, -2.5, 0.05)])
)
ELSEWHERE = around(np.column_stack([8 * np.sin(2 * np.pi * np.arange(FRAMES) / PERIOD), np.zeros(FRAMES)]))


@pytest.mark.parametrize(
    ("peaks", "measures", "cause"),
    [
        ({"power": 3.0, "spot_size": 1.0}, STEADY, "power"),
        ({"shape": 4.6, "position": 4.1}, SHIFTED, "position"),
        ({"position": 2.2, "shape": 2.0}, NARROWED, "shape"),
        ({"spot_size": 3.0, "shape": 2.8}, NARROWED, "shape"),
        ({"spot_size": 3.0, "shape": 1.5}, NARROWED, "spot size"),
        ({"shape": 4.9, "position": 4.5, "obstacle": 0.0}, AROUND_SOMETHING, "obstacle"),
        ({"position": 3.7, "order": 2.4}, ELSEWHERE, "order"),
        ({"order": 2.1, "timing": 2.0}, STEADY, "timing"),
        ({"sensor": 3.8, "spatter": 2.3}, STEADY, "spatter"),
        ({"sensor": 3.8, "spatter": 0.6}, STEADY, "sensor"),
    ],
)
def test_what_was_measured_decides_between_lanes_that_both_rise(
    peaks: dict[str, float], measures: dict[str, Values], cause: str
) -> None:
    name, height = named_cause(lanes(**peaks), measures)
    assert name == cause
    assert height == pytest.approx(peaks[cause.replace(" ", "_")])


def darker(power: float, sharpness: float, frames: int = 20) -> dict[str, Values]:
    """Measures of a spot that loses light for so many frames of the event and is as always in the rest."""
    within = np.arange(FRAMES) < frames
    found = {"power": np.where(within, power, 0.0), "sharpness": np.where(within, sharpness, 0.0)}
    return {**STEADY, **{name: values.astype(np.float32) for name, values in found.items()}}


@pytest.mark.parametrize(
    ("peaks", "measures", "cause"),
    [
        ({"power": 3.6, "spot_size": 2.4}, darker(-0.20, -0.09), "spot size"),  # less bright in its middle
        ({"power": 1.9, "spot_size": 0.8}, darker(-0.22, -0.08), "spot size"),  # though its size says little
        ({"power": 1.7, "spot_size": 1.4}, darker(-0.36, 0.01), "power"),  # loses light alone
        ({"power": 1.7, "spot_size": 2.4}, darker(-0.10, 0.02), "power"),  # though its size rises higher
        (
            {"power": 0.9, "spot_size": 2.4},
            darker(-0.10, 0.02),
            "spot size",
        ),  # no lane says that it lost light
        ({"power": 1.6, "spot_size": 2.9}, darker(-0.03, 0.0), "spot size"),  # too little light lost to say
        ({"power": 9.0, "spot_size": 2.9}, darker(-4.0, -1.0), "power"),  # no light left to say
        ({"power": 3.0, "spot_size": 1.0}, darker(0.40, 0.00), "power"),
        ({"spot_size": 3.0, "shape": 2.8, "power": 1.0}, {**darker(-0.2, -0.09), **NARROWED}, "spot size"),
    ],
)
def test_a_wider_spot_is_less_bright_for_the_light_it_keeps_and_a_weaker_one_is_not(
    peaks: dict[str, float], measures: dict[str, Values], cause: str
) -> None:
    assert named_cause(lanes(**peaks), measures)[0] == cause


def with_clock(leap: float, still: float = 0.0, frames: int = 10) -> dict[str, Values]:
    """Measures of a scan that is ahead by so many cycles of the cycle before, for so many frames."""
    within = np.arange(FRAMES) < frames
    return {
        **around(np.tile([0.9, 0.9], (FRAMES, 1))),
        "leap": np.where(within, leap, 0.0).astype(np.float32),
        "still": np.where(within, still, 0.0).astype(np.float32),
    }


@pytest.mark.parametrize(
    ("peaks", "measures", "cause"),
    [
        ({"timing": 6.6, "order": 2.5}, with_clock(-0.42), "order"),  # leaps nearly half a cycle
        ({"timing": 6.6, "order": 0.6}, with_clock(-0.42), "timing"),  # nothing is out of turn
        ({"timing": 3.0, "order": 2.9}, with_clock(0.016), "timing"),  # faster
        ({"order": 2.6, "timing": 1.9}, with_clock(0.1), "timing"),  # a frame is missing
        ({"order": 2.6, "timing": 0.4}, with_clock(0.1), "order"),
        ({"order": 8.9, "timing": 5.9}, with_clock(0.1, still=1.0), "order"),  # stood, then caught up
        ({"spatter": 4.2, "timing": 3.4}, with_clock(0.1), "timing"),  # two frames' light at once
        ({"spatter": 4.2, "timing": 3.4}, with_clock(0.01), "spatter"),
    ],
)
def test_the_clock_tells_what_leaps_from_what_is_late(
    peaks: dict[str, float], measures: dict[str, Values], cause: str
) -> None:
    assert named_cause(lanes(**peaks), measures)[0] == cause


@pytest.mark.parametrize(
    ("off", "leap", "cause"),
    [(0.9, 0.0, "position"), (0.9, 0.3, "order"), (0.0, 0.0, "order")],
)
def test_a_path_that_is_off_for_cycles_while_the_clock_goes_on_is_not_out_of_turn(
    off: float, leap: float, cause: str
) -> None:
    measures = {**around(np.full((FRAMES, 2), off)), "leap": np.full(FRAMES, leap, np.float32)}
    assert named_cause(lanes(order=2.6, position=1.1), measures)[0] == cause


@pytest.mark.parametrize(("every", "cause"), [(FRAMES, "spatter"), (PERIOD, "shape")])
def test_light_beside_the_path_is_a_droplet_when_it_comes_once(every: int, cause: str) -> None:
    spatter = np.where(np.arange(FRAMES) % every < 4, 3.0, 0.8).astype(np.float32)
    assert named_cause(lanes(shape=6.6, spatter=3.6), {**STEADY, "spatter": spatter})[0] == cause


@pytest.mark.parametrize(
    ("peaks", "frames", "light", "cause"),
    [
        ({"power": 1.4, "spatter": 1.1}, 12, 0.3, "spatter"),  # it adds light
        ({"sensor": 2.0, "spatter": 1.1}, 12, 0.3, "spatter"),  # and may fall on one pixel
        ({"spot_size": 1.3, "spatter": 0.9}, 12, 0.3, "spot size"),
        ({"power": 4.0, "spatter": 1.1}, 12, 0.3, "power"),
        ({"power": 1.4, "spatter": 1.1}, 12, -0.4, "power"),  # a droplet takes none
        ({"power": 1.4, "spatter": 1.1}, FRAMES, 0.3, "power"),  # and is soon over
    ],
)
def test_a_brief_light_beside_the_path_is_a_droplet_whatever_else_it_changes(
    peaks: dict[str, float], frames: int, light: float, cause: str
) -> None:
    spatter = np.where(np.arange(FRAMES) < 4, 3.0, 0.8).astype(np.float32)
    power = np.full(FRAMES, light, np.float32)
    measures = {**STEADY, "spatter": spatter, "power": power, "sharpness": np.zeros(FRAMES, np.float32)}
    found = {name: values[:frames] for name, values in lanes(**peaks).items()}
    assert named_cause(found, {name: values[:frames] for name, values in measures.items()})[0] == cause


def test_lost_frames_are_the_camera_s_whatever_else_rises() -> None:
    lost = np.ones(FRAMES, np.float32)
    assert named_cause(lanes(sensor=9.0, position=8.0), {**STEADY, "lost": lost})[0] == "sensor"


def test_without_measures_the_highest_lane_names_it() -> None:
    assert named_cause(lanes(power=2.0, shape=3.0), {})[0] == "shape"
    assert named_cause({}, STEADY)[0] == ""
    assert named_cause({"power": np.full(3, np.nan, np.float32)}, {})[0] == ""


def test_frames_without_light_are_no_place() -> None:
    dark = {name: np.full(FRAMES, np.nan, np.float32) for name in STEADY}
    assert named_cause(lanes(power=3.0, position=1.0), dark)[0] == "power"


# --- from when on --------------------------------------------------------------------------------------


def marks(first: int, stop: int) -> Values:
    found = np.zeros(400, np.float32)
    found[first:stop] = 1.0
    return found


def test_a_detour_that_is_not_made_is_missing_from_its_stated_start_on() -> None:
    measures = {"stated": marks(200, 300), "pattern": marks(0, 0)}
    assert dated_back("obstacle", measures, 225, 310) == 200
    assert dated_back("power", measures, 225, 310) == 225


def test_a_detour_that_nobody_stated_begins_with_its_pattern() -> None:
    measures = {"stated": marks(0, 0), "pattern": marks(190, 260)}
    assert dated_back("obstacle", measures, 204, 258) == 190
    assert dated_back("obstacle", {"stated": marks(0, 0), "pattern": marks(0, 0)}, 204, 258) == 204


def test_nothing_is_dated_back_without_bounds() -> None:
    measures = {"stated": marks(0, 400), "pattern": marks(0, 0)}
    assert dated_back("obstacle", measures, 300, 350) == 300 - REACH
    since = np.full(400, 10.0, np.float32)
    assert dated_back("sensor", {"dead since": since}, 300, 350) == 300 - REACH


def test_an_event_that_is_dated_back_says_when_it_was_noticed_and_stays_apart_from_the_one_before() -> None:
    values = np.zeros(400, np.float32)
    values[150:205], values[240:290] = 2.0, 2.0
    measures = {"stated": marks(190, 300), "pattern": marks(0, 0)}
    lanes = {"spatter": marks(150, 205) * np.float32(2), "obstacle": marks(240, 290) * np.float32(2)}
    one, two = events_of(values, 1.0, lanes, measures=measures, frame_rate=1000.0)
    assert (one.first, one.last, one.cause) == (150, 204, "spatter")
    assert (two.first, two.last, two.cause) == (205, 299, "obstacle")
    assert two.text.endswith(" for 95 ms from 0.205 s, noticed at 0.240 s")


def obstacle_events(runs: list[tuple[int, int]], **measures: Values) -> list[tuple[int, int, str]]:
    """Events of an obstacle lane that is above its threshold in `runs`, (first, stop) each."""
    lane = np.sum([2.0 * marks(*run) for run in runs], axis=0, dtype=np.float32)
    found = events_of(lane, 1.0, {"obstacle": lane}, measures=measures, frame_rate=1000.0)
    return [(event.first, event.last, event.text) for event in found]


def test_an_obstacle_avoided_late_is_one_event_and_says_so() -> None:
    """Its start is missed, its parts come out of turn, and it goes on when it should be over."""
    runs = [(115, 160), (200, 220), (262, 290), (310, 358)]
    told = obstacle_events(runs, stated=marks(100, 300), pattern=marks(160, 360))
    late = "detour around the stated obstacle comes late, missing for 60 ms from 0.100 s, noticed at 0.115 s"
    assert told == [(100, 359, late)]


def test_a_late_start_of_a_long_obstacle_is_told_though_nothing_follows_it() -> None:
    ((first, last, text),) = obstacle_events([(115, 152)], stated=marks(100, 380), pattern=marks(160, 380))
    assert (first, last) == (100, 159)
    assert "comes late, missing for 60 ms" in text


def test_a_missed_obstacle_ends_where_it_is_no_longer_stated() -> None:
    pattern = marks(150, 154)  # a few frames that happen to look like a detour
    ((first, last, text),) = obstacle_events([(115, 290)], stated=marks(100, 300), pattern=pattern)
    assert (first, last) == (100, 299)
    assert text.startswith("stated obstacle not avoided")


def test_a_detour_is_missing_until_the_recording_ends_or_another_event_begins() -> None:
    stated, pattern = marks(100, 400), marks(0, 0)
    ((first, last, _),) = obstacle_events([(115, 360)], stated=stated, pattern=pattern)
    assert (first, last) == (100, 399)
    detour, light = 2.0 * marks(115, 250), 2.0 * marks(280, 290)
    one, two = events_of(
        np.maximum(detour, light),
        1.0,
        {"obstacle": detour, "spatter": light},
        measures={"stated": stated, "pattern": pattern},
    )
    assert (one.first, one.last, two.first) == (100, 279, 280)


def test_two_obstacles_are_two_events() -> None:
    stated = marks(100, 150) + marks(200, 250)
    told = obstacle_events([(115, 140), (215, 240)], stated=stated, pattern=marks(0, 0))
    assert [(first, last) for first, last, _ in told] == [(100, 149), (200, 249)]


# --- how unusual --------------------------------------------------------------------------------------


def test_a_cause_has_a_p_value_of_its_own_and_one_for_being_one_of_several() -> None:
    values = np.full(FRAMES, 1.5, np.float32)
    normals, heads = (0.4, 0.8, 1.6), {"power": (0.2, 0.3, 0.4)}
    (event,) = events_of(values, 1.0, {"power": values}, normals=normals, heads=heads)
    assert event.p_value == p_value(1.5, normals) == 0.5
    assert event.own_p == 0.25
    (other,) = events_of(values, 1.0, {"power": values}, normals=normals)
    assert other.own_p is None
