"""What the annotation files of a set say of its pictures, all of them read once and kept by file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from thermview.annotation import PictureRecord, UnknownShapeError, read_annotations
from thermview.annotation.geometry import TOLERANCE_PX
from thermview.annotation.records import LIES_OUTSIDE, NO_PICTURE, REACHES_BEYOND
from thermview.capture.labels import agreement, record_stem
from thermview.capture.listing import same_text
from thermview.capture.names import full_frame_stem
from thermview.diagnosis.file_keys import file_key
from thermview.diagnosis.record_file import TextFile, key_of
from thermview.diagnosis.stated import stated_farthest, stated_window
from thermview.errors import ReadError, StoreError, reason
from thermview.jobs import Progress, Steps
from thermview.readers.failures import printable

MAX_SENTENCES = 10_000
_TOLD_ELSEWHERE = (NO_PICTURE, REACHES_BEYOND, LIES_OUTSIDE)
"""Sentences of a file that are findings by themselves: orphans and boxes outside."""
_FORMAT = 2
"""Part of every file's key: whoever changes what is kept of a file raises the number."""
_FILES_A_STEP = 50


class _Said(NamedTuple):
    """What one record says, as it is kept: JSON has no other types."""

    name: str
    width: int | None
    height: int | None
    outside: int
    distance_m: float | None
    measured: list[str]
    category: str
    categories: int
    right: float
    bottom: float


@dataclass
class AnnotationFacts:
    """What annotation files say of the n pictures of a set.

    `files`: how many were read. `own` (n,): True for a picture with a record; `framed` (n,): True for a
    crop whose full frame has one. `outside` (n,): True where a box reaches out of its picture.
    `distances_m` (n,): NaN where none is stated. `categories` (n,) index `category_names`, -1 for none;
    `several`: how many pictures show more than one category, of which the most frequent stands. `dangling`:
    pictures that are spoken of and not there, each once; `orphans`: annotations that point at no picture of their own
    file. `measured`: True (n,) for the pictures of which a record
    states an environment value, by its name; `folders` (n,): which folder of annotation files that is,
    -1 for none. `window`: first and last day of collection, `farthest_m`: as
    the files' info states them.
    """

    files: int
    own: NDArray[np.bool_]
    framed: NDArray[np.bool_]
    outside: NDArray[np.bool_]
    distances_m: NDArray[np.float32]
    categories: NDArray[np.int32]
    folders: NDArray[np.int32]
    category_names: list[str] = field(default_factory=list)
    several: int = 0
    dangling: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    measured: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    issues: list[str] = field(default_factory=list)
    window: tuple[date, date] | None = None
    farthest_m: float | None = None

    def __post_init__(self) -> None:
        self.left_out = 0  # sentences
        self._codes: dict[str, int] = {}
        self._missed: set[int] = set()

    def miss(self, name: str) -> None:
        """Add a picture that is not there, however many files and records speak of it."""
        key = _text_key(name)
        if key not in self._missed:
            self._missed.add(key)
            self.say(self.dangling, name)

    def say(self, sentences: list[str], sentence: str) -> None:
        """Add to `dangling`, `orphans` or `issues`; a hostile file cannot make them fill the memory."""
        if len(sentences) < MAX_SENTENCES:
            sentences.append(printable(sentence))
        else:
            self.left_out += 1

    def category_code(self, name: str) -> int:
        """The code of a category, a new one where it has none yet."""
        if name not in self._codes:
            self._codes[name] = len(self.category_names)
            self.category_names.append(name)
        return self._codes[name]


