"""Pictures of a picture set: scenes coloured by a palette, as RGB or RGBA PNG."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.annotation import BoundingBox
from thermview.sample.thermal_canvas import Field
from thermview.sample.thermal_stage import SessionConditions
from thermview.thermal.display import Display, paint

PALETTE = "inferno"
_DISPLAY = Display(palette=PALETTE, scale_mode="manual")
_LEAST_SPAN_K, _GREATEST_SPAN_K = 7.0, 60.0
_BACKGROUND_AT = 0.22  # where on the palette the background lies: cold purple, as in the real set


def colour_ends(celsius: Field, session: SessionConditions) -> tuple[float, float]:
    """°C of the palette's ends for a session, from its first frame.

    The background lies a fifth up the palette and the hottest places near its end; very hot ones (fire)
    saturate, so that the rest of the scene stays visible.
    """
    sample = celsius[::4, ::4]
    background, hottest = (float(v) for v in np.percentile(sample, (30, 99.85)))
    span = (hottest - background) * (1.0 + session.span_high_k)
    span = float(np.clip(span, _LEAST_SPAN_K, _GREATEST_SPAN_K))
    low = background - _BACKGROUND_AT * span + session.span_low_k
    return round(low, 1), round(low + 1.25 * span, 1)


def cut(celsius: Field, box: BoundingBox) -> Field:
    """The part of a field inside a box whose corners lie on whole pixels."""
    top, left = int(box.row), int(box.column)
    return celsius[top : top + int(box.height), left : left + int(box.width)]


def coloured(celsius: Field, ends: tuple[float, float], channels: int) -> NDArray[np.uint8]:
    """(rows, columns, 3 or 4) uint8 RGB or RGBA, alpha opaque."""
    picture = paint(celsius, _DISPLAY, ends)
    if channels == 3:
        return picture
    return np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])


def _png_options(level: int) -> list[int]:
    options = [cv2.IMWRITE_PNG_COMPRESSION, level]
    if hasattr(cv2, "IMWRITE_PNG_FILTER"):  # newer OpenCV: unfiltered, a third smaller for palette colours
        options += [cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE]
    return options


_OPTIONS, _QUICK_OPTIONS = _png_options(3), _png_options(1)


def png_bytes(picture: NDArray[np.uint8], *, quick: bool = False) -> bytes:
    """An RGB or RGBA picture as PNG; the same pixels give the same bytes. `quick` packs less tightly."""
    order: Any = cv2.COLOR_RGB2BGR if picture.shape[2] == 3 else cv2.COLOR_RGBA2BGRA
    _, encoded = cv2.imencode(".png", cv2.cvtColor(picture, order), _QUICK_OPTIONS if quick else _OPTIONS)
    return encoded.tobytes()


def write_picture(path: Path, picture: NDArray[np.uint8], *, quick: bool = False) -> None:
    """Write an RGB or RGBA picture as PNG; `quick` packs less tightly."""
    path.write_bytes(png_bytes(picture, quick=quick))
