"""Files of COCO's build: images, categories and annotations as lists that point at each other by id.

AI Hub set 235 is of this build too, with what was measured around a picture among the image's keys.
Format: https://cocodataset.org/#format-data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

from thermview.annotation.environment import EnvironmentReader
from thermview.annotation.geometry import Picture, Points, read_box, read_polygons
from thermview.annotation.long_lists import LongList
from thermview.annotation.records import (
    CATEGORY_KEYS,
    IMAGE_KEYS,
    MAX_ISSUES,
    NO_PICTURE,
    PLACE_KEYS,
    CategoryRecord,
    ImageRecord,
    Issues,
    PlaceRecord,
    checked,
    plain_key,
    shown,
)
from thermview.annotation.types import Annotation, AnnotationFile, BoundingBox, Category, PictureRecord

_NO_ATTRIBUTES: Mapping[str, Any] = MappingProxyType({})
_BLOCKS = frozenset({"images", "annotations", "categories"})


@dataclass
class _Open:
    """A picture's record while the file is read."""

    file_name: str
    width: int | None
    height: int | None
    environment: dict[str, float]
    extra: dict[str, Any]
    annotations: list[Annotation] = field(default_factory=list)
    outside: int = 0


def is_coco(content: Mapping[str, Any]) -> bool:
    """True for a file with a list of images and of annotations or categories."""
    names = {plain_key(key) for key in content}
    return "images" in names and bool(names & {"annotations", "categories"})


def read_coco(content: Mapping[str, Any], issues: Issues, *, brief: bool = False) -> AnnotationFile:
    """The pictures of a COCO or AI Hub 235 file; each defect is one sentence in `issues`.

    `brief`: see read_annotations.
    """
    return _CocoReading(content, issues, brief).read()


