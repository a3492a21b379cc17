"""A prepared picture placed on the screen: worked out once for each place, and kept until that changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

from thermview.thermal.alignment import Matrix, after, to_frame
from thermview.thermal.fusion import Fusion, laid_over, layers_of


class Placed:
    """Paints a visible picture within a rectangle of the view; a repaint for another frame only copies pixels."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._pixels: NDArray[np.uint8] | None = None
        self._image = QImage()

    def paint(
        self, painter: QPainter, fusion: Fusion, frame: tuple[int, int], transform: QTransform, area: QRect
    ) -> None:
        """`frame` is (rows, columns); `transform` maps its points to the view; nothing is painted outside `area`."""
        if area.isEmpty():
            return
        ratio = painter.device().devicePixelRatio()
        layers = layers_of(fusion.prepared, fusion.look.mode)
        key = (id(layers), fusion.alignment, frame, transform, area.getRect(), ratio)
        if key != self._key:
            place = to_frame(fusion.alignment, fusion.prepared.shape, frame)
            on_screen = after(screen_matrix(transform, area, ratio), place)
            size = (round(area.width() * ratio), round(area.height() * ratio))
            self._pixels = laid_over(layers, on_screen, size)
            self._image = QImage(
                self._pixels.data, *size, size[0] * 4, QImage.Format.Format_ARGB32_Premultiplied
            )
            self._image.setDevicePixelRatio(ratio)
            self._key = key
        painter.drawImage(area.topLeft(), self._image)


def screen_matrix(transform: QTransform, area: QRect, ratio: float) -> Matrix:
    """The view's transform as a matrix to the pixels of a part of the screen."""
    return ratio * np.array(
        [
            [transform.m11(), transform.m21(), transform.dx() - area.x()],
            [transform.m12(), transform.m22(), transform.dy() - area.y()],
        ]
    )


def frame_area(transform: QTransform, frame: tuple[int, int], view: QRect) -> QRect:
    """The pixels of the view that the frame covers."""
    rows, columns = frame
    return transform.mapRect(QRectF(0, 0, columns, rows)).toRect().intersected(view)
