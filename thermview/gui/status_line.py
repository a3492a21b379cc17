"""The line at the bottom: what runs with its rate and time left, the last message, how frames are scaled."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QWidget

from thermview.gui.frame.read_out import pixel_text
from thermview.gui.parts.plain_words import count_text, duration_text, one_line, tip, with_unit
from thermview.gui.parts.progress import show_progress
from thermview.gui.session import Session
from thermview.jobs import Job

_MESSAGE_STAYS_MS = 12_000
_JOB_BEGINS_MS = 150  # what is done in less would only flicker
_JOB_PX = 440


class StatusLine(QWidget):
    """Progress with cancel to the left, messages in the middle, scale to the right."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._problem = ""
        self.job_text, self.message, self.scale = QLabel(), QLabel(), QLabel()
        self.bar = QProgressBar(textVisible=False)
        self.bar.setFixedWidth(120)
        self.cancel = QToolButton(autoRaise=True)
        self.cancel.setText("Cancel")
        self.cancel.setToolTip("Stop what runs (Ctrl+.)")
        self.cancel.clicked.connect(session.cancel_jobs)
        for label in (self.job_text, self.message, self.scale):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 2)
        layout.setSpacing(8)
        for widget in (self.bar, self.job_text, self.cancel):
            layout.addWidget(widget)
        layout.addWidget(self.message, 1)
        layout.addWidget(self.scale)
        self._fade = QTimer(self, interval=_MESSAGE_STAYS_MS, singleShot=True)
        self._fade.timeout.connect(lambda: self.message.setText(""))
        self._begin = QTimer(self, interval=_JOB_BEGINS_MS, singleShot=True)
        self._begin.timeout.connect(self._say_jobs)
        session.jobs_changed.connect(self._show_jobs)
        session.message.connect(self._show_message)
        session.recording_changed.connect(self._forget_problem)
        for signal in (session.display_changed, session.frame_changed, session.recording_changed):
            signal.connect(self._show_scale)
        self._show_jobs()
        self._show_scale()
        self.setMinimumHeight(self.cancel.sizeHint().height() + 4)  # nothing above moves when a job begins

    def _forget_problem(self) -> None:
        """The sentence on a file that failed does not stay below another recording."""
        problem, self._problem = self._problem, self._session.problem
        if problem and not self._problem and self.message.text() == one_line(problem):
            self.message.setText("")

    def _show_message(self, text: str) -> None:
        self.message.setText(one_line(text))
        self.message.setToolTip(tip(text))
        self._fade.start()

    def _show_jobs(self) -> None:
        jobs = self._session.jobs
        if not jobs:
            self._begin.stop()
            for widget in (self.bar, self.job_text, self.cancel):
                widget.hide()
        elif not self.bar.isHidden():
            self._say_jobs()
        elif not self._begin.isActive():
            self._begin.start()

    def _say_jobs(self) -> None:
        jobs = self._session.jobs
        for widget in (self.bar, self.job_text, self.cancel):
            widget.setVisible(bool(jobs))
        if not jobs:
            return
        job = next((job for job in jobs if job.started is not None), jobs[0])
        show_progress(self.bar, job)
        words = job_words(job) + (f", {len(jobs) - 1} more waiting" if len(jobs) > 1 else "")
        middle = Qt.TextElideMode.ElideMiddle  # a job may be named like a recording, however long that is
        self.job_text.setText(self.fontMetrics().elidedText(words, middle, _JOB_PX))

    def _show_scale(self) -> None:
        session = self._session
        if session.recording is None or not session.has_quantity:
            self.scale.setText("")
            return
        unit = session.unit
        low, high = (unit.of(end) for end in session.limits)
        frame = session.frame
        kind = frame.dtype.type if frame is not None and frame.dtype.kind in "ui" else float
        ends = f"{_end(low, kind)} \u2013 {_end(high, kind)}"
        self.scale.setText(f"colours {with_unit(ends, unit.name)}, {session.scale.text}")


def _end(value: float, kind: type) -> str:
    import numpy as np

    whole = kind is not float and value == round(value)
    return count_text(round(value)) if whole else pixel_text(np.float64(value))


def job_words(job: Job) -> str:
    """What a job does, how far it is, how fast, how long it will take."""
    parts = [one_line(job.name)]
    if job.total > 0:
        parts[0] += f" {100 * job.done / job.total:.0f} %"
    elif job.done:
        parts[0] += f" {count_text(job.done)}"
    if job.done and job.unit:
        parts.append(f"{count_text(round(job.rate_per_s))} {job.unit}/s")
    if (left := job.remaining_s) is not None:
        parts.append(f"{duration_text(left)} left")
    return ", ".join(parts)
