"""Fixes applied to a copy: written whole or not at all, read back and checked. The set itself is only read."""

from __future__ import annotations

import csv
import errno
import json
import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, TextIO

import thermview
from thermview.capture.index import CaptureIndex
from thermview.counts import counted
from thermview.diagnosis.table import PictureTable
from thermview.errors import ExportError, ReadError, reason
from thermview.jobs import Progress, Steps
from thermview.readers.failures import failure, printable, reading
from thermview.readers.zipped import open_binary, split_zip_path
from thermview.review.diagnosis_json_set import set_name
from thermview.review.evidence import check_outside
from thermview.review.fixes import Fixes
from thermview.review.fixes_pixels import rewritten
from thermview.review.fixes_places import CopyOptions, Places
from thermview.review.manifest import jsonable, safe_cell
from thermview.review.staging import staged

__all__ = ["CopyOptions", "CopyResult", "apply_fixes"]

SCHEMA = "thermview.copy/1"
MANIFEST_CSV, MANIFEST_JSON = "manifest.csv", "manifest.json"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class CopyResult:
    """What came of a copy; `problems`: one sentence for each picture that could not be copied."""

    folder: Path
    pictures: int
    relabelled: int
    converted: int
    left_out: int
    problems: tuple[str, ...]
    notices: tuple[str, ...]


def check_copy_place(folder: Path, root: Path) -> None:
    """ExportError where a copy of the set at `root` cannot be begun in `folder`: not empty, or in the set."""
    check_outside(folder, [root])
    if folder.is_dir() and any(folder.iterdir()):
        raise ExportError(f"{folder} is not empty; choose an empty folder for the copy.")


def apply_fixes(
    root: Path, table: PictureTable, fixes: Fixes, folder: Path, options: CopyOptions | None = None
) -> Steps:
    """Write a changed copy of the set at `root` into a new or empty folder; the last result is a CopyResult.

    What is surely to be left out is, relabelled pictures lie in the folder of their new class, channels are made alike
    where no detail is lost. Each file is read back and its digest compared, and files are counted, before the copy
    appears. Annotation files come along unchanged. Progress counts files, twice each.
    ExportError where the copy cannot be written or is not what it should be, where `folder` is not empty, and where it
    lies in the set.
    """
    check_copy_place(folder, root)
    with staged(folder) as staging:
        copy = _Copy(root, table, fixes, options or CopyOptions(), staging.path)
        yield from copy.steps()
        place = staging.publish()
    yield Progress(copy.total, copy.total, copy.result(place), "files")


