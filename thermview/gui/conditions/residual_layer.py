"""The residual map over the frame: how far each pixel's colour is off the palette."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QImage, QPainter, QTransform

from thermview.gui.session import Session
from thermview.thermal.ticks import number_text

_FOREIGN = np.array([213, 94, 0], np.uint8)


class ResidualLayer(QObject):
    """Covers the frame while it is switched on: black for the palette's own colours, orange for foreign ones."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._picture: tuple[NDArray[np.float32], QImage] | None = None
        session.estimating.changed.connect(self.changed)

    @property
    def note(self) -> str:
        estimating = self._session.estimating
        residual, judged = estimating.residual, estimating.judged
        if residual is None or judged is None:
            return ""
        mean, largest = (number_text(value, 1) for value in (judged.mean, float(residual.max())))
        most = number_text(judged.tolerance, 1)
        return (
            f"residual to {judged.palette}: mean {mean}, largest {largest} RGB units; "
            f"black 0, white {most}, orange: more, no colour of the palette"
        )

    def paint(self, painter: QPainter, transform: QTransform) -> None:
        residual, judged = self._session.estimating.residual, self._session.estimating.judged
        if residual is None or judged is None:
            return
        if self._picture is None or self._picture[0] is not residual:
            self._picture = (residual, residual_picture(residual, judged.tolerance))
        painter.save()
        painter.setTransform(transform)
        painter.drawImage(QPointF(0, 0), self._picture[1])
        painter.restore()


def residual_picture(residual: NDArray[np.float32], tolerance: float) -> QImage:
    """A picture of residuals (rows, columns): grey up to the tolerance, one colour beyond."""
    grey = np.clip(residual * (255 / tolerance), 0, 255).astype(np.uint8)
    rgb = np.repeat(grey[..., None], 3, axis=2)
    rgb[residual > tolerance] = _FOREIGN
    rows, columns = residual.shape
    return QImage(rgb.tobytes(), columns, rows, columns * 3, QImage.Format.Format_RGB888).copy()
