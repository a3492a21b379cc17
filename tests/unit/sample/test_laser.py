"""Simulated laser recordings: repeatable, in the right shape, and like the real frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from shared_data import SHARED, needs_shared

from thermview.capture.batch import BATCH_KEYS
from thermview.sample.laser import LaserBatch, make_batch, simulate, summary_statistics
from thermview.sample.laser_batch import Path
from thermview.sample.laser_motion import LEAD
from thermview.sample.laser_optics import PARTS, Beam, Camera, difference_frames
from thermview.sample.laser_path import NOMINAL, Timing, make_patterns


@pytest.fixture(scope="module")
def batch() -> LaserBatch:
    return make_batch(5, 1, rows=15, columns=21, obstacles=2)


def test_same_arguments_give_the_same_recording_in_any_order(batch: LaserBatch) -> None:
    first = simulate(batch, 3, 300)
    simulate(batch, 4, 200)
    again = simulate(make_batch(5, 1, rows=15, columns=21, obstacles=2), 3, 300)
    np.testing.assert_array_equal(first.frames, again.frames)
    assert first.metadata == again.metadata


def test_recordings_seeds_and_batches_differ(batch: LaserBatch) -> None:
    frames = simulate(batch, 3, 300).frames
    other_batch = make_batch(6, 1, rows=15, columns=21, obstacles=2)
    for other in (simulate(batch, 4, 300), simulate(batch, 3, 300, seed=1), simulate(other_batch, 3, 300)):
        assert (frames != other.frames).mean() > 0.05


@given(
    rows=st.integers(8, 32),
    columns=st.integers(8, 32),
    obstacles=st.integers(0, 2),
    frames=st.integers(50, 120),
)
@settings(max_examples=30, deadline=None)
def test_any_region_gives_10_bit_difference_frames(
    rows: int, columns: int, obstacles: int, frames: int
) -> None:
    recording = simulate(make_batch(36, 0, rows=rows, columns=columns, obstacles=obstacles), 0, frames)
    assert recording.frames.shape == (frames, rows, columns)
    assert recording.frames.dtype == np.uint16
    assert 20 < recording.frames.max() <= 1023
    assert recording.truth is None


@pytest.mark.parametrize("frames", [1023, 1024, 1025, 2049])
def test_a_longer_recording_has_no_seam_where_pieces_join(batch: LaserBatch, frames: int) -> None:
    sums = simulate(batch, 0, frames).frames.sum(axis=(1, 2), dtype=float)
    assert len(sums) == frames
    assert sums[1015:1035].min() > 0.25 * sums.mean()
    assert sums[1015:1035].max() < 2.5 * sums.mean()


@pytest.mark.parametrize("obstacles", [0, 1, 2])
def test_metadata_has_the_ten_keys_and_minus_one_where_an_obstacle_is_absent(obstacles: int) -> None:
    metadata = simulate(make_batch(12, 0, rows=14, columns=24, obstacles=obstacles), 7, 2000).metadata
    assert set(metadata) == set(BATCH_KEYS)
    assert all(type(value) is int for value in metadata.values())
    assert metadata["Index"] == 12
    for number in (1, 2):
        start, end = metadata[f"KeyfIniObstacle{number}"], metadata[f"KeyfEndObstacle{number}"]
        if number <= obstacles:
            assert 0 < start < end < 2000
        else:
            assert (start, end) == (-1, -1)


def test_borders_follow_either_reading_and_the_length_may_be_one_more() -> None:
    widths, lengths = set(), set()
    for index in range(1, 37):
        metadata = simulate(make_batch(index, 0, rows=12, columns=18, obstacles=0), 0, 50).metadata
        widths.add(metadata["RightBordPx"] - metadata["LeftBordPx"] + 1)
        lengths.add(metadata["SizeInFrames"])
    assert {18, 19} <= widths <= {18, 19, 20, 21}
    assert lengths == {50, 51}


@pytest.mark.parametrize(
    ("index", "rows", "columns", "obstacles"),
    [(0, 15, 21, 0), (37, 15, 21, 0), (1, 15, 21, 3), (1, 7, 21, 0), (1, 15, 33, 0)],
)
def test_impossible_batches_are_refused(index: int, rows: int, columns: int, obstacles: int) -> None:
    with pytest.raises(ValueError, match="not within"):
        make_batch(index, 0, rows=rows, columns=columns, obstacles=obstacles)


def test_too_short_a_recording_is_refused(batch: LaserBatch) -> None:
    with pytest.raises(ValueError, match="at least 50 frames"):
        simulate(batch, 0, 49)


def test_patterns_have_the_stated_numbers_of_segments_and_close(batch: LaserBatch) -> None:
    assert [len(pattern.ends) - 1 for pattern in batch.patterns] == [8, 18, 10, 18]
    for pattern in batch.patterns:
        np.testing.assert_allclose(pattern.corners[0], pattern.corners[-1])
        np.testing.assert_allclose([pattern.ends[0], pattern.ends[-1]], [0.0, 1.0])
        assert (np.diff(pattern.ends) > 0).all()
        assert np.abs(pattern.corners[:, 0]).max() == 1.0


def test_the_eight_runs_at_unequal_speeds(batch: LaserBatch) -> None:
    shares = np.diff(batch.patterns[NOMINAL].ends) * batch.period
    assert 4.0 < shares[0] < 5.2  # frames on the right edge
    assert 1.7 < shares[4] < 2.5  # on the left edge
    assert shares[2] < 1.3  # downwards in the middle


def test_the_cycle_is_the_batches_and_its_phase_slides(batch: LaserBatch) -> None:
    frames = simulate(batch, 1, 4000).frames
    columns = frames.sum(axis=1, dtype=float)
    power = np.abs(np.fft.rfft(columns[:, 8] - columns[:, 8].mean(), 1 << 16)) ** 2
    rates = np.fft.rfftfreq(1 << 16)
    near = (rates > 0.09) & (rates < 0.12)
    found = 1.0 / rates[near][np.argmax(power[near])]
    assert found == pytest.approx(batch.period, rel=3e-3)
    assert abs(found - 10.0) > 0.03


def test_gains_are_the_dominant_fixed_pattern() -> None:
    gains = [make_batch(i, 0, rows=15, columns=21, obstacles=0).camera.gain for i in range(1, 13)]
    assert np.mean([gain.std() for gain in gains]) == pytest.approx(0.54, abs=0.06)
    assert min(gain.min() for gain in gains) >= np.float32(0.2)
    assert max(gain.max() for gain in gains) <= 3.0


def _simulated_figures() -> list[dict[str, float]]:
    """54 frames out of each of 24 batches of the real region's size."""
    figures = []
    for index in range(1, 25):
        batch = make_batch(index, 0, rows=15, columns=21, obstacles=index % 3)
        figures.append(summary_statistics(simulate(batch, 1, 300).frames[20:74]))
    return figures


