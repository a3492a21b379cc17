"""Thin marks over pictures that stand out from dark and bright."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

_DARK, _BRIGHT = QColor(0, 0, 0, 170), QColor(255, 255, 255)
_CROSS_PX = 7.0


def outline(painter: QPainter, rect: QRectF, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> None:
    """A thin rectangle."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_DARK, 3))
    painter.drawRect(rect)
    painter.setPen(QPen(_BRIGHT, 1, style))
    painter.drawRect(rect)


def cross(painter: QPainter, at: QPointF) -> None:
    """A small cross."""
    for pen in (QPen(_DARK, 3), QPen(_BRIGHT, 1)):
        painter.setPen(pen)
        painter.drawLine(at - QPointF(_CROSS_PX, 0), at + QPointF(_CROSS_PX, 0))
        painter.drawLine(at - QPointF(0, _CROSS_PX), at + QPointF(0, _CROSS_PX))
