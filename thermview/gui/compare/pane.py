"""One of the frames that stand side by side: its letter, its name and place, the frame."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from thermview.gui.frame.frame_view import FrameView
from thermview.gui.frame.read_out import TitleLine
from thermview.gui.frame.scale_bar import ScaleBar
from thermview.gui.parts.shown import Shown

_LEAST_PX = 120


class Pane(QWidget):
    """A head above a frame view; without comparison the head is hidden and the view is all there is."""

    def __init__(self, letter: str, shown: Shown, view: FrameView, tip: str, *, active: bool = False) -> None:
        super().__init__()
        self.view = view
        self.badge, self.title = QLabel(letter), TitleLine(shown, stacked=True)
        self.badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.badge.setProperty("role", "active badge" if active else "badge")
        self.badge.setToolTip(tip)
        self.head = QWidget()
        row = QHBoxLayout(self.head)
        row.setContentsMargins(8, 4, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.title, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.head)
        self.column.addWidget(view, 1)

    def narrow(self, narrow: bool) -> None:
        """Among several a view may be smaller than alone; its head tells them apart."""
        self.head.setVisible(narrow)
        self.view.setMinimumWidth(_LEAST_PX if narrow else 0)


class BarPlace(QWidget):
    """Where a colour bar stands, or does not: the bar itself knows only whether it has something to show."""

    def __init__(self, bar: ScaleBar) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(bar)
        self.bar = bar
