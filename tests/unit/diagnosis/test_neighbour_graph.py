"""The neighbour graph: nearly exact, and it says how nearly."""

import numpy as np
import pytest

from thermview.diagnosis import neighbour_graph as module
from thermview.diagnosis.nearest import unit_rows
from thermview.diagnosis.neighbour_graph import neighbour_graph
from thermview.jobs import last_result


def clustered(rng, clusters=60, each=40, dimensions=16):
    middles = rng.normal(size=(clusters, dimensions))
    rows = np.repeat(middles, each, axis=0) + 0.15 * rng.normal(size=(clusters * each, dimensions))
    return unit_rows(rows.astype(np.float32))


def exact(rows, k):
    cosines = rows @ rows.T
    np.fill_diagonal(cosines, -2)
    return np.argsort(-cosines, axis=1, kind="stable")[:, :k]


@pytest.fixture
def small_buckets(monkeypatch):
    monkeypatch.setattr(module, "PER_BUCKET", 40)


@pytest.mark.usefixtures("small_buckets")
def test_clustered_rows_keep_their_neighbours_and_the_figure_tells_the_truth():
    rows = clustered(np.random.default_rng(0))
    graph = last_result(neighbour_graph(rows, 10))
    truth = exact(rows, 10)
    kept = np.mean([len(np.intersect1d(a, b)) / 10 for a, b in zip(graph.neighbours, truth, strict=True)])
    assert kept > 0.97
    assert graph.agreement == pytest.approx(kept, abs=0.03)
    assert abs(graph.excess) < 0.01


@pytest.mark.usefixtures("small_buckets")
def test_where_buckets_cannot_hold_the_neighbours_the_figure_says_so(monkeypatch):
    monkeypatch.setattr(module, "MOST_PROBED", 1)
    rows = unit_rows(np.random.default_rng(1).normal(size=(2000, 30)).astype(np.float32))
    graph = last_result(neighbour_graph(rows, 10))
    truth = exact(rows, 10)
    kept = np.mean([len(np.intersect1d(a, b)) / 10 for a, b in zip(graph.neighbours, truth, strict=True)])
    assert kept < 0.5
    assert graph.agreement == pytest.approx(kept, abs=0.05)
    assert graph.excess > 0.01


def test_distances_are_those_between_rows_nearest_first():
    rows = clustered(np.random.default_rng(2), clusters=5)
    graph = last_result(neighbour_graph(rows, 5))
    away = np.linalg.norm(rows[:, None] - rows[graph.neighbours], axis=2)
    np.testing.assert_allclose(graph.distances, away, atol=2e-3)
    assert np.all(np.diff(graph.distances, axis=1) >= 0)
    assert not np.any(graph.neighbours == np.arange(len(rows))[:, None])


def test_rows_without_length_have_no_neighbours_and_are_none():
    rows = clustered(np.random.default_rng(3), clusters=4)
    rows[7] = np.nan
    graph = last_result(neighbour_graph(rows, 5))
    assert np.all(graph.neighbours[7] == -1)
    assert np.isinf(graph.distances[7]).all()
    assert 7 not in graph.neighbours


def test_fewer_rows_than_neighbours():
    graph = last_result(neighbour_graph(clustered(np.random.default_rng(4), 1, 3), 10))
    assert np.sum(graph.neighbours >= 0, axis=1).tolist() == [2, 2, 2]


@pytest.mark.usefixtures("small_buckets")
def test_a_projection_finds_neighbours_and_the_whole_measures_them():
    rng = np.random.default_rng(5)
    short = clustered(rng)
    whole = unit_rows(np.hstack([short, 0.3 * rng.normal(size=(len(short), 8)).astype(np.float32)]))
    graph = last_result(neighbour_graph(short, 10, exact=whole))
    away = np.linalg.norm(whole[:, None] - whole[graph.neighbours], axis=2)
    np.testing.assert_allclose(graph.distances, away, atol=2e-3)
    assert np.all(np.diff(graph.distances, axis=1) >= 0)


def test_the_same_rows_give_the_same_graph():
    rows = clustered(np.random.default_rng(6), clusters=8)
    first, second = (last_result(neighbour_graph(rows, 5)) for _ in range(2))
    assert np.array_equal(first.neighbours, second.neighbours)
