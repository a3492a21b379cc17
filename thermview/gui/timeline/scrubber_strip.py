"""What both strips of the scrubber share: a painted background, a cursor on top of it, and the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.envelope import PEAKS_SAID, peak_columns
from thermview.gui.parts.plain_words import FRAME_TIP, p_text, place_text, score_text, tip

if TYPE_CHECKING:
    from thermview.gui.session import Session

Places = NDArray[Any]
MARGIN = 8  # beside the first and the last frame
_CURSOR_REACH = 6  # pixels around the cursor's middle that are repainted when it moves
_DOT_FROM_PX = 8  # from this width on each frame's score is marked by a dot
_SHOWN_OVER_THRESHOLD = (
    6.0  # scores far above the threshold are cut there, so that the threshold stays in sight
)


class Strip(QWidget):
    """A row of frames along x. Subclasses say which are in sight and paint what lies behind the cursor."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._background: QPixmap | None = None
        self._cursor_x = -100.0
        self._range_from: int | None = None
        self._range_moved = False
        self._scrubbing = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrow keys go on stepping frames
        session.frame_changed.connect(self.move_cursor)
        session.range_changed.connect(self.refresh)
        session.flags_changed.connect(self.refresh)
        session.loaded_changed.connect(self.refresh)

    # -- where frames are --------------------------------------------------------------------------

    @property
    def span(self) -> tuple[float, float]:
        """First frame in sight and how many frames fit, both real numbers."""
        raise NotImplementedError

    @property
    def length(self) -> int:
        """Frames of the recording, 0 without one."""
        return 0 if self.session.recording is None else len(self.session.recording)

    @property
    def frame_width(self) -> float:
        """Pixels per frame."""
        return max(self.width() - 2 * MARGIN, 1) / max(self.span[1], 1e-9)

    def x_of(self, frame: float) -> float:
        """Where a frame begins."""
        return MARGIN + (frame - self.span[0]) * self.frame_width

    def frame_at(self, x: float) -> int:
        """The frame under a pixel column, inside the recording."""
        first, frames = self.span
        exact = first + (x - MARGIN) / self.frame_width
        frame = int(np.floor(min(max(exact, first), first + frames)))
        return min(max(frame, 0), max(self.length - 1, 0))

    # -- painting ----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Something other than the cursor changed: paint all of it again, once, when it is next shown."""
        self._background = None
        self.update()

    def move_cursor(self) -> None:
        """Repaint the two narrow columns where the cursor was and where it is."""
        x = self.x_of(self.session.frame_index + 0.5)
        for place in (self._cursor_x, x):
            self.update(QRect(round(place) - _CURSOR_REACH, 0, 2 * _CURSOR_REACH + 1, self.height()))
        self._cursor_x = x

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._background is None:
            self._background = self._paint_all()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._background)  # Qt copies no more of it than what is to be painted anew
        if self.length:
            self.paint_over(painter)
            self.paint_cursor(painter)
        painter.end()

    def _paint_all(self) -> QPixmap:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(QColor(theme.current().base))
        if self.length:
            painter = QPainter(pixmap)
            painter.setFont(theme.numbers_font(theme.CAPTION_PX))
            self.paint_background(painter)
            painter.end()
        return pixmap

    def paint_background(self, painter: QPainter) -> None:
        """Everything that stays while the cursor moves."""
        raise NotImplementedError

    def paint_over(self, painter: QPainter) -> None:
        """What moves more often than the background is painted, below the cursor; nothing by default."""

    def paint_cursor(self, painter: QPainter) -> None:
        """A line through the middle of the shown frame, with a head that is seen on any ground."""
        dress = theme.current()
        x = round(self.x_of(self.session.frame_index + 0.5)) + 0.5
        self._cursor_x = x
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(dress.base), 3))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.setPen(QPen(QColor(dress.text), 1))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(dress.text))
        painter.drawPolygon(QPolygonF([QPointF(x - 4, 0), QPointF(x + 4, 0), QPointF(x, 5)]))

    def paint_range(self, painter: QPainter, top: float, bottom: float) -> None:
        """The marked stretch that play loops over."""
        if self.session.range is None:
            return
        first, last = self.session.range
        left, right = self.x_of(first), max(self.x_of(last + 1), self.x_of(first) + 2)
        colour = QColor(theme.current().accent)
        painter.setPen(QPen(colour, 1))
        for x in (left, right):
            painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        colour.setAlphaF(0.16)
        painter.fillRect(QRectF(left, top, right - left, bottom - top), colour)

    def paint_events(self, painter: QPainter, top: float, bottom: float) -> None:
        """Each event as a band in the colour of its cause, at least two pixels wide."""
        final = self.session.scored.final
        for event in final.events if final else ():
            left = self.x_of(event.first)
            right = max(self.x_of(event.last + 1), left + 2)
            if right < 0 or left > self.width():
                continue
            colour = theme.cause_colour(event.cause)
            painter.fillRect(QRectF(left, top, right - left, 3), colour)
            colour.setAlphaF(0.22)
            painter.fillRect(QRectF(left, top, right - left, bottom - top), colour)

    def paint_obstacles(self, painter: QPainter, top: float, height: float) -> None:
        """Bars where the batch metadata tells of an obstacle."""
        colour = QColor(theme.current().muted)
        for obstacle in self.session.context.obstacles:
            left, right = self.x_of(obstacle.first), self.x_of(obstacle.last + 1)
            painter.fillRect(QRectF(left, top, max(right - left, 1), height), colour)

    def paint_flags(self, painter: QPainter, top: float) -> None:
        """A small pennant at each flag, with a line below it over the flagged stretch."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(theme.FLAG)
        for flag in self.session.flagged.flags:
            left, right = self.x_of(flag.first), self.x_of(flag.last + 1)
            if right < 0 or left > self.width():
                continue
            x = self.x_of(flag.first + 0.5)
            if right - left > 4:
                painter.fillRect(QRectF(left, top + 7, right - left, 2), colour)
            painter.setPen(QPen(colour, 1.2))
            painter.drawLine(QPointF(x, top), QPointF(x, top + 9))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawPolygon(QPolygonF([QPointF(x, top), QPointF(x + 6, top + 2.5), QPointF(x, top + 5)]))
        painter.restore()

    def paint_scores(self, painter: QPainter, top: float, bottom: float) -> None:
        """The largest score of each pixel column as a line on a 30 % fill, and the threshold."""
        live, dress = self.session.scored.live, theme.current()
        if live is None or not self.length:
            return
        ceiling = self.score_ceiling()
        first, frames = self.span
        columns = max(round(frames * self.frame_width), 1)
        peaks = peak_columns(live.values, first, frames, columns)
        known = np.flatnonzero(~np.isnan(peaks))
        if known.size:
            heights = np.clip(peaks[known] / ceiling, 0, 1) * (bottom - top)
            half = max(self.frame_width / 2, 0.5)
            xs = MARGIN + known + half
            self._draw_line(painter, known, xs, bottom - heights, bottom)
        if live.final is not None:
            y = bottom - min(live.final.threshold / ceiling, 1) * (bottom - top)
            painter.setPen(QPen(QColor(dress.muted), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(MARGIN, y), QPointF(self.width() - MARGIN, y))

    def _draw_line(self, painter: QPainter, columns: Places, xs: Places, ys: Places, bottom: float) -> None:
        """One line per unbroken run: a gap that no frame explains is a gap in the scores."""
        colour = QColor(theme.current().text)
        fill = QColor(colour)
        fill.setAlphaF(0.3)
        painter.setRenderHint(
            QPainter.RenderHint.Antialiasing, self.frame_width > 2
        )  # slow, and unseen when dense
        gaps = np.flatnonzero(np.diff(columns) > np.ceil(self.frame_width) + 1) + 1
        for run in np.split(np.arange(len(xs)), gaps):
            x, y = xs[run], ys[run]
            ground = pg.functions.arrayToQPolygonF(np.r_[x, x[-1], x[0]], np.r_[y, bottom, bottom])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawPolygon(ground)
            painter.setPen(QPen(colour, 1))
            painter.drawPolyline(pg.functions.arrayToQPolygonF(x, y))
            if self.frame_width >= _DOT_FROM_PX:
                painter.setBrush(colour)
                for place in run:
                    painter.drawEllipse(QPointF(xs[place], ys[place]), 1.5, 1.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def score_ceiling(self) -> float:
        """The score at the top edge: the largest, but never so far up that the threshold is lost below."""
        live = self.session.scored.live
        if live is None or np.isnan(live.values).all():
            return 1.0
        largest = float(np.nanmax(live.values))
        if live.final is None or live.final.threshold <= 0:
            return max(largest * 1.05, 1e-9)
        threshold = live.final.threshold
        return max(min(largest, _SHOWN_OVER_THRESHOLD * threshold) * 1.05, 1.3 * threshold)

    # -- the mouse ---------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.length:
            return
        frame = self.frame_at(event.position().x())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._range_from, self._range_moved = frame, False
        else:
            self._scrubbing = True
            self.session.seek(frame)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        frame = self.frame_at(event.position().x())
        if self._range_from is not None:
            self._range_moved = self._range_moved or frame != self._range_from
            if self._range_moved:
                self.session.set_range(self._range_from, frame)
        elif self._scrubbing:
            self.session.seek(frame)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._range_from is not None and not self._range_moved:
            self.session.set_range(None, None)
        self._range_from, self._scrubbing = None, False

    # -- what stands under the pointer -------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.length:
            QToolTip.showText(event.globalPos(), tip(self.words_at(event.pos().x())), self)
            return True
        return super().event(event)

    def words_at(self, x: float) -> str:
        """What the tool tip says of a pixel column."""
        session, frame = self.session, self.frame_at(x)
        until = max(self.frame_at(x + 1), frame + 1)
        lines = [place_text(frame, session.time_of(frame)), *self._score_words(frame, until)]
        final = session.scored.final
        for event in final.events if final else ():
            if event.first <= until - 1 and event.last >= frame:
                lines.append("  ".join(text for text in (event.text, p_text(event.p_value)) if text))
        lines += [
            f"{item.name} ({place_text(item.first, session.time_of(item.first))} and after)"
            for item in session.context.obstacles
            if item.first <= frame <= item.last
        ]
        lines += [
            f"flag: {flag.reason or 'no reason given'}"
            for flag in session.flagged.flags
            if flag.first < until and flag.last >= frame
        ]
        return "\n".join([*lines, "", *self.help_lines()])

    def _score_words(self, first: int, stop: int) -> list[str]:
        live = self.session.scored.live
        part = live.values[first:stop] if live is not None else np.empty(0, np.float32)
        if not part.size or np.isnan(part).all():
            return []
        text = f"score {score_text(float(np.nanmax(part)))}"
        return [text if part.size == 1 else f"{text}, the largest of {part.size} frames"]

    def help_lines(self) -> list[str]:
        """What can be done here, for the tool tip."""
        return [PEAKS_SAID, FRAME_TIP]

    # -- dress and size ----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.DevicePixelRatioChange):
            self.refresh()
