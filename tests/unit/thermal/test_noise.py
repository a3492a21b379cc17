"""Noise and drift: what was simulated is found, and what moves is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from shared_data import SHARED, needs_shared

from thermview.jobs import last_result
from thermview.readers import open_recording
from thermview.recording import APPARENT_TEMPERATURE, RAW_COUNTS, ArrayRecording, Quantity
from thermview.thermal.noise import Noise, NoiseError, noise_steps

ROWS, COLUMNS = 40, 50


def scene() -> NDArray[np.float64]:
    """A warm plate with an edge and a gradient."""
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    return 20 + 0.05 * columns + 8.0 * ((rows > 10) & (rows < 25) & (columns > 15))


def recording(
    frames: NDArray[np.generic], quantity: Quantity = APPARENT_TEMPERATURE, rate: float | None = 25.0
) -> ArrayRecording:
    return ArrayRecording("made", Path("made.npy"), "array", frames, quantity, rate)


def noisy(count: int, sd: float, seed: int = 0) -> NDArray[np.float64]:
    return scene() + np.random.default_rng(seed).normal(0, sd, (count, ROWS, COLUMNS))


def noise_of(
    frames: NDArray[np.generic], quantity: Quantity = APPARENT_TEMPERATURE, rate: float | None = 25.0
) -> Noise:
    found = last_result(noise_steps(recording(frames, quantity, rate)))
    assert isinstance(found, Noise)
    return found


@pytest.mark.parametrize("sd", [0.02, 0.05, 0.4])
@pytest.mark.parametrize("count", [8, 30, 300])
def test_simulated_noise_is_found(sd: float, count: int) -> None:
    found = noise_of(noisy(count, sd).astype(np.float32))
    assert found.temporal == pytest.approx(sd, rel=0.1)
    assert found.spatial < sd
    assert f"{found.temporal * 1000:.3g} mK" in found.sentences()[0]


def test_whole_counts_have_noise_too() -> None:
    counts = np.rint(noisy(200, 0.8) * 40).astype(np.uint16)
    found = noise_of(counts, RAW_COUNTS)
    assert found.temporal == pytest.approx(32, rel=0.1)
    assert found.unit == "DN"
    fine = np.rint(5000 + np.random.default_rng(1).normal(0, 0.7, (200, ROWS, COLUMNS))).astype(np.uint16)
    assert noise_of(fine, RAW_COUNTS).temporal == pytest.approx(np.hypot(0.7, 1 / np.sqrt(12)), rel=0.1)


def test_a_fixed_pattern_is_told_from_temporal_noise() -> None:
    pattern = np.random.default_rng(5).normal(0, 0.3, (ROWS, COLUMNS))
    found = noise_of(noisy(100, 0.05) + pattern)
    assert found.spatial == pytest.approx(0.3, rel=0.15)
    assert found.temporal == pytest.approx(0.05, rel=0.1)


def test_drift_is_found_and_is_no_noise() -> None:
    frames = noisy(400, 0.05) + 0.002 * np.arange(400)[:, None, None]
    found = noise_of(frames)
    assert found.drift_per_minute == pytest.approx(0.002 * 25 * 60, rel=0.05)
    assert found.temporal == pytest.approx(0.05, rel=0.1)
    assert noise_of(frames, rate=None).drift_per_minute is None


def test_a_shutter_is_left_out() -> None:
    frames = noisy(200, 0.05)
    frames[100:] += 0.7
    found = noise_of(frames)
    assert found.temporal == pytest.approx(0.05, rel=0.1)


def test_pixels_without_a_value_do_not_count() -> None:
    frames = noisy(60, 0.05)
    frames[:, :5] = np.nan
    found = noise_of(frames)
    assert found.temporal == pytest.approx(0.05, rel=0.1)
    assert found.pixels == (ROWS - 5) * COLUMNS


def moving(count: int) -> NDArray[np.float64]:
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    places = np.linspace(0, 4 * np.pi, count)
    return np.stack(
        [
            20 + 10 * np.exp(-(((columns - 25 - 15 * np.sin(p)) / 9) ** 2) - ((rows - 20) / 9) ** 2)
            for p in places
        ]
    ) + np.random.default_rng(0).normal(0, 0.02, (count, ROWS, COLUMNS))


@pytest.mark.parametrize(
    ("frames", "sentence"),
    [
        (moving(120), "the scene"),
        (noisy(7, 0.1), "at least 8 frames; this has 7"),
        (np.full((50, ROWS, COLUMNS), 3.0), "most pixels never change"),
        (np.zeros((50, ROWS, COLUMNS, 3), np.uint8), "colours have no noise"),
        (np.full((50, ROWS, COLUMNS), np.nan), "too few pixels"),
    ],
)
def test_what_cannot_be_told_is_refused(frames: NDArray[np.generic], sentence: str) -> None:
    with pytest.raises(NoiseError, match=sentence):
        last_result(noise_steps(recording(frames)))


@needs_shared
def test_a_real_laser_video_moves() -> None:
    with pytest.raises(NoiseError):
        last_result(noise_steps(open_recording(SHARED / "laser" / "real_frames_2001_2054.npz")))
