"""Frames as the laser models take them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def clean_frames(frames: NDArray[Any]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Frames (n, rows, columns) as float32, and which of them hold no numbers (NaN or infinite).

    Such frames become zero, so that the graph stays finite; their scores are not used. Negative counts
    of signed difference videos become zero, as in the clipped difference the models are made for.
    """
    pixels = frames.astype(np.float32)
    if frames.dtype.kind == "u":
        return pixels, np.zeros(len(frames), np.bool_)
    bad = np.asarray(~np.isfinite(pixels).all(axis=(1, 2)))
    pixels[bad] = 0.0
    np.maximum(pixels, 0.0, out=pixels)
    return pixels, bad
