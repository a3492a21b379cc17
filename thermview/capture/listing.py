"""One level of a folder, or of a zip standing in for one."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from thermview.errors import ReadError
from thermview.jobs import Progress, Steps
from thermview.readers import readable
from thermview.readers.failures import explain, shown_name
from thermview.readers.zipped import list_zip, split_zip_path

BATCH = 2000
"""Entries looked at between two yields: some milliseconds, so that the first rows appear at once."""

BATCH_METADATA = "metadata.pkl"
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Listing:
    """What one step of a listing found: names of sub-folders, recordings and annotation files.

    `skipped` counts the files that nothing here reads; `issues` are sentences. Names lie directly in the
    listed folder; a zip is a folder here. Each step holds only what is new since the one before.
    """

    folders: tuple[str, ...] = ()
    recordings: tuple[str, ...] = ()
    annotations: tuple[str, ...] = ()
    skipped: int = 0
    issues: tuple[str, ...] = ()


@dataclass
class _Sorting:
    """Names sorted into their kinds until they are handed over as one Listing."""

    folders: list[str] = field(default_factory=list)
    recordings: list[str] = field(default_factory=list)
    annotations: list[str] = field(default_factory=list)
    skipped: int = 0

    def add_file(self, name: str) -> None:
        if readable(name):
            self.recordings.append(name)
        elif name[-4:].lower() == ".zip":
            self.folders.append(name)
        elif name[-5:].lower() == ".json":
            self.annotations.append(name)
        elif name != BATCH_METADATA:  # that is read with its recordings, not left out
            self.skipped += 1

    def listing(self, issues: list[str]) -> Listing:
        """As a Listing, with the issues that came up meanwhile, which are taken out of the list."""
        said = tuple(issues)
        issues.clear()
        return Listing(
            tuple(self.folders), tuple(self.recordings), tuple(self.annotations), self.skipped, said
        )


def list_folder(path: Path) -> Steps:
    """List one level of a folder, of a zip, or of a folder inside a zip; no file is opened but the zip.

    Every Progress carries a Listing of what was found since the one before, the first after at most
    `BATCH` entries and always at least one. What cannot be read is an issue in a listing, never an exception.
    """
    sorting = _Sorting()
    issues: list[str] = []
    done = 0
    for name, is_folder in _entries(path, issues):
        if is_folder:
            sorting.folders.append(name)
        else:
            sorting.add_file(name)
        done += 1
        if done % BATCH == 0:
            yield Progress(done, 0, sorting.listing(issues), "files")
            sorting = _Sorting()
    yield Progress(done, done, sorting.listing(issues), "files")


def list_all(path: Path) -> Listing:
    """The whole listing of one level at once, in natural order."""
    folders: list[str] = []
    recordings: list[str] = []
    annotations: list[str] = []
    issues: list[str] = []
    skipped = 0
    for step in list_folder(path):
        part: Listing = step.result
        folders += part.folders
        recordings += part.recordings
        annotations += part.annotations
        issues += part.issues
        skipped += part.skipped
    return Listing(_sorted(folders), _sorted(recordings), _sorted(annotations), skipped, tuple(issues))


def natural_key(name: str) -> tuple[tuple[int, str], ...]:
    """Sort key that puts `Type2` before `Type10`, whatever the case; equal texts keep a stable order."""
    parts = _DIGITS.split(name.casefold())
    key: list[tuple[int, str]] = []
    for index, part in enumerate(parts):
        # a digit run sorts by its length without zeros, then as text: no limit on how long it is
        digits = part.lstrip("0") if index % 2 else ""
        key.append((len(digits), digits) if index % 2 else (-1, part))
    return (*key, (-1, name))


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=natural_key))


def _entries(path: Path, issues: list[str]) -> Iterator[tuple[str, bool]]:
    """Names in a folder with whether each is a folder; failures go to `issues`."""
    try:
        if path.suffix.lower() == ".zip" and path.is_file():
            yield from zip_level(path, "")
        elif (split := split_zip_path(path)) is not None:
            yield from zip_level(split[0], split[1])
        else:
            yield from _scandir(path, issues)
    except ReadError as error:
        issues.append(str(error))
    except OSError as error:
        issues.append(f"{shown_name(path)}: {folder_problem(error)}")


def _scandir(path: Path, issues: list[str]) -> Iterator[tuple[str, bool]]:
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            try:
                is_folder = entry.is_dir()
                if entry.is_symlink() and is_folder and is_loop(path, entry.path):
                    issues.append(f"{shown_name(Path(entry.name))}: a link back to its own folder; left out")
                    continue
            except OSError as error:
                issues.append(f"{shown_name(Path(entry.name))}: {folder_problem(error)}")
                continue
            yield entry.name, is_folder


def zip_level(archive: Path, inside: str) -> Iterator[tuple[str, bool]]:
    """Names at one level of a zip: `inside` is "" for its top, else a folder in it without slash at the end.

    Raises ReadError where the zip cannot be read.
    """
    prefix = f"{inside}/" if inside else ""
    seen: set[str] = set()
    for member in list_zip(archive):
        if not member.name.startswith(prefix):
            continue
        name, slash, _ = member.name[len(prefix) :].partition("/")
        if name and not name.startswith(".") and name not in seen:
            seen.add(name)
            if slash or name[-4:].lower() != ".zip":  # a zip in a zip is not opened
                yield name, bool(slash)


def is_loop(folder: Path, link: str) -> bool:
    """True where a link leads to `folder` itself or to one that holds it."""
    target = os.path.realpath(link)
    real = os.path.realpath(folder)
    return real == target or real.startswith(target.rstrip(os.sep) + os.sep)


def folder_problem(error: OSError) -> str:
    """Why a folder could not be listed and what to do, without its name."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "the folder is not there any more; refresh the capture"
    return explain(error, "folder")


def same_text(name: str) -> str:
    """A name as it is compared: case and the ways to write the same letter do not count."""
    return name.casefold() if name.isascii() else unicodedata.normalize("NFC", name).casefold()
