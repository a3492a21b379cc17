"""Boxes and polygons of a file, strictly: what has no place in the picture is not drawn."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any, NamedTuple

from thermview.annotation.quantities import parse_number
from thermview.annotation.records import LIES_OUTSIDE, REACHES_BEYOND, Issues, plain_key
from thermview.annotation.types import BoundingBox

TOLERANCE_PX = 0.5
"""How far a box may reach beyond the picture by rounding."""
_LIMIT_PX = 1e7
_MAX_POINTS = 100_000

Points = tuple[tuple[float, float], ...]


class Picture(NamedTuple):
    """A picture's size in pixels, None where the file does not say."""

    width: int | None
    height: int | None


def read_box(value: Any, picture: Picture, where: str, issues: Issues) -> BoundingBox | None:
    """A box of [column, row, width, height] or of a table with these.

    None, with a sentence, where it is none or has no place in the picture.
    """
    numbers = _four_numbers(value)
    if numbers is None:
        issues.add(f"{where}: its box is not four numbers and is left out.")
        return None
    column, row, width, height = numbers
    if width <= 0 or height <= 0:
        issues.add(f"{where}: its box has the size {width:g} x {height:g} and is left out.")
        return None
    if not _place_is_right((column, row, column + width, row + height), picture, "box", where, issues):
        return None
    return BoundingBox(column, row, width, height)


def read_polygons(value: Any, picture: Picture, where: str, issues: Issues) -> list[Points]:
    """The polygons of a segmentation, the largest first; sentences on those that are none."""
    if not value:
        return []
    if isinstance(value, dict):
        if "counts" in value:
            issues.add(f"{where}: its run-length mask is not drawn; export it as polygon to see it.")
            return []
        value = [list(value.values())] if all(isinstance(part, list) for part in value.values()) else [value]
    if not isinstance(value, list):
        issues.add(f"{where}: its polygon is no list of points and is left out.")
        return []
    rings = [value] if _is_ring(value) else value
    found = [points for ring in rings if (points := _ring(ring, picture, where, issues))]
    return sorted(found, key=area, reverse=True)


def area(points: Points) -> float:
    """Area of a polygon in square pixels (shoelace formula)."""
    total = 0.0
    for (x1, y1), (x2, y2) in zip(points, (*points[1:], points[0]), strict=True):
        total += x1 * y2 - x2 * y1
    return abs(total) / 2


def _four_numbers(value: Any) -> tuple[float, float, float, float] | None:
    if isinstance(value, dict):
        value = _corner_and_size({plain_key(str(key)): part for key, part in value.items()})
    if not isinstance(value, list | tuple):
        return None
    if len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    if len(value) != 4:
        return None
    numbers = [_coordinate(part) for part in value]
    if any(number is None for number in numbers):
        return None
    column, row, width, height = (number for number in numbers if number is not None)
    return column, row, width, height


def _corner_and_size(named: dict[str, Any]) -> list[Any] | None:
    for names in (("x", "y", "width", "height"), ("x", "y", "w", "h"), ("left", "top", "width", "height")):
        if all(name in named for name in names):
            return [named[name] for name in names]
    for names in (("xmin", "ymin", "xmax", "ymax"), ("x1", "y1", "x2", "y2")):
        corners = [_coordinate(named.get(name)) for name in names]
        left, top, right, bottom = corners
        if left is not None and top is not None and right is not None and bottom is not None:
            return [left, top, right - left, bottom - top]
    return None


def _coordinate(value: Any) -> float | None:
    if type(value) is float or type(value) is int:  # nearly all of them, in a million polygons
        return float(value) if -_LIMIT_PX <= value <= _LIMIT_PX else None
    number = parse_number(value)
    return number if number is not None and abs(number) <= _LIMIT_PX else None


def _is_ring(value: list[Any]) -> bool:
    """True for one polygon: flat numbers, [x, y] pairs or {x, y} points; False for a list of polygons."""
    first = value[0]
    if isinstance(first, list):
        return len(first) == 2 and not isinstance(first[0], list | dict)
    return not isinstance(first, dict) or _point(first) is not None


def _point(value: Any) -> list[Any] | None:
    if isinstance(value, dict):
        named = {plain_key(str(key)): part for key, part in value.items()}
        return [named["x"], named["y"]] if "x" in named and "y" in named else None
    return value if isinstance(value, list) and len(value) == 2 else None


def _flat(ring: Any) -> list[Any] | None:
    if not isinstance(ring, list) or not ring or len(ring) > 2 * _MAX_POINTS:
        return None
    if not isinstance(ring[0], list | dict):
        return ring
    points = [_point(part) for part in ring]
    return list(chain.from_iterable(point for point in points if point)) if all(points) else None


def _ring(ring: Any, picture: Picture, where: str, issues: Issues) -> Points:
    flat = _flat(ring)
    numbers = [_coordinate(part) for part in flat] if flat else []
    if len(numbers) < 6 or len(numbers) % 2 or any(number is None for number in numbers):
        issues.add(f"{where}: a polygon of it is not three or more points and is left out.")
        return ()
    known = [number for number in numbers if number is not None]
    points = tuple(zip(known[::2], known[1::2], strict=True))
    if area(points) <= 0:
        issues.add(f"{where}: a polygon of it has no area and is left out.")
        return ()
    return points if _place_is_right(_bounds(points), picture, "polygon", where, issues) else ()


def _bounds(points: Iterable[tuple[float, float]]) -> tuple[float, float, float, float]:
    columns, rows = zip(*points, strict=True)
    return min(columns), min(rows), max(columns), max(rows)


def _place_is_right(
    bounds: tuple[float, float, float, float], picture: Picture, what: str, where: str, issues: Issues
) -> bool:
    """False, with a sentence, for what lies wholly outside the picture; a sentence too where a part does."""
    left, top, right, bottom = bounds
    width, height = picture
    if right <= 0 or bottom <= 0 or (width and left >= width) or (height and top >= height):
        issues.add(f"{where}: its {what} {LIES_OUTSIDE}")
        issues.places_outside += 1
        return False
    over = [right - width] if width else []
    over += [bottom - height] if height else []
    if max(-left, -top, *over) > TOLERANCE_PX:
        issues.add(f"{where}: its {what} {REACHES_BEYOND}")
        issues.places_outside += 1
    return True
