"""Visible pictures that belong to thermal recordings: inside a FLIR file, or in a file beside it.

Embedded pictures after ExifTool's documentation of FLIR tags: JPEG; PNG whose three channels are Y, Cb and Cr; or
the same bytes unpacked.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from thermview.errors import ThermviewError, reason
from thermview.readers.failures import failure, reading
from thermview.readers.flir import camera_source
from thermview.readers.flir_extras import stated_alignment
from thermview.readers.flir_records import (
    ALIGNMENT,
    EMBEDDED_IMAGE,
    RAW_IMAGE,
    FormatError,
    Frame,
    Record,
    Source,
    picture_size,
    read_frame,
)
from thermview.readers.picture import parse_picture
from thermview.readers.registry import reader_for
from thermview.readers.zipped import open_binary
from thermview.thermal.alignment import NEUTRAL, Alignment, Inset, flir_alignment

FLIR_SUFFIXES = (".jpg", ".jpeg", ".jpe", ".fff", ".seq", ".csq")
_PICTURES = (".png", ".jpg", ".jpeg", ".jpe", ".bmp")
_MOST_PIXELS = 1 << 26  # decoded they take 0.2 GB for a moment; cameras have up to 50 million
_MOST_SIDE = 2048  # what is kept: more than a screen shows of it
_HEADER_BYTES = 32
_EXIF_ORIENTATION = 0x0112
_KIND = "visible picture"

Rgb = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class VisiblePicture:
    """A visible picture, (rows, columns, 3) RGB, reduced to 2,048 pixels a side, and how its file says it lies.

    `size` is (rows, columns) as stored. `inset` is that of picture-in-picture, where the file states one.
    """

    pixels: Rgb
    size: tuple[int, int]
    path: Path
    inside: bool
    alignment: Alignment = NEUTRAL
    inset: Inset | None = None


def embedded_visible(path: Path) -> VisiblePicture | None:
    """The visible picture inside a FLIR file; None where there is none, ReadError where it is damaged or too large."""
    if path.suffix.lower() not in FLIR_SUFFIXES:
        return None
    with reading(path, _KIND), open_binary(path) as file:
        try:
            source = camera_source(path, file)
            frame = read_frame(source)
        except FormatError:
            return None  # no camera's file, or none that can be used: the recording says so itself
        record = frame.find(EMBEDDED_IMAGE)
        if record is None:
            return None
        try:
            pixels, size = _embedded(path, source, record)
        except ThermviewError:
            raise
        except Exception as error:  # decoders of damaged pictures raise anything
            said = f"the visible picture inside cannot be read ({reason(error)}); temperatures are not concerned."
            raise failure(path, said) from error
        alignment, inset = _stated(source, frame, size)
    return VisiblePicture(pixels, size, path, True, alignment, inset)


def visible_file(path: Path) -> VisiblePicture:
    """A picture file as the visible picture of something else; ReadError where it is none or too large."""
    with reading(path, _KIND):
        if path.suffix.lower() in _PICTURES:
            with open_binary(path) as file:
                pixels, size = _decoded(path, file, turn=True)
        else:
            pixels, size = _frame_of(path)
    return VisiblePicture(pixels, size, path, False)


def _embedded(path: Path, source: Source, record: Record) -> tuple[Rgb, tuple[int, int]]:
    """Decode the record of a picture; FormatError where it is damaged or stored in an unknown way."""
    head = source.whole(record.offset, min(record.length, _HEADER_BYTES))
    rows, columns = picture_size(head)
    if not 1 <= rows * columns <= _MOST_PIXELS:
        raise FormatError(f"it is said to have {columns:,} x {rows:,} pixels")
    place, length = record.offset + _HEADER_BYTES, record.length - _HEADER_BYTES
    if length > source.size:
        raise FormatError("it ends too early")
    magic = source.read(place, 4)
    if magic.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        packed = io.BytesIO(source.whole(place, length))
        return _decoded(path, packed, luma_chroma=magic.startswith(b"\x89PNG"))
    if length < rows * columns * 3:
        raise FormatError("it is stored in a way that is not known")
    stored = np.frombuffer(source.whole(place, rows * columns * 3), np.uint8).reshape(rows, columns, 3)
    return _reduced(_rgb_of_luma_chroma(stored)), (rows, columns)


def _decoded(
    path: Path, file: BinaryIO, *, luma_chroma: bool = False, turn: bool = False
) -> tuple[Rgb, tuple[int, int]]:
    """(RGB, stored (rows, columns)) of a picture; `turn`: upright as its camera says it was held."""
    image = parse_picture(path, file)
    size = (image.height, image.width)
    if not 1 <= image.width * image.height <= _MOST_PIXELS:
        raise failure(
            path, f"a visible picture of {size[1]:,} x {size[0]:,} pixels is too large; shrink it first."
        )
    longest = max(size)
    if longest > _MOST_SIDE:  # a JPEG is decoded to a half, a quarter or an eighth at once
        wide, high = (max(1, side * _MOST_SIDE // longest) for side in image.size)
        image.draft("RGB", (wide, high))
    colours = image.mode
    if turn and image.format == "JPEG":
        lying = image.getexif().get(_EXIF_ORIENTATION, 1) >= 5
        size = size[::-1] if lying else size
        pixels = _rgb(ImageOps.exif_transpose(image))
    else:
        pixels = _rgb(image)
    if luma_chroma and colours == "RGB":
        pixels = _rgb_of_luma_chroma(pixels)
    return _reduced(pixels), size


def _rgb(image: Image.Image) -> Rgb:
    if image.mode.startswith("I"):  # 16-bit grey: the upper eight bits
        grey = (np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8)
        return np.repeat(grey[..., None], 3, axis=2)
    return np.asarray(image.convert("RGB"))


def _rgb_of_luma_chroma(stored: NDArray[np.uint8]) -> Rgb:
    """RGB of pixels that hold Y, Cb, Cr."""
    import cv2  # readers load no OpenCV until a visible picture is wanted

    return np.asarray(cv2.cvtColor(np.ascontiguousarray(stored[..., [0, 2, 1]]), cv2.COLOR_YCrCb2RGB))


def _reduced(pixels: Rgb) -> Rgb:
    rows, columns = pixels.shape[:2]
    longest = max(rows, columns)
    if longest > _MOST_SIDE:
        size = (max(1, columns * _MOST_SIDE // longest), max(1, rows * _MOST_SIDE // longest))
        import cv2

        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    pixels = np.array(pixels) if pixels.base is not None else pixels  # let go of what it was decoded from
    pixels.flags.writeable = False
    return pixels


def _frame_of(path: Path) -> tuple[Rgb, tuple[int, int]]:
    """The first frame of any other recording of colours or of 8-bit greys."""
    found = reader_for(path)
    if found is None:
        raise failure(path, "no picture that can be shown beside a frame; choose a PNG, JPEG, BMP or TIFF.")
    recording = found.open(path)
    try:
        if recording.dtype != np.uint8 or np.prod(recording.frame_shape[:2]) > _MOST_PIXELS:
            raise failure(path, "holds numbers and no visible picture; choose a picture of colours.")
        frame = recording.frame(0)
    finally:
        recording.close()
    rgb = np.repeat(frame[..., None], 3, axis=2) if frame.ndim == 2 else frame[..., :3]
    return _reduced(np.ascontiguousarray(rgb)), (frame.shape[0], frame.shape[1])


def _stated(source: Source, frame: Frame, size: tuple[int, int]) -> tuple[Alignment, Inset | None]:
    """How the file says the picture lies over the frame; neutral, and no inset, where it says nothing usable."""
    raw, record = frame.find(RAW_IMAGE), frame.find(ALIGNMENT)
    if raw is None or record is None:
        return NEUTRAL, None
    rows, columns = picture_size(source.read(raw.offset, 32))
    stated = stated_alignment(source.read(record.offset, min(record.length, 32)))
    if stated is None or not columns or not rows:
        return NEUTRAL, None
    alignment = flir_alignment(stated.scale, stated.offset, size[1], columns)
    left, right, top, bottom = stated.inset
    if not (0 <= left < right <= columns and 0 <= top < bottom <= rows):
        return alignment, None
    inset = Inset(left, top, min(right + 1, columns), min(bottom + 1, rows))
    return alignment, None if inset.covers(columns, rows) else inset
