"""The curves of the run chart: our scores above, another tool's below; one shared x of recordings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtWidgets import QToolTip, QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import score_text, tip
from thermview.gui.parts.plot_dress import PlainAxis, dress_plot, faded, plain_parts, plain_plot
from thermview.gui.scores.run_words import short_name
from thermview.review.run_table import RunTable

_AXIS_PX = 62
_NEAR_PX = 14  # how far from a point's place a click may be
_SHOWN_SIGMAS = 12.0  # scores farther above the centre line are cut off
_THRESHOLD_SIGMAS = 40.0  # a threshold up to here is kept in sight
_SHOWN_Z = 12.0
_ROOM = 0.06
_NAME_LETTERS = 18
_UNBOUNDED_PX = 16_777_215  # Qt's own word for no limit


def _short(method: str) -> str:
    """A method's name that has room beside an axis."""
    return method if len(method) <= _NAME_LETTERS else f"{method[: _NAME_LETTERS - 1]}…"


class NameAxis(PlainAxis):
    """Names of recordings at their places."""

    names: Sequence[str] = ()

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        return [self._name(value) for value in values]

    def _name(self, value: float) -> str:
        place = round(value)
        whole = abs(value - place) < 1e-6 and 0 <= place < len(self.names)
        return self.names[place][-10:] if whole else ""


