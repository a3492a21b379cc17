"""What plots over the frames of a recording share: a click means a frame, stretches stay visible, pages turn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF

Floats = NDArray[np.float64]


def frame_at(plots: Iterable[Any], place: QPointF, frames: range) -> int | None:
    """The one of `frames` that lies at a place of the scene, in one of the plots; None where it is in none."""
    for plot in plots:
        if plot.vb.sceneBoundingRect().contains(place):
            frame: int = round(plot.vb.mapSceneToView(place).x())
            return min(max(frame, frames[0]), frames[-1])
    return None


def widened(stretches: Sequence[tuple[int, int]], least: float) -> tuple[Floats, Floats]:
    """Left and right edges of stretches of frames, first and last each, none narrower than `least` frames."""
    edges = np.array(stretches, np.float64).reshape(-1, 2)
    left, right = edges[:, 0] - 0.5, edges[:, 1] + 0.5
    missing = np.maximum(least - (right - left), 0.0) / 2
    return left - missing, right + missing


def turn_page(plot: Any, frame: int) -> None:
    """Where a frame is out of sight of a plot over frames, show the page that begins just before it."""
    (low, high), _ = plot.vb.viewRange()
    if not low <= frame <= high:
        width = high - low
        plot.setXRange(frame - 0.1 * width, frame + 0.9 * width, padding=0)
