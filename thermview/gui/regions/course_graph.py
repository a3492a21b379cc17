"""The curves of regions over a recording: one per region, alarm limits and events, one cursor."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.envelope import span_line
from thermview.gui.parts.plot_dress import dress_plot, faded, plain_parts, plain_plot
from thermview.gui.parts.plots_over_frames import frame_at, turn_page
from thermview.gui.regions.region_colours import plot_colour
from thermview.thermal.region_alarms import Alarm, AlarmEvent

_AXIS_PX = 62
_REDRAW_MS = 30
_LEAST_MARK_PX = 2.0
_ROOM = 0.06  # above and below the curves
_BAND_ALPHA = 0.18
_BEHIND = 0.45  # how strong the curves are drawn beside the chosen one


class CourseGraph(pg.PlotWidget):  # type: ignore[misc]
    """Draws series no finer than the screen, smallest and largest kept; emits which frame was clicked."""

    frame_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, **plain_parts())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumHeight(90)
        plot = self.getPlotItem()
        plain_plot(plot, zoom_x=True)
        plot.getAxis("left").setWidth(_AXIS_PX)
        plot.getAxis("bottom").setTickDensity(0.7)
        self.length = 1
        self.chosen: int | None = None
        """Number of the region that stands out; None: all alike."""
        self._series: list[tuple[int, NDArray[np.float32]]] = []
        self._alarms: tuple[tuple[int, Alarm], ...] = ()
        self._events: tuple[tuple[int, AlarmEvent], ...] = ()
        self._curves: list[Any] = []
        self._limits: list[Any] = []
        self._bands = pg.BarGraphItem(x0=[], x1=[], y0=[], y1=[])
        self.cursor = pg.InfiniteLine(0, angle=90)
        self.cursor.setZValue(20)
        for item in (self._bands, self.cursor):
            plot.addItem(item, ignoreBounds=True)
        self._redraw = QTimer(self, interval=_REDRAW_MS, singleShot=True)
        self._redraw.timeout.connect(self.redraw)
        plot.vb.sigXRangeChanged.connect(lambda *_: self._redraw.start())
        self.scene().sigMouseClicked.connect(self._clicked)
        self.dress()

    def new_recording(self, length: int, frame_rate: float | None) -> None:
        """Another recording: all of it in sight."""
        self.length = max(length, 1)
        plot = self.getPlotItem()
        plot.setLimits(xMin=-0.5, xMax=self.length - 0.5, minXRange=min(20, self.length))
        axis = plot.getAxis("bottom")
        axis.setScale(1 / frame_rate if frame_rate else 1.0)
        axis.offset = 0 if frame_rate else 1  # frames are written from 1
        axis.setLabel("time (s)" if frame_rate else "frame")
        self.show_all()

    def show_all(self) -> None:
        """Zoom out to the whole recording."""
        self.getPlotItem().setXRange(-0.5, self.length - 0.5, padding=0)

    def show_series(
        self,
        series: list[tuple[int, NDArray[np.float32]]],
        alarms: tuple[tuple[int, Alarm], ...],
        events: tuple[tuple[int, AlarmEvent], ...],
    ) -> None:
        """Draw these soon; each comes with the number of its region, which decides the colour."""
        self._series, self._alarms, self._events = series, alarms, events
        plot = self.getPlotItem()
        while len(self._curves) < len(series):
            self._curves.append(pg.PlotCurveItem(connect="finite"))
            plot.addItem(self._curves[-1], ignoreBounds=True)
        while len(self._limits) < len(alarms):
            self._limits.append(pg.InfiniteLine(0, angle=0))
            plot.addItem(self._limits[-1], ignoreBounds=True)
        self._fit_height()
        self._redraw.start()

    def _fit_height(self) -> None:
        known = [values for _, values in self._series if np.isfinite(values).any()]
        lows = [float(np.nanmin(values)) for values in known]
        highs = [float(np.nanmax(values)) for values in known]
        limits = [alarm.limit for _, alarm in self._alarms]
        if not lows:
            return
        low, high = min([*lows, *limits]), max([*highs, *limits])
        room = max((high - low) * _ROOM, abs(high) * 1e-6, 1e-9)
        self.getPlotItem().setYRange(low - room, high + room, padding=0)

    def redraw(self) -> None:
        """Draw what is in sight."""
        box = self.getPlotItem().vb
        (low, high), (bottom, top) = box.viewRange()
        points = max(int(box.width()), 50)
        for curve in self._curves[len(self._series) :]:
            curve.setData([], [])
        for curve, (number, values) in zip(self._curves, self._series, strict=False):
            behind = self.chosen is not None and number != self.chosen
            curve.setPen(
                pg.mkPen(faded(plot_colour(number), _BEHIND) if behind else plot_colour(number), width=1)
            )
            curve.setZValue(0 if behind else 5)
            curve.setData(*span_line(values, max(int(low) - 1, 0), int(high) + 2, points))
        for line in self._limits[len(self._alarms) :]:
            line.setVisible(False)
        for line, (number, alarm) in zip(self._limits, self._alarms, strict=False):
            line.setPen(pg.mkPen(plot_colour(number), width=1, style=Qt.PenStyle.DashLine))
            line.setValue(alarm.limit)
            line.setVisible(True)
        self._draw_bands((high - low) / points * _LEAST_MARK_PX, bottom, top)

    def _draw_bands(self, least: float, bottom: float, top: float) -> None:
        """Events as bands, none narrower than can be seen."""
        edges = np.array([(event.first, event.last) for _, event in self._events], np.float64).reshape(-1, 2)
        left, right = edges[:, 0] - 0.5, edges[:, 1] + 0.5
        missing = np.maximum(least - (right - left), 0) / 2
        many = np.ones(len(edges))
        brushes: list[QColor] = [faded(plot_colour(number), _BAND_ALPHA) for number, _ in self._events]
        span = {"x0": left - missing, "x1": right + missing, "y0": bottom * many, "y1": top * many}
        self._bands.setOpts(**span, brushes=brushes, pen=None)

    def choose(self, number: int | None) -> None:
        """Let the curve of one region stand out."""
        if number != self.chosen:
            self.chosen = number
            self._redraw.start()

    def set_cursor(self, frame: int) -> None:
        """Move the cursor; where it would leave what is in sight, turn the page."""
        self.cursor.setValue(frame)
        turn_page(self.getPlotItem(), frame)

    def _clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.double():
            self.show_all()
            return
        frame = frame_at([self.getPlotItem()], event.scenePos(), range(self.length))
        if frame is not None:
            self.frame_clicked.emit(frame)
            event.accept()

    def dress(self) -> None:
        """Wear the colours of the theme."""
        self.setBackground(theme.current().window)
        dress_plot(self.getPlotItem())
        self.cursor.setPen(pg.mkPen(theme.current().text, width=1))
        self._redraw.start()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_redraw"):
            self._redraw.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_redraw"):
            self.dress()
