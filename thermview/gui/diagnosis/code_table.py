"""What file names say against the class that pictures lie in: a table of counts, clickable cell by cell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.painted import Chart, paint_text
from thermview.gui.parts.plain_words import count_text, percent_text
from thermview.gui.parts.plot_dress import faded

_ROW_PX, _HEAD_PX = 20, 68


class CodeTable(Chart):
    """Rows are classes, columns codes of names; the more of a class, the stronger a cell; odd ones in vermillion."""

    clicked = Signal(int, int)
    """class code, column"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles: list[str] = []
        self._codes: tuple[str, ...] = ()
        self._counts: NDArray[np.intp] = np.zeros((0, 0), np.intp)
        self._odd: NDArray[np.bool_] = np.zeros((0, 0), np.bool_)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(
        self, titles: list[str], codes: tuple[str, ...], counts: NDArray[np.intp], odd: NDArray[np.bool_]
    ) -> None:
        """Show counts (classes, codes); `odd`: cells that a finding of contamination speaks of."""
        self._titles, self._codes, self._counts, self._odd = titles, codes, counts, odd
        self.setFixedHeight(_HEAD_PX + max(len(titles), 1) * _ROW_PX + 2)
        self.update()

    def _names_px(self) -> float:
        return min(max(0.24 * self.width(), 120.0), 200.0)

    def _cell(self, row: int, column: int) -> QRectF:
        names = self._names_px()
        wide = min((self.width() - names - 4) / max(len(self._codes), 1), 90.0)
        return QRectF(names + column * wide, _HEAD_PX + row * _ROW_PX, wide, _ROW_PX)

    def paint(self, painter: QPainter) -> None:
        dress = theme.current()
        if not self._codes:
            return
        for column, code in enumerate(self._codes):
            cell = self._cell(0, column)
            painter.save()
            painter.translate(cell.center().x(), _HEAD_PX - 4)
            painter.rotate(-90)
            painter.setPen(QColor(dress.muted))
            paint_text(painter, QRectF(0, -7, _HEAD_PX - 6, 14), code)
            painter.restore()
        totals = np.maximum(self._counts.sum(axis=1), 1)
        for row, title in enumerate(self._titles):
            line = QRectF(4, _HEAD_PX + row * _ROW_PX, self._names_px() - 10, _ROW_PX)
            painter.setPen(QColor(dress.text))
            paint_text(painter, line, title)
            for column in range(len(self._codes)):
                self._paint_cell(painter, row, column, self._counts[row, column] / totals[row])

    def _paint_cell(self, painter: QPainter, row: int, column: int, share: float) -> None:
        dress, cell = theme.current(), self._cell(row, column)
        count = int(self._counts[row, column])
        body = cell.adjusted(1, 1, -1, -1)
        if not count:
            painter.fillRect(body, QColor(dress.raised))
            return
        odd = bool(self._odd[row, column])
        colour = QColor(theme.ANOMALY if odd else dress.accent)
        painter.fillRect(body, faded(colour, 0.75 if odd else 0.15 + 0.45 * float(share)))
        painter.setPen(QColor(dress.text))
        mark = "!" if odd else ""
        text = f"{mark}{count_text(count)}"
        if painter.fontMetrics().horizontalAdvance(text) <= body.width() + 2:
            painter.drawText(body, Qt.AlignmentFlag.AlignCenter, text)

    def cell_at(self, position: QPointF) -> tuple[int, int] | None:
        """Row and column under a point, None where there is no picture."""
        for row in range(len(self._titles)):
            for column in range(len(self._codes)):
                if self._counts[row, column] and self._cell(row, column).contains(position):
                    return row, column
        return None

    def words_at(self, position: QPointF) -> str:
        found = self.cell_at(position)
        if found is None:
            return ""
        row, column = found
        count, total = int(self._counts[row, column]), int(self._counts[row].sum())
        odd = "\nA session here does not belong to this class by its names." if self._odd[row, column] else ""
        return (
            f"{self._titles[row]}: {count_text(count, 'picture')} named {self._codes[column]}, "
            f"{percent_text(count / max(total, 1))} of the class{odd}\nClick to select them."
        )

    def takes(self, position: QPointF) -> bool:
        return self.cell_at(position) is not None

    def click(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        found = self.cell_at(position)
        if found is not None:
            self.clicked.emit(*found)