@dataclass
class _Copy:
    """One run of `apply_fixes`, in the folder `place`."""

    root: Path
    table: PictureTable
    fixes: Fixes
    options: CopyOptions
    place: Path
    total: int = 0
    done: int = 0
    relabelled: int = 0
    converted: int = 0
    not_converted: int = 0
    problems: list[str] = field(default_factory=list)
    expected: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.places = Places(self.table, self.fixes, self.options)

    def steps(self) -> Steps:
        places = self.places
        index = CaptureIndex(self.root)
        for step in index.scan():
            yield Progress(step.done, step.total, unit="files")
        annotations = [
            f"{at}/{name}" if at else name for at, names in index.annotations.items() for name in names
        ]
        self.total = 2 * (len(places.rows) + len(annotations))
        with (self.place / MANIFEST_CSV).open("w", encoding="utf-8-sig", newline="") as stream:
            yield from self._copy_all(stream, places, annotations)
        yield from self._check_all()
        record = self._record(places, len(annotations))
        text = json.dumps(jsonable(record), indent=1, ensure_ascii=False, allow_nan=False)
        (self.place / MANIFEST_JSON).write_text(
            text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n", "utf-8"
        )

    def _copy_all(self, stream: TextIO, places: Places, annotations: list[str]) -> Steps:
        writer = csv.writer(stream)
        writer.writerow(("path", "copy", "class", "part", "change", "blake2b"))
        self._written: list[tuple[str, bytes]] = []
        for row in places.rows:
            source, target = self.table.paths[row], places.target(row)
            class_name = places.class_of(row)
            changes = [f"class was {self.table.class_names[self.table.class_codes[row]]}"] * places.moved(row)
            try:
                digest, converted = self._copy_picture(row, source, target)
            except ReadError as error:
                self._leave_out(source, error)
                continue
            self.relabelled += places.moved(row)
            self.converted += converted
            changes += [f"channels made {self.fixes.channels.target}"] * converted
            self.expected[class_name] += 1
            self._written.append((target, digest))
            cells = (source, target, class_name, places.part(row), "; ".join(changes), digest.hex())
            writer.writerow([safe_cell(cell) for cell in cells])
            self.done += 1
            yield Progress(self.done, self.total, unit="files")
        for source in annotations:
            target = places.free(source)
            try:
                self._written.append((target, self._copy_bytes(source, target)))
            except ReadError as error:
                self._leave_out(source, error)
                continue
            cells = (source, target, "", "", "annotations, unchanged", self._written[-1][1].hex())
            writer.writerow([safe_cell(cell) for cell in cells])
            self.done += 1
            yield Progress(self.done, self.total, unit="files")

    def _leave_out(self, source: str, error: ReadError) -> None:
        self.problems.append(f"{printable(source)}: left out of the copy ({reason(error).rstrip('.')}).")
        self.total -= 1
        self.done += 1

    def _copy_picture(self, row: int, source: str, target: str) -> tuple[bytes, bool]:
        """The digest of what was written, and whether its channels were changed."""
        if not self.options.channels:
            return self._copy_bytes(source, target), False
        wanted = self.fixes.channels.target
        layout = int(self.table.looks["channels"][row])
        if not wanted or layout == {"grey": 1, "RGB": 3}[wanted]:
            return self._copy_bytes(source, target), False
        data = rewritten(self.root / source, wanted)
        if data is None:
            self.not_converted += 1
            return self._copy_bytes(source, target), False
        path = self._ready(target)
        path.write_bytes(data)
        return blake2b(data, digest_size=16).digest(), True

    def _copy_bytes(self, source: str, target: str) -> bytes:
        """Copy a file; ReadError where it cannot be read, OSError where the copy cannot be written."""
        digest, path = blake2b(digest_size=16), self._ready(target)
        try:
            with path.open("wb") as new:
                for chunk in _chunks(self.root / source):
                    digest.update(chunk)
                    new.write(chunk)
        except ReadError:
            path.unlink()
            raise
        return digest.digest()

    def _ready(self, target: str) -> Path:
        """The place of a file in the copy; ReadError where its name is longer than the disk takes."""
        path = self.place / target
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                raise failure(path, "its path is too long here; choose a folder nearer to the top") from None
            raise
        return path

    def _check_all(self) -> Steps:
        """Read back what was written; count what lies there."""
        for target, digest in self._written:
            if _digest_of(self.place / target) != digest:
                raise ExportError(
                    f"{target}: the copy reads back differently from what was written; is the disk sound?"
                )
            self.done += 1
            yield Progress(self.done, self.total, unit="files")
        there = sum(1 for _ in _files_below(self.place)) - 1  # the manifest lies there too
        if there != len(self._written):
            raise ExportError(
                f"The copy holds {counted(there, 'file')} where {len(self._written)} were written; start again."
            )

    def _record(self, places: Places, annotations: int) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "program": f"ThermView {thermview.__version__}",
            "set": set_name(self.root),
            "options": asdict(self.options),
            "pictures": sum(self.expected.values()),
            "classes": {name: self.expected[name] for name in sorted(self.expected)},
            "relabelled": self.relabelled,
            "converted": self.converted,
            "left_out": [
                {"path": self.table.paths[row], "reason": why} for row, why in places.left_out.items()
            ],
            "annotation_files": annotations,
            "checked": {
                "files": len(self._written),
                "read_back": "every file has the digest of what was written (BLAKE2b, 128 bits)",
                "counted": "as many files as were written, and no other",
            },
            "problems": self.problems,
            "notices": self._notices(places),
        }

    def _notices(self, places: Places) -> list[str]:
        notices = [*places.notices]
        if self.not_converted:
            notices.append(
                f"{counted(self.not_converted, 'picture keeps its', 'pictures keep their')} channels: "
                "rewriting them would lose detail."
            )
        if self.options.relabel and self.relabelled:
            notices.append("Annotation files are unchanged: their records say the classes that they said.")
        return notices

    def result(self, place: Path) -> CopyResult:
        return CopyResult(
            place, sum(self.expected.values()), self.relabelled, self.converted, len(self.places.left_out),
            tuple(self.problems), tuple(self._notices(self.places)),
        )  # fmt: skip


def _chunks(source: Path) -> Iterator[bytes]:
    """The bytes of a file, also of one inside a zip; ReadError. A pipe is not waited for."""
    with reading(source, "file"):
        if split_zip_path(source) is None and not stat.S_ISREG(source.stat().st_mode):
            raise failure(source, "a pipe, a device or a folder is not copied")
        with open_binary(source) as old:
            while chunk := old.read(_CHUNK):
                yield chunk


def _digest_of(path: Path) -> bytes:
    digest = blake2b(digest_size=16)
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.digest()


def _files_below(folder: Path) -> Iterator[str]:
    for _, _, names in os.walk(folder):
        yield from names
