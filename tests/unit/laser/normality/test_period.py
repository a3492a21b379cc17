"""The cycle of a scan is found in moving spots that no simulator of the package has drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from thermview.errors import ReadError
from thermview.laser.normality.period import even_part, period_of

Frames = NDArray[Any]


def moving_spot(
    shape: tuple[int, int], period: float, frames: int, seed: int, noise: float = 0.3
) -> NDArray[np.uint16]:
    """A Gaussian spot on a lopsided loop, once around in `period` frames, rounded to counts."""
    rng = np.random.default_rng(seed)
    one, two, three, start = rng.uniform(0, 2 * np.pi, 4)
    turn = 2 * np.pi * np.arange(frames) / period + start
    row = (shape[0] - 1) * (0.5 + 0.3 * np.sin(turn + one) + 0.1 * np.sin(2 * turn + two))
    column = (shape[1] - 1) * (0.5 + 0.3 * np.cos(turn + one) + 0.1 * np.sin(2 * turn + three))
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    away = (rows - row[:, None, None]) ** 2 + (columns - column[:, None, None]) ** 2
    light = 180.0 * np.exp(-away / (2 * 1.4**2)) + rng.normal(0.0, noise, away.shape)
    return np.clip(np.rint(light), 0, 1023).astype(np.uint16)


@pytest.mark.parametrize("shape", [(8, 8), (15, 21), (12, 32), (24, 24)])
@pytest.mark.parametrize("period", [7.37, 9.87, 11.3, 14.142, 16.6])
def test_the_cycle_is_found_to_a_thousandth(shape: tuple[int, int], period: float) -> None:
    for seed in range(2):
        assert period_of(moving_spot(shape, period, 900, seed)) == pytest.approx(period, rel=1e-3)


@pytest.mark.parametrize("period", [7.3, 8.61, 9.87, 12.77, 19.83])
def test_of_three_hundred_frames_the_cycle_is_known_to_half_a_hundredth(period: float) -> None:
    assert period_of(moving_spot((15, 21), period, 300, 1)) == pytest.approx(period, rel=5e-3)


def test_noise_hides_no_cycle_that_is_seen() -> None:
    assert period_of(moving_spot((15, 21), 9.87, 900, 3, noise=8.0)) == pytest.approx(9.87, rel=1e-3)


@pytest.mark.parametrize("factor", [0.02, 0.1, 5.0])
def test_how_bright_the_spot_is_plays_no_part(factor: float) -> None:
    frames = moving_spot((15, 21), 9.87, 900, 4).astype(np.float32) * factor
    assert period_of(frames) == pytest.approx(9.87, rel=1e-3)


@pytest.mark.parametrize("period", [7.0, 8.5, 10.0, 13.0])
def test_a_scan_in_step_with_the_camera(period: float) -> None:
    assert period_of(moving_spot((15, 21), period, 900, 0)) == pytest.approx(period, rel=1e-3)


@pytest.mark.parametrize("frames", [90, 120, 150])
def test_ten_cycles_are_enough(frames: int) -> None:
    assert period_of(moving_spot((15, 21), 9.87, frames, 0)) == pytest.approx(9.87, rel=5e-3)


def slipping(at_once: bool) -> tuple[Frames, NDArray[np.bool_]]:
    """Frames of which the middle third is no plain path, and where they are; with `at_once` the clock is half a cycle
    behind afterwards."""
    once = moving_spot((15, 21), 9.87, 400, 0)
    again = (
        moving_spot((15, 21), 9.87, 905, 0)[405:] if at_once else moving_spot((15, 21), 9.87, 900, 0)[400:]
    )
    plain = np.ones(len(once) + len(again), np.bool_)
    plain[300:400] = False
    return np.concatenate([once, again]), plain


def test_a_detour_that_loses_the_clock_leaves_the_longest_plain_stretch() -> None:
    frames, plain = slipping(at_once=True)
    period, even = even_part(frames, plain)
    assert period == pytest.approx(9.87, rel=1e-3)
    assert np.flatnonzero(even).tolist() == list(range(400, 900))


def test_a_detour_that_keeps_the_clock_leaves_all_plain_frames() -> None:
    frames, plain = slipping(at_once=False)
    period, even = even_part(frames, plain)
    assert period == pytest.approx(9.87, rel=1e-3)
    assert np.array_equal(even, plain)


def test_where_nothing_repeats_no_stretch_is_even() -> None:
    noise = np.random.default_rng(0).poisson(3.0, (900, 15, 21))
    plain = np.ones(900, np.bool_)
    with pytest.raises(ReadError, match="no cycle"):
        even_part(noise, plain, "0007.npz")
    plain[:100] = False
    with pytest.raises(ReadError, match="no cycle"):
        even_part(noise, plain, "0007.npz")


def refused(frames: Frames) -> str:
    with pytest.raises(ReadError) as caught:
        period_of(frames, "0007.npz")
    assert str(caught.value).startswith("0007.npz: ")
    return str(caught.value)


def test_noise_is_refused() -> None:
    assert "no cycle" in refused(np.random.default_rng(0).poisson(5.0, (600, 15, 21)))


def test_darkness_is_refused() -> None:
    assert "dark" in refused(np.zeros((600, 15, 21), np.uint16))


@pytest.mark.parametrize("frames", [1, 2, 11])
def test_less_than_three_of_the_shortest_cycles_are_refused(frames: int) -> None:
    assert "short" in refused(moving_spot((15, 21), 9.87, frames, 0))


def test_one_flash_is_no_cycle() -> None:
    frames = np.zeros((600, 15, 21), np.uint16)
    frames[300, 5, 5] = 500
    refused(frames)


@pytest.mark.parametrize("level", [1, 7, 1023])
def test_what_never_changes_is_refused(level: int) -> None:
    refused(np.full((600, 15, 21), level, np.uint16))


@pytest.mark.parametrize("frames", [28, 34, 40, 45, 50, 55, 60, 75])
def test_a_short_recording_has_a_true_cycle_or_is_refused(frames: int) -> None:
    for seed in range(4):
        for period in (7.37, 9.87, 12.3, 16.6):
            try:
                found = period_of(moving_spot((15, 21), period, frames, seed))
            except ReadError:
                continue
            assert found == pytest.approx(period, rel=0.03)
