"""Noise and drift of the shown recording, estimated in the background and told in sentences that can be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from thermview.gui.parts.plain_words import breakable, one_line
from thermview.jobs import Job, Progress
from thermview.recording import Recording
from thermview.thermal.noise import Noise, noise_steps

if TYPE_CHECKING:
    from thermview.gui.session import Session

_WIDTH_PX = 520


class NoiseDialog(QDialog):
    """Leaves the window usable; closing it stops the estimate."""

    def __init__(self, session: Session, recording: Recording, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Noise and drift")
        self.setWindowModality(Qt.WindowModality.NonModal)
        self._session, name = session, one_line(recording.name)
        self.words = QLabel(breakable(f"Reading frames of {name}\u2026"), wordWrap=True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setMinimumWidth(_WIDTH_PX)
        self.bar = QProgressBar(textVisible=False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = QPushButton("Copy")
        self.copy.setEnabled(False)
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(f"{name}\n{self.words.text()}"))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        for widget in (self.words, self.bar, buttons):
            column.addWidget(widget)
        self._job = Job("Estimating noise", lambda: noise_steps(recording))
        self.finished.connect(lambda code: self._job.cancel())
        session.submit(session.scan_worker, self._job, self._stepped, self._ended, urgent=True)

    def _stepped(self, progress: Progress) -> None:
        self.bar.setRange(0, max(progress.total, 1))
        self.bar.setValue(progress.done)
        if isinstance(progress.result, Noise):
            self.words.setText("\n".join(progress.result.sentences()))
            self.copy.setEnabled(True)

    def _ended(self, job: Job) -> None:
        if job.cancelled:
            return
        self.bar.hide()
        if job.error is not None:
            self.words.setText(breakable(job.error_text))
