"""InfraTec IRBIS pictures (.irb): each pixel is a place in a palette of 256 temperatures in kelvin.

Layout after the public notes of tomsoftware/Irbis-File-Format and jonathanschilling/irb, checked on files of a
VarioCAM: a table of 32-byte blocks at the place given at +25; in an image block sizes at +0, conditions at +24,
the palette at +60, what the camera says of itself from +1084 on, pixels at +1728. Pixels are pairs of bytes, or,
packed, first the lower bytes of all, then their upper bytes as pairs of run length and value; no packed file
was at hand to check the latter on.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from thermview.readers.base import Content
from thermview.readers.celsius import Celsius, CelsiusRecording
from thermview.readers.failures import failure
from thermview.readers.registry import reader
from thermview.readers.zipped import open_binary
from thermview.recording import APPARENT_TEMPERATURE, Frame, Recording
from thermview.thermal.radiometry import ZERO_CELSIUS_K

KIND = "InfraTec picture"
_MAGIC = b"\xffIRB\0"
_BLOCK = struct.Struct("<8i")
_IMAGE_BLOCK, _MAX_BLOCKS, _MAX_SIDE = 1, 65_536, 16_384
_PALETTE_AT, _PALETTE_LENGTH, _ABOUT_AT, _PIXELS_AT = 60, 256, 1084, 1728
_TEXTS = {"camera": (142, 12), "camera_serial": (186, 16), "optics": (202, 32), "lens": (234, 32)}
_RANGE_AT, _DATE_AT = 92, 540
_PLAIN, _PACKED = 0, 1
_DAY_ZERO = datetime(1899, 12, 30)  # of OLE automation dates; the file states no time zone


@dataclass(frozen=True)
class _Image:
    """One image block: where its pixels lie, and what stands before them."""

    start: int
    rows: int
    columns: int
    packed: bool
    head: bytes

    def places(self, file: BinaryIO) -> NDArray[np.uint16]:
        """The stored pixels (rows, columns). EOFError where the file ends before them."""
        file.seek(self.start + _PIXELS_AT)
        count = self.rows * self.columns
        stored = file.read(count * (3 if self.packed else 2))  # a run is one pixel long at least
        if self.packed:
            return _unpacked(stored, count).reshape(self.rows, self.columns)
        if len(stored) < count * 2:
            raise EOFError
        return np.frombuffer(stored, "<u2").reshape(self.rows, self.columns)

    @property
    def range_c(self) -> tuple[float, float]:
        """The measuring range, °C; NaN where the file states none."""
        low, high = struct.unpack_from("<2f", self.head, _ABOUT_AT + _RANGE_AT)
        stated = 0 <= low < high < 10_000  # false for NaN
        return (low - ZERO_CELSIUS_K, high - ZERO_CELSIUS_K) if stated else (math.nan, math.nan)

    def table(self) -> Celsius:
        """°C for each pixel value: the upper byte is the place in the palette, the lower one the 256ths beyond.

        NaN where the palette holds no temperature.
        """
        kelvin = np.frombuffer(self.head, "<f4", _PALETTE_LENGTH, _PALETTE_AT).astype(np.float64)
        kelvin[~((kelvin >= 0) & (kelvin < 1e5))] = np.nan
        following = np.append(kelvin[1:], kelvin[-1])
        part = np.arange(256) / 256
        celsius = np.outer(kelvin, 1 - part) + np.outer(following, part) - ZERO_CELSIUS_K
        return celsius.ravel().astype(np.float32)


def _unpacked(stored: bytes, count: int) -> NDArray[np.uint16]:
    """Pixels of a packed picture: `count` lower bytes, then runs (length, upper byte)."""
    runs = np.frombuffer(stored, np.uint8, offset=min(count, len(stored)))
    lengths, values = runs[: len(runs) // 2 * 2].reshape(-1, 2).T
    ends = np.cumsum(lengths, dtype=np.int64)
    needed = int(np.searchsorted(ends, count)) + 1
    if needed > len(ends):
        raise EOFError
    upper = np.repeat(values[:needed], lengths[:needed])[:count]
    return upper * np.uint16(256) + np.frombuffer(stored, np.uint8, count)


@reader(KIND, ".irb")
def open_irb(path: Path) -> Recording:
    """Open InfraTec pictures as °C; several image blocks of one size are frames."""
    with open_binary(path) as file:
        images = _images(path, file)
    first = images[0]
    same = [image for image in images if (image.rows, image.columns) == (first.rows, first.columns)]
    issues: tuple[str, ...] = ()
    if len(same) < len(images):
        issues = (
            f"{len(same)} of {len(images)} pictures in this file have the size of the first and are shown.",
        )
    shape, dtype = (first.rows, first.columns), np.dtype(np.float32)
    about = _metadata(first)
    content = Content(
        KIND, len(same), shape, dtype, APPARENT_TEMPERATURE, None, None, metadata=about, issues=issues
    )
    return IrbRecording(path, content, same)


def _images(path: Path, file: BinaryIO) -> list[_Image]:
    head = file.read(33)
    if not head.startswith(_MAGIC):
        raise failure(path, "begins like no InfraTec file; copy it again from where it was recorded")
    if len(head) < 33:
        raise EOFError
    place, count = struct.unpack_from("<2i", head, 25)
    if place < 33 or not 1 <= count <= _MAX_BLOCKS:
        raise failure(path, "its table of blocks is damaged; copy it again from where it was recorded")
    file.seek(place)
    table = file.read(count * _BLOCK.size)
    blocks = [_BLOCK.unpack_from(table, at) for at in range(0, len(table) - _BLOCK.size + 1, _BLOCK.size)]
    images = [_image(path, file, block[3]) for block in blocks if block[0] == _IMAGE_BLOCK]
    if not images:
        raise failure(path, "holds no picture of temperatures; export it as CSV or float TIFF")
    return images


def _image(path: Path, file: BinaryIO, start: int) -> _Image:
    file.seek(max(start, 0))
    head = file.read(_PIXELS_AT)
    if len(head) < _PIXELS_AT:
        raise EOFError
    pixel_bytes, compression, columns, rows = struct.unpack_from("<4h", head)
    if pixel_bytes != 2 or compression not in (_PLAIN, _PACKED):
        raise failure(path, "its picture is packed in a way that is not read; export it as CSV or float TIFF")
    if not (1 <= rows <= _MAX_SIDE and 1 <= columns <= _MAX_SIDE):
        raise failure(path, f"states a picture of {columns} x {rows} pixels; copy it again")
    image = _Image(start, rows, columns, compression == _PACKED, head)
    if image.packed:
        image.places(file)  # only the runs tell where they end
    elif file.seek(0, 2) < start + _PIXELS_AT + rows * columns * 2:
        raise EOFError
    return image


def _metadata(image: _Image) -> dict[str, Any]:
    emissivity, distance_m, ambient_k = struct.unpack_from("<3f", image.head, 24)
    found: dict[str, Any] = {}
    if 0 < emissivity <= 1:
        found["emissivity"] = float(f"{emissivity:.6g}")
    if 0 <= distance_m < 1e6:
        found["distance_m"] = float(f"{distance_m:.6g}")
    if 0 < ambient_k < 5000:
        found["ambient_temperature_c"] = float(f"{ambient_k - ZERO_CELSIUS_K:.6g}")
    for name, (at, length) in _TEXTS.items():
        text = image.head[_ABOUT_AT + at : _ABOUT_AT + at + length].split(b"\0")[0].decode("latin-1")
        if text.strip() and text.isprintable():
            found[name] = text.strip()
    if not math.isnan(image.range_c[0]):
        low, high = (float(f"{value:.6g}") for value in image.range_c)
        found |= {"measuring_range_low_c": low, "measuring_range_high_c": high}
    (days,) = struct.unpack_from("<d", image.head, _ABOUT_AT + _DATE_AT)
    if 1 < days < 100_000:
        found["date"] = (_DAY_ZERO + timedelta(days=days)).isoformat(timespec="seconds")
    return found


class IrbRecording(CelsiusRecording):
    """Pictures looked up in their palettes of temperatures; the file is not held open."""

    def __init__(self, path: Path, content: Content, images: list[_Image]) -> None:
        super().__init__(path, content)
        self._images = images

    @property
    def loaded(self) -> int:
        return 0

    def _read(self, first: int, stop: int) -> Frame:
        celsius = np.empty((stop - first, *self.frame_shape), np.float32)
        with open_binary(self._path) as file:
            for index in range(first, stop):
                image = self._images[index]
                celsius[index - first] = image.table()[image.places(file)]
                self._note_limits(celsius[index - first], index, image.range_c, {})
        return celsius
