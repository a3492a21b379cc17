"""PNG of the usual build, decoded in as little time as may be; any other file is left to the readers.

A PNG stores each row behind a filter, which foretells bytes from their neighbours (PNG, 3rd edition, 9). Pictures
in palette colours pack best without any: then the unpacked bytes are the pixels, and zlib alone is quicker than a
decoder that fetches them row by row. OpenCV decodes all others in less time than Pillow.
"""

from __future__ import annotations

import math
import threading
import zlib
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.readers.failures import failure

# isal unpacks the same in less than half the time; it is made for x86-64 and ARM64 alone.
_inflate: Any = import_module("isal.isal_zlib" if find_spec("isal") else "zlib")

LARGE_PIXELS = 1 << 24
_PNG = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 6: 4}  # by colour type
_USUAL = bytes(3)  # deflate, the five filters, no interlacing
_FIRST_BYTES, _PART_BYTES = 1 << 10, 1 << 13
_LARGE_BYTES, _MOST_BYTES = 1 << 17, 1 << 23


@dataclass(frozen=True)
class PlainPng:
    """Pixels of 8 bits (rows, columns, channels); `red_first`: RGB and RGBA, else BGR and BGRA."""

    pixels: NDArray[np.uint8]
    red_first: bool


def plain_png(file: Path, content: bytes) -> PlainPng | None:
    """The pixels of a PNG of 8-bit grey, RGB or RGBA, from the bytes of its file; None for any other file.

    ReadError for a PNG that is cut short or whose checksums are wrong: some decoders make a picture even of
    these, others do not.
    """
    if not content.startswith(_PNG) or content[12:16] != b"IHDR":
        return None
    packed = _packed_pixels(file, content)
    columns, rows = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    depth, channels = content[24], _CHANNELS.get(content[25], 0)
    if packed is None or depth != 8 or not channels or not 0 < rows * columns <= LARGE_PIXELS:
        return None
    shape = (rows, columns, channels)
    pixels = _without_filters(packed, shape) if content[26:29] == _USUAL else None
    if pixels is not None:
        return PlainPng(pixels, True)
    decoded = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if (
        decoded is None
        or decoded.dtype != np.uint8
        or decoded.shape != (shape if channels > 1 else shape[:2])
    ):
        return None
    return PlainPng(np.asarray(decoded, np.uint8).reshape(shape), False)


def _packed_pixels(file: Path, content: bytes) -> bytes | memoryview | None:
    """Walk a PNG's chunks to its end mark and gather the packed pixels.

    None where a chunk gives plain colours another meaning. PNG, 3rd edition, 5.3: length, name, data and CRC of
    name and data; critical names begin with a capital.
    """
    at, is_plain = len(_PNG), True
    view = memoryview(content)
    parts: list[memoryview] = []
    while at + 12 <= len(content):
        end = at + 8 + int.from_bytes(view[at : at + 4], "big")
        name = content[at + 4 : at + 8]
        if end + 4 > len(content):
            break
        if zlib.crc32(view[at + 4 : end]) != int.from_bytes(view[end : end + 4], "big"):
            if name[:1].isupper():
                raise failure(
                    file, "damaged: a checksum in it is wrong; copy it again from where it was recorded"
                )
            is_plain = False
        is_plain &= name not in (b"tRNS", b"acTL")
        if name == b"IDAT":
            parts.append(view[at + 8 : end])
        if name == b"IEND":
            if not is_plain:
                return None
            return parts[0] if len(parts) == 1 else b"".join(parts)
        at = end + 4
    raise failure(file, "cut short; copy it again from where it was recorded")


def _without_filters(packed: bytes | memoryview, shape: tuple[int, int, int]) -> NDArray[np.uint8] | None:
    """The pixels where no row has a filter; None where one has, or where anything is out of the ordinary.

    Unpacked in parts: a first small one mostly tells whether there are filters, and never more than the picture's
    own bytes are unpacked, whatever the file holds.
    """
    rows, columns, channels = shape
    stride = 1 + columns * channels
    lines = large_buffer("lines", (rows * stride,))
    if lines is None:
        lines = np.empty(rows * stride, np.uint8)
    unpacking = _inflate.decompressobj()
    filled, begin, stop = 0, 0, _FIRST_BYTES
    try:
        while begin < len(packed):
            part = unpacking.decompress(packed[begin:stop], len(lines) - filled + 1)
            end = filled + len(part)
            if end > len(lines):
                return None
            lines[filled:end] = np.frombuffer(part, np.uint8)
            if begin == 0 and lines[:end:stride].any():
                return None
            filled, begin, stop = end, stop, stop + _PART_BYTES
    except _inflate.error:
        return None
    if filled != len(lines) or not unpacking.eof or unpacking.unused_data:
        return None
    by_row = lines.reshape(rows, stride)
    return None if by_row[:, 0].any() else by_row[:, 1:].reshape(shape)


class _Buffers(threading.local):
    """The memory of one thread's large arrays by their use."""

    def __init__(self) -> None:
        self.held: dict[str, NDArray[np.uint8]] = {}


_buffers = _Buffers()


def large_buffer(use: str, shape: tuple[int, ...], kind: type[np.generic] = np.uint8) -> NDArray[Any] | None:
    """Memory for a large array that is wanted anew for each picture; None for a small one, or one too large to hold.

    What this thread last got for the same use is overwritten. The system takes large arrays back when they are
    freed, and clears their pages every time they are asked for: that costs more than what is done to pixels there.
    """
    size = math.prod(shape) * np.dtype(kind).itemsize
    if not _LARGE_BYTES <= size <= _MOST_BYTES:
        return None
    held = _buffers.held.get(use)
    if held is None or len(held) < size:
        held = _buffers.held[use] = np.empty(size, np.uint8)
    return held[:size].view(kind).reshape(shape)
