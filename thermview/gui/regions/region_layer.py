"""Regions over the frame: outlines, names with a live value, handles of the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap, QTransform

from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import one_line
from thermview.gui.regions.measuring import OVERLAY
from thermview.gui.regions.region_colours import frame_colour
from thermview.gui.regions.region_grip import path_of, shown_handles
from thermview.gui.regions.region_words import number_with_unit
from thermview.thermal.region_statistics import Statistics
from thermview.thermal.regions import Line, Region, Spot, bounds_of

if TYPE_CHECKING:
    from thermview.gui.session import Session

_SHADE = QColor(0, 0, 0, 160)
_HANDLE_PX = 7.0
_SPOT_PX = 7.0
_PAD_PX = 3.0
_LONGEST_NAME = 18  # letters of a name that stand on the frame


class RegionLayer(QObject):
    """Paints where the overlay "regions" is on; outlines are painted once and kept until they change."""

    changed = Signal()
    note = ""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._measuring = session.measuring
        self._drawn: tuple[tuple[object, ...], QPixmap] | None = None
        for signal in (self._measuring.changed, self._measuring.chosen_changed, self._measuring.tool_changed):
            signal.connect(self.changed)

    def paint(self, painter: QPainter, transform: QTransform) -> None:
        regions = self._measuring.regions
        if OVERLAY not in self._session.overlays or not regions.regions or not self._measuring.possible:
            return
        painter.drawPixmap(0, 0, self._outlines(painter, transform))
        font = QFont(theme.numbers_font(theme.CAPTION_PX))
        painter.setFont(font)
        for number, (region, found) in enumerate(
            zip(regions.regions, self._measuring.numbers(), strict=False)
        ):
            self._paint_caption(painter, transform, region, found, number)
        self._paint_extreme(painter, transform)

    def _outlines(self, painter: QPainter, transform: QTransform) -> QPixmap:
        regions, chosen = self._measuring.regions, self._measuring.chosen
        device = painter.device()
        ratio, size = device.devicePixelRatioF(), painter.viewport().size()
        key = (regions.regions, chosen, transform, size.width(), size.height(), ratio)
        if self._drawn is None or self._drawn[0] != key:
            picture = QPixmap(size * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            inner = QPainter(picture)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            for number, region in enumerate(regions.regions):
                _paint_region(inner, transform, region, frame_colour(number), region.name == chosen)
            inner.end()
            self._drawn = (key, picture)
        return self._drawn[1]

    def _paint_caption(
        self, painter: QPainter, transform: QTransform, region: Region, found: Statistics, number: int
    ) -> None:
        """Name and the number that matters most: a spot's value, else the maximum."""
        value = number_with_unit(found.maximum, self._session, self._measuring.unit)
        name = region.name if len(region.name) <= _LONGEST_NAME else f"{region.name[:_LONGEST_NAME]}\u2026"
        text = f"{one_line(name)}  {value}" if isinstance(region, Spot) else f"{one_line(name)}  max {value}"
        left, top, right, bottom = bounds_of(region)
        if isinstance(region, Line):
            (left, top), right, bottom = region.start, region.start[0], region.start[1]
        around = transform.mapRect(QRectF(left, top, right - left, bottom - top))
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(text) + 2 * _PAD_PX, metrics.height() + 1
        gap = _SPOT_PX + 3 if isinstance(region, Spot) else 3
        x = min(max(around.left(), 0.0), painter.viewport().width() - width)
        y = around.top() - height - gap
        if y < 0:
            y = min(around.bottom() + gap, painter.viewport().height() - height)
        box = QRectF(x, y, width, height)
        painter.fillRect(box, _SHADE)
        painter.setPen(frame_colour(number))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_extreme(self, painter: QPainter, transform: QTransform) -> None:
        """Where the chosen region is largest: a small cross on that pixel."""
        names, numbers = self._measuring.regions.names, self._measuring.numbers()
        chosen = self._measuring.chosen_region
        if chosen is None or isinstance(chosen, Spot) or len(numbers) != len(names):
            return
        place = numbers[names.index(chosen.name)].at_maximum
        if place is None:
            return
        middle = transform.map(QPointF(place[0] + 0.5, place[1] + 0.5))
        for pen in (QPen(_SHADE, 3), QPen(frame_colour(names.index(chosen.name)), 1)):
            painter.setPen(pen)
            painter.drawLine(middle - QPointF(4, 4), middle + QPointF(4, 4))
            painter.drawLine(middle - QPointF(4, -4), middle + QPointF(4, -4))


def _paint_region(
    painter: QPainter, transform: QTransform, region: Region, colour: QColor, chosen: bool
) -> None:
    width = 2.0 if chosen else 1.4
    painter.setBrush(Qt.BrushStyle.NoBrush)
    path = transform.map(path_of(region))
    for pen in (QPen(_SHADE, width + 2), QPen(colour, width)):
        painter.setPen(pen)
        if isinstance(region, Spot):
            _paint_cross(painter, transform.map(QPointF(region.column, region.row)))
        else:
            painter.drawPath(path)
    if chosen and not isinstance(region, Spot):
        painter.setPen(QPen(_SHADE, 1))
        painter.setBrush(colour)
        for handle in shown_handles(region):
            middle = transform.map(QPointF(*handle))
            half = _HANDLE_PX / 2
            painter.drawRect(QRectF(middle.x() - half, middle.y() - half, _HANDLE_PX, _HANDLE_PX))
    elif chosen and isinstance(region, Spot):
        painter.setPen(QPen(colour, 1.4))
        painter.drawEllipse(transform.map(QPointF(region.column, region.row)), _SPOT_PX, _SPOT_PX)


def _paint_cross(painter: QPainter, middle: QPointF) -> None:
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        painter.drawLine(middle + QPointF(2 * dx, 2 * dy), middle + QPointF(_SPOT_PX * dx, _SPOT_PX * dy))
