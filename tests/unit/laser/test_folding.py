"""What was folded comes out again: paths, phases, cycles."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from thermview.laser.folding import (
    bin_middles,
    cycle_mean,
    cycle_of,
    fold_counts,
    frame_near,
    ratio_to_typical,
    total_phase,
    typical_path,
)

PERIODS = st.floats(5.0, 40.0)
STARTS = st.floats(0.0, 0.99)


def wave(phase):
    return 5 + 3 * np.sin(2 * np.pi * phase) + np.cos(4 * np.pi * phase)


@given(PERIODS.filter(lambda p: abs(p * 7 - round(p * 7)) > 0.05), STARTS)
def test_folding_a_periodic_series_recovers_the_path(period, start):
    total = start + np.arange(20_000) / period
    path = typical_path(total, wave(total))
    assert np.abs(path - wave(bin_middles())).max() < 0.45  # a bin is 3 degrees wide


def test_few_frames_leave_no_hole_in_the_path():
    total = np.arange(40) / 9.87
    assert np.isfinite(typical_path(total, wave(total))).all()
    assert np.isnan(typical_path(total, np.full(40, np.nan))).all()


@given(PERIODS, STARTS, st.integers(60, 400))
def test_fractions_give_back_the_cycles_passed(period, start, frames):
    total = start + np.arange(frames) / period
    np.testing.assert_allclose(total_phase(np.mod(total, 1.0)), total, atol=1e-6)


def test_a_gap_of_several_cycles_is_counted_at_the_usual_speed():
    total = np.arange(1000) / 9.87
    fraction = np.mod(total, 1.0)
    fraction[300:377] = np.nan
    np.testing.assert_allclose(total_phase(fraction), total, atol=0.02)
    assert np.isnan(total_phase(np.full(5, np.nan))).all()


@given(PERIODS, STARTS)
def test_every_frame_is_in_one_cycle_and_found_again_by_its_phase(period, start):
    total = start + np.arange(300) / period
    for index in (0, 17, 150, 299):
        first, stop = cycle_of(total, index)
        assert first <= index < stop
        assert np.floor(total[first]) == np.floor(total[stop - 1]) == np.floor(total[index])
        assert frame_near(total, float(total[index])) == index
    assert frame_near(total, -5.0) == 0
    assert frame_near(total, 1e6) == 299


def test_each_known_frame_is_counted_once():
    rng = np.random.default_rng(1)
    phase, values = np.arange(500) / 9.87, rng.normal(size=500)
    values[::50] = np.nan
    counts = fold_counts(phase, values, (20, 30), (-9.0, 9.0))
    assert counts.shape == (20, 30)
    assert counts.sum() == 490


def test_a_drop_is_told_against_what_is_usual_at_its_phase():
    phase = np.arange(4000) / 9.87
    light = 1000 * wave(phase)
    light[2000:2100] *= 0.8
    ratio = ratio_to_typical(phase, light)
    assert abs(np.median(ratio[2000:2100]) - np.log(0.8)) < 0.02
    assert abs(np.median(ratio[:2000])) < 0.01
    assert np.isnan(ratio_to_typical(phase, np.zeros(4000))).all()


def test_a_mean_leaves_out_what_is_not_known():
    values = np.array([1, 1, np.nan, 1, 1, np.nan, np.nan, np.nan, np.nan, np.nan], np.float32)
    means = cycle_mean(values, 3)
    assert (means[:6] == 1).all()
    assert np.isnan(means[7:]).all()
