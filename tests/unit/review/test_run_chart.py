"""Laws of the run chart: what moves with the scores, what an outlier cannot move, what is found and when."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import SHARED, needs_shared

from thermview.review.level_shifts import level_shifts
from thermview.review.micro_events import binomial_tail, clusters_of
from thermview.review.other_scores import read_other_scores
from thermview.review.robust import mad_sigma, range_sigma, ranks, robust_z, spearman, wide_range_sigma
from thermview.review.run_chart import LEAST_SCORES, control_limits, run_chart, usual_reference

SEEDS = st.integers(0, 2**32 - 1)


def normal(seed: int, count: int = 114) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=count)


# -- robust statistics -----------------------------------------------------------------------------


def test_every_sigma_is_one_for_a_standard_normal_row():
    row = normal(1, 200_000)
    for sigma in (mad_sigma, range_sigma, wide_range_sigma):
        assert sigma(row) == pytest.approx(1, abs=0.01), sigma


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=60))
def test_a_z_is_taken_from_all_the_others(values):
    row = np.array(values)
    for index, z in enumerate(robust_z(row)):
        others = np.delete(row, index)
        sigma = mad_sigma(others)
        if sigma > 0:
            assert z == pytest.approx((row[index] - np.median(others)) / sigma, rel=1e-6, abs=1e-9)
        else:
            assert math.isnan(z)


def test_ranks_share_the_mean_where_values_are_equal():
    assert ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [3.5, 1.0, 3.5, 2.0]


@given(SEEDS)
def test_a_rank_correlation_asks_for_the_order_alone(seed):
    one, other = normal(seed, 30), normal(seed + 1, 30)
    found = spearman(one, other)
    assert spearman(np.exp(one), other**3) == pytest.approx(found)
    assert spearman(one, -other) == pytest.approx(-found)
    assert spearman(one, one) == pytest.approx(1)


def test_there_is_no_correlation_of_too_few_or_of_a_constant():
    assert spearman(np.array([1.0, 2.0]), np.array([1.0, 2.0])) is None
    assert spearman(np.arange(5.0), np.ones(5)) is None


# -- limits and average ----------------------------------------------------------------------------


@given(SEEDS, st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_what_is_found_moves_and_grows_with_the_scores(seed, shift, scale):
    row = normal(seed)
    row[70:] += 4
    plain, moved = run_chart(row), run_chart(shift + scale * row)
    assert plain.limits is not None
    assert moved.limits is not None
    assert moved.limits.upper == pytest.approx(shift + scale * plain.limits.upper, rel=1e-6, abs=1e-6)
    assert moved.ewma.values == pytest.approx(shift + scale * plain.ewma.values, rel=1e-6, abs=1e-6)
    assert (moved.beyond, moved.alarms) == (plain.beyond, plain.alarms)
    assert [s.at for s in moved.shifts] == [s.at for s in plain.shifts]


@given(SEEDS, st.integers(0, 113), st.sampled_from([-1e9, -50.0, 50.0, 1e3, 1e12]))
def test_one_huge_outlier_hardly_moves_limits_and_is_no_shift(seed, place, size):
    row = normal(seed)
    before = run_chart(row)
    row[place] = size
    after = run_chart(row)
    assert after.limits.upper == pytest.approx(before.limits.upper, abs=0.6)
    assert after.limits.lower == pytest.approx(before.limits.lower, abs=0.6)
    assert place in after.beyond
    assert all(abs(s.at - place) > 1 for s in after.shifts)
    other = row.copy()
    other[place] = 1e3 * size
    assert run_chart(other).limits == after.limits


@given(st.integers(1, 113), st.floats(10, 1e12))
def test_one_score_alone_never_takes_the_average_out_of_its_limits(place, size):
    row = np.tile([-0.5, 0.0, 0.5], 38)
    assert run_chart(row).ewma.signals == ()
    row[place] = size
    assert run_chart(row).ewma.signals == ()


@given(SEEDS)
def test_a_lasting_step_of_four_sigma_takes_the_average_out_within_ten(seed):
    row = normal(seed)
    row[57:] += 4
    signals = run_chart(row, reference=57).ewma.signals
    assert any(57 <= n < 67 for n in signals)


def test_a_slow_drift_takes_the_average_out_before_a_single_score():
    row = normal(3, 200) * 0.5
    row[100:] += np.linspace(0, 1.6, 100)
    chart = run_chart(row)
    assert chart.ewma.signals[0] >= 100
    assert chart.ewma.signals[0] < min((n for n in chart.beyond if n >= 100), default=200)


def test_the_reference_is_the_first_half_but_twenty_at_least():
    assert [usual_reference(n) for n in (5, 20, 30, 114)] == [5, 20, 20, 57]
    row = np.concatenate([normal(0, 30), 100 + normal(1, 30)])
    assert abs(control_limits(row[:30], 29).centre) < 1
    assert run_chart(row, reference=60).limits.reference == 60


def test_too_few_scores_or_equal_ones_have_no_limits_and_it_is_said():
    few = run_chart([1.0, 2.0, 9.0], threshold=5.0)
    assert few.limits is None
    assert few.alarms == (2,)
    assert f"at least {LEAST_SCORES}" in few.notices[0]
    assert "all equal" in run_chart(np.ones(30)).notices[0]
    assert "without alarm" in run_chart(np.arange(30.0), threshold=6.0, reference=10).notices[0]
    assert run_chart([]).limits is None


@given(SEEDS, st.sets(st.integers(0, 113), max_size=40))
def test_what_is_known_to_be_an_alarm_takes_part_in_neither_limits_nor_average(seed, places):
    row = normal(seed)
    alarmed = np.zeros(114, bool)
    alarmed[list(places)] = True
    high = np.where(alarmed, 7.0, row)
    low, chart = run_chart(row, alarmed=alarmed), run_chart(high, alarmed=alarmed)
    assert chart.limits == low.limits
    assert chart.ewma.signals == low.ewma.signals
    assert chart.alarms == tuple(sorted(places))
    assert np.isnan(chart.ewma.values[alarmed]).all()


@given(SEEDS, st.sets(st.integers(0, 113), max_size=20))
def test_missing_scores_take_part_in_nothing(seed, missing):
    row = normal(seed)
    row[60:] += 5
    gaps = np.insert(row, sorted(missing), np.nan)
    places = np.flatnonzero(np.isfinite(gaps))
    plain, chart = run_chart(row), run_chart(gaps)
    assert (chart.limits.centre, chart.limits.sigma) == (plain.limits.centre, plain.limits.sigma)
    assert chart.limits.last == places[plain.limits.last]
    assert chart.beyond == tuple(places[list(plain.beyond)])
    assert [s.at for s in chart.shifts] == [places[s.at] for s in plain.shifts]
    assert np.isnan(chart.ewma.values[np.isnan(gaps)]).all()


@pytest.mark.parametrize("weight", [0.0, -1.0, 1.01])
def test_a_weight_outside_of_its_range_is_refused(weight):
    with pytest.raises(ValueError, match="weight"):
        run_chart(normal(0), weight=weight)


# -- shifts, micro-events, precursors --------------------------------------------------------------


@given(SEEDS, st.integers(10, 104), st.sampled_from([-1, 1]))
def test_a_step_of_four_sigma_is_found_where_it_is(seed, at, side):
    row = normal(seed)
    row[at:] += 4 * side
    near = [s for s in level_shifts(row, sigma=1.0) if abs(s.at - at) <= 3]
    assert len(near) == 1
    assert side * near[0].sigmas == pytest.approx(4, abs=1.5)


def test_a_row_without_a_step_has_a_shift_in_less_than_three_of_a_hundred():
    found = sum(bool(level_shifts(normal(seed))) for seed in range(300))
    skewed = sum(bool(level_shifts(np.random.default_rng(s).gamma(2, size=114))) for s in range(300))
    assert found < 9
    assert skewed < 9


def test_two_steps_of_different_height_are_both_told():
    row = np.concatenate([normal(0, 40), 6 + normal(1, 40), 30 + normal(2, 40)])
    assert [round(s.at / 40) for s in level_shifts(row)] == [1, 2]


def test_numbers_that_jump_between_two_values_are_no_row_of_shifts():
    jumps = np.random.default_rng(0).choice([0.3, 2.0], 114, p=[0.7, 0.3]) + 0.01 * normal(0)
    assert len(level_shifts(jumps)) <= 1


@given(st.integers(0, 30), st.integers(1, 30), st.floats(0.01, 0.99))
def test_a_binomial_tail_is_the_sum_of_its_terms(successes, trials, share):
    terms = [
        math.comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(successes, trials + 1)
    ]
    assert binomial_tail(successes, trials, share) == pytest.approx(min(sum(terms), 1), rel=1e-9)


def test_raised_recordings_close_together_are_a_cluster_and_far_apart_are_none():
    close = np.zeros(114, bool)
    close[[50, 51, 53, 54]] = True
    assert [c.members for c in clusters_of(close)] == [(50, 51, 53, 54)]
    apart = np.zeros(114, bool)
    apart[[5, 40, 75, 110]] = True
    assert clusters_of(apart) == ()
    assert clusters_of(np.ones(114, bool)) == ()


def test_micro_events_before_an_alarm_are_its_precursors():
    row = 0.2 * np.sin(np.arange(114.0) * 2.4)
    row[[50, 51, 53, 54]] += 0.8
    row[58] = 50.0
    chart = run_chart(row, threshold=5.0)
    assert chart.alarms == (58,)
    assert [c.members for c in chart.clusters] == [(50, 51, 53, 54)]
    (precursor,) = chart.precursors
    assert (precursor.alarm, precursor.first) == (58, 50)
    assert "micro-events" in precursor.signs


# -- published scores ------------------------------------------------------------------------------


@needs_shared
@pytest.mark.parametrize(
    ("method", "z"), [("kde_amd_normal", 516), ("mlp_normal", 115), ("global_kde_normal", 384)]
)
def test_1673_stands_out_among_the_published_scores_of_its_batch(method, z):
    scores = read_other_scores(Path(SHARED) / "laser" / "published_scores.csv")
    values = next(s.values for s in scores.series if s.method == method)
    names = [name for name in values if name.startswith("Type16/")]
    row = np.array([values[name] for name in names])
    at = names.index("Type16/1673")
    assert robust_z(row)[at] == pytest.approx(z, abs=1)
    assert at in run_chart(row).alarms


@needs_shared
@pytest.mark.parametrize("method", ["kde_amd_normal", "mlp_normal"])
def test_the_recordings_before_1673_are_told_as_its_precursors(method):
    scores = read_other_scores(Path(SHARED) / "laser" / "published_scores.csv")
    values = next(s.values for s in scores.series if s.method == method)
    names = [name for name in values if name.startswith("Type16/")]
    chart = run_chart([values[name] for name in names])
    (precursor,) = chart.precursors
    assert names[precursor.alarm] == "Type16/1673"
    assert names[precursor.first] in ("Type16/1667", "Type16/1668")
    assert "micro-events" in precursor.signs
