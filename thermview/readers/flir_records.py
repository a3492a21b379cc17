"""FLIR's file format (FFF): a header, a table of records, and records such as the picture and the camera.

Layout after ExifTool's documentation of FLIR tags: `FFF\\0`, writer's name, version at +20, place and length of
the table at +24 and +28; 32 bytes for each record. Both byte orders occur: the version tells which.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

HEADER_BYTES = 64
RECORD_BYTES = 32
MAX_RECORDS = 1024
MAGICS = (b"FFF\0", b"AFF\0")
RAW_IMAGE, EMBEDDED_IMAGE, CAMERA, PALETTE, ALIGNMENT = 0x01, 0x0E, 0x20, 0x22, 0x2A
_LITTLE, _BIG = "<", ">"
_MAX_VERSION = 1000


class FormatError(ValueError):
    """The bytes are not what they should be; its text is a reason in a few words."""


class CutError(FormatError):
    """The bytes begin well and end too early."""


class Source:
    """Stretches of a file read as one; `spans` are (start, length) in the file, in order."""

    def __init__(self, file: BinaryIO, spans: Sequence[tuple[int, int]]) -> None:
        self._file = file
        self.spans = tuple(spans)
        self.size = sum(length for _, length in self.spans)

    def read(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`; fewer where the spans or the file end."""
        parts: list[bytes] = []
        for start, length in self.spans:
            if offset < length and count > 0:
                self._file.seek(start + offset, os.SEEK_SET)
                parts.append(self._file.read(min(count, length - offset)))
                count -= len(parts[-1])
                offset = length
            offset -= length
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def whole(self, offset: int, count: int) -> bytes:
        """Exactly `count` bytes; CutError where there are fewer."""
        found = self.read(offset, count) if 0 <= offset <= self.size - count else b""
        if len(found) != count:
            raise CutError("ends too early")
        return found


@dataclass(frozen=True)
class Record:
    """One entry of the table: what it is, and where it lies in its source."""

    type: int
    offset: int
    length: int


@dataclass(frozen=True)
class Frame:
    """The records of one frame; `start` and `stop` say where it lies in its source."""

    start: int
    stop: int
    records: tuple[Record, ...]

    def find(self, type_: int) -> Record | None:
        """The first record of a type."""
        return next((record for record in self.records if record.type == type_), None)


def read_frame(source: Source, start: int = 0) -> Frame:
    """The table of the frame that begins at `start`; no pixel is read.

    FormatError where no frame begins there, CutError where its table ends too early. Whether its records
    are all there is not looked at: `stop` may lie behind the end of the source.
    """
    header = source.read(start, HEADER_BYTES)
    if header[:4] not in MAGICS:
        raise FormatError("no FLIR header")
    if len(header) < HEADER_BYTES:
        raise CutError("ends in its header")
    order = byte_order(header[20:24])
    place, count = struct.unpack(f"{order}2I", header[24:32])
    if not (place >= HEADER_BYTES and 1 <= count <= MAX_RECORDS):
        raise FormatError("its table of records cannot be")
    table = source.whole(start + place, count * RECORD_BYTES)
    records = tuple(_records(table, order, start))
    ends = [record.offset + record.length for record in records]
    return Frame(start, max([start + place + len(table), *ends]), records)


def byte_order(version: bytes) -> str:
    """The byte order in which the version is a small number; FormatError where it is in neither."""
    for order in (_LITTLE, _BIG):
        if 0 < struct.unpack(f"{order}I", version)[0] < _MAX_VERSION:
            return order
    raise FormatError("of no known version")


def _records(table: bytes, order: str, start: int) -> list[Record]:
    found = []
    for place in range(0, len(table), RECORD_BYTES):
        type_, _, _, _, offset, length = struct.unpack_from(f"{order}2H4I", table, place)
        if type_ and length:
            found.append(Record(type_, start + offset, length))
    return found


def order_of(record: bytes) -> str:
    """Byte order of a record, told by the small number that it begins with."""
    if len(record) < 2:
        raise CutError("a record ends too early")
    return _LITTLE if record[1] == 0 and record[0] else _BIG


def picture_size(record: bytes) -> tuple[int, int]:
    """(rows, columns) as a picture's record states them."""
    if len(record) < 6:
        raise CutError("a record ends too early")
    columns, rows = struct.unpack_from(f"{order_of(record)}2H", record, 2)
    return rows, columns