def annotation_facts(
    root: Path,
    files: Sequence[str],
    paths: Sequence[str],
    kept: Path | None,
    *,
    others: Sequence[str] = (),
    looks: NDArray[Any] | None = None,
) -> Steps:
    """Read the annotation `files` below `root` about the pictures at `paths`; the last result is AnnotationFacts.

    `kept`: where what was read is kept by the files' fingerprints. `others`: recordings that are no pictures
    and that a record may speak of. `looks` (n,) tell real sizes, against which boxes are checked. A file
    that is no annotation file is nobody's fault; one that cannot be read is an issue. Progress counts
    annotation files.
    """
    try:
        store = TextFile(kept, "annotations")
    except StoreError:
        store = TextFile(None, "annotations")  # the scan has said that nothing can be kept
    reading = _Reading(root, paths, others, looks)
    for first in range(0, len(files), _FILES_A_STEP):
        some = files[first : first + _FILES_A_STEP]
        keys = [_key(file_key(root, name)) for name in some]
        known = {key: content for key, text in store.find(keys) if (content := _parsed(text)) is not None}
        new: dict[int, str] = {}
        for key, name in zip(keys, some, strict=True):
            if key not in known:
                text = _content_of(root, name)
                known[key] = json.loads(text)
                new[key] = text
            reading.take(name, known.pop(key) if key == 0 else known[key])
        store.append({key: text for key, text in new.items() if key})
        yield Progress(first + len(some), len(files), unit="annotation files")
    yield Progress(len(files), len(files), reading.finished(), "annotation files")


def _key(file: int) -> int:
    return key_of(f"{_FORMAT} {file}".encode()) if file else 0


def _parsed(text: str) -> dict[str, Any] | None:
    """What is kept of a file; None for a line that a disk without power garbled."""
    try:
        content = json.loads(text)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _content_of(root: Path, name: str) -> str:
    """What an annotation file says, on one line."""
    try:
        read = read_annotations(root / name, brief=True)
    except UnknownShapeError:
        return json.dumps({"unknown": True})
    except ReadError as error:
        return json.dumps({"error": str(error)})
    except OSError as error:
        return json.dumps({"error": f"{name}: {reason(error)}"})
    window = stated_window(read.extra)
    said = {
        "records": [_said(record) for record in read.pictures.values()],
        "issues": list(read.issues),
        "dangling": list(read.dangling),
        "window": None if window is None else [day.toordinal() for day in window],
        "farthest_m": stated_farthest(read.extra),
        "shape": read.shape,
    }
    return json.dumps(said, ensure_ascii=True)


def _said(record: PictureRecord) -> _Said:
    counts = Counter(annotation.category for annotation in record.annotations if annotation.category)
    category = min(counts, key=lambda name: (-counts[name], name), default="")
    right, bottom = 0.0, 0.0
    for annotation in record.annotations:
        points = list(annotation.polygon)
        if annotation.box is not None:
            box = annotation.box
            points.append((box.column + box.width, box.row + box.height))
        right = max([right, *(column for column, _ in points)])
        bottom = max([bottom, *(row for _, row in points)])
    distance = record.environment.get("distance_m")
    size = (record.width, record.height)
    measured = sorted(record.environment)
    return _Said(
        record.file_name, *size, record.outside, distance, measured, category, len(counts), right, bottom
    )


