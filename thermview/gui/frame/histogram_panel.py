"""Histogram and statistics of the shown frame, with the ends of the colour bar to drag."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from thermview.gui.frame.pixel_counts import PixelCounts, count_pixels
from thermview.gui.parts import theme
from thermview.gui.parts.empty_state import EmptyState
from thermview.gui.parts.plain_words import count_text, with_unit
from thermview.gui.parts.plot_dress import dress_plot, faded, plain_parts, plain_plot
from thermview.jobs import Job, Progress, Steps
from thermview.recording import Frame, Recording
from thermview.thermal.region_statistics import valid_range
from thermview.thermal.temperature_units import Unit
from thermview.thermal.ticks import value_text

if TYPE_CHECKING:
    from thermview.gui.session import Session

_AT_ONCE = 100_000  # values: so many are counted within some milliseconds
_SETTLE_MS = 120  # a frame that stays this long is counted
_PLAYING_MS = 500  # while playing, a frame is counted at most this often
_EMPTY = "No frame is shown. How often each pixel value occurs in the shown frame appears here."
_COLOURS = ("#E4572E", "#3BA55C", "#4F7CF0")
_STATISTICS = ("minimum", "maximum", "mean", "standard deviation", "median", "not a number")
_FLOOR = -0.3  # on the axis of logarithms: below the one of a single pixel, so that it can be seen


class HistogramPanel(QWidget):
    """Counts a frame only once it has stayed for a moment; never while its dock is hidden."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.counted: PixelCounts | None = None
        self._job: Job | None = None
        self._taking = False
        self._drawn_unit = Unit("")
        self.empty = EmptyState()
        self.empty.say(_EMPTY)
        self._make_plot()
        self._lay_out()
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._soon.timeout.connect(self.refresh)
        session.frame_changed.connect(self._frame_changed)
        session.recording_changed.connect(self._forget)
        session.playback_changed.connect(self._frame_changed)
        session.display_changed.connect(self._new_display)
        self.refresh()

    def _make_plot(self) -> None:
        self.plot = pg.PlotWidget(**plain_parts())
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setToolTip("Drag the two ends, or the band between them, to set level and span.")
        item = self.plot.getPlotItem()
        plain_plot(item)
        item.getAxis("left").setWidth(52)
        item.getAxis("bottom").setTickDensity(0.7)
        self.curves = [pg.PlotCurveItem([0, 1], [0], stepMode="center", fillLevel=_FLOOR) for _ in _COLOURS]
        for curve in self.curves:
            self.plot.addItem(curve, ignoreBounds=True)
        self.ends = pg.LinearRegionItem(swapMode="push")
        self.ends.setZValue(10)
        self.plot.addItem(self.ends, ignoreBounds=True)
        self.ends.sigRegionChanged.connect(self._ends_dragged)

    def _lay_out(self) -> None:
        page = self._page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.plot, 1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self.values = {}
        for row, name in enumerate(_STATISTICS):
            label, value = QLabel(name.capitalize()), QLabel()
            label.setProperty("role", "muted")
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setFont(theme.numbers_font())
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(label, row, 0)
            grid.addWidget(value, row, 1)
            self.values[name] = value
        column.addLayout(grid)
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setProperty("role", "caption")
        self.note.setWordWrap(True)
        column.addWidget(self.note)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(page)

    # -- keeping in step ---------------------------------------------------------------------------

    def _frame_changed(self) -> None:
        """Ask for a count in a moment; while playing the moment runs on, so that counts come twice a second."""
        if not self.isVisible():
            return
        playing = self.session.playback.playing
        if playing and self._soon.isActive():
            return
        self._soon.start(_PLAYING_MS if playing else _SETTLE_MS)

    def _forget(self) -> None:
        """Another recording: what was counted of the old one must not stand beside its picture."""
        self.counted = None
        for curve in self.curves:
            curve.setVisible(False)
        for value in self.values.values():
            value.setText("")
        self.note.setText("")
        self._frame_changed()

    def refresh(self) -> None:
        """Count the shown frame; a large one in a thread."""
        frame = self.session.frame
        if self._job is not None:
            self._job.cancel()
        bounded = None if self.session.filtering.compares else self.session.recording
        if frame is None:
            self.counted = None
            self._pages.setCurrentWidget(self.empty)
        elif frame.size <= _AT_ONCE:
            self._show(count_pixels(_measured(frame, bounded)))
        else:
            self._job = Job("Counting pixels", lambda: _count_steps(_measured(frame, bounded)))
            self.session.submit(
                self.session.peek_worker, self._job, lambda progress: self._came(frame, progress)
            )

    def _came(self, frame: Frame, progress: Progress) -> None:
        if frame is self.session.frame:  # else another one is shown by now, and asks for its own count
            self._show(progress.result)

    def _show(self, counted: PixelCounts | None) -> None:
        self.counted = counted
        self._pages.setCurrentWidget(self._page)
        self._show_statistics()
        if counted is not None:
            self._draw(counted)
        self._take_ends()

    def _draw(self, counted: PixelCounts) -> None:
        colours = self._curve_colours(len(counted.counts))
        for curve, counts, colour in zip(self.curves, counted.counts, colours, strict=False):
            curve.setData(counted.edges, _heights(counts))
            curve.setPen(pg.mkPen(colour, width=1))
            curve.setBrush(faded(colour, 0.3 if len(colours) == 1 else 0.12))
        for n, curve in enumerate(self.curves):
            curve.setVisible(n < len(counted.counts))
        used = np.flatnonzero(counted.counts.any(axis=0))
        self._low, self._high = float(counted.edges[used[0]]), float(counted.edges[used[-1] + 1])
        self._fit()
        label = "value of a colour" if len(counted.counts) > 1 else self._label()
        self.plot.getPlotItem().setLabel("bottom", label)
        self.plot.getPlotItem().setLabel("left", "pixels (log)")

    def _label(self) -> str:
        """Name of the quantity with the unit it is read in; the axis counts in that unit from now on."""
        quantity, unit = self.session.quantity, self.session.unit
        axis = self.plot.getPlotItem().getAxis("bottom")
        axis.unit, axis.picture = unit, None  # its ticks are drawn anew
        axis.update()
        self._drawn_unit = unit
        return replace(quantity, unit=unit.name).label if quantity is not None else ""

    def _new_display(self) -> None:
        if self.counted is not None and self._drawn_unit != self.session.unit and self.session.has_quantity:
            self._show(self.counted)
        else:
            self._take_ends()

    def _curve_colours(self, channels: int) -> tuple[str, ...]:
        return _COLOURS if channels > 1 else (theme.current().text,)

    def _fit(self) -> None:
        """Values and both ends of the colour bar in sight."""
        counted = self.counted
        if counted is None:
            return
        low, high = self._low, self._high
        if self.session.has_quantity:
            low, high = min(low, self.session.limits[0]), max(high, self.session.limits[1])
        margin = 0.03 * (high - low)
        self.plot.setXRange(low - margin, high + margin, padding=0)
        decades = math.log10(max(int(counted.counts.max()), 1))
        self.plot.setYRange(_FLOOR, max(decades, 1) * 1.05, padding=0)
        ticks = [(n, count_text(10**n)) for n in range(int(decades) + 1)]
        self.plot.getPlotItem().getAxis("left").setTicks([ticks])

    def _show_statistics(self) -> None:
        counted, recording = self.counted, self.session.recording
        unit = self.session.unit if recording is not None and self.session.has_quantity else Unit("")
        if counted is None:
            for name in _STATISTICS:
                self.values[name].setText("\u2013")
            self.note.setText("No pixel of this frame is a number.")
            return
        self._say_note(counted)
        span = counted.high - counted.low
        numbers = (counted.low, counted.high, counted.mean, counted.deviation, counted.median)
        spans = (span, span, span / 10, span / 10, span / 10)  # a mean is finer than a pixel's value
        for name, number, fineness in zip(_STATISTICS, numbers, spans, strict=False):
            is_difference = name == "standard deviation"
            shown = unit.difference(number) if is_difference else unit.of(number)
            name_of = unit.difference_name if is_difference else unit.name
            self.values[name].setText(with_unit(value_text(shown, unit.difference(fineness)), name_of))
        self.values["not a number"].setText(
            count_text(counted.missing, "pixel") if counted.missing else "none"
        )

    def _say_note(self, counted: PixelCounts) -> None:
        texts = [f"{count_text(counted.pixels, 'pixel')}."]
        if self.session.held_frames > 1:
            texts.append(f"Of the maximum held over {count_text(self.session.held_frames, 'frame')}.")
        if self.session.filtering.on:
            texts.append(f"Filtered: {self.session.filtering.filters.words()}.")
        if len(counted.counts) > 1:
            texts.append("Red, green and blue together.")
        if counted.sampled > 1:
            texts.append(f"Counted on every {counted.sampled}th pixel; the extremes are of all.")
        self.note.setText(" ".join(texts))

    # -- level and span ----------------------------------------------------------------------------

    def _take_ends(self) -> None:
        """Put the band where the colour bar ends are."""
        self.ends.setVisible(self.session.has_quantity)
        if self.ends.getRegion() != self.session.limits:
            self._taking = True
            self.ends.setRegion(self.session.limits)
            self._taking = False
            if not any(line.moving for line in self.ends.lines) and not self.ends.moving:
                self._fit()

    def _ends_dragged(self) -> None:
        if self._taking:
            return
        low, high = (float(value) for value in self.ends.getRegion())
        if high > low:
            self.session.set_display(scale_mode="manual", low=low, high=high)

    # -- dress -------------------------------------------------------------------------------------

    def dress(self) -> None:
        """Wear the colours of the theme."""
        dress = theme.current()
        self.plot.setBackground(dress.window)
        dress_plot(self.plot.getPlotItem())
        self.ends.setBrush(faded(dress.accent, 0.07))
        self.ends.setHoverBrush(faded(dress.accent, 0.14))
        for line in self.ends.lines:
            line.setPen(pg.mkPen(dress.accent, width=1))
            line.setHoverPen(pg.mkPen(dress.accent, width=3))
        if self.counted is not None:
            self._draw(self.counted)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.dress()
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "ends"):
            self.dress()


def _count_steps(frame: Frame) -> Steps:
    yield Progress(1, 1, count_pixels(frame))


def _measured(frame: Frame, recording: Recording | None) -> Frame:
    """The frame without estimated values of which only a bound is known."""
    if recording is None or not recording.quantity.estimated or frame.ndim != 2:
        return frame
    low, high = valid_range(recording)
    return np.where((frame >= low) & (frame <= high), frame, np.float32(np.nan))


def _heights(counts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Logarithms of counts, so that a lone hot pixel is seen beside thousands; empty bins lie on the floor."""
    return np.where(counts > 0, np.log10(np.maximum(counts, 1)), _FLOOR)
