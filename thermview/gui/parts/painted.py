"""Charts that are painted: one widget that knows mouse, tips and theme, and the pieces that charts share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QToolTip, QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import tip
from thermview.gui.parts.plot_dress import faded
from thermview.thermal.ticks import round_ticks, tick_texts

Edges = NDArray[np.float64]


def class_colour(normal: bool | None) -> QColor:
    """Grey for normal classes, vermillion for anomalies, the theme's accent where the name does not say."""
    if normal is None:
        return QColor(theme.current().accent)
    return QColor(theme.NORMAL if normal else theme.ANOMALY)


def paint_histogram(painter: QPainter, area: QRectF, counts: NDArray[Any], colour: QColor) -> None:
    """Steps filled at 30 % with a solid top line, as high as `area` at the largest count."""
    largest = int(counts.max(initial=0))
    if not largest:
        return
    width = area.width() / len(counts)
    line = []
    for n, count in enumerate(counts):
        y = area.bottom() - area.height() * count / largest
        line += [QPointF(area.left() + n * width, y), QPointF(area.left() + (n + 1) * width, y)]
    ground = [QPointF(area.right(), area.bottom()), QPointF(area.left(), area.bottom())]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(colour))
    painter.drawPolygon(QPolygonF(line + ground))
    painter.setPen(QPen(colour, 1.2))
    painter.drawPolyline(QPolygonF(line))


def x_in(area: QRectF, edges: Edges, value: float) -> float:
    """Where a value stands, kept inside the area: the last bar holds all that lies beyond."""
    share = (value - float(edges[0])) / float(edges[-1] - edges[0])
    return area.left() + min(max(share, 0.0), 1.0) * area.width()


def paint_axis(painter: QPainter, area: QRectF, edges: Edges, label: str, ticks_wanted: int = 0) -> None:
    """Round numbers and a light grid below and through an area, a label under them; needs 32 px below it.

    Without `ticks_wanted` there are as many numbers as the width has room for.
    """
    dress = theme.current()
    ticks = round_ticks(float(edges[0]), float(edges[-1]), ticks_wanted or max(round(area.width() / 90), 3))
    for value, text in zip(ticks, tick_texts(ticks), strict=True):
        x = round(x_in(area, edges, value)) + 0.5
        painter.setPen(QPen(QColor(dress.line), 1))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom() + 3))
        painter.setPen(QColor(dress.muted))
        painter.drawText(QRectF(x - 40, area.bottom() + 3, 80, 13), Qt.AlignmentFlag.AlignCenter, text)
    painter.setPen(QPen(QColor(dress.line), 1))
    painter.drawLine(area.bottomLeft(), area.bottomRight())
    painter.setPen(QColor(dress.muted))
    below = QRectF(area.left(), area.bottom() + 16, area.width(), 14)
    painter.drawText(below, Qt.AlignmentFlag.AlignCenter, label)


def paint_text(
    painter: QPainter,
    area: QRectF,
    text: str,
    *,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
) -> None:
    """One line that gives way inside the area, in the painter's pen and font."""
    shown = QFontMetricsF(painter.font()).elidedText(text, elide, area.width())
    painter.drawText(area, align | Qt.AlignmentFlag.AlignVCenter, shown)


class Chart(QWidget):
    """A painted chart: `paint` draws it, `words_at` tells of a place, `click` acts where `takes` says it can."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrow keys go on stepping pictures
        self._pressed: QPointF | None = None

    def paint(self, painter: QPainter) -> None:
        """Draw everything; the font is set for captions."""

    def words_at(self, position: QPointF) -> str:
        """What to say of a place in a tip; empty for nothing."""
        return ""

    def takes(self, position: QPointF) -> bool:
        """Whether a click here does something."""
        return False

    def click(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """A click where something takes it."""

    def menu(self, position: QPointF) -> None:
        """A right click."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.numbers_font(theme.CAPTION_PX))
        self.paint(painter)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or event.button() != Qt.MouseButton.LeftButton:
            return
        place = event.position()
        if (place - pressed).manhattanLength() < 5 and self.takes(place):
            self.click(place, event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.takes(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu(QPointF(event.pos()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), tip(self.words_at(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
