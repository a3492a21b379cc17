"""The capture as rows: folders and recordings, or the flat list that the filter leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from thermview.capture.ids import id_of
from thermview.capture.listing import natural_key
from thermview.gui.session import Session

AnyIndex = QModelIndex | QPersistentModelIndex
RELATIVE = Qt.ItemDataRole.UserRole + 1
"""Path below the capture, str"""
IS_FOLDER = Qt.ItemDataRole.UserRole + 2
TRAILING = Qt.ItemDataRole.UserRole + 3
"""Right-hand texts of the row: list of (text, kind) with kind "muted", "score", "anomaly", "flag", "error" """
_ROOT = 0


@dataclass
class _Folder:
    number: int
    path: str
    parent: int
    row: int
    folders: list[str] = field(default_factory=list)
    names: Sequence[str] = ()


class TreeModel(QAbstractItemModel):
    """Rows come from session.browsing; a row costs nothing until it is looked at.

    An index carries the number of the folder it lies in; sub-folders come first in a folder's rows.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._folders: list[_Folder] = [_Folder(_ROOT, "", -1, 0)]
        self._number: dict[str, int] = {"": _ROOT}
        self._inside: dict[str, int] = {}
        self._shape: tuple[Any, ...] = ()

    def refresh(self) -> bool:
        """Take over what was found since; True where the rows were laid out anew."""
        browsing = self._session.browsing
        shape = self._state()
        if shape == self._shape:
            return False
        self._shape = shape
        self.beginResetModel()
        if browsing.matches is not None:
            self._folders = [_Folder(_ROOT, "", -1, 0, [], list(browsing.matches))]
            self._number = {"": _ROOT}
        else:
            self._lay_out(browsing.folders, dict(browsing.index.folders) if browsing.index else {})
        self.endResetModel()
        return True

    def _state(self) -> tuple[Any, ...]:
        browsing = self._session.browsing
        count = browsing.index.count if browsing.index else 0
        return (
            browsing.root,
            browsing.filter_text if browsing.matches is not None else None,
            len(browsing.matches or ()),
            count,
            sum(len(names) for names in browsing.folders.values()),
            browsing.scanning,
            browsing.orders,
        )

    def _lay_out(self, sub_folders: dict[str, list[str]], names: dict[str, Any]) -> None:
        browsing = self._session.browsing
        self._folders, self._number = [], {}
        self._inside = _count_inside(sub_folders, names)
        waiting = [("", -1, 0)]
        while waiting:
            path, parent, row = waiting.pop()
            number = len(self._folders)
            inner = [f for f in sub_folders.get(path, ()) if self._inside.get(_join(path, f), 0) or not path]
            inner.sort(key=natural_key)
            folder = _Folder(number, path, parent, row, inner, browsing.names_in(path))
            self._folders.append(folder)
            self._number[path] = number
            waiting.extend((_join(path, name), number, i) for i, name in enumerate(inner))

    # -- QAbstractItemModel ------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:  # noqa: B008
        folder = self._folder_of(parent)  # a view asks this of every row when it lays out: keep it short
        if folder is None or not 0 <= row < len(folder.folders) + len(folder.names):
            return QModelIndex()
        return self.createIndex(row, column, folder.number)

    def parent(self, index: AnyIndex = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        number = int(index.internalId()) if index.isValid() else _ROOT
        if number == _ROOT:
            return QModelIndex()
        folder = self._folders[number]
        return self.createIndex(folder.row, 0, folder.parent)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        folder = self._folder_of(parent)
        return 0 if folder is None else len(folder.folders) + len(folder.names)

    def hasChildren(self, parent: AnyIndex = QModelIndex()) -> bool:  # noqa: B008
        if not parent.isValid():
            return True
        return parent.row() < len(self._folders[int(parent.internalId())].folders)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 1

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        folder = self._folders[int(index.internalId())]
        is_folder = index.row() < len(folder.folders)
        relative = _join(folder.path, self._name(folder, index.row()))
        if role == Qt.ItemDataRole.DisplayRole:
            name = self._name(folder, index.row())
            return (name if is_folder else _without_suffix(name)).replace("\n", " ")
        if role == RELATIVE:
            return relative
        if role == IS_FOLDER:
            return is_folder
        if role == TRAILING:
            return self._trailing(relative, is_folder)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(relative, is_folder)
        return None

    # -- rows --------------------------------------------------------------------------------------

    def index_of(self, relative: str) -> QModelIndex:
        """The row of a path below the capture; invalid where there is none."""
        if self._session.browsing.matches is not None:
            names = self._folders[_ROOT].names
            return self.index(names.index(relative), 0) if relative in names else QModelIndex()
        path, _, name = relative.rpartition("/")
        number = self._number.get(path)
        if number is None or name not in self._folders[number].names:
            return QModelIndex()
        folder = self._folders[number]
        return self.createIndex(len(folder.folders) + folder.names.index(name), 0, number)

    def folder_index(self, path: str) -> QModelIndex:
        """The row of a folder; invalid for the root or an unknown one."""
        number = self._number.get(path, _ROOT)
        folder = self._folders[number]
        return QModelIndex() if number == _ROOT else self.createIndex(folder.row, 0, folder.parent)

    def _folder_of(self, index: AnyIndex) -> _Folder | None:
        """The folder that a row stands for, None for a recording."""
        if not index.isValid():
            return self._folders[_ROOT]
        folder = self._folders[int(index.internalId())]
        if index.row() >= len(folder.folders):
            return None
        return self._folders[self._number[_join(folder.path, folder.folders[index.row()])]]

    @staticmethod
    def _name(folder: _Folder, row: int) -> str:
        inner = len(folder.folders)
        return folder.folders[row] if row < inner else folder.names[row - inner]

    def _trailing(self, relative: str, is_folder: bool) -> list[tuple[str, str]]:
        browsing = self._session.browsing
        if is_folder:
            return [(f"{self._inside.get(relative, 0):,}".replace(",", "\u2009"), "muted")]
        if relative in browsing.errors:
            return [("cannot be read", "error")]
        texts: list[tuple[str, str]] = []
        key = id_of(relative)
        glance = browsing.glances.get(relative)
        if glance is not None and glance.text:
            texts.append((glance.text, "muted"))
        badge = self._session.scored.badges.get(key)
        if badge is not None:
            texts.append((f"{badge.score:.2g}", "anomaly" if badge.anomalous else "score"))
        if flags := browsing.flag_counts.get(key, 0):
            texts.append((f"{flags}", "flag"))
        return texts

    def _tip(self, relative: str, is_folder: bool) -> str:
        browsing = self._session.browsing
        if relative in browsing.errors:
            return _plain(browsing.errors[relative])
        if is_folder:
            return _plain(f"{relative}: {self._inside.get(relative, 0)} recordings")
        lines = [relative]
        glance = browsing.glances.get(relative)
        if glance is not None:
            lines.append(f"{glance.kind}, {glance.frames} frame{'s' if glance.frames != 1 else ''}")
        badge = self._session.scored.badges.get(id_of(relative))
        if badge is not None:
            lines.append(f"score {badge.score:.3g}, {'anomalous' if badge.anomalous else 'normal'}")
        return _plain("\n".join(lines))


def _plain(text: str) -> str:
    """A tip that is never taken for markup, whatever a file is called."""
    return "<qt>" + text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>") + "</qt>"


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _without_suffix(name: str) -> str:
    return Path(name).stem if "/" not in name else name.rpartition(".")[0]


def _count_inside(sub_folders: dict[str, list[str]], names: dict[str, Any]) -> dict[str, int]:
    """How many recordings lie in and below each folder."""
    inside: dict[str, int] = {}
    for folder, here in names.items():
        path = folder
        while path:
            inside[path] = inside.get(path, 0) + len(here)
            path = path.rpartition("/")[0]
    return inside
