"""Painted histograms: one large, and a list of small ones on the same axis."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.painted import Edges, class_colour, paint_axis, paint_histogram, x_in
from thermview.gui.parts.plain_words import count_text, significant_text, tip
from thermview.gui.scores.density_words import ClassHistogram, Histograms, class_words

ROW_PX = 34
_NAME_PX = 126
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 10, 18, 32


class LargeHistogram(QWidget):
    """The class of the shown picture, with the picture marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edges: Edges = np.array([0.0, 1.0])
        self._item: ClassHistogram | None = None
        self._mark: float | None = None
        self.setMinimumHeight(150)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(320, 180)

    def show_class(self, edges: Edges, item: ClassHistogram | None, mark: float | None) -> None:
        """Show a class's histogram with a picture of this density marked in it."""
        self._edges, self._item, self._mark = edges, item, mark
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.numbers_font(theme.CAPTION_PX))
        area = QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)
        self._paint_axes(painter, area)
        if self._item is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_histogram(painter, area, self._item.counts, class_colour(self._item.normal))
            self._paint_mark(painter, area)
        painter.end()

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        paint_axis(painter, area, self._edges, "density", 5)
        largest = int(self._item.counts.max(initial=0)) if self._item is not None else 0
        if largest:
            above = QRectF(0, area.top() - 7, _LEFT - 4, 14)
            painter.drawText(above, Qt.AlignmentFlag.AlignRight, count_text(largest))
            zero = QRectF(0, area.bottom() - 8, _LEFT - 4, 14)
            painter.drawText(zero, Qt.AlignmentFlag.AlignRight, "0")

    def _paint_mark(self, painter: QPainter, area: QRectF) -> None:
        dress = theme.current()
        if self._item is not None and np.isfinite(self._item.median):
            x = x_in(area, self._edges, self._item.median)
            painter.setPen(QPen(QColor(dress.muted), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if self._mark is None:
            return
        x = x_in(area, self._edges, self._mark)
        painter.setPen(QPen(QColor(dress.text), 2))
        painter.drawLine(QPointF(x, area.top() - 2), QPointF(x, area.bottom()))
        text = f"this picture {significant_text(self._mark)}"
        wide = QFontMetricsF(painter.font()).horizontalAdvance(text) + 2
        left = min(max(x - wide / 2, 0), self.width() - wide)
        painter.drawText(QRectF(left, 0, wide, 14), Qt.AlignmentFlag.AlignCenter, text)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._item is not None:
            words = f"{class_words(self._item)}\nDotted: the median of the class."
            QToolTip.showText(event.globalPos(), tip(words), self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()


class ClassRows(QWidget):
    """One small histogram for each class, the shown picture's density drawn thinly through all of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: Histograms | None = None
        self._mark: float | None = None
        self._current = ""

    def show_classes(self, shown: Histograms, current: str, mark: float | None) -> None:
        """Show these, the current class lit."""
        self.shown, self._current, self._mark = shown, current, mark
        self.setMinimumHeight(len(shown.classes) * ROW_PX)
        self.update()

    def top_of(self, name: str) -> int:
        """Where a class's row begins."""
        names = [item.name for item in self.shown.classes] if self.shown else []
        return names.index(name) * ROW_PX if name in names else 0

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.shown is None:
            return
        painter = QPainter(self)
        painter.setFont(theme.numbers_font(theme.CAPTION_PX))
        first, last = event.rect().top() // ROW_PX, event.rect().bottom() // ROW_PX
        for row in range(first, min(last + 1, len(self.shown.classes))):
            self._paint_row(painter, self.shown.classes[row], row * ROW_PX, self.shown.edges)
        painter.end()

    def _paint_row(self, painter: QPainter, item: ClassHistogram, top: int, edges: Edges) -> None:
        dress, current = theme.current(), item.name == self._current
        if current:
            painter.fillRect(QRectF(0, top, self.width(), ROW_PX - 1), QColor(dress.raised))
        colour, metrics = class_colour(item.normal), QFontMetricsF(painter.font())
        names_px = max(_NAME_PX, round(0.36 * self.width()))
        name_row = QRectF(8, top + 3, names_px - 14, 14)
        painter.setPen(QColor(dress.text if current or item.normal is not False else theme.ANOMALY))
        title = metrics.elidedText(item.title, Qt.TextElideMode.ElideMiddle, name_row.width())
        painter.drawText(name_row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        painter.setPen(QColor(dress.muted))
        median = f"n {count_text(item.size)}  med {significant_text(item.median)}"
        painter.drawText(name_row.translated(0, 13), Qt.AlignmentFlag.AlignLeft, median)
        area = QRectF(names_px, top + 4, self.width() - names_px - _RIGHT, ROW_PX - 7)
        painter.setPen(QPen(QColor(dress.line), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_histogram(painter, area, item.counts, colour)
        if self._mark is not None:
            x = x_in(area, edges, self._mark)
            painter.setPen(QPen(QColor(dress.text), 1))
            painter.drawLine(QPointF(x, top), QPointF(x, top + ROW_PX))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.shown is not None:
            row = event.pos().y() // ROW_PX
            if 0 <= row < len(self.shown.classes):
                QToolTip.showText(event.globalPos(), tip(class_words(self.shown.classes[row])), self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
