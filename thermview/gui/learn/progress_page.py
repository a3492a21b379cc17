"""Second page: the fit under way."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from thermview.gui.learn.learning import Learning
from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import count_text, duration_text, percent_text

_EVERY_MS = 250
_KNOWN_FROM = 0.05  # the first look of a batch finds its cycle and takes longer than others
_WORDS = (
    "Every recording is looked at several times: its cycle, its detours, the pictures at every phase, and how far "
    "normal frames lie from them. You can go on working in the main window, and close this one: the fit goes on."
)


class ProgressPage(QWidget):
    """Progress with time left and a way to stop."""

    def __init__(self, learning: Learning, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._learning = learning
        self.title, self.words = QLabel("Learning normality"), QLabel(_WORDS, wordWrap=True)
        self.words.setProperty("role", "muted")
        self.bar = QProgressBar(textVisible=False)
        self.figures = QLabel()
        self.figures.setFont(theme.numbers_font())
        self.cancel = QPushButton("Stop learning")
        self.cancel.clicked.connect(learning.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 24, 48, 24)
        column.setSpacing(12)
        column.addStretch()
        for widget in (self.title, self.words, self.bar, self.figures):
            column.addWidget(widget)
        column.addWidget(self.cancel, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addStretch()
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.refresh)
        learning.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Say how far the fit is."""
        job = self._learning.job
        if job is None:
            self._timer.stop()
            return
        self._timer.start()
        if job.started is None or not job.total:
            self.bar.setRange(0, 0)
            self.figures.setText("Waits for what runs before it." if job.started is None else "Begins.")
            return
        self.bar.setRange(0, job.total)
        self.bar.setValue(job.done)
        left = job.remaining_s if job.done >= _KNOWN_FROM * job.total else None
        rest = "" if left is None else f", about {duration_text(left)} left"
        looks = f"{count_text(job.done)} of {count_text(job.total, 'look')} at recordings"
        self.figures.setText(f"{percent_text(job.done / job.total)}: {looks}{rest}")
