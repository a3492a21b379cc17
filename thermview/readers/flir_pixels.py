"""The counts in a FLIR picture record: stored as they are, as PNG, or as JPEG-LS."""

from __future__ import annotations

import importlib.util
import io
import struct
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import PngImagePlugin

from thermview.readers.flir_records import CutError, FormatError, Record, Source, order_of, picture_size

NEEDS_EXTRA = 'its frames are packed as JPEG-LS; pip install "thermview[flir]" and open it again'
_HEADER_BYTES = 32
_PEEK_BYTES = 64
_MAX_SIDE, _MAX_PIXELS = 16_384, 1 << 24  # the largest FLIR cameras have 2048 x 1536
_PACKING_BYTES = 1 << 16
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_JPEG_LS_FRAME = 0xF7
# The cameras that write PNG as its standard says; all others store its 16 bits the other way round.
_PLAIN_PNG_CAMERAS = ("ThermaCAM EX320", "ThermaCAM P20 NTSC", "ThermaCAM S65 NTSC", "P20 NTSC", "S65 NTSC")

Counts = NDArray[np.uint16]


@dataclass(frozen=True)
class RawImage:
    """Where a frame's counts lie and how they are packed, known before they are read."""

    record: Record
    rows: int
    columns: int
    packing: str  # "stored", "PNG" or "JPEG-LS"
    order: str

    def decode(self, source: Source, camera: str) -> Counts:
        """The counts, (rows, columns); FormatError where they are damaged."""
        place, length = self.record.offset + _HEADER_BYTES, self.record.length - _HEADER_BYTES
        if self.packing == "stored":
            stored = source.whole(place, self.rows * self.columns * 2)
            counts = np.frombuffer(stored, f"{self.order}u2")
            return counts.reshape(self.rows, self.columns).astype(np.uint16, copy=False)
        if length > self.rows * self.columns * 4 + _PACKING_BYTES:
            raise FormatError("its packed picture is larger than its pixels")
        packed = source.whole(place, length)
        if self.packing == "JPEG-LS":
            return _jpeg_ls(packed, self.rows, self.columns)
        counts = _png(packed, self.rows, self.columns)
        return counts if camera.startswith(_PLAIN_PNG_CAMERAS) else counts.byteswap()


def lacks_extra(packings: Collection[str]) -> bool:
    """True where a package is missing that unpacks counts so packed."""
    return "JPEG-LS" in packings and importlib.util.find_spec("imagecodecs") is None


def find_counts(source: Source, record: Record) -> RawImage:
    """What a picture record holds; FormatError where that is nothing that can be a thermal picture."""
    head = source.read(record.offset, min(_PEEK_BYTES, record.length))
    rows, columns = picture_size(head)
    if not (1 <= rows <= _MAX_SIDE and 1 <= columns <= _MAX_SIDE and rows * columns <= _MAX_PIXELS):
        raise FormatError(f"its picture is said to be {columns:,} x {rows:,} pixels")
    packed = head[_HEADER_BYTES:]
    if packed.startswith(_PNG):
        _check_png(packed, rows, columns)
        return RawImage(record, rows, columns, "PNG", "")
    if packed.startswith(_JPEG):
        return RawImage(record, rows, columns, "JPEG-LS", "")
    if record.length - _HEADER_BYTES < rows * columns * 2:
        raise FormatError("its picture is shorter than it says")
    return RawImage(record, rows, columns, "stored", order_of(head))


def _check_png(packed: bytes, rows: int, columns: int) -> None:
    """A picture of 16-bit counts has the stated size; placeholders of other programs have not."""
    if len(packed) < 26:
        raise CutError("its picture ends too early")
    width, height, depth, colours = struct.unpack_from(">2I2B", packed, 16)
    if (height, width, depth, colours) != (rows, columns, 16, 0):
        raise FormatError(
            f"its picture of counts is {width} x {height} pixels of {depth} bits, not {columns} x {rows} of 16"
        )


def _png(packed: bytes, rows: int, columns: int) -> Counts:
    _check_png(packed, rows, columns)
    counts = np.asarray(PngImagePlugin.PngImageFile(io.BytesIO(packed)))
    if counts.shape != (rows, columns):
        raise FormatError("its picture of counts is damaged")
    return counts.astype(np.uint16, copy=False)


def _jpeg_ls(packed: bytes, rows: int, columns: int) -> Counts:
    bits, height, width, components = _jpeg_ls_frame(packed)
    if (height, width, components) != (rows, columns, 1) or bits > 16:
        raise FormatError("its picture of counts has another size than it says")
    import imagecodecs  # an extra, looked for at opening

    counts = np.asarray(imagecodecs.jpegls_decode(packed))
    if counts.shape != (rows, columns):
        raise FormatError("its picture of counts is damaged")
    return counts.astype(np.uint16, copy=False)


def _jpeg_ls_frame(packed: bytes) -> tuple[int, int, int, int]:
    """(bits, rows, columns, components) of a JPEG-LS picture, from its frame header (ITU-T T.87, C.2.2)."""
    place = 2
    while place + 10 <= len(packed) and packed[place] == 0xFF:
        length = int.from_bytes(packed[place + 2 : place + 4], "big")
        if packed[place + 1] == _JPEG_LS_FRAME:
            bits, rows, columns, components = struct.unpack_from(">B2HB", packed, place + 4)
            return int(bits), int(rows), int(columns), int(components)
        place += 2 + max(length, 2)
    raise FormatError("its picture of counts is packed in a way that is not known")
