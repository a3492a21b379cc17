"""The annotation record of a picture, wherever in the capture its file lies."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from thermview.annotation import (
    Annotation,
    AnnotationFile,
    PictureRecord,
    UnknownShapeError,
    read_annotations,
)
from thermview.capture.cache import FileCache, fingerprint
from thermview.capture.listing import same_text
from thermview.capture.names import full_frame_stem
from thermview.errors import ReadError

FOLDER_NAMES = frozenset(
    same_text(name)
    for name in (
        *("annotation", "annotations", "label", "labels", "labelling", "labeling", "json", "jsons"),
        *("라벨", "라벨링", "라벨링데이터"),
    )
)
"""Folders that hold annotation files, beside the pictures' folders or above them."""

MAX_SET_FILES = 64
"""A folder with more JSON files than this holds one per picture or session: found by name, never all read."""
MAX_LEVELS = 12
RECORDS_KEPT = 300_000
FOLDERS_KEPT = 512


@dataclass(frozen=True)
class Label:
    """What annotation files say of one picture; `extra` are the keys that were not understood."""

    annotations: tuple[Annotation, ...] = ()
    environment: Mapping[str, float] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    issues: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Index:
    """An annotation file's records by the picture's name without folder and suffix."""

    records: Mapping[str, tuple[PictureRecord, ...]]
    issues: tuple[str, ...]

    def record(self, path: Path, stem: str) -> PictureRecord | None:
        """The record of a picture; among several of one name the one whose folders agree best."""
        found = self.records.get(same_text(stem), ())
        return max(found, key=lambda record: agreement(record.file_name, path), default=None)

    def issues_of(self, record: PictureRecord) -> tuple[str, ...]:
        name = f"{record.file_name}:"
        return tuple(issue for issue in self.issues if issue.startswith(name) or f" {name}" in issue)


@dataclass(frozen=True)
class _Folder:
    """What a folder holds for this search: its JSON files, unless one per picture, and annotation folders."""

    set_files: tuple[str, ...]
    annotation_folders: tuple[str, ...]


class LabelFinder:
    """Looks for the annotation files of one capture's pictures; may be used by several threads.

    It looks in the picture's folder and, at each level up to the capture, in folders called
    `annotations`, `labels`, `json` and the like: for a file named after the picture, its session or its
    folder, then in the few files that describe a whole set. What an annotation file calls its pictures is
    only compared, never opened.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._files: FileCache[_Index] = FileCache(RECORDS_KEPT, lambda index: len(index.records))
        self._folders: FileCache[_Folder] = FileCache(FOLDERS_KEPT, lambda _: 1)

    def label(self, path: Path) -> Label:
        """What is known of a picture; a crop takes its environment from its full frame where it has none."""
        issues: list[str] = []
        own = self._found(path, path.stem, issues)
        frame_stem = full_frame_stem(path.stem)
        frame = self._found(path, frame_stem, issues) if frame_stem != path.stem else None
        if own is None and frame is None:
            return Label(issues=tuple(dict.fromkeys(issues)))
        environment = {**(frame[1].environment if frame else {}), **(own[1].environment if own else {})}
        if own is not None:
            issues += own[0].issues_of(own[1])
        return Label(
            own[1].annotations if own else (),  # a full frame's boxes mean nothing on a crop
            environment,
            own[1].extra if own else {},
            tuple(dict.fromkeys(issues)),
        )

    def _found(self, path: Path, stem: str, issues: list[str]) -> tuple[_Index, PictureRecord] | None:
        folders = list(self._search_folders(path.parent))
        for folder in folders:
            for name in _named_after(path, stem):
                found = self._in_file(folder / name, path, stem, issues)
                if found is not None:
                    return found
        for folder in folders:
            for name in self._folder(folder).set_files:
                found = self._in_file(folder / name, path, stem, issues)
                if found is not None:
                    return found
        return None

    def _in_file(
        self, file: Path, path: Path, stem: str, issues: list[str]
    ) -> tuple[_Index, PictureRecord] | None:
        try:
            index = self._files.get(fingerprint(file), lambda: _index(read_annotations(file)))
        except UnknownShapeError:
            return None  # some other JSON file, which is nobody's fault
        except ReadError as error:
            issues.append(str(error))
            return None
        except OSError:
            return None  # there is no such file, or it went away between two looks
        record = index.record(path, stem)
        return None if record is None else (index, record)

    def _search_folders(self, folder: Path) -> Iterator[Path]:
        """Where annotation files may lie, the nearest first: the folder itself, then level by level."""
        yield folder
        below: tuple[str, ...] = ()
        for level in self._levels(folder):
            for name in self._folder(level).annotation_folders:
                annotations = level / name
                yield annotations
                if below:
                    yield annotations.joinpath(*below)
                if len(below) > 1:  # images/Pipe-Leak beside labels/Pipe-Leak
                    yield annotations.joinpath(*below[1:])
            if level != folder:
                yield level
            below = (level.name, *below)

    def _levels(self, folder: Path) -> list[Path]:
        """The folder and those above it, up to the capture; the folder alone where it lies outside."""
        if folder != self.root and self.root not in folder.parents:
            return [folder]
        levels = [folder]
        while levels[-1] != self.root and len(levels) < MAX_LEVELS:
            levels.append(levels[-1].parent)
        return levels

    def _folder(self, folder: Path) -> _Folder:
        try:
            return self._folders.get(fingerprint(folder), lambda: _look(folder))
        except (OSError, ReadError):
            return _Folder((), ())


def _named_after(path: Path, stem: str) -> list[str]:
    """Annotation files that a picture's name leads to: its own, its session's (`a_b` for `a_b_01`), its folder's."""
    parts = stem.split("_")[:MAX_LEVELS]
    sessions = ["_".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]
    return [f"{name}.json" for name in (stem, f"{stem}{path.suffix}", *sessions, path.parent.name)]


def _look(folder: Path) -> _Folder:
    """One pass over a folder's names; raises OSError."""
    files: list[str] = []
    annotation_folders: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith("."):
                continue
            if name[-5:].lower() == ".json":
                if len(files) <= MAX_SET_FILES and entry.is_file():
                    files.append(name)
            elif same_text(name) in FOLDER_NAMES and entry.is_dir():
                annotation_folders.append(name)
    set_files = sorted(files) if len(files) <= MAX_SET_FILES else []
    return _Folder(tuple(set_files), tuple(sorted(annotation_folders)))


def _index(file: AnnotationFile) -> _Index:
    records: dict[str, tuple[PictureRecord, ...]] = {}
    for record in file.pictures.values():
        key = same_text(record_stem(record.file_name))
        records[key] = (*records.get(key, ()), record)
    return _Index(records, file.issues)


def record_stem(file_name: str) -> str:
    """The name without folders and suffix; dates in names hold dots too (`.._21.03.15_CIC_..`)."""
    name = file_name.replace("\\", "/").rpartition("/")[2]
    stem, _, suffix = name.rpartition(".")
    is_suffix = stem and len(suffix) <= 5 and suffix.isalnum() and not suffix.isdigit()
    return stem if is_suffix else name


def agreement(file_name: str, path: Path) -> tuple[int, bool]:
    """How many folders of a record's name, from its end, the picture's path has too; then the suffix."""
    said = PurePosixPath(file_name.replace("\\", "/")).parts
    count = 0
    for mine, theirs in zip(reversed(path.parts[:-1]), reversed(said[:-1]), strict=False):
        if same_text(mine) != same_text(theirs):
            break
        count += 1
    same_name = bool(said) and same_text(said[-1]) == same_text(path.name)
    return count, same_name
