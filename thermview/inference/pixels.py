"""Pixels to tensors, as the card says; the only place where a model's input is prepared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.errors import ModelError
from thermview.inference.card import ModelInput

Array = NDArray[Any]


def prepare(pictures: Sequence[Array] | Array, spec: ModelInput) -> Array:
    """Pictures to one batch in the card's layout.

    `pictures`: grey (rows, columns) or colour (rows, columns, 3 or 4) in RGB or RGBA order, any mix of
    sizes where the card states a size. Result: (n, channels, rows, columns) for NCHW, (n, rows,
    columns, channels) for NHWC, (n, rows, columns) for NHW and THW, (1, n, rows, columns) for NTHW.
    ModelError where a picture has no such shape.
    """
    if len(pictures) == 0:
        raise ModelError("there is no picture to give to the model")
    ready = np.stack([_one(np.asarray(picture), spec) for picture in pictures])
    if spec.layout == "NCHW":
        return np.ascontiguousarray(ready.transpose(0, 3, 1, 2))
    if spec.layout == "NHWC":
        return ready
    flat = ready[..., 0]
    return flat[None] if spec.layout == "NTHW" else flat


def _one(picture: Array, spec: ModelInput) -> Array:
    """One picture as (rows, columns, channels), scaled."""
    if (
        picture.ndim not in (2, 3)
        or 0 in picture.shape
        or (picture.ndim == 3 and picture.shape[2] not in (1, 3, 4))
    ):
        raise ModelError(f"a picture of shape {picture.shape} is neither grey nor colour")
    pixels = _channels(picture, spec)
    if spec.rows is not None and spec.columns is not None:
        pixels = resize(pixels, spec.rows, spec.columns, spec.fit, spec.pad)
    if spec.dtype in ("uint8", "uint16"):
        top = np.iinfo(spec.dtype).max
        return np.asarray(np.clip(np.rint(pixels * spec.scale), 0, top), dtype=spec.dtype)
    mean, std = np.asarray(spec.mean, np.float32), np.asarray(spec.std, np.float32)
    return np.asarray((pixels * np.float32(spec.scale) - mean) / std, dtype=spec.dtype)


def _channels(picture: Array, spec: ModelInput) -> NDArray[np.float32]:
    pixels = picture.astype(np.float32)
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    pixels = pixels[..., :3]  # the alpha channel of a screenshot says nothing about the scene
    if spec.channels == 1 and pixels.shape[2] == 3:
        luma = np.array([[0.299], [0.587], [0.114]], np.float32)  # ITU-R BT.601
        return np.asarray(pixels @ luma, np.float32)
    if spec.channels == 3 and pixels.shape[2] == 1:
        return np.repeat(pixels, 3, axis=2)
    return pixels[..., ::-1] if spec.order == "bgr" and spec.channels == 3 else pixels


def resize(pixels: NDArray[np.float32], rows: int, columns: int, fit: str, pad: float) -> NDArray[np.float32]:
    """(r, c, channels) to (rows, columns, channels): area average when shrinking, bilinear when growing."""
    height, width = pixels.shape[:2]
    if (height, width) == (rows, columns):
        return pixels
    if fit == "stretch":
        return _scaled(pixels, rows, columns)
    pick = max if fit == "crop" else min
    factor = pick(rows / height, columns / width)
    scaled = _scaled(pixels, max(1, round(height * factor)), max(1, round(width * factor)))
    height, width = scaled.shape[:2]
    if fit == "crop":
        top, left = (height - rows) // 2, (width - columns) // 2
        return scaled[top : top + rows, left : left + columns]
    result = np.full((rows, columns, pixels.shape[2]), pad, np.float32)
    top, left = (rows - height) // 2, (columns - width) // 2
    result[top : top + height, left : left + width] = scaled
    return result


def _scaled(pixels: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    shrinking = rows * columns < pixels.shape[0] * pixels.shape[1]
    how = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
    result = np.asarray(cv2.resize(pixels, (columns, rows), interpolation=how), np.float32)
    return result.reshape(rows, columns, pixels.shape[2])  # OpenCV drops a single channel
