"""Simulated scenes: boxes where the objects are, neighbours alike, hot things hot, far things small."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thermview.sample.thermal_scenes import (
    FAMILIES,
    NORMAL,
    OBJECTS,
    Scene,
    SessionConditions,
    random_conditions,
    random_scene,
    render_scene,
)

SIZE = (120, 160)
STATES = [(code, state) for code, kind in OBJECTS.items() for state in (NORMAL, kind.anomaly)]


def render(
    code: str, state: str, distance_m: float, session: SessionConditions, time_s: float = 0.0, seed: int = 1
) -> Scene:
    rng = np.random.default_rng(seed)
    return render_scene(rng, code, state, distance_m, session, SIZE, time_s=time_s)


def test_ten_kinds_in_two_states_make_twenty_classes() -> None:
    assert len(STATES) == 20
    assert {"PIP", "CAR", "HUM", "AIR", "INF"} <= set(OBJECTS)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(STATES), st.floats(0.5, 200), st.integers(0, 2**31), st.floats(0, 30))
def test_every_scene_is_finite_with_whole_pixel_boxes_inside_it(
    kind: tuple[str, str], distance_m: float, seed: int, time_s: float
) -> None:
    session = random_conditions(np.random.default_rng(seed))
    scene = render(*kind, distance_m, session, time_s)
    assert scene.celsius.shape == SIZE
    assert scene.celsius.dtype == np.float32
    assert np.isfinite(scene.celsius).all()
    title = OBJECTS[kind[0]].title
    for category, box in scene.boxes:
        assert category in (f"{title}-{kind[1]}", f"{title}-{NORMAL}")
        assert all(value == int(value) for value in (box.column, box.row, box.width, box.height))
        assert box.column >= 0
        assert box.row >= 0
        assert box.width > 0
        assert box.height > 0
        assert box.column + box.width <= SIZE[1]
        assert box.row + box.height <= SIZE[0]


@pytest.mark.parametrize(("code", "state"), STATES)
def test_the_same_seed_draws_the_same_scene(code: str, state: str) -> None:
    session = random_conditions(np.random.default_rng(3))
    first, second = (render(code, state, 5.0, session) for _ in range(2))
    assert np.array_equal(first.celsius, second.celsius)
    assert first.boxes == second.boxes


@pytest.mark.parametrize("code", list(OBJECTS))
def test_neighbouring_frames_of_a_session_look_more_alike_than_two_sessions(code: str) -> None:
    sessions = [SessionConditions(seed=seed, ambient_c=8.0) for seed in (11, 12)]
    first = render(code, NORMAL, 5.0, sessions[0]).celsius
    following = render(code, NORMAL, 5.0, sessions[0], time_s=0.6, seed=2).celsius
    other = render(code, NORMAL, 5.0, sessions[1]).celsius
    assert not np.array_equal(first, following)
    assert np.abs(first - following).mean() < 0.6 * np.abs(first - other).mean()


@pytest.mark.parametrize("code", ["SWI", "AIR", "CAR", "SHP", "INF", "EXF"])
def test_overheated_short_circuited_and_burning_things_are_far_hotter_than_normal_ones(code: str) -> None:
    session = SessionConditions(seed=4, ambient_c=10.0)
    normal = render(code, NORMAL, 2.0, session).celsius.max()
    anomalous = render(code, OBJECTS[code].anomaly, 2.0, session).celsius.max()
    assert anomalous > normal + 15


@pytest.mark.parametrize("code", ["HUM", "CAR"])
def test_things_far_away_are_smaller_and_fainter(code: str) -> None:
    session = SessionConditions(seed=9, ambient_c=5.0)
    near, far = (render(code, NORMAL, distance_m, session) for distance_m in (5.0, 30.0))
    heights = [max(box.height for _, box in scene.boxes) for scene in (near, far)]
    assert heights[1] < 0.5 * heights[0]
    contrast = [float(scene.celsius.max() - np.median(scene.celsius)) for scene in (near, far)]
    assert contrast[1] < contrast[0]


def test_unknown_objects_and_states_are_refused() -> None:
    with pytest.raises(ValueError, match="XYZ"):
        render("XYZ", NORMAL, 5.0, SessionConditions(seed=1))
    with pytest.raises(ValueError, match="Fire"):
        render("CAR", "Fire", 5.0, SessionConditions(seed=1))


@pytest.mark.parametrize("family", list(FAMILIES))
def test_every_family_draws_something_that_changes_with_its_seed(family: str) -> None:
    scenes = [random_scene(np.random.default_rng(seed), (48, 64), family) for seed in (1, 1, 2)]
    assert all(scene.family == family and scene.boxes == () for scene in scenes)
    assert all(np.isfinite(scene.celsius).all() for scene in scenes)
    assert np.array_equal(scenes[0].celsius, scenes[1].celsius)
    assert not np.array_equal(scenes[0].celsius, scenes[2].celsius)
    assert scenes[0].celsius.std() > 0.05


def test_random_scenes_come_from_many_families() -> None:
    rng = np.random.default_rng(0)
    assert len({random_scene(rng, (24, 32)).family for _ in range(120)}) > 20
