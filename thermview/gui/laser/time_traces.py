"""Traces over the whole recording: scan frequency, power, spot size, and obstacles as stated and as measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.envelope import span_line
from thermview.gui.parts.plot_dress import dress_plot, faded, mixed, plain_parts, plain_plot
from thermview.gui.parts.plots_over_frames import frame_at, turn_page, widened
from thermview.laser.detours import Comparison, Stretch

Series = NDArray[np.float32]

MOST = 3
"""Traces that there is room for."""
_AXIS_PX = 70
_LANE_PX = 96
_REDRAW_MS = 30
_ROOM = 0.12  # of a trace's height kept free above and below
_LEAST_MARK_PX = 3.0
_WORDS_GAP_PX = 8


@dataclass(frozen=True, eq=False)
class Trace:
    """One curve over the frames: `values` (frames,), `fine` the same unsmoothed behind it.

    `band` is where it usually lies. `least` is the smallest height its plot shows: what varies less looks steady.
    """

    name: str
    unit: str
    values: Series
    colour: str
    least: float
    fine: Series | None = None
    band: tuple[float, float] | None = None


class TimeTraces(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Draws traces above a lane of obstacles, all on one axis of frames; emits which frame was clicked."""

    frame_clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.traces: list[Trace] = []
        self.obstacles: list[tuple[Comparison, str]] = []
        self._measures_obstacles = False
        self._length = 1
        self._curves: list[tuple[Any, Any]] = []
        self._bands: list[Any] = []
        self._names: list[Any] = []
        self.plots: list[Any] = []
        self.cursors: list[Any] = []
        self._words: list[Any] = []
        self._places: list[tuple[float, float]] = []
        """Of each word the middle of its obstacle, and the height in the lane."""
        self._rate: float | None = None
        self._redraw = QTimer(self, interval=_REDRAW_MS, singleShot=True)
        self._redraw.timeout.connect(self.redraw)
        self.ci.layout.setSpacing(4)
        self.ci.layout.setContentsMargins(0, 4, 8, 0)
        for row in range(MOST):
            self._add_trace_plot(row)
        self._add_lane()
        self.scene().sigMouseClicked.connect(self._clicked)
        self.dress()

    # -- plots -------------------------------------------------------------------------------------

    def _new_plot(self, row: int) -> Any:
        plot = self.addPlot(row=row, col=0, **plain_parts())
        plain_plot(plot, zoom_x=True)
        plot.getAxis("left").setWidth(_AXIS_PX)
        plot.getAxis("left").setTickDensity(0.6)
        cursor = pg.InfiniteLine(0, angle=90)
        cursor.setZValue(20)
        plot.addItem(cursor, ignoreBounds=True)
        self.cursors.append(cursor)
        return plot

    def _add_trace_plot(self, row: int) -> None:
        plot = self._new_plot(row)
        plot.hideAxis("bottom")
        band = pg.LinearRegionItem((0, 1), orientation="horizontal", movable=False)
        band.setZValue(-10)
        fine, line = pg.PlotCurveItem(connect="finite"), pg.PlotCurveItem(connect="finite")
        for item in (band, fine, line):
            plot.addItem(item, ignoreBounds=True)
        name = pg.TextItem(anchor=(0, 0))  # beside the axis it would need more height than a low dock has
        name.setFont(theme.numbers_font(theme.CAPTION_PX))
        name.setParentItem(plot.vb)
        name.setPos(2, -2)
        self._names.append(name)
        self.plots.append(plot)
        self._bands.append(band)
        self._curves.append((fine, line))
        self.ci.layout.setRowStretchFactor(row, 4)

    def _add_lane(self) -> None:
        """The obstacles, below the traces; it carries the axis of time for all."""
        self.lane = self._new_plot(MOST)
        self.lane.getAxis("bottom").setTickDensity(0.7)
        self.lane.getAxis("left").setStyle(tickLength=0)
        self.lane.vb.invertY(True)
        self.lane.setFixedHeight(_LANE_PX)
        self._stated, self._measured = (pg.BarGraphItem(x0=[], x1=[], y0=[], y1=[]) for _ in range(2))
        for bars in (self._stated, self._measured):
            self.lane.addItem(bars, ignoreBounds=True)
        for plot in self.plots:
            plot.setXLink(self.lane)
        self.lane.vb.sigXRangeChanged.connect(lambda *_: self._redraw.start())

    # -- what is drawn -----------------------------------------------------------------------------

    def new_recording(self, length: int, frame_rate: float | None) -> None:
        """Another recording: nothing of the old one, all of the new one in sight."""
        self._length, self._rate = max(length, 1), frame_rate
        for plot in (*self.plots, self.lane):
            plot.setLimits(xMin=-0.5, xMax=self._length - 0.5, minXRange=min(20, self._length))
        axis = self.lane.getAxis("bottom")
        axis.setScale(1 / frame_rate if frame_rate else 1.0)
        axis.offset = 0 if frame_rate else 1  # frames are written from 1
        axis.setLabel("time (s)" if frame_rate else "frame")
        self.show_facts((), (), False)
        self.show_all()

    def show_all(self) -> None:
        """Zoom out to the whole recording."""
        self.lane.setXRange(-0.5, self._length - 0.5, padding=0)

    def show_facts(
        self, traces: Sequence[Trace], obstacles: Sequence[tuple[Comparison, str]], measured: bool
    ) -> None:
        """Draw these traces and obstacles (each with what is written beside it); `measured`: detours are known."""
        self.traces, self.obstacles, self._measures_obstacles = list(traces)[:MOST], list(obstacles), measured
        for at, (plot, band) in enumerate(zip(self.plots, self._bands, strict=True)):
            trace = self.traces[at] if at < len(self.traces) else None
            plot.setVisible(trace is not None)
            band.setVisible(trace is not None and trace.band is not None)
            if trace is None:
                continue
            self._names[at].setText(f"{trace.name} ({trace.unit})")
            plot.setYRange(*_heights(trace), padding=0)
            if trace.band is not None:
                band.setRegion(trace.band)
        self._draw_obstacles()
        self.dress()
        self._redraw.start()

    def _draw_obstacles(self) -> None:
        for words in self._words:
            self.lane.removeItem(words)
        self._words, self._places = [], []
        self.lane.setYRange(0, 3, padding=0)
        rows = ["stated", *(["measured"] if self._measures_obstacles else [])]
        if not any(item.stated for item, _ in self.obstacles):
            rows[0] = "none stated"
        self.lane.getAxis("left").setTicks([[(n + 0.5, name) for n, name in enumerate(rows)]])
        for item, text in self.obstacles:
            span = item.stated or item.measured
            if span is None or not text:
                continue
            words = pg.TextItem(text, anchor=(0.5, 0.5))
            self._places.append(((span[0] + span[1]) / 2, 2.5 if item.stated else 0.5))
            words.setFont(theme.numbers_font(theme.CAPTION_PX))
            words.setColor(theme.current().text)
            self.lane.addItem(words, ignoreBounds=True)
            self._words.append(words)

    def redraw(self) -> None:
        """Draw what is in sight, no finer than the screen."""
        (low, high), _ = self.lane.vb.viewRange()
        pixels = max(int(self.lane.vb.width()), 50)
        first, stop = max(int(low) - 1, 0), int(high) + 2
        for (fine, line), trace in zip(self._curves, self.traces, strict=False):
            line.setData(*span_line(trace.values, first, stop, 2 * pixels))
            if trace.fine is not None:
                fine.setData(*span_line(trace.fine, first, stop, 2 * pixels))
            fine.setVisible(trace.fine is not None)
        least = (high - low) / pixels * _LEAST_MARK_PX
        stated = [item.stated for item, _ in self.obstacles if item.stated is not None]
        measured = [item.measured for item, _ in self.obstacles if item.measured is not None]
        _set_bars(self._stated, stated, 0, least)
        _set_bars(self._measured, measured, 1, least)
        self._place_words(low, high, pixels)

    def _place_words(self, low: float, high: float, pixels: int) -> None:
        """Write what is in sight beside one another, each as near to its obstacle as there is room: below the bars, or
        in the row of the stated ones where none is."""
        scale = (high - low) / pixels
        for height in (0.5, 2.5):
            row = [at for at, (_, y) in enumerate(self._places) if y == height]
            seen = [at for at in row if low <= self._places[at][0] <= high]
            widths = [scale * (self._words[at].boundingRect().width() + _WORDS_GAP_PX) for at in seen]
            found = side_by_side([self._places[at][0] for at in seen], widths, low, high)
            places = dict(zip(seen, found, strict=True))
            for at in row:
                place = places.get(at)
                self._words[at].setVisible(place is not None)
                if place is not None:
                    self._words[at].setPos(place, height)

    def set_cursor(self, frame: int) -> None:
        """Move the cursors; where the frame is out of sight, turn the page."""
        for cursor in self.cursors:
            cursor.setValue(frame)
        turn_page(self.lane, frame)

    def _clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.double():
            self.show_all()
            return
        frame = frame_at((*self.plots, self.lane), event.scenePos(), range(self._length))
        if frame is not None:
            self.frame_clicked.emit(frame)
            event.accept()

    # -- dress -------------------------------------------------------------------------------------

    def dress(self) -> None:
        """Wear the colours of the theme."""
        dress = theme.current()
        self.setBackground(dress.window)
        for plot in (*self.plots, self.lane):
            dress_plot(plot)
        for (fine, line), trace in zip(self._curves, self.traces, strict=False):
            fine.setPen(pg.mkPen(mixed(dress.window, trace.colour, 0.3), width=1))
            line.setPen(pg.mkPen(trace.colour or dress.text, width=1))
        for band in self._bands:
            band.setBrush(mixed(dress.window, theme.NORMAL, 0.18))
            for edge in band.lines:
                edge.setPen(pg.mkPen(None))
        for cursor in self.cursors:
            cursor.setPen(pg.mkPen(dress.text, width=1))
        self._stated.setOpts(brush=mixed(dress.window, theme.NORMAL, 0.8), pen=pg.mkPen(None))
        self._measured.setOpts(
            brush=mixed(dress.window, theme.CAUSE_COLOURS["obstacle"], 0.8), pen=pg.mkPen(None)
        )
        for words in (*self._words, *self._names):
            words.setColor(dress.text)
        for name in self._names:
            name.fill = pg.mkBrush(faded(dress.window, 0.75))
            name.update()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_redraw"):
            self._redraw.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_redraw"):
            self.dress()


