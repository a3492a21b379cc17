"""One record of an annotation file, checked field by field; key names are tolerated, values are not.

Pydantic checks each record by itself, so that one bad value costs that value and not the file.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from thermview.annotation.quantities import is_missing, parse_number

MAX_ISSUES = 100_000
NO_PICTURE = "which is no picture of this file, and is left out."
REACHES_BEYOND = "reaches beyond the picture."
LIES_OUTSIDE = "lies outside the picture and is left out."
"""How sentences end that are told in other words too: `dangling` and `outside` of what was read."""


class Issues:
    """Sentences on what is wrong with a file; a hostile file cannot make them fill the memory."""

    def __init__(self) -> None:
        self._sentences: list[str] = []
        self._left_out = 0
        self.places_outside = 0
        """Boxes and polygons so far that lie outside their picture, or reach out of it."""

    def add(self, sentence: str) -> None:
        if len(self._sentences) < MAX_ISSUES:
            self._sentences.append(sentence)
        else:
            self._left_out += 1

    def all(self) -> tuple[str, ...]:
        """Every sentence, and a last one on those that are too many to list."""
        more = (f"{self._left_out} more issues are not listed.",) if self._left_out else ()
        return (*self._sentences, *more)


@lru_cache(maxsize=4096)
def plain_key(key: str) -> str:
    """A key without case, blanks and punctuation: `fileName`, `File_Name` and `file name` are one."""
    return "".join(letter for letter in unicodedata.normalize("NFC", key).casefold() if letter.isalnum())


def shown(value: Any) -> str:
    """A value of a stranger's file, short and on one line."""
    match value:
        case dict():
            return "a table"
        case list():
            return "a list"
        case str():
            printable = "".join(letter if letter.isprintable() else "?" for letter in value[:60])
            return printable if printable.strip() else "empty"
        case float():
            return f"{value:.6g}"
        case int() if abs(value) >= 10**18:
            return "a huge number"
    return str(value)


def _identifier(value: Any) -> int | str:
    """Ids may be numbers, numbers as text, or names."""
    if isinstance(value, str) and value.strip():
        text = value.strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else text[:200]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return value
    raise ValueError("no id")


def _pixels(value: Any) -> int | None:
    if is_missing(value):
        return None
    number = parse_number(value)
    if number is None or not 1 <= number <= 1_000_000 or number != math.floor(number):
        raise ValueError("no size")
    return int(number)


def _score(value: Any) -> float | None:
    if is_missing(value):
        return None
    number = parse_number(value)
    if number is None:
        raise ValueError("no number")
    return number


def _words(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise ValueError("no text")
    return value.strip()


def _optional_words(value: Any) -> str:
    return "" if is_missing(value) else _words(value)


Identifier = Annotated[int | str, BeforeValidator(_identifier)]
Pixels = Annotated[int | None, BeforeValidator(_pixels)]
Words = Annotated[str, BeforeValidator(_words)]
OptionalWords = Annotated[str, BeforeValidator(_optional_words)]
OptionalScore = Annotated[float | None, BeforeValidator(_score)]


class Record(BaseModel):
    """A record whose fields are known; other keys are kept apart, as they were."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CategoryRecord(Record):
    """An entry of `categories`."""

    id: Identifier
    name: Words
    supercategory: OptionalWords = ""


class ImageRecord(Record):
    """An entry of `images`."""

    file_name: Words
    id: Identifier | None = None
    width: Pixels = None
    height: Pixels = None


class PlaceRecord(Record):
    """An entry of `annotations`; its geometry is checked by `geometry`."""

    image_id: Identifier | None = None
    category_id: Identifier | None = None
    category: OptionalWords = ""
    bbox: Any = None
    segmentation: Any = None
    score: OptionalScore = None
    attributes: Any = None


def keys_of(**names: str) -> dict[str, str]:
    """Plain keys to field names, from the ways in which each field is called."""
    return {plain_key(name): field for field, text in names.items() for name in (field, *text.split())}


CATEGORY_KEYS = keys_of(
    id="category_id", name="category_name class_name label", supercategory="super_category"
)
IMAGE_KEYS = keys_of(
    id="image_id",
    file_name="name image_name image_file img_name path",
    width="image_width w",
    height="image_height h",
)
PLACE_KEYS = keys_of(
    image_id="img_id picture_id",
    category_id="class_id label_id cat_id",
    category="category_name class class_name label name",
    bbox="bounding_box box b_box",
    segmentation="polygon polygons points segments",
    score="confidence",
    attributes="attribute",
)
_MEANINGS = {
    "id": "id",
    "image_id": "id",
    "category_id": "id",
    "name": "name",
    "file_name": "file name",
    "width": "size in pixels",
    "height": "size in pixels",
    "score": "number",
}

R = TypeVar("R", bound=Record)


def sorted_keys(record: Mapping[Any, Any], names: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The known fields of a record by their own names, and the rest as it was."""
    known: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for key, value in record.items():
        field = names.get(plain_key(key))
        if field is None or field in known:
            rest[key] = value
        else:
            known[field] = value
    return known, rest


def checked(
    model: type[R], record: Any, names: Mapping[str, str], where: str, issues: Issues
) -> tuple[R, dict[str, Any]] | None:
    """A record and its unknown keys; values that are wrong are listed and left out.

    None, with a sentence, where what is left does not make a record. `where` begins the sentences.
    """
    if not isinstance(record, dict):
        issues.add(f"{where}: is no table of keys and values and is left out.")
        return None
    known, rest = sorted_keys(record, names)
    try:
        return model.model_validate(known), rest
    except ValidationError as error:
        wrong = {str(problem["loc"][0]) for problem in error.errors(include_url=False, include_context=False)}
    for field in sorted(wrong):
        meaning = _MEANINGS.get(field, "text")
        if field in known:
            issues.add(f"{where}: {field} is no {meaning} ({shown(known.pop(field))}) and is left out.")
        else:
            issues.add(f"{where}: has no {field} and is left out.")
    try:
        return model.model_validate(known), rest
    except ValidationError:
        return None
