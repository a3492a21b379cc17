"""Pictures side by side, as many as there is room for, each with its caption; a click opens one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from thermview.gui.diagnosis.picture_words import caption_of, picture_words
from thermview.gui.parts import theme
from thermview.gui.parts.painted import Chart, class_colour, paint_text
from thermview.gui.parts.plain_words import count_text

if TYPE_CHECKING:
    from thermview.gui.diagnosis.context import PageContext

LEAST_PX, MOST_PX = 98, 132
_GAP, _CAPTION = 8, 28


class PictureGrid(Chart):
    """Cells of about 100 px in rows that fill the width; `lines` bounds how many rows are shown."""

    def __init__(self, context: PageContext, lines: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._lines = context, lines
        self.rows: list[int] = []
        self._caption: Callable[[int], str] | None = None
        self._marked: set[int] = set()
        self._total = 0
        self._names: frozenset[str] = frozenset()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        context.pictures.came.connect(self._came)
        context.diagnosing.choices_changed.connect(self.update)
        context.session.recording_changed.connect(self.update)

    def show_rows(
        self,
        rows: Sequence[int] | np.ndarray,
        caption: Callable[[int], str] | None = None,
        marked: Sequence[int] | np.ndarray = (),
    ) -> None:
        """Show these table rows; `caption` gives a second line, `marked` ones get a bar on top."""
        self._total = len(rows)
        most = 12 * self._lines + 24
        self.rows = [int(row) for row in rows[:most]]
        self._caption, self._marked = caption, {int(row) for row in marked}
        prepared = self._context.prepared
        paths = prepared.table.paths if prepared is not None else ()
        self._names = frozenset(paths[row] for row in self.rows)
        self.updateGeometry()
        self.update()

    # -- places ------------------------------------------------------------------------------------

    def _across(self, width: int) -> int:
        return max((width + _GAP) // (LEAST_PX + _GAP), 1)

    def _cell(self, width: int) -> QSize:
        """Cells share the width out among themselves."""
        across = self._across(width)
        wide = min(max((width - (across - 1) * _GAP) // across, 40), MOST_PX)
        return QSize(wide, wide * 3 // 4)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = min(-(-len(self.rows) // self._across(width)), self._lines)
        return max(lines, 1) * (self._cell(width).height() + _CAPTION + 4)

    def sizeHint(self) -> QSize:
        width = min(max(len(self.rows), 1), 6) * (LEAST_PX + _GAP)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_PX, LEAST_PX * 3 // 4 + _CAPTION)

    def cells(self) -> list[tuple[int, QRectF]]:
        """Table rows that are drawn and where their pictures are."""
        across, cell = self._across(self.width()), self._cell(self.width())
        step_x, step_y = cell.width() + _GAP, cell.height() + _CAPTION + 4
        return [
            (row, QRectF((n % across) * step_x, (n // across) * step_y, cell.width(), cell.height()))
            for n, row in enumerate(self.rows[: across * self._lines])
        ]

    @property
    def hidden(self) -> int:
        """How many there is no room for."""
        return self._total - len(self.cells())

    def row_at(self, position: QPointF) -> int | None:
        """The table row under a point."""
        return next((row for row, area in self.cells() if area.contains(position)), None)

    # -- painting ----------------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        clip = self.visibleRegion().boundingRect()
        for row, area in self.cells():
            if QRectF(clip).intersects(area.adjusted(0, 0, 0, _CAPTION)):
                self._paint_cell(painter, row, area)

    def _paint_cell(self, painter: QPainter, row: int, area: QRectF) -> None:
        dress, prepared = theme.current(), self._context.prepared
        if prepared is None or row >= len(prepared.table):
            return
        path = prepared.table.paths[row]
        item = self._context.pictures.get(path)
        painter.fillRect(area, QColor(dress.surround))
        if isinstance(item, QImage):
            size = item.size().scaled(area.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            corner = area.center() - QPointF(size.width() / 2, size.height() / 2)
            painter.drawImage(QRectF(corner, size.toSizeF()), item)
        elif isinstance(item, str):
            painter.setPen(QColor(theme.ANOMALY))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "! unreadable")
        self._paint_marks(painter, row, path, area)
        painter.setPen(QColor(dress.text))
        line = QRectF(area.left(), area.bottom() + 2, area.width(), 13)
        paint_text(painter, line, prepared.class_of(row) or "no class", elide=Qt.TextElideMode.ElideRight)
        painter.setPen(QColor(dress.muted))
        second = self._caption(row) if self._caption is not None else caption_of(prepared, row)
        paint_text(painter, line.translated(0, 13), second, elide=Qt.TextElideMode.ElideRight)

    def _paint_marks(self, painter: QPainter, row: int, path: str, area: QRectF) -> None:
        """A bar in the colour of the class's kind on the left, one on top where marked, words where it is on a list."""
        prepared, choices = self._context.prepared, self._context.diagnosing.choices
        assert prepared is not None
        normal = prepared.table.class_normal[int(prepared.table.class_codes[row])]
        painter.fillRect(QRectF(area.left(), area.bottom() - 3, area.width(), 3), class_colour(normal))
        if row in self._marked:
            painter.fillRect(QRectF(area.left(), area.top(), area.width(), 3), QColor(theme.FLAG))
        said = "excluded" if path in choices.excluded else ""
        if path in choices.relabelled:
            said = f"→ {choices.relabelled[path]}"
        if said:
            band = QRectF(area.left(), area.top() + 3, area.width(), 15)
            painter.fillRect(band, QColor(0, 0, 0, 170))
            painter.setPen(QColor("white"))
            paint_text(painter, band, f" {said}", elide=Qt.TextElideMode.ElideRight)
        recording, root = self._context.session.recording, self._context.session.capture
        if recording is not None and root is not None and recording.path == root / path:
            painter.setPen(QPen(QColor(theme.current().accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(1, 1, -1, -1))

    def _came(self, relative: str) -> None:
        if relative in self._names and self.isVisible():
            self.update()

    # -- mouse -------------------------------------------------------------------------------------

    def words_at(self, position: QPointF) -> str:
        row, prepared = self.row_at(position), self._context.prepared
        if row is None or prepared is None:
            return ""
        words = picture_words(prepared, row)
        if row in self._marked:
            words += "\nBar on top: among the lowest of both lenses."
        return words

    def takes(self, position: QPointF) -> bool:
        return self.row_at(position) is not None

    def click(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        row = self.row_at(position)
        if row is not None:
            self._context.diagnosing.show_picture(row)

    def menu(self, position: QPointF) -> None:
        row = self.row_at(position)
        if row is None:
            return
        menu = QMenu(self)
        fill_picture_menu(menu, self._context, row)
        menu.exec(self.mapToGlobal(position.toPoint()))
        menu.deleteLater()


def fill_picture_menu(menu: QMenu, context: PageContext, row: int) -> None:
    """What can be done with one picture."""
    diagnosing, prepared = context.diagnosing, context.prepared
    assert prepared is not None
    rows = np.array([row], np.intp)
    session_rows = np.flatnonzero(prepared.table.session_codes == prepared.table.session_codes[row])
    session = prepared.session_of(row)
    menu.addAction("Open", lambda: diagnosing.show_picture(row))
    menu.addAction(
        f"Select its session ({count_text(len(session_rows), 'picture')})",
        lambda: diagnosing.choose(session_rows, f"session {session}"),
    )
    menu.addAction("Select its neighbours", lambda: context.choose_neighbours(row))
    menu.addSeparator()
    menu.addAction("Exclude", lambda: diagnosing.exclude(rows, "excluded by hand"))
    relabel = menu.addMenu("Relabel to")
    for name in filter(None, prepared.table.class_names):
        action = relabel.addAction(name.replace("&", "&&"))
        action.triggered.connect(lambda checked=False, name=name: diagnosing.relabel(rows, name))
    menu.addAction("Leave as it is", lambda: diagnosing.keep_as_it_is(rows))
