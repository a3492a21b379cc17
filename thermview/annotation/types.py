"""What is known of a place in a picture, whatever file it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class BoundingBox:
    """A rectangle in pixels: `column`, `row` of its upper left corner; `width` and `height` are positive."""

    column: float
    row: float
    width: float
    height: float


@dataclass(frozen=True)
class Category:
    """One class of an annotation file; `name` as the file writes it."""

    id: int
    name: str
    supercategory: str = ""


@dataclass(frozen=True)
class Annotation:
    """A category with a place in the picture: a box, a polygon, or neither for the whole picture.

    `polygon` is (column, row) points in pixels.
    """

    category: str
    box: BoundingBox | None = None
    polygon: tuple[tuple[float, float], ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    origin: Literal["labelled", "predicted"] = "labelled"
    score: float | None = None


@dataclass(frozen=True)
class PictureRecord:
    """What an annotation file says of one picture.

    `environment` holds measured values by plain names with the unit at the end, None left out:
    ambient_temperature_c, inspection_low_c, inspection_high_c, distance_m, humidity_percent,
    wind_speed_m_s. `extra` keeps every key that was not understood, as it was. `outside`: how many boxes
    and polygons lie outside the picture, as large as it is stated, or reach out of it.
    """

    file_name: str
    width: int | None = None
    height: int | None = None
    annotations: tuple[Annotation, ...] = ()
    environment: Mapping[str, float] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    outside: int = 0


@dataclass(frozen=True)
class AnnotationFile:
    """One annotation file as read: pictures by file name, and every issue found, one sentence each.

    `dangling`: the annotations that point at no picture of the file, such as "annotations[7], image_id 9999".
    """

    shape: Literal["AI Hub 235", "AI Hub 514", "COCO"]
    pictures: Mapping[str, PictureRecord]
    categories: tuple[Category, ...] = ()
    issues: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    dangling: tuple[str, ...] = ()
