"""Real files of cameras and of the laser data set, as their makers wrote them."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest
from shared_data import SHARED, needs_shared

from thermview.errors import ReadError
from thermview.readers import open_recording, readable
from thermview.recording import APPARENT_TEMPERATURE, COUNT_DIFFERENCE, RAW_COUNTS

pytestmark = needs_shared


def test_the_54_real_laser_frames() -> None:
    recording = open_recording(SHARED / "laser" / "real_frames_2001_2054.npz")
    assert (recording.kind, len(recording), recording.frame_shape) == ("laser video", 54, (15, 21))
    assert (recording.dtype, recording.quantity, recording.frame_rate) == (
        np.uint16,
        COUNT_DIFFERENCE,
        1000.0,
    )
    sums = recording.frames(0, 54).sum(axis=(1, 2))
    assert sums.min() >= 514
    assert sums.max() <= 2483
    assert recording.frames(0, 54).max() <= 243
    assert not recording.issues


def test_every_readable_real_file_opens() -> None:
    paths = [path for path in SHARED.rglob("*") if path.is_file() and readable(path.name)]
    assert len(paths) > 45
    for path in paths:
        if path.name != "published_scores.csv" and (path.suffix != ".csq" or find_spec("imagecodecs")):
            recording = open_recording(path)
            assert recording.frame(0).shape == recording.frame_shape
            recording.close()


def test_every_other_real_file_says_why_it_does_not_open() -> None:
    paths = [path for path in SHARED.rglob("*") if path.is_file() and not readable(path.name)]
    for path in [*paths, SHARED / "laser" / "published_scores.csv"]:
        with pytest.raises(ReadError, match=";") as caught:
            open_recording(path)
        assert str(caught.value).startswith(path.name)


def test_true_temperatures_are_temperatures() -> None:
    for path in (SHARED / "thermal" / "flir_tools").glob("*.celsius.npz"):
        recording = open_recording(path)
        assert recording.quantity == APPARENT_TEMPERATURE
        assert recording.dtype == np.float32
        recording.close()


def test_a_packed_radiometric_tiff_needs_no_extra_package() -> None:
    recording = open_recording(SHARED / "thermal" / "flirpy" / "example_radiometric.tiff")
    frame = recording.frame(0)
    assert (recording.quantity, frame.shape, frame.dtype) == (RAW_COUNTS, (512, 640), np.uint16)
    assert (frame.min(), frame.max()) == (6743, 7077)
    recording.close()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("flirpy/FLIR.jpg", "radiometric data that this reader does not decode"),
        ("drone_and_handheld/images_DJI_H20T.jpg", "DJI's SDK"),
        ("unit/IMG_LargeRange.bmp", "behind the picture"),
    ],
)
def test_colours_are_never_called_temperatures(name: str, text: str) -> None:
    recording = open_recording(SHARED / "thermal" / name)
    assert text in recording.issues[0]
    assert recording.quantity.unit == ""


def test_a_plain_picture_has_no_issue() -> None:
    recording = open_recording(SHARED / "thermal" / "flirpy" / "baboons.jpg")
    assert not recording.issues
    assert recording.metadata["temperature"] == "no temperature data in this picture"
