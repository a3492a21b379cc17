"""Where an event is said to end, while a long window still holds its fault."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from thermview.scoring import events_of

Values = NDArray[np.float32]
FRAMES = 1500
WINDOW = 201


def off_path(*faults: tuple[int, int, float], noise: float = 0.05) -> dict[str, Values]:
    """Measures of a path that is off downwards and to the right, (first, last, px) each, beside where it always is."""
    off = np.random.default_rng(7).normal(0.1, noise, (FRAMES, 2))
    for first, last, size in faults:
        off[first : last + 1] += size / np.sqrt(2)
    return {name: off[:, at].astype(np.float32) for at, name in enumerate(("row", "column"))}


def held(values: NDArray[np.float64]) -> Values:
    """A lane that looks at the mean of WINDOW frames up to each."""
    sums = np.concatenate([np.zeros(WINDOW), np.cumsum(values)])
    return np.asarray((sums[WINDOW:] - sums[:-WINDOW]) / WINDOW, np.float32)


def position_lane(measures: dict[str, Values]) -> Values:
    off = np.column_stack([measures["row"], measures["column"]]).astype(np.float64) - 0.1
    return np.asarray(np.hypot(held(off[:, 0]), held(off[:, 1])), np.float32)


@pytest.mark.parametrize(("first", "last", "px"), [(600, 679, 0.6), (600, 629, 1.2), (600, 899, 0.3)])
def test_an_event_ends_with_its_fault(first: int, last: int, px: float) -> None:
    measures = off_path((first, last, px))
    lane = position_lane(measures)
    (event,) = events_of(lane, 0.06, {"position": lane}, measures=measures)
    assert np.flatnonzero(lane > 0.06)[-1] > last + 100
    assert abs(event.last - last) <= 3
    assert event.first <= event.peak <= event.last
    assert event.score == lane.max()


def test_a_second_fault_within_the_window_belongs_to_the_event() -> None:
    measures = off_path((600, 629, 1.2), (700, 739, 0.4))
    lane = position_lane(measures)
    (event,) = events_of(lane, 0.06, {"position": lane}, measures=measures)
    assert abs(event.last - 739) <= 6


def test_a_path_that_is_off_in_all_directions_ends_where_it_is_on_its_path_again() -> None:
    measures = off_path()
    turn = 2 * np.pi * np.arange(FRAMES) / 10
    for name, move in (("row", np.sin(turn)), ("column", np.cos(turn))):
        measures[name][600:680] += move[600:680].astype(np.float32)
    lane = held(np.hypot(measures["row"], measures["column"]).astype(np.float64) - 0.15)
    (event,) = events_of(lane, 0.06, {"position": lane}, measures=measures)
    assert abs(event.last - 679) <= 3


def test_lanes_of_short_windows_end_with_their_last_frame_above() -> None:
    measures = off_path((600, 679, 0.6))
    position, shape = position_lane(measures), np.zeros(FRAMES, np.float32)
    shape[700:711] = 0.1
    values = np.maximum(position, shape)
    (event,) = events_of(values, 0.06, {"position": position, "shape": shape}, measures=measures)
    assert event.last == 710


def test_without_measures_an_event_ends_with_the_last_frame_above() -> None:
    lane = position_lane(off_path((600, 679, 0.6)))
    (event,) = events_of(lane, 0.06, {"position": lane})
    assert event.last == np.flatnonzero(lane > 0.06)[-1]


def test_what_is_off_from_beginning_to_end_ends_with_the_recording() -> None:
    measures = off_path((0, FRAMES - 1, 0.5))
    lane = position_lane(measures)
    (event,) = events_of(lane, 0.2, {"position": lane}, measures=measures)
    assert event.last == FRAMES - 1


def test_what_a_window_still_holds_is_no_event_of_its_own() -> None:
    """Long after its fault a lane falls below the threshold and rises above it again."""
    measures = off_path((600, 629, 1.2))
    lane = position_lane(measures)
    lane[680:720] = 0.0
    (event,) = events_of(lane, 0.06, {"position": lane}, measures=measures)
    assert abs(event.last - 629) <= 3


def test_a_second_fault_is_an_event_of_its_own_where_the_first_was_over() -> None:
    measures = off_path((600, 629, 1.2), (760, 789, 0.5))
    lane = np.zeros(FRAMES, np.float32)
    lane[595:635], lane[755:795] = 2.0, 1.5
    one, two = events_of(lane, 1.0, {"position": lane}, measures=measures)
    assert abs(one.last - 629) <= 3
    assert two.first >= 755
    assert abs(two.last - 789) <= 3


def test_a_fault_that_is_noticed_by_halves_is_one_event_from_its_beginning() -> None:
    power = np.random.default_rng(5).normal(0.0, 0.03, FRAMES)
    power[500:600] -= 0.1
    lane = np.zeros(FRAMES, np.float32)
    lane[515:550], lane[580:600] = 1.2, 1.1
    (event,) = events_of(lane, 1.0, {"power": lane}, measures={"power": power.astype(np.float32)})
    assert abs(event.first - 500) <= 3
    assert abs(event.last - 599) <= 3
    assert event.text.endswith("noticed at frame 515")
