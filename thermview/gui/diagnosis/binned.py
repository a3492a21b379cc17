"""A million points as a picture: counted into pixels, picked, and cut out by a lasso; no Qt here.

A scatter of single marks is slower than any screen from some hundred thousand points on, and hides how many
lie on top of each other. Here every point counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_CELLS = 512
_RADII = ((3_000, 4), (30_000, 3), (150_000, 2))
"""Up to so many points in sight each is drawn as a disc of this radius in pixels."""
_FAINTEST = 0.35
_FIELD_BITS = 26

Points = NDArray[np.float32]


@dataclass(frozen=True)
class View:
    """The part of the plane that is on screen; y grows upwards."""

    left: float
    bottom: float
    width: float
    height: float

    def moved(self, dx: float, dy: float) -> View:
        """Moved by parts of the plane."""
        return View(self.left + dx, self.bottom + dy, self.width, self.height)

    def zoomed(self, factor: float, x: float, y: float) -> View:
        """Zoomed in by a factor about a point that stays where it is."""
        return View(
            x - (x - self.left) / factor,
            y - (y - self.bottom) / factor,
            self.width / factor,
            self.height / factor,
        )


@dataclass(frozen=True, eq=False)
class PointIndex:
    """Points (n, 2) by cells of a grid, to find those near a place without looking at all of them.

    Points that are not finite lie nowhere.
    """

    points: Points
    view: View
    order: NDArray[np.int32]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, points: Points) -> PointIndex:
        """Sort points into cells: some 0.2 s for a million."""
        known = np.isfinite(points).all(axis=1)
        view = _bounds(points[known])
        columns, rows = _cells(points, view)
        cell = np.where(known, rows * _CELLS + columns, _CELLS * _CELLS).astype(np.int32)
        order = np.argsort(cell, kind="stable").astype(np.int32)
        starts = np.searchsorted(cell[order], np.arange(_CELLS * _CELLS + 1))
        return cls(points, view, order, starts)

    def nearest(self, x: float, y: float, reach_x: float, reach_y: float) -> int | None:
        """The point nearest to (x, y) within the reach of each axis, measured in reaches."""
        near = self._near(x - reach_x, x + reach_x, y - reach_y, y + reach_y)
        if not len(near):
            return None
        away = np.hypot((self.points[near, 0] - x) / reach_x, (self.points[near, 1] - y) / reach_y)
        best = int(np.argmin(away))
        return int(near[best]) if away[best] <= 1 else None

    def inside(self, polygon: Points, resolution: int = 1024) -> NDArray[np.intp]:
        """Points within a polygon (k, 2), in ascending order; exact to 1/1024 of its extent."""
        low, high = polygon.min(axis=0), polygon.max(axis=0)
        extent = np.maximum(high - low, 1e-12)
        near = self._near(low[0], high[0], low[1], high[1])
        mask = np.zeros((resolution, resolution), np.uint8)
        corners = np.rint((polygon - low) / extent * (resolution - 1)).astype(np.int32)
        cv2.fillPoly(mask, [corners], 1)
        place = (self.points[near] - low) / extent * (resolution - 1)
        within = ((place >= 0) & (place <= resolution - 1)).all(axis=1)
        near, place = near[within], np.rint(place[within]).astype(np.int32)
        return np.sort(near[mask[place[:, 1], place[:, 0]] > 0]).astype(np.intp)

    def _near(self, left: float, right: float, bottom: float, top: float) -> NDArray[np.int32]:
        """Points of all cells that a rectangle touches."""
        corners = np.array([[left, bottom], [right, top]], np.float32)
        columns, rows = _cells(corners, self.view)
        parts = [
            self.order[self.starts[row * _CELLS + columns[0]] : self.starts[row * _CELLS + columns[1] + 1]]
            for row in range(int(rows[0]), int(rows[1]) + 1)
        ]
        return np.concatenate(parts) if parts else np.empty(0, np.int32)


def fitted(points: Points, mark: tuple[float, float] | None = None) -> View:
    """A view of all points and a mark with some room about them."""
    known = points[np.isfinite(points).all(axis=1)]
    if mark is not None and np.isfinite(mark).all():
        known = np.concatenate([known, np.array([mark], np.float32)])
    bounds = _bounds(known)
    return View(
        bounds.left - 0.04 * bounds.width, bounds.bottom - 0.04 * bounds.height,
        1.08 * bounds.width, 1.08 * bounds.height,
    )  # fmt: skip


def binned_picture(
    points: Points,
    codes: NDArray[np.int32],
    colours: NDArray[np.uint8],
    view: View,
    size: tuple[int, int],
    *,
    strength: float = 1.0,
    ratio: float = 1.0,
) -> NDArray[np.uint8]:
    """Points (n, 2) in the colours (k, 3) of their codes (n,), as (rows, columns, 4) BGRA, premultiplied.

    A pixel has the mean colour of the points in it, and is the more opaque the more they are; a code of -1 leaves
    a point out. `size`: columns, rows. `strength` fades all of it, `ratio` is that of pixels to those of a page.
    """
    columns, rows = size
    x = (points[:, 0] - np.float32(view.left)) * np.float32(columns / view.width)
    y = (np.float32(view.bottom + view.height) - points[:, 1]) * np.float32(rows / view.height)
    with np.errstate(invalid="ignore"):
        inside = (x >= 0) & (x < columns) & (y >= 0) & (y < rows) & (codes >= 0)
    if not inside.all():
        seen = np.flatnonzero(inside)
        x, y, codes = x[seen], y[seen], codes[seen]
    place = y.astype(np.int32) * columns + x.astype(np.int32)
    counts, *sums = (
        layer.astype(np.float32).reshape(rows, columns)
        for layer in _summed(place, codes, colours, columns * rows)
    )
    radius = next((radius for most, radius in _RADII if len(place) <= most), 0)
    if radius:
        disc = _disc(round(radius * ratio))
        counts, *sums = (cv2.filter2D(layer, -1, disc) for layer in (counts, *sums))
        opacity = np.minimum(counts, 1.0) * (0.75 + 0.25 * np.minimum(counts / 4, 1.0))
    else:
        most = float(np.log1p(counts.max(initial=1.0)))
        opacity = np.where(counts > 0, _FAINTEST + (1 - _FAINTEST) * np.log1p(counts) / most, 0.0)
    opacity = (opacity * strength).astype(np.float32)
    result = np.empty((rows, columns, 4), np.uint8)
    scale = opacity / np.maximum(counts, 1e-3)
    for channel, layer in enumerate(sums):
        result[..., channel] = np.minimum(layer * scale, 255.0)
    result[..., 3] = np.minimum(255.0 * opacity, 255.0)
    return result


def over(below: NDArray[np.uint8], above: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """One premultiplied picture laid over another."""
    through = (255 - above[..., 3:4]).astype(np.uint16)
    return (above + (below * through // 255)).astype(np.uint8)


def _summed(
    place: NDArray[np.int32], codes: NDArray[np.int32], colours: NDArray[np.uint8], pixels: int
) -> tuple[NDArray[Any], ...]:
    """Points in each pixel, and the sums of their blue, green and red, (pixels,) each.

    Counting costs most by far, so two small whole numbers are counted in one float, 26 bits each.
    """
    table = colours.astype(np.float64)
    packed = [
        np.bincount(place, np.take(low + high * 2.0**_FIELD_BITS, codes), pixels).astype(np.int64)
        for low, high in ((table[:, 2], np.ones(len(table))), (table[:, 1], table[:, 0]))
    ]
    (blue, counts), (green, red) = ((both & (2**_FIELD_BITS - 1), both >> _FIELD_BITS) for both in packed)
    if 255 * int(counts.max(initial=0)) < 2**_FIELD_BITS:
        return counts, blue, green, red
    counts = np.bincount(place, minlength=pixels).astype(np.float64)
    return counts, *(np.bincount(place, table[codes, channel], pixels) for channel in (2, 1, 0))


def _disc(radius: int) -> NDArray[np.float32]:
    """A soft-edged disc; 1 in its middle."""
    at = np.arange(-radius, radius + 1)
    away = np.hypot(*np.meshgrid(at, at))
    return np.clip(radius + 0.3 - away, 0.0, 1.0).astype(np.float32)


def _bounds(known: Points) -> View:
    if not len(known):
        return View(0.0, 0.0, 1.0, 1.0)
    low, high = known.min(axis=0), known.max(axis=0)
    width, height = (max(float(size), 1e-6) for size in high - low)
    return View(float(low[0]), float(low[1]), width, height)


def _cells(points: Points, view: View) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    with np.errstate(invalid="ignore"):
        places = (points - [view.left, view.bottom]) * [_CELLS / view.width, _CELLS / view.height]
        cells = np.clip(np.nan_to_num(places), 0, _CELLS - 1).astype(np.int32)
    return cells[:, 0], cells[:, 1]
