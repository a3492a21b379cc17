"""Peak down-sampling: a series drawn into fewer pixel columns than it has frames keeps its largest values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

PEAKS_SAID = "Where several frames share a pixel column, the largest score is drawn."


def peak_columns(
    values: NDArray[np.float32], first: float, frames: float, columns: int
) -> NDArray[np.float32]:
    """The largest value in each of `columns` equal stretches of the frames first .. first + frames.

    (columns,) float32; NaN where a stretch holds no frame or only NaN. A frame belongs to the stretch in
    which it begins, so where there are more columns than frames some columns stay NaN.
    """
    edges = np.ceil(first + np.arange(columns + 1) * (frames / max(columns, 1)))
    bounds = np.clip(edges, 0, len(values)).astype(np.intp)
    result = np.full(columns, np.nan, np.float32)
    filled = np.flatnonzero(bounds[1:] > bounds[:-1])
    if filled.size:
        # columns without frames have no width, so each stretch ends where the next filled one begins
        result[filled] = np.fmax.reduceat(values[: bounds[-1]], bounds[filled])
    return result


def peak_line(
    values: NDArray[np.float32], first: int, stop: int, points: int
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Frame numbers and values of at most about `points` points from first to stop - 1, each a real frame's.

    Every stretch is represented by its largest frame at that frame's own place; few frames come as they are.
    """
    first, stop = max(first, 0), min(stop, len(values))
    count = max(stop - first, 0)
    if count <= points:
        return np.arange(first, stop, dtype=np.float64), values[first:stop]
    size = -(-count // points)
    padded = np.full(-(-count // size) * size, np.nan, np.float32)
    padded[:count] = values[first:stop]
    blocks = padded.reshape(-1, size)
    places = np.where(np.isnan(blocks), -np.inf, blocks).argmax(axis=1)
    rows = np.arange(len(blocks))
    frames = np.minimum(first + rows * size + places, stop - 1)
    return frames.astype(np.float64), blocks[rows, places]


def span_line(
    values: NDArray[np.float32], first: int, stop: int, points: int
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Frame numbers and values of at most about `points` points from first to stop - 1, smallest and largest kept.

    Every stretch is represented by its smallest and its largest frame, each at its own place, in the order of
    time; few frames come as they are.
    """
    first, stop = max(first, 0), min(stop, len(values))
    count = max(stop - first, 0)
    if count <= points:
        return np.arange(first, stop, dtype=np.float64), values[first:stop]
    size = -(-2 * count // max(points, 2))
    padded = np.full(-(-count // size) * size, np.nan, np.float32)
    padded[:count] = values[first:stop]
    blocks = padded.reshape(-1, size)
    lowest = np.where(np.isnan(blocks), np.inf, blocks).argmin(axis=1)
    highest = np.where(np.isnan(blocks), -np.inf, blocks).argmax(axis=1)
    places = np.sort(np.stack([lowest, highest], axis=1), axis=1) + size * np.arange(len(blocks))[:, None]
    frames = np.minimum(first + places.ravel(), stop - 1)
    return frames.astype(np.float64), values[frames]
