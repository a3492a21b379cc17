"""Some hundred frames at a time, each with a place of its own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import frame_text
from thermview.gui.timeline.scrubber_strip import MARGIN, Strip
from thermview.gui.timeline.strip_window import StripWindow
from thermview.recording import Recording, frame_at
from thermview.thermal.ticks import decimals_of, number_text, round_step

if TYPE_CHECKING:
    from thermview.gui.session import Session

HEIGHT = 80
_FLAGS_TOP = 1
_SCORES_TOP = 12
_SCORES_BOTTOM = HEIGHT - 35
_OBSTACLES_TOP = HEIGHT - 34
_OBSTACLES_HIGH = 12
_TICKS_TOP = HEIGHT - 20
_TEXT_TOP = HEIGHT - 13
_LEAST_TICK_PX = 2.5
_LABEL_PX = 96


class DetailStrip(Strip):
    """Drag to scrub, wheel to zoom at the pointer, Shift+wheel to move along."""

    def __init__(self, session: Session, window: StripWindow, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.window_shown = window
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Detail of the recording")
        window.changed.connect(self.refresh)

    @property
    def span(self) -> tuple[float, float]:
        return self.window_shown.first, self.window_shown.frames

    def move_cursor(self) -> None:
        if not self._scrubbing and self.length:
            self.window_shown.follow(self.session.frame_index)
        super().move_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub; over the edge the strip moves along."""
        x, window = event.position().x(), self.window_shown
        dragging = self._scrubbing or self._range_from is not None
        if dragging and (over := min(x, 0.0) + max(x - self.width(), 0.0)):
            window.move_to(window.first + over / self.frame_width)
        super().mouseMoveEvent(event)

    def frames_per_tick(self) -> int:
        """1 where there is room for each frame, else the least round number that leaves room."""
        per_tick = 1
        while per_tick * self.frame_width < _LEAST_TICK_PX:
            per_tick *= 10
        return per_tick

    def paint_background(self, painter: QPainter) -> None:
        self._paint_ticks(painter)
        self.paint_obstacles(painter, _OBSTACLES_TOP, _OBSTACLES_HIGH)
        self.paint_events(painter, _SCORES_TOP - 1, _SCORES_BOTTOM)
        self.paint_scores(painter, _SCORES_TOP, _SCORES_BOTTOM)
        self._name_things(painter)
        self.paint_range(painter, _SCORES_TOP - 1, _TICKS_TOP)
        self.paint_flags(painter, _FLAGS_TOP)
        self._paint_labels(painter)

    def _in_sight(self) -> tuple[int, int]:
        first, frames = self.span
        return max(math.floor(first), 0), min(math.ceil(first + frames), self.length)

    def _paint_ticks(self, painter: QPainter) -> None:
        dress, per_tick = theme.current(), self.frames_per_tick()
        first, stop = self._in_sight()
        short: list[QLineF] = []
        long: list[QLineF] = []
        faint = QColor(dress.muted)
        faint.setAlphaF(0.6)
        for frame in range(-(-first // per_tick) * per_tick, stop, per_tick):
            x = round(self.x_of(frame + 0.5)) + 0.5
            is_long = (frame // per_tick) % 10 == 0
            (long if is_long else short).append(QLineF(x, _TICKS_TOP, x, _TICKS_TOP + (6 if is_long else 3)))
        painter.setPen(QPen(faint, 1))
        painter.drawLines(short)
        painter.setPen(QPen(QColor(dress.muted), 1))
        painter.drawLines(long)
        painter.setPen(QPen(QColor(dress.line), 1))
        painter.drawLine(QPointF(self.x_of(first), _TICKS_TOP), QPointF(self.x_of(stop), _TICKS_TOP))

    def labels(self) -> list[tuple[float, str]]:
        """Round places along the axis and their texts: times where there is a clock, else frame numbers.

        A place is a frame, or lies between two where no frame is of that very time.
        """
        first, stop = self._in_sight()
        recording, begin = self.session.recording, self.session.time_of(first)
        if recording is None or stop - first < 2:
            return []
        count = max(int(self.width() / _LABEL_PX), 2)
        if begin is None:
            step = max(int(round_step(stop - first, count)), 1)
            return [
                (f, frame_text(f))
                for f in range(-(-(first + 1) // step) * step - 1, stop, step)
                if f >= first
            ]
        end = self.session.time_of(stop - 1) or begin
        step_s = max(round_step(max(end - begin, 1e-6), count), 0.001)
        decimals = max(3, decimals_of(step_s))
        times = [
            n * step_s for n in range(math.ceil(begin / step_s - 1e-9), math.floor(end / step_s + 1e-9) + 1)
        ]
        return [(self._place_of(recording, t), f"{number_text(t, decimals)}\u2009s") for t in times]

    def _place_of(self, recording: Recording, time_s: float) -> float:
        """Where a time lies among the frames."""
        near = frame_at(recording, time_s)
        at = self.session.time_of(near) or 0.0
        other = near + 1 if time_s > at else near - 1
        if not 0 <= other < len(recording):
            return near
        apart = (self.session.time_of(other) or 0.0) - at
        return near + (other - near) * (time_s - at) / apart if apart else near

    def _paint_labels(self, painter: QPainter) -> None:
        painter.setPen(QColor(theme.current().muted))
        metrics, free_from = QFontMetricsF(painter.font()), 0.0
        for frame, text in self.labels():
            x, width = self.x_of(frame + 0.5), metrics.horizontalAdvance(text)
            left = min(max(x - width / 2, 2), self.width() - width - 2)
            if left < free_from:
                continue
            painter.drawLine(QPointF(round(x) + 0.5, _TICKS_TOP), QPointF(round(x) + 0.5, _TEXT_TOP))
            painter.drawText(QRectF(left, _TEXT_TOP, width + 1, 13), Qt.AlignmentFlag.AlignCenter, text)
            free_from = left + width + 10

    def _name_things(self, painter: QPainter) -> None:
        """Events by their cause and obstacles by name, where there is room for the words."""
        metrics, final = QFontMetricsF(painter.font()), self.session.scored.final
        painter.setPen(QColor(theme.current().text))
        for event in final.events if final else ():
            left = max(self.x_of(event.first), 0)
            if self.x_of(event.last + 1) - left > metrics.horizontalAdvance(event.cause) + 8:
                painter.drawText(QPointF(left + 4, _SCORES_TOP + 13), event.cause)
        painter.setPen(QColor(theme.current().base))
        for item in self.session.context.obstacles:
            left, right = max(self.x_of(item.first), MARGIN), min(self.x_of(item.last + 1), self.width())
            if right - left > metrics.horizontalAdvance(item.name) + 8:
                row = QRectF(left + 4, _OBSTACLES_TOP, right - left - 4, _OBSTACLES_HIGH)
                painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, item.name)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; with Shift, or sideways, move along."""
        if not self.length:
            return
        delta, window = event.angleDelta(), self.window_shown
        sideways = event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(delta.x()) > abs(delta.y())
        if sideways:
            window.move_to(window.first - (delta.x() or delta.y()) / 120 * window.frames / 10)
            return
        first, _ = self.span
        at = first + (event.position().x() - self.x_of(first)) / self.frame_width
        window.zoom(0.8 ** (delta.y() / 120), at)

    def help_lines(self) -> list[str]:
        ticks = self.frames_per_tick()
        each = (
            "Each tick is one frame."
            if ticks == 1
            else f"Each tick is {ticks} frames; zoom in for single ones."
        )
        return [f"{each} Drag: scrub. Wheel: zoom. Shift+wheel: move along. Shift+drag: mark a range.",
                *super().help_lines()]  # fmt: skip
