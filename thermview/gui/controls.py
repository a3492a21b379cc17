"""Menus, toolbar and their choice boxes: the table of actions made real."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QComboBox, QMenu, QToolBar, QToolButton

from thermview.gui.actions import ACTIONS, MENUS, Row
from thermview.gui.parts import icons
from thermview.gui.parts.plain_words import count_text
from thermview.gui.playback import SPEEDS
from thermview.thermal.display import SCALE_MODES
from thermview.thermal.palettes import DIVERGING, NAMES

if TYPE_CHECKING:
    from thermview.gui.main_window import MainWindow

_WITH_TEXT = ("open_folder", "export", "score", "flag")
_SHORT_TEXT = {"open_folder": "Open", "export": "Export"}
_SEPARATOR_AFTER = ("export", "next_frame", "fit", "score")


class Controls(QObject):
    """Everything that is clicked or typed to start an action; `refresh` keeps it in step with the session."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.actions: dict[str, QAction] = {}
        self.menus = {name: window.menuBar().addMenu(name) for name in MENUS}
        self.recent = QMenu("Open recent", window)
        self.recent.aboutToShow.connect(self._list_recent)
        self._make_actions()
        self.speed = _choice([(f"{count_text(s)} frames/s", s) for s in SPEEDS], "Speed of play (+ and -)")
        self.palette = _choice([(name.capitalize(), name) for name in (*NAMES, *DIVERGING)], "Palette (C)")
        self.scale = _choice(
            [(mode.capitalize(), mode) for mode in SCALE_MODES], "Scale of the colour bar (A)"
        )
        self.toolbar = self._make_toolbar()
        self._connect_choices()
        self.dress()

    def _make_actions(self) -> None:
        for row in ACTIONS:
            action = QAction(row.name, self._window)
            action.setShortcuts([QKeySequence(keys) for keys in row.shortcuts])
            _say(action, row, "")
            action.setCheckable(row.checked is not None)
            action.triggered.connect(lambda checked=False, row=row: self._window.do(row))
            self.actions[row.key] = action
            self.menus[row.menu].addAction(action)
            if row.key == "open_file":
                self.menus[row.menu].addMenu(self.recent)

    def _make_toolbar(self) -> QToolBar:
        bar = QToolBar("Tools")
        bar.setObjectName("Tools")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        self._window.addToolBar(bar)
        for row in ACTIONS:
            if not row.toolbar:
                continue
            action = self.actions[row.key]
            action.setIconText(_SHORT_TEXT.get(row.key, row.name))
            bar.addAction(action)
            button = bar.widgetForAction(action)
            if isinstance(button, QToolButton) and row.key in _WITH_TEXT:
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            if row.key == "next_frame":
                for box in (self.speed, self.palette, self.scale):
                    bar.addWidget(box)
            if row.key in _SEPARATOR_AFTER:
                bar.addSeparator()
        return bar

    def _connect_choices(self) -> None:
        session = self._window.session
        self.speed.activated.connect(lambda i: session.playback.set_speed(self.speed.itemData(i)))
        self.palette.activated.connect(lambda i: session.set_display(palette=self.palette.itemData(i)))
        self.scale.activated.connect(self._scale_chosen)

    def _scale_chosen(self, position: int) -> None:
        mode = self.scale.itemData(position)
        if mode == "manual":
            self._window.ask.scale_ends()
        else:
            self._window.session.set_display(scale_mode=mode)
        self.refresh()

    def _list_recent(self) -> None:
        self.recent.clear()
        session = self._window.session
        for path in session.browsing.recent:
            self.recent.addAction(str(path).replace("&", "&&"), partial(session.open_capture, path))
        if self.recent.isEmpty():
            self.recent.addAction("Nothing opened yet").setEnabled(False)

    def dress(self) -> None:
        """Tint the icons for the theme that is worn now."""
        for row in ACTIONS:
            if row.icon:
                self.actions[row.key].setIcon(icons.icon(row.icon))
        self._play_icons = (icons.icon("play"), icons.icon("pause"))

    def refresh(self) -> None:
        """Say what can be done now and what is switched on."""
        session = self._window.session
        for row in ACTIONS:
            action = self.actions[row.key]
            action.setEnabled(row.enabled(session))
            if row.checked is not None:
                action.setChecked(row.checked(session))
            if row.why_not is not None:
                _say(action, row, row.why_not(session))
        play, shown = self.actions["play"], self._play_icons[1 if session.playback.playing else 0]
        if play.icon().cacheKey() != shown.cacheKey():  # any icon set lays the toolbar out anew
            play.setIcon(shown)
        _choose(self.palette, session.display.palette)
        _choose(self.scale, session.display.scale_mode)
        _choose(self.speed, session.playback.speed)
        for box in (self.palette, self.scale):
            box.setEnabled(session.has_quantity)


def _say(action: QAction, row: Row, why_not: str) -> None:
    """What an action does and its first key, and why it cannot be done now."""
    keys = f"  ({row.shortcuts[0]})" if row.shortcuts else ""
    action.setToolTip(f"{row.tip}{keys}\n{why_not}".rstrip())
    action.setStatusTip(f"{row.tip}. {why_not}" if why_not else row.tip)


def _choice(rows: list[tuple[str, object]], tip: str) -> QComboBox:
    box = QComboBox()
    for text, value in rows:
        box.addItem(text, value)
    box.setToolTip(tip)
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click must not take the arrow keys away from the frames
    return box


def _choose(box: QComboBox, value: object) -> None:
    position = box.findData(value)
    if position != box.currentIndex() and not box.view().isVisible():
        box.setCurrentIndex(position)
