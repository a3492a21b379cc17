"""Annotation files of every build that is known, told apart by their keys."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

from thermview.annotation.aihub514 import is_aihub_514, read_aihub_514
from thermview.annotation.coco import is_coco, read_coco
from thermview.annotation.long_lists import loads_long
from thermview.annotation.records import Issues
from thermview.annotation.types import AnnotationFile
from thermview.errors import ReadError
from thermview.readers.failures import failure, reading, shown_name

MAX_BYTES = 512 << 20
_LONG_BYTES = 8 << 20
"""Larger files are read entry by entry where that will do."""


class UnknownShapeError(ReadError):
    """A JSON file that reads, but is no annotation file."""


def read_annotations(path: Path, *, brief: bool = False) -> AnnotationFile:
    """Read an annotation file: AI Hub 235, AI Hub 514 or plain COCO.

    Defects of single records are sentences in `issues`, and the rest is read. Raises ReadError where the
    file as a whole cannot be used, UnknownShapeError where it is JSON of some other kind. The names of
    pictures are only keys: nothing they point at is opened.

    `brief`: annotations with their category and the box about all of their place alone, and nothing of what was not
    understood: a million of them in a tenth of the memory.
    """
    content = _json(path, brief)
    issues = Issues()
    if isinstance(content, dict) and is_coco(content):
        return read_coco(content, issues, brief=brief)
    if isinstance(content, dict) and is_aihub_514(content):
        return read_aihub_514(content, path.stem, issues)
    raise UnknownShapeError(
        f"{shown_name(path)}: not an annotation file that is known; it needs the lists images and "
        "annotations (COCO, AI Hub 235), or metadata and annotations (AI Hub 514)"
    )


def _json(path: Path, brief: bool) -> Any:
    with reading(path, "annotation file"):
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(path)
        if not stat.S_ISREG(status.st_mode):
            raise failure(path, "a pipe or a device is not an annotation file; choose an ordinary file")
        if status.st_size > MAX_BYTES:
            raise failure(path, f"larger than {MAX_BYTES >> 20} MiB; split it into several files")
        with path.open("rb") as file:
            content = file.read(status.st_size + 1)  # a buffer of no more than that is made
        if not content.strip():
            raise failure(path, "the file is empty; copy it again from where it came from")
        try:
            text = _text(content, path)
            is_long = brief and len(content) > _LONG_BYTES
            del content  # a text of half a gibibyte is enough to hold
            return _long(text) if is_long else json.loads(text)
        except json.JSONDecodeError as error:
            if error.pos >= len(error.doc.rstrip()):
                raise failure(path, "ends too early; copy it again from where it came from") from None
            place = f"line {error.lineno}, column {error.colno}"
            raise failure(path, f"not readable as JSON ({error.msg}, {place})") from None
        except ValueError:  # Python reads no whole number of more than some thousand digits
            raise failure(path, "holds a number of thousands of digits, which no annotation has") from None
        except RecursionError:
            raise failure(path, "its tables are nested too deeply for an annotation file") from None


def _long(text: str) -> Any:
    """COCO's lists entry by entry; a file of another build as it is."""
    content = loads_long(text)
    return content if isinstance(content, dict) and is_coco(content) else json.loads(text)


def _text(content: bytes, path: Path) -> str:
    """UTF-8, UTF-16 or UTF-32 as JSON allows them, else the Korean code page of older Windows tools."""
    encoding = json.detect_encoding(content)
    for name in (encoding, "cp949"):
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
    raise failure(path, f"its text is neither {encoding.upper()} nor CP949; save it as UTF-8")
