"""Readers, one file per format. To add a format, add a file here with one @reader function.

Packages of third parties add theirs by the entry-point group `thermview.readers`.
"""

from __future__ import annotations

import importlib
import pkgutil
import stat
from pathlib import Path

from thermview.readers.failures import failure, reading
from thermview.readers.registry import (
    Reader,
    all_readers,
    load_third_party,
    readable,
    reader,
    reader_for,
    reader_issues,
)
from thermview.readers.zipped import split_zip_path
from thermview.recording import Recording

__all__ = [
    "Reader",
    "all_readers",
    "load_third_party",
    "open_recording",
    "readable",
    "reader",
    "reader_for",
    "reader_issues",
]

_KNOWN_BUT_UNREAD = {
    ".zip": "a zip is not a recording; open it as a capture, or name a recording inside it",
    ".pkl": "batch metadata is not a recording; open the folder it lies in",
    ".json": "an annotation file is not a recording; open the folder it lies in",
}


def open_recording(path: Path) -> Recording:
    """Open a recording, reading no more than needed to describe it.

    `path` may lie inside a zip (`Type16.zip/1673.npz`). Raises ReadError, and nothing else, with one
    sentence that a person can act on.
    """
    with reading(path, "recording"):
        _check_file(path)
    found = reader_for(path)
    if found is None:
        known = _KNOWN_BUT_UNREAD.get(path.suffix.lower())
        raise failure(path, known or "no reader for this kind of file; export it as TIFF, NumPy or HDF5")
    with reading(path, found.name):
        return found.open(path)


def _check_file(path: Path) -> None:
    """Refuse what would block or mislead a decoder: folders, pipes, devices, empty files."""
    if split_zip_path(path) is not None:
        return  # its own size checks are made where the member is opened
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(path)
    if not stat.S_ISREG(status.st_mode):
        raise failure(path, "a pipe or a device is not a recording; choose an ordinary file")
    if status.st_size == 0:
        raise failure(path, "the file is empty; copy it again from where it was recorded")


for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
