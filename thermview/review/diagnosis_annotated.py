"""What annotation files say, shown: pictures with their boxes and conditions, and the blocks and keys of a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from thermview.annotation import Annotation
from thermview.capture.context import Context, ContextFinder
from thermview.capture.index import CaptureIndex
from thermview.counts import counted
from thermview.diagnosis.results import Diagnosis
from thermview.errors import ThermviewError
from thermview.inference.pictures import picture_of
from thermview.readers import open_recording
from thermview.review.diagnosis_pictures import jpeg_uri, shrunk
from thermview.review.svg import px, rect, svg, text

SAMPLES = 2
_TRIED = 40
_SIDE = 420
_FILE_LIMIT = 32 * 2**20
_KEYS_AT_MOST = 16
_UNITS = {"c": "°C", "m": "m", "percent": "%", "s": "m/s"}


@dataclass(frozen=True)
class AnnotatedPicture:
    """A picture with its boxes drawn, and its conditions of capture as (what, value with unit)."""

    name: str
    drawing: Markup
    conditions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class AnnotationBlock:
    """A block of an annotation file: how many entries and with which keys."""

    name: str
    entries: int
    keys: tuple[str, ...]


def annotated_pictures(diagnosis: Diagnosis) -> list[AnnotatedPicture]:
    """Up to two pictures with boxes, of different categories and with conditions where there are; else none."""
    if not diagnosis.hygiene.annotations.files:
        return []
    finder = ContextFinder(diagnosis.root)
    tried = [(row, *_looked_up(diagnosis, row, finder)) for row in _candidates(diagnosis)]
    found: list[AnnotatedPicture] = []
    seen: set[str] = set()
    for row, context, boxes in sorted(tried, key=lambda each: -len(each[1].environment)):
        categories = {each.category for each in boxes}
        if boxes and not categories <= seen and len(found) < SAMPLES:
            seen |= categories
            found += _drawn(diagnosis.root / diagnosis.table.paths[row], boxes, context)
    return found


def _looked_up(diagnosis: Diagnosis, row: int, finder: ContextFinder) -> tuple[Context, list[Annotation]]:
    """What is known of a picture, and its annotations that have a box."""
    try:
        with closing(open_recording(diagnosis.root / diagnosis.table.paths[row])) as recording:
            context = finder.context(recording)
    except (ThermviewError, OSError):
        return Context(""), []  # it is told elsewhere that it cannot be read
    return context, [each for each in context.annotations if each.box is not None]


def _candidates(diagnosis: Diagnosis) -> Iterator[int]:
    """Rows spread over the set, whole frames (which lie in no class) first."""
    table = diagnosis.table
    missing = np.zeros(len(table), bool)
    missing[diagnosis.hygiene.annotations.missing] = True
    usable = np.flatnonzero(table.readable & ~missing)
    classless = np.array([not name for name in table.class_names], bool)
    whole = usable[classless[table.class_codes[usable]]] if len(usable) else usable
    for rows in (whole, usable):
        step = max(len(rows) // _TRIED, 1)
        yield from (int(row) for row in rows[::step][:_TRIED])


def _drawn(path: Path, boxes: list[Annotation], context: Context) -> list[AnnotatedPicture]:
    try:
        with closing(open_recording(path)) as recording:
            pixels = picture_of(recording.frame(0))
    except (ThermviewError, OSError, ValueError):
        return []
    rows, columns = pixels.shape[:2]
    small = shrunk(pixels, _SIDE)
    scale = small.shape[1] / columns
    parts = [
        Markup('<image x="0" y="0" width="{}" height="{}" href="{}"/>').format(
            small.shape[1], small.shape[0], jpeg_uri(small)
        )
    ]
    for annotation in boxes[:40]:
        box = annotation.box
        assert box is not None
        parts.append(
            rect(box.column * scale, box.row * scale, box.width * scale, box.height * scale, "bounds")
        )
        parts.append(
            text(box.column * scale + 2, max(box.row * scale - 4, 11), annotation.category, style="named")
        )
    drawing = svg(
        small.shape[1], small.shape[0], f"{path.name} with {counted(len(boxes), 'box', 'boxes')}", *parts
    )
    conditions = tuple(
        (_condition(key), f"{px(value)} {_unit(key)}") for key, value in context.environment.items()
    )
    return [AnnotatedPicture(path.name, drawing, (("size", f"{columns} × {rows}"), *conditions))]


def _condition(key: str) -> str:
    return key.rpartition("_")[0].removesuffix("_m").replace("_", " ")


def _unit(key: str) -> str:
    return _UNITS.get(key.rpartition("_")[2], "")


def annotation_blocks(diagnosis: Diagnosis) -> tuple[str, list[AnnotationBlock]]:
    """The first annotation file's name and its blocks; "" where there is none that can be read."""
    if not diagnosis.hygiene.annotations.files:
        return "", []
    index = CaptureIndex(diagnosis.root)
    with closing(index.scan()) as steps:
        for _ in steps:
            if index.annotations:
                break
    for folder, names in sorted(index.annotations.items()):
        for name in sorted(names):
            blocks = _blocks(diagnosis.root / folder / name)
            if blocks:
                return name, blocks
    return "", []


def _blocks(path: Path) -> list[AnnotationBlock]:
    try:
        if path.stat().st_size > _FILE_LIMIT:
            return []
        read = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    return (
        [_block(str(name), value) for name, value in read.items()][:_KEYS_AT_MOST]
        if isinstance(read, dict)
        else []
    )


def _block(name: str, value: Any) -> AnnotationBlock:
    entries = value if isinstance(value, list) else [value]
    keys = dict.fromkeys(str(key) for entry in entries[:200] if isinstance(entry, dict) for key in entry)
    return AnnotationBlock(name, len(entries), tuple(keys)[:_KEYS_AT_MOST])
