"""InfraTec files, made byte by byte and real."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from flir_files import irb
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from shared_data import SHARED, needs_shared

from thermview.errors import ReadError
from thermview.readers import open_recording
from thermview.recording import APPARENT_TEMPERATURE

Save = Callable[[str, bytes], Path]
PIXELS = np.array([[0, 256, 128], [64 * 256 + 64, 255 * 256, 255 * 256 + 255]], np.uint16)


def test_pixels_are_places_between_palette_entries(save: Save) -> None:
    recording = open_recording(save("a.irb", irb(PIXELS)))
    assert (recording.kind, recording.quantity) == ("InfraTec picture", APPARENT_TEMPERATURE)
    kelvin = [[250, 250.5, 250.25], [282.125, 377.5, 377.5]]  # nothing lies beyond the last entry
    np.testing.assert_allclose(recording.frame(0), np.array(kelvin) - 273.15, atol=1e-4)
    assert recording.frame(0).dtype == np.float32
    assert "3 of 6 pixels are below the camera's measuring range" in recording.issues[0]
    assert "2 of 6 pixels are above" in recording.issues[1]


def test_metadata(save: Save) -> None:
    metadata = open_recording(save("a.irb", irb(PIXELS))).metadata
    assert metadata == {
        "emissivity": 0.95,
        "distance_m": 1.5,
        "ambient_temperature_c": 25.0,
        "camera": "VARIOCAM",
        "measuring_range_low_c": -13.15,
        "measuring_range_high_c": 96.85,
        "date": "2014-01-14T18:00:00",
    }


def test_several_pictures_are_frames(save: Save) -> None:
    recording = open_recording(save("a.irb", irb(PIXELS, PIXELS, PIXELS[:1], PIXELS // 2)))
    assert len(recording) == 3
    assert recording.issues == ("3 of 4 pictures in this file have the size of the first and are shown.",)
    np.testing.assert_array_equal(recording.frames(0, 3)[2], recording.frame(2))


@given(
    hnp.arrays(
        np.uint16, st.tuples(st.integers(1, 40), st.integers(1, 40)), elements=st.integers(0, 2**16 - 1)
    ),
    st.integers(0, 255),
)
def test_packed_pixels_read_as_the_plain_ones(pixels: NDArray[np.uint16], steps: int) -> None:
    pixels = pixels % np.uint16(256 * steps + 256)  # long runs of the upper byte, and short ones
    with TemporaryDirectory() as folder:
        plain, packed = Path(folder, "plain.irb"), Path(folder, "packed.irb")
        plain.write_bytes(irb(pixels))
        packed.write_bytes(irb(pixels, compression=1))
        np.testing.assert_array_equal(open_recording(packed).frame(0), open_recording(plain).frame(0))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (irb(PIXELS)[:-1], "ends too early"),
        (irb(PIXELS)[:30], "ends too early"),
        (irb(PIXELS)[:500], "ends too early"),
        (irb(PIXELS, compression=2), "packed in a way that is not read; export it"),
        (irb(PIXELS, compression=1)[:-1], "ends too early"),
        (irb(PIXELS, compression=1)[: -len(PIXELS)], "ends too early"),
        (irb(), "table of blocks is damaged"),
        (b"\xffIRX" + irb(PIXELS)[4:], "begins like no InfraTec file"),
        (irb(PIXELS).replace(b"\1\0\0\0e\0\0\0", b"\2\0\0\0e\0\0\0"), "holds no picture"),
        (irb(np.zeros((0, 3), np.uint16)), "states a picture of 3 x 0 pixels"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, sentence: str, save: Save) -> None:
    with pytest.raises(ReadError, match=sentence):
        open_recording(save("a.irb", content))


@needs_shared
@pytest.mark.parametrize("name", ["140114AA_AA011400", "140115AA_AA011502", "140203AB_AB020300"])
def test_real_pictures(name: str) -> None:
    folder = SHARED / "thermal"
    stated = json.loads((folder / "expected.json").read_text("utf-8"))[f"irb/{name}.irb"]
    recording = open_recording(folder / "irb" / f"{name}.irb")
    frame = recording.frame(0)
    assert list(frame.shape) == stated["shape_hw"]
    assert frame.min() == pytest.approx(stated["min_c"], abs=0.001)
    assert frame.max() == pytest.approx(stated["max_c"], abs=0.001)
    assert frame.mean(dtype=np.float64) == pytest.approx(stated["mean_c"], abs=0.001)
    for place, value in (("hot_xy", "max_c"), ("cold_xy", "min_c")):
        column, row = stated[place]
        assert frame[row, column] == pytest.approx(stated[value], abs=0.001)
    assert frame[240, 320] == pytest.approx(stated["center_c"], abs=0.001)
    assert recording.metadata["lens"] == "IR 1.0/30 LW"
    assert recording.metadata["date"].startswith("2014-0")
    assert not recording.issues
