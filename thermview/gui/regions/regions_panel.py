"""The dock of regions: tools, the live table, and below it course over time, profile and alarms."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from thermview.gui.parts import icons
from thermview.gui.parts.empty_state import EmptyState
from thermview.gui.parts.plain_words import count_text, tip
from thermview.gui.regions.alarm_panel import AlarmPanel
from thermview.gui.regions.course_plot import CoursePlot
from thermview.gui.regions.profile_plot import ProfilePlot
from thermview.gui.regions.region_export import (
    ask_regions_file,
    ask_where,
    export_series,
    export_table,
    load_regions,
    save_regions,
)
from thermview.gui.regions.region_model import RegionModel
from thermview.gui.regions.region_view import RegionView
from thermview.thermal.region_conditions import own_conditions
from thermview.thermal.regions import KINDS, Kind

if TYPE_CHECKING:
    from thermview.gui.session import Session

_NOTHING = "No recording is shown. What regions of it measure is listed here."
_COLOURS = (
    "This picture holds colours, not temperatures or counts: there is nothing that a region could measure."
)
_EMPTY = (
    "No regions yet. Choose a tool above (keys 1 to 5) and draw on the frame: spot, line, rectangle, ellipse or "
    "polygon. Minimum, maximum and mean of each are listed here and follow the frame."
)
_ICON = QSize(18, 18)
_SOON_MS = 30


class RegionsPanel(QWidget):
    """Tools above, table in the middle, plots and alarms below."""

    threshold_wanted = Signal()
    """a region is to be made from a threshold: ask for its value"""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._measuring = session.measuring
        self.model = RegionModel(session)
        self.view, self.empty = RegionView(self.model), EmptyState()
        self.course, self.profile, self.alarms = (
            CoursePlot(session),
            ProfilePlot(session),
            AlarmPanel(session),
        )
        self._make_tools()
        self._lay_out()
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._refresh_numbers)
        measuring = self._measuring
        for signal in (measuring.changed, session.recording_changed, session.display_changed):
            signal.connect(self.refresh)
        session.frame_changed.connect(self._frame_changed)
        for signal in (measuring.tool_changed, measuring.chosen_changed):
            signal.connect(self._refresh_tools)
        self.dress()
        self.refresh()

    # -- putting together --------------------------------------------------------------------------

    def _make_tools(self) -> None:
        self.tools: dict[Kind, QToolButton] = {}
        for key, kind in enumerate(KINDS, start=1):
            button = _button(f"Draw a {kind} ({key})" if kind != "ellipse" else f"Draw an ellipse ({key})")
            button.setCheckable(True)
            button.clicked.connect(partial(self._measuring.choose_tool, kind))
            self.tools[kind] = button
        self.threshold = _button("Region from a threshold: the connected pixels above or below a value (6)")
        self.threshold.clicked.connect(lambda: self.threshold_wanted.emit())
        self.delta = _button("Show the difference of the chosen region to another one")
        self.delta.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.delta.setMenu(QMenu(self.delta))
        self.delta.menu().aboutToShow.connect(self._list_differences)
        self.more = _button("Copy, paste, save, load, export, apply to all recordings")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.more)
        self._more_actions = [
            menu.addAction("Copy regions", self.copy),
            menu.addAction("Apply to all recordings of the capture", self._measuring.apply_to_all),
            menu.addAction("Export table of this frame (CSV)\u2026", self.ask_table),
            menu.addAction("Export course over time (CSV)\u2026", self.ask_series),
            menu.addAction("Remove all regions", self._measuring.remove_all),
        ]
        menu.addAction("Paste regions", self.paste)
        menu.addSeparator()
        self._more_actions.append(menu.addAction("Save regions\u2026", self.ask_save))
        menu.addAction("Load regions\u2026", self.ask_load)
        self.more.setMenu(menu)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 4, 8, 4)
        bar.setSpacing(2)
        for button in (*self.tools.values(), self.threshold, self.delta):
            bar.addWidget(button)
        bar.addStretch()
        bar.addWidget(self.more)
        self.note = QLabel()
        self.note.setProperty("role", "caption")
        self.note.setWordWrap(True)
        self.note.setContentsMargins(8, 2, 8, 4)
        table = QWidget()
        column = QVBoxLayout(table)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(self.note)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for name, page in (("Over time", self.course), ("Profile", self.profile), ("Alarms", self.alarms)):
            self.tabs.addTab(page, name)
        self.tabs.tabBar().setFocusPolicy(Qt.FocusPolicy.TabFocus)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(table)
        split.addWidget(self.tabs)
        split.setSizes([220, 300])
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(split)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(bar)
        outer.addWidget(self._pages, 1)

    # -- keeping in step ---------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show regions and numbers as they are now."""
        session, regions = self._session, self._measuring.regions
        self.model.refresh()
        if session.recording is None or not self._measuring.possible or not regions.regions:
            words = (
                _NOTHING if session.recording is None else _EMPTY if self._measuring.possible else _COLOURS
            )
            self.empty.say(words)
            self._pages.setCurrentIndex(0)
        else:
            self._pages.setCurrentIndex(1)
        self._refresh_tools()
        self._say_note()

    def _frame_changed(self) -> None:
        """Another frame: new numbers in a moment, as often as can be read; none while the dock is hidden."""
        if self.isVisible() and self._pages.currentIndex() == 1 and not self._soon.isActive():
            self._soon.start()

    def _refresh_numbers(self) -> None:
        self.model.refresh()
        self._say_note()

    def _say_note(self) -> None:
        """What must be said beside the numbers."""
        words = []
        if self._session.held_frames > 1:
            words.append(f"of the maximum of {count_text(self._session.held_frames, 'frame')} (peak hold)")
        if self._session.filtering.on:
            words.append("of the filtered frame; alarms and Over time: as recorded")
        plain = self._session.held_frames == 1 and not self._session.filtering.on
        own = [region.name for region in self._measuring.regions.regions if own_conditions(region)]
        if own and self._measuring.can_have_own:
            more = " and more" if len(own) > 4 else ""
            names = f"conditions of their own: {', '.join(own[:4])}{more}"
            words.append(names if plain else f"{names} (measured in frames as recorded only)")
        regions, numbers = self._measuring.regions.regions, self._measuring.numbers()
        left_out = sum(
            found.left_out
            for region, found in zip(regions, numbers, strict=False)
            if plain or not self._measuring.can_have_own or not own_conditions(region)  # else said already
        )
        if left_out:
            words.append(f"{count_text(left_out, 'pixel')} left out: no value, or outside the camera's range")
        recording = self._session.recording
        if recording is not None and recording.quantity.estimated:
            words.append("estimated from colours")
        text = "; ".join(words)
        if text != self.note.text():
            self.note.setText(text)
        filtering = self._session.filtering
        self.note.setToolTip(tip(f"Filtered: {filtering.filters.words()}") if filtering.on else "")
        self.note.setVisible(bool(text))

    def _refresh_tools(self) -> None:
        possible, regions = self._measuring.possible, self._measuring.regions.regions
        for kind, button in self.tools.items():
            button.setEnabled(possible)
            button.setChecked(kind == self._measuring.tool)
        self.threshold.setEnabled(possible)
        self.delta.setEnabled(possible and len(regions) > 1)
        self.more.setEnabled(possible)
        for action in self._more_actions:
            action.setEnabled(bool(regions))

    # -- what can be done --------------------------------------------------------------------------

    def _list_differences(self) -> None:
        menu, names = self.delta.menu(), self._measuring.regions.names
        menu.clear()
        first = self._measuring.chosen or names[0]
        for second in names:
            if second != first:
                words = f"{first} \u2212 {second}".replace("&", "&&")
                menu.addAction(words, partial(self._measuring.add_difference, first, second))

    def ask_table(self) -> None:
        """Write the table of the shown frame to a file."""
        path = ask_where(self._session, f"regions-frame-{self._session.frame_index}", self)
        if path is not None:
            export_table(self._session, path)

    def ask_series(self) -> None:
        """Write what the regions measure in every frame to a file."""
        path = ask_where(self._session, "regions", self)
        if path is not None:
            export_series(self._session, path)

    def ask_save(self) -> None:
        """Keep the regions in a file, for other recordings and the command line."""
        path = ask_regions_file(self._session, self, save=True)
        if path is not None:
            save_regions(self._session, path)

    def ask_load(self) -> None:
        """Add the regions of a file."""
        path = ask_regions_file(self._session, self, save=False)
        if path is not None:
            load_regions(self._session, path)

    def copy(self) -> None:
        """Put the regions on the clipboard, to paste them into another recording."""
        QGuiApplication.clipboard().setText(self._measuring.text())
        self._session.message.emit(f"{count_text(len(self._measuring.regions.regions), 'region')} copied.")

    def paste(self) -> None:
        """Add the regions on the clipboard."""
        self._measuring.paste(QGuiApplication.clipboard().text())

    # -- dress -------------------------------------------------------------------------------------

    def dress(self) -> None:
        """Tint the icons for the theme that is worn now."""
        for kind, button in self.tools.items():
            button.setIcon(icons.icon(f"region_{kind}"))
        self.threshold.setIcon(icons.icon("region_threshold"))
        self.delta.setIcon(icons.icon("region_delta"))
        self.more.setIcon(icons.icon("more"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "note"):
            self.dress()


def _button(tip: str) -> QToolButton:
    button = QToolButton()
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setIconSize(_ICON)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
