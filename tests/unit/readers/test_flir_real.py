"""Real files of FLIR cameras against what FLIR Tools exported, pixel by pixel."""

from __future__ import annotations

import json
import unicodedata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_runs import here
from shared_data import SHARED, needs_shared

from thermview.readers import open_recording
from thermview.recording import APPARENT_TEMPERATURE, Recording

pytestmark = needs_shared
THERMAL = SHARED / "thermal"
CLIPPED_C = -40.0  # the maker's program gives -40.01 for anything colder
TOLERANCE_C = 0.01


def _stated() -> dict[str, dict[str, Any]]:
    path = THERMAL / "expected.json"
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


STATED = _stated()
RADIOMETRIC = sorted(name for name, about in STATED.items() if about["kind"] == "FLIR radiometric JPEG")
TRUE_FRAMES = sorted(name for name in RADIOMETRIC if name.startswith("flir_tools/"))
PREVIEWS = ["flirpy/FLIR.jpg", "flirpy/baboons.jpg", "drone_and_handheld/images_DJI_H20T.jpg"]


def file_of(name: str) -> Path:
    """The file of a name, however its accents are composed on this disk."""
    wanted = unicodedata.normalize("NFC", name)
    folder = (THERMAL / name).parent
    return next(
        path for path in folder.iterdir() if unicodedata.normalize("NFC", path.name) == Path(wanted).name
    )


def opened(name: str) -> Recording:
    return open_recording(file_of(name))


def test_there_are_files_to_compare_with() -> None:
    assert len(RADIOMETRIC) >= 18
    assert len(TRUE_FRAMES) == 13


@pytest.mark.parametrize("name", TRUE_FRAMES)
def test_every_pixel_is_what_the_makers_program_says(name: str) -> None:
    frame = opened(name).frame(0)
    with np.load(file_of(name.replace(".jpg", ".celsius.npz"))) as truth:
        true = truth["celsius"]
    compared = true > CLIPPED_C
    assert frame.shape == true.shape
    assert compared.mean() > 0.96
    assert np.abs(frame - true)[compared].max() <= 0.001  # its numbers have three decimals
    assert (frame[~compared] < CLIPPED_C).all()


