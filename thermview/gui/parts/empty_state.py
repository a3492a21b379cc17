"""What an empty view says: what will be here, and how to get it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from thermview.gui.parts.plain_words import breakable


class EmptyState(QWidget):
    """A few quiet words in the middle of a view, and at most one button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setProperty("role", "muted")
        self.button = QPushButton()
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self._act)
        self._action: Callable[[], None] = lambda: None
        self._said: tuple[str, str, bool] | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addStretch()
        layout.addWidget(self.words)
        layout.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()

    def say(self, words: str, button: str = "", action: Callable[[], None] | None = None) -> None:
        """Show these words, and a button where there is something to do."""
        self._action = action or (lambda: None)
        said = (words, button, bool(button and action))
        if said == self._said:
            return
        self._said = said
        self.words.setText(breakable(words))
        self.button.setText(button)
        self.button.setVisible(said[2])

    def _act(self) -> None:
        self._action()
