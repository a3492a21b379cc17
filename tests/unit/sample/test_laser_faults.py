"""Each fault changes its own frames and no others, and can be seen for what it is."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from thermview.sample.laser import (
    AFTERGLOW,
    FAULT_KINDS,
    FAULTS,
    LaserBatch,
    SimulatedRecording,
    faults_for,
    make_batch,
    simulate,
)

FRAMES = 2500
CAUSES = {"power", "position", "order", "timing", "shape", "obstacle", "spot size", "spatter"}
BATCH = make_batch(3, 2, rows=15, columns=21, obstacles=2)


def _pair(
    kind: str, size: float | None = None, number: int = 1, frames: int = FRAMES, batch: LaserBatch = BATCH
) -> tuple[NDArray[np.int64], SimulatedRecording]:
    """Normal frames, and the same recording with a fault."""
    normal = simulate(batch, number, frames).frames.astype(np.int64)
    return normal, simulate(batch, number, frames, fault=kind, size=size)


def _span(recording: SimulatedRecording) -> slice:
    assert recording.truth is not None
    return slice(recording.truth["first"], recording.truth["last"] + 1)


def _centroids(frames: NDArray[np.int64]) -> NDArray[np.float64]:
    """(x, y) of each frame's light above 3 counts."""
    light = np.where(frames > 3, frames, 0).astype(float)
    rows, columns = np.indices(frames.shape[1:])
    total = np.maximum(light.sum(axis=(1, 2)), 1)
    return (
        np.stack([(light * columns).sum(axis=(1, 2)), (light * rows).sum(axis=(1, 2))], axis=1)
        / total[:, None]
    )


