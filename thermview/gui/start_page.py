"""What a first start shows: what this is, and the ways in."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from thermview.gui.parts import icons
from thermview.gui.parts.plain_words import breakable, one_line, tip
from thermview.gui.session import Session

_WORDS = (
    "ThermView shows thermal pictures and 1 kHz laser videos frame by frame, with temperatures, scores and their "
    "causes. Everything is computed on this machine, and a capture is never written to."
)
_RECENT_SHOWN = 6


class StartPage(QWidget):
    """Open folder, open sample, recent captures; folders and files can also be dropped on the window."""

    folder_wanted = Signal()
    sample_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        title = QLabel("ThermView")
        title.setProperty("role", "title")
        words = QLabel(_WORDS, wordWrap=True)
        words.setProperty("role", "muted")
        words.setMaximumWidth(520)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        self.open_button = QPushButton("Open folder…")
        self.open_button.setDefault(True)
        self.open_button.clicked.connect(self.folder_wanted)
        self.sample_button = QPushButton("Open sample capture")
        self.sample_button.setToolTip(
            "Simulated laser videos and thermal pictures with known faults; made once"
        )
        self.sample_button.clicked.connect(self.sample_wanted)
        for button in (self.open_button, self.sample_button):
            button.setIconSize(QSize(20, 20))
            button.setMinimumHeight(34)
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        self.problem = QLabel(wordWrap=True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setProperty("role", "problem")
        column = QVBoxLayout()
        column.setSpacing(12)
        for part in (title, words):
            column.addWidget(part)
        column.addLayout(buttons)
        column.addWidget(self.problem)
        column.addLayout(self._recent)
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        middle = QVBoxLayout()
        middle.addStretch(2)
        middle.addLayout(column)
        middle.addStretch(3)
        outer.addLayout(middle)
        outer.addStretch(1)
        session.capture_changed.connect(self.list_recent)
        session.message.connect(self._say_problem)
        self.list_recent()

    def _say_problem(self, text: str) -> None:
        self.problem.setText(breakable(text))

    def list_recent(self) -> None:
        """Show the captures opened lately that are still there."""
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.open_button.setIcon(icons.icon("folder", "#ffffff"))
        recent = [path for path in self._session.browsing.recent if os.path.exists(path)][:_RECENT_SHOWN]
        if not recent:
            hint = QLabel("You can also drop a folder or a file on this window.")
            hint.setProperty("role", "caption")
            self._recent.addWidget(hint)
            return
        caption = QLabel("Opened lately")
        caption.setProperty("role", "caption")
        self._recent.addWidget(caption)
        for path in recent:
            self._recent.addWidget(self._recent_button(path))

    def _recent_button(self, path: Path) -> QPushButton:
        metrics, middle = self.fontMetrics(), Qt.TextElideMode.ElideMiddle
        name = metrics.elidedText(one_line(path.name), middle, 180)
        parent = metrics.elidedText(one_line(str(path.parent)), middle, 330)
        button = QPushButton(f"{name}   {parent}".replace("&", "&&"), flat=True)
        button.setToolTip(tip(str(path)))
        button.setStyleSheet("text-align: left; border: 0; padding: 4px 0;")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda checked=False: self._session.open_capture(path))
        return button
