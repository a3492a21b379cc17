"""Regions of a frame: spot, line, rectangle, ellipse, polygon, and which pixels each of them holds.

Coordinates are (column, row) in pixels and may be fractions. Pixel (c, r) covers c <= column < c + 1 and
r <= row < r + 1; its centre is (c + 0.5, r + 0.5). An area holds the pixels whose centre lies in it, where
its left and upper edge belong to it and its right and lower edge do not, so that regions side by side share
no pixel and miss none. A spot is the pixel that holds its point. A line holds the pixels that its points,
set at steps of at most one pixel, fall into. What lies outside the frame is left out.

`emissivity` and `reflected_c` (°C) are None where a region is measured like the rest of the frame.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Points = tuple[tuple[float, float], ...]
Kind = Literal["spot", "line", "rectangle", "ellipse", "polygon"]
KINDS: tuple[Kind, ...] = ("spot", "line", "rectangle", "ellipse", "polygon")


@dataclass(frozen=True)
class Spot:
    """One pixel: the one that holds the point."""

    name: str
    column: float
    row: float
    kind: Literal["spot"] = "spot"
    emissivity: float | None = None
    reflected_c: float | None = None


@dataclass(frozen=True)
class Line:
    """A straight line between two points, both included."""

    name: str
    start: tuple[float, float]
    end: tuple[float, float]
    kind: Literal["line"] = "line"
    emissivity: float | None = None
    reflected_c: float | None = None


@dataclass(frozen=True)
class Rectangle:
    """An upright rectangle; `width` and `height` are not negative."""

    name: str
    left: float
    top: float
    width: float
    height: float
    kind: Literal["rectangle"] = "rectangle"
    emissivity: float | None = None
    reflected_c: float | None = None


@dataclass(frozen=True)
class Ellipse:
    """An upright ellipse within the rectangle of these edges."""

    name: str
    left: float
    top: float
    width: float
    height: float
    kind: Literal["ellipse"] = "ellipse"
    emissivity: float | None = None
    reflected_c: float | None = None


@dataclass(frozen=True)
class Polygon:
    """A closed polygon of at least three points; where it crosses itself the even-odd rule says what is inside."""

    name: str
    points: Points
    kind: Literal["polygon"] = "polygon"
    emissivity: float | None = None
    reflected_c: float | None = None


Region = Spot | Line | Rectangle | Ellipse | Polygon


@dataclass(frozen=True, eq=False)
class Mask:
    """The pixels of a region within a frame: `inside` (rows, columns) of a window that begins at `row`, `column`."""

    row: int
    column: int
    inside: NDArray[np.bool_]
    full: bool
    """True where every pixel of the window belongs to the region."""

    @property
    def area(self) -> int:
        """How many pixels the region holds."""
        return int(np.count_nonzero(self.inside))

    @property
    def window(self) -> tuple[slice, slice]:
        """Rows and columns of the window, as an index of a frame."""
        rows, columns = self.inside.shape
        return slice(self.row, self.row + rows), slice(self.column, self.column + columns)

    def whole(self, shape: tuple[int, int]) -> NDArray[np.bool_]:
        """The same pixels as (rows, columns) of a frame of this shape."""
        result = np.zeros(shape, np.bool_)
        result[self.window] = self.inside
        return result

    def places(self, columns: int) -> NDArray[np.intp]:
        """Their places in a flattened frame of so many columns, in the order of reading."""
        rows, at = np.nonzero(self.inside)
        return (rows + self.row) * columns + at + self.column


@lru_cache(maxsize=256)
def mask_of(region: Region, rows: int, columns: int) -> Mask:
    """The pixels of a region in a frame of so many rows and columns; none where it lies outside."""
    if isinstance(region, Spot):
        return _of_pixels(np.array([[region.column, region.row]]), rows, columns)
    if isinstance(region, Line):
        return _of_pixels(line_points(region), rows, columns)
    if isinstance(region, Rectangle):
        return _of_rectangle(region, rows, columns)
    if isinstance(region, Ellipse):
        return _of_ellipse(region, rows, columns)
    return _of_polygon(region.points, rows, columns)


def line_points(line: Line) -> NDArray[np.float64]:
    """(n, 2) columns and rows of points along a line, evenly set at steps of at most one pixel."""
    start, end = np.array(line.start, np.float64), np.array(line.end, np.float64)
    steps = int(np.ceil(np.abs(end - start).max()))
    return start + np.linspace(0.0, 1.0, max(steps, 1) + 1)[:, None] * (end - start)


def bounds_of(region: Region) -> tuple[float, float, float, float]:
    """Left, top, right and bottom edge."""
    if isinstance(region, Rectangle | Ellipse):
        return region.left, region.top, region.left + region.width, region.top + region.height
    points = np.array(handles_of(region), np.float64)
    (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return left, top, right, bottom


def handles_of(region: Region) -> Points:
    """The points by which a region is changed: its own, or the four corners around it from the upper left clockwise."""
    if isinstance(region, Spot):
        return ((region.column, region.row),)
    if isinstance(region, Line):
        return (region.start, region.end)
    if isinstance(region, Polygon):
        return region.points
    left, top, right, bottom = bounds_of(region)
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def moved(region: Region, columns: float, rows: float) -> Region:
    """The region shifted as a whole."""
    if isinstance(region, Spot):
        return replace(region, column=region.column + columns, row=region.row + rows)
    if isinstance(region, Line):
        start, end = ((x + columns, y + rows) for x, y in (region.start, region.end))
        return replace(region, start=start, end=end)
    if isinstance(region, Polygon):
        return replace(region, points=tuple((x + columns, y + rows) for x, y in region.points))
    return replace(region, left=region.left + columns, top=region.top + rows)


def with_handle(region: Region, handle: int, to: tuple[float, float]) -> Region:
    """The region with one of its `handles_of` at another place; the opposite corner of an area stays."""
    if isinstance(region, Spot):
        return replace(region, column=to[0], row=to[1])
    if isinstance(region, Line):
        return replace(region, start=to) if handle == 0 else replace(region, end=to)
    if isinstance(region, Polygon):
        points = (*region.points[:handle], to, *region.points[handle + 1 :])
        return replace(region, points=points)
    fixed = handles_of(region)[(handle + 2) % 4]
    left, top = min(fixed[0], to[0]), min(fixed[1], to[1])
    return replace(region, left=left, top=top, width=abs(fixed[0] - to[0]), height=abs(fixed[1] - to[1]))


def drawn(kind: Kind, name: str, points: Points) -> Region:
    """A new region as a person draws it: between the first and the last of the points, or through all of them."""
    (x, y), (u, v) = points[0], points[-1]
    if kind == "spot":
        return Spot(name, u, v)
    if kind == "line":
        return Line(name, (x, y), (u, v))
    if kind == "polygon":
        return Polygon(name, points)
    shape = Rectangle if kind == "rectangle" else Ellipse
    return shape(name, min(x, u), min(y, v), abs(u - x), abs(v - y))


# -- which pixels ------------------------------------------------------------------------------------


def _nothing() -> Mask:
    return Mask(0, 0, np.zeros((0, 0), np.bool_), True)


def _between(low: float, high: float, length: int) -> tuple[int, int]:
    """First and one after the last pixel whose centre lies in low <= centre < high, within a frame's side."""
    first, stop = (float(np.clip(np.ceil(edge - 0.5), 0, length)) for edge in (low, high))
    return int(first), max(int(stop), int(first))


