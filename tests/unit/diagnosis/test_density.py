"""The two laws that make a density honest, and what it says where it cannot know."""

import numpy as np
import pytest
from unit.diagnosis.pictures_of_sessions import DIMENSIONS, auroc, session_vectors

from thermview.diagnosis.density import (
    CLOSEST,
    NEIGHBOURS,
    choose_reference,
    percentiles,
    plain_density,
    session_density,
)
from thermview.jobs import last_result


def densities(vectors, sessions, classes=None, **options):
    classes = np.zeros(len(vectors), dtype=np.intp) if classes is None else classes
    names = [f"class {code}" for code in range(int(classes.max(initial=0)) + 1)]
    return last_result(session_density(vectors, sessions, classes, names, **options))


def test_keeping_every_fourth_frame_changes_the_plain_density_only():
    rng = np.random.default_rng(1)
    vectors, sessions = session_vectors(rng, np.ones(DIMENSIONS), sessions=120, frames=24)
    kept = np.arange(0, len(vectors), 4)
    session_aware = np.median(densities(vectors[kept], sessions[kept]).values) / np.median(
        densities(vectors, sessions).values
    )
    plain = np.median(last_result(plain_density(vectors[kept])).values) / np.median(
        last_result(plain_density(vectors)).values
    )
    assert abs(session_aware - 1) < 0.05
    assert plain < 0.6


def test_two_frame_rates_of_one_distribution_are_not_told_apart():
    rng = np.random.default_rng(2)
    often, often_sessions = session_vectors(rng, np.ones(DIMENSIONS), sessions=80, frames=25)
    seldom, seldom_sessions = session_vectors(rng, np.ones(DIMENSIONS), sessions=80, frames=5)
    vectors = np.concatenate([often, seldom])
    sessions = np.concatenate([often_sessions, 1000 + seldom_sessions])
    classes = np.repeat([0, 1], [len(often), len(seldom)])
    session_aware = densities(vectors, sessions, classes).values
    plain = last_result(plain_density(vectors)).values
    assert 0.4 < auroc(session_aware[classes == 0], session_aware[classes == 1]) < 0.6
    assert auroc(plain[classes == 0], plain[classes == 1]) > 0.95


def test_two_random_references_agree():
    vectors, sessions = session_vectors(
        np.random.default_rng(3), np.ones(DIMENSIONS), sessions=150, frames=12
    )
    ranks = [densities(vectors, sessions, seed=seed).values.argsort().argsort() for seed in (0, 1)]
    assert np.corrcoef(*ranks)[0, 1] > 0.95


def test_a_tighter_class_is_denser():
    rng = np.random.default_rng(4)
    tight, tight_sessions = session_vectors(rng, np.eye(DIMENSIONS)[0] * 3, 60, 5, spread=0.2)
    loose, loose_sessions = session_vectors(rng, np.eye(DIMENSIONS)[1] * 3, 60, 5, spread=0.8)
    classes = np.repeat([0, 1], [300, 300])
    values = densities(
        np.concatenate([tight, loose]), np.concatenate([tight_sessions, 100 + loose_sessions]), classes
    ).values
    assert np.median(values[:300]) > 1.5 * np.median(values[300:])


def test_neighbours_are_of_other_sessions_and_in_the_reference():
    vectors, sessions = session_vectors(np.random.default_rng(5), np.ones(DIMENSIONS), sessions=30, frames=8)
    density = densities(vectors, sessions)
    assert np.isin(density.neighbours, density.reference).all()
    assert not np.any(sessions[density.neighbours] == sessions[:, None])


def test_a_class_of_one_session_has_no_density_and_says_why():
    vectors, sessions = session_vectors(np.random.default_rng(6), np.ones(DIMENSIONS), sessions=21, frames=4)
    classes = (sessions == 20).astype(np.intp)
    density = densities(vectors, sessions, classes)
    assert np.isnan(density.values[classes == 1]).all()
    assert np.isfinite(density.values[classes == 0]).all()
    assert any("class 1" in notice and "one capture session" in notice for notice in density.notices)