@pytest.mark.parametrize("kind", FAULT_KINDS)
def test_a_fault_changes_its_frames_only(kind: str) -> None:
    normal, faulty = _pair(kind)
    truth = faulty.truth
    assert truth is not None
    changed = np.flatnonzero((faulty.frames != normal).any(axis=(1, 2)))
    assert len(changed) > 0
    assert changed[0] >= truth["first"]
    assert changed[-1] <= truth["last"] + AFTERGLOW
    assert changed[0] - truth["first"] <= max(12, (truth["last"] - truth["first"]) // 2)
    assert faulty.frames.shape == normal.shape
    assert faulty.metadata == simulate(BATCH, 1, FRAMES).metadata


@given(kind=st.sampled_from(FAULT_KINDS), number=st.integers(0, 50), frames=st.integers(400, 900))
@settings(max_examples=40, deadline=None)
def test_faults_stay_within_their_frames_in_any_recording(kind: str, number: int, frames: int) -> None:
    normal, faulty = _pair(kind, number=number, frames=frames)
    truth = faulty.truth
    assert truth is not None
    assert 0 <= truth["first"] <= truth["last"] < frames
    outside = np.ones(frames, bool)
    outside[truth["first"] : truth["last"] + 1 + AFTERGLOW] = False
    np.testing.assert_array_equal(faulty.frames[outside], normal[outside])


@pytest.mark.parametrize("kind", FAULT_KINDS)
def test_truth_says_kind_cause_size_and_words_in_plain_values(kind: str) -> None:
    truth = simulate(BATCH, 0, FRAMES, fault=kind).truth
    assert truth is not None
    assert json.loads(json.dumps(truth)) == truth
    assert set(truth) == {"kind", "cause", "first", "last", "size", "unit", "words"}
    assert truth["kind"] == kind
    assert truth["cause"] in CAUSES
    low, high = FAULTS[kind].sizes
    assert low - 1e-3 <= truth["size"] <= high + 1e-3
    assert f"frames {truth['first']} to {truth['last']}" in truth["words"]


def test_every_cause_has_a_fault_and_there_are_at_least_twelve_kinds() -> None:
    assert {row.cause for row in FAULTS.values()} == CAUSES
    assert len(FAULT_KINDS) >= 12


@pytest.mark.parametrize(("kind", "sign"), [("power_drop", -1), ("power_rise", 1)])
def test_power_changes_by_the_stated_share(kind: str, sign: int) -> None:
    normal, faulty = _pair(kind, size=0.2)
    span = _span(faulty)
    ratio = faulty.frames[span].sum() / normal[span].sum()
    assert ratio == pytest.approx(1 + sign * 0.2, abs=0.02)


def test_laser_off_leaves_frames_almost_all_zero() -> None:
    normal, faulty = _pair("laser_off", size=20)
    span = _span(faulty)
    assert span.stop - span.start == 20
    dark = faulty.frames[span][1:].sum(axis=(1, 2))
    assert dark.max() < 0.2 * normal[span].sum(axis=(1, 2)).mean()


def test_frozen_spot_gives_no_differences_once_the_heat_is_level() -> None:
    normal, faulty = _pair("frozen", size=10)
    span = _span(faulty)
    assert span.stop - span.start == 10
    assert faulty.frames[span][6:].sum(axis=(1, 2)).mean() < 0.1 * normal[span].sum(axis=(1, 2)).mean()


def test_path_offset_moves_the_light_by_about_its_size() -> None:
    normal, faulty = _pair("path_offset", size=1.0)
    span = _span(faulty)
    moved = (_centroids(faulty.frames[span].astype(np.int64)) - _centroids(normal[span])).mean(axis=0)
    # pixel gains bend the centroid a little, and the rows at the rim cut it off
    assert 0.5 < np.hypot(*moved) < 1.3


def test_narrow_path_lets_the_light_swing_less() -> None:
    normal, faulty = _pair("narrow_path", size=0.2)
    span = _span(faulty)
    swing = _centroids(faulty.frames[span].astype(np.int64)).std(axis=0) / _centroids(normal[span]).std(
        axis=0
    )
    assert (swing < 0.93).all()


def test_defocus_spreads_the_light_over_more_pixels() -> None:
    normal, faulty = _pair("defocus", size=0.4)
    span = _span(faulty)
    assert (faulty.frames[span] > 3).sum() > 1.15 * (normal[span] > 3).sum()


@pytest.mark.parametrize("kind", ["scan_slow", "scan_fast"])
def test_scan_off_by_a_share_is_one_cycle_off_at_its_end(kind: str) -> None:
    normal, faulty = _pair(kind, size=0.02)
    span = _span(faulty)
    assert (span.stop - span.start) * 0.02 == pytest.approx(BATCH.period, rel=0.01)
    middle = slice((span.start + span.stop) // 2 - 10, (span.start + span.stop) // 2 + 10)
    apart = np.abs(faulty.frames.astype(np.int64) - normal).sum(axis=(1, 2))
    assert apart[middle].mean() > 20 * apart[span.stop : span.stop + AFTERGLOW].mean()


def test_dropped_frames_are_black_and_the_next_difference_spans_the_gap() -> None:
    normal, faulty = _pair("dropped_frame", size=2)
    first = _span(faulty).start
    assert not faulty.frames[first : first + 2].any()
    assert faulty.frames[first + 2].sum() > 0
    assert (faulty.frames[first + 2].astype(np.int64) <= normal[first : first + 3].sum(axis=0)).all()


def test_dead_pixels_stay_black() -> None:
    normal, faulty = _pair("dead_pixel", size=3)
    span = _span(faulty)
    black = (faulty.frames[span] == 0).all(axis=0) & (normal[span] > 3).any(axis=0)
    assert 1 <= black.sum() <= 3


def test_spatter_adds_light_and_takes_none_within_its_first_frame() -> None:
    normal, faulty = _pair("spatter", size=300)
    first = _span(faulty).start
    assert (faulty.frames[first] >= normal[first]).all()
    assert faulty.frames[first].sum() > normal[first].sum() + 100


def test_repeated_loop_keeps_the_light_off_the_left_edge() -> None:
    normal, faulty = _pair("repeated_loop", size=6)
    span = _span(faulty)
    edge = round(BATCH.path.centre - BATCH.path.half_width)
    assert normal[span][:, :, edge].sum() > 5 * faulty.frames[span][5:, :, edge].sum()


def test_obstacle_faults_take_place_at_the_obstacle() -> None:
    _, late = _pair("late_obstacle", size=60)
    start, end = late.metadata["KeyfIniObstacle1"], late.metadata["KeyfEndObstacle1"]
    assert start <= _span(late).start <= start + 20
    assert end + 40 <= _span(late).stop <= end + 80
    _, missed = _pair("missed_obstacle", size=2)
    assert missed.metadata["KeyfIniObstacle2"] <= _span(missed).start
    assert _span(missed).stop <= missed.metadata["KeyfEndObstacle2"] + 20


def test_a_batch_without_obstacles_has_none_to_miss() -> None:
    plain = make_batch(4, 0, rows=15, columns=21, obstacles=0)
    assert set(FAULT_KINDS) - set(faults_for(plain)) == {"missed_obstacle", "late_obstacle"}
    assert faults_for(BATCH) == FAULT_KINDS
    with pytest.raises(ValueError, match="needs a recording with an obstacle"):
        simulate(plain, 0, FRAMES, fault="missed_obstacle")
    truth = simulate(plain, 0, FRAMES, fault="unexpected_obstacle").truth
    assert truth is not None
    assert truth["cause"] == "obstacle"


@pytest.mark.parametrize(("kind", "size"), [("power_dorp", None), ("power_drop", 0.0), ("defocus", -1.0)])
def test_unknown_faults_and_sizes_are_refused(kind: str, size: float | None) -> None:
    with pytest.raises(ValueError, match=r"unknown fault|must be above 0"):
        simulate(BATCH, 0, FRAMES, fault=kind, size=size)
