"""The line at the bottom: what runs, what was said, how frames are scaled."""

from __future__ import annotations

import threading
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from conftest_values import WAIT_MS

from thermview.capture.context import Context
from thermview.gui.session import Session
from thermview.gui.status_line import StatusLine, job_words
from thermview.gui.work.frame_loader import Opened
from thermview.jobs import Job, Progress, Steps
from thermview.recording import RAW_COUNTS, ArrayRecording


@pytest.fixture
def line(qtbot, session: Session) -> StatusLine:
    made = StatusLine(session)
    qtbot.addWidget(made)
    made.resize(1200, 26)
    made.show()
    return made


def nothing() -> Steps:
    yield Progress(0, 0)


def test_nothing_runs_and_nothing_is_said(line: StatusLine) -> None:
    assert not line.bar.isVisible()
    assert not line.cancel.isVisible()
    assert line.message.text() == ""
    assert line.scale.text() == ""


def test_a_message_is_plain_text_on_one_line(line: StatusLine, session: Session) -> None:
    session.message.emit("short")
    height, width = line.sizeHint().height(), line.minimumSizeHint().width()
    session.message.emit("<b>0001</b>.npz:\ncut off & gone " + "x" * 500)
    assert line.message.text().startswith("<b>0001</b>.npz: cut off & gone")
    assert "&lt;b&gt;" in line.message.toolTip()
    assert line.sizeHint().height() == height
    assert line.minimumSizeHint().width() == width


def test_a_job_can_be_followed_and_cancelled(qtbot, line: StatusLine, session: Session) -> None:
    go = threading.Event()

    def steps() -> Steps:
        for done in range(1, 101):
            if done == 50:
                go.wait(WAIT_MS / 1000)
            yield Progress(done, 100, None, "frames")

    job = Job("Scoring <i>" + "y" * 300, steps)
    session.submit(session.score_worker, job, lambda progress: None)
    qtbot.waitUntil(lambda: "%" in line.job_text.text() or line.bar.value() > 0, timeout=WAIT_MS)
    assert line.cancel.isVisible()
    assert line.minimumSizeHint().width() < 900  # however long a recording is called
    session.submit(session.score_worker, Job("later", nothing), lambda progress: None)
    line.cancel.click()
    go.set()
    assert job.cancelled
    qtbot.waitUntil(lambda: not line.bar.isVisible(), timeout=WAIT_MS)


def test_a_job_of_a_moment_is_not_shown(qtbot, line: StatusLine, session: Session) -> None:
    ended: list[Job] = []
    session.submit(session.score_worker, Job("short", nothing), lambda progress: None, ended.append)
    assert line.bar.isHidden()
    qtbot.waitUntil(lambda: bool(ended), timeout=WAIT_MS)
    assert not line._begin.isActive()
    assert line.bar.isHidden()


def test_the_words_of_a_job() -> None:
    job = Job("Scoring Type1/0001", nothing)
    assert job_words(job) == "Scoring Type1/0001"
    job.started, job.done, job.total, job.unit = perf_counter() - 2.0, 500, 1000, "frames"
    words = job_words(job)
    assert words.startswith("Scoring Type1/0001 50 %, ")
    assert "frames/s" in words
    assert words.endswith("left")
    job.total = 0
    assert job_words(job).startswith("Scoring Type1/0001 500, ")


def test_the_sentence_on_a_failed_file_goes_with_the_file(line: StatusLine, session: Session) -> None:
    session._show_nothing("x.csv: not a table")
    session.message.emit("x.csv: not a table")
    assert line.message.text() == "x.csv: not a table"
    frames = np.zeros((1, 2, 2), np.uint16)
    recording = ArrayRecording("a", Path("a.npy"), "array", frames, RAW_COUNTS)
    session._opened(Opened(recording, Context("a"), frames[0], 0))
    assert line.message.text() == ""


def test_what_else_was_said_stays(line: StatusLine, session: Session) -> None:
    session.message.emit("Picture copied.")
    frames = np.zeros((1, 2, 2), np.uint16)
    recording = ArrayRecording("a", Path("a.npy"), "array", frames, RAW_COUNTS)
    session._opened(Opened(recording, Context("a"), frames[0], 0))
    assert line.message.text() == "Picture copied."


def test_the_ends_of_the_colours_are_told(line: StatusLine, session: Session) -> None:
    frames = np.array([[[3, 1243]]], np.uint16)
    recording = ArrayRecording("a", Path("a.npy"), "array", frames, RAW_COUNTS)
    session._opened(Opened(recording, Context("a"), frames[0], 0))
    assert line.scale.text() == "colours 3 \u2013 1\u2009243\u2009DN, min-max"
    session.set_display(scale_mode="manual", low=0.25, high=1.5)
    assert line.scale.text() == "colours 0.25 \u2013 1.50\u2009DN, set by hand"
    session._show_nothing("")
    assert line.scale.text() == ""
