"""A laser batch's `metadata.pkl`: what it says of each video, checked against the videos themselves.

Ten keys per video: batch index, start and end of two obstacles (-1 where there is none), borders of the
region of interest on the 32 x 32 sensor, length (data set doi 10.21227/7zbf-se57, its README). Keys of further
obstacles are read alike.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from thermview.capture.intervals import Interval
from thermview.capture.listing import BATCH_METADATA
from thermview.capture.plain_pickle import MAX_BYTES, RefusedPickleError, finished, load_plain, printable
from thermview.counts import counted
from thermview.readers.failures import failure, reading
from thermview.readers.zipped import list_zip, open_binary, size_of, split_zip_path

FILE_NAME = BATCH_METADATA
BATCH_KEYS = (
    "Index", "KeyfIniObstacle1", "KeyfEndObstacle1", "KeyfIniObstacle2", "KeyfEndObstacle2",
    "LeftBordPx", "RightBordPx", "SupBordPx", "InfBordPx", "SizeInFrames",
)  # fmt: skip
"""The ten keys of a video, in the order of the data set's own description."""
NO_OBSTACLE = -1
"""Stands for the frame of an obstacle that a video does not pass."""
SENSOR_SIDE_PX = 32
MAX_VIDEOS = 100_000

_OBSTACLE_KEY = re.compile(r"Keyf(?:Ini|End)Obstacle([1-9]\d{0,2})")
_SIDES = (("columns", "LeftBordPx", "RightBordPx"), ("rows", "SupBordPx", "InfBordPx"))
_BATCH_FOLDER = re.compile(r"type[ _-]?0*(\d{1,6})(?:\.zip)?", re.IGNORECASE)


@dataclass(frozen=True)
class Batch:
    """Metadata by video name (`0001`); issues that concern one video begin with its name and a colon."""

    videos: Mapping[str, Mapping[str, int]]
    issues: tuple[str, ...] = ()

    def issues_of(self, video: str) -> tuple[str, ...]:
        """The issues that concern one video."""
        return tuple(issue for issue in self.issues if issue.startswith(f"{video}: "))


@dataclass
class _Reading:
    """Videos and issues while a batch is read."""

    videos: dict[str, Mapping[str, int]] = field(default_factory=dict)
    issues: list[str] = field(default_factory=list)


def read_batch(path: Path) -> Batch:
    """Read a batch's metadata, also inside a zip (`Type1.zip/metadata.pkl`).

    Nothing in the file is imported or called. Raises ReadError where the file as a whole is unusable;
    single values that are not numbers are left out and listed.
    """
    with reading(path, "batch metadata file"):
        if size_of(path) > MAX_BYTES:
            raise failure(path, f"larger than {MAX_BYTES >> 20} MiB, which no batch metadata is")
        with open_binary(path) as file:
            content = file.read(MAX_BYTES + 1)
        try:
            return _batch(load_plain(content))
        except RefusedPickleError as error:
            raise failure(path, f"not read, because {error}; nothing in it was executed") from error


def find_batch(folder: Path) -> Path | None:
    """Where the metadata of the recordings in a folder lies, or None.

    `folder` may be a zip or a folder inside one; metadata at the zip's top and in its one inner folder
    both count. Raises ReadError where the zip cannot be read.
    """
    split = split_zip_path(folder / FILE_NAME)
    if split is None:
        beside = folder / FILE_NAME
        return beside if beside.is_file() else None
    archive, inside = split
    names = {member.name for member in list_zip(archive)}
    above = [inside, *(f"{parent}/{FILE_NAME}" for parent in _parents(inside)), FILE_NAME]
    below = sorted(name for name in names if name.count("/") == 1 and name.endswith(f"/{FILE_NAME}"))
    for name in [*above, *(below if len(below) == 1 else [])]:
        if name in names:
            return archive / name
    return None


def _parents(inside: str) -> list[str]:
    folders = inside.split("/")[:-1]
    return ["/".join(folders[:count]) for count in range(len(folders) - 1, 0, -1)]


def batch_index(folder_name: str) -> int | None:
    """16 for a batch folder called `Type16` or `Type16.zip`, None for others."""
    match = _BATCH_FOLDER.fullmatch(folder_name)
    return int(match[1]) if match else None


def obstacles(video: Mapping[str, int]) -> tuple[Interval, ...]:
    """The obstacles a video passes; absent ones (-1) and contradictory ones are left out, see `check`."""
    found = []
    for name, first, last in _stated(video):
        if 0 <= first <= last:
            found.append(Interval(name, first, last))
    return tuple(found)


def _stated(video: Mapping[str, int]) -> Iterator[tuple[str, int, int]]:
    """Name, first and last frame of each obstacle that there are keys for, by number."""
    numbers = {int(found[1]) for key in video if (found := _OBSTACLE_KEY.fullmatch(key))}
    for number in sorted(numbers):
        yield (
            f"obstacle {number}",
            video.get(f"KeyfIniObstacle{number}", NO_OBSTACLE),
            video.get(f"KeyfEndObstacle{number}", NO_OBSTACLE),
        )


