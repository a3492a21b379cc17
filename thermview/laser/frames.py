"""Frames as the laser models take them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FULL = 1023
"""The laser camera's largest count."""
MOST_COUNTS = 2**24
"""What pixels may reach: beyond, 32-bit numbers do not hold every count, and their squares soon none at all."""
SEEN = 512
"""Frames, evenly spread, in which a recording's ground is looked for."""
UNLIT = 0.1
"""A pixel has no light in at least this share of the frames: a spot passes it once or twice in a cycle."""


def ground_of(frames: NDArray[Any]) -> int:
    """Counts that most pixels of frames (n, rows, columns) show without light.

    0 where frames are differences, the camera's dark level where they are raw. Pixels differ in it; what is left of
    them is part of their pictures.
    """
    if not len(frames):
        return 0
    seen = frames[:: max(len(frames) // SEEN, 1)]
    unlit = np.quantile(seen, UNLIT, axis=0, method="lower")
    level = float(np.median(unlit))
    return max(int(level), 0) if np.isfinite(level) else 0


def above(frames: NDArray[Any], ground: int) -> NDArray[Any]:
    """Counts above a ground, 0 at least, in the frames' own type."""
    return np.asarray(np.maximum(frames, ground) - frames.dtype.type(ground)) if ground else frames


def clean_frames(frames: NDArray[Any], ground: int = 0) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Frames (n, rows, columns) as float32 above their ground, and which of them hold no counts: NaN, infinite
    or beyond MOST_COUNTS.

    Such frames become zero, so that the graph stays finite; their scores are not used. Negative counts
    of signed difference videos become zero, as in the clipped difference the models are made for.
    """
    with np.errstate(over="ignore"):  # what overflows is infinite and told
        pixels = frames.astype(np.float32)
    if ground:
        pixels -= np.float32(ground)
    if frames.dtype.kind == "u" and frames.dtype.itemsize <= 2:
        if ground:
            np.maximum(pixels, 0.0, out=pixels)
        return pixels, np.zeros(len(frames), np.bool_)
    bad = np.asarray(~(np.abs(pixels) <= MOST_COUNTS).all(axis=(1, 2)))
    pixels[bad] = 0.0
    np.maximum(pixels, 0.0, out=pixels)
    return pixels, bad
