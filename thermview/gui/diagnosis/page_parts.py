"""What the pages are put together from: a page that is filled when it is looked at, headings, switches, text tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from thermview.gui.diagnosis.context import PageContext
from thermview.gui.diagnosis.prepared import Prepared
from thermview.gui.parts.copying_table import CopyingTable, claims, is_delete
from thermview.gui.parts.plain_words import breakable, tip

_ROW_PX = 24
MARKS = {True: "●", False: "▲", None: "○"}


def class_title(prepared: Prepared, code: int) -> str:
    """A class with a mark of its kind, which does not rest on colour."""
    return f"{MARKS[prepared.table.class_normal[code]]} {prepared.table.class_names[code] or 'no class'}"


class Page(QWidget):
    """Fills itself with the diagnosis once it is looked at."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._shown: Prepared | None = None
        context.diagnosing.changed.connect(self.refresh)
        context.session.recording_changed.connect(self._picture_changed)

    @property
    def prepared(self) -> Prepared:
        """What the page shows now."""
        assert self._shown is not None
        return self._shown

    def refresh(self) -> None:
        """Show the newest diagnosis, where the page is in sight and shows another."""
        prepared = self.context.prepared
        if prepared is not None and prepared is not self._shown and self.isVisible():
            self._shown = prepared
            self.show_prepared(prepared)

    def show_prepared(self, prepared: Prepared) -> None:
        """Fill the page."""
        raise NotImplementedError

    def follow_picture(self) -> None:
        """Another picture is on screen, or the page comes into sight; called while it shows a diagnosis."""

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()
        self._picture_changed()

    def _picture_changed(self) -> None:
        if self._shown is not None and self.isVisible():
            self.follow_picture()


class ScrollPage(Page):
    """A page whose column scrolls."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(12, 12, 12, 12)
        self.column.setSpacing(8)
        self.area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)


class Heading(QWidget):
    """A heading, words of explanation under it, and room for controls at its right."""

    def __init__(self, title: str, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.words = QLabel(title), QLabel(breakable(words), wordWrap=True)
        font = self.title.font()
        font.setBold(True)
        self.title.setFont(font)
        for label in (self.title, self.words):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setProperty("role", "caption")
        self.words.setVisible(bool(words))
        self.controls = QHBoxLayout()
        self.controls.setSpacing(8)
        top = QHBoxLayout()
        top.addWidget(self.title)
        top.addStretch()
        top.addLayout(self.controls)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.words)

    def say(self, words: str) -> None:
        """Other words of explanation."""
        self.words.setText(breakable(words))
        self.words.setVisible(bool(words))


class Switch(QWidget):
    """A few values of which one is chosen, side by side."""

    changed = Signal()

    def __init__(self, choices: Sequence[tuple[str, Any, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._values: list[Any] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._group.idClicked.connect(lambda number: self.changed.emit())
        self.offer(choices)

    def offer(self, choices: Sequence[tuple[str, Any, str]]) -> None:
        """Offer (text, value, tip) each; the value chosen before stays so where it is still there."""
        before = self.value
        for button in self._group.buttons():
            self._group.removeButton(button)
            button.deleteLater()
        self._values = [value for _, value, _ in choices]
        for number, (text, _, words) in enumerate(choices):
            button = QToolButton()
            button.setCheckable(True)
            button.setText(text)
            button.setToolTip(tip(words))
            button.setProperty("role", "segment")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._group.addButton(button, number)
            self._row.addWidget(button)
        self.choose(before if before in self._values else self._values[0] if self._values else None)

    @property
    def value(self) -> Any:
        """The value that is chosen."""
        number = self._group.checkedId()
        return self._values[number] if 0 <= number < len(self._values) else None

    def choose(self, value: Any) -> None:
        """Choose a value without telling anybody."""
        if value in self._values and (button := self._group.button(self._values.index(value))) is not None:
            button.setChecked(True)


class TextModel(QAbstractTableModel):
    """Rows of texts; columns named in `right` stand at the right."""

    def __init__(
        self, titles: Sequence[str], right: Sequence[int] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.titles, self.right = list(titles), set(right)
        self.rows: list[tuple[str, ...]] = []
        self.tips: list[str] = []

    def show(
        self, titles: Sequence[str] | None, rows: Sequence[tuple[str, ...]], tips: Sequence[str]
    ) -> None:
        """Show these rows."""
        self.beginResetModel()
        self.titles = list(titles) if titles is not None else self.titles
        self.rows, self.tips = list(rows), list(tips)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.titles)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            words = self.tips[index.row()] if index.row() < len(self.tips) else ""
            return tip(words or self.rows[index.row()][index.column()])
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in self.right:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.titles[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in self.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


class TextTable(CopyingTable):
    """A table of texts as high as its rows, up to a bound; a click tells the row."""

    row_clicked = Signal(int)

    def __init__(
        self,
        titles: Sequence[str],
        right: Sequence[int] = (),
        *,
        stretch: int = 0,
        most: int = 10,
        widest_px: int = 200,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.text_model = TextModel(titles, right, self)
        self._most, self._stretch, self._widest_px = most, stretch, widest_px
        self.setModel(self.text_model)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.clicked.connect(lambda index: self.row_clicked.emit(index.row()))

    def show_rows(
        self, rows: Sequence[tuple[str, ...]], tips: Sequence[str] = (), titles: Sequence[str] | None = None
    ) -> None:
        """Show these rows, each with a tip where there is one."""
        self.text_model.show(titles, rows, tips)
        header = self.horizontalHeader()
        for column in range(self.text_model.columnCount()):
            wide = (
                QHeaderView.ResizeMode.Stretch
                if column == self._stretch
                else QHeaderView.ResizeMode.Interactive
            )
            header.setSectionResizeMode(column, wide)
        for column in range(self.text_model.columnCount()):
            if column != self._stretch:
                self.resizeColumnToContents(column)
                self.setColumnWidth(column, min(self.columnWidth(column) + 8, self._widest_px))
        shown = min(max(len(rows), 1), self._most)
        self.setFixedHeight(header.sizeHint().height() + shown * _ROW_PX + 4)

    def event(self, event: QEvent) -> bool:
        """Nothing is removed here, so that Backspace goes back to the picture."""
        if claims(event, is_delete):
            return QTableView.event(self, event)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.current_row
        super().keyPressEvent(event)
        if self.current_row not in (before, -1):
            self.row_clicked.emit(self.current_row)

    @property
    def current_row(self) -> int:
        """The row that is chosen, -1 without one."""
        index = self.currentIndex()
        return index.row() if index.isValid() else -1
