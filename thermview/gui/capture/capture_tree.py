"""The capture's folders and recordings, with score, flags and error in the row, and the filter box above."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPalette, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from thermview.gui.capture.tree_model import IS_FOLDER, RELATIVE, TRAILING, TreeModel
from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import breakable, count_text
from thermview.gui.session import Session

_ROW_PX = 24
_LOOK_AFTER_MS = 120
_HEAD_LETTERS = 3  # an object's code, in the names of the large picture sets
FILTER_TIP = (
    "Show only what matches. Words: a part of the name, class:Car, state:NOM, distance:3-30, site:CIC, "
    "date:2021-02, selection:NAME, flagged, score>3, error. Several words must all match."
)


def shortened(text: str, metrics: QFontMetrics, width: int) -> str:
    """What fits of a name: its first letters and as much of its end as there is room, for there neighbours differ."""
    if metrics.horizontalAdvance(text) <= width:
        return text
    head = text[:_HEAD_LETTERS]
    room = width - metrics.horizontalAdvance(head)
    return head + metrics.elidedText(text[_HEAD_LETTERS:], Qt.TextElideMode.ElideLeft, max(room, 0))


class RowDelegate(QStyledItemDelegate):
    """Name to the left, short facts to the right; the name gives way first."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(120, _ROW_PX)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.initStyleOption(option, index)
        text, option.text = option.text, ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        painter.save()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        rect = option.rect.adjusted(6, 0, -8, 0)
        small = QFontMetrics(theme.numbers_font(theme.CAPTION_PX))
        right = rect.right()
        for trailing, kind in reversed(index.data(TRAILING) or []):
            right = self._draw_trailing(painter, rect, right, trailing, kind, selected, small)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        painter.setPen(option.palette.color(role))
        painter.setFont(option.font)
        space = QRect(rect.left(), rect.top(), max(right - rect.left() - 4, 10), rect.height())
        shown = shortened(text, option.fontMetrics, space.width())
        painter.drawText(space, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
        painter.restore()

    @staticmethod
    def _draw_trailing(
        painter: QPainter,
        rect: QRect,
        right: int,
        text: str,
        kind: str,
        selected: bool,
        metrics: QFontMetrics,
    ) -> int:
        """Draw one fact ending at `right`; gives the x where the next one must end."""
        colours = {
            "anomaly": theme.ANOMALY,
            "flag": theme.FLAG,
            "error": theme.ANOMALY,
            "score": theme.NORMAL,
        }
        colour = QColor(colours.get(kind, theme.current().muted))
        if selected and kind in ("muted", "score"):
            colour = QColor(theme.current().on_accent)
        painter.setFont(theme.numbers_font(theme.CAPTION_PX))
        mark = 10 if kind in ("flag", "anomaly") else 0
        width = metrics.horizontalAdvance(text)
        place = QRect(right - width, rect.top(), width, rect.height())
        painter.setPen(colour if not (selected and kind in ("anomaly", "flag", "error")) else QColor("white"))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), text)
        if mark:
            _draw_mark(painter, place.left() - mark, rect.center().y(), kind)
        return place.left() - mark - 8


