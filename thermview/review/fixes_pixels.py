"""Pictures with other channels, where that loses no detail of the scene."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from thermview.errors import ExportError
from thermview.readers import open_recording

_FORMATS = {".png": "PNG", ".bmp": "BMP"}
_FAST: dict[str, dict[str, int]] = {"PNG": {"compress_level": 3}}
"""Half the time of the usual level for files a tenth larger: a set has a million of them."""


def rewritten(path: Path, target: str) -> bytes | None:
    """The file's bytes with its colours as "RGB" or "grey"; None where that would lose detail or change its format.

    Alpha is left out, never multiplied in; grey becomes three equal channels. What was written is decoded again
    and must have the same colours: ExportError else. ReadError where the file cannot be read.
    """
    form = _FORMATS.get(path.suffix.lower())
    if form is None:
        return None
    recording = open_recording(path)
    try:
        frame = recording.frame(0)
    finally:
        recording.close()
    pixels = _as(frame, target)
    if pixels is None:
        return None
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, form, **_FAST.get(form, {}))
    data = stream.getvalue()
    with Image.open(io.BytesIO(data), formats=(form,)) as again:
        if not np.array_equal(np.asarray(again), pixels):
            raise ExportError(
                f"{path.name}: its pixels came out differently after writing; the copy is not made."
            )
    return data


def _as(frame: NDArray[np.generic], target: str) -> NDArray[np.uint8] | None:
    if frame.dtype != np.uint8:
        return None
    if target == "grey":
        return np.asarray(frame, np.uint8) if frame.ndim == 2 else None
    if frame.ndim == 2:
        return np.repeat(np.asarray(frame, np.uint8)[..., None], 3, axis=2)
    return np.ascontiguousarray(np.asarray(frame, np.uint8)[..., :3])
