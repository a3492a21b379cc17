"""Painted parts of the classes' page: the mean picture of a class, its pixels by channel."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.painted import Chart, paint_axis
from thermview.gui.parts.plain_words import percent_text, significant_text

_SIDE = 112
_CAPTION = 16
_CHANNELS = (("red", "#E0584B"), ("green", "#3FA45B"), ("blue", "#4F7FD9"))
_LEFT, _RIGHT, _TOP, _BOTTOM = 12, 12, 22, 34


class MeanPicture(Chart):
    """The mean of all pictures of a class, brought to one size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._blur = float("nan")
        self.setFixedSize(QSize(_SIDE, _SIDE + _CAPTION))

    def show_mean(self, picture: NDArray[np.float32], blur: float) -> None:
        """Show a mean (side, side, 3), 0 to 255, NaN where the class has none."""
        self._blur, self._image = blur, None
        if np.isfinite(picture).all():
            pixels = np.ascontiguousarray(np.clip(picture, 0, 255).astype(np.uint8))
            rows, columns = pixels.shape[:2]
            data = pixels.tobytes()
            self._image = QImage(data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
        self.update()

    def paint(self, painter: QPainter) -> None:
        area, dress = QRectF(0, 0, _SIDE, _SIDE), theme.current()
        painter.fillRect(area, QColor(dress.surround))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._image is not None:
            painter.drawImage(area, self._image)
        painter.setPen(QColor(dress.muted))
        painter.drawText(QRectF(0, _SIDE + 2, _SIDE, 13), Qt.AlignmentFlag.AlignLeft, "mean picture")

    def words_at(self, position: QPointF) -> str:
        return (
            "Mean of all pictures of the class, each brought to one size.\n"
            f"Sharpness {significant_text(self._blur)}: variance of its Laplacian. The blurrier the mean, the more the "
            "pictures of the class differ in framing, distance and content."
        )


class PixelChart(Chart):
    """Shares of pixels by value for red, green and blue; a root scale, so that few hot pixels can be seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: NDArray[Any] = np.zeros((3, 256))
        self.setFixedHeight(170)

    def show_counts(self, counts: NDArray[np.int64]) -> None:
        """Show pixels (3, 256) by channel and value."""
        self._shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        self.update()

    def _area(self) -> QRectF:
        return QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)

    def paint(self, painter: QPainter) -> None:
        area = self._area()
        paint_axis(painter, area, np.array([0.0, 255.0]), "value of a pixel; height: root of its share")
        top = float(np.sqrt(self._shares.max(initial=0.0))) or 1.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        styles = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
        metrics = painter.fontMetrics()
        left = area.right() - 150
        for (name, colour), shares, style in zip(_CHANNELS, self._shares, styles, strict=True):
            heights = area.height() * np.sqrt(shares) / top
            x = area.left() + np.arange(256) / 255 * area.width()
            points = [
                QPointF(at, area.bottom() - up) for at, up in zip(x.tolist(), heights.tolist(), strict=True)
            ]
            painter.setPen(
                QPen(QColor(colour), 0, style)
            )  # a wider dashed line round 256 corners takes 15 ms
            painter.drawPolyline(QPolygonF(points))
            painter.setPen(QPen(QColor(colour), 1.4, style))
            painter.drawLine(QPointF(left, 8), QPointF(left + 14, 8))
            painter.setPen(QColor(theme.current().muted))
            painter.drawText(QPointF(left + 17, 12), name)
            left += 22 + metrics.horizontalAdvance(name)

    def words_at(self, position: QPointF) -> str:
        area = self._area()
        value = round((position.x() - area.left()) / max(area.width(), 1) * 255)
        if not 0 <= value <= 255:
            return ""
        lines = [
            f"{name}: {percent_text(float(shares[value]))} of pixels"
            for (name, _), shares in zip(_CHANNELS, self._shares, strict=True)
        ]
        return "\n".join([f"value {value}", *lines])
