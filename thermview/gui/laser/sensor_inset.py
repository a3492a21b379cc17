"""Where on the 32 x 32 sensor the recording's region of interest lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from thermview.capture.batch import SENSOR_SIDE_PX
from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import tip

_SIDE_PX = 66


def place_of(metadata: Mapping[str, Any]) -> tuple[int, int] | None:
    """(row, column) of the region's first pixel on the sensor, from metadata; None where that does not say."""
    row, column = metadata.get("SupBordPx"), metadata.get("LeftBordPx")
    if isinstance(row, int) and isinstance(column, int) and row >= 0 and column >= 0:
        return row, column
    return None


class SensorInset(QWidget):
    """The sensor as a square, the region as a rectangle in it, and the frame on screen inside that."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Region of interest on the sensor")
        self.region: tuple[int, int, int, int] | None = None
        """(row, column, rows, columns) on the sensor"""
        self._picture: QImage | None = None

    def sizeHint(self) -> QSize:
        return QSize(_SIDE_PX, _SIDE_PX)

    def show_region(self, place: tuple[int, int] | None, shape: tuple[int, int]) -> None:
        """Another recording; `place` None: the region's place on the sensor is not known."""
        rows, columns = shape
        if place is None and shape == (SENSOR_SIDE_PX, SENSOR_SIDE_PX):
            place = (0, 0)
        self.region = None if place is None else (*place, rows, columns)
        self._picture = None
        self.setVisible(self.region is not None)
        if self.region is not None:
            self.setToolTip(tip(region_text(self.region)))
        self.update()

    def show_frame(self, picture: QImage | None) -> None:
        """The frame on screen, one picture pixel for each of its own."""
        self._picture = picture
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.region is None:
            return
        dress = theme.current()
        painter = QPainter(self)
        scale = (min(self.width(), self.height()) - 2) / SENSOR_SIDE_PX
        painter.translate(1, 1)
        sensor = QRectF(0, 0, SENSOR_SIDE_PX * scale, SENSOR_SIDE_PX * scale)
        painter.fillRect(sensor, QColor(dress.surround))
        painter.setPen(QPen(QColor(dress.muted), 1))
        painter.drawRect(sensor)
        row, column, rows, columns = self.region
        area = QRectF(column * scale, row * scale, columns * scale, rows * scale)
        if self._picture is not None:
            painter.drawImage(area, self._picture)
        painter.setPen(QPen(QColor(dress.accent), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()


def region_text(region: tuple[int, int, int, int]) -> str:
    """The region in words, with what contradicts the sensor's size."""
    row, column, rows, columns = region
    text = (
        f"Region of interest on the {SENSOR_SIDE_PX} × {SENSOR_SIDE_PX} sensor: "
        f"columns {column}–{column + columns - 1}, "
        f"rows {row}–{row + rows - 1}, by the borders in metadata.pkl and the size of the frames."
    )
    if row + rows > SENSOR_SIDE_PX or column + columns > SENSOR_SIDE_PX:
        text += " It reaches beyond the sensor: the stated borders cannot be right."
    return text
