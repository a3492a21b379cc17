"""Keys of a capture's files, by which what was read from them is found again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.record_file import fingerprint
from thermview.jobs import Progress, Steps

_FILES_A_STEP = 5000


def file_keys(root: Path, paths: Sequence[str], keys: NDArray[np.uint64]) -> Steps:
    """Fill `keys` (n,) with the fingerprints of the files at `paths` below `root`; 0 where one cannot be said.

    A file in a zip goes by the zip's size and time. Progress counts files.
    """
    total = len(paths)
    holders: dict[str, tuple[int, int]] = {}
    for first in range(0, total, _FILES_A_STEP):
        some = paths[first : first + _FILES_A_STEP]
        keys[first : first + len(some)] = [file_key(root, path, holders) for path in some]
        yield Progress(first + len(some), total, unit="files")


def file_key(root: Path, path: str, holders: dict[str, tuple[int, int]] | None = None) -> int:
    """The fingerprint of one file; `holders` remembers the zips met."""
    holders = {} if holders is None else holders
    if ".zip/" in path.lower():
        folder = path.rpartition("/")[0]
        if folder not in holders:
            holders[folder] = _state(_holder_of(root / folder))
        return _key(path, holders[folder])
    return _key(path, _state(root / path))


def _key(path: str, state: tuple[int, int]) -> int:
    return fingerprint(path, *state) if state != _UNKNOWN else 0


_UNKNOWN = (-1, -1)


def _state(path: Path) -> tuple[int, int]:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return _UNKNOWN  # reading it will say why
    return status.st_size, status.st_mtime_ns


def _holder_of(path: Path) -> Path:
    """The zip that a folder inside it lies in; the folder itself where it is an ordinary one."""
    while not path.exists() and path.parent != path:
        path = path.parent
    return path
