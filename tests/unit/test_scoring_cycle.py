"""Scores of a batch whose cycle is not the usual ten frames: what counts in cycles goes by the measured period."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from thermview.laser.lanes import window_mean
from thermview.scoring import events_of
from thermview.scoring.cycle import USUAL_CYCLE, cycle_of
from thermview.scoring.naming import named_cause
from thermview.scoring.sharpness import loss_and_blur

Values = NDArray[np.float32]


def period(frames: float, count: int = 1500) -> dict[str, Values]:
    return {"period": np.full(count, frames, np.float32)}


def test_a_cycle_is_what_was_measured_or_the_usual_one() -> None:
    assert cycle_of({}) == USUAL_CYCLE
    assert cycle_of(period(np.nan)) == USUAL_CYCLE
    assert cycle_of(period(9.87)) == 10
    assert cycle_of({"period": np.array([np.nan, 30.2, 30.4, 12.0], np.float32)}) == 30
    assert cycle_of(period(0.2)) == 1


@pytest.mark.parametrize(("frames", "events"), [(9.87, 2), (16.2, 1)])
def test_runs_two_cycles_apart_are_one_event(frames: float, events: int) -> None:
    values = np.zeros(1500, np.float32)
    values[600:605] = values[630:635] = 2.0
    assert len(events_of(values, 1.0, {"power": values}, measures=period(frames))) == events


@pytest.mark.parametrize(("frames", "loss"), [(10.0, 0.08), (30.0, 0.0)])
def test_light_that_is_lost_in_a_part_of_the_cycle_is_little_of_a_cycle(frames: float, loss: float) -> None:
    power = np.where(np.arange(90) % 30 < 10, -0.08, 0.0).astype(np.float32)
    measures = {"power": power, "sharpness": np.zeros(90, np.float32), **period(frames, 90)}
    assert loss_and_blur(measures)[0] == pytest.approx(loss)


@pytest.mark.parametrize(("frames", "cause"), [(10.0, "position"), (30.0, "spatter")])
def test_light_beside_the_path_is_the_path_after_some_cycles(frames: float, cause: str) -> None:
    count = 60
    turn = 2 * np.pi * np.arange(count) / frames
    due = np.column_stack([7 + 5 * np.sin(turn), 9 + 6 * np.cos(turn)])
    measures = {
        "row": np.full(count, 0.6), "column": np.full(count, -0.4), "expected row": due[:, 0],
        "expected column": due[:, 1], "spot row": due[:, 0] + 0.6, "spatter": np.ones(count),
    }  # fmt: skip
    told = {name: values.astype(np.float32) for name, values in measures.items()} | period(frames, count)
    lanes = {"spatter": np.full(count, 3.0, np.float32), "position": np.full(count, 2.0, np.float32)}
    assert named_cause(lanes, told)[0] == cause


def test_an_event_of_a_slow_scan_goes_on_with_a_fault_that_its_path_would_hide() -> None:
    """What is off by place on the path, over 30 frames, says nothing of when; the mean of ten frames holds it."""
    along = 0.3 * np.sin(2 * np.pi * np.arange(1500) / 30)
    off = along + np.random.default_rng(7).normal(0.0, 0.05, 1500)
    off[600:630] += 1.2
    off[700:760] += 0.25
    lane = window_mean(off[:, None], 401)[:, 0].astype(np.float32)
    ends = {}
    for frames in (10.0, 30.0):
        measures = {"power": off.astype(np.float32), **period(frames)}
        (event,) = events_of(lane, 0.05, {"power": lane}, measures=measures)
        ends[frames] = event.last
    assert abs(ends[30.0] - 759) <= 15
    assert ends[10.0] < 700
