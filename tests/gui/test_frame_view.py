"""The frame on screen: crisp pixels, the read-out, zoom and pan, boxes that are clicked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest_values import WAIT_MS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from thermview.annotation import Annotation, BoundingBox
from thermview.capture.context import Context
from thermview.gui.frame.frame_view import FrameView
from thermview.gui.session import Session
from thermview.gui.work.frame_loader import Opened
from thermview.recording import RAW_COUNTS, ArrayRecording, Quantity

INNER = Annotation("small", BoundingBox(10, 10, 10, 10))
OUTER = Annotation("large", BoundingBox(5, 5, 30, 30))
GUESS = Annotation("guess", BoundingBox(2, 2, 40, 40), origin="predicted", score=0.7)
TRIANGLE = Annotation("triangle", polygon=((11, 11), (15, 11), (11, 15)))


@pytest.fixture
def view(qtbot, session: Session) -> FrameView:
    made = FrameView(session)
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    return made


def show(
    session: Session,
    frames: np.ndarray,
    annotations: tuple[Annotation, ...] = (),
    quantity: Quantity = RAW_COUNTS,
) -> None:
    """Show an array, as a file of it is shown once it was read."""
    recording = ArrayRecording("made", Path("made.npy"), "array", frames, quantity)
    session._opened(Opened(recording, Context("made", annotations=annotations), recording.frame(0), 0))


def ramp(rows: int = 48, columns: int = 64) -> np.ndarray:
    return np.arange(rows * columns, dtype=np.uint16).reshape(1, rows, columns)


def wheel(view: FrameView, at: QPointF, notches: float, sideways: bool = False) -> None:
    turn = QPoint(round(120 * notches), 0) if sideways else QPoint(0, round(120 * notches))
    nothing, none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(at, QPointF(), QPoint(), turn, nothing, none, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(view, event)


def test_without_a_frame_it_says_how_to_get_one(view: FrameView) -> None:
    assert view.picture is None
    assert view.pixel_at(QPointF(10, 10)) is None
    assert view.grab().toImage().width() == 500


@pytest.mark.parametrize("scale", [3, 8])
def test_every_pixel_is_a_square_of_its_own_colour(view: FrameView, session: Session, scale: int) -> None:
    session.toggle_overlay("hot spot")
    show(session, np.random.default_rng(0).integers(0, 4000, (1, 20, 30), np.uint16))
    view.set_view(replace(view._view, scale=float(scale), centre=(15, 10)))
    image, picture = view.grab().toImage(), view.picture
    assert picture is not None
    for row in range(20):
        for column in range(30):
            middle = view._transform().map(QPointF(column + 0.5, row + 0.5))
            for dx, dy in ((0, 0), (-0.3 * scale, -0.3 * scale), (0.3 * scale, 0.3 * scale)):
                at = (int(middle.x() + dx), int(middle.y() + dy))
                assert image.pixelColor(*at) == picture.pixelColor(column, row)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    actions=st.lists(
        st.one_of(
            st.tuples(st.just("zoom"), st.floats(0.5, 3), st.floats(0, 500), st.floats(0, 400)),
            st.tuples(st.just("turn"), st.integers(0, 3)),
            st.tuples(st.just("mirror")),
        ),
        max_size=6,
    ),
    column=st.integers(0, 63),
    row=st.integers(0, 47),
)
def test_the_pixel_under_a_pixels_place_is_that_pixel(view, session, actions, column, row) -> None:
    if session.frame is None:
        show(session, ramp())
    view.fit()
    for action in actions:
        if action[0] == "zoom":
            view._zoom_at(action[1], QPointF(action[2], action[3]))
        elif action[0] == "turn":
            view.turn(action[1])
        else:
            view.mirror()
    assert view.pixel_at(view._transform().map(QPointF(column + 0.5, row + 0.5))) == (column, row)


def test_outside_the_frame_there_is_no_pixel(view: FrameView, session: Session) -> None:
    show(session, ramp())
    rect = view.frame_rectangle()
    assert view.pixel_at(rect.topLeft() + QPointF(0.5, 0.5)) == (0, 0)
    assert view.pixel_at(rect.bottomRight() - QPointF(0.5, 0.5)) == (63, 47)
    for outside in (rect.topLeft() - QPointF(1, 0), rect.bottomRight() + QPointF(0, 1)):
        assert view.pixel_at(outside) is None


def test_the_wheel_zooms_at_the_pointer(view: FrameView, session: Session) -> None:
    show(session, ramp())
    at = QPointF(333, 222)
    before = view._transform().inverted()[0].map(at)
    wheel(view, at, 3)
    after = view._transform().inverted()[0].map(at)
    assert (after - before).manhattanLength() < 1e-6
    assert view.frame_rectangle().width() > 500


def test_a_sideways_wheel_does_nothing(view: FrameView, session: Session) -> None:
    show(session, ramp())
    wheel(view, QPointF(100, 100), 2, sideways=True)
    assert view._view.scale is None


def test_fit_shows_the_whole_frame_again(view: FrameView, session: Session) -> None:
    show(session, ramp())
    fitted = view.frame_rectangle()
    view.zoom(5)
    view.turn(1)
    view.mirror()
    view.fit()
    assert view.frame_rectangle() == fitted


@pytest.mark.parametrize("rows_columns", [(1, 1), (2, 3), (3000, 2), (2, 3000)])
def test_tiny_and_lanky_frames_zoom_both_ways(view: FrameView, session: Session, rows_columns) -> None:
    show(session, np.zeros((1, *rows_columns), np.uint8))
    fitted = view.frame_rectangle().width()
    view.zoom(1.5)
    assert view.frame_rectangle().width() >= fitted
    view.fit()
    view.zoom(1 / 1.5)
    assert view.frame_rectangle().width() < fitted
    view.grab()


def test_a_frame_of_another_size_is_never_out_of_sight(view: FrameView, session: Session) -> None:
    show(session, ramp(480, 640))
    view._zoom_at(20, QPointF(480, 380))
    show(session, ramp(12, 16))
    assert view.rect().contains(view.frame_rectangle().toAlignedRect())
    view.zoom(2)
    kept = view._view
    show(session, ramp(12, 16) + 1)
    assert view._view == kept  # the same place in the next picture of the same size


def test_a_drag_pans_and_chooses_nothing(qtbot, view: FrameView, session: Session) -> None:
    show(session, ramp(), (OUTER,))
    before = view.frame_rectangle().topLeft()
    start = view._transform().map(QPointF(20, 20)).toPoint()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 11):
        by = start + QPoint(3 * step, 2 * step)
        event_type, button = QEvent.Type.MouseMove, Qt.MouseButton.LeftButton
        from PySide6.QtGui import QMouseEvent

        move = QMouseEvent(
            event_type,
            QPointF(by),
            view.mapToGlobal(QPointF(by)),
            button,
            button,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(view, move)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start + QPoint(30, 20))
    moved = view.frame_rectangle().topLeft() - before
    assert (moved - QPointF(30, 20)).manhattanLength() < 1e-6
    assert view.chosen is None


def click(view: FrameView, column: float, row: float) -> None:
    at = view._transform().map(QPointF(column, row)).toPoint()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)


def test_a_click_chooses_the_smallest_box_and_tells(qtbot, view: FrameView, session: Session) -> None:
    show(session, ramp(), (GUESS, INNER, OUTER))
    told: list[Annotation | None] = []
    view.annotation_chosen.connect(told.append)
    click(view, 15, 15)
    click(view, 30, 30)
    click(view, 40, 40)
    click(view, 60, 45)
    assert told == [INNER, OUTER, GUESS, None]


def test_a_hidden_kind_cannot_be_clicked(view: FrameView, session: Session) -> None:
    show(session, ramp(), (GUESS, INNER))
    session.toggle_overlay("boxes")
    click(view, 15, 15)
    assert view.chosen is GUESS
    session.toggle_overlay("predicted")
    click(view, 15, 15)
    assert view.chosen is None


def test_another_recording_forgets_the_chosen_box(qtbot, view: FrameView, session: Session) -> None:
    show(session, ramp(), (INNER,))
    click(view, 15, 15)
    assert view.chosen is INNER
    with qtbot.waitSignal(view.annotation_chosen, timeout=WAIT_MS) as told:
        show(session, ramp())
    assert told.args == [None]


def test_boxes_are_drawn_and_can_be_hidden(view: FrameView, session: Session) -> None:
    show(session, np.zeros((1, 48, 64), np.uint8), (OUTER,))
    session.toggle_overlay("hot spot")
    with_box = view.grab().toImage()
    session.toggle_overlay("boxes")
    without = view.grab().toImage()
    edge = view._transform().map(QPointF(20, 35)).toPoint()
    assert with_box.pixelColor(edge) != without.pixelColor(edge)


def test_the_hottest_pixel_is_marked_and_the_mark_follows(view: FrameView, session: Session) -> None:
    frames = np.zeros((2, 48, 64), np.uint16)
    frames[0, 10, 20] = frames[1, 40, 5] = 1000
    show(session, frames)
    assert view._spots[0] == (20, 10)
    session.seek(1)
    QTest.qWait(0)
    session.shown.show_frame(frames[1], 1, 1)
    assert view._spots[0] == (5, 40)


@pytest.mark.parametrize(
    "frame",
    [
        np.full((1, 5, 7), np.nan),
        np.full((1, 5, 7), np.inf),
        np.array([[[np.nan, 1.0], [-np.inf, 2.0]]]),
        np.zeros((1, 5, 7), bool),
        np.array([[[-(2**63), 2**63 - 1]]], np.int64),
        np.array([[[1e308, -1e308]]]),
        np.zeros((1, 5, 7, 3), np.uint8),
        np.zeros((1, 5, 7, 4), np.uint8),
        np.zeros((1, 1, 1), np.float16),
    ],
    ids=["nan", "inf", "mixed", "bool", "int64", "extreme", "rgb", "rgba", "pixel"],
)
def test_every_kind_of_frame_is_painted(view: FrameView, session: Session, frame: np.ndarray) -> None:
    show(session, frame)
    assert view.picture is not None
    assert (view.picture.height(), view.picture.width()) == frame.shape[1:3]
    view.grab()


def test_a_problem_is_told_where_the_frame_would_be(view: FrameView, session: Session) -> None:
    show(session, ramp())
    session._show_nothing("<b>0001</b>.npz: cut off & gone. " + "x" * 400)
    assert view.picture is None
    image = view.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(0, 500, 3) for y in range(150, 250)}
    assert any(QColor(name).red() > 150 > QColor(name).blue() for name in colours)


def test_every_key_is_left_to_the_actions(view: FrameView, session: Session) -> None:
    show(session, ramp())
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert session.frame_index == 0
