"""A region from a threshold: the connected pixels above or below a value, as the polygon around them."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.errors import ThermviewError
from thermview.recording import Frame
from thermview.thermal.regions import Points, Polygon

Side = Literal["above", "below"]
_RIGHT, _DOWN, _LEFT, _UP = (1, 0), (0, 1), (-1, 0), (0, -1)


def region_from_threshold(
    frame: Frame, level: float, side: Side = "above", at: tuple[int, int] | None = None, name: str = ""
) -> Polygon:
    """The polygon around connected pixels with values >= `level` ("above") or <= `level` ("below").

    Pixels are connected where they share a side. `at` is a (column, row) among them; without it the largest
    connected part is taken. Holes count as inside. ThermviewError where there is no such pixel.
    """
    with np.errstate(invalid="ignore"):  # NaN is neither above nor below
        marked = frame >= level if side == "above" else frame <= level
    if at is not None and not marked[at[1], at[0]]:
        raise ThermviewError(
            f"The pixel at {at[0]}, {at[1]} is not {side} {level:.6g}; choose another value."
        )
    count, parts, sizes, _ = cv2.connectedComponentsWithStats(marked.view(np.uint8), connectivity=4)
    if count < 2:
        raise ThermviewError(f"No pixel of this frame is {side} {level:.6g}; choose another value.")
    part = int(parts[at[1], at[0]]) if at is not None else 1 + int(sizes[1:, cv2.CC_STAT_AREA].argmax())
    return Polygon(name, outline_of(parts == part))


def outline_of(part: NDArray[np.bool_]) -> Points:
    """The corners of the outer border of connected pixels, clockwise along their edges.

    A polygon of them holds these pixels and their holes, and nothing else. `part` (rows, columns) is
    connected by sides and not empty.
    """
    outside = np.pad(~part, 1, constant_values=True).view(np.uint8)
    _, grounds = cv2.connectedComponents(outside, connectivity=8)
    filled = grounds != grounds[0, 0]
    edges = _border(filled)
    row, column = divmod(int(filled.argmax()), filled.shape[1])
    start, heading = (column, row), _RIGHT  # along the upper edge of the first pixel
    corners, here = [], start
    while True:
        here = (here[0] + heading[0], here[1] + heading[1])
        turned = _next_heading(edges, here, heading)
        if turned != heading:
            corners.append((float(here[0] - 1), float(here[1] - 1)))  # without the padding
        heading = turned
        if here == start and heading == _RIGHT:
            return tuple(corners)


def _border(filled: NDArray[np.bool_]) -> dict[tuple[int, int], NDArray[np.bool_]]:
    """By heading: at which corners (row, column) an edge sets out that has a filled pixel on its right."""
    above = np.zeros_like(filled)
    above[1:] = filled[:-1]
    before = np.zeros_like(filled)
    before[:, 1:] = filled[:, :-1]
    diagonal = np.zeros_like(filled)
    diagonal[1:, 1:] = filled[:-1, :-1]
    return {
        _RIGHT: filled & ~above,
        _DOWN: before & ~filled,
        _LEFT: diagonal & ~before,
        _UP: above & ~diagonal,
    }


def _next_heading(
    edges: dict[tuple[int, int], NDArray[np.bool_]], at: tuple[int, int], heading: tuple[int, int]
) -> tuple[int, int]:
    """Where the border goes on; where two pixels touch by a corner it stays with the one it came along."""
    right = (-heading[1], heading[0])
    for turned in (right, heading, (heading[1], -heading[0])):
        if edges[turned][at[1], at[0]]:
            return turned
    raise AssertionError("a border is closed")
