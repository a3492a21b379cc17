"""The dock of laser videos: scan, power, spot size and obstacles over time, the folded cycle, and a line over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QSpinBox,
    QStackedLayout,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from thermview.gui.laser.fold_graph import FoldGraph
from thermview.gui.laser.laser_traces import obstacles_of, traces_caption, traces_of
from thermview.gui.laser.laser_words import (
    LEARN,
    NO_PHASE,
    NOT_LASER,
    NOTHING_SHOWN,
    READING,
    cycle_line,
    said_source,
    scan_line,
    scan_tip,
    spot_line,
)
from thermview.gui.laser.sensor_inset import SensorInset, place_of
from thermview.gui.laser.slice_graph import Line, SliceGraph, SliceWish, window_about
from thermview.gui.laser.time_traces import TimeTraces
from thermview.gui.parts import theme
from thermview.gui.parts.elided_label import ElidedLabel
from thermview.gui.parts.empty_state import EmptyState
from thermview.gui.parts.in_sight import in_sight
from thermview.gui.parts.plain_words import tip
from thermview.gui.tracked import TRACK_CYCLES
from thermview.thermal.display import paint_packed

if TYPE_CHECKING:
    from thermview.gui.session import Session

PAGES = ("Over time", "Cycle", "Slice")
_REDRAW_MS = 60
_LOW_PX = 440  # a lower dock gives its room to the plots; the words are in the tip of the tabs then
_TIPS = (
    "Scan frequency, power, spot size and obstacles over the whole recording",
    "All cycles laid over one another by their phase",
    "One row or column of pixels over time",
)
_GRAPH_TIP = "Click: go to the frame. Wheel: zoom. Drag: move along. Double-click: all of it."


class LaserDock(QWidget):
    """Pulls what is known of the spot from `session.tracked`; a frame change moves cursors and a few dots."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._shown: object = None
        self._folded: object = None
        self._pattern: int | None = None
        self.empty, self.traces, self.fold, self.slice = EmptyState(), TimeTraces(), FoldGraph(), SliceGraph()
        self._make_head()
        self._make_controls()
        self._lay_out()
        self._soon = QTimer(self, interval=_REDRAW_MS, singleShot=True)
        self._soon.timeout.connect(self.refresh)
        self._connect()
        self.refresh()

    # -- putting together --------------------------------------------------------------------------

    def _make_head(self) -> None:
        self.inset = SensorInset()
        self.scan, self.cycle, self.spot = ElidedLabel(), ElidedLabel(), ElidedLabel()
        for label in (self.scan, self.cycle, self.spot):
            label.setFont(theme.numbers_font())
            label.elide = Qt.TextElideMode.ElideRight
        self.cycle.setProperty("role", "muted")
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for at, (name, words) in enumerate(zip(PAGES, _TIPS, strict=True)):
            self.tabs.addTab(name)
            self.tabs.setTabToolTip(at, words)
        self.caption = QLabel(wordWrap=True)
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        self.caption.setProperty("role", "caption")

    def _make_controls(self) -> None:
        self.axis = QComboBox()
        self.axis.addItems(["Row", "Column"])
        self.axis.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.axis.setToolTip("Which way the line of pixels lies")
        self.line = QSpinBox()
        self.line.setToolTip("Which row or column, counted from 0 as under the pointer")
        self.back = QSpinBox(minimum=TRACK_CYCLES[0], maximum=TRACK_CYCLES[2], value=TRACK_CYCLES[1])
        self.back.setToolTip("How many cycles the spot's track over the frame goes back")
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(10, 100)
        self.opacity.setValue(round(100 * self.session.heat_maps.opacity))
        self.opacity.setToolTip("How much the heat map (O) hides of the frame; needs a model that gives one")
        self.opacity.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for box in (self.line, self.back):
            box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            box.setFixedWidth(64)
            box.editingFinished.connect(box.clearFocus)  # after Enter the keys are the frames' again

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self.scan, self.cycle, self.spot):
            words.addWidget(label)
        head.setSpacing(8)
        head.addWidget(self.inset)
        head.addLayout(words, 1)
        slice_page = QWidget()
        across = QVBoxLayout(slice_page)
        across.setContentsMargins(0, 4, 0, 0)
        across.addLayout(_row(self.axis, self.line))
        across.addWidget(self.slice, 1)
        self.cycle_pages, self.no_cycle = QStackedWidget(), EmptyState()
        self.cycle_pages.addWidget(self.fold)
        self.cycle_pages.addWidget(self.no_cycle)
        self.views = QStackedWidget()
        for view in (self.traces, self.cycle_pages, slice_page):
            self.views.addWidget(view)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 8, 8, 6)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.tabs)
        column.addWidget(self.views, 1)
        column.addWidget(self.caption)
        column.addLayout(_row(QLabel("Track"), self.back, QLabel("cycles"), QLabel("Heat map"), self.opacity))
        self._page = page
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(page)

    def _connect(self) -> None:
        session, tracked = self.session, self.session.tracked
        self.traces.setToolTip(_GRAPH_TIP)
        self.slice.setToolTip("Click: go to the frame.")
        self.tabs.currentChanged.connect(self._turn_to)
        self.axis.currentIndexChanged.connect(self._new_axis)
        self.line.valueChanged.connect(lambda value: self._ask_slice())
        self.back.valueChanged.connect(tracked.show_cycles)
        self.opacity.valueChanged.connect(lambda value: session.heat_maps.set_opacity(value / 100))
        for graph in (self.traces, self.slice):
            graph.frame_clicked.connect(session.seek)
        tracked.slices.came.connect(self._slice_came)
        tracked.slices.failed.connect(lambda wish, text: self.caption.setText(text))
        tracked.changed.connect(self._refresh_soon)
        session.recording_changed.connect(self.refresh)
        session.frame_changed.connect(self._frame_changed)
        session.display_changed.connect(self._display_changed)

    # -- keeping in step ---------------------------------------------------------------------------

    def look_again(self, seen: bool = True) -> None:
        """The dock came to the front, or went behind another."""
        if seen:
            self._refresh_soon()

    def _refresh_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def refresh(self) -> None:
        """Show what is known now."""
        session, recording = self.session, self.session.recording
        if self.isVisible():
            session.tracked.want()
        if not in_sight(self):
            return  # it is done when somebody looks
        if recording is not self._shown:
            self._shown = recording
            self._new_recording()
        if recording is None or not session.tracked.is_laser:
            self.empty.say(NOTHING_SHOWN if recording is None else NOT_LASER)
            self._pages.setCurrentWidget(self.empty)
            return
        self._pages.setCurrentWidget(self._page)
        facts, obstacles = session.tracked.facts, session.context.obstacles
        rate = self._rate
        traces = traces_of(facts, rate, session.tracked.bands)
        self.traces.show_facts(traces, obstacles_of(facts, obstacles, rate), facts.pattern is not None)
        self._fold()
        self.opacity.setEnabled(session.heat_maps.possible)
        self.scan.setText(scan_line(facts, rate) or self._waiting())
        self.scan.setToolTip(tip(scan_tip(facts, rate) or self.scan.text()))
        self._say_caption()
        self._frame_changed()

    @property
    def _rate(self) -> float | None:
        """Hz, where the frames are evenly spaced in time."""
        recording = self.session.recording
        return None if recording is None or recording.timestamps is not None else recording.frame_rate

    def _waiting(self) -> str:
        tracked = self.session.tracked
        return tracked.problem or (READING if tracked.measuring else "no repeating movement found")

    def _new_recording(self) -> None:
        recording = self.session.recording
        self._folded = None
        if recording is None or not self.session.tracked.is_laser:
            return
        self.traces.new_recording(len(recording), self._rate)
        self.slice.new_recording(self._rate)
        rows, columns = recording.frame_shape[:2]
        place = place_of(self.session.context.metadata)
        self.inset.show_region(place, (rows, columns))
        self._new_axis()

    def _fold(self) -> None:
        """Lay the cycles over one another, once for each new state of what is known."""
        facts = self.session.tracked.facts
        if facts.total is None or facts.row is None or facts.column is None:
            tracked = self.session.tracked
            self.no_cycle.say(tracked.problem or (READING if tracked.measuring else NO_PHASE))
            self.cycle_pages.setCurrentWidget(self.no_cycle)
            return
        self.cycle_pages.setCurrentWidget(self.fold)
        if self._folded is facts:
            return
        self._folded, self._pattern = facts, None
        self.fold.show_fold(facts.total, (facts.column, facts.row))

    def _say_caption(self) -> None:
        facts, page = self.session.tracked.facts, self.tabs.currentIndex()
        if page == 0:
            text = traces_caption(facts, self.session.context.obstacles, self.session.tracked.bands)
        elif page == 1 and facts.total is None:
            text = ""
        elif page == 1:
            text = "All frames by phase; dots: the cycle on screen. "
            if facts.expected_row is None:
                text += f"Line: the median of all cycles ({said_source(facts.source_of('total'))}). {LEARN}"
            else:
                text += f"Line: where {facts.source_of('expected_row')} expects the spot."
        else:
            text = "One line of pixels over time in the frame's colours; white: the frame on screen."
        self.caption.setText(text)
        self.tabs.setToolTip(tip(text))

    # -- per frame -------------------------------------------------------------------------------------

    def _frame_changed(self) -> None:
        session = self.session
        if session.frame is None or not in_sight(self) or self._pages.currentWidget() is not self._page:
            return
        facts, index = session.tracked.facts, session.frame_index
        self._set(self.cycle, cycle_line(facts, index))
        self._set(self.spot, spot_line(facts, index, session.tracked.spot_on_screen()))
        self.inset.show_frame(self._frame_picture())
        page = self.tabs.currentIndex()
        if page == 0:
            self.traces.set_cursor(index)
        elif page == 1 and self._folded is not None:
            self._show_cycle(index)
        elif page == 2:
            self.slice.set_cursor(index)
            self._ask_slice()

    @staticmethod
    def _set(label: QLabel, text: str) -> None:
        if label.text() != text:
            label.setText(text)

    def _frame_picture(self) -> QImage | None:
        frame = self.session.frame
        if frame is None or self.inset.region is None:
            return None
        pixels = paint_packed(frame, self.session.display, self.session.limits)
        rows, columns = pixels.shape
        return QImage(pixels.tobytes(), columns, rows, columns * 4, QImage.Format.Format_RGB32).copy()

    def _show_cycle(self, index: int) -> None:
        tracked = self.session.tracked
        pattern = tracked.pattern_at(index)
        if pattern != self._pattern:  # the path of another pattern from here on
            self._pattern = pattern
            if (path := tracked.path_of(pattern)) is not None:
                self.fold.show_path(path.columns, path.rows)
        first, stop = tracked.cycle_at(index)
        self.fold.show_cycle(first, stop, index)

    def _turn_to(self, page: int) -> None:
        self.views.setCurrentIndex(page)
        self._say_caption()
        self._frame_changed()

    # -- the slice -------------------------------------------------------------------------------------

    def _new_axis(self) -> None:
        """As many lines to choose from as the frame has; the one in its middle first."""
        recording = self.session.recording
        if recording is None:
            return
        count = recording.frame_shape[self.axis.currentIndex()]
        self.line.blockSignals(True)
        self.line.setRange(0, count - 1)
        self.line.setValue(count // 2)
        self.line.blockSignals(False)
        self._ask_slice()

    def _ask_slice(self) -> None:
        session, recording = self.session, self.session.recording
        if recording is None or not in_sight(self) or self.tabs.currentIndex() != 2:
            return
        line = Line(self.axis.currentIndex() == 0, self.line.value())
        if self.slice.needs(line, session.frame_index):
            wish = SliceWish(recording, line, *window_about(session.frame_index, len(recording)))
            self.slice.wish = wish
            session.tracked.slices.ask(wish, wish.read)

    def _slice_came(self, wish: SliceWish, pixels: np.ndarray) -> None:
        if wish is self.slice.wish and wish.recording is self.session.recording:
            self.slice.show_slice(wish, pixels, self.session.display, self.session.limits)

    def _display_changed(self) -> None:
        self.slice.paint(self.session.display, self.session.limits)
        self._frame_changed()

    # -- events ----------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.caption.setVisible(self.height() >= _LOW_PX)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_soon"):
            self._refresh_soon()


def _row(*widgets: QWidget) -> QHBoxLayout:
    """Widgets side by side, and what is left over to their right."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch()
    return row