def check(
    video: Mapping[str, int], shape: tuple[int, ...], length: int, batch: int | None = None
) -> tuple[str, ...]:
    """Where a video's metadata contradicts the recording, which is trusted; one sentence each.

    `shape` is (rows, columns), `length` in frames, `batch` the number in the folder's name where it has
    one. Borders are called exclusive yet counted with one more in the data set's README: both pass, as does a
    length that differs by the one frame that taking differences costs.
    """
    issues = [f"The metadata lacks {key}." for key in BATCH_KEYS if key not in video]
    issues += obstacle_issues(video, length)
    for (name, low_key, high_key), size in zip(_SIDES, reversed(shape[:2]), strict=False):
        if low_key in video and high_key in video:
            issues += _border_issues(name, video[low_key], video[high_key], size)
    issues += length_issues(video, length)
    if batch is not None and video.get("Index", batch) != batch:
        issues.append(f"The metadata says batch {video['Index']}, the folder says {batch}.")
    return tuple(issues)


def _border_issues(name: str, low: int, high: int, size: int) -> list[str]:
    issues = []
    if size not in (high - low, high - low + 1):
        issues.append(f"The metadata's borders {low} to {high} do not fit the recording's {size} {name}.")
    if not (0 <= low <= high <= SENSOR_SIDE_PX):
        issues.append(f"The metadata's borders {low} to {high} are not on the {SENSOR_SIDE_PX}-pixel sensor.")
    return issues


def length_issues(video: Mapping[str, int], length: int) -> tuple[str, ...]:
    """A sentence where a recording of so many frames is shorter or longer than stated, by more than the one frame that
    taking differences costs."""
    declared = video.get("SizeInFrames", length)
    if abs(declared - length) <= 1:
        return ()
    return (f"The metadata says {counted(declared, 'frame')}, the recording has {length}.",)


def obstacle_issues(video: Mapping[str, int], length: int) -> tuple[str, ...]:
    """Which stated obstacles cannot be in a recording of so many frames, one sentence each."""
    issues = []
    for name, first, last in _stated(video):
        if first == NO_OBSTACLE and last == NO_OBSTACLE:
            continue
        title = name.capitalize()
        if first < 0 or last < 0:
            lacking = "start" if first < 0 else "end"
            issues.append(f"{title} has no {lacking} in the metadata ({first} to {last}).")
        elif first > last:
            issues.append(f"{title} ends at frame {last}, before its start at frame {first}.")
        elif last >= length:
            issues.append(
                f"{title}, frames {first} to {last}, reaches beyond the recording's {counted(length, 'frame')}."
            )
    return tuple(issues)


def _batch(content: Any) -> Batch:
    if not isinstance(content, dict):
        raise RefusedPickleError("it holds no table of videos")
    if len(content) > MAX_VIDEOS:
        raise RefusedPickleError(f"it lists more than {MAX_VIDEOS:,} videos")
    read = _Reading()
    for key, values in content.items():
        name = _video_name(key)
        if name is None:
            read.issues.append(f"An entry of the metadata is left out: {_shown(key)} is no video's name.")
        elif not isinstance(values, dict):
            read.issues.append(f"{name}: its entry in the metadata is no table and is left out.")
        elif name in read.videos:
            read.issues.append(f"{name}: listed twice in the metadata; the first entry counts.")
        else:
            read.videos[name] = _values(name, values, read.issues)
    return Batch(read.videos, tuple(read.issues))


def _values(name: str, values: dict[Any, Any], issues: list[str]) -> dict[str, int]:
    whole: dict[str, int] = {}
    for key, value in values.items():
        text = key.decode("utf-8", "replace") if isinstance(key, bytes) else key
        number = _whole_number(finished(value))
        if not isinstance(text, str):
            issues.append(f"{name}: a value under {_shown(key)} in the metadata is left out.")
        elif number is None:
            issues.append(f"{name}: {printable(text)} is no whole number in the metadata and is left out.")
        else:
            whole[text] = number
    return whole


def _video_name(key: Any) -> str | None:
    """`0001` for 1, "0001", b"0001" and "0001.npz"."""
    if isinstance(key, bytes):
        key = key.decode("utf-8", "replace")
    if isinstance(key, int) and not isinstance(key, bool):
        return f"{key:04d}" if 0 <= key < 10**9 else None
    if isinstance(key, str) and key.strip():
        return printable(key.strip().removesuffix(".npz"))
    return None


def _whole_number(value: Any) -> int | None:
    """An int of an int, a whole float, a numeral, or a NumPy value holding one of these."""
    if isinstance(value, np.generic | np.ndarray):
        if value.size != 1:
            return None
        value = value.item()
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = int(value) if re.fullmatch(r"\s*[+-]?\d{1,18}\s*", value, re.ASCII) else None
    if isinstance(value, float):
        value = int(value) if math.isfinite(value) and value == int(value) else None
    return value if isinstance(value, int) and abs(value) < 1 << 63 else None


def _shown(key: Any) -> str:
    """A key as a person can read it; keys are plain text and numbers here, but may be long."""
    return printable(key[:80] if isinstance(key, str) else "a number or bytes")
