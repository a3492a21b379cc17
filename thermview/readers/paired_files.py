"""Which file beside a thermal recording is the visible picture of the same scene, told by the names of both.

Cameras and data sets name pairs by the same stem, by a mark at the start or end of the name, by folders side by
side, or, as hand-held FLIR cameras do, as IR_0001 and DC_0002.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from thermview.readers.zipped import size_of

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".JPG", ".JPEG", ".PNG", ".BMP")
_PAIRS = {
    "t": ("v", "w", "rgb"),  # of drones: T thermal, V visible, W wide
    "ir": ("rgb", "vis", "vi", "visible", "dc"),
    "thermal": ("rgb", "visible", "visual", "vis", "color", "colour"),
    "infrared": ("visible", "rgb", "visual"),
    "lwir": ("rgb", "visible", "vis"),
    "th": ("rgb", "vis"),
    "thermal_8_bit": ("RGB",),
}
_FOLDER_WORDS = ("ir", "thermal", "infrared", "lwir", "thermal_8_bit")
_MARK = re.compile(r"(?:^|(?<=[_\-. ]))([A-Za-z]+)(?=$|[_\-. 0-9])")
_NUMBERED = re.compile(r"^(?:IR|FLIR)_?(\d{3,6})$", re.IGNORECASE)


def paired_visible(path: Path, is_colour: bool) -> Path | None:
    """The visible picture beside a thermal file, or None. Looks for names only, never through the folder.

    Where the thermal file is itself a picture of colours, a file of the same stem is the same picture stored
    otherwise: then only a mark in the name or the folder makes a pair.
    """
    for folder, stem in _names(path, is_colour):
        for suffix in SUFFIXES:
            candidate = folder / f"{stem}{suffix}"
            if candidate != path and _is_there(candidate):
                return candidate
    return None


def _names(path: Path, is_colour: bool) -> Iterator[tuple[Path, str]]:
    """(folder, stem) of what the visible picture may be called, the surest first."""
    folder, stem = path.parent, path.stem
    for mark in reversed(list(_MARK.finditer(stem))):
        for other in _PAIRS.get(mark[1].lower(), ()):
            yield folder, stem[: mark.start()] + _as_written(other, mark[1]) + stem[mark.end() :]
    if (numbered := _NUMBERED.match(stem)) is not None:
        number = numbered[1]
        for beside in (int(number), int(number) + 1):
            yield folder, f"DC_{beside:0{len(number)}d}"
    if folder.name.lower() in _FOLDER_WORDS:
        for other in _PAIRS[folder.name.lower()]:
            yield folder.parent / _as_written(other, folder.name), stem
    if not is_colour:
        yield folder, stem


def _as_written(word: str, like: str) -> str:
    """A word in the capitals of another: thermal and rgb, Thermal and Rgb, T and V."""
    if like.isupper():
        return word.upper()
    return word.capitalize() if like[:1].isupper() else word


def _is_there(path: Path) -> bool:
    try:
        return size_of(path) > 0 and not path.is_dir()
    except Exception:  # not there, not to be read, no name that this disk can have: all the same here
        return False
