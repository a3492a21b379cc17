"""Where the spot is in each frame, as the published methods see a recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FAINT = 3
"""Counts below which a pixel is background and does not pull at the centre."""
CHUNK = 4096


def spots_of(frames: NDArray[Any]) -> Floats:
    """Centre of the light per frame, (n, 2) as row and column, about the recording's mean.

    A frame without light has no centre: the one before is held. Zeros where no frame has light.
    """
    parts = [_centres(frames[first : first + CHUNK]) for first in range(0, len(frames), CHUNK)]
    spots = np.concatenate(parts) if parts else np.empty((0, 2))
    lit = np.isfinite(spots[:, 0])
    if not lit.any():
        return np.zeros((len(frames), 2))
    source = np.maximum.accumulate(np.where(lit, np.arange(len(spots)), -1))
    source[source < 0] = int(np.argmax(lit))
    spots = spots[source]
    return np.asarray(spots - spots[lit].mean(axis=0))


def _centres(frames: NDArray[Any]) -> Floats:
    light = frames.astype(np.float32)
    light[~(light >= FAINT)] = 0.0  # NaN is no light either
    light[np.isinf(light)] = 0.0
    down, across = light.sum(axis=2, dtype=np.float64), light.sum(axis=1, dtype=np.float64)
    total = down.sum(axis=1)
    total[total <= 0] = np.nan
    return np.column_stack(
        [down @ np.arange(down.shape[1]) / total, across @ np.arange(across.shape[1]) / total]
    )


def windows_of(frames: int, obstacles: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Which part of the process each frame belongs to: before, within, between and after the obstacles.

    `obstacles` as (first, last); parts are numbered from 0 in the order of time.
    """
    edges = sorted(edge for first, last in obstacles for edge in (first, last + 1))
    return np.searchsorted(np.array(edges, np.int64), np.arange(frames), side="right").astype(np.int64)
