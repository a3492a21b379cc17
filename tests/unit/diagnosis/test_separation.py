"""Separation and its intervals: whole sessions are what is drawn."""

import numpy as np
import pytest

from thermview.diagnosis.separation import auroc, measure_separation


def test_auroc_counts_ties_half():
    high, low = np.array([1.0, 2, 2, 5]), np.array([2.0, 0, 4])
    expected = np.mean((high[:, None] > low) + 0.5 * (high[:, None] == low))
    assert auroc(high, low) == pytest.approx(expected)


def test_auroc_of_nothing_is_unknown():
    assert np.isnan(auroc(np.zeros(0), np.ones(3)))


def sessions_of(rng, shift, sessions=30, frames=10):
    """Values whose sessions vary by 1 and whose frames hardly do; half of the sessions normal, higher by shift."""
    codes = np.repeat(np.arange(sessions), frames)
    normal = (codes % 2 == 0).astype(np.int8)
    values = rng.normal(size=sessions)[codes] + shift * normal + 0.05 * rng.normal(size=len(codes))
    return values.astype(np.float32), normal, codes


def test_the_three_figures_are_what_they_say():
    values, normal, codes = sessions_of(np.random.default_rng(0), 2.0)
    found = measure_separation(values, normal, codes)
    high, low = values[normal == 1], values[normal == 0]
    gap = np.median(high) - np.median(low)
    spread = (np.subtract(*np.percentile(high, [75, 25])) + np.subtract(*np.percentile(low, [75, 25]))) / 2
    assert found.gap.value == pytest.approx(gap, rel=1e-5)
    assert found.gap_iqr.value == pytest.approx(gap / spread, rel=1e-5)
    assert found.auroc.value == pytest.approx(auroc(high, low))
    for figure in (found.gap, found.gap_iqr, found.auroc):
        assert figure.low <= figure.value <= figure.high


def test_intervals_cover_chance_however_many_frames_a_session_has():
    missed = 0
    for seed in range(60):
        values, normal, codes = sessions_of(np.random.default_rng(seed), 0.0, frames=20)
        area = measure_separation(values, normal, codes).auroc
        missed += not area.low <= 0.5 <= area.high
    assert missed <= 8  # of 60; pictures drawn one by one would miss some 40


def test_more_frames_of_the_same_sessions_make_nothing_surer():
    rng = np.random.default_rng(3)
    values, normal, codes = sessions_of(rng, 0.5, frames=2)
    few = measure_separation(values, normal, codes).auroc
    many = measure_separation(np.repeat(values, 20), np.repeat(normal, 20), np.repeat(codes, 20)).auroc
    assert many.high - many.low == pytest.approx(few.high - few.low, abs=0.03)


def test_bunches_of_sessions_give_the_interval_of_the_sessions(monkeypatch):
    values, normal, codes = sessions_of(np.random.default_rng(4), 0.5, sessions=600, frames=2)
    single = measure_separation(values, normal, codes).auroc
    monkeypatch.setattr("thermview.diagnosis.separation._MOST_UNITS", 150)
    bunched = measure_separation(values, normal, codes).auroc
    assert bunched.high - bunched.low == pytest.approx(single.high - single.low, rel=0.25)


def test_a_side_of_two_sessions_has_figures_but_no_interval():
    values, normal, codes = sessions_of(np.random.default_rng(1), 1.0, sessions=4)
    found = measure_separation(values, normal, codes)
    assert np.isfinite(found.auroc.value)
    assert np.isnan(found.auroc.low)


@pytest.mark.parametrize("normal", [np.ones(6, np.int8), np.zeros(6, np.int8), np.full(6, -1, np.int8)])
def test_one_side_alone_says_nothing(normal):
    found = measure_separation(np.arange(6.0), normal, np.arange(6))
    assert np.isnan([found.gap.value, found.gap_iqr.value, found.auroc.value]).all()


def test_unknown_densities_are_left_out():
    values, normal, codes = sessions_of(np.random.default_rng(2), 1.0)
    spoilt = values.copy()
    spoilt[codes == 0] = np.nan
    kept = codes != 0
    assert measure_separation(spoilt, normal, codes) == measure_separation(
        values[kept], normal[kept], codes[kept]
    )


def test_equal_densities_are_no_separation():
    found = measure_separation(np.ones(40), np.tile([0, 1], 20).astype(np.int8), np.repeat(np.arange(20), 2))
    assert found.auroc.value == 0.5
    assert np.isnan(found.gap_iqr.value)
