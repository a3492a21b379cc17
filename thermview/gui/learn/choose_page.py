"""First page: which recordings are normal."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from thermview.errors import ThermviewError
from thermview.gui.learn.choices import Choices, Known, choice_words, choices_of
from thermview.gui.learn.recording_tree import RecordingTree
from thermview.gui.parts.empty_state import EmptyState
from thermview.gui.parts.plain_words import breakable, count_text, one_line
from thermview.gui.session import Session
from thermview.laser.normality.fit import LEAST_RECORDINGS

_INTRO = (
    "Check the recordings of good workpieces: the model learns what they have in common, and scores others by how far "
    "they are from it. Leave out what you doubt. A few bad ones among many are found and named; half of them are not."
)
_NOTHING = (
    "There are no laser videos (.npz) in the open capture. Open a folder of laser batches (TypeN) first."
)


class ChoosePage(QWidget):
    """Lists the open capture's recordings by batch; `start_wanted` when the person is done choosing."""

    start_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._all: tuple[Choices, ...] = ()
        self.problem = ""
        """Why nothing can be listed; empty when all is well."""
        intro = QLabel(_INTRO, wordWrap=True)
        self.folder = QComboBox()
        self.folder.setToolTip("Which folder of batches")
        self.folder.currentIndexChanged.connect(self._show)
        self.tree, self.empty, self.pages = RecordingTree(), EmptyState(), QStackedWidget()
        self.pages.addWidget(self.tree)
        self.pages.addWidget(self.empty)
        self.words = QLabel(wordWrap=True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.failure = QLabel(wordWrap=True)
        self.failure.setTextFormat(Qt.TextFormat.PlainText)
        self.go = QPushButton("Learn")
        self.go.setDefault(True)
        self.go.clicked.connect(self.start_wanted)
        line = QHBoxLayout()
        line.addWidget(self.words, 1)
        line.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (intro, self.folder):
            column.addWidget(widget)
        column.addWidget(self.pages, 1)
        column.addWidget(self.failure)
        column.addLayout(line)
        self.tree.chosen_changed.connect(self._say)

    @property
    def choices(self) -> Choices | None:
        """The folder of batches that is listed, or None."""
        at = self.folder.currentIndex()
        return self._all[at] if 0 <= at < len(self._all) else None

    def read(self) -> None:
        """List the open capture's recordings anew."""
        browsing, scored = self._session.browsing, self._session.scored
        self._all, self.problem = (), ""
        if browsing.root is not None and browsing.index is not None:
            known = Known(scored.badge_of, browsing.flag_counts)
            try:
                self._all = choices_of(browsing.root, browsing.index.paths(), known)
            except ThermviewError as error:
                self.problem = str(error)
        self.folder.blockSignals(True)
        self.folder.clear()
        for each in self._all:
            self.folder.addItem(f"{one_line(each.folder.name)}: {count_text(each.count, 'recording')}")
        self.folder.blockSignals(False)
        self.folder.setVisible(len(self._all) > 1)
        self._show()

    def say_failure(self, text: str) -> None:
        """Why the last fit gave nothing; empty for all is well."""
        self.failure.setText(breakable(f"\u26a0 {text}" if text else ""))
        self.failure.setVisible(bool(text))

    def _show(self) -> None:
        choices = self.choices
        self.pages.setCurrentIndex(0 if choices is not None else 1)
        self.empty.say(self.problem or _NOTHING)
        if choices is not None:
            self.tree.show_choices(choices)
        else:
            self._say()

    def _say(self) -> None:
        if self.choices is None:
            self.words.setText("")
            self.go.setEnabled(False)
            return
        counts = {batch: len(rows) for batch, rows in self.tree.chosen.items()}
        enough = sum(count for count in counts.values() if count >= LEAST_RECORDINGS)
        self.words.setText(choice_words(counts))
        self.go.setEnabled(bool(enough))
        self.go.setText(f"Learn from {count_text(enough, 'recording')}" if enough else "Learn")
