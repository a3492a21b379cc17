"""Painted densities: a histogram in which a bar can be clicked, boxes of classes, three figures of a learnt lens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from thermview.gui.diagnosis.spreads import Box
from thermview.gui.parts import theme
from thermview.gui.parts.painted import (
    Chart,
    Edges,
    class_colour,
    paint_axis,
    paint_histogram,
    paint_text,
    x_in,
)
from thermview.gui.parts.plain_words import count_text, significant_text
from thermview.gui.parts.plot_dress import faded
from thermview.thermal.ticks import number_text

if TYPE_CHECKING:
    from thermview.diagnosis.results import HeldOut

_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 12, 16, 34
BOX_ROW_PX = 22


class DensityHistogram(Chart):
    """Counts by density; a click picks the pictures of a bar out."""

    bin_clicked = Signal(float, float)
    """lower and upper density of a bar"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edges: Edges = np.array([0.0, 1.0])
        self._layers: list[tuple[str, NDArray[np.intp], QColor]] = []
        self._mark: float | None = None
        self._median = float("nan")
        self.setFixedHeight(210)

    def show_counts(
        self,
        edges: Edges,
        layers: Sequence[tuple[str, NDArray[np.intp], QColor]],
        median: float,
        mark: float | None,
    ) -> None:
        """Show layers of (name, counts, colour) on common edges, a dotted median and the picture on screen."""
        self.edges, self._layers = edges, list(layers)
        self._median, self._mark = median, mark
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, 210)

    def _area(self) -> QRectF:
        return QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)

    def paint(self, painter: QPainter) -> None:
        area, dress = self._area(), theme.current()
        paint_axis(painter, area, self.edges, "density")
        largest = max((int(counts.max(initial=0)) for _, counts, _ in self._layers), default=0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for _, counts, colour in self._layers:
            top = int(counts.max(initial=0))
            if top:
                height = area.height() * top / largest
                part = QRectF(area.left(), area.bottom() - height, area.width(), height)
                paint_histogram(painter, part, counts, colour)
        painter.setPen(QColor(dress.muted))
        painter.drawText(
            QRectF(0, area.top() - 7, _LEFT - 6, 14), Qt.AlignmentFlag.AlignRight, count_text(largest)
        )
        painter.drawText(QRectF(0, area.bottom() - 8, _LEFT - 6, 14), Qt.AlignmentFlag.AlignRight, "0")
        if np.isfinite(self._median):
            x = x_in(area, self.edges, self._median)
            painter.setPen(QPen(QColor(dress.muted), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if self._mark is not None:
            x = x_in(area, self.edges, self._mark)
            painter.setPen(QPen(QColor(dress.text), 2))
            painter.drawLine(QPointF(x, area.top() - 3), QPointF(x, area.bottom()))
            paint_text(
                painter, QRectF(max(min(x - 80, self.width() - 160), 0), 0, 160, 13),
                f"picture on screen {significant_text(self._mark)}", align=Qt.AlignmentFlag.AlignHCenter,
            )  # fmt: skip

    def _bin_at(self, position: QPointF) -> int | None:
        area, count = self._area(), len(self.edges) - 1
        if not self._layers or not area.adjusted(0, -4, 0, 4).contains(position):
            return None
        return min(max(int((position.x() - area.left()) / area.width() * count), 0), count - 1)

    def words_at(self, position: QPointF) -> str:
        place = self._bin_at(position)
        if place is None:
            return ""
        low, high = (significant_text(float(self.edges[n])) for n in (place, place + 1))
        upto = "and more" if place == len(self.edges) - 2 else f"to {high}"
        lines = [f"density {low} {upto}"]
        lines += [f"{name}: {count_text(int(counts[place]), 'picture')}" for name, counts, _ in self._layers]
        return "\n".join([*lines, "Dotted: the median. Click to select these pictures."])

    def takes(self, position: QPointF) -> bool:
        place = self._bin_at(position)
        return place is not None and any(counts[place] for _, counts, _ in self._layers)

    def click(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        place = self._bin_at(position)
        if place is not None:
            last = place == len(self.edges) - 2
            self.bin_clicked.emit(
                float(self.edges[place]) if place else -np.inf,
                np.inf if last else float(self.edges[place + 1]),
            )


@dataclass(frozen=True)
class BoxRow:
    """One box: its key for who listens, title, kind, the box."""

    key: int
    title: str
    normal: bool | None
    box: Box


class BoxChart(Chart):
    """Boxes one below the other on one axis; a dashed line is the mean of everything."""

    clicked = Signal(int, str)
    """key and part of a box: "all", "low" (below the first quartile), "middle", "high" """

    def __init__(self, label: str = "density", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[BoxRow, ...] = ()
        self.edges: Edges = np.array([0.0, 1.0])
        self.current: int | None = None
        self._mean = float("nan")
        self._label = label
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: Sequence[BoxRow], mean: float, current: int | None = None) -> None:
        """Show these in this order."""
        self.rows, self._mean, self.current = tuple(rows), mean, current
        ends = [end for row in self.rows for end in (row.box.low, row.box.high)] or [0.0, 1.0]
        room = 0.03 * (max(ends) - min(ends)) or 0.5
        self.edges = np.array([min(ends) - room, max(ends) + room])
        self.setFixedHeight(max(len(self.rows), 1) * BOX_ROW_PX + _BOTTOM + 4)
        self.update()

    def light(self, current: int | None) -> None:
        """Light one row."""
        self.current = current
        self.update()

    def _area(self) -> QRectF:
        names = min(max(0.30 * self.width(), 120.0), 220.0)
        return QRectF(names, 2, self.width() - names - _RIGHT, self.height() - _BOTTOM - 4)

    def paint(self, painter: QPainter) -> None:
        area, dress = self._area(), theme.current()
        paint_axis(painter, area, self.edges, self._label)
        for n, row in enumerate(self.rows):
            self._paint_row(painter, row, area, area.top() + n * BOX_ROW_PX)
        if np.isfinite(self._mean):
            x = x_in(area, self.edges, self._mean)
            painter.setPen(QPen(QColor(dress.text), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _paint_row(self, painter: QPainter, row: BoxRow, area: QRectF, top: float) -> None:
        dress, box, colour = theme.current(), row.box, class_colour(row.normal)
        if row.key == self.current:
            painter.fillRect(QRectF(0, top, area.left() - 4, BOX_ROW_PX - 1), QColor(dress.raised))
        painter.setPen(QColor(dress.text))
        metrics = QFontMetricsF(painter.font())
        count = count_text(box.count)
        wide = metrics.horizontalAdvance(count) + 8
        paint_text(painter, QRectF(4, top, area.left() - wide - 10, BOX_ROW_PX), row.title)
        painter.setPen(QColor(dress.muted))
        painter.drawText(
            QRectF(area.left() - wide - 2, top, wide - 4, BOX_ROW_PX),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count,
        )  # fmt: skip
        low, q1, median, q3, high = (
            x_in(area, self.edges, value) for value in (box.low, box.q1, box.median, box.q3, box.high)
        )
        middle = top + BOX_ROW_PX / 2
        painter.setPen(QPen(colour, 1.2))
        painter.drawLine(QPointF(low, middle), QPointF(q1, middle))
        painter.drawLine(QPointF(q3, middle), QPointF(high, middle))
        for x in (low, high):
            painter.drawLine(QPointF(x, middle - 3), QPointF(x, middle + 3))
        body = QRectF(q1, middle - 6, max(q3 - q1, 1.5), 12)
        painter.setBrush(faded(colour))
        painter.drawRect(body)
        painter.setPen(QPen(colour, 2.4))
        painter.drawLine(QPointF(median, middle - 6), QPointF(median, middle + 6))

    def row_at(self, position: QPointF) -> BoxRow | None:
        """The row under a point."""
        n = int((position.y() - 2) // BOX_ROW_PX)
        return self.rows[n] if 0 <= n < len(self.rows) else None

    def _part_at(self, row: BoxRow, position: QPointF) -> str:
        area = self._area()
        if position.x() < area.left():
            return "all"
        if position.x() < x_in(area, self.edges, row.box.q1):
            return "low"
        return "high" if position.x() > x_in(area, self.edges, row.box.q3) else "middle"

    def words_at(self, position: QPointF) -> str:
        row = self.row_at(position)
        if row is None:
            return ""
        box, parts = row.box, {"all": "all", "low": "the least dense quarter", "high": "the densest quarter"}
        part = parts.get(self._part_at(row, position), "the middle half")
        return (
            f"{row.title}: {count_text(box.count, 'picture')}, median {significant_text(box.median)}, "
            f"half of them {significant_text(box.q1)} to {significant_text(box.q3)}\n"
            f"Whiskers: last value within 1.5 quartile ranges. Dashed: mean of all pictures.\n"
            f"Click to select {part}."
        )

    def takes(self, position: QPointF) -> bool:
        return self.row_at(position) is not None

    def click(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        row = self.row_at(position)
        if row is not None:
            self.clicked.emit(row.key, self._part_at(row, position))


class HeldOutChart(Chart):
    """AUROC of the learnt lens on an axis from 0 to 1: held out with its interval, training, each shuffle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: HeldOut | None = None
        self.setFixedHeight(3 * 20 + _BOTTOM + 4)

    def show_held_out(self, held_out: HeldOut | None) -> None:
        """Show these figures, or nothing."""
        self._shown = held_out
        self.setVisible(held_out is not None)
        self.update()

    def paint(self, painter: QPainter) -> None:
        shown, dress = self._shown, theme.current()
        if shown is None:
            return
        area = QRectF(128, 2, self.width() - 128 - 64, self.height() - _BOTTOM - 4)
        edges = np.array([0.0, 1.0])
        paint_axis(
            painter, area, edges, "AUROC: chance that a random normal picture is denser than a random anomaly"
        )
        chance = x_in(area, edges, 0.5)
        painter.setPen(QPen(QColor(dress.muted), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(chance, area.top()), QPointF(chance, area.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent, held = QColor(dress.accent), shown.heldout
        names = ("held out", "on its training half", f"{len(shown.shuffled)} shuffles")
        ends = (held.value, shown.training, shown.shuffled_95)
        for n, (name, value) in enumerate(zip(names, ends, strict=True)):
            y = area.top() + n * 20 + 10
            painter.setPen(QColor(dress.text if n == 0 else dress.muted))
            paint_text(painter, QRectF(4, y - 8, 120, 16), name)
            figure = f"95 %: {number_text(value, 2)}" if n == 2 else number_text(value, 2)
            painter.drawText(QRectF(self.width() - 62, y - 8, 62, 16), Qt.AlignmentFlag.AlignVCenter, figure)
        y = area.top() + 10
        if np.isfinite(held.low) and np.isfinite(held.high):
            painter.setPen(QPen(accent, 2))
            low, high = (x_in(area, edges, end) for end in (held.low, held.high))
            painter.drawLine(QPointF(low, y), QPointF(high, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        _dot(painter, x_in(area, edges, held.value), y, 5)
        painter.setBrush(QColor(dress.muted))
        _dot(painter, x_in(area, edges, shown.training), y + 20, 4)
        painter.setBrush(faded(QColor(dress.muted), 0.6))
        for value in shown.shuffled:
            _dot(painter, x_in(area, edges, value), y + 40, 3)
        x = x_in(area, edges, shown.shuffled_95)
        painter.setPen(QPen(QColor(theme.ANOMALY), 1.5))
        painter.drawLine(QPointF(x, y + 33), QPointF(x, y + 47))

    def words_at(self, position: QPointF) -> str:
        if self._shown is None:
            return ""
        return (
            "Held out: sessions that the lens did not learn from; bar: 95 % interval by resampling sessions.\n"
            "Training: the sessions it learnt from, always flattering.\n"
            "Shuffles: held out, with classes shuffled between sessions; what chance gives."
        )


def _dot(painter: QPainter, x: float, y: float, radius: float) -> None:
    if np.isfinite(x):
        painter.drawEllipse(QPointF(x, y), radius, radius)


class CostChart(Chart):
    """What a threshold of density costs: anomalies missed and normals called anomalies, in percent."""

    threshold_wanted = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._t: NDArray[np.float64] = np.array([0.0, 1.0])
        self._curves: tuple[NDArray[np.float64], NDArray[np.float64]] = (np.zeros(2), np.zeros(2))
        self._zone = (float("nan"), float("nan"))
        self._at = float("nan")
        self.setFixedHeight(190)

    def show_costs(
        self,
        thresholds: NDArray[np.float64],
        missed: NDArray[np.float64],
        false_alarms: NDArray[np.float64],
        zone: tuple[float, float],
        at: float,
    ) -> None:
        """Show shares (t,) by threshold, the grey zone between its ends, and one threshold."""
        self._t, self._curves, self._zone, self._at = thresholds, (missed, false_alarms), zone, at
        self.update()

    @property
    def edges(self) -> Edges:
        """Both ends of the axis."""
        return np.array([float(self._t[0]), max(float(self._t[-1]), float(self._t[0]) + 1e-9)])

    def _area(self) -> QRectF:
        return QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)

    def paint(self, painter: QPainter) -> None:
        area, dress, edges = self._area(), theme.current(), self.edges
        if np.isfinite(self._zone).all() and self._zone[0] <= self._zone[1]:
            low, high = (x_in(area, edges, end) for end in self._zone)
            painter.fillRect(
                QRectF(low, area.top(), high - low, area.height()), faded(QColor(theme.FLAG), 0.18)
            )
        paint_axis(painter, area, edges, "threshold of density: pictures below it are called anomalies")
        painter.setPen(QColor(dress.muted))
        for share in (0, 50, 100):
            y = area.bottom() - area.height() * share / 100
            text = f"{share}\u2009%"
            painter.drawText(QRectF(0, y - 7, _LEFT - 6, 14), Qt.AlignmentFlag.AlignRight, text)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        styles = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine)
        for values, normal, style in zip(self._curves, (False, True), styles, strict=True):
            painter.setPen(QPen(class_colour(normal), 1.8, style))
            points = [
                QPointF(x_in(area, edges, float(t)), area.bottom() - area.height() * float(share))
                for t, share in zip(self._t, values, strict=True)
            ]
            painter.drawPolyline(QPolygonF(points))
        if np.isfinite(self._at):
            x = x_in(area, edges, self._at)
            painter.setPen(QPen(QColor(dress.text), 1.5))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def words_at(self, position: QPointF) -> str:
        return (
            "Solid: share of anomalies that are denser than the threshold and so missed.\n"
            "Dashed: share of normal pictures below it, and so called anomalies.\n"
            "Yellow: the grey zone. Click to try a threshold."
        )

    def takes(self, position: QPointF) -> bool:
        return self._area().adjusted(-4, 0, 4, 0).contains(position)

    def click(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        area, edges = self._area(), self.edges
        share = min(max((position.x() - area.left()) / area.width(), 0.0), 1.0)
        self.threshold_wanted.emit(float(edges[0] + share * (edges[1] - edges[0])))
