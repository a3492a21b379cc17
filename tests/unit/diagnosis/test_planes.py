"""Moments by blocks are those of all rows at once, and frame rate does not turn the axes."""

import numpy as np
import pytest

from thermview.diagnosis import planes
from thermview.diagnosis.nearest import unit_rows
from thermview.diagnosis.planes import (
    axes_of_class_means,
    compacted,
    principal_axes,
    projected,
    session_weights,
    sum_moments,
)
from thermview.jobs import last_result


@pytest.fixture
def rows():
    return (np.random.default_rng(0).normal(size=(500, 12)) * np.arange(1, 13)).astype(np.float32)


def moments_of(rows, weights=None, classes=None, parts=None, part_count=1):
    count = len(rows)
    return last_result(
        sum_moments(
            rows,
            np.ones(count) if weights is None else weights,
            np.zeros(count, np.intp) if classes is None else classes,
            3,
            np.zeros(count, np.intp) if parts is None else parts,
            part_count,
        )
    )


def test_blocks_and_parts_add_up(rows, monkeypatch):
    monkeypatch.setattr(planes, "_BLOCK_NUMBERS", 256 * 12)
    rng = np.random.default_rng(1)
    weights, classes, parts = rng.random(500), rng.integers(3, size=500), rng.integers(2, size=500)
    first, second = moments_of(rows, weights, classes, parts, 2)
    together = first + second
    unit = unit_rows(rows).astype(np.float64)
    np.testing.assert_allclose(together.covariance, np.cov(unit.T, aweights=weights, ddof=0), atol=1e-6)
    np.testing.assert_allclose(together.mean, np.average(unit, axis=0, weights=weights), atol=1e-6)
    means = [np.average(unit[classes == c], axis=0, weights=weights[classes == c]) for c in range(3)]
    np.testing.assert_allclose(together.class_means, means, atol=1e-6)


def test_rows_without_length_count_nothing(rows):
    spoilt = np.vstack([rows, np.zeros((1, 12), np.float32), np.full((1, 12), np.nan, np.float32)])
    np.testing.assert_allclose(moments_of(spoilt)[0].covariance, moments_of(rows)[0].covariance)


def test_axes_are_those_of_a_decomposition(rows):
    axes = principal_axes(moments_of(rows)[0], 2)
    unit = unit_rows(rows).astype(np.float64)
    _, lengths, directions = np.linalg.svd(unit - unit.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(np.abs(axes.directions.T @ directions[:2].T), np.eye(2), atol=1e-3)
    np.testing.assert_allclose(axes.variances, lengths[:2] ** 2 / 500, rtol=1e-3)
    plane = last_result(projected(rows, axes, 2))
    np.testing.assert_allclose(plane.mean(axis=0), 0, atol=1e-5)


def test_frame_rate_does_not_turn_the_axes(rows):
    sessions, classes = np.arange(500), np.zeros(500, np.intp)
    often = np.concatenate([np.arange(500), np.repeat(np.arange(5), 300)])
    once = moments_of(rows, session_weights(sessions, classes))[0]
    many = moments_of(rows[often], session_weights(sessions[often], classes[often]))[0]
    np.testing.assert_allclose(many.covariance, once.covariance, atol=1e-6)


def test_the_parting_plane_goes_through_class_means():
    rng = np.random.default_rng(2)
    classes = np.repeat([0, 1, 2], 50)
    wide = rng.normal(size=(150, 10)) * np.r_[5, 5, 5, np.full(7, 0.1)]
    wide[:, 3] += 2 * (classes == 0)
    wide[:, 4] += 2 * (classes == 1)
    wide[:, 5] += 3
    axes = axes_of_class_means(moments_of(wide.astype(np.float32), classes=classes)[0])
    share = np.sum(axes.directions[[3, 4]] ** 2)
    assert share > 0.8


def test_one_class_gives_a_flat_plane(rows):
    plane = last_result(projected(rows, axes_of_class_means(moments_of(rows)[0]), 2))
    assert plane.shape == (500, 2)
    assert not plane.any()


def test_compacted_rows_keep_cosines():
    rng = np.random.default_rng(3)
    rows = (rng.normal(size=(300, 6)) @ rng.normal(size=(6, 40))).astype(np.float32)
    short = last_result(compacted(rows, moments_of(rows)[0], 8)).astype(np.float32)
    unit = unit_rows(rows)
    np.testing.assert_allclose(short @ short.T, unit @ unit.T, atol=5e-3)
