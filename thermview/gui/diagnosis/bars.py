"""Horizontal bars, one row a class or a token's value: counts, names and a figure beside each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.painted import Chart, class_colour, paint_text
from thermview.gui.parts.plot_dress import faded

ROW_PX = 20


@dataclass(frozen=True)
class Bar:
    """One row: its key for who listens, title with a mark of its kind, length, figures beside it, words for a tip."""

    key: int
    title: str
    normal: bool | None
    value: float
    figure: str
    words: str


class Bars(Chart):
    """Bars with one of them lit."""

    clicked = Signal(int)
    """key of a bar"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars: tuple[Bar, ...] = ()
        self.current: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bars(self, bars: Sequence[Bar], current: int | None = None) -> None:
        """Show these, one lit."""
        self.bars, self.current = tuple(bars), current
        self.setFixedHeight(max(len(self.bars), 1) * ROW_PX)
        self.update()

    def light(self, current: int | None) -> None:
        """Light the bar of a key."""
        self.current = current
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, max(len(self.bars), 1) * ROW_PX)

    def _names_px(self) -> float:
        return min(max(0.42 * self.width(), 110.0), 210.0)

    def _figures_px(self) -> float:
        metrics = QFontMetricsF(theme.numbers_font(theme.CAPTION_PX))
        return max((metrics.horizontalAdvance(bar.figure) for bar in self.bars), default=0.0) + 6

    def paint(self, painter: QPainter) -> None:
        largest = max((bar.value for bar in self.bars), default=0.0) or 1.0
        names_px, figures_px = self._names_px(), self._figures_px()
        room = max(self.width() - names_px - figures_px - 8, 20.0)
        for n, bar in enumerate(self.bars):
            row = QRectF(0, n * ROW_PX, self.width(), ROW_PX)
            if bar.key == self.current:
                painter.fillRect(row, QColor(theme.current().raised))
            painter.setPen(QColor(theme.current().text))
            paint_text(painter, QRectF(4, row.top(), names_px - 10, ROW_PX), bar.title)
            colour = class_colour(bar.normal)
            length = room * bar.value / largest
            area = QRectF(names_px, row.top() + 4, length, ROW_PX - 8)
            painter.fillRect(area, faded(colour, 0.45))
            painter.setPen(QPen(colour, 1.4))
            painter.drawLine(area.topRight(), area.bottomRight())
            painter.setPen(QColor(theme.current().muted))
            figure = QRectF(names_px + room + 6, row.top(), figures_px, ROW_PX)
            paint_text(painter, figure, bar.figure, elide=Qt.TextElideMode.ElideRight)

    def bar_at(self, position: QPointF) -> Bar | None:
        """The bar of the row under a point."""
        n = int(position.y() // ROW_PX)
        return self.bars[n] if 0 <= n < len(self.bars) else None

    def words_at(self, position: QPointF) -> str:
        bar = self.bar_at(position)
        return bar.words if bar is not None else ""

    def takes(self, position: QPointF) -> bool:
        return self.bar_at(position) is not None

    def click(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        bar = self.bar_at(position)
        if bar is not None:
            self.clicked.emit(bar.key)