def _draw_mark(painter: QPainter, x: int, y: int, kind: str) -> None:
    """A small pennant for flags, a triangle for anomalies: told apart without colour."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.FLAG if kind == "flag" else theme.ANOMALY))
    points = [(0, -4), (7, -1), (0, 2)] if kind == "flag" else [(3.5, -4), (7, 3), (0, 3)]
    painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in points]))
    if kind == "flag":
        painter.fillRect(x - 1, y - 4, 1, 10, QColor(theme.FLAG))


class Tree(QTreeView):
    """A right click asks what can be done with a row, and shows nothing else meanwhile."""

    pointed = Signal(object)
    """QModelIndex under the mouse, an invalid one where there is none"""
    wanted_beside = Signal(object)
    """QModelIndex of a row that was clicked on with Ctrl"""

    def __init__(self) -> None:
        super().__init__(headerHidden=True, uniformRowHeights=True)
        self.setMouseTracking(True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            self.pointed.emit(self.indexAt(event.position().toPoint()))
        elif not self._beside(event):
            super().mousePressEvent(event)

    def _beside(self, event: QMouseEvent) -> bool:
        """Ctrl+click shows a row's recording beside the shown one."""
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        index = self.indexAt(event.position().toPoint())
        if not held or event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return False
        self.wanted_beside.emit(index)
        return True

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointed.emit(self.indexAt(event.position().toPoint()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(QModelIndex())
        super().leaveEvent(event)


class CaptureTree(QWidget):
    """Filter box, tree and a line that counts."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = TreeModel(session, self)
        self.filter_box = QLineEdit(clearButtonEnabled=True, placeholderText="Filter: name, class:, score>…")
        self.filter_box.setToolTip(FILTER_TIP)
        self.filter_box.setAccessibleName("Filter of the capture")
        self.tree = Tree()
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.setItemDelegate(RowDelegate(self.tree))
        self.tree.setModel(self.model)
        self.tree.setIndentation(14)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.line = QLabel(wordWrap=True)
        self.line.setTextFormat(Qt.TextFormat.PlainText)
        self.line.setProperty("role", "caption")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(4)
        box_line = QHBoxLayout()
        box_line.setContentsMargins(6, 0, 6, 0)
        box_line.addWidget(self.filter_box)
        layout.addLayout(box_line)
        for widget in (self.tree, self.line):
            layout.addWidget(widget)
        layout.setStretchFactor(self.tree, 1)
        self.line.setContentsMargins(8, 0, 8, 0)
        self._root: Path | None = None
        self._badge_changes = 0
        self._expanded: set[str] = set()
        self._wait = QTimer(self, interval=200, singleShot=True)
        self._look = QTimer(self, interval=_LOOK_AFTER_MS, singleShot=True)
        self._connect()
        self._refresh()

    def _connect(self) -> None:
        session = self._session
        self.filter_box.textChanged.connect(lambda: self._wait.start())
        self.filter_box.returnPressed.connect(self._take_filter)
        self.filter_box.installEventFilter(self)
        self._wait.timeout.connect(lambda: session.browsing.set_filter(self.filter_box.text()))
        self._look.timeout.connect(self._look_at_visible)
        self.tree.verticalScrollBar().valueChanged.connect(lambda: self._look.start())
        self.tree.expanded.connect(self._was_expanded)
        self.tree.collapsed.connect(lambda index: self._expanded.discard(index.data(RELATIVE)))
        self.tree.selectionModel().currentChanged.connect(self._row_chosen)
        self.tree.activated.connect(self._row_chosen)
        self.tree.pointed.connect(lambda index: session.compared.point_at(self._path_of(index)))
        self.tree.wanted_beside.connect(self._row_beside)
        session.capture_changed.connect(self._refresh)
        session.recording_changed.connect(self._mark_shown)
        session.flags_changed.connect(self.tree.viewport().update)
        session.scores_changed.connect(self._update_rows)

    def focus_filter(self) -> None:
        """Put the cursor into the filter box."""
        self.filter_box.setFocus()
        self.filter_box.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc in the filter box empties it, and where it is empty gives the keys back to the frames."""
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # here Esc does not forget the marked range
            return True
        if event.type() == QEvent.Type.KeyPress:
            if self.filter_box.text():
                self.filter_box.clear()
            else:
                self.tree.setFocus()
            return True
        return super().eventFilter(watched, event)

    def _take_filter(self) -> None:
        """Enter in the filter box: the keys go back to the frames, of the first match where none is shown."""
        session = self._session
        self.tree.setFocus()
        root, matches = session.capture, session.browsing.matches
        if root is not None and matches and session.selected not in {root / path for path in matches}:
            session.select(root / matches[0])

    def _was_expanded(self, index: QModelIndex) -> None:
        self._expanded.add(index.data(RELATIVE))
        self._look.start()

    def _refresh(self) -> None:
        self._follow_filter()
        scrolled = self.tree.verticalScrollBar().value()
        current = self.tree.currentIndex()
        folder = current.data(RELATIVE) if current.isValid() and current.data(IS_FOLDER) else None
        selection = self.tree.selectionModel()
        selection.blockSignals(True)
        if self.model.refresh():
            self._restore_expanded()
            if folder is not None:  # a person walks through the folders while the list grows
                self.tree.setCurrentIndex(self.model.folder_index(folder))
            self.tree.verticalScrollBar().setValue(scrolled)
        selection.blockSignals(False)
        self._mark_shown()
        self._say()
        self._look.start()
        self.tree.viewport().update()

    def _update_rows(self) -> None:
        """Scores come in all the time; the rows say only what was finished."""
        changes = self._session.scored.badge_changes
        if changes != self._badge_changes:
            self._badge_changes = changes
            self.tree.viewport().update()

    def _follow_filter(self) -> None:
        """The box shows the filter that counts, unless someone is typing another for the same capture."""
        browsing = self._session.browsing
        if browsing.root != self._root:
            self._root = browsing.root
            self._wait.stop()
        if not self._wait.isActive() and self.filter_box.text() != browsing.filter_text:
            self.filter_box.blockSignals(True)
            self.filter_box.setText(browsing.filter_text)
            self.filter_box.blockSignals(False)

    def _restore_expanded(self) -> None:
        browsing = self._session.browsing
        top = browsing.folders.get("", ())
        if len(top) == 1:  # a lone folder at the top would only cost a click
            self._expanded.add(top[0])
        for path in sorted(self._expanded):
            index = self.model.folder_index(path)
            if index.isValid():
                self.tree.setExpanded(index, True)

    def _say(self) -> None:
        browsing = self._session.browsing
        count = browsing.index.count if browsing.index else 0
        tables = len(browsing.index.tables) if browsing.index else 0
        if browsing.root is None:
            text = "Recordings of the open folder are listed here."
        elif browsing.filter_problem:
            text = browsing.filter_problem
        elif browsing.matches is not None:
            how, then = ("match", "") if browsing.filter_text else ("were chosen", "; F5 lists all")
            matching = len(browsing.matches) - browsing.matching_tables
            text = f"{count_text(matching)} of {count_text(count, 'recording')} {how}"
            text += _and_tables(browsing.matching_tables) + then
        elif browsing.scanning:
            text = f"{count_text(count, 'recording')} so far…"
        elif count == 0:
            text = f"No thermal pictures or laser videos in this folder{_and_tables(tables)}."
        else:
            skipped = browsing.index.skipped if browsing.index else 0
            text = count_text(count, "recording") + _and_tables(tables)
            text += f", {count_text(skipped, 'other file')} left out" if skipped else ""
        if browsing.index and browsing.index.issues:
            text += "\n" + browsing.index.issues[0]
        self.line.setText(breakable(text))
        self.line.setProperty("role", "problem" if browsing.filter_problem else "caption")

    def _row_chosen(self, index: QModelIndex) -> None:
        path = self._path_of(index)
        if path is not None:
            self._session.select(path)

    def _path_of(self, index: QModelIndex) -> Path | None:
        """The recording of a row, None for a folder and for no row."""
        root = self._session.capture
        if root is None or not index.isValid() or index.data(IS_FOLDER):
            return None
        return root / str(index.data(RELATIVE))

    def _row_beside(self, index: QModelIndex) -> None:
        path = self._path_of(index)
        if path is not None:
            self._session.compared.compare(path)

    def _mark_shown(self) -> None:
        """Let the current row follow what is shown, also when it was chosen elsewhere."""
        session = self._session
        shown = session.selected
        if session.capture is None or shown is None or not shown.is_relative_to(session.capture):
            return
        index = self.model.index_of(shown.relative_to(session.capture).as_posix())
        if index.isValid() and index != self.tree.currentIndex():
            selection = self.tree.selectionModel()
            selection.blockSignals(True)
            self.tree.setCurrentIndex(index)
            selection.blockSignals(False)
            self.tree.scrollTo(index)
            self.tree.viewport().update()

    def _look_at_visible(self) -> None:
        rows: list[str] = []
        index = self.tree.indexAt(self.tree.viewport().rect().topLeft())
        bottom = self.tree.viewport().height()
        while index.isValid() and self.tree.visualRect(index).top() < bottom:
            if not index.data(IS_FOLDER):
                rows.append(index.data(RELATIVE))
            index = self.tree.indexBelow(index)
        self._session.browsing.look_at(rows)


def _and_tables(count: int) -> str:
    """What else is listed: tables of scores are no recordings."""
    return f", {count_text(count, 'table of scores', 'tables of scores')}" if count else ""
