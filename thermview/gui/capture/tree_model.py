"""The capture as rows: folders and recordings, or the flat list that the filter leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from os.path import splitext
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from thermview.capture.ids import id_of
from thermview.capture.listing import natural_key
from thermview.gui.parts.plain_words import badge_text, count_text, one_line, tip
from thermview.gui.session import Session

AnyIndex = QModelIndex | QPersistentModelIndex
RELATIVE = Qt.ItemDataRole.UserRole + 1
"""Path below the capture, str"""
IS_FOLDER = Qt.ItemDataRole.UserRole + 2
TRAILING = Qt.ItemDataRole.UserRole + 3
"""Right-hand texts of the row: list of (text, kind) with kind "muted", "score", "anomaly", "flag", "error" """
_ROLES = (Qt.ItemDataRole.DisplayRole, RELATIVE, IS_FOLDER, TRAILING, Qt.ItemDataRole.ToolTipRole)
_ROOT = 0
EXPOSED_AT_ONCE = 1000
"""Rows of a folder that the view learns of at a time: it lays out every one that it knows."""
FURTHEST = 20_000
"""Rows that are exposed at most to reach one that was selected elsewhere."""


@dataclass
class _Folder:
    number: int
    path: str
    parent: int
    row: int
    folders: list[str] = field(default_factory=list)
    names: Sequence[str] = ()
    exposed: int = 0
    """How many of its rows the view knows of."""

    @property
    def rows(self) -> int:
        """Sub-folders and recordings."""
        return len(self.folders) + len(self.names)


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
        if shape == self._shape or self._grew_little(shape):
            return False
        self._shape = shape
        self.beginResetModel()
        if browsing.matches is not None:
            flat = _Folder(_ROOT, "", -1, 0, [], list(browsing.matches))
            flat.exposed = min(flat.rows, EXPOSED_AT_ONCE)
            self._folders, self._number = [flat], {"": _ROOT}
        else:
            self._lay_out(browsing.folders, dict(browsing.index.folders) if browsing.index else {})
        self.endResetModel()
        return True

    def _grew_little(self, shape: tuple[Any, ...]) -> bool:
        """While a scan goes on, rows are laid out anew only when there are half as many again."""
        if not self._shape or shape[:2] != self._shape[:2] or not (self._shape[5] and shape[5]):
            return False
        return bool(shape[3] < 1.5 * self._shape[3]) and shape[2] == self._shape[2]

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
        exposed = {folder.path: folder.exposed for folder in self._folders}
        self._folders, self._number = [], {}
        self._inside = _count_inside(names, browsing.index.tables if browsing.index else ())
        waiting = [("", -1, 0)]
        while waiting:
            path, parent, row = waiting.pop()
            number = len(self._folders)
            inner = [f for f in sub_folders.get(path, ()) if _join(path, f) in self._inside or not path]
            inner.sort(key=natural_key)
            folder = _Folder(number, path, parent, row, inner, browsing.names_in(path))
            folder.exposed = min(folder.rows, max(EXPOSED_AT_ONCE, exposed.get(path, 0)))
            self._folders.append(folder)
            self._number[path] = number
            waiting.extend((_join(path, name), number, i) for i, name in enumerate(inner))

    # -- QAbstractItemModel ------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:  # noqa: B008
        folder = self._folder_of(parent)  # a view asks this of every row when it lays out: keep it short
        if folder is None or not 0 <= row < folder.exposed:
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
        return 0 if folder is None else folder.exposed

    def canFetchMore(self, parent: AnyIndex) -> bool:
        folder = self._folder_of(parent)
        return folder is not None and folder.exposed < folder.rows

    def fetchMore(self, parent: AnyIndex) -> None:
        folder = self._folder_of(parent)
        if folder is not None:
            self._expose(folder, folder.exposed + EXPOSED_AT_ONCE)

    def _expose(self, folder: _Folder, rows: int) -> None:
        """Tell the view of the first `rows` rows of a folder."""
        rows = min(rows, folder.rows)
        if rows > folder.exposed:
            self.beginInsertRows(self.folder_index(folder.path), folder.exposed, rows - 1)
            folder.exposed = rows
            self.endInsertRows()

    def hasChildren(self, parent: AnyIndex = QModelIndex()) -> bool:  # noqa: B008
        if not parent.isValid():
            return True
        return parent.row() < len(self._folders[int(parent.internalId())].folders)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 1

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _ROLES or not index.isValid():
            return None
        folder = self._folders[int(index.internalId())]
        is_folder = index.row() < len(folder.folders)
        relative = _join(folder.path, self._name(folder, index.row()))
        if role == Qt.ItemDataRole.DisplayRole:
            name = self._name(folder, index.row())
            return one_line(name if is_folder else self._short_name(folder, index.row()))
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
        """The row of a path below the capture; invalid where there is none, or too far down to go there."""
        if self._session.browsing.matches is not None:
            number, name = _ROOT, relative
        else:
            path, _, name = relative.rpartition("/")
            number = self._number.get(path, -1)
        if number < 0 or name not in self._folders[number].names:
            return QModelIndex()
        folder = self._folders[number]
        row = len(folder.folders) + folder.names.index(name)
        if row >= folder.exposed + FURTHEST:
            return QModelIndex()
        self._expose(folder, row + 1)
        return self.createIndex(row, 0, number)

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

    def _short_name(self, folder: _Folder, row: int) -> str:
        """The name without suffix, where that tells it from the rows above and below."""
        name = self._name(folder, row)
        short, first = _without_suffix(name), len(folder.folders)
        beside = [self._name(folder, at) for at in (row - 1, row + 1) if first <= at < folder.rows]
        return name if any(_without_suffix(other) == short for other in beside) else short

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
        badge = self._session.scored.badge_of(key)
        if badge is not None:
            texts.append((badge_text(badge.score + 0.0), "anomaly" if badge.anomalous else "score"))
        if flags := browsing.flag_counts.get(key, 0):
            texts.append((f"{flags}", "flag"))
        return texts

    def _tip(self, relative: str, is_folder: bool) -> str:
        browsing = self._session.browsing
        if relative in browsing.errors:
            return tip(browsing.errors[relative])
        if is_folder:
            return tip(f"{relative}: {count_text(self._inside.get(relative, 0), 'recording')}")
        lines = [relative]
        glance = browsing.glances.get(relative)
        if glance is not None:
            frames = f", {count_text(glance.frames, 'frame')}" if glance.frames else ""
            lines.append(f"{glance.kind}{frames}")
        badge = self._session.scored.badge_of(id_of(relative))
        if badge is not None:
            lines.append(f"score {badge.score:.3g}, {'anomalous' if badge.anomalous else 'normal'}")
        return tip("\n".join(lines))


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _without_suffix(name: str) -> str:
    return splitext(name)[0]


def _count_inside(names: Mapping[str, Sequence[str]], tables: Iterable[str]) -> dict[str, int]:
    """How many recordings lie in and below each folder that lists anything; tables of scores are none."""
    inside: dict[str, int] = {}

    def add(folder: str, count: int) -> None:
        while folder:
            inside[folder] = inside.get(folder, 0) + count
            folder = folder.rpartition("/")[0]

    for folder, here in names.items():
        add(folder, len(here))
    for table in tables:
        add(table.rpartition("/")[0], -1)
    return inside
