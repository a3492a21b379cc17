"""The whole recording at a glance: scores, events, obstacles, flags, what is loaded, where the detail is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import frame_text, time_text
from thermview.gui.timeline.scrubber_strip import Strip
from thermview.gui.timeline.strip_window import StripWindow

if TYPE_CHECKING:
    from thermview.gui.session import Session

HEIGHT = 52
_FLAGS_TOP = 1
_SCORES_TOP = 10
_SCORES_BOTTOM = HEIGHT - 19
_OBSTACLES_TOP = HEIGHT - 18
_LOADED_TOP = HEIGHT - 13
GRIP_TOP = HEIGHT - 11


class OverviewStrip(Strip):
    """Click or drag to go there; drag the grip at the bottom to move the detail strip's window."""

    def __init__(self, session: Session, window: StripWindow, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.window_shown = window
        self._grip_from: float | None = None
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Whole recording")
        window.changed.connect(self.update)

    @property
    def span(self) -> tuple[float, float]:
        return 0.0, float(max(self.length, 1))

    def paint_background(self, painter: QPainter) -> None:
        self.paint_obstacles(painter, _OBSTACLES_TOP, 4)
        self._paint_loaded(painter)
        self.paint_events(painter, _SCORES_TOP - 1, _SCORES_BOTTOM)
        self.paint_scores(painter, _SCORES_TOP, _SCORES_BOTTOM)
        self.paint_range(painter, _SCORES_TOP - 1, _LOADED_TOP)
        self.paint_flags(painter, _FLAGS_TOP)

    def _paint_loaded(self, painter: QPainter) -> None:
        """A thin line under what is at hand; the rest of the recording is fainter."""
        recording, dress = self.session.recording, theme.current()
        assert recording is not None
        painter.fillRect(
            QRectF(self.x_of(0), _LOADED_TOP, self.x_of(self.length) - self.x_of(0), 1), QColor(dress.line)
        )
        painter.fillRect(
            QRectF(self.x_of(0), _LOADED_TOP, self.x_of(recording.loaded) - self.x_of(0), 1),
            QColor(dress.accent),
        )

    def _paint_ends(self, painter: QPainter, grip: QRectF) -> None:
        """Where the recording begins and ends, unless the grip stands there."""
        painter.setFont(theme.numbers_font(theme.CAPTION_PX))
        painter.setPen(QColor(theme.current().muted))
        last = self.length - 1
        row = QRectF(self.x_of(0), GRIP_TOP - 1, self.x_of(self.length) - self.x_of(0), HEIGHT - GRIP_TOP + 1)
        for frame, side in ((0, Qt.AlignmentFlag.AlignLeft), (last, Qt.AlignmentFlag.AlignRight)):
            text = time_text(self.session.time_of(frame)) or frame_text(frame)
            flags = side | Qt.AlignmentFlag.AlignVCenter
            if not painter.boundingRect(row, flags, text).adjusted(-4, 0, 4, 0).intersects(grip):
                painter.drawText(row, flags, text)

    def window_area(self) -> QRectF:
        """Where the detail strip's window is drawn."""
        left = self.x_of(self.window_shown.first)
        right = self.x_of(min(self.window_shown.first + self.window_shown.frames, self.length))
        return QRectF(left, _SCORES_TOP - 2, max(right - left, 4), HEIGHT - _SCORES_TOP + 1)

    def paint_over(self, painter: QPainter) -> None:
        dress, area = theme.current(), self.window_area()
        wash = QColor(dress.accent)
        wash.setAlphaF(0.10)
        painter.fillRect(area, wash)
        painter.setPen(QPen(QColor(dress.accent), 1))
        painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
        grip = QRectF(area.left(), GRIP_TOP + 2, area.width(), HEIGHT - GRIP_TOP - 3)
        painter.fillRect(grip, QColor(dress.accent))
        self._paint_ends(painter, grip)
        if grip.width() > 16:
            painter.setPen(QPen(QColor(dress.on_accent), 1))
            for dx in (-3, 0, 3):
                x = round(grip.center().x()) + dx + 0.5
                painter.drawLine(QPointF(x, grip.top() + 2), QPointF(x, grip.bottom() - 2))

    def on_grip(self, position: QPointF) -> bool:
        """Whether a press here would move the window."""
        area = self.window_area()
        return position.y() >= GRIP_TOP and area.left() - 4 <= position.x() <= area.right() + 4

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.length and self.on_grip(event.position()):
            self._grip_from = event.position().x() - self.window_area().left()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip_from is not None:
            left = event.position().x() - self._grip_from
            self.window_shown.move_to(self.span[0] + (left - self.x_of(0)) / self.frame_width)
            return
        grip = self.length > 0 and self.on_grip(event.position())
        self.setCursor(Qt.CursorShape.SizeHorCursor if grip else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip_from = None
        super().mouseReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Narrow or widen the detail strip's window where it is."""
        steps = event.angleDelta().y() / 120
        centre = self.window_shown.first + self.window_shown.frames / 2
        self.window_shown.zoom(0.8**steps, centre)

    def help_lines(self) -> list[str]:
        return [
            "Click or drag: go there. Shift+drag: mark a range. Drag the grip below: move the detail strip.",
            *super().help_lines(),
        ]