def test_small_sets_use_the_neighbours_there_are_and_say_so():
    vectors, sessions = session_vectors(np.random.default_rng(7), np.ones(DIMENSIONS), sessions=3, frames=2)
    density = densities(vectors, sessions)
    others = np.sort(np.linalg.norm(_unit(vectors)[:, None] - _unit(vectors)[None], axis=2), axis=1)
    expected = np.array(
        [
            1 / np.mean(np.linalg.norm(_unit(vectors)[sessions != sessions[i]] - _unit(vectors)[i], axis=1))
            for i in range(6)
        ]
    )
    assert others.shape == (6, 6)
    np.testing.assert_allclose(density.values, expected, rtol=1e-3)
    assert any("as few as 4" in notice for notice in density.notices)


def _unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_copies_in_every_session_have_the_highest_density_there_is():
    values = densities(np.ones((40, 5), dtype=np.float16), np.arange(40)).values
    assert values == pytest.approx(1 / CLOSEST)


def test_an_empty_set_gives_an_empty_density():
    density = densities(np.zeros((0, 5), dtype=np.float32), np.zeros(0, dtype=np.intp))
    assert density.values.shape == (0,)
    assert density.neighbours.shape == (0, NEIGHBOURS)


def test_empty_embeddings_have_no_density_and_spoil_none():
    vectors, sessions = session_vectors(np.random.default_rng(8), np.ones(DIMENSIONS), sessions=20, frames=2)
    vectors[3] = 0
    density = densities(vectors, sessions)
    assert np.flatnonzero(np.isnan(density.values)).tolist() == [3]
    assert 3 not in density.neighbours


class TestReference:
    def test_at_most_two_of_a_session_and_class(self):
        rng = np.random.default_rng(0)
        sessions, classes = rng.integers(30, size=900), rng.integers(3, size=900)
        chosen = choose_reference(sessions, classes)
        _, counts = np.unique(np.stack([sessions, classes], 1)[chosen], axis=0, return_counts=True)
        assert counts.max() == 2
        assert len(counts) == 90

    def test_every_class_keeps_its_share_under_the_limit(self):
        sessions = np.arange(5000)
        classes = np.repeat([0, 1, 2], [4000, 960, 40])
        chosen = choose_reference(sessions, classes, limit=500)
        counts = np.bincount(classes[chosen])
        assert len(chosen) <= 500
        assert counts[0] / counts[1] == pytest.approx(4000 / 960, rel=0.1)
        assert counts[2] >= 20

    def test_the_same_seed_chooses_the_same(self):
        sessions, classes = np.repeat(np.arange(50), 9), np.zeros(450, dtype=np.intp)
        assert np.array_equal(
            choose_reference(sessions, classes, seed=5), choose_reference(sessions, classes, seed=5)
        )
        assert not np.array_equal(
            choose_reference(sessions, classes, seed=5), choose_reference(sessions, classes, seed=6)
        )


def test_the_pool_of_plain_neighbours_is_bounded_and_said():
    vectors = np.random.default_rng(9).normal(size=(300, 6)).astype(np.float32)
    density = last_result(plain_density(vectors, limit=100))
    assert len(density.reference) == 100
    assert "sample of 100 of 300" in density.notices[0]
    assert "depends on frame rate" in density.definition


def test_percentiles_are_within_the_class():
    values = np.array([1, 2, 3, 4, 10, 20, np.nan], dtype=np.float32)
    classes = np.array([0, 0, 0, 0, 1, 1, 1])
    np.testing.assert_allclose(percentiles(values, classes), [12.5, 37.5, 62.5, 87.5, 25, 75, np.nan])


def test_progress_reaches_every_picture():
    vectors, sessions = session_vectors(np.random.default_rng(10), np.ones(DIMENSIONS), sessions=9, frames=3)
    steps = list(session_density(vectors, sessions, np.zeros(27, dtype=np.intp), ["a"]))
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert (steps[-1].done, steps[-1].total) == (27, 27)
