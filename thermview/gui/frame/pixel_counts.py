"""How often each pixel value occurs in a frame, and its statistics; no Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.recording import Frame

BINS = 256
LARGEST = 1e100
"""No quantity is larger; a damaged file holds such numbers, whose differences and squares are no numbers any more."""
_ALL_UP_TO = 4_000_000  # pixels; larger frames are counted on a regular sample, and it is said


@dataclass(frozen=True)
class PixelCounts:
    """`counts` (channels, BINS) on `edges` (BINS + 1,) of the values; statistics of a quantity's finite pixels.

    `missing`: pixels that are NaN, infinite or beyond LARGEST. `sampled`: every how many-th pixel was counted,
    1 for all.
    """

    counts: NDArray[np.intp]
    edges: NDArray[np.float64]
    pixels: int
    missing: int
    sampled: int
    low: float
    high: float
    mean: float
    deviation: float
    median: float


def count_pixels(frame: Frame) -> PixelCounts | None:
    """Counts of a frame, a row for each colour of a colour picture; None where no pixel is finite."""
    colours = frame.ndim == 3
    flat: NDArray[Any] = frame.reshape(-1, frame.shape[2])[:, :3] if colours else frame.reshape(-1, 1)
    step = max(-(-len(flat) // _ALL_UP_TO), 1)
    part = flat[::step]
    finite = part[_is_number(part).all(axis=1)] if part.dtype.kind == "f" else part
    if not len(finite):
        return None
    low, high = _extremes(frame)
    edges = _edges(frame, low, high)
    counts = np.stack([np.histogram(column, edges)[0] for column in finite.T]).astype(np.intp)
    wide = finite.astype(np.float64)
    missing = 0 if frame.dtype.kind != "f" else int(np.count_nonzero(~_is_number(frame)))
    return PixelCounts(
        counts, edges, len(flat), missing, step, low, high,
        float(wide.mean()), float(wide.std()), float(np.median(finite)),
    )  # fmt: skip


def _is_number(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Where floating-point values are of a size that can be counted with; NaN is not."""
    small = values.dtype.itemsize < np.dtype(np.float64).itemsize  # holds no number beyond LARGEST
    return np.asarray(np.isfinite(values) if small else np.abs(values) < LARGEST)


def _extremes(frame: Frame) -> tuple[float, float]:
    """Of all pixels, never of a sample: a lone hot pixel counts."""
    if frame.ndim == 3:
        frame = frame[..., :3]
    values = frame[_is_number(frame)] if frame.dtype.kind == "f" else frame
    return float(values.min()), float(values.max())


def _edges(frame: Frame, low: float, high: float) -> NDArray[np.float64]:
    """BINS equal bins over the values; whole numbers get bins of a whole width around them, colours all of 0 to 255."""
    if frame.ndim == 3 and frame.dtype == np.uint8:
        low, high = 0.0, 255.0
    if frame.dtype.kind in "iub":
        width = max(int(-(-(high - low + 1) // BINS)), 1)
        return low - 0.5 + width * np.arange(BINS + 1, dtype=np.float64)
    return np.linspace(low, high if high > low else low + max(abs(low) * 1e-6, 1e-6), BINS + 1)
