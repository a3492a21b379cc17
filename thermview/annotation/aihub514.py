"""Files of AI Hub set 514: one per picture, its size in `metadata`, its boxes in `annotations[].data`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thermview.annotation.environment import EnvironmentReader
from thermview.annotation.geometry import Picture, read_box, read_polygons
from thermview.annotation.records import (
    IMAGE_KEYS,
    PLACE_KEYS,
    ImageRecord,
    Issues,
    PlaceRecord,
    checked,
    plain_key,
    sorted_keys,
)
from thermview.annotation.types import Annotation, AnnotationFile, Category, PictureRecord

_GEOMETRY = frozenset({"x", "y", "width", "height", "w", "h"})


def is_aihub_514(content: Mapping[str, Any]) -> bool:
    """True for a table `metadata` beside a list `annotations`."""
    named = {plain_key(key): value for key, value in content.items()}
    return isinstance(named.get("metadata"), dict) and "annotations" in named


def read_aihub_514(content: Mapping[str, Any], stem: str, issues: Issues) -> AnnotationFile:
    """The one picture of such a file; it is called `stem` where the file does not name it."""
    named = {plain_key(key): value for key, value in content.items()}
    metadata = dict(named["metadata"])
    known, _ = sorted_keys(metadata, IMAGE_KEYS)
    if not isinstance(known.get("file_name"), str):
        metadata["file_name"] = stem
    read = checked(ImageRecord, metadata, IMAGE_KEYS, stem, issues)
    image, rest = read if read is not None else (ImageRecord(file_name=stem), metadata)
    environment = EnvironmentReader(issues)
    values, extra = environment.take(rest, image.file_name)
    records = named["annotations"]
    if not isinstance(records, list):
        issues.add(f"{image.file_name}: annotations is no list and is left out.")
        records = []
    size = Picture(image.width, image.height)
    annotations = [
        annotation
        for index, record in enumerate(records)
        if (annotation := _annotation(record, size, f"annotations[{index}] of {image.file_name}", issues))
    ]
    environment.finish()
    picture = PictureRecord(
        image.file_name,
        image.width,
        image.height,
        tuple(annotations),
        values,
        extra,
        issues.places_outside,
    )
    names = dict.fromkeys(annotation.category for annotation in annotations if annotation.category)
    return AnnotationFile(
        "AI Hub 514",
        {picture.file_name: picture},
        tuple(Category(number, name) for number, name in enumerate(names, start=1)),
        issues.all(),
        {key: value for key, value in content.items() if plain_key(key) not in ("metadata", "annotations")},
    )


def _annotation(record: Any, size: Picture, where: str, issues: Issues) -> Annotation | None:
    read = checked(PlaceRecord, record, PLACE_KEYS, where, issues)
    if read is None:
        return None
    place, rest = read
    data = rest.pop("data", None)
    box = None
    polygons: list[tuple[tuple[float, float], ...]] = []
    if isinstance(data, dict):
        names = {plain_key(key) for key in data}
        points = data.get("points")
        polygons = read_polygons(points, size, where, issues) if points else []
        if names & _GEOMETRY or not points:
            box = read_box(data, size, where, issues)
        unknown = {key: value for key, value in data.items() if plain_key(key) not in _GEOMETRY | {"points"}}
        if unknown:
            rest["data"] = unknown
    elif place.bbox is not None or data is not None:
        box = read_box(place.bbox if data is None else data, size, where, issues)
    if box is None and not polygons and (data is not None or place.bbox is not None):
        return None
    attributes = {**rest, **(place.attributes if isinstance(place.attributes, dict) else {})}
    return Annotation(_category(place, attributes), box, polygons[0] if polygons else (), attributes)


def _category(place: PlaceRecord, attributes: Mapping[str, Any]) -> str:
    """The record's category, or an attribute that states one, or its status (`normal` or other)."""
    if place.category:
        return place.category
    named = {plain_key(key): value for key, value in attributes.items()}
    for key in ("category", "class", "label", "status"):
        if isinstance(named.get(key), str) and named[key].strip():
            return str(named[key]).strip()
    return ""
