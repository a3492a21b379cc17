"""Before there is a diagnosis: what it will do and how long that takes; while it runs: how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import (
    breakable,
    count_text,
    duration_text,
    percent_text,
    significant_text,
)

if TYPE_CHECKING:
    from thermview.diagnosis.results import Diagnosis
    from thermview.gui.session import Session
    from thermview.jobs import Job

_EVERY_MS = 250
_RATES = (120.0, 350.0)
_FITS_S = 20.0
"""Pictures a second that are read and embedded on two idle cores, full frames and small crops; and what fits take."""
_STEPS = (
    "Read every picture once: channels, sizes, damaged and equal files, annotations, counts, mean pictures.",
    "L2: look at each through an embedding that knows no classes, and measure how dense it lies.",
    "L3: learn what parts the classes of this set from half of its sessions, and test it on the other half.",
    "Put together findings with their pictures as evidence, a score card, and fixes to take away.",
)
_STAGES = {
    "recordings": "Listing the folder.",
    "files": "Looking for what changed since the last run.",
    "pictures": "Reading pictures, and looking at each through the embedding.",
    "annotation files": "Reading annotations.",
    "densities": "Measuring how dense each picture lies.",
    "fits": "Learning the domain lens, and testing it on sessions it has not seen and on shuffled classes.",
    "findings": "Putting findings together.",
}
_GOES_ON = (
    "You can go on working: Backspace shows the pictures, and the diagnosis goes on. What was read is kept, so a "
    "second run reads only what changed."
)


def begin_words(count: int, scanning: bool) -> str:
    """About how long a diagnosis of so many recordings takes."""
    if not count:
        return "The folder is being read." if scanning else "There are no pictures in this folder."
    slow, fast = (_FITS_S + count / rate for rate in _RATES)
    so_far = " so far" if scanning else ""
    how_long = f"about {duration_text(fast)} (small crops) to {duration_text(slow)} (full frames)"
    return (
        f"{count_text(count, 'recording')} listed{so_far}. Pictures among them take {how_long} on two idle cores; the "
        "true rate shows as it runs."
    )


def stage_words(job: Job) -> str:
    """What is being done now."""
    return _STAGES.get(job.unit, "") if job.started is not None else ""


def progress_figures(job: Job) -> str:
    """How far, how fast, how long the present step still takes."""
    if job.started is None:
        return "Waits for what runs before it."
    parts = []
    if job.total:
        parts.append(
            f"{percent_text(job.done / job.total)}: {count_text(job.done)} of {count_text(job.total)}"
        )
    elif job.done:
        parts.append(count_text(job.done))
    if not parts:
        return "Begins."
    if job.unit:
        parts[0] += f" {job.unit}"
        rate = job.rate_per_s
        parts.append(f"{significant_text(rate, 2) if rate < 10 else count_text(round(rate))} {job.unit}/s")
    if job.remaining_s is not None and job.done < job.total:
        parts.append(f"about {duration_text(job.remaining_s)} left of this step")
    return ", ".join(parts)


def _nothing_found(diagnosis: Diagnosis | None) -> str:
    """Why a diagnosis has nothing to show; empty where it has, or where there is none."""
    if diagnosis is None or len(diagnosis.table):
        return ""
    return " ".join(["No picture was found to diagnose.", *diagnosis.table.notices[:2]])


class BeginPage(QWidget):
    """Words, a bar, one button."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.title, self.words, self.estimate = QLabel(), QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.title.setProperty("role", "title")
        self.problem, self.figures = QLabel(wordWrap=True), QLabel()
        self.problem.setProperty("role", "problem")
        self.figures.setFont(theme.numbers_font())
        for label in (self.title, self.words, self.estimate, self.problem, self.figures):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setProperty("role", "muted")
        self.bar = QProgressBar(textVisible=False)
        self.button = QPushButton()
        self.button.clicked.connect(self._act)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 24, 48, 24)
        column.setSpacing(12)
        column.addStretch()
        for widget in (self.title, self.words, self.estimate, self.problem, self.bar, self.figures):
            column.addWidget(widget)
        column.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addStretch()
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.refresh)
        session.diagnosing.changed.connect(self.refresh)
        session.capture_changed.connect(self._capture_changed)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()

    def _capture_changed(self) -> None:
        if self.isVisible():
            self.refresh()

    def _act(self) -> None:
        diagnosing = self._session.diagnosing
        if diagnosing.job is None:
            diagnosing.start()
        else:
            diagnosing.cancel()

    def refresh(self) -> None:
        """Say where the diagnosis stands."""
        diagnosing, job = self._session.diagnosing, self._session.diagnosing.job
        for widget in (self.bar, self.figures):
            widget.setVisible(job is not None)
        problem = diagnosing.problem or _nothing_found(diagnosing.diagnosis)
        self.problem.setVisible(bool(problem) and job is None)
        self.problem.setText(breakable(problem))
        if job is not None:
            self._show_job(job)
            return
        self._timer.stop()
        browsing = self._session.browsing
        count = browsing.index.count if browsing.index is not None else 0
        self.title.setText("Is this picture set fit to train on?")
        self.words.setText("\n".join(f"{n}. {step}" for n, step in enumerate(_STEPS, 1)))
        stopped = (
            "Stopped: what was read is kept, and the next run goes on from there. "
            if diagnosing.stopped
            else ""
        )
        self.estimate.setText(
            f"{stopped}{begin_words(count, browsing.scanning)} Nothing in the folder is changed."
        )
        self.button.setText("Go on" if diagnosing.stopped else "Diagnose this set")
        self.button.setEnabled(bool(count))

    def _show_job(self, job: Job) -> None:
        self._timer.start()
        self.title.setText("Diagnosing the picture set")
        self.words.setText(_GOES_ON)
        self.estimate.setText(stage_words(job))
        self.button.setText("Stop")
        self.button.setEnabled(not job.cancelled)
        known = job.started is not None and job.total > 0
        self.bar.setRange(0, 1000 if known else 0)
        if known:
            self.bar.setValue(min(round(1000 * job.done / job.total), 1000))
        self.figures.setText(progress_figures(job))
