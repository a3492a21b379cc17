"""Pictures: modes, names, sizes, what makers hide in JPEGs."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from thermview.errors import ReadError
from thermview.readers import open_recording
from thermview.recording import INTENSITY

Save = Callable[[str, bytes], Path]
RAMP = (np.arange(12 * 16) % 250).reshape(12, 16)


def encoded(image: Image.Image, format_: str = "PNG", **options: Any) -> bytes:
    packed = io.BytesIO()
    image.save(packed, format_, **options)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("mode", "shape", "dtype"),
    [
        ("L", (12, 16), np.uint8),
        ("1", (12, 16), np.uint8),
        ("I;16", (12, 16), np.uint16),
        ("RGB", (12, 16, 3), np.uint8),
        ("RGBA", (12, 16, 4), np.uint8),
        ("LA", (12, 16, 4), np.uint8),
        ("P", (12, 16, 3), np.uint8),
    ],
)
def test_every_mode_of_png(mode: str, shape: tuple[int, ...], dtype: type, save: Save) -> None:
    if mode == "I;16":
        image = Image.fromarray((RAMP * 200).astype(np.uint16))
    else:
        image = Image.fromarray(RAMP.astype(np.uint8)).convert("RGB").convert(mode)
    recording = open_recording(save("a.png", encoded(image)))
    assert (recording.kind, len(recording), recording.frame_rate) == ("picture", 1, None)
    assert (recording.frame_shape, recording.dtype, recording.quantity) == (shape, dtype, INTENSITY)
    assert recording.loaded == 0
    frame = recording.frame(0)
    assert (frame.shape, frame.dtype) == (shape, dtype)
    assert recording.loaded == 1
    if mode == "I;16":
        np.testing.assert_array_equal(frame, RAMP * 200)


def test_a_palette_with_transparency_has_alpha(save: Save) -> None:
    image = Image.fromarray(RAMP.astype(np.uint8)).convert("P")
    recording = open_recording(save("a.png", encoded(image, transparency=0)))
    assert recording.frame_shape == (12, 16, 4)
    assert recording.frame(0)[0, 0, 3] == 0


def test_colours_come_as_red_green_blue_and_as_another_decoder_has_them(save: Save) -> None:
    colours = np.random.default_rng(0).integers(0, 255, (20, 30, 3)).astype(np.uint8)
    path = save("배-이상-고온 é.png", encoded(Image.fromarray(colours)))
    np.testing.assert_array_equal(open_recording(path).frame(0), colours)
    as_bgr = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
    assert as_bgr is not None
    np.testing.assert_array_equal(open_recording(path).frame(0), as_bgr[:, :, ::-1])


def test_a_wrong_suffix_does_not_matter_but_another_format_does(save: Save) -> None:
    assert open_recording(save("a.jpg", encoded(Image.new("RGB", (5, 4))))).frame_shape == (4, 5, 3)
    with pytest.raises(ReadError, match="begins like no PNG, JPEG or BMP"):
        open_recording(save("a.png", encoded(Image.new("RGB", (5, 4)), "GIF")))


def test_opening_decodes_nothing(save: Save) -> None:
    content = encoded(Image.fromarray(RAMP.astype(np.uint8)))
    start = content.index(b"IDAT") + 4
    recording = open_recording(save("a.png", content[:start] + b"\0" * 40 + content[start + 40 :]))
    assert recording.frame_shape == (12, 16)
    with pytest.raises(ReadError, match="damaged"):
        recording.frame(0)


def test_a_cut_jpeg_is_never_filled_with_grey(save: Save) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8))
    content = encoded(noise, "JPEG")
    recording = open_recording(save("a.jpg", content[: len(content) * 3 // 4]))
    with pytest.raises(ReadError, match="ends too early"):
        recording.frame(0)


def test_a_picture_bomb_is_refused_at_opening(save: Save) -> None:
    header = struct.pack(">2I5B", 90_000, 90_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    data = struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    with pytest.raises(ReadError, match="90,000 x 90,000"):
        open_recording(save("a.png", b"\x89PNG\r\n\x1a\n" + chunk + data))


def with_block(marker: int, content: bytes) -> bytes:
    plain = encoded(Image.new("RGB", (16, 12)), "JPEG")
    return plain[:2] + struct.pack(">2BH", 0xFF, marker, len(content) + 2) + content + plain[2:]


def test_what_camera_makers_hide_is_said(save: Save) -> None:
    flir = open_recording(save("a.jpg", with_block(0xE1, b"FLIR\0\x01\0\0" + b"\0" * 100)))
    dji = open_recording(save("b.jpg", with_block(0xE3, b"\0" * 60_000)))
    plain = open_recording(save("c.jpg", encoded(Image.new("RGB", (16, 12)), "JPEG")))
    assert "radiometric data that this reader does not decode" in flir.issues[0]
    assert "DJI" in dji.issues[0]
    assert not plain.issues
    assert plain.metadata["temperature"] == "no temperature data in this picture"
    assert "temperature" not in flir.metadata


def test_data_behind_a_bmp_is_said(save: Save) -> None:
    content = encoded(Image.new("RGB", (17, 12)), "BMP")
    assert not open_recording(save("a.bmp", content)).issues
    assert "behind the picture" in open_recording(save("b.bmp", content + b"\0" * 5000)).issues[0]


def test_orientation_is_noted_and_not_applied(save: Save) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    recording = open_recording(save("a.jpg", encoded(Image.new("L", (16, 12)), "JPEG", exif=exif)))
    assert recording.frame_shape == (12, 16)
    assert recording.metadata["orientation"] == "EXIF 6; shown as stored"


def test_a_picture_that_changed_since_it_was_opened(save: Save) -> None:
    path = save("a.png", encoded(Image.new("L", (16, 12))))
    recording = open_recording(path)
    path.write_bytes(encoded(Image.new("L", (20, 12))))
    with pytest.raises(ReadError, match="has changed"):
        recording.frame(0)