def _of_pixels(points: NDArray[np.float64], rows: int, columns: int) -> Mask:
    good = (points >= 0).all(axis=1) & (points < (columns, rows)).all(axis=1)
    pixels = np.floor(points[good]).astype(np.intp)
    if not len(pixels):
        return _nothing()
    (left, top), (right, bottom) = pixels.min(axis=0), pixels.max(axis=0)
    inside = np.zeros((bottom - top + 1, right - left + 1), np.bool_)
    inside[pixels[:, 1] - top, pixels[:, 0] - left] = True
    return Mask(int(top), int(left), inside, bool(inside.all()))


def _of_rectangle(region: Rectangle, rows: int, columns: int) -> Mask:
    left, right = _between(region.left, region.left + region.width, columns)
    top, bottom = _between(region.top, region.top + region.height, rows)
    if left == right or top == bottom:
        return _nothing()
    return Mask(top, left, np.ones((bottom - top, right - left), np.bool_), True)


def _of_ellipse(region: Ellipse, rows: int, columns: int) -> Mask:
    around = _of_rectangle(Rectangle("", region.left, region.top, region.width, region.height), rows, columns)
    if not around.inside.size:
        return around
    half_width, half_height = region.width / 2, region.height / 2
    height, width = around.inside.shape
    x = (around.column + np.arange(width) + 0.5 - region.left - half_width) / half_width
    y = (around.row + np.arange(height) + 0.5 - region.top - half_height) / half_height
    return _trimmed(around.row, around.column, x[None, :] ** 2 + y[:, None] ** 2 < 1)


def _of_polygon(points: Points, rows: int, columns: int) -> Mask:
    """By the crossings of each row of pixel centres with the edges, lower ends of edges left out."""
    ends = np.array(points, np.float64)
    ends = np.stack([ends, np.roll(ends, -1, axis=0)])
    # from the upper end down, so that an edge crosses at the same place for the polygons on both its sides
    upper = ends[:, :, 1].argmin(axis=0), np.arange(len(points))
    start, end = ends[upper], ends[1 - upper[0], upper[1]]
    first, stop = (np.clip(np.ceil(y - 0.5), 0, rows).astype(np.intp) for y in (start[:, 1], end[:, 1]))
    counts = stop - first
    if not counts.any():
        return _nothing()
    edge = np.repeat(np.arange(len(points)), counts)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    share = (row + 0.5 - start[edge, 1]) / (end[edge, 1] - start[edge, 1])
    crossing = start[edge, 0] + share * (end[edge, 0] - start[edge, 0])
    column = np.clip(np.ceil(crossing - 0.5), 0, columns).astype(np.intp)
    flips = np.zeros((rows, columns + 1), np.uint8)
    np.add.at(flips, (row, column), 1)
    parity = np.cumsum(flips[:, :columns] & 1, axis=1, dtype=np.intp) & 1
    return _trimmed(0, 0, parity.astype(np.bool_))


def _trimmed(row: int, column: int, inside: NDArray[np.bool_]) -> Mask:
    """A mask with no empty rows and columns around it."""
    by_row, by_column = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(by_row):
        return _nothing()
    top, left = int(by_row[0]), int(by_column[0])
    cut = np.ascontiguousarray(inside[top : int(by_row[-1]) + 1, left : int(by_column[-1]) + 1])
    return Mask(row + top, column + left, cut, bool(cut.all()))
