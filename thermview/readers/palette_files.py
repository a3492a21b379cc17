"""Palettes that are none of the program's: a table of colours (CSV), or the palette inside a FLIR camera's file.

FLIR's record holds the number of colours, a name at +0x50 and (Y, Cr, Cb) from +0x70 on (ExifTool's documentation
of FLIR tags). Cameras turn these into the colours of their JPEG in two ways: Y from 16 to 235 stretched to 0 to 255,
or as it is. Which one, the file's own picture tells.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ThermviewError
from thermview.readers.failures import failure, reading
from thermview.readers.flir import camera_source
from thermview.readers.flir_records import PALETTE, read_frame
from thermview.readers.picture import open_picture
from thermview.readers.zipped import open_binary
from thermview.thermal.palette_fit import fit_of
from thermview.thermal.palette_line import PaletteLine

TABLE_SUFFIXES = (".csv", ".txt", ".lut")
CAMERA_SUFFIXES = (".jpg", ".jpeg", ".fff", ".seq", ".csq")
_MAX_TABLE_BYTES = 1 << 20
_NAME, _NAME_BYTES, _COLOURS = 0x50, 32, 0x70
_MOST_COLOURS = 255


def read_palette(path: Path) -> tuple[str, NDArray[np.uint8]]:
    """Name and colours (n, 3) of a palette's file, cold to hot; ReadError with one sentence where it has none."""
    with reading(path, "palette"):
        suffix = path.suffix.lower()
        if suffix in TABLE_SUFFIXES:
            name, colours = path.stem, _table(path)
        elif suffix in CAMERA_SUFFIXES:
            name, colours = _of_camera(path)
        else:
            known = ", ".join((*TABLE_SUFFIXES, *CAMERA_SUFFIXES))
            raise failure(path, f"palettes are read from files ending in {known}")
        try:
            PaletteLine(name, colours)
        except ThermviewError as error:
            raise failure(path, str(error)) from error
        return name, colours


def _table(path: Path) -> NDArray[np.uint8]:
    """Rows of red, green and blue, 0 to 255 or 0 to 1, below any lines of words; a column before them counts steps."""
    with path.open("rb") as file:
        text = file.read(_MAX_TABLE_BYTES).decode("utf-8-sig", "replace")
    rows = [row for line in text.splitlines() if (row := _numbers(line)) is not None]
    if len(rows) < 2 or len({len(row) for row in rows}) > 1:
        raise failure(path, "a palette's table has one row of red, green and blue for each colour")
    table = np.array(rows)[:, -3:]
    if table.max() <= 1.0 and (table % 1).any():
        table = table * 255
    if table.min() < 0 or table.max() > 255:
        raise failure(path, "the colours of a palette lie between 0 and 255, or between 0 and 1")
    colours: NDArray[np.uint8] = np.rint(table).astype(np.uint8)
    return colours


def _numbers(line: str) -> list[float] | None:
    """The three or four numbers of a line; None for any other line."""
    for letter in ";,\t":
        line = line.replace(letter, " ")
    try:
        row = [float(word) for word in line.split()]
    except ValueError:
        return None
    return row if len(row) in (3, 4) and np.isfinite(row).all() else None


def _of_camera(path: Path) -> tuple[str, NDArray[np.uint8]]:
    with open_binary(path) as file:
        source = camera_source(path, file)
        record = read_frame(source).find(PALETTE)
        if record is None:
            raise failure(path, "the camera put no palette into this file; choose another file of it")
        packed = source.read(record.offset, min(record.length, _COLOURS + 3 * _MOST_COLOURS))
    count = packed[0] if packed else 0
    table = np.frombuffer(packed[_COLOURS : _COLOURS + 3 * count], np.uint8)
    if count < 2 or len(table) != 3 * count:
        raise failure(path, "the palette in this file is cut; choose another file of the camera")
    name = packed[_NAME : _NAME + _NAME_BYTES].split(b"\0")[0].decode("latin-1")
    known = name if name and name.isprintable() else "palette"
    stretched, plain = (_rgb(table.reshape(-1, 3), stretch) for stretch in (True, False))
    return f"{known} of {path.name}", plain if _fits_plain(path, stretched, plain) else stretched


def _rgb(table: NDArray[np.uint8], stretch: bool) -> NDArray[np.uint8]:
    """Red, green and blue of (Y, Cr, Cb) after ITU-R BT.601."""
    y, cr, cb = (table[:, channel].astype(np.float64) for channel in range(3))
    cr, cb = cr - 128, cb - 128
    if stretch:
        y, cr, cb = (y - 16) * (255 / 219), cr * (255 / 224), cb * (255 / 224)
    rgb = np.stack([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], axis=1)
    return np.clip(np.rint(rgb), 0, 255).astype(np.uint8)


def _fits_plain(path: Path, stretched: NDArray[np.uint8], plain: NDArray[np.uint8]) -> bool:
    """True where the file's own picture is drawn in the palette as it is, and where it has no picture of colours."""
    if path.suffix.lower() not in (".jpg", ".jpeg"):
        return True
    picture = open_picture(path)
    try:
        frame = picture.frame(0)
    finally:
        picture.close()
    if frame.ndim != 3:
        return True
    one, other = (fit_of(frame, PaletteLine("", colours), lossy=True) for colours in (plain, stretched))
    return one.median <= other.median
