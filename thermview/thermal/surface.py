"""A frame as a surface: heights, colours and what was left out to draw it at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermview.recording import Frame
from thermview.thermal.display import Display, finite, paint

MOST_POINTS = 20_000  # of a surface: beyond it a renderer in software takes the time of a frame


@dataclass(frozen=True, eq=False)
class Surface:
    """Points of a frame in rows and columns, each the largest value of `step` x `step` pixels.

    `values` (n, m) float32; `columns` (m,) and `rows` (n,) are the middles of the points in pixels of the frame;
    `colours` (n, m, 3) uint8 RGB. Points without a value are NaN in `values`.
    """

    values: NDArray[np.float32]
    columns: NDArray[np.float64]
    rows: NDArray[np.float64]
    colours: NDArray[np.uint8]
    step: int
    missing: int
    """points without a value"""

    @property
    def ends(self) -> tuple[float, float] | None:
        """Smallest and largest value; None where no point has one."""
        values = finite(self.values)
        return (float(values.min()), float(values.max())) if values.size else None


def surface_of(
    frame: Frame, display: Display, ends: tuple[float, float], most_points: int = MOST_POINTS
) -> Surface:
    """The surface of a frame of numbers (rows, columns), coloured as it is shown.

    A frame of more points than `most_points` is reduced to the maximum of blocks: a lone hot pixel is never missed.
    """
    rows, columns = frame.shape
    step = max(1, math.ceil(math.sqrt(rows * columns / most_points)))
    values = _block_maxima(frame, step)
    colours = paint(values, display, ends)
    return Surface(
        values, _middles(columns, step), _middles(rows, step), colours, step,
        int(np.count_nonzero(~np.isfinite(values))),
    )  # fmt: skip


def _block_maxima(frame: Frame, step: int) -> NDArray[np.float32]:
    values = frame.astype(np.float32)
    values[~np.isfinite(values)] = np.nan
    if step > 1:
        for axis in (0, 1):
            values = np.fmax.reduceat(values, np.arange(0, values.shape[axis], step), axis=axis)
    return values


def _middles(side: int, step: int) -> NDArray[np.float64]:
    starts = np.arange(0, side, step)
    return (starts + np.minimum(starts + step, side)) / 2
