"""Limits promise what they can: by Monte Carlo, on maxima whose law is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from thermview.inference import Channel, Lane
from thermview.laser.normality.calibrate import Limits, calibrated

LANES = (
    Lane(
        cause="a",
        channels=(
            Channel(features=("x",), window=1, limit=0.5),
            Channel(features=("y",), window=3, limit=0.2),
        ),
    ),
    Lane(cause="b", channels=(Channel(features=("z",), window=1, limit=0.1),)),
)
Doubles = NDArray[np.float64]


def normal_maxima(count: int, seed: int, spread: float = 0.15) -> Doubles:
    """Largest values of `count` normal recordings: log-normal, each channel with a scale of its own."""
    rng = np.random.default_rng(seed)
    return np.asarray(np.exp(rng.normal(0.0, spread, (count, 3))) * np.array([3.0, 1.0, 0.4]))


def limits_of(limits: Limits) -> Doubles:
    return np.array([channel.limit for lane in limits.lanes for channel in lane.channels])


def score(maxima: Doubles, limits: Limits) -> Doubles:
    return np.asarray((maxima / limits_of(limits)).max(axis=1))


@pytest.mark.parametrize("count", [2, 4, 8, 20, 60, 150])
@pytest.mark.parametrize("rate", [0.01, 0.1])
def test_no_more_is_promised_than_so_many_recordings_can_show(count: int, rate: float) -> None:
    limits = calibrated(normal_maxima(count, 1), LANES, rate)
    used = count - len(limits.suspects)
    assert limits.promised == max(rate, 1 / (used + 1))
    assert len(limits.normals) == used


@pytest.mark.parametrize("count", [2, 4, 8, 20, 60])
@pytest.mark.parametrize("seed", range(5))
def test_normals_stay_below_the_threshold(count: int, seed: int) -> None:
    limits = calibrated(normal_maxima(count, seed), LANES)
    assert limits.normals == tuple(sorted(limits.normals))
    assert 0 < limits.normals[0] <= limits.normals[-1] < 1.0


def test_the_highest_normal_is_judged_by_limits_that_it_had_no_part_in() -> None:
    maxima = normal_maxima(30, 2)
    limits = calibrated(maxima, LANES)
    assert limits.suspects == ()
    assert limits.normals[-1] > score(maxima, limits).max()


def test_lanes_change_in_nothing_but_their_limits() -> None:
    limits = calibrated(normal_maxima(30, 3), LANES)
    for lane, given in zip(limits.lanes, LANES, strict=True):
        for channel, plain in zip(lane.channels, given.channels, strict=True):
            assert channel.model_copy(update={"limit": plain.limit}) == plain


def test_a_limit_is_not_made_of_rounding() -> None:
    tiny = normal_maxima(30, 4) * 1e-6
    least = np.array([0.5, 0.2, 0.1])
    assert (limits_of(calibrated(tiny, LANES)) >= 0.4 * least).all()
    assert np.isfinite(limits_of(calibrated(np.zeros((8, 3)), LANES))).all()


@pytest.mark.parametrize("how", ["rise", "mean", "spread"])
def test_a_limit_can_always_be_exceeded(how: str) -> None:
    """A feature that goes no higher than 1 and is 0.7 in one normal recording still raises an alarm at 1."""
    channel = Channel.model_validate({"features": ("x",), "window": 1, "how": how, "clip": 1.0, "limit": 0.4})
    maxima = np.zeros((10, 1))
    maxima[[2, 5], 0] = 0.4, 0.7
    limits = calibrated(maxima, (Lane(cause="a", channels=(channel,)),))
    assert 0.7 < limits_of(limits)[0] < 0.9


def test_recordings_that_are_all_the_same_are_calibrated() -> None:
    limits = calibrated(np.repeat(normal_maxima(1, 5), 8, axis=0), LANES)
    assert limits.suspects == ()
    assert limits.normals[-1] < 1.0


@pytest.mark.parametrize("channel", [0, 1, 2])
@pytest.mark.parametrize("factor", [10.0, 1e6])
def test_an_outlier_is_suspected_and_moves_nothing(channel: int, factor: float) -> None:
    maxima = normal_maxima(16, 6)
    without = calibrated(np.delete(maxima, 11, axis=0), LANES)
    maxima[11, channel] *= factor
    limits = calibrated(maxima, LANES)
    assert limits.suspects == (11,)
    np.testing.assert_allclose(limits_of(limits), limits_of(without), rtol=1e-4)
    assert limits.normals == without.normals


def test_a_frame_that_the_camera_lost_makes_no_recording_suspect() -> None:
    lost = Channel(features=("lost",), window=11, limit=0.02)
    maxima = np.column_stack([normal_maxima(12, 8), np.zeros(12)])
    maxima[[2, 5], 3] = 1 / 11
    limits = calibrated(maxima, (*LANES, Lane(cause="sensor", channels=(lost,))))
    assert limits.suspects == ()
    assert limits.lanes[-1].channels[0].limit > 1 / 11


def test_at_most_a_third_can_be_suspected() -> None:
    maxima = normal_maxima(12, 7)
    maxima[4:] *= np.geomspace(20.0, 1e4, 8)[:, None]
    assert len(calibrated(maxima, LANES).suspects) <= 4


def test_clean_recordings_are_hardly_ever_suspected() -> None:
    named = sum(len(calibrated(normal_maxima(12, seed), LANES).suspects) for seed in range(200))
    assert named <= 0.005 * 200 * 12


@pytest.mark.parametrize(("count", "rate"), [(4, 0.01), (9, 0.01), (30, 0.1), (99, 0.01)])
def test_a_new_normal_alarms_no_more_often_than_promised(count: int, rate: float) -> None:
    """Exchangeable recordings, many calibrations with one new recording each."""
    trials, alarms, promised = 400 if count > 50 else 1000, 0, 0.0
    for seed in range(trials):
        maxima = normal_maxima(count + 1, seed)
        limits = calibrated(maxima[:-1], LANES, rate)
        alarms += bool(score(maxima[-1:], limits)[0] > 1.0)
        promised = max(promised, limits.promised if not limits.suspects else 0.0)
    noise = 3.0 * np.sqrt(promised * (1 - promised) / trials)
    assert alarms / trials <= promised + noise


def test_recordings_with_long_tails_keep_the_promise_too() -> None:
    """The tail of a normal distribution is a guess that the count of recordings makes good."""
    trials, alarms = 1000, 0
    for seed in range(trials):
        rng = np.random.default_rng(seed)
        maxima = np.exp(0.2 * rng.standard_t(3, (10, 3)))
        limits = calibrated(maxima[:-1], LANES)
        alarms += bool(score(maxima[-1:], limits)[0] > 1.0)
    assert alarms / trials <= 0.1 + 0.1 / 3 + 0.02  # 9, or 6 of them at least, calibrate
