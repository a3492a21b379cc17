"""Pictures: PNG, JPEG and BMP. Their header is read at opening, their pixels at the first frame.

Pillow decodes them: it refuses a cut or damaged file, where other decoders fill the rest with grey.
Markers of camera makers in a JPEG: APP1 beginning with "FLIR" (ExifTool's tag documentation, FLIR), and
thermal blocks of DJI in APP3 and following.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import BmpImagePlugin, ImageFile, JpegImagePlugin, PngImagePlugin

from thermview.readers.base import Content, FileRecording
from thermview.readers.failures import failure, reading
from thermview.readers.registry import reader
from thermview.readers.zipped import open_binary, size_of
from thermview.recording import INTENSITY, Frame, Recording

KIND = "picture"
MAX_PIXELS = 1 << 28  # about 0.8 GB of colours
NO_TEMPERATURE = "no temperature data in this picture"
_FLIR = (
    "The file holds radiometric data that this reader does not decode; "
    "the colours shown are not temperatures."
)
_DJI = "The file holds thermal data that only DJI's SDK decodes; the colours shown are not temperatures."
_APPENDED = (
    "The file holds camera data behind the picture that this reader does not decode; "
    "the colours shown are not temperatures."
)
_EXIF_ORIENTATION = 0x0112
_PNG_DEPTH_AT = 24  # signature, length and name of IHDR, columns, rows
# Opened by name of the format, so that no other of Pillow's many decoders ever sees the file.
_FORMATS: dict[bytes, type[ImageFile.ImageFile]] = {
    b"\x89PNG": PngImagePlugin.PngImageFile,
    b"\xff\xd8\xff": JpegImagePlugin.JpegImageFile,
    b"BM": BmpImagePlugin.BmpImageFile,
}
_GREY_16 = ("I;16", "I;16B", "I;16L", "I")
_AS_COLOURS = {"1": "L", "LA": "RGBA", "La": "RGBA", "PA": "RGBA", "RGBa": "RGBA", "RGBX": "RGB"}


@reader(KIND, ".png", ".jpg", ".jpeg", ".jpe", ".bmp")
def open_picture(path: Path) -> Recording:
    """Open a picture; grey ones have (rows, columns) of 8 or 16 bits, others RGB or RGBA of 8 bits."""
    with open_binary(path) as file:
        image = parse_picture(path, file)
        _check_size(path, image)
        return PictureRecording(path, _content(image, size_of(path)))


def parse_picture(path: Path, file: BinaryIO) -> ImageFile.ImageFile:
    """The picture's header; nothing is decoded. Named by what the file begins with, not by its suffix."""
    start = file.read(4)
    file.seek(0)
    for magic, format_ in _FORMATS.items():
        if start.startswith(magic):
            return format_(file)
    raise failure(path, "begins like no PNG, JPEG or BMP; copy it again, or give it the suffix of its format")


def _content(image: ImageFile.ImageFile, size: int) -> Content:
    mode = _delivered_mode(image)
    channels = {"RGB": (3,), "RGBA": (4,)}.get(mode, ())
    dtype = np.dtype(np.uint16 if mode == "I;16" else np.uint8)
    issue = _radiometric_issue(image) or _appended_issue(image, size)
    metadata: dict[str, Any] = {"format": image.format, "colours": image.mode}
    orientation = image.getexif().get(_EXIF_ORIENTATION, 1) if image.format == "JPEG" else 1
    if orientation != 1:
        metadata["orientation"] = f"EXIF {orientation}; shown as stored"
    if not issue:
        metadata["temperature"] = NO_TEMPERATURE
    shape = (image.height, image.width, *channels)
    return Content(KIND, 1, shape, dtype, INTENSITY, metadata=metadata, issues=(issue,) if issue else ())


def _delivered_mode(image: ImageFile.ImageFile) -> str:
    """L, I;16, RGB or RGBA: what the pixels are given as."""
    if image.mode in _GREY_16:
        return "I;16"
    if image.mode == "P":
        return "RGBA" if "transparency" in image.info else "RGB"
    mode = _AS_COLOURS.get(image.mode, image.mode)
    return mode if mode in ("L", "RGB", "RGBA") else "RGB"


