"""Which pixel is pointed at in the view beside, and what is to be minded about this one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QPainter, QTransform

from thermview.gui.parts.outlines import cross


class PointLayer(QObject):
    """A cross over the frame; `words` are asked for at every repaint."""

    changed = Signal()

    def __init__(self, words: Callable[[], str], parent: QObject) -> None:
        super().__init__(parent)
        self._words = words
        self._pixel: tuple[int, int] | None = None

    def mark(self, pixel: tuple[int, int] | None) -> None:
        """Mark a pixel (column, row), or none."""
        if pixel != self._pixel:
            self._pixel = pixel
            self.changed.emit()

    @property
    def note(self) -> str:
        """What is said over the frame."""
        return self._words()

    def paint(self, painter: QPainter, transform: QTransform) -> None:
        """Paint the cross in view pixels."""
        if self._pixel is not None:
            column, row = self._pixel
            cross(painter, transform.map(QPointF(column + 0.5, row + 0.5)))