@needs_shared
def test_simulated_frames_are_like_the_real_ones() -> None:
    real: NDArray[Any] = np.load(SHARED / "laser" / "real_frames_2001_2054.npz")["image"]
    expected = summary_statistics(real)
    figures = _simulated_figures()
    for name, value in expected.items():
        simulated = np.array([figure[name] for figure in figures])
        # the real video is one draw among such batches: within their range, with a tenth to spare
        assert 0.9 * simulated.min() <= value <= 1.1 * simulated.max() + 1e-3, name


def _fitted_frames(count: int) -> NDArray[np.float64]:
    """Difference frames by the simulator's optics, path and speeds as fitted to the first real frames."""
    patterns = make_patterns(Timing(0.4591, 0.1039, 0.2143, 0.0992), detour=0.7)
    path = Path(centre=14.13, half_width=3.885, top=0.325, bottom=13.56, skew=0.228)
    times = np.arange(-LEAD, count)[:, None] + (np.arange(PARTS) + 0.5) / PARTS
    u, v = patterns[NOMINAL].at(times / 9.8551 + 0.9673)
    x, y = path.pixels(u, v)
    power = 277.0 * np.exp(0.349 * np.clip(-u, 0, 1) + 0.233 * (1 - np.abs(u)))
    one = np.ones((15, 21), np.float32)
    camera = Camera(one, 100 * one, 0 * one, 1.696, 1.456, 0.472, floor=0.0, flicker=0.0)
    beam = Beam(x, y, power, np.ones(len(x)), np.zeros(len(x), np.int64))
    pieces = list(difference_frames(beam, camera, np.random.default_rng(0)))
    return np.concatenate(pieces).astype(np.float64)


@needs_shared
def test_the_physics_predicts_real_frames_that_it_was_not_fitted_to() -> None:
    """Only frames 1-30 were fitted; R² over the other 24 must beat the 0.926 of the measured facts."""
    real = np.load(SHARED / "laser" / "real_frames_2001_2054.npz")["image"].astype(np.float64)
    model = _fitted_frames(len(real))
    gain = (model[:30] * real[:30]).sum(axis=0) / ((model[:30] ** 2).sum(axis=0) + 10.0)
    left_over = real[30:] - gain * model[30:]
    explained = 1 - (left_over**2).sum() / ((real[30:] - real[30:].mean()) ** 2).sum()
    assert explained > 0.926
    flat = real[30:] - gain.mean(where=gain > 0.1) * model[30:]
    assert (flat**2).sum() > 2 * (left_over**2).sum()  # without the gains it is a toy


def test_simulated_batches_stay_in_the_measured_bands() -> None:
    """The medians lie near the measured facts: sums 514-2483, mean 1333, 82 % zeros, maximum 243."""
    median = {
        name: np.median([f[name] for f in figures])
        for figures in [_simulated_figures()]
        for name in figures[0]
    }
    assert 900 < median["sum_mean"] < 1700
    assert 350 < median["sum_min"] < 900
    assert 1500 < median["sum_max"] < 2700
    assert 150 < median["max"] < 330
    assert 0.78 < median["zeros"] < 0.85
    assert 11 <= median["hot_min"] <= 20
    assert 40 <= median["hot_max"] <= 60
    assert 0.93 < median["background_zero"] < 0.97
    assert 0.03 < median["background_one"] < 0.065
    assert median["background_more"] < 0.004


def test_cycle_sums_vary_by_about_two_percent() -> None:
    plain = make_batch(9, 0, rows=15, columns=21, obstacles=0)
    sums = simulate(plain, 1, 3000).frames.sum(axis=(1, 2))
    total = np.concatenate([[0.0], np.cumsum(sums, dtype=float)])
    cycles = np.diff(np.interp(np.arange(0, 2990, plain.period), np.arange(len(total)), total))
    assert 0.008 < cycles.std() / cycles.mean() < 0.045


def test_statistics_of_black_and_of_full_frames() -> None:
    black = summary_statistics(np.zeros((3, 12, 12), np.uint16))
    assert black["zeros"] == 1.0
    assert black["background_zero"] == 1.0
    assert black["sum_max"] == black["max"] == black["hot_max"] == 0.0
    full = summary_statistics(np.full((2, 12, 12), 1023, np.uint16))
    assert full["sum_mean"] == 1023 * 144
    assert full["background_zero"] == 0.0  # no background at all