def side_by_side(
    middles: Sequence[float], widths: Sequence[float], low: float, high: float
) -> list[float | None]:
    """Where things of these widths stand between two ends, in the order of their wished middles, without one covering
    another; None for those that there is no room for."""
    order = sorted(range(len(middles)), key=lambda at: middles[at])
    while sum(widths[at] for at in order) > high - low:
        order.pop()
    placed: dict[int, float] = {}
    end = low
    for at in order:
        placed[at] = max(middles[at], end + widths[at] / 2)
        end = placed[at] + widths[at] / 2
    end = high
    for at in reversed(order):
        placed[at] = min(placed[at], end - widths[at] / 2)
        end = placed[at] - widths[at] / 2
    return [placed.get(at) for at in range(len(middles))]


def _heights(trace: Trace) -> tuple[float, float]:
    """Lower and upper end of a trace's plot: all of the curve and its band, nearly all of what lies behind it."""
    known = trace.values[np.isfinite(trace.values)]
    behind = np.empty(0) if trace.fine is None else trace.fine[np.isfinite(trace.fine)]
    ends = [*(np.percentile(behind, (1, 99)) if behind.size else ()), *(trace.band or ())]
    ends = [*ends, *((float(known.min()), float(known.max())) if known.size else ())]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    missing = max(trace.least - (high - low), 0.0) / 2
    low, high = low - missing, high + missing
    room = _ROOM * (high - low)
    return low - room, high + room


def _set_bars(bars: Any, stretches: Sequence[Stretch], row: int, least: float) -> None:
    """One bar for each stretch in a row of the lane, none narrower than `least` frames."""
    left, right = widened(stretches, least)
    count = len(stretches)
    bars.setOpts(x0=left, x1=right, y0=[row + 0.2] * count, y1=[row + 0.8] * count)
