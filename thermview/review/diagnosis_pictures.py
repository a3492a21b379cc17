"""Small pictures for a page: read from the set, shrunk, put into the page itself."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from thermview.diagnosis.table import PictureTable
from thermview.errors import ThermviewError
from thermview.inference.pictures import picture_of
from thermview.jobs import Progress, Steps
from thermview.readers import open_recording
from thermview.review.diagnosis_charts import png_uri

LONGER_SIDE = 128
_QUALITY = 82


@dataclass(frozen=True)
class Thumbnail:
    """A picture in a page: `uri` is "" where it cannot be shown, and `words` stand below it."""

    path: str
    uri: str
    columns: int
    rows: int


class Thumbnails:
    """Pictures of a set by table row, each read once and kept small."""

    def __init__(self, root: Path, table: PictureTable) -> None:
        self._root, self._table = root, table
        self._made: dict[int, Thumbnail] = {}

    def read(self, rows: Iterable[int]) -> Steps:
        """Read these pictures; Progress counts them. One that cannot be read is shown as missing."""
        wanted = sorted({int(row) for row in rows})
        for done, row in enumerate(wanted, start=1):
            if row not in self._made:
                self._made[row] = self._read(row)
            yield Progress(done, len(wanted), unit="pictures")

    def __getitem__(self, row: int) -> Thumbnail:
        return self._made.get(int(row)) or Thumbnail(self._table.paths[int(row)], "", 0, 0)

    def _read(self, row: int) -> Thumbnail:
        path = self._table.paths[row]
        if not self._table.readable[row]:
            return Thumbnail(path, "", 0, 0)
        try:
            recording = open_recording(self._root / path)
            try:
                pixels = shrunk(picture_of(recording.frame(0)))
            finally:
                recording.close()
        except (ThermviewError, OSError, ValueError, MemoryError):
            return Thumbnail(
                path, "", 0, 0
            )  # it was there when the set was read; the page says it is not now
        return Thumbnail(path, jpeg_uri(pixels), pixels.shape[1], pixels.shape[0])


def shrunk(pixels: NDArray[np.uint8], longer_side: int = LONGER_SIDE) -> NDArray[np.uint8]:
    """Pixels (rows, columns, 3) brought down so that neither side is longer."""
    longest = max(pixels.shape[:2])
    if longest <= longer_side:
        return pixels
    size = [max(1, round(side * longer_side / longest)) for side in pixels.shape[:2]]
    return np.asarray(cv2.resize(pixels, (size[1], size[0]), interpolation=cv2.INTER_AREA), np.uint8)


def jpeg_uri(pixels: NDArray[np.uint8]) -> str:
    """Pixels (rows, columns, 3) as a JPEG in a data URI."""
    stream = BytesIO()
    # no colour sub-sampling: palettes have sharp colours
    Image.fromarray(pixels).save(stream, "JPEG", quality=_QUALITY, subsampling=0)
    return "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def mean_picture_uri(mean: NDArray[np.float32]) -> str:
    """A class's mean picture (side, side, 3) of 0 to 255; "" for a class without one."""
    if not mean.size or not np.isfinite(mean).all():
        return ""
    return png_uri(np.clip(np.rint(mean), 0, 255).astype(np.uint8))


def first_rows(rows: NDArray[Any], most: int) -> Iterator[int]:
    """The first table rows of a list."""
    return (int(row) for row in rows[:most] if row >= 0)
