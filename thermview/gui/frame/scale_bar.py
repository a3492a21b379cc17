"""The colour bar: palette, level and span by drag and wheel, typed ends, isotherm."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.shown import Shown
from thermview.gui.scale import OF_BOTH, ZERO_INSIDE
from thermview.thermal.display import SCALE_MODES
from thermview.thermal.palettes import DIVERGING, NAMES, palette
from thermview.thermal.ticks import round_ticks, tick_texts, value_text

_BAR_PX = 18
_TOP_PX, _BOTTOM_PX = 34, 22
_END_ZONE = 0.2  # a drag that starts in this part of the bar moves that end; in the middle, the level
TIP = (
    "Drag the middle to move the level, an end to move that end, wheel to change the span. "
    "Double-click to type the ends, right-click for palettes and scale modes."
)


class ScaleBar(QWidget):
    """Shows which value has which colour; there is none for pictures that hold colours only."""

    ends_wanted = Signal()
    """the user wants to type the two ends"""

    def __init__(self, session: Shown, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._grabbed: tuple[str, float, tuple[float, float]] | None = None
        self.setFixedWidth(86)
        self.setToolTip(TIP)
        self.setAccessibleName("Colour bar")
        self._painted: tuple[object, ...] = ()
        session.display_changed.connect(self._refresh)
        session.frame_changed.connect(self._refresh)
        session.recording_changed.connect(self._fit_to_recording)
        self._fit_to_recording()

    def sizeHint(self) -> QSize:
        return QSize(86, 300)

    def _fit_to_recording(self) -> None:
        self.setVisible(self._session.has_quantity)

    def _refresh(self) -> None:
        """Paint anew only where something differs: most frames leave the ends as they are."""
        session = self._session
        quantity = session.quantity
        state = (session.limits, session.display, quantity, session.scale.text, session.unit)
        if state != self._painted:
            self._painted = state
            self.update()

    def _bar(self) -> QRectF:
        return QRectF(6, _TOP_PX, _BAR_PX, max(self.height() - _TOP_PX - _BOTTOM_PX, 20))

    def _y_of(self, value: float) -> float:
        low, high = self._session.limits
        bar = self._bar()
        return bar.bottom() - (value - low) / (high - low) * bar.height()

    def paintEvent(self, event: QPaintEvent) -> None:
        session = self._session
        if session.quantity is None:
            return
        painter = QPainter(self)
        bar, dress = self._bar(), theme.current()
        painter.drawImage(bar.toRect(), self._ramp())
        painter.setPen(QPen(QColor(dress.line), 1))
        painter.drawRect(bar)
        self._draw_isotherm(painter, bar)
        self._draw_ticks(painter, bar)
        painter.setFont(theme.numbers_font(theme.CAPTION_PX))
        painter.setPen(QColor(dress.muted))
        quantity = session.quantity
        unit = session.unit.name or "value"
        head = f"{unit}\nestimated" if quantity.estimated else unit
        painter.drawText(QRectF(4, 2, self.width() - 6, _TOP_PX - 6), Qt.AlignmentFlag.AlignBottom, head)
        foot = QRectF(4, bar.bottom() + 4, self.width() - 6, _BOTTOM_PX)
        painter.drawText(foot, Qt.AlignmentFlag.AlignTop, _short(session.scale.text))

    def _ramp(self) -> QImage:
        display = self._session.display
        table = palette(display.palette)[:: 1 if display.inverted else -1].copy()
        ramp = QImage(table.data, 1, 256, 3, QImage.Format.Format_RGB888)
        return ramp.convertToFormat(QImage.Format.Format_RGB32)

    def _draw_ticks(self, painter: QPainter, bar: QRectF) -> None:
        unit = self._session.unit
        low, high = (unit.of(end) for end in self._session.limits)
        dress = theme.current()
        ticks = round_ticks(low, high, max(3, min(8, int(bar.height() // 48))))
        painter.setFont(theme.numbers_font(theme.CAPTION_PX))
        for value, text in zip(ticks, tick_texts(ticks), strict=True):
            y = self._y_of(unit.stored(value))
            painter.setPen(QPen(QColor(dress.muted), 1))
            painter.drawLine(QPointF(bar.right() + 1, y), QPointF(bar.right() + 5, y))
            painter.setPen(QColor(dress.text))
            place = QRectF(bar.right() + 8, y - 8, self.width() - bar.right() - 8, 16)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
        if not ticks:
            painter.drawText(QPointF(bar.right() + 8, bar.top() + 8), value_text(high, high - low))

    def _draw_isotherm(self, painter: QPainter, bar: QRectF) -> None:
        isotherm = self._session.display.isotherm
        if isotherm.kind == "none":
            return
        top = bar.top() if isotherm.kind == "above" else self._y_of(isotherm.high)
        bottom = bar.bottom() if isotherm.kind == "below" else self._y_of(isotherm.low)
        top, bottom = (min(max(y, bar.top()), bar.bottom()) for y in (top, bottom))
        painter.fillRect(QRectF(bar.left(), top, 5, bottom - top), QColor("#00e676"))

    # -- level and span ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._session.has_quantity:
            return
        bar = self._bar()
        place = (bar.bottom() - event.position().y()) / bar.height()
        part = "high" if place > 1 - _END_ZONE else "low" if place < _END_ZONE else "level"
        self._grabbed = (part, event.position().y(), self._session.limits)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None:
            return
        part, start, (low, high) = self._grabbed
        by = (start - event.position().y()) / self._bar().height() * (high - low)
        least = (high - low) * 1e-3
        if part == "level":
            low, high = low + by, high + by
        elif part == "high":
            high = max(high + by, low + least)
        else:
            low = min(low + by, high - least)
        self._session.set_display(scale_mode="manual", low=low, high=high)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._session.has_quantity or not event.angleDelta().y():
            return
        low, high = self._session.limits
        factor = 1.1 ** (-event.angleDelta().y() / 120)
        middle, half = (low + high) / 2, (high - low) / 2 * factor
        self._session.set_display(scale_mode="manual", low=middle - half, high=middle + half)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        self.ends_wanted.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.exec(event.globalPos())
        menu.deleteLater()

    def menu(self) -> QMenu:
        """Palettes and scale modes."""
        session, display = self._session, self._session.display
        menu = QMenu(self)
        for mode in SCALE_MODES[:-1]:
            self._add(
                menu,
                f"Scale: {mode}",
                display.scale_mode == mode,
                partial(session.set_display, scale_mode=mode),
            )
        menu.addAction("Type the ends…", self.ends_wanted.emit)
        menu.addSeparator()
        for name in (*DIVERGING, *NAMES) if session.scale.centred else NAMES:
            self._add(
                menu, name.capitalize(), display.palette == name, partial(session.set_display, palette=name)
            )
        return menu

    @staticmethod
    def _add(menu: QMenu, text: str, checked: bool, action: Callable[[], object]) -> None:
        row = menu.addAction(text, action)
        row.setCheckable(True)
        row.setChecked(checked)


def _short(text: str) -> str:
    words = {
        "min-max, widest so far": "widest so far",
        "locked for all recordings": "locked",
        "percentiles 1-99": "1 to 99\u2009%",
        "within the region": "in region",
        "min-max: no region chosen": "no region",
    }
    text = text.removesuffix(OF_BOTH).removesuffix(ZERO_INSIDE)  # both are seen
    return words.get(text, text)
