"""Alarms on regions: limits that can be changed, and what passed them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from thermview.counts import counted
from thermview.gui.parts.copying_table import ROW_PX, CopyingTable
from thermview.gui.parts.empty_state import EmptyState
from thermview.gui.parts.plain_words import count_text
from thermview.gui.regions.alarm_model import AlarmEventModel, AlarmModel, ChoiceDelegate
from thermview.gui.regions.region_words import event_words
from thermview.thermal.region_alarms import Alarm

if TYPE_CHECKING:
    from thermview.gui.session import Session

_NO_REGIONS = "An alarm watches a region over the whole recording. Draw a region on the frame first."
_NO_ALARMS = (
    "An alarm watches a region over the whole recording; each time its limit is passed is listed here."
)
_ALARM_WIDTHS, _EVENT_WIDTHS = (60, 66, 58, 82, 80, 66), (112, 56, 56, 70, 90)
_MOST_ROWS = 4


class _Table(CopyingTable):
    """Rows that are taken away with Delete where that is possible, and copied with Ctrl+C."""

    def __init__(self, widths: tuple[int, ...], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widths = widths
        self.remove: Callable[[], None] = lambda: None
        self.setAccessibleName(name)
        self.horizontalHeader().setStretchLastSection(True)

    def take(self, model: AlarmModel | AlarmEventModel) -> None:
        """Show this model."""
        self.setModel(model)
        for column, width in enumerate(self._widths):
            self.setColumnWidth(column, width)

    def remove_selected(self) -> None:
        self.remove()


class AlarmPanel(QWidget):
    """The limits above, the events below; a click on an event goes to its first frame."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._measuring = session.measuring
        self.model, self.event_model = AlarmModel(session), AlarmEventModel(session)
        self.alarms, self.events = _Table(_ALARM_WIDTHS, "Alarms"), _Table(_EVENT_WIDTHS, "Alarm events")
        self.alarms.take(self.model)
        self.events.take(self.event_model)
        self.alarms.setItemDelegate(ChoiceDelegate(self.alarms))
        self.alarms.setEditTriggers(
            QAbstractItemView.EditTrigger.CurrentChanged
            | QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.alarms.remove = self.remove_selected
        self.events.clicked.connect(self._go)
        self.count = QLabel()
        self.count.setProperty("role", "caption")
        self.count.setWordWrap(True)
        self._lay_out()
        for signal in (self._measuring.changed, self._measuring.courses.changed, session.recording_changed):
            signal.connect(self.refresh)
        session.display_changed.connect(self._unit_changed)
        self.refresh()

    def _unit_changed(self) -> None:
        """Temperatures may be read in another unit now."""
        for model in (self.model, self.event_model):
            if rows := model.rowCount():
                model.dataChanged.emit(model.index(0, 0), model.index(rows - 1, model.columnCount() - 1))

    def _lay_out(self) -> None:
        self.empty = EmptyState()
        self.add_button, self.remove_button = QPushButton("Add alarm"), QPushButton("Remove")
        self.flag_button = QPushButton("Flag events")
        self.flag_button.setToolTip("Flag every event of the alarms, as one edit")
        buttons = QHBoxLayout()
        buttons.setContentsMargins(8, 4, 8, 4)
        buttons.setSpacing(8)
        for button, action in (
            (self.add_button, self.add),
            (self.remove_button, self.remove_selected),
            (self.flag_button, self.flag_events),
        ):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(action)
            buttons.addWidget(button)
        buttons.addStretch()
        page = self._page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.alarms)
        column.addLayout(buttons)
        self.count.setContentsMargins(8, 0, 8, 4)
        column.addWidget(self.count)
        column.addWidget(self.events, 1)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(page)

    # -- keeping in step ---------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show the alarms and what is known of their events."""
        regions = self._measuring.regions
        self.model.refresh()
        self.event_model.refresh()
        if not regions.alarms:
            if regions.regions:
                self.empty.say(_NO_ALARMS, "Add alarm", self.add)
            else:
                self.empty.say(_NO_REGIONS)
            self._pages.setCurrentWidget(self.empty)
            return
        rows = min(len(regions.alarms), _MOST_ROWS)
        around = (
            self.alarms.horizontalHeader().sizeHint().height()
            + self.alarms.horizontalScrollBar().sizeHint().height()
        )
        self.alarms.setFixedHeight(around + rows * ROW_PX + 2)
        self.flag_button.setEnabled(bool(self.event_model.events))
        self.count.setText(self._words())
        self._pages.setCurrentWidget(self._page)

    def _words(self) -> str:
        courses = self._measuring.courses
        found = len(self.event_model.events)
        if courses.running is not None:
            return "Measuring the regions in every frame\u2026"
        if not courses.possible:
            return "A single picture has no events; alarms watch recordings."
        if not courses.complete:
            return courses.problem or "The recording was not measured yet: see Over time."
        return f"{count_text(found, 'event')}" if found else "No limit was passed in this recording."

    # -- editing -----------------------------------------------------------------------------------

    def add(self) -> None:
        """Watch the chosen region, or the first: its maximum above what it is now."""
        names, numbers = self._measuring.regions.names, self._measuring.numbers()
        if not names:
            return
        name = self._measuring.chosen or names[0]
        low, high = self._session.limits
        here = numbers[names.index(name)].maximum if len(numbers) == len(names) else high
        if self._session.filtering.on:  # what is on screen is not what alarms watch
            course = self._measuring.courses.values(name, "maximum")
            if course is None or not np.isfinite(course).any():
                self._session.message.emit(
                    "While a filter is on an alarm needs the course over time: see Over time, then add it."
                )
                return
            low, high = float(np.nanmin(course)), float(np.nanmax(course))
            here = float(course[self._session.frame_index])
        limit = float(f"{high if here != here else (here + high) / 2:.4g}")
        hysteresis = float(f"{0.02 * (high - low):.1g}")
        alarm = Alarm(name, "maximum", "above", limit, hysteresis, 1)
        self._measuring.set_alarms((*self._measuring.regions.alarms, alarm), "add alarm")

    def remove_selected(self) -> None:
        """Take the selected alarms away, or the last one where none is selected."""
        alarms = self._measuring.regions.alarms
        rows = {index.row() for index in self.alarms.selectionModel().selectedIndexes()} or {len(alarms) - 1}
        left = tuple(alarm for row, alarm in enumerate(alarms) if row not in rows)
        self._measuring.set_alarms(left, "remove alarm")

    def flag_events(self) -> None:
        """Flag every event that is not flagged yet; undone in one step."""
        session = self._session
        flagged = {(flag.first, flag.last, flag.note) for flag in session.flagged.flags}
        new = []
        for event in self.event_model.events:
            note = event_words(event, session)
            if (event.first, event.last, note) not in flagged:
                new.append((event, note))
        if new:
            session.undo_stack.beginMacro(f"flag {counted(len(new), 'alarm event')}")
            for event, note in new:
                session.flagged.flag(event.first, event.last, "alarm", note)
            session.undo_stack.endMacro()
        session.message.emit(f"{count_text(len(new), 'alarm event')} flagged.")

    def _go(self, index: QModelIndex) -> None:
        self._session.playback.pause()
        self._session.seek(self.event_model.events[index.row()].first)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._measuring.courses.want(self, True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._measuring.courses.want(self, False)
