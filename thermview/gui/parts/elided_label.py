"""A line of plain text that gives way in the middle instead of pushing its neighbours aside."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class ElidedLabel(QLabel):
    """Shows what fits; the whole text is in its tip. Never taken for markup: file names stand here.

    The text is its own and not the label's: another text there has the whole window laid out anew, for every frame.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> None:
        super().__init__(parent)
        self._text = ""
        self.elide = elide
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(align | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """What it says, also where not all of it fits."""
        return self._text

    def setText(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    def sizeHint(self) -> QSize:
        return self._size(self.fontMetrics().horizontalAdvance(self._text))

    def minimumSizeHint(self) -> QSize:
        return self._size(40)

    def _size(self, width: int) -> QSize:
        margins = self.contentsMargins()
        return QSize(
            width + margins.left() + margins.right(),
            self.fontMetrics().height() + margins.top() + margins.bottom(),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        space = self.contentsRect()
        text = self.fontMetrics().elidedText(self._text, self.elide, space.width())
        self.style().drawItemText(
            painter,
            space,
            int(self.alignment()),
            self.palette(),
            self.isEnabled(),
            text,
            self.foregroundRole(),
        )
