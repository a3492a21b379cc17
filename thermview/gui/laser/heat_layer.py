"""The heat map over the frame: see-through where a pixel is as expected, the hotter the less expected."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from thermview.gui.parts.layer import NOTE_GROUND, NOTE_TEXT
from thermview.gui.session import Session
from thermview.thermal.ticks import number_text

USUAL, FULL = 2.0, 8.0
"""|z| below which nothing is drawn, and from which on the colour is full."""
_KEY_PX = 64
_COOL = np.array([0, 190, 200], np.float32)
_HOT = np.array([235, 255, 255], np.float32)  # away from every palette's own hot end, towards white


class HeatLayer(QObject):
    """Paints where the overlay "heat map" is on and the map of the frame on screen has come."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._picture: tuple[NDArray[np.float32], float, QImage] | None = None
        session.heat_maps.changed.connect(self.changed)

    @property
    def note(self) -> str:
        maps = self._session.heat_maps
        if not maps.wanted:
            return ""
        if maps.problem:
            return maps.problem
        heat = maps.shown
        if heat is None:
            return "heat map: on its way"
        if not np.isfinite(heat).any():
            return "heat map: no value in this frame"
        row, column = np.unravel_index(int(np.nanargmax(heat)), heat.shape)
        largest = number_text(float(heat[row, column]), 1)
        return f"heat map: |z| from {USUAL:.0f} to {FULL:.0f}, largest {largest} at {column}, {row}"

    def paint(self, painter: QPainter, transform: QTransform) -> None:
        heat = self._session.heat_maps.shown
        if heat is None:
            return
        opacity = self._session.heat_maps.opacity
        if self._picture is None or self._picture[0] is not heat or self._picture[1] != opacity:
            self._picture = (heat, opacity, heat_picture(heat, opacity))
        painter.save()
        painter.setTransform(transform)
        painter.drawImage(QPointF(0, 0), self._picture[2])
        painter.restore()
        _paint_key(painter, opacity)


def _paint_key(painter: QPainter, opacity: float) -> None:
    """What the colours mean, in the lower left corner of the view."""
    metrics, view = painter.fontMetrics(), painter.viewport()
    low, words = f"{USUAL:.0f}", f"{FULL:.0f} spreads of normal frames"
    before = metrics.horizontalAdvance(low) + 12
    box = QRectF(8, 0, before + _KEY_PX + 6 + metrics.horizontalAdvance(words) + 6, metrics.height() + 4)
    box.moveBottom(view.height() - 8.0)
    if box.right() > view.width():
        return  # a very narrow view has no room for it
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(NOTE_GROUND)
    painter.drawRoundedRect(box, 3, 3)
    strip = QRectF(box.left() + before, box.top() + 4, _KEY_PX, box.height() - 8)
    painter.fillRect(strip, QColor("black"))
    painter.drawImage(strip, key_picture(opacity))
    painter.setPen(NOTE_TEXT)
    left, middle = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignVCenter
    painter.drawText(box.adjusted(6, 0, 0, 0), left | middle, low)
    painter.drawText(box.adjusted(before + _KEY_PX + 6, 0, 0, 0), left | middle, words)
    painter.restore()


def key_picture(opacity: float) -> QImage:
    """The colours from USUAL to FULL, one row."""
    return heat_picture(np.linspace(USUAL, FULL, _KEY_PX, dtype=np.float32)[None], opacity)


def heat_picture(heat: NDArray[np.float32], opacity: float) -> QImage:
    """A picture of |z| (rows, columns): the more unexpected the less can be seen through it, up to `opacity`."""
    share = np.clip((np.nan_to_num(heat, posinf=FULL) - USUAL) / (FULL - USUAL), 0.0, 1.0)[..., None]
    colours = _COOL + (_HOT - _COOL) * share
    rgba = np.concatenate([colours, 255 * opacity * np.sqrt(share)], axis=2).round().astype(np.uint8)
    rows, columns = heat.shape
    return QImage(rgba.tobytes(), columns, rows, columns * 4, QImage.Format.Format_RGBA8888).copy()
