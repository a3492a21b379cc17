"""What else a FLIR file holds beside temperatures: its palette's name, the visible picture and how it lies."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
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
    return {"visible_picture": f"{columns} x {rows} pixels, {format_}"}


@dataclass(frozen=True)
class StatedAlignment:
    """How the visible picture lies over the thermal one, in the file's own words.

    `scale`: ratio of the two fields of view. `offset`: (columns, rows) in visible pixels. `inset`: the first and last
    column, the first and last row of the thermal picture that picture-in-picture keeps.
    """

    scale: float
    offset: tuple[int, int]
    inset: tuple[int, int, int, int]


def stated_alignment(record: bytes) -> StatedAlignment | None:
    """What a record of alignment says; None where its scale cannot be used, struct.error where it is too short."""
    scale, *places = struct.unpack_from("<f6h", record, 0)
    if not (math.isfinite(scale) and 0 < scale < 100):
        return None
    columns, rows, *inset = places
    return StatedAlignment(scale, (columns, rows), (inset[0], inset[1], inset[2], inset[3]))


def _alignment(record: bytes) -> dict[str, Any]:
    stated = stated_alignment(record)
    if stated is None:
        return {}
    return {"visible_scale": float(f"{stated.scale:.6g}"), "visible_offset": list(stated.offset)}
