"""Regions over time: measured in the background, drawn as it grows; a click goes to the frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from thermview.gui.parts.elided_label import ElidedLabel
from thermview.gui.parts.empty_state import EmptyState
from thermview.gui.parts.plain_words import count_text, duration_text
from thermview.gui.regions.course_graph import CourseGraph
from thermview.gui.regions.region_words import COLUMN_NAMES
from thermview.recording import Recording
from thermview.thermal.region_statistics import STATISTICS, Statistic

if TYPE_CHECKING:
    from thermview.gui.session import Session

_NO_REGIONS = "What the regions measure in every frame is drawn here. Draw a region on the frame first."
_STILL = "A single picture has no course over time. Of a recording, what its regions measure is drawn here."
_SHORTLY_MS = 50
_UNSTEADY = 0.02  # of a frame's duration


def _steady_rate(recording: Recording) -> float | None:
    """Frames per second where every frame is as long as the next: else seconds along the axis would be wrong."""
    rate, times = recording.frame_rate, recording.timestamps
    if rate is None or times is None or len(times) < 2:
        return rate
    steady = np.abs(np.diff(times) * rate - 1).max() < _UNSTEADY
    return rate if steady else None


class CoursePlot(QWidget):
    """A choice of the statistic, the curves, and a line on how far measuring is."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._courses = session.measuring.courses
        self.graph, self.empty = CourseGraph(), EmptyState()
        self.statistic = QComboBox()
        for name in ("maximum", "mean", "minimum", "deviation"):
            self.statistic.addItem({"deviation": "Standard deviation"}.get(name, name.capitalize()), name)
        self.statistic.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.statistic.setToolTip("Which number of each region is drawn")
        self.progress = ElidedLabel()
        self.progress.setProperty("role", "caption")
        self._lay_out()
        self._shown: object = None
        self._soon = QTimer(self, singleShot=True, interval=_SHORTLY_MS)
        self._soon.timeout.connect(self.refresh)
        measuring = session.measuring
        for signal in (
            self._courses.changed, measuring.changed, session.recording_changed, session.display_changed,
        ):  # fmt: skip
            signal.connect(self._soon.start)
        measuring.chosen_changed.connect(self._chosen_changed)
        session.jobs_changed.connect(self._tell_progress)
        session.frame_changed.connect(self._frame_changed)
        self.statistic.currentIndexChanged.connect(self.refresh)
        self.graph.frame_clicked.connect(self._go)
        self.refresh()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 8, 0)
        head.addWidget(self.statistic)
        head.addWidget(self.progress, 1)
        self.note = QLabel()
        self.note.setProperty("role", "caption")
        head.addWidget(self.note)
        page = self._page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.graph, 1)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(page)

    @property
    def chosen_statistic(self) -> Statistic:
        """The statistic that is drawn."""
        wanted = self.statistic.currentData()
        return next(name for name in STATISTICS if name == wanted)

    def refresh(self) -> None:
        """Show what is known now."""
        session, courses = self._session, self._courses
        recording, regions = session.recording, session.measuring.regions
        if recording is not None and recording is not self._shown:
            self._shown = recording
            self.graph.new_recording(len(recording), _steady_rate(recording))
        if not courses.possible or not regions.regions:
            still = recording is not None and not courses.possible and session.measuring.possible
            self.empty.say(_STILL if still else _NO_REGIONS)
            self._pages.setCurrentWidget(self.empty)
            return
        statistic = self.chosen_statistic
        found = ((n, courses.values(region.name, statistic)) for n, region in enumerate(regions.regions))
        unit, spread = session.measuring.recorded_unit, statistic == "deviation"
        zero = 0.0 if spread else unit.zero
        series = [
            (n, (values * unit.factor + zero).astype(np.float32)) for n, values in found if values is not None
        ]
        if not series and courses.running is None and (courses.needs_consent or courses.problem):
            self._offer()
            return
        numbers = {region.name: n for n, region in enumerate(regions.regions)}
        shown = [alarm for alarm in regions.alarms if alarm.statistic == statistic]
        alarms = tuple((numbers[a.region], replace(a, limit=a.limit * unit.factor + zero)) for a in shown)
        events = tuple(
            (numbers[e.alarm.region], e)
            for e in courses.events()
            if e.alarm in shown and e.alarm.region in numbers
        )
        named = unit.difference_name if spread else unit.name
        label = COLUMN_NAMES[statistic].lower()
        self.note.setText("of frames as recorded, not filtered" if session.filtering.on else "")
        self._name_axis(f"{label} ({named})" if named else label)
        self._chosen_changed()
        self.graph.show_series(series, alarms, events)
        self.graph.set_cursor(session.frame_index)
        self._pages.setCurrentWidget(self._page)
        self._tell_progress()

    def _name_axis(self, label: str) -> None:
        plot = self.graph.getPlotItem()
        if plot.getAxis("left").labelText != label:  # naming it lays the whole plot out anew
            plot.setLabel("left", label)

    def _chosen_changed(self) -> None:
        measuring = self._session.measuring
        names = measuring.regions.names
        self.graph.choose(names.index(measuring.chosen) if measuring.chosen in names else None)

    def _offer(self) -> None:
        recording = self._session.recording
        assert recording is not None
        words = self._courses.problem or (
            f"This recording is large: all of its {count_text(len(recording))} frames are read to draw what the "
            "regions measure over time."
        )
        self.empty.say(words, "Measure all frames", self._courses.start)
        self._pages.setCurrentWidget(self.empty)

    def _tell_progress(self) -> None:
        job, courses = self._courses.running, self._courses
        if job is not None and job.total:
            left = "" if job.remaining_s is None else f", {duration_text(job.remaining_s)} left"
            self.progress.setText(f"measuring {100 * job.done // job.total} %{left}")
        elif job is not None:
            self.progress.setText("measuring\u2026")
        else:
            self.progress.setText("" if courses.complete else courses.problem)

    def _frame_changed(self) -> None:
        if self.isVisible():
            self.graph.set_cursor(self._session.frame_index)

    def _go(self, frame: int) -> None:
        self._session.playback.pause()
        self._session.seek(frame)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._courses.want(self, True)
        self.graph.set_cursor(self._session.frame_index)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._courses.want(self, False)