class _Reading:
    """Brings records and pictures together."""

    def __init__(
        self, root: Path, paths: Sequence[str], others: Sequence[str], looks: NDArray[Any] | None
    ) -> None:
        count = len(paths)
        self._root, self._paths, self._looks = root, paths, looks
        stems = [_stem(path) for path in paths]
        self._own = _Lookup(stems)
        self._frames = _Lookup([full_frame_stem(stem) for stem in stems])
        self._is_crop = np.array([full_frame_stem(stem) != stem for stem in stems], np.bool_)
        self._others = _Lookup([_stem(path) for path in others])
        self._facts = AnnotationFacts(
            0,
            np.zeros(count, np.bool_),
            np.zeros(count, np.bool_),
            np.zeros(count, np.bool_),
            np.full(count, np.nan, np.float32),
            np.full(count, -1, np.int32),
            np.full(count, -1, np.int32),
        )
        self._folders: dict[str, int] = {}

    def take(self, file: str, content: dict[str, Any]) -> None:
        """Take in what one file says."""
        facts = self._facts
        if content.get("unknown"):
            return
        facts.files += 1
        if "error" in content:
            folder = file.rpartition("/")[0]
            facts.say(facts.issues, f"{folder}/{content['error']}" if folder else content["error"])
            return
        for sentence in content["issues"]:
            if not sentence.endswith(_TOLD_ELSEWHERE):
                facts.say(facts.issues, f"{file}: {sentence}")
        for reference in content["dangling"]:
            facts.say(facts.orphans, f"{file}: {reference}")
        if content["window"] and facts.window is None:
            facts.window = (date.fromordinal(content["window"][0]), date.fromordinal(content["window"][1]))
        if content["farthest_m"] and facts.farthest_m is None:
            facts.farthest_m = content["farthest_m"]
        for record in content["records"]:
            self._take_record(file, _Said(*record))

    def _take_record(self, file: str, said: _Said) -> None:
        facts = self._facts
        stem = record_stem(said.name)
        rows = self._nearest(self._own.rows(stem), said.name, file)
        framed = self._nearest(self._frames.rows(stem), said.name, file)
        framed = framed[self._is_crop[framed]] if len(framed) else framed
        if not len(rows) and not len(framed) and not len(self._others.rows(stem)):
            facts.miss(said.name)
        facts.framed[framed] = True
        facts.own[rows] = True
        facts.folders[rows] = self._folders.setdefault(file.rpartition("/")[0], len(self._folders))
        if said.distance_m is not None:
            facts.distances_m[rows] = said.distance_m
            unknown = framed[np.isnan(facts.distances_m[framed])]
            facts.distances_m[unknown] = said.distance_m
        for name in said.measured if len(rows) else ():
            facts.measured.setdefault(name, np.zeros(len(facts.own), np.bool_))[rows] = True
        if said.category and len(rows):
            facts.categories[rows] = facts.category_code(said.category)
            facts.several += len(rows) if said.categories > 1 else 0
        facts.outside[rows] |= said.outside > 0
        for row in rows if self._looks is not None else ():
            self._check_size(int(row), said)

    def _check_size(self, row: int, said: _Said) -> None:
        """Hold a record against the size that the picture really has."""
        assert self._looks is not None
        columns, rows = int(self._looks["columns"][row]), int(self._looks["rows"][row])
        if not columns:
            return
        facts = self._facts
        if (said.width and said.width != columns) or (said.height and said.height != rows):
            stated = f"{said.width or '?'} x {said.height or '?'}"
            facts.say(
                facts.issues, f"{self._paths[row]}: stated as {stated}, the file has {columns} x {rows}."
            )
        if said.right > columns + TOLERANCE_PX or said.bottom > rows + TOLERANCE_PX:
            facts.outside[row] = True

    def _nearest(self, rows: NDArray[np.intp], name: str, file: str) -> NDArray[np.intp]:
        """Of pictures of one name those that a record in this file means: by the folders that it names, then
        by those that the file itself lies in or is called after."""
        if len(rows) < 2:
            return rows
        own = {same_text(part) for part in (*file.split("/")[:-1], _stem(file))}
        marks = []
        for row in rows:
            path = self._paths[int(row)]
            folders = {same_text(part) for part in path.split("/")[:-1]}
            marks.append((*agreement(name, self._root / path), len(own & folders)))
        best = max(marks)
        return rows[[mark == best for mark in marks]]

    def finished(self) -> AnnotationFacts:
        facts = self._facts
        if facts.left_out:
            facts.issues.append(f"{facts.left_out} more sentences are not listed.")
        return facts


class _Lookup:
    """Rows by a text, compared without case; 16 bytes a text."""

    def __init__(self, texts: Sequence[str]) -> None:
        keys = np.array([_text_key(text) for text in texts], np.uint64)
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def rows(self, text: str) -> NDArray[np.intp]:
        key = np.uint64(_text_key(text))
        first, stop = np.searchsorted(self._keys, key), np.searchsorted(self._keys, key, side="right")
        return self._order[first:stop]


def _text_key(text: str) -> int:
    return key_of(same_text(text).encode("utf-8", "surrogatepass"))


def _stem(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[0] or name
