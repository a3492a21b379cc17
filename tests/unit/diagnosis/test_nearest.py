"""Exact neighbours: compared with the plain definition, written out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thermview.diagnosis.nearest import NearestSearch, RefinedSearch, unit_rows


def by_definition(queries, reference, groups, reference_groups, k):
    """All distances, own group left out, sorted: what the blocks must give."""
    distances = np.linalg.norm(unit_rows(queries)[:, None] - unit_rows(reference)[None], axis=2)
    distances[groups[:, None] == reference_groups[None]] = np.inf
    return np.sort(distances, axis=1)[:, :k]


def found(queries, reference, groups, reference_groups, k):
    blocks = list(NearestSearch(reference, reference_groups, k).blocks(queries, groups))
    assert [block.first for block in blocks] == list(
        np.cumsum([0, *(len(block.columns) for block in blocks)])[:-1]
    )
    return (
        np.concatenate([block.distances for block in blocks]),
        np.concatenate([block.columns for block in blocks]),
    )


@given(
    st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(0, 80), st.integers(1, 12), st.integers(1, 9)
)
@settings(max_examples=60, deadline=None)
def test_blocks_give_what_the_definition_says(seed, queries, references, k, groups):
    rng = np.random.default_rng(seed)
    q = rng.normal(size=(queries, 7)).astype(np.float32)
    r = rng.normal(size=(references, 7)).astype(np.float32)
    q_groups, r_groups = rng.integers(groups, size=queries), rng.integers(groups, size=references)
    distances, columns = found(q, r, q_groups, r_groups, k)
    expected = by_definition(q, r, q_groups, r_groups, k)
    np.testing.assert_allclose(distances[:, : expected.shape[1]], expected, atol=2e-3)
    assert np.all(np.isinf(distances[:, expected.shape[1] :]))
    assert np.array_equal(columns >= 0, np.isfinite(distances))
    assert not np.any((columns >= 0) & (r_groups[columns] == q_groups[:, None]) if references else False)


def test_the_search_in_strands_is_exact_too():
    rng = np.random.default_rng(3)
    reference = rng.normal(size=(5003, 16)).astype(np.float32)  # long enough for strands, and not a multiple
    queries, groups = rng.normal(size=(200, 16)).astype(np.float32), rng.integers(40, size=200)
    reference_groups = rng.integers(40, size=5003)
    distances, columns = found(queries, reference, groups, reference_groups, 10)
    np.testing.assert_allclose(
        distances, by_definition(queries, reference, groups, reference_groups, 10), atol=1e-4
    )
    told = np.linalg.norm(unit_rows(queries)[:, None] - unit_rows(reference)[columns], axis=2)
    np.testing.assert_allclose(told, distances, atol=1e-3)


def test_rows_without_length_have_no_neighbours_and_are_none():
    rows = np.array([[0, 0], [1, 0], [0, 1], [np.nan, 1]], dtype=np.float32)
    distances, columns = found(rows, rows, np.arange(4), np.arange(4), 3)
    assert np.all(np.isinf(distances[[0, 3]]))
    assert columns[1].tolist() == [2, -1, -1]
    assert distances[1, 0] == pytest.approx(np.sqrt(2))


def test_refined_search_is_exact_where_the_projection_loses_nothing():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(300, 6)).astype(np.float32)
    groups = rng.integers(20, size=300)
    wide = np.hstack([rows, np.zeros((300, 30), np.float32)])
    search = RefinedSearch(wide[:200], rows[:200], groups[:200], 5)
    (block,) = search.blocks(wide, rows, groups)
    expected = by_definition(rows, rows[:200], groups, groups[:200], 5)
    np.testing.assert_allclose(block.distances, expected, atol=1e-3)


def test_refined_search_leaves_places_empty_like_the_plain_one():
    rows = np.eye(4, dtype=np.float32)
    (block,) = RefinedSearch(rows, rows, np.arange(4), 6).blocks(rows, rows, np.arange(4))
    assert np.sum(block.columns >= 0, axis=1).tolist() == [3] * 4
    assert np.isinf(block.distances[:, 3:]).all()
