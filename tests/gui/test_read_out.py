"""The lines round the frame: which recording, which frame, what value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest_values import WAIT_MS
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from thermview.capture.context import Context
from thermview.gui.frame.read_out import PointerLine, TitleLine, pixel_text
from thermview.gui.session import Session
from thermview.gui.work.frame_loader import Opened
from thermview.recording import (
    APPARENT_TEMPERATURE,
    ESTIMATED_TEMPERATURE,
    RAW_COUNTS,
    ArrayRecording,
    Quantity,
)

HOSTILE = "<b>x</b>&amp;\n한국어\u202e" + "n" * 200


def show(session: Session, frames: np.ndarray, quantity: Quantity = RAW_COUNTS, **more: object) -> None:
    name = str(more.pop("name", "Type1/0001"))
    recording = ArrayRecording(name, Path("/c") / f"{name}.npz", "array", frames, quantity, **more)  # type: ignore[arg-type]
    session._opened(Opened(recording, Context(name), recording.frame(0), 0))


@pytest.fixture
def title(qtbot, session: Session) -> TitleLine:
    made = TitleLine(session)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def pointer(qtbot, session: Session) -> PointerLine:
    made = PointerLine(session)
    qtbot.addWidget(made)
    return made


def test_frames_are_counted_from_one_with_their_time(title: TitleLine, session: Session) -> None:
    show(session, np.zeros((14_571, 2, 2), np.uint8), frame_rate=1000.0)
    session.shown.show_frame(np.zeros((2, 2), np.uint8), 2006, 1)
    title._new_frame()
    assert title.name.text() == "Type1 / 0001"
    assert title.place.text() == "frame 2\u2009007 of 14\u2009571   2.006\u2009s"
    assert "from 1 here" in title.place.toolTip()


def all_of_it_is_seen(title: TitleLine) -> bool:
    text, width = title.place.text(), title.place.visibleRegion().boundingRect().width()
    return title.place.fontMetrics().elidedText(text, title.place.elide, width) == text


def test_no_frame_has_the_window_laid_out_anew(qtbot, session: Session) -> None:  # type: ignore[no-untyped-def]
    """Its docks would be placed again for every frame: that took longer than painting it."""
    outer = QWidget()
    qtbot.addWidget(outer)
    title = TitleLine(session)
    QVBoxLayout(outer).addWidget(title)
    outer.resize(600, 100)
    outer.show()
    show(session, np.zeros((14_571, 2, 2), np.uint8), frame_rate=1000.0)
    for _ in range(3):  # a request to be laid out goes up one widget at a time
        QApplication.processEvents()
    asked: list[QEvent.Type] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            asked.append(event.type())
            return False

    watch = Watch()
    outer.installEventFilter(watch)
    for index in (3, 17, 444, 998, 999, 12_345, 14_570):
        session.shown.show_frame(np.zeros((2, 2), np.uint8), index, 1)
        QApplication.processEvents()
        assert all_of_it_is_seen(title)
    assert QEvent.Type.LayoutRequest not in asked
    show(session, np.zeros((1, 48, 64), np.uint8))
    qtbot.waitUntil(lambda: QEvent.Type.LayoutRequest in asked, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: all_of_it_is_seen(title), timeout=WAIT_MS)


def test_a_recording_without_a_clock_and_a_still(title: TitleLine, session: Session) -> None:
    show(session, np.zeros((3, 2, 2), np.uint8))
    assert title.place.text() == "frame 1 of 3"
    show(session, np.zeros((1, 48, 64), np.uint8))
    assert title.place.text() == "64 × 48 pixels"
    session._show_nothing("gone")
    assert title.place.text() == ""
    assert title.name.toolTip() == ""


def test_a_hostile_name_is_one_line_of_plain_text_that_pushes_nothing_aside(
    title: TitleLine, session: Session
) -> None:
    narrow = title.minimumSizeHint().width()
    show(session, np.zeros((3, 2, 2), np.uint8), name=HOSTILE)
    assert "<b>x<" in title.name.text().replace(" / ", "/")
    assert not set("\n\u202e") & set(title.name.text())
    assert "&lt;b&gt;" in title.name.toolTip()
    assert title.minimumSizeHint().width() < narrow + 250
    title.resize(500, 30)
    title.grab()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.uint16(12345), "12\u2009345"),
        (np.int16(-3), "\u22123"),
        (np.float32(21.456), "21.46"),
        (np.float64("nan"), "no value"),
        (np.float64("inf"), "\u2013"),
        (np.float64(1.5e9), "1.50e9"),
        (np.bool_(True), "1.00"),
    ],
)
def test_values_as_read(value: object, text: str) -> None:
    got = pixel_text(value)
    assert got == text or (text == "1.50e9" and got.startswith("1.5"))


def test_the_title_names_the_file_that_cannot_be_read(
    qtbot, title: TitleLine, opened: Session, capture
) -> None:
    opened.select(capture / "Type1" / "broken.npz")
    qtbot.waitUntil(lambda: opened.problem != "", timeout=WAIT_MS)
    assert title.name.text() == "broken.npz"
    assert "broken.npz" in title.name.toolTip()


def test_a_note_that_does_not_fit_keeps_its_beginning(pointer: PointerLine) -> None:
    assert pointer.notes.elide is Qt.TextElideMode.ElideRight


def test_the_value_under_the_pointer_with_its_unit(pointer: PointerLine, session: Session) -> None:
    frames = np.zeros((1, 4, 6))
    frames[0, 2, 5] = 36.6
    show(session, frames, APPARENT_TEMPERATURE)
    pointer.show_pointer((5, 2))
    assert pointer.pointer.text() == "pointer 5, 2   36.60\u2009°C"
    assert pointer.extremes.text() == "max 36.60\u2009°C at 5, 2"
    pointer.show_pointer(None)
    assert pointer.pointer.text() == ""


def test_an_estimate_is_called_one(pointer: PointerLine, session: Session) -> None:
    show(session, np.ones((1, 2, 2)), ESTIMATED_TEMPERATURE)
    pointer.show_pointer((0, 0))
    assert "(estimated)" in pointer.pointer.text()


def test_colours_are_no_temperatures(pointer: PointerLine, session: Session) -> None:
    show(session, np.full((1, 2, 2, 4), 7, np.uint8))
    pointer.show_pointer((1, 1))
    assert pointer.pointer.text() == "pointer 1, 1   R G B  7 7 7"
    assert pointer.extremes.text() == "colours, not temperatures"


def test_a_pointer_outside_the_next_frame_reads_nothing(pointer: PointerLine, session: Session) -> None:
    show(session, np.zeros((1, 40, 60)))
    pointer.show_pointer((59, 39))
    show(session, np.zeros((1, 4, 6)))
    assert pointer.pointer.text() == ""
    session._show_nothing("gone")
    assert pointer.pointer.text() == ""
    assert pointer.extremes.text() == ""


def test_a_frame_of_holes_has_no_maximum(pointer: PointerLine, session: Session) -> None:
    show(session, np.full((1, 2, 2), np.nan))
    assert pointer.extremes.text() == "no finite value"


def test_held_frames_are_said(pointer: PointerLine, session: Session) -> None:
    show(session, np.zeros((30, 2, 2)))
    session.shown.show_frame(np.zeros((2, 2)), 20, 17)
    assert pointer.notes.text() == "maximum of 17 frames (peak hold)"
    session.shown.show_frame(np.zeros((2, 2)), 21, 1)
    assert pointer.notes.text() == ""
