"""The legend of the map: a line of it picks its points out."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from thermview.gui.diagnosis.colouring import Colouring
from thermview.gui.parts import theme
from thermview.gui.parts.painted import Chart, paint_text
from thermview.gui.parts.plain_words import count_text

_ROW_PX, _RAMP_PX = 18, 36
_STOPS = 9


class Legend(Chart):
    """Swatches with words and counts, below a ramp where colours are a scale."""

    clicked = Signal(int)
    """code of a line"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown: Colouring | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_colouring(self, shown: Colouring) -> None:
        """Explain these colours."""
        self.shown = shown
        self.setFixedHeight(self._top() + max(len(shown.entries), 1) * _ROW_PX)
        self.update()

    def _top(self) -> int:
        return _RAMP_PX if self.shown is not None and self.shown.ends is not None else 0

    def paint(self, painter: QPainter) -> None:
        shown, dress = self.shown, theme.current()
        if shown is None:
            return
        if shown.ends is not None:
            bar = QRectF(2, 2, self.width() - 4, 12)
            ramp = QLinearGradient(bar.topLeft(), bar.topRight())
            for share in np.linspace(0, 1, _STOPS):
                ramp.setColorAt(float(share), QColor(*shown.colours[round(share * 255)].tolist()))
            painter.fillRect(bar, ramp)
            painter.setPen(QColor(dress.muted))
            below = QRectF(2, 16, self.width() - 4, 13)
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, shown.ends[0])
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, shown.ends[1])
        for n, entry in enumerate(shown.entries):
            top = self._top() + n * _ROW_PX
            painter.fillRect(QRectF(2, top + 4, 10, 10), QColor(*entry.colour))
            count = count_text(entry.count)
            wide = painter.fontMetrics().horizontalAdvance(count)
            painter.setPen(QColor(dress.muted))
            painter.drawText(
                QRectF(self.width() - wide - 2, top, wide, _ROW_PX), Qt.AlignmentFlag.AlignVCenter, count
            )
            painter.setPen(QColor(dress.text))
            paint_text(painter, QRectF(17, top, self.width() - wide - 25, _ROW_PX), entry.words)

    def _entry_at(self, position: QPointF) -> int | None:
        n = int((position.y() - self._top()) // _ROW_PX)
        entries = self.shown.entries if self.shown is not None else ()
        return n if position.y() >= self._top() and n < len(entries) else None

    def words_at(self, position: QPointF) -> str:
        n = self._entry_at(position)
        if n is None or self.shown is None:
            return ""
        entry = self.shown.entries[n]
        return f"{entry.words}: {count_text(entry.count, 'picture')}\nClick to select them."

    def takes(self, position: QPointF) -> bool:
        return self._entry_at(position) is not None

    def click(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        n = self._entry_at(position)
        if n is not None and self.shown is not None:
            self.clicked.emit(self.shown.entries[n].code)
