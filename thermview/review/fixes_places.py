"""Where each picture of a copy goes: folders of corrected classes, parts of a split, distance sub-classes."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thermview.counts import counted
from thermview.diagnosis.table import PictureTable
from thermview.review.file_names import NameBook, safe_name
from thermview.review.fixes import Fixes, distance_name, distance_steps
from thermview.review.fixes_split import PARTS

Parts = Sequence[str]


@dataclass(frozen=True)
class CopyOptions:
    """Which fixes a copy takes. `split`: folders train, validation, test above all; `subclasses`: D3 below classes."""

    relabel: bool = True
    exclude: bool = True
    channels: bool = True
    split: bool = False
    subclasses: bool = False


class Places:
    """The rows that a copy holds and the path of each in it; paths are given out once, in the order of `rows`."""

    def __init__(self, table: PictureTable, fixes: Fixes, options: CopyOptions) -> None:
        self._table, self._fixes, self._options = table, fixes, options
        self._targets = {change.row: change.target for change in fixes.relabel if change.target}
        if not options.relabel:
            self._targets = {}
        sure = {each.row: each.reason for each in fixes.exclude if each.sure} if options.exclude else {}
        unread = [int(row) for row in np.flatnonzero(~table.readable)]
        self.left_out: dict[int, str] = {
            row: sure.get(row) or "cannot be read"
            for row in sorted({*sure, *(unread if options.exclude else ())})
        }
        self.rows = [row for row in range(len(table)) if row not in self.left_out]
        self._steps = distance_steps(table)
        self._books: dict[str, NameBook] = {}
        self._folders = self._class_folders()
        self.notices = self._told()

    def class_of(self, row: int) -> str:
        """The picture's class in the copy."""
        return self._targets.get(row) or self._own(row)

    def moved(self, row: int) -> bool:
        """True where its class changes."""
        return self.class_of(row) != self._own(row)

    def part(self, row: int) -> str:
        """The part of the split that its folder says; "" where the copy is not split."""
        part = int(self._fixes.split.parts[row]) if self._options.split else -1
        return PARTS[part] if part >= 0 else ""

    def target(self, row: int) -> str:
        """The picture's path below the copy; asked once for each row."""
        *folders, name = self._table.paths[row].split("/")
        at = _place_of(folders, self._own(row))
        if self.moved(row):
            # a class that has no folder yet may be named by hand: never a path
            folder = self._folders.get(self.class_of(row)) or safe_name(self.class_of(row), "class")
            if at is None:
                folders.append(folder)
                at = len(folders) - 1
            else:
                folders[at] = folder
        if self._options.subclasses and at is not None and np.isfinite(self._steps[row]):
            folders.insert(at + 1, distance_name(float(self._steps[row])))
        if part := self.part(row):
            folders.insert(0, part)
        return self.free("/".join([*folders, name]))

    def free(self, path: str) -> str:
        """The path, with a number where its name is taken in its folder."""
        folders, _, name = path.rpartition("/")
        folders = "/".join(
            part[:-4] if part.lower().endswith(".zip") else part for part in folders.split("/")
        )
        stem, dot, suffix = name.rpartition(".")
        stem, suffix = (stem, f".{suffix}") if dot and stem else (name, "")
        taken = ("manifest.csv", "manifest.json") if not folders else ()
        claimed = self._books.setdefault(folders, NameBook(taken)).claim(stem, suffix)
        return f"{folders}/{claimed}" if folders else claimed

    def _own(self, row: int) -> str:
        return self._table.class_names[int(self._table.class_codes[row])]

    def _class_folders(self) -> dict[str, str]:
        """Class to its folder's name as it is written on disk."""
        found: dict[str, str] = {}
        for row in self.rows:
            name = self._own(row)
            if name and name not in found:
                folders = self._table.paths[row].split("/")[:-1]
                at = _place_of(folders, name)
                if at is not None:
                    found[name] = folders[at].removesuffix(".zip")
        return found

    def _told(self) -> list[str]:
        told = []
        unplaced = sum(
            1
            for row in self._targets
            if _place_of(self._table.paths[row].split("/")[:-1], self._own(row)) is None
        )
        if unplaced:
            told.append(
                f"{counted(unplaced, 'relabelled picture')} had no folder of the right class and "
                "got a new one named after it."
            )
        if unsure := sum(not each.sure for each in self._fixes.exclude):
            told.append(
                f"{counted(unsure, 'picture was', 'pictures were')} kept: a person should look first."
            )
        if unknown := sum(not change.target for change in self._fixes.relabel):
            told.append(f"{counted(unknown, 'suspect picture')} kept in place: the right class is not known.")
        return told


def _place_of(folders: Parts, class_name: str) -> int | None:
    """Which of the folders is the class's, the innermost; None where none is."""
    for at in range(len(folders) - 1, -1, -1):
        name = folders[at].removesuffix(".zip").removesuffix(".ZIP")
        if class_name and unicodedata.normalize("NFC", name) == class_name:
            return at
    return None
