"""What a model is fed, drawn as a picture: a wrong order of channels or a wrong cut is seen at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from thermview.gui.parts.theme import current
from thermview.inference.card import ModelCard
from thermview.inference.pictures import picture_tensor
from thermview.thermal.ticks import number_text

_SIDE = 224


class TensorPreview(QWidget):
    """The prepared tensor of one frame, brought from its own range to grey values; `words` say that range."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self.words = ""
        self.setMinimumSize(QSize(_SIDE, _SIDE))

    def show_frame(self, frame: NDArray[Any] | None, card: ModelCard) -> None:
        """Draw a frame as the card has it prepared; ModelError where that cannot be done."""
        if frame is None:
            self._image, self.words = None, "Open a picture to see here what the model would be given."
        else:
            batch: NDArray[Any] = picture_tensor(frame, card).astype(np.float32)
            tensor: NDArray[Any] = batch[0]
            pixels = np.moveaxis(tensor, 0, -1) if card.input.layout == "NCHW" else tensor
            low, high = float(pixels.min()), float(pixels.max())
            shares = np.clip((pixels - low) / max(high - low, 1e-9), 0, 1)
            values: NDArray[np.uint8] = (255 * shares).astype(np.uint8)
            colours = np.ascontiguousarray(np.repeat(values, 3, axis=2) if values.shape[2] == 1 else values)
            rows, columns = colours.shape[:2]
            whole = QImage(colours.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
            self._image = whole.copy()  # the array goes, the picture stays
            self.words = (
                f"The shown picture as the model is given it: {columns} \u00d7 {rows} pixels, values "
                f"{number_text(low, 2)} to {number_text(high, 2)}."
            )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), current().surround)
        if self._image is None:
            return
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        painter.drawImage(QRectF(left, top, size.width(), size.height()), self._image)