class _CocoReading:
    """One pass over the three lists."""

    def __init__(self, content: Mapping[str, Any], issues: Issues, brief: bool) -> None:
        self._brief = brief
        self._blocks = {plain_key(key): value for key, value in content.items()}
        self._extra = {key: value for key, value in content.items() if plain_key(key) not in _BLOCKS}
        self._issues = issues
        self._environment = EnvironmentReader(issues)
        self._categories: dict[int | str, CategoryRecord] = {}
        self._by_id: dict[int | str, _Open] = {}
        self._by_name: dict[str, _Open] = {}
        self._ids: set[int | str] = set()
        self._places: set[bytes] = set()
        self._dangling: list[str] = []

    def read(self) -> AnnotationFile:
        for index, record in self._records("categories"):
            self._add_category(index, record)
        for index, record in self._records("images"):
            self._add_image(index, record)
        for index, record in self._records("annotations"):
            self._add_place(index, record)
        self._environment.finish()
        pictures = {
            name: PictureRecord(
                name,
                found.width,
                found.height,
                tuple(found.annotations),
                found.environment,
                found.extra,
                found.outside,
            )
            for name, found in self._by_name.items()
        }
        return AnnotationFile(
            "AI Hub 235" if self._environment.seen else "COCO",
            pictures,
            self._category_list(),
            self._issues.all(),
            self._extra,
            tuple(self._dangling),
        )

    def _records(self, block: str) -> Iterator[tuple[int, Any]]:
        value = self._blocks.get(block)
        if isinstance(value, dict):  # a file of one picture may leave the list away
            value = [value]
        if value is not None and not isinstance(value, list | LongList):
            self._issues.add(f"{block}: is no list and is left out.")
            return
        yield from enumerate(value or [])

    def _add_category(self, index: int, record: Any) -> None:
        where = f"categories[{index}]"
        read = checked(CategoryRecord, record, CATEGORY_KEYS, where, self._issues)
        if read is None:
            return
        category = read[0]
        if category.id in self._categories:
            self._issues.add(f"{where}: id {category.id} is given twice; {category.name} is left out.")
        else:
            self._categories[category.id] = category

    def _category_list(self) -> tuple[Category, ...]:
        """Categories with whole-number ids; those with names for ids are counted on from the largest."""
        free = max((id_ for id_ in self._categories if isinstance(id_, int)), default=0) + 1
        listed = []
        for category in self._categories.values():
            number, free = (category.id, free) if isinstance(category.id, int) else (free, free + 1)
            listed.append(Category(number, category.name, category.supercategory))
        return tuple(listed)

    def _add_image(self, index: int, record: Any) -> None:
        where = f"images[{index}]"
        if isinstance(record, dict) and isinstance(name := record.get("file_name"), str):
            where = f"{where} {shown_name(name)}"
        read = checked(ImageRecord, record, IMAGE_KEYS, where, self._issues)
        if read is None:
            return
        image, rest = read
        environment, extra = self._environment.take(rest, where)
        found = self._by_name.get(image.file_name)
        if found is not None:
            self._issues.add(f"{where}: is listed twice; the first record counts.")
        else:
            extra = {} if self._brief else extra
            found = _Open(image.file_name, image.width, image.height, environment, extra)
            self._by_name[image.file_name] = found
        if image.id is None:
            return
        if image.id in self._by_id and self._by_id[image.id] is not found:
            other = shown_name(self._by_id[image.id].file_name)
            self._issues.add(f"{where}: its id {image.id} belongs to {other} already.")
        self._by_id.setdefault(image.id, found)

    def _add_place(self, index: int, record: Any) -> None:
        where = f"annotations[{index}]"
        read = checked(PlaceRecord, record, PLACE_KEYS, where, self._issues)
        if read is None:
            return
        place, rest = read
        picture = self._picture_of(place, where)
        if picture is None:
            return
        where = f"{where} of {shown_name(picture.file_name)}"
        measured, rest = self._environment.take(rest, where)
        picture.environment.update({key: n for key, n in measured.items() if key not in picture.environment})
        self._check_id(rest.get("id"), where)
        category = self._category_of(place, where)
        size = Picture(picture.width, picture.height)
        before = self._issues.places_outside
        box = None if place.bbox in (None, []) else read_box(place.bbox, size, where, self._issues)
        polygons = read_polygons(place.segmentation, size, where, self._issues)
        picture.outside += self._issues.places_outside - before
        if box is None and not polygons and place.bbox not in (None, []):
            return  # its place was wrong; that was said above
        if box is None and not polygons and place.segmentation:
            return
        if self._is_repeated(picture.file_name, category, box, polygons, where):
            return
        if self._brief:
            picture.annotations.append(Annotation(category, _about(box, polygons), (), _NO_ATTRIBUTES))
        else:
            picture.annotations.append(_annotation(place, rest, category, box, polygons))

    def _picture_of(self, place: PlaceRecord, where: str) -> _Open | None:
        if place.image_id is None and len(self._by_name) == 1:
            return next(iter(self._by_name.values()))
        found = None if place.image_id is None else self._by_id.get(place.image_id)
        if found is None:
            said = "no image_id" if place.image_id is None else f"image_id {shown(place.image_id)}"
            self._issues.add(f"{where}: has {said}, {NO_PICTURE}")
            if len(self._dangling) < MAX_ISSUES:
                self._dangling.append(f"{where}, {said}")
        return found

    def _category_of(self, place: PlaceRecord, where: str) -> str:
        if place.category_id is None:
            if not place.category:
                self._issues.add(f"{where}: has no category.")
            return place.category
        known = self._categories.get(place.category_id)
        if known is not None:
            return known.name
        if place.category:
            return place.category
        self._issues.add(f"{where}: category_id {shown(place.category_id)} is no category of this file.")
        return f"category {place.category_id}"

    def _check_id(self, value: Any, where: str) -> None:
        if not isinstance(value, int | str):
            return
        if value in self._ids:
            self._issues.add(f"{where}: its id {shown(value)} is given twice.")
        self._ids.add(value)

    def _is_repeated(
        self, name: str, category: str, box: BoundingBox | None, polygons: list[Any], where: str
    ) -> bool:
        said = repr((name, category, box, polygons)).encode("utf-8", "surrogatepass")
        key = blake2b(said, digest_size=12).digest()  # a million polygons would fill the memory
        if key in self._places:
            self._issues.add(f"{where}: repeats another annotation and is left out.")
            return True
        self._places.add(key)
        return False


def _about(box: BoundingBox | None, polygons: list[Points]) -> BoundingBox | None:
    """The box about a box and the largest of the polygons, which is the one that is drawn."""
    points = list(polygons[0]) if polygons else []
    if box is not None:
        points += [(box.column, box.row), (box.column + box.width, box.row + box.height)]
    if not points:
        return None
    left, top = min(column for column, _ in points), min(row for _, row in points)
    right, bottom = max(column for column, _ in points), max(row for _, row in points)
    return BoundingBox(left, top, right - left, bottom - top)


def _annotation(
    place: PlaceRecord, rest: dict[str, Any], category: str, box: BoundingBox | None, polygons: list[Any]
) -> Annotation:
    attributes = dict(rest)
    if isinstance(place.attributes, dict):
        attributes |= place.attributes
    elif place.attributes is not None:
        attributes["attributes"] = place.attributes
    if place.segmentation and len(polygons) != 1:
        attributes["segmentation"] = place.segmentation  # only the largest polygon is drawn
    return Annotation(
        category,
        box,
        polygons[0] if polygons else (),
        attributes,
        "labelled" if place.score is None else "predicted",
        place.score,
    )


def shown_name(file_name: str) -> str:
    """A picture's name as sentences carry it, so that its issues can be found by it."""
    return file_name if file_name and file_name.isprintable() and len(file_name) <= 300 else shown(file_name)
