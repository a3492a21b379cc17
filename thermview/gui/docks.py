"""The docks of the window: which there are, where they stand, which of them is in front."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QTabBar, QTabWidget, QWidget

from thermview.recording import Recording

LAYOUT_VERSION = 2
_WIDE_PX = 1700  # from here on scores and density stand one above the other
_LEAST_DOCK_PX = 230
_JUDGING = ("Scores", "Run chart", "Laser")
_MEASURING = ("Regions", "Conditions", "Histogram", "Details", "Flags")
"""Docks that share a place: what models say stands above what is measured and known of the frame."""


class Docks(dict[str, QDockWidget]):
    """By name. How the window is laid out is kept from run to run."""

    def __init__(self, window: QMainWindow, widgets: Mapping[str, QWidget], menu: QMenu) -> None:
        super().__init__()
        self._window = window
        self._kind = ""
        """Which dock the kind of the shown recording brought to the front."""
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        for name, widget in widgets.items():
            dock = QDockWidget(name, window)
            dock.setObjectName(name)
            dock.setWidget(widget)
            # several docks share a place: the one that needs most must not make the window taller than a small screen
            widget.setMinimumHeight(min(widget.minimumSizeHint().height(), _LEAST_DOCK_PX))
            self[name] = dock
            menu.addAction(dock.toggleViewAction())

    def bring(self, name: str) -> None:
        """Bring a dock to the front, also one that was closed."""
        self[name].show()
        self[name].raise_()

    def follow(self, recording: Recording | None) -> None:
        """Pictures are judged by density, recordings by scores: bring that tab to the front when the kind changes."""
        if recording is None:
            return
        kind = "Density" if len(recording) == 1 else "Scores"
        if self._kind != kind:
            self[kind].raise_()
            if kind == "Scores" and self["Density"] not in self._window.tabifiedDockWidgets(self["Scores"]):
                self["Details"].raise_()  # stands below the scores; densities say nothing of a video
        self._kind = kind

    def arrange(self, recording: Recording | None) -> None:
        """Put every dock to its usual place."""
        window = self._window
        wide = window.width() >= _WIDE_PX
        upper = [self[name] for name in (*_JUDGING, *(() if wide else ("Density",)))]
        lower = [self[name] for name in (*(("Density",) if wide else ()), *_MEASURING)]
        for dock in self.values():
            dock.setFloating(False)
            # one above the other, even for a moment, they would stretch the window
            window.removeDockWidget(dock)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self["Capture"])
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, upper[0])
        window.splitDockWidget(upper[0], lower[0], Qt.Orientation.Vertical)
        for group in (upper, lower):
            for first, second in pairwise(group):
                window.tabifyDockWidget(first, second)
        for dock in self.values():
            dock.show()
        window.resizeDocks([upper[0], lower[0]], [600, 400], Qt.Orientation.Vertical)
        for bar in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setExpanding(False)
        width = 440 if wide else 360
        window.resizeDocks([self["Capture"], self["Scores"]], [250, width], Qt.Orientation.Horizontal)
        if (layout := window.layout()) is not None:
            layout.activate()  # a dock that has no tab yet cannot come to the front
        self["Scores"].raise_()
        self["Density" if wide else "Details"].raise_()
        self._kind = ""
        self.follow(recording)

    def restore(self, kept: Mapping[str, object]) -> None:
        """Lay the window out as it was left."""
        geometry, state = kept.get("geometry"), kept.get("state")
        if (
            isinstance(geometry, str)
            and self._window.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
            and isinstance(state, str)
        ):
            self._window.restoreState(QByteArray.fromBase64(state.encode()), LAYOUT_VERSION)

    def layout(self) -> dict[str, str]:
        """How the window is laid out, for `restore`."""
        return {
            "geometry": bytes(self._window.saveGeometry().toBase64().data()).decode(),
            "state": bytes(self._window.saveState(LAYOUT_VERSION).toBase64().data()).decode(),
        }
