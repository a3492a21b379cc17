"""TIFF: what its pages are taken for, however they are stored."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from thermview.errors import ReadError
from thermview.readers import open_recording
from thermview.recording import (
    APPARENT_TEMPERATURE,
    ESTIMATED_TEMPERATURE,
    INTENSITY,
    RAW_COUNTS,
    Quantity,
)

Save = Callable[[str, bytes], Path]


def written(array: NDArray[Any], **options: Any) -> bytes:
    packed = io.BytesIO()
    tifffile.imwrite(packed, array, **{"photometric": "minisblack", **options})
    return packed.getvalue()


@pytest.mark.parametrize(
    "options", [{}, {"compression": "zlib"}, {"byteorder": ">"}, {"bigtiff": True}, {"tile": (16, 16)}]
)
@pytest.mark.parametrize(
    ("dtype", "quantity"),
    [(np.uint8, INTENSITY), (np.uint16, RAW_COUNTS), (np.int32, RAW_COUNTS), (np.float32, INTENSITY)],
)
def test_pages_are_frames(
    options: dict[str, Any], dtype: type, quantity: Quantity, save: Save, frames: NDArray[np.uint16]
) -> None:
    recording = open_recording(save("a.tif", written(frames.astype(dtype), **options)))
    assert (recording.kind, len(recording), recording.frame_shape) == ("TIFF", 9, (8, 10))
    assert (recording.quantity, recording.dtype) == (quantity, dtype)
    np.testing.assert_array_equal(recording.frames(2, 9), frames[2:9])
    np.testing.assert_array_equal(recording.frame(5), frames[5])
    recording.close()


def test_lzw_needs_no_extra_package(save: Save, frames: NDArray[np.uint16]) -> None:
    pages = [Image.fromarray(frame) for frame in frames]
    packed = io.BytesIO()
    pages[0].save(packed, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    recording = open_recording(save("a.tiff", packed.getvalue()))
    for index in (8, 0, 4):
        np.testing.assert_array_equal(recording.frame(index), frames[index])
    recording.close()


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_colours_are_eight_bits_and_interleaved(planar: str, dtype: type, save: Save) -> None:
    colours = np.random.default_rng(0).integers(0, 255, (12, 16, 3)).astype(np.uint8)
    stored = colours.astype(dtype) * (1 if dtype is np.uint8 else 256)
    stored = stored if planar == "contig" else stored.transpose(2, 0, 1)
    recording = open_recording(save("a.tif", written(stored, photometric="rgb", planarconfig=planar)))
    assert (recording.frame_shape, recording.dtype, recording.quantity) == ((12, 16, 3), np.uint8, INTENSITY)
    np.testing.assert_array_equal(recording.frame(0), colours)
    recording.close()


def test_palette_pages_come_in_their_colours(save: Save) -> None:
    indices = np.arange(256, dtype=np.uint8).reshape(16, 16)
    colours = np.random.default_rng(0).integers(0, 255, (3, 256)).astype(np.uint16)
    content = written(indices, photometric="palette", colormap=colours * 256)
    recording = open_recording(save("a.tif", content))
    np.testing.assert_array_equal(recording.frame(0).reshape(256, 3), colours.T)
    recording.close()


@pytest.mark.parametrize(
    ("stated", "quantity"),
    [
        ({"quantity": "apparent temperature", "unit": "°C"}, APPARENT_TEMPERATURE),
        ({"quantity": "estimated temperature", "unit": "°C"}, ESTIMATED_TEMPERATURE),
        ({"unit": "degC"}, APPARENT_TEMPERATURE),
        ({"quantity": "apparent temperature", "unit": "mV"}, INTENSITY),
        ({"quantity": "raw counts", "unit": "°C"}, INTENSITY),
        ({"camera": "A65"}, INTENSITY),
    ],
)
def test_only_a_stated_unit_makes_a_temperature(
    stated: dict[str, str], quantity: Quantity, save: Save
) -> None:
    content = written(np.zeros((3, 4, 5), np.float32), metadata={**stated, "frame_rate_hz": 50})
    recording = open_recording(save("a.tif", content))
    assert recording.quantity == quantity
    assert recording.frame_rate == 50
    recording.close()


def test_pages_of_another_size_are_left_out_and_said(save: Save, frames: NDArray[np.uint16]) -> None:
    packed = io.BytesIO()
    with tifffile.TiffWriter(packed) as writer:
        writer.write(frames[0], photometric="minisblack")
        writer.write(frames[0, :4, :4], photometric="minisblack")
        writer.write(frames[1], photometric="minisblack")
    recording = open_recording(save("a.tif", packed.getvalue()))
    assert len(recording) == 2
    assert "1 pages of another size" in recording.issues[0]
    np.testing.assert_array_equal(recording.frame(1), frames[1])
    recording.close()


def test_complex_pixels_and_cut_files_are_refused(save: Save, frames: NDArray[np.uint16]) -> None:
    with pytest.raises(ReadError, match="no plain numbers"):
        open_recording(save("a.tif", written(np.zeros((4, 5), np.complex64))))
    with pytest.raises(ReadError):
        open_recording(save("b.tif", written(frames)[:-100])).frame(8)