class RunGraph(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Draws a RunTable; emits the index of the recording that was clicked."""

    recording_clicked = Signal(int)

    def __init__(self, words: Callable[[int], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._words = words
        self.table: RunTable | None = None
        self.ceiling = self.floor = 0.0
        self._make_plots()
        self._make_marks()
        self.scene().sigMouseClicked.connect(self._clicked)
        self.dress()

    def _make_plots(self) -> None:
        self.ci.layout.setSpacing(2)
        self.ci.layout.setContentsMargins(0, 4, 8, 0)
        self.scores, self.others = (self.addPlot(row=row, col=0, **plain_parts(NameAxis)) for row in range(2))
        self.ci.layout.setRowStretchFactor(0, 3)
        self.ci.layout.setRowStretchFactor(1, 2)
        for plot in (self.scores, self.others):
            plain_plot(plot, zoom_x=True)
            plot.getAxis("left").setWidth(_AXIS_PX)
            plot.getAxis("left").setTickDensity(0.6)
            plot.getAxis("bottom").setTickDensity(1.3)
        self.others.setXLink(self.scores)

    def _make_marks(self) -> None:
        self._reference = pg.BarGraphItem(x0=[], x1=[], y0=[], y1=[])
        self._spans = pg.BarGraphItem(x0=[], x1=[], y0=[], y1=[])
        self._lines = [pg.InfiniteLine(0, angle=0) for _ in range(3)]
        self.threshold = pg.InfiniteLine(0, angle=0, label="", labelOpts={"position": 0.99})
        self.threshold.label.anchors = [(1, 0), (1, 0)]  # below: above are the scores that are cut off
        self._shifts = pg.PlotCurveItem(connect="pairs")
        self._ewma_limits = [pg.PlotCurveItem(connect="finite") for _ in range(2)]
        self._ewma = pg.PlotCurveItem(connect="finite")
        self._points, self._their_points = pg.ScatterPlotItem(), pg.ScatterPlotItem()
        self._z_lines = [pg.InfiniteLine(z, angle=0) for z in (0, -3, 3)]
        self.cursors = [pg.InfiniteLine(-1, angle=90) for _ in range(2)]
        marks = [self._reference, self._spans, *self._lines, self._shifts, *self._ewma_limits, self._ewma]
        for item in (*marks, self.threshold, self.cursors[0], self._points):
            self.scores.addItem(item, ignoreBounds=True)
        for item in (*self._z_lines, self.cursors[1], self._their_points):
            self.others.addItem(item, ignoreBounds=True)

    # -- what is drawn -----------------------------------------------------------------------------

    @property
    def cut_above(self) -> float | None:
        """The score above which points are drawn at the edge, where there are such."""
        return self.ceiling if self.cut else None

    @property
    def cut(self) -> int:
        """How many scores lie above the edge."""
        values = np.empty(0) if self.table is None else self.table.chart.values
        return int((values > self.ceiling).sum())

    @property
    def threshold_in_sight(self) -> bool:
        """Whether the threshold, if there is one, can be seen."""
        level = self.table.chart.threshold if self.table is not None else None
        return level is None or level <= self.ceiling

    def show_table(self, table: RunTable) -> None:
        """Draw this batch; another one than before is shown whole."""
        other = self.table is None or self.table.recordings != table.recordings
        self.table = table
        names = [short_name(name) for name in table.recordings]
        for plot in (self.scores, self.others):
            plot.getAxis("bottom").names = names
            plot.setLimits(xMin=-1, xMax=max(len(names), 1), minXRange=min(10, len(names) + 1))
        if other:
            self.show_all()
        self._fit_heights(table)
        beside = not table.charts_theirs and bool(np.isfinite(table.comparison.their_z).any())
        self.others.setVisible(beside)
        self.others.setMaximumHeight(_UNBOUNDED_PX if beside else 0)  # a hidden plot would keep its room
        self.scores.showAxis("bottom", not beside)
        self.scores.setLabel("left", _short(table.method) if table.charts_theirs else "score")
        self.others.setLabel("left", "robust z")  # whose it is stands above the chart
        self.redraw()

    def show_all(self) -> None:
        """Zoom out to the whole batch."""
        count = len(self.table.recordings) if self.table is not None else 1
        self.scores.setXRange(-1, max(count, 1), padding=0)

    def _fit_heights(self, table: RunTable) -> None:
        chart, limits = table.chart, table.chart.limits
        known = chart.values[np.isfinite(chart.values)]
        low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
        if limits is not None:
            reach = _SHOWN_SIGMAS * limits.sigma
            low = min(max(low, limits.centre - reach), limits.lower)
            high = max(min(high, limits.centre + reach), limits.upper)
            near = chart.threshold is not None and (
                chart.threshold <= limits.centre + _THRESHOLD_SIGMAS * limits.sigma
            )
            high = max(high, 1.1 * chart.threshold) if near and chart.threshold is not None else high
        elif chart.threshold is not None:
            high = max(high, 1.1 * chart.threshold)
        if not high > low:  # one score, or all the same: in the middle
            low, high = low - max(abs(low), 1.0) / 2, high + max(abs(high), 1.0) / 2
        self.floor, self.ceiling = low, high
        room = _ROOM * (self.ceiling - self.floor)
        self.scores.setYRange(self.floor - room, self.ceiling + room, padding=0)
        z = table.comparison.their_z
        z = z[np.isfinite(z)]
        top = min(max(float(z.max()) if z.size else 0.0, 3.5), _SHOWN_Z)
        bottom = max(min(float(z.min()) if z.size else 0.0, -3.5), -_SHOWN_Z)
        self.others.setYRange(bottom - 0.5, top + 0.5, padding=0)
        self._z_ends = bottom, top

    def redraw(self) -> None:
        """Draw the table in the colours of the theme."""
        if self.table is None:
            return
        self._draw_limits(self.table)
        self._draw_course(self.table)
        self._draw_points(self.table)
        self._draw_theirs(self.table)

    def _draw_limits(self, table: RunTable) -> None:
        limits, threshold = table.chart.limits, table.chart.threshold
        for line in self._lines:
            line.setVisible(limits is not None)
        bottom, top = self.scores.vb.viewRange()[1]
        edges: dict[str, list[float]] = {"x0": [], "x1": [], "y0": [], "y1": []}
        if limits is not None:
            for line, level in zip(self._lines, (limits.centre, limits.lower, limits.upper), strict=True):
                line.setValue(level)
            edges = {"x0": [-1.0], "x1": [limits.last + 0.5], "y0": [bottom], "y1": [top]}
        self._reference.setOpts(**edges, pen=None)
        self.threshold.setVisible(threshold is not None and self.threshold_in_sight)
        if threshold is not None:
            self.threshold.setValue(threshold)
            self.threshold.label.setText(f"threshold {score_text(threshold)}")

    def _draw_course(self, table: RunTable) -> None:
        chart = table.chart
        bottom, top = self.scores.vb.viewRange()[1]
        if chart.ewma is None:
            for curve in (self._ewma, *self._ewma_limits):
                curve.setData([], [])
        else:
            x = np.arange(chart.values.size, dtype=np.float64)
            rows = (chart.ewma.values, chart.ewma.lower, chart.ewma.upper)
            for curve, row in zip((self._ewma, *self._ewma_limits), rows, strict=True):
                known = np.isfinite(row)  # a missing score leaves no hole in a line
                curve.setData(x[known], row[known])
        at = np.repeat([shift.at - 0.5 for shift in chart.shifts], 2)
        self._shifts.setData(at, np.tile([bottom, top], len(chart.shifts)))
        many = np.ones(len(chart.clusters))
        self._spans.setOpts(
            x0=np.array([c.first - 0.5 for c in chart.clusters]), y0=bottom * many,
            x1=np.array([c.last + 0.5 for c in chart.clusters]), y1=top * many, pen=None,
        )  # fmt: skip

    def _draw_points(self, table: RunTable) -> None:
        chart, dress = table.chart, theme.current()
        places = np.flatnonzero(np.isfinite(chart.values))
        beyond, alarms, apart = set(chart.beyond), set(chart.alarms), set(chart.apart)
        members = {n for cluster in chart.clusters for n in cluster.members}
        hollow, no_pen = pg.mkBrush(None), pg.mkPen(None)
        plain, strong, micro = pg.mkBrush(theme.NORMAL), pg.mkBrush(dress.text), pg.mkBrush(theme.FLAG)
        looks: list[tuple[Any, str, int, Any]] = []
        for n in places.tolist():
            colour = self._alarm_colour(table, n) if n in alarms else QColor(theme.NORMAL)
            symbol, size = ("t1", 11) if n in alarms else ("o", 7)
            if n in apart:
                looks.append((hollow, symbol, size, pg.mkPen(colour, width=1.5)))
            elif n in alarms:
                looks.append((pg.mkBrush(colour), symbol, size, no_pen))
            elif n in members:
                looks.append((micro, "d", 9, no_pen))
            else:
                looks.append((strong, "o", 6, no_pen) if n in beyond else (plain, "o", 5, no_pen))
        heights = np.clip(chart.values[places], self.floor, self.ceiling)
        self._points.setData(
            x=places.astype(np.float64), y=heights, brush=[look[0] for look in looks],
            symbol=[look[1] for look in looks], size=[look[2] for look in looks], pen=[look[3] for look in looks],
        )  # fmt: skip

    @staticmethod
    def _alarm_colour(table: RunTable, n: int) -> QColor:
        item = table.judged[n]
        return theme.cause_colour(item.cause if item is not None else "")

    def _draw_theirs(self, table: RunTable) -> None:
        z = table.comparison.their_z
        places = np.flatnonzero(np.isfinite(z))
        cut = np.clip(z[places], *self._z_ends)
        far = np.abs(z[places]) > 3
        brush = [pg.mkBrush(theme.current().accent if one else theme.NORMAL) for one in far.tolist()]
        symbol = ["t1" if one > self._z_ends[1] else "o" for one in z[places].tolist()]
        size = [
            10 if mark == "t1" else 6 if one else 5 for mark, one in zip(symbol, far.tolist(), strict=True)
        ]
        self._their_points.setData(
            x=places.astype(np.float64), y=cut, brush=brush, symbol=symbol, size=size, pen=None
        )

    # -- cursor and mouse --------------------------------------------------------------------------

    def set_cursor(self, index: int | None) -> None:
        """Mark the recording that is shown; None where the batch has it not."""
        for cursor in self.cursors:
            cursor.setVisible(index is not None)
            cursor.setValue(-1 if index is None else index)

    def index_at(self, scene: QPointF) -> int | None:
        """The recording whose place is near a point of the scene."""
        if self.table is None:
            return None
        for plot in (self.scores, self.others):
            area: QRectF = plot.vb.sceneBoundingRect()
            if plot.isVisible() and area.contains(scene):
                index = round(plot.vb.mapSceneToView(scene).x())
                width = float(plot.vb.viewPixelSize()[0])
                away = abs(plot.vb.mapSceneToView(scene).x() - index) / width if width else 0.0
                return self._nearest(plot, scene) if away <= _NEAR_PX else None
        return None

    def _nearest(self, plot: Any, scene: QPointF) -> int | None:
        """Among the recordings within reach sideways the one whose point is nearest."""
        assert self.table is not None
        place = plot.vb.mapSceneToView(scene)
        wide, high = (float(size) for size in plot.vb.viewPixelSize())
        rows = np.clip(self.table.chart.values, self.floor, self.ceiling)
        if plot is self.others:
            rows = np.clip(self.table.comparison.their_z, *self._z_ends)
        across = np.abs(np.arange(rows.size) - place.x()) / (wide or 1.0)
        distance: NDArray[np.float64] = np.hypot(across, (rows - place.y()) / (high or 1.0))
        distance[(across > _NEAR_PX) | ~np.isfinite(distance)] = np.inf
        nearest = int(np.argmin(distance)) if distance.size else 0
        return nearest if distance.size and np.isfinite(distance[nearest]) else None

    def _clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.double():
            self.show_all()
            return
        index = self.index_at(event.scenePos())
        if index is not None:
            self.recording_clicked.emit(index)
            event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.index_at(self.mapToScene(event.pos()))
            QToolTip.showText(event.globalPos(), tip(self._words(index)) if index is not None else "", self)
            return True
        return bool(super().viewportEvent(event))

    # -- dress -------------------------------------------------------------------------------------

    def dress(self) -> None:
        """Wear the colours of the theme."""
        dress = theme.current()
        self.setBackground(dress.window)
        for plot in (self.scores, self.others):
            dress_plot(plot)
        dashed, dotted = Qt.PenStyle.DashLine, Qt.PenStyle.DotLine
        for centre, *edges in (self._lines, self._z_lines):
            centre.setPen(pg.mkPen(faded(dress.muted, 0.7), width=1))
            for line in edges:
                line.setPen(pg.mkPen(dress.muted, width=1, style=dashed))
        self.threshold.setPen(pg.mkPen(theme.ANOMALY, width=1, style=dashed))
        self.threshold.label.setColor(dress.text)
        self.threshold.label.textItem.setFont(theme.numbers_font(theme.CAPTION_PX))
        self.threshold.label.fill = pg.mkBrush(faded(dress.window, 0.75))
        self._ewma.setPen(pg.mkPen(dress.accent, width=2))
        for curve in self._ewma_limits:
            curve.setPen(pg.mkPen(faded(dress.accent, 0.8), width=1, style=dotted))
        self._shifts.setPen(pg.mkPen(dress.text, width=1, style=Qt.PenStyle.DashDotLine))
        self._reference.setOpts(brush=pg.mkBrush(faded(dress.muted, 0.08)))
        self._spans.setOpts(brush=pg.mkBrush(faded(theme.FLAG, 0.2)))
        for cursor in self.cursors:
            cursor.setPen(pg.mkPen(dress.text, width=1))
        self.redraw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_points"):
            self.dress()
