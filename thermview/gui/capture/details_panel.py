"""Everything known of the shown recording, what is wrong with it first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFont, QKeyEvent, QResizeEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QMenu,
    QScrollArea,
    QStackedLayout,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from thermview.annotation import Annotation
from thermview.gui.capture.details_rows import Section, issues, sections
from thermview.gui.parts.copying_table import claims, copy_text, is_copy, selected_text
from thermview.gui.parts.empty_state import EmptyState
from thermview.gui.parts.plain_words import breakable, count_text, tip

if TYPE_CHECKING:
    from thermview.gui.session import Session

_EMPTY = (
    "No recording is shown. Its file, camera, surroundings, annotations and what is wrong with them are listed "
    "here."
)
_ISSUES_PX = 120
_NAMES_PX = 160


class DetailsView(QTreeView):
    """Sections of named values; Ctrl+C copies the selected ones, or all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = QStandardItemModel(0, 2, self)
        self.setModel(self.rows)
        self.setHeaderHidden(True)
        self.setIndentation(12)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setMaximumSectionSize(_NAMES_PX)
        self.header().setStretchLastSection(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._folded: set[str] = set()
        self._filled: list[Section] = []
        self.collapsed.connect(lambda index: self._folded.add(index.data()))
        self.expanded.connect(lambda index: self._folded.discard(index.data()))

    def show_sections(self, shown: list[Section]) -> None:
        """Fill in; sections that a person folded stay so."""
        if shown == self._filled:
            return
        self._filled = shown
        folded = set(self._folded)
        self.rows.removeRows(0, self.rows.rowCount())
        bold = QFont(self.font())
        bold.setBold(True)
        for title, rows in shown:
            head = QStandardItem(title)
            head.setFont(bold)
            for name, value in rows:
                head.appendRow([_cell(name), _cell(value)])
            self.rows.appendRow([head, QStandardItem()])
            index = head.index()
            self.setFirstColumnSpanned(index.row(), index.parent(), True)
            self.setExpanded(index, title not in folded)

    def text(self) -> str:
        """All of it as text: a title, then lines of name and value."""
        lines = []
        for n in range(self.rows.rowCount()):
            head = self.rows.item(n)
            lines.append(head.text())
            lines += [f"{head.child(r, 0).text()}\t{head.child(r, 1).text()}" for r in range(head.rowCount())]
        return "\n".join(lines)

    def copy(self) -> None:
        """Copy what is selected, else everything."""
        copy_text(selected_text(self) if self.selectionModel().hasSelection() else self.text())

    def _menu(self, position: QPoint) -> None:
        menu = QMenu(self)
        if self.selectionModel().hasSelection():
            menu.addAction("Copy selected", self.copy)
        menu.addAction("Copy all", lambda: copy_text(self.text()))
        menu.exec(self.viewport().mapToGlobal(position))
        menu.deleteLater()

    def event(self, event: QEvent) -> bool:
        if claims(event, is_copy):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_copy(event):
            self.copy()
        else:
            super().keyPressEvent(event)


class DetailsPanel(QWidget):
    """Issues above, sections below; `show_annotation` adds the record of a clicked box."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._clicked: Annotation | None = None
        self.view, self.empty = DetailsView(), EmptyState()
        self.empty.say(_EMPTY)
        self._make_issues()
        page = self._page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._issue_area)
        column.addWidget(self.view, 1)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(page)
        session.recording_changed.connect(self._new_recording)
        session.annotations_changed.connect(self.refresh)
        session.conditions.kept.connect(self.refresh)
        session.loaded_changed.connect(self._show_issues)
        self.refresh()

    def _make_issues(self) -> None:
        self.issues = QLabel()
        self.issues.setTextFormat(Qt.TextFormat.PlainText)  # file names and their contents are never markup
        self.issues.setWordWrap(True)
        self.issues.setContentsMargins(8, 6, 8, 6)
        self.issues.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.issues.setProperty("role", "problem")
        self.issues.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._issue_area = QScrollArea()
        self._issue_area.setWidgetResizable(True)
        self._issue_area.setFrameShape(QFrame.Shape.NoFrame)
        self._issue_area.setMaximumHeight(_ISSUES_PX)
        self._issue_area.setWidget(self.issues)
        self._issue_area.setVisible(False)

    def show_annotation(self, annotation: Annotation | None) -> None:
        """Put the record of an annotation first; None takes it away."""
        if annotation != self._clicked:
            self._clicked = annotation
            self.refresh()

    def _new_recording(self) -> None:
        self._clicked = None
        self.refresh()

    def refresh(self) -> None:
        """Show what the session knows now."""
        session = self.session
        if session.recording is None:
            self.empty.say(session.problem or _EMPTY)
            self._pages.setCurrentWidget(self.empty)
            return
        self._pages.setCurrentWidget(self._page)
        self.view.show_sections(sections(session.recording, session.context, self._clicked))
        self._show_issues()

    def _show_issues(self) -> None:
        """What is wrong with the recording; some of it comes out only while frames are decoded."""
        session = self.session
        if session.recording is None:
            return
        found = issues(session.recording, session.context)
        head = f"{count_text(len(found), 'issue')}\n" if len(found) > 1 else ""
        words = breakable(head + "\n".join(f"! {text}" for text in found))
        if words != self.issues.text():
            self._issue_area.setVisible(bool(found))
            self.issues.setText(words)
            self._fit_issues()

    def _fit_issues(self) -> None:
        """As high as the issues are, up to where they scroll."""
        high = self.issues.heightForWidth(max(self.width() - 20, 100))
        self._issue_area.setFixedHeight(min(max(high, 0), _ISSUES_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_issues()


def _cell(text: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setToolTip(tip(text))
    return item
