"""Where regions can be taken hold of on the screen: handles, outlines, insides. Distances are in view pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPainterPathStroker, QPolygonF, QTransform

from thermview.thermal.regions import Ellipse, Line, Polygon, Rectangle, Region, Spot, bounds_of, handles_of

HANDLE_REACH_PX, EDGE_REACH_PX = 8.0, 5.0
MOST_HANDLES = 60
"""A polygon of more points, as thresholds give, is moved as a whole."""


@dataclass(frozen=True)
class Grip:
    """What the mouse has hold of: a handle of a region, or (None) the region as a whole."""

    name: str
    handle: int | None = None


@lru_cache(maxsize=256)
def path_of(region: Region) -> QPainterPath:
    """The outline in frame coordinates; a spot has none."""
    path = QPainterPath()
    if isinstance(region, Line):
        path.moveTo(QPointF(*region.start))
        path.lineTo(QPointF(*region.end))
    elif isinstance(region, Rectangle):
        path.addRect(QRectF(region.left, region.top, region.width, region.height))
    elif isinstance(region, Ellipse):
        path.addEllipse(QRectF(region.left, region.top, region.width, region.height))
    elif isinstance(region, Polygon):
        path.addPolygon(QPolygonF([QPointF(*point) for point in region.points]))
        path.closeSubpath()
    return path


def shown_handles(region: Region) -> tuple[tuple[float, float], ...]:
    """The handles that are drawn and can be dragged."""
    handles = handles_of(region)
    return handles if len(handles) <= MOST_HANDLES else ()


def grip_at(regions: Sequence[Region], chosen: str, at: QPointF, transform: QTransform) -> Grip | None:
    """What a press takes hold of: a handle or the edge of the chosen region, the edge of another, its inside."""
    first = next((region for region in regions if region.name == chosen), None)
    if first is not None:
        for number, handle in enumerate(shown_handles(first)):
            if _distance(transform.map(QPointF(*handle)), at) <= HANDLE_REACH_PX:
                return Grip(first.name, number)
        if _on_edge(first, at, transform):
            return Grip(first.name)
    edge = next((region for region in reversed(regions) if _on_edge(region, at, transform)), None)
    if edge is None and first is not None and _inside(first, at, transform):
        edge = first
    return None if edge is None else Grip(edge.name)


def region_at(regions: Sequence[Region], at: QPointF, transform: QTransform) -> Region | None:
    """The region that a click chooses: one whose edge it hits, else the smallest around it."""
    for region in reversed(regions):
        if _on_edge(region, at, transform):
            return region
    around = [region for region in regions if _inside(region, at, transform)]
    return min(around, key=_size, default=None)


def _on_edge(region: Region, at: QPointF, transform: QTransform) -> bool:
    if isinstance(region, Spot):
        return _distance(transform.map(QPointF(region.column, region.row)), at) <= HANDLE_REACH_PX
    if not _near(region, at, transform):
        return False
    stroker = QPainterPathStroker()
    stroker.setWidth(2 * EDGE_REACH_PX)
    return stroker.createStroke(transform.map(path_of(region))).contains(at)


def _near(region: Region, at: QPointF, transform: QTransform) -> bool:
    """Within reach of what lies around it: outlines of thousands of points are looked at only then."""
    left, top, right, bottom = bounds_of(region)
    around = transform.mapRect(QRectF(left, top, right - left, bottom - top))
    reach = HANDLE_REACH_PX
    return around.adjusted(-reach, -reach, reach, reach).contains(at)


def _inside(region: Region, at: QPointF, transform: QTransform) -> bool:
    if isinstance(region, Spot | Line):
        return False
    path = path_of(region)
    path.setFillRule(Qt.FillRule.OddEvenFill)
    return path.contains(transform.inverted()[0].map(at))


def _distance(a: QPointF, b: QPointF) -> float:
    return math.hypot(a.x() - b.x(), a.y() - b.y())


def _size(region: Region) -> float:
    left, top, right, bottom = bounds_of(region)
    return (right - left) * (bottom - top)
