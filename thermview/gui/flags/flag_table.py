"""The flags of the shown recording: go there, reword, take away, copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QMenu,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from thermview.gui.flags.flag_model import COLUMNS, NOTE, REASON, FlagModel
from thermview.gui.parts.copying_table import CopyingTable, copy_text, selected_text
from thermview.gui.parts.empty_state import EmptyState
from thermview.gui.parts.plain_words import count_text

if TYPE_CHECKING:
    from thermview.gui.session import Session

_EMPTY = (
    "No flags in this recording. F flags the shown frame; mark a range first (Shift+drag in the scrubber) to flag "
    "all of it. Flags with their reasons are listed here."
)
_NOTHING = "No recording is shown. The flags of the recording you choose are listed here."
_WIDTHS = (84, 66, 84, 220, 60, 120)


class FlagView(CopyingTable):
    """Rows of flags; a click goes to the frame, Delete takes the flag away, Ctrl+C copies the rows."""

    def __init__(self, model: FlagModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.flag_model = model
        self.setModel(model)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setStretchLastSection(True)
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)
        self.clicked.connect(self.go)

    def go(self, index: QModelIndex) -> None:
        """Go to the first frame of a flag."""
        self.flag_model.session.seek(self.flag_model.rows[index.row()].first)

    def remove_selected(self) -> None:
        """Take the selected flags away; each can be undone."""
        rows = sorted({index.row() for index in self.selectionModel().selectedIndexes()})
        for flag in [self.flag_model.rows[row] for row in rows]:
            self.flag_model.session.flagged.remove(flag)

    def copy(self) -> None:
        """Copy the selected rows as text, all of them where none is selected."""
        if not self.selectionModel().hasSelection():
            self.selectAll()
        copy_text(selected_text(self, [name.capitalize() for name in COLUMNS]))

    def _menu(self, position: QPoint) -> None:
        index = self.indexAt(position)
        menu = QMenu(self)
        if index.isValid():
            menu.addAction("Go to frame", lambda: self.go(index))
            menu.addAction("Edit reason", lambda: self.edit(index.siblingAtColumn(REASON)))
            menu.addAction("Edit note", lambda: self.edit(index.siblingAtColumn(NOTE)))
            menu.addAction("Remove flag", self.remove_selected)
            menu.addSeparator()
        menu.addAction("Copy rows", self.copy)
        menu.exec(self.viewport().mapToGlobal(position))
        menu.deleteLater()


class FlagTable(QWidget):
    """The table with a line that counts the flags, or words on how to get some."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.model = FlagModel(session)
        self.view, self.empty, self.count = FlagView(self.model), EmptyState(), QLabel()
        self.count.setTextFormat(Qt.TextFormat.PlainText)
        self.count.setProperty("role", "caption")
        self.count.setContentsMargins(8, 4, 8, 4)
        table = self._table = QWidget()
        column = QVBoxLayout(table)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(self.count)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(table)
        session.flags_changed.connect(self.refresh)
        session.recording_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what the session knows now."""
        here, counts = len(self.session.flagged.flags), self.session.browsing.flag_counts
        elsewhere = ""
        if total := sum(counts.values()):
            elsewhere = (
                f"{count_text(total, 'flag')} in {count_text(len(counts), 'recording')} of the capture"
            )
        self.count.setText(", ".join(part for part in (f"{count_text(here)} here", elsewhere) if part))
        if here:
            self._pages.setCurrentWidget(self._table)
            return
        words = _NOTHING if self.session.recording is None else _EMPTY
        self.empty.say(f"{words}\n\n{elsewhere}." if elsewhere else words)
        self._pages.setCurrentWidget(self.empty)