@pytest.mark.parametrize("name", RADIOMETRIC)
def test_stated_values(name: str) -> None:
    stated, recording = STATED[name], opened(name)
    frame = recording.frame(0)
    assert recording.quantity == APPARENT_TEMPERATURE
    assert list(frame.shape) == stated["shape_hw"]
    assert frame.max() == pytest.approx(stated["max_c"], abs=TOLERANCE_C)
    column, row = stated["hot_xy"]
    assert frame[row, column] == pytest.approx(stated["max_c"], abs=TOLERANCE_C)
    rows, columns = frame.shape
    assert frame[rows // 2, columns // 2] == pytest.approx(stated["center_c"], abs=TOLERANCE_C)
    if stated["min_c"] > CLIPPED_C:
        assert frame.min() == pytest.approx(stated["min_c"], abs=TOLERANCE_C)
        assert frame.mean(dtype=np.float64) == pytest.approx(stated["mean_c"], abs=TOLERANCE_C)
    for key in ("emissivity", "distance_m", "reflected_c", "window_transmission"):
        assert recording.metadata[key] == pytest.approx(stated[key], abs=0.01)
    if stated["camera"].strip("*"):
        assert recording.metadata["camera"] == stated["camera"]


@pytest.mark.parametrize("name", PREVIEWS)
def test_what_holds_no_counts_is_a_picture_without_temperatures(name: str) -> None:
    recording = opened(name)
    assert (recording.kind, recording.quantity.unit) == ("picture", "")
    assert recording.issues or recording.metadata["temperature"] == "no temperature data in this picture"


def test_pixels_colder_than_the_range_are_counted() -> None:
    recording = opened("flir_tools/Aqua_Tower_thermal_image.jpg")
    assert recording.frame(0).min() < -60
    assert recording.issues == (
        "1,085 of 32,400 pixels are below the camera's measuring range, which begins at -20 °C.",
    )


def test_the_visible_picture_is_named() -> None:
    metadata = opened("flir_tools/Aqua_Tower_thermal_image.jpg").metadata
    assert metadata["visible_picture"] == "480 x 480 pixels, PNG"
    assert metadata["visible_scale"] == pytest.approx(1.71875, abs=1e-3)
    assert metadata["visible_offset"] == [2, -10]


def test_a_fff_file() -> None:
    stated = STATED["flirpy/frame_000000_le.fff"]
    recording = opened("flirpy/frame_000000_le.fff")
    frame = recording.frame(0)
    assert (recording.kind, frame.shape) == ("FLIR picture", (240, 320))
    for value, key in ((frame.min(), "min_c"), (frame.max(), "max_c"), (frame.mean(dtype=float), "mean_c")):
        assert value == pytest.approx(stated[key], abs=0.001)


def assert_sequence(recording: Recording, stated: dict[str, Any]) -> None:
    frames = recording.frames(0, len(recording))
    for key, values in (
        ("min_c", frames.min(axis=(1, 2))),
        ("max_c", frames.max(axis=(1, 2))),
        ("mean_c", frames.mean(axis=(1, 2), dtype=float)),
    ):
        np.testing.assert_allclose(values, stated[key], atol=0.001)


def test_a_sequence_with_the_letters_of_a_header_in_its_pixels() -> None:
    stated, recording = STATED["thermimage/SampleSEQ.seq"], opened("thermimage/SampleSEQ.seq")
    assert (len(recording), recording.frame_shape) == (2, (480, 640))
    assert_sequence(recording, stated)
    assert recording.timestamps is not None
    np.testing.assert_allclose(recording.timestamps, [0, 3.967], atol=1e-6)
    assert recording.metadata["date"] == stated["times"][0]
    assert "30 Hz" in recording.issues[0]
    recording.close()


def test_counts_of_a_sequence_against_a_plain_dump() -> None:
    """The dump holds the raw counts; equal counts must be equal temperatures and the order be the same."""
    size = 480 * 640
    dump = np.fromfile(THERMAL / "thermimage" / "SampleSEQ_W640_H480_F2_I3.97.raw", np.float32)
    assert dump.size == 2 * size
    recording = opened("thermimage/SampleSEQ.seq")
    frames = recording.frames(0, 2).reshape(2, size)
    recording.close()
    for ours, others in zip(frames, dump.reshape(2, size), strict=True):
        order = np.argsort(others, kind="stable")
        assert (np.diff(ours[order]) >= 0).all()


@pytest.mark.skipif(find_spec("imagecodecs") is None, reason="the extra thermview[flir] is not installed")
def test_a_cut_sequence_packed_as_jpeg_ls() -> None:
    stated, recording = STATED["thermimage/SampleCSQ.csq"], opened("thermimage/SampleCSQ.csq")
    assert (len(recording), recording.frame_shape) == (7, (768, 1024))
    assert_sequence(recording, stated)
    assert recording.frame_rate == 30
    assert recording.timestamps is not None
    assert np.diff(recording.timestamps).mean() == pytest.approx(stated["dt_s"], abs=1e-4)
    assert "its last frame is not whole" in recording.issues[0]
    recording.close()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("drone_and_handheld/images_DJI_H20T.jpg", "DJI's SDK"),
        ("flirpy/FLIR.jpg", "does not decode"),
        ("unit/IMG_LargeRange.bmp", "behind the picture"),
    ],
)
def test_the_command_line_says_why_there_is_no_temperature(name: str, why: str) -> None:
    ran = here("frame", file_of(name), 0, "--celsius")
    assert (ran.status, ran.out) == (1, "")
    assert why in ran.err


def test_counts_by_a_stated_scale_are_the_expected_temperatures() -> None:
    stated = STATED["flirpy/example_radiometric.tiff"]
    told = here(
        "info", file_of("flirpy/example_radiometric.tiff"), "--kelvin-per-count", 0.04, "--json"
    ).records[0]
    for key, number in (("min", "min_c"), ("max", "max_c"), ("mean", "mean_c")):
        assert told[key] == pytest.approx(stated[number], abs=0.05)
