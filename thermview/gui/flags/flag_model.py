"""The flags of the shown recording as rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import FRAME_TIP, frame_text, time_text, tip, when_text
from thermview.review.flags import Flag

if TYPE_CHECKING:
    from thermview.gui.session import Session

COLUMNS = ("frame", "time", "reason", "note", "by", "when")
REASON, NOTE = COLUMNS.index("reason"), COLUMNS.index("note")
Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole


class FlagModel(QAbstractTableModel):
    """Reads flags from the session; editing a reason or note asks the session to change the flag."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.rows: list[Flag] = []
        session.flags_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Take over the session's flags; rows that stay keep their place and selection."""
        flags = sorted(self.session.flagged.flags, key=lambda flag: (flag.first, flag.last, flag.id))
        if [flag.id for flag in flags] == [flag.id for flag in self.rows] and flags:
            self.rows = flags
            self.dataChanged.emit(self.index(0, 0), self.index(len(flags) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self.rows = flags
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the signature of Qt
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - the signature of Qt
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == _ROLE.DisplayRole:
            return COLUMNS[section].capitalize()
        if orientation == Qt.Orientation.Horizontal and role == _ROLE.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def text(self, flag: Flag, column: int) -> str:
        """What a cell says."""
        frames = frame_text(flag.first)
        if flag.last != flag.first:
            frames += f"\u2013{frame_text(flag.last)}"
        time = time_text(self.session.time_of(flag.first))
        return (frames, time, flag.reason, flag.note, flag.author, when_text(flag.created))[column]

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        flag, column = self.rows[index.row()], index.column()
        if role in (_ROLE.DisplayRole, _ROLE.EditRole):
            return self.text(flag, column)
        if role == _ROLE.ToolTipRole:
            words = self.text(flag, column)
            return tip(f"{words}\n{FRAME_TIP}" if column == 0 else words)
        if role == _ROLE.FontRole and column < 2:
            return theme.numbers_font()
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return usual | Qt.ItemFlag.ItemIsEditable if index.column() in (REASON, NOTE) else usual

    def setData(self, index: Index, value: Any, role: int = _ROLE.EditRole) -> bool:
        if not index.isValid() or role != _ROLE.EditRole or index.column() not in (REASON, NOTE):
            return False
        flag, text = self.rows[index.row()], " ".join(str(value).split())
        reason, note = (text, flag.note) if index.column() == REASON else (flag.reason, text)
        self.session.flagged.change(flag, reason=reason, note=note)
        return True
