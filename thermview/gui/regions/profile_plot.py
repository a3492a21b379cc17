"""The profile of a line: the values of the pixels along it in the frame on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.empty_state import EmptyState
from thermview.gui.parts.plot_dress import dress_plot, plain_parts, plain_plot
from thermview.gui.regions.region_colours import plot_colour
from thermview.thermal.region_statistics import profile_of

if TYPE_CHECKING:
    from thermview.gui.session import Session

_EMPTY = "The values along a line are drawn here. Draw a line on the frame (2); of several, choose one."
_SOON_MS = 20


class ProfilePlot(QWidget):
    """Follows the frame; its height is that of the colour bar, so that it does not jump from frame to frame."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._measuring = session.measuring
        self.empty = EmptyState()
        self.empty.say(_EMPTY)
        self.plot = pg.PlotWidget(**plain_parts())
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setMinimumHeight(90)
        item = self.plot.getPlotItem()
        plain_plot(item)
        item.getAxis("left").setWidth(62)
        item.getAxis("bottom").setLabel("distance along the line (px)")
        self.curve = pg.PlotCurveItem(connect="finite")
        self.plot.addItem(self.curve, ignoreBounds=True)
        self._ends: tuple[float, ...] = ()
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.plot)
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self.refresh)
        for signal in (self._measuring.changed, self._measuring.chosen_changed):
            signal.connect(self.refresh)
        for signal in (session.frame_changed, session.display_changed, session.recording_changed):
            signal.connect(self._refresh_soon)
        self.dress()

    def _refresh_soon(self) -> None:
        """After the frame itself is on screen; frames that come faster share one drawing."""
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def refresh(self) -> None:
        """Draw the profile in the frame on screen; nothing while it is out of sight."""
        if not self.isVisible():
            return
        line, frame = self._measuring.profile_line, self._session.frame
        if line is None or frame is None or frame.ndim != 2:
            self._pages.setCurrentWidget(self.empty)
            return
        profile, unit = (
            profile_of(self._measuring.frame_of(line), line, self._measuring.valid),
            self._session.unit,
        )
        values = profile.values * unit.factor + unit.zero
        low, high = (unit.of(end) for end in self._session.limits)
        known = values[np.isfinite(values)]
        if known.size:  # typed ends may be narrower than the line's values
            low, high = min(low, float(known.min())), max(high, float(known.max()))
        self._name(
            line.name, (low, high, max(float(profile.distance[-1]), 1.0) if profile.distance.size else 1.0)
        )
        self.curve.setData(profile.distance, values)
        self._pages.setCurrentWidget(self.plot)

    def _name(self, name: str, ends: tuple[float, float, float]) -> None:
        """Axes of a line; set only when they change, since that paints everything anew."""
        item, unit = self.plot.getPlotItem(), self._measuring.unit
        label = f"{name} ({unit})" if unit else name
        if item.getAxis("left").labelText != label:
            item.setLabel("left", label)
            number = self._measuring.regions.names.index(name)
            self.curve.setPen(pg.mkPen(plot_colour(number), width=1))
        if ends != self._ends:
            self._ends = ends
            room = 0.04 * (ends[1] - ends[0])
            item.setYRange(ends[0] - room, ends[1] + room, padding=0)
            item.setXRange(0, ends[2], padding=0.02)

    def dress(self) -> None:
        """Wear the colours of the theme."""
        self.plot.setBackground(theme.current().window)
        dress_plot(self.plot.getPlotItem())
        self.plot.getPlotItem().setLabel("left", "")  # with the next profile it is named and coloured anew
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "curve"):
            self.dress()
