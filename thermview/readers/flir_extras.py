"""What else a FLIR file holds beside temperatures: its palette's name, the visible picture and how it lies."""

from __future__ import annotations

import math
import struct
from typing import Any

from thermview.readers.flir_records import (
    ALIGNMENT,
    EMBEDDED_IMAGE,
    PALETTE,
    FormatError,
    Frame,
    Source,
    picture_size,
)

_PALETTE_NAME = (0x50, 32)
_FORMATS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG": "PNG"}


def extras(source: Source, frame: Frame) -> dict[str, Any]:
    """Metadata of the first record of each kind; what cannot be understood is left out."""
    found: dict[str, Any] = {}
    for type_, read in ((PALETTE, _palette), (EMBEDDED_IMAGE, _visible_picture), (ALIGNMENT, _alignment)):
        record = frame.find(type_)
        if record is not None:
            try:
                found |= read(source.read(record.offset, min(record.length, 128)))
            except (FormatError, struct.error):
                continue
    return found


def _palette(record: bytes) -> dict[str, Any]:
    start, length = _PALETTE_NAME
    name = record[start : start + length].split(b"\0")[0].decode("latin-1")
    return {"palette": name} if name and name.isprintable() else {}


def _visible_picture(record: bytes) -> dict[str, Any]:
    rows, columns = picture_size(record)
    format_ = next((name for magic, name in _FORMATS.items() if record[32:].startswith(magic)), "raw")
    return {"visible_picture": f"{columns} x {rows} pixels, {format_}; not shown yet"}


def _alignment(record: bytes) -> dict[str, Any]:
    """How the visible picture lies over the thermal one: enlargement, and offset in visible pixels."""
    scale, columns, rows = struct.unpack_from("<f2h", record, 0)
    if not (math.isfinite(scale) and 0 < scale < 100):
        return {}
    return {"visible_scale": float(f"{scale:.6g}"), "visible_offset": [columns, rows]}
