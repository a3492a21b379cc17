from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laser_models import laser_model, recording, video

from thermview.inference import Reference
from thermview.laser.frames import clean_frames
from thermview.laser.obstacles import StatedObstacles
from thermview.laser.reference import (
    EDGE,
    SHORT_DETOUR,
    ReferenceFrames,
    even_runs,
    gather_reference,
    persistent_detour,
    read_indices,
)


def gathered(frames: np.ndarray, obstacles: tuple[tuple[int, int], ...] = ()) -> ReferenceFrames:  # type: ignore[type-arg]
    model = laser_model()
    assert model.card.reference is not None
    steps = gather_reference(recording(frames), model, model.card.reference, obstacles)
    while True:
        try:
            assert next(steps).result is None
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


@given(st.integers(1, 50_000), st.integers(32, 2000), st.integers(2, 64))
def test_even_runs_are_ascending_inside_and_about_as_many_as_asked(frames: int, count: int, run: int) -> None:
    indices = even_runs(frames, count, run)
    assert (np.diff(indices) > 0).all()
    assert indices[0] >= 0
    assert indices[-1] < frames
    assert len(indices) <= max(count, run)
    if frames > count:
        assert np.diff(indices).max(initial=1) <= 2 * frames / max(count // run, 1) + run


def test_frames_at_indices_are_those_frames() -> None:
    frames = video()
    wanted = np.array([0, 1, 2, 7, 8, 100, 2399])
    np.testing.assert_array_equal(read_indices(recording(frames), wanted), frames[wanted])


def test_a_long_change_of_pattern_is_a_detour_and_a_short_one_is_not() -> None:
    distance = np.random.default_rng(0).uniform(0.001, 0.003, 10_000)
    distance[3000:3800] = 0.05
    distance[6000:6100] = 0.05
    detour = persistent_detour(distance, Reference())
    assert detour[3000:3800].all()
    assert not detour[5000:].any()
    assert not detour[: 3000 - 4 * EDGE].any()


@pytest.mark.parametrize("stated", [True, False])
def test_obstacles_are_known_densely(stated: bool) -> None:
    from thermview.sample.laser import make_batch, simulate

    made = simulate(make_batch(4, 90, rows=15, columns=21, obstacles=1), 1, 14_571)
    first, last = made.metadata["KeyfIniObstacle1"], made.metadata["KeyfEndObstacle1"]
    reference = gathered(made.frames, ((first, last),) if stated else ())
    found = np.flatnonzero(reference.detour)
    assert abs(int(found[0]) - first) < 80
    assert abs(int(found[-1]) - last) < 80
    inside = (reference.index >= first) & (reference.index <= last)
    assert inside.sum() > 0.5 * (last - first)
    assert (np.diff(reference.index) > 0).all()


def test_the_reference_is_finite_and_of_one_length() -> None:
    reference = gathered(video())
    count = len(reference.index)
    for array in (reference.code, reference.facts, reference.spread, reference.away, reference.exclude):
        assert len(array) == count
        assert np.isfinite(array).all()
    np.testing.assert_allclose(np.linalg.norm(reference.code, axis=1), 1, atol=1e-3)
    assert not reference.dark


def test_frames_without_numbers_are_no_reference() -> None:
    frames = video()[:300].astype(np.float32)
    frames[10:20] = np.inf
    reference = gathered(frames)
    assert not np.isin(reference.index, np.arange(10, 20)).any()


@pytest.mark.parametrize("made", [np.nan, np.inf, -np.inf, 1e20, 1e300])
def test_a_frame_with_more_than_a_camera_counts_holds_none(made: float) -> None:
    frames = np.full((3, 4, 5), 7.0)
    frames[1, 2, 2] = made
    pixels, bad = clean_frames(frames)
    assert bad.tolist() == [False, True, False]
    assert np.isfinite(pixels).all()


def test_clean_frames_leaves_what_it_was_given_alone() -> None:
    frames = np.array([[[np.nan, 1.0]], [[-2.0, 3.0]]])
    pixels, bad = clean_frames(frames)
    assert np.isnan(frames[0, 0, 0])
    np.testing.assert_array_equal(pixels, [[[0, 0]], [[0, 3]]])
    np.testing.assert_array_equal(bad, [True, False])


def test_stated_obstacles_disagree_where_path_and_metadata_do() -> None:
    frames = 4000
    detour = np.zeros(frames, bool)
    detour[1000:2000] = True
    facts = np.zeros((frames, 9), np.float32)
    facts[:, -1] = detour
    away = np.where(detour, 0.1, 0.0).astype(np.float32)
    nothing = np.zeros((frames, 1), np.float32)
    index = np.arange(frames, dtype=np.float32)
    reference = ReferenceFrames(nothing, facts, index, nothing, away, index, detour)
    stated = StatedObstacles.of(reference, ((1000, 1999), (3000, 3000 + SHORT_DETOUR // 2)))
    differs = stated.disagreement(away, 0)
    assert (differs[:900] == 0).all()
    assert np.abs(differs[1100:1900]).max() < 1e-5
    late = np.roll(away, 300)
    wrong = stated.disagreement(late, 0)
    assert (wrong[1000 + EDGE + 1 : 1300] > 0.9).all()
    assert (wrong[2000 + EDGE : 2300] > 0.9).all()
    assert (stated.disagreement(late[1100:1200], 1100) == wrong[1100:1200]).all()
    assert (wrong[3000:3300] == 0).all()  # too short to be judged
