"""The 3-D surface in its window: drawn where OpenGL can be had, one sentence where it cannot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor

from thermview.capture.context import Context
from thermview.gui.parts import theme
from thermview.gui.session import Session
from thermview.gui.surface import available
from thermview.gui.surface.surface_window import SurfaceWindow
from thermview.gui.work.frame_loader import Opened
from thermview.recording import APPARENT_TEMPERATURE, INTENSITY, ArrayRecording

FRAMES = np.linspace(20, 60, 3 * 48 * 64, dtype=np.float32).reshape(3, 48, 64)


def shown(session: Session, frames: np.ndarray = FRAMES) -> None:
    quantity = INTENSITY if frames.ndim == 4 else APPARENT_TEMPERATURE
    recording = ArrayRecording("made", Path("made.npy"), "array", frames, quantity, frame_rate=10.0)
    session._opened(Opened(recording, Context("folder/made"), recording.frame(0), 0))


@pytest.fixture
def window(qtbot, session: Session):  # type: ignore[no-untyped-def]
    made = SurfaceWindow(session)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def drawn(qtbot, session: Session, window: SurfaceWindow):  # type: ignore[no-untyped-def]
    problem = available.why_not()
    if problem:
        pytest.skip(problem)
    shown(session)
    window.present()
    qtbot.waitExposed(window)
    return window


def test_without_the_package_one_sentence_says_what_to_install(
    session, window: SurfaceWindow, monkeypatch
) -> None:
    real = available.importlib.util.find_spec
    monkeypatch.setattr(
        available.importlib.util, "find_spec", lambda name: None if name == "OpenGL" else real(name)
    )
    shown(session)
    window.present()
    assert window.empty.words.text().replace("\u200b", "") == available.NEEDS_EXTRA
    assert window.pages.currentWidget() is window.empty
    assert not window.reset.isEnabled()


def test_without_a_context_one_sentence_says_so(session, window: SurfaceWindow, monkeypatch) -> None:
    monkeypatch.setattr(available.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(available.QOpenGLContext, "create", lambda self: False)
    shown(session)
    window.present()
    assert "does not offer" in window.empty.words.text()


def test_the_frame_is_drawn_in_its_colours(qtbot, session: Session, drawn: SurfaceWindow) -> None:
    """Software or hardware: what is on screen has the colours of the palette's hot and cold ends."""
    picture = drawn._view.grabFramebuffer()
    assert picture.width() > 100
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(0, picture.width(), 3)
        for y in range(0, picture.height(), 3)
    }
    assert len(colours) > 40
    hot = [QColor(name) for name in colours if QColor(name).red() > 200 and QColor(name).blue() < 150]
    assert hot


def test_words_name_frame_and_place(session: Session, drawn: SurfaceWindow, qtbot) -> None:
    assert drawn.title.text().startswith("folder/made, frame 1")
    assert drawn.said.text() == "Drag turns it, the wheel comes nearer."
    session.seek(2)
    qtbot.waitUntil(lambda: "frame 3" in drawn.title.text())


def test_floor_and_top_only_move_apart_within_a_recording(
    session: Session, drawn: SurfaceWindow, qtbot
) -> None:
    first = drawn._ends
    session.seek(2)
    qtbot.waitUntil(lambda: drawn._ends != first)
    assert drawn._ends == (20.0, 60.0)
    session.seek(1)
    drawn.refresh()
    assert drawn._ends == (20.0, 60.0)
    shown(session, FRAMES + 100)
    drawn.refresh()
    assert drawn._ends is not None
    assert drawn._ends[0] == pytest.approx(120.0)


def test_axes_are_in_pixels_and_in_the_unit_that_is_read(session: Session, drawn: SurfaceWindow) -> None:
    def texts() -> list[str]:
        return [item.text for item in drawn._view._axes if hasattr(item, "text")]

    assert {"column", "row", "°C", "0", "40"} <= set(texts())
    session.set_temperature_unit("°F")
    drawn.refresh()
    assert "°F" in texts()
    assert "70" in texts()


def test_a_large_frame_is_reduced_and_says_so(session: Session, drawn: SurfaceWindow) -> None:
    shown(session, np.zeros((1, 480, 640), np.float32) + np.arange(640, dtype=np.float32))
    drawn.refresh()
    assert drawn.said.text().startswith("160 × 120 points, each the maximum of 4 × 4 pixels; ")


def test_pixels_without_a_value_and_held_frames_are_said(session: Session, drawn: SurfaceWindow) -> None:
    holed = FRAMES.copy()
    holed[0, :2, 0] = np.nan
    shown(session, holed)
    session.shown.held_frames = 2
    drawn.refresh()
    assert "maximum of 2 frames; 2 points without a value: grey, on the floor" in drawn.said.text().lower()


def test_what_has_no_heights_is_said(session: Session, drawn: SurfaceWindow) -> None:
    shown(session, np.zeros((1, 8, 8, 3), np.uint8))
    drawn.refresh()
    assert "picture of colours" in drawn.empty.words.text()
    shown(session, np.full((1, 8, 8), np.nan, np.float32))
    drawn.refresh()
    assert "No pixel" in drawn.empty.words.text()
    session.forget_shown()
    drawn.refresh()
    assert "Choose a recording" in drawn.empty.words.text()
    shown(session)
    drawn.refresh()
    assert drawn.pages.currentWidget() is drawn._view


def test_a_hidden_window_draws_nothing(qtbot, session: Session, drawn: SurfaceWindow, monkeypatch) -> None:
    drawn.hide()
    calls = []
    monkeypatch.setattr(drawn, "refresh", lambda: calls.append(1))
    session.seek(1)
    assert not drawn._soon.isActive()
    drawn.show()
    assert not calls or len(calls) == 1


def test_it_wears_the_dress_of_the_window(qtbot, qapp, session: Session, drawn: SurfaceWindow) -> None:
    before = theme.current().name
    theme.wear(qapp, "light" if before == "dark" else "dark")
    drawn.refresh()
    assert drawn._view._axes_key[-1] != before
    theme.wear(qapp, before)
