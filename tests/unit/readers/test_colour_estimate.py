"""Recordings of colours as estimated temperatures, against per-pixel truth where the real files are at hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from shared_data import SHARED, needs_shared

from thermview.readers import open_recording
from thermview.readers.colour_estimate import (
    EstimatedRecording,
    EstimateError,
    RefusedRecording,
    colours_in,
    estimated,
    may_estimate,
)
from thermview.recording import ESTIMATED_TEMPERATURE
from thermview.thermal.colour_scale import ColourScale
from thermview.thermal.display import Display, paint
from thermview.thermal.palettes import NAMES
from thermview.thermal.region_statistics import statistics_of, valid_range
from thermview.thermal.regions import Rectangle

THERMAL = SHARED / "thermal"
WITH_TRUTH = sorted((THERMAL / "flir_tools").glob("*.inferno.png")) if THERMAL.is_dir() else []
CLIPPED_C = -40.0  # the truth is cut off here; the pictures are not


@pytest.fixture
def celsius() -> np.ndarray:
    rows, columns = np.mgrid[:60, :80] / 20
    values = 20 + 8 * np.sin(rows) + 6 * np.cos(columns)
    values[:4, :4], values[-4:, -4:] = 90.0, -50.0
    return values.astype(np.float32)


@pytest.fixture
def picture(tmp_path: Path, celsius: np.ndarray) -> Path:
    rgb = paint(celsius, Display(palette="iron"), (0.0, 40.0))
    path = tmp_path / "scene.png"
    Image.fromarray(np.dstack([rgb, np.full(rgb.shape[:2], 90, np.uint8)])).save(path)
    return path


def ends_of(path: Path) -> tuple[float, float]:
    stated = json.loads((THERMAL / "expected.json").read_text("utf-8"))[f"flir_tools/{path.name}"]
    return float(stated["display_lo_c"]), float(stated["display_hi_c"])


def test_colours_become_estimated_temperatures(picture: Path, celsius: np.ndarray) -> None:
    recording = estimated(open_recording(picture), ColourScale("iron", 0, 40))
    assert recording.quantity == ESTIMATED_TEMPERATURE
    assert recording.frame_shape == celsius.shape == recording.frame(0).shape
    assert recording.dtype == recording.frame(0).dtype == np.float32
    assert recording.frames(0, 5).shape == (1, *celsius.shape)
    assert "temperature" not in recording.metadata
    assert "±" in recording.issues[0]
    inside = (celsius > 0) & (celsius < 40)
    assert np.abs(recording.frame(0) - celsius)[inside].max() < 0.35
    recording.close()


def test_pixels_at_the_ends_take_no_part_in_statistics(picture: Path, celsius: np.ndarray) -> None:
    recording = estimated(open_recording(picture), ColourScale("iron", 0, 40))
    whole = Rectangle("", 0, 0, 80, 60)
    found = statistics_of(recording.frame(0), whole, valid_range(recording))
    inside = celsius[(celsius > 0) & (celsius < 40)]
    assert found.count == inside.size == found.area - 32
    assert found.mean == pytest.approx(inside.mean(), abs=0.02)
    assert any("left out of statistics" in issue for issue in recording.issues)


def test_another_palette_is_refused_by_name(picture: Path) -> None:
    with pytest.raises(EstimateError, match=r"scene\.png: The colours are those of the palette iron"):
        estimated(open_recording(picture), ColourScale("jet", 0, 40))


def test_what_holds_no_colours_of_8_bits_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "numbers.npy", np.zeros((4, 5, 6), np.float32))
    numbers = open_recording(tmp_path / "numbers.npy")
    assert not may_estimate(numbers)
    assert colours_in(numbers) is None
    with pytest.raises(EstimateError, match="no colours of 8 bits"):
        estimated(numbers, ColourScale("iron", 0, 40))


def test_the_colours_are_found_again_behind_what_was_made_of_them(picture: Path) -> None:
    colours, scale = open_recording(picture), ColourScale("iron", 0, 40)
    assert colours_in(colours) is colours
    assert colours_in(estimated(colours, scale)) is colours
    refused = RefusedRecording(colours, scale, "it does not fit")
    assert colours_in(refused) is colours
    assert refused.issues[0] == "Shown as colours: it does not fit"
    assert refused.frame(0).shape == (60, 80, 4)
    assert colours_in(None) is None


def test_a_film_of_colours_is_estimated_frame_by_frame(tmp_path: Path) -> None:
    scenes = (
        np.linspace(5, 35, 3)[:, None, None] + np.linspace(-4, 4, 30)[None, :, None] + np.zeros((1, 1, 40))
    )
    frames = np.stack([paint(s.astype(np.float32), Display(palette="inferno"), (0.0, 40.0)) for s in scenes])
    np.save(tmp_path / "film.npy", frames)
    recording = estimated(open_recording(tmp_path / "film.npy"), ColourScale("inferno", 0, 40))
    assert isinstance(recording, EstimatedRecording)
    assert len(recording) == 3
    np.testing.assert_allclose(recording.frames(0, 3), scenes, atol=0.25)
    np.testing.assert_array_equal(recording.frame(2), recording.frames(2, 3)[0])


@needs_shared
def test_a_file_with_camera_data_of_its_own_is_refused() -> None:
    """Its picture is histogram-equalised: read linearly it would say 150.0 °C where the camera stored 77.1."""
    with pytest.raises(EstimateError, match="camera data"):
        estimated(open_recording(THERMAL / "unit" / "IMG_LargeRange.bmp"), ColourScale("grey", 18.5, 150))


@needs_shared
@pytest.mark.parametrize("path", WITH_TRUTH, ids=lambda path: path.name[:20])
def test_with_the_right_ends_real_pictures_agree_with_the_maker_s_program(path: Path) -> None:
    low, high = ends_of(path)
    recording = estimated(open_recording(path), ColourScale("inferno", low, high))
    assert isinstance(recording, EstimatedRecording)
    with np.load(path.with_name(path.name.replace(".inferno.png", ".celsius.npz"))) as kept:
        truth = kept["celsius"]
    found = recording.frame(0)
    known = (found >= low) & (found <= high) & (truth > CLIPPED_C)
    error = np.abs(found - truth)[known]
    assert known.mean() > 0.9
    assert error.mean() <= 0.15
    assert np.mean(error <= recording.uncertainty_k) >= 0.95
    assert recording.bar is not None  # every one of these has its colour bar drawn into it


@needs_shared
@pytest.mark.parametrize("path", WITH_TRUTH, ids=lambda path: path.name[:20])
def test_every_wrong_palette_is_refused_on_real_pictures(path: Path) -> None:
    low, high = ends_of(path)
    for name in set(NAMES) - {"inferno"}:
        with pytest.raises(EstimateError):
            estimated(open_recording(path), ColourScale(name, low, high))