def _radiometric_issue(image: ImageFile.ImageFile) -> str:
    """A sentence for a JPEG that carries temperatures beside the colours, else nothing."""
    blocks: list[tuple[str, bytes]] = getattr(image, "applist", [])
    if any(name == "APP1" and block.startswith(b"FLIR\0") for name, block in blocks):
        return _FLIR
    return _DJI if any(name in ("APP3", "APP4") and len(block) > 4096 for name, block in blocks) else ""


def _appended_issue(image: ImageFile.ImageFile, size: int) -> str:
    """A sentence for a BMP with more behind its pixels, where some hand-held cameras keep their own data."""
    if image.format != "BMP" or not image.tile:
        return ""
    codec, _, offset, arguments = image.tile[0]
    if codec != "raw" or not isinstance(arguments, tuple) or not isinstance(arguments[1], int):
        return ""
    return _APPENDED if size > offset + arguments[1] * image.height + 1024 else ""


@dataclass(frozen=True)
class StoredPicture:
    """A decoded picture and how its file stores it.

    `pixels`: as a recording's frame. `channels`: 1, 2 (grey and alpha), 3 or 4, a table of colours counting as the
    colours; `bits` of one channel. `has_alpha`: False for a fourth channel that is ink.
    """

    pixels: NDArray[Any]
    channels: int
    bits: int
    has_alpha: bool


def stored_pixels(path: Path, packed: bytes) -> int:
    """How many pixels a PNG, JPEG or BMP says it has; nothing is decoded. ReadError where it says nothing."""
    with reading(path, KIND):
        image = parse_picture(path, io.BytesIO(packed))
        return image.width * image.height


def decode_picture(path: Path, packed: bytes) -> StoredPicture:
    """Decode a PNG, JPEG or BMP from the bytes of its file; ReadError where it cannot be."""
    with reading(path, KIND):
        image = parse_picture(path, io.BytesIO(packed))
        _check_size(path, image)
        stored = "RGB" if image.mode == "P" and "transparency" not in image.info else image.mode
        channels = {"P": 4, "PA": 4, "LA": 2, "La": 2, "RGBX": 3}.get(stored, len(image.getbands()))
        if stored == "RGB":
            channels = 3
        bits = packed[_PNG_DEPTH_AT] if image.format == "PNG" and image.mode != "P" else 8
        pixels = _pixels(image)
        has_alpha = channels in (2, 4) and pixels.ndim == 3 and pixels.shape[2] == 4
        return StoredPicture(pixels, channels, bits, has_alpha)


def _check_size(path: Path, image: ImageFile.ImageFile) -> None:
    if image.width * image.height > MAX_PIXELS:
        size = f"{image.width:,} x {image.height:,}"
        raise failure(path, f"a picture of {size} pixels is too large to show; cut or shrink it first")


def _pixels(image: ImageFile.ImageFile) -> NDArray[Any]:
    """Decode: (rows, columns) of 8 or 16 bits, or RGB or RGBA of 8."""
    mode = _delivered_mode(image)
    return np.asarray(image if image.mode == mode or mode == "I;16" else image.convert(mode))


class PictureRecording(FileRecording):
    """One picture, decoded at the first look at it."""

    _pixels: NDArray[Any] | None = None

    @property
    def loaded(self) -> int:
        return 0 if self._pixels is None else 1

    def _read(self, first: int, stop: int) -> Frame:
        if self._pixels is None:
            self._pixels = self._decode()
        return self._pixels[first:stop]

    def _decode(self) -> NDArray[Any]:
        with open_binary(self._path) as file:
            packed = io.BytesIO(file.read())
        pixels = _pixels(parse_picture(self._path, packed)).astype(self.dtype, copy=False)[np.newaxis]
        if pixels.shape[1:] != self.frame_shape:
            raise failure(self._path, "has changed since it was opened; open it again")
        pixels.flags.writeable = False
        return pixels
