"""Clopper-Pearson intervals against published values and their own definition."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.scoring.intervals import clopper_pearson


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (5, 10, 0.1871, 0.8129), (1, 20, 0.0013, 0.2487)],
)
def test_known_values(hits, trials, low, high):
    assert clopper_pearson(hits, trials) == pytest.approx((low, high), abs=5e-5)


def test_without_hits_the_upper_end_has_a_closed_form():
    assert clopper_pearson(0, 300)[1] == pytest.approx(1 - 0.025 ** (1 / 300), rel=1e-9)


def test_without_trials_nothing_is_known():
    assert clopper_pearson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("hits", "trials"), [(-1, 3), (4, 3)])
def test_what_cannot_be_counted_is_refused(hits, trials):
    with pytest.raises(ValueError, match="hits of"):
        clopper_pearson(hits, trials)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_each_end_leaves_its_tail(case):
    hits, trials = case
    low, high = clopper_pearson(hits, trials)
    mass = [math.comb(trials, k) for k in range(trials + 1)]
    if hits:
        above = sum(mass[k] * low**k * (1 - low) ** (trials - k) for k in range(hits, trials + 1))
        assert above == pytest.approx(0.025, abs=1e-6)
    if hits < trials:
        below = sum(mass[k] * high**k * (1 - high) ** (trials - k) for k in range(hits + 1))
        assert below == pytest.approx(0.025, abs=1e-6)
    assert low <= hits / trials <= high
