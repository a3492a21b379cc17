"""The curves of the score plot: the fused score, one lane per cause, obstacles; one shared x of frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from thermview.capture.context import Interval
from thermview.gui.parts import theme
from thermview.gui.parts.envelope import peak_line
from thermview.gui.parts.plot_dress import dress_plot, faded, plain_parts, plain_plot
from thermview.gui.parts.plots_over_frames import frame_at, turn_page, widened
from thermview.gui.work.live_scores import LiveScores
from thermview.scoring import Event

CAUSES = ("power", "position", "order", "timing", "shape", "obstacle", "spot size", "spatter", "sensor")
_AXIS_PX = 62
_REDRAW_MS = 30
_SHOWN_OVER_THRESHOLD = 8.0  # scores farther above it are cut off, and it is said by how much
_LANE_FILL = 0.86  # of a lane's height
_LANE_PX = 12  # a lane that is lower than its name is not to be read
_SCORE_PX = 56  # what the score above the lanes needs to show its threshold and a peak
_WORDS_PX = 21  # a line of words above the threshold, with its margins
_LEAST_MARK_PX = 2.0


def in_cause_order(names: Sequence[str]) -> list[str]:
    """Causes in the order used everywhere; unknown ones after them by name."""
    return sorted(names, key=lambda n: (CAUSES.index(n) if n in CAUSES else len(CAUSES), n))


class ScoreGraph(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Draws scores; emits which frame was clicked and where the threshold was dragged to."""

    frame_clicked = Signal(int)
    threshold_moving = Signal(float)
    threshold_moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.live: LiveScores | None = None
        self.obstacles: tuple[Interval, ...] = ()
        self.causes: list[str] = []
        self.ceiling = 1.0
        self._length = 1
        self._lane_curves: dict[str, Any] = {}
        self._redraw = QTimer(self, interval=_REDRAW_MS, singleShot=True)
        self._redraw.timeout.connect(self.redraw)
        self._make_plots()
        self._make_marks()
        self.scene().sigMouseClicked.connect(self._clicked)
        self.dress()

    def _make_plots(self) -> None:
        self.ci.layout.setSpacing(2)
        self.ci.layout.setContentsMargins(0, 4, 8, 0)
        self.fused = self.addPlot(row=0, col=0, **plain_parts())
        self.lanes = self.addPlot(row=1, col=0, **plain_parts())
        self.ci.layout.setRowStretchFactor(0, 3)
        self.ci.layout.setRowStretchFactor(1, 4)
        for plot in (self.fused, self.lanes):
            plain_plot(plot, zoom_x=True)
            plot.getAxis("left").setWidth(_AXIS_PX)
        self.fused.hideAxis("bottom")
        self.fused.setLabel("left", "score")
        self.lanes.setXLink(self.fused)
        self.lanes.getAxis("bottom").setTickDensity(0.7)
        self.lanes.getAxis("left").setStyle(tickLength=0)
        self.lanes.vb.invertY(True)
        self.fused.vb.sigXRangeChanged.connect(lambda *_: self._redraw.start())

    def _make_marks(self) -> None:
        self._curve = pg.PlotCurveItem(connect="finite")
        self._threshold_in_lanes = pg.PlotCurveItem(connect="pairs")
        self._bands = [pg.BarGraphItem(x0=[], x1=[], y0=[], y1=[]) for _ in range(2)]
        self._bars = pg.BarGraphItem(x0=[], x1=[], y0=[], y1=[])
        self.cursors = [pg.InfiniteLine(0, angle=90) for _ in range(2)]
        self.threshold = pg.InfiniteLine(1, angle=0, movable=True, label="", labelOpts={"position": 0.99})
        self.threshold.label.anchors = [(1, 1), (1, 1)]
        self.threshold.setVisible(False)
        self.threshold.sigDragged.connect(lambda line: self.threshold_moving.emit(float(line.value())))
        self.threshold.sigPositionChangeFinished.connect(
            lambda line: self.threshold_moved.emit(float(line.value()))
        )
        for plot, band, cursor in zip((self.fused, self.lanes), self._bands, self.cursors, strict=True):
            plot.addItem(band, ignoreBounds=True)
            plot.addItem(cursor, ignoreBounds=True)
            cursor.setZValue(20)
        self.lanes.addItem(self._bars, ignoreBounds=True)
        self.lanes.addItem(self._threshold_in_lanes, ignoreBounds=True)
        self.fused.addItem(self._curve, ignoreBounds=True)
        self.fused.addItem(self.threshold, ignoreBounds=True)

    # -- what is drawn -----------------------------------------------------------------------------

    def new_recording(self, length: int, frame_rate: float | None) -> None:
        """Another recording: all of it in sight, nothing known of it."""
        self._length = max(length, 1)
        self.live, self.obstacles = None, ()
        for plot in (self.fused, self.lanes):
            plot.setLimits(xMin=-0.5, xMax=self._length - 0.5, minXRange=min(20, self._length))
        axis = self.lanes.getAxis("bottom")
        axis.setScale(1 / frame_rate if frame_rate else 1.0)
        axis.offset = 0 if frame_rate else 1  # frames are written from 1
        axis.setLabel("time (s)" if frame_rate else "frame")
        self.show_all()
        self._redraw.start()

    def show_all(self) -> None:
        """Zoom out to the whole recording."""
        self.fused.setXRange(-0.5, self._length - 0.5, padding=0)

    def show_scores(self, live: LiveScores | None, obstacles: tuple[Interval, ...]) -> None:
        """Draw these scores soon; called again as they grow."""
        self.live, self.obstacles = live, obstacles
        causes = in_cause_order(list(live.lanes)) if live else []
        if causes != self.causes or len(self._lane_curves) != len(causes):
            self._name_lanes(causes)
        self._fit_heights()
        self._redraw.start()

    def _name_lanes(self, causes: list[str]) -> None:
        for curve in self._lane_curves.values():
            self.lanes.removeItem(curve)
        self.causes = causes
        self._lane_curves = {}
        for cause in causes:
            curve = pg.PlotCurveItem(connect="finite")
            self.lanes.addItem(curve, ignoreBounds=True)
            self._lane_curves[cause] = curve
        self.dress()

    def _fit_heights(self) -> None:
        names = [*self.causes, *(["obstacles"] if self.obstacles else [])]
        ticks = [(n + 0.5, name) for n, name in enumerate(names)]
        self.lanes.getAxis("left").setTicks([ticks])
        self.lanes.setYRange(0, max(len(names), 1), padding=0)
        self.lanes.setVisible(bool(names))
        self._give_room()
        self._fit_score()

    def _fit_score(self) -> None:
        """The score's upper end: the largest, unless it dwarfs the threshold, whose words have room above it."""
        largest, threshold = self.largest, self.stated_threshold
        self.ceiling = max(largest, 1e-9)
        if threshold is not None and threshold > 0:
            words = min(_WORDS_PX / max(float(self.fused.vb.height()), 1.0), 0.5)
            least = max(1.25, 1 / (1 - words) / 1.05)
            self.ceiling = max(min(largest, _SHOWN_OVER_THRESHOLD * threshold), least * threshold)
        self.fused.setYRange(0, self.ceiling * 1.05, padding=0)
        self.threshold.setVisible(threshold is not None)
        if threshold is not None and not self.threshold.moving:
            self.threshold.setBounds((0, self.ceiling * 1.05))
            self.threshold.setValue(threshold)

    def _give_room(self) -> None:
        """The lanes get what their names need, and the score what it needs: a lower place has to scroll."""
        rows = len(self.causes) + bool(self.obstacles)
        needed = rows * _LANE_PX + self.lanes.getAxis("bottom").height() if rows else 0
        self.lanes.setMinimumHeight(needed)
        self.setMinimumHeight(round(needed) + _SCORE_PX)

    def sizeHint(self) -> QSize:
        """No more than it needs; it takes what there is."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    @property
    def largest(self) -> float:
        """The largest score so far, 0 without any."""
        values = self.live.values if self.live is not None else np.empty(0, np.float32)
        known = values[np.isfinite(values)]
        return float(known.max()) if known.size else 0.0

    @property
    def stated_threshold(self) -> float | None:
        """The threshold of finished scores."""
        return self.live.final.threshold if self.live is not None and self.live.final is not None else None

    @property
    def cut_above(self) -> float | None:
        """The score above which the curve is cut off, where it is."""
        return self.ceiling if self.largest > self.ceiling * 1.05 else None

    def redraw(self) -> None:
        """Draw what is in sight, no finer than the screen."""
        self._fit_score()  # the plot may have become lower
        (low, high), _ = self.fused.vb.viewRange()
        points = max(int(self.fused.vb.width()), 50)
        first, stop = max(int(low) - 1, 0), int(high) + 2
        live = self.live
        if live is None:
            for curve in (self._curve, *self._lane_curves.values()):
                curve.setData([], [])
        else:
            self._curve.setData(*peak_line(live.values, first, stop, points))
            for row, cause in enumerate(self.causes):
                self._draw_lane(row, cause, live.lanes[cause], first, stop, points)
        self._draw_thresholds()
        self._draw_bands((high - low) / points * _LEAST_MARK_PX)

    def _lane_top(self, lane: NDArray[np.float32]) -> float:
        """The score at the upper edge of a lane: its own largest, with the threshold always inside."""
        known = lane[np.isfinite(lane)]
        return max(float(known.max()) if known.size else 0.0, 1.25 * (self.stated_threshold or 0), 1e-9)

    def _draw_lane(
        self, row: int, cause: str, lane: NDArray[np.float32], first: int, stop: int, points: int
    ) -> None:
        frames, peaks = peak_line(lane, first, stop, points)
        heights = np.clip(peaks / self._lane_top(lane), 0, 1) * _LANE_FILL
        self._lane_curves[cause].setData(frames, row + 0.95 - heights)

    def _draw_thresholds(self) -> None:
        threshold, live = self.stated_threshold, self.live
        ys = []
        if threshold is not None and live is not None:
            for row, cause in enumerate(self.causes):
                share = min(threshold / self._lane_top(live.lanes[cause]), 1)
                ys += 2 * [row + 0.95 - share * _LANE_FILL]
        xs = [-0.5, self._length - 0.5] * (len(ys) // 2)
        self._threshold_in_lanes.setData(np.array(xs), np.array(ys))

    def _draw_bands(self, least: float) -> None:
        events: Sequence[Event] = self.live.final.events if self.live and self.live.final else ()
        colours = [faded(theme.cause_colour(event.cause), 0.25) for event in events]
        rows = max(len(self.causes), 1)
        for band, bottom, top in zip(self._bands, (0, 0), (self.ceiling * 1.05, rows), strict=True):
            left, right = widened([(event.first, event.last) for event in events], least)
            many = np.ones(len(events))
            band.setOpts(x0=left, x1=right, y0=bottom * many, y1=top * many, brushes=colours, pen=None)
        left, right = widened([(item.first, item.last) for item in self.obstacles], least)
        many = np.ones(len(self.obstacles))
        bar = {"y0": (rows + 0.25) * many, "y1": (rows + 0.75) * many}
        self._bars.setOpts(x0=left, x1=right, **bar, brush=pg.mkBrush(theme.current().muted), pen=None)

    # -- cursor and mouse --------------------------------------------------------------------------

    def set_cursor(self, frame: int) -> None:
        """Move the cursor; where it would leave what is in sight, turn the page."""
        for cursor in self.cursors:
            cursor.setValue(frame)
        turn_page(self.fused, frame)

    def _clicked(self, event: Any) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.double():
            self.show_all()
            return
        frame = frame_at((self.fused, self.lanes), event.scenePos(), range(self._length))
        if frame is not None:
            self.frame_clicked.emit(self._meant(frame))
            event.accept()

    def _meant(self, frame: int) -> int:
        """The frame that a click means: on an event its first one, unless frames are wide enough to be told apart."""
        (low, high), _ = self.fused.vb.viewRange()
        per_px = (high - low) / max(self.fused.vb.width(), 1)
        if per_px <= 1 or self.live is None or self.live.final is None:
            return frame
        spans = [(event.first, event.last) for event in self.live.final.events]
        left, right = widened(spans, _LEAST_MARK_PX * per_px)  # as they are drawn
        hit = np.flatnonzero((left <= frame) & (frame <= right))
        return spans[int(hit[0])][0] if len(hit) else frame

    # -- dress -------------------------------------------------------------------------------------

    def dress(self) -> None:
        """Wear the colours of the theme."""
        dress = theme.current()
        self.setBackground(dress.window)
        for plot in (self.fused, self.lanes):
            dress_plot(plot)
        self._curve.setPen(pg.mkPen(dress.text, width=1))
        self._curve.setBrush(faded(dress.text))
        self._curve.setFillLevel(0)
        for cause, curve in self._lane_curves.items():
            curve.setPen(pg.mkPen(theme.cause_colour(cause), width=1))
        for cursor in self.cursors:
            cursor.setPen(pg.mkPen(dress.text, width=1))
        dashed = {"width": 1, "style": Qt.PenStyle.DashLine}
        self._threshold_in_lanes.setPen(pg.mkPen(dress.muted, **dashed))
        self.threshold.setPen(pg.mkPen(dress.text, **dashed))
        self.threshold.setHoverPen(pg.mkPen(dress.accent, width=2))
        self.threshold.label.setColor(dress.text)
        self.threshold.label.textItem.setFont(theme.numbers_font(theme.CAPTION_PX))
        self.threshold.label.fill = pg.mkBrush(faded(dress.window, 0.75))
        self._redraw.start()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_redraw"):
            self._give_room()
            self._redraw.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_redraw"):
            self.dress()
