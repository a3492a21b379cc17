"""The colour bar: what it shows, and level and span by drag and wheel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from thermview.capture.context import Context
from thermview.gui.frame.scale_bar import ScaleBar
from thermview.gui.session import Session
from thermview.gui.work.frame_loader import Opened
from thermview.recording import ESTIMATED_TEMPERATURE, RAW_COUNTS, ArrayRecording, Quantity
from thermview.thermal.display import ISOTHERM_COLOUR, Isotherm
from thermview.thermal.palettes import NAMES, palette


@pytest.fixture
def bar(qtbot, session: Session) -> ScaleBar:
    made = ScaleBar(session)
    qtbot.addWidget(made)
    made.resize(86, 400)
    return made


def show(session: Session, frame: np.ndarray, quantity: Quantity = RAW_COUNTS) -> None:
    recording = ArrayRecording("made", Path("made.npy"), "array", frame[None], quantity)
    session._opened(Opened(recording, Context("made"), frame, 0))


def drag(bar: ScaleBar, start: int, end: int) -> None:
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(15, start))
    at = QPointF(15, end)
    left = Qt.MouseButton.LeftButton
    move = QMouseEvent(
        QEvent.Type.MouseMove, at, bar.mapToGlobal(at), left, left, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(bar, move)
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(15, end))


def wheel(bar: ScaleBar, turn: QPoint) -> None:
    nothing, none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        QPointF(15, 200), QPointF(), QPoint(), turn, nothing, none, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(bar, event)


def test_it_is_there_for_numbers_and_not_for_colours(bar: ScaleBar, session: Session) -> None:
    assert not bar.isVisibleTo(None)
    show(session, np.array([[0, 100]], np.uint16))
    assert not bar.isHidden()
    show(session, np.zeros((4, 4, 3), np.uint8))
    assert bar.isHidden()


def test_hot_is_at_the_top_and_inverting_turns_it(bar: ScaleBar, session: Session) -> None:
    show(session, np.array([[0, 100]], np.uint16))
    x, top, bottom = bar._bar().toRect().center().x(), bar._bar().toRect().top(), bar._bar().toRect().bottom()
    for inverted in (False, True):
        session.set_display(inverted=inverted)
        image = bar.grab().toImage()
        for y, end in ((top + 1, 0 if inverted else 255), (bottom - 1, 255 if inverted else 0)):
            wanted = QColor(*map(int, palette("inferno")[end]))
            assert abs(image.pixelColor(x, y).lightness() - wanted.lightness()) < 5


def test_a_drag_in_the_middle_moves_the_level(bar: ScaleBar, session: Session) -> None:
    show(session, np.array([[0, 100]], np.uint16))
    height = bar._bar().height()
    drag(bar, 200, 200 - round(height / 4))
    low, high = session.limits
    assert high - low == pytest.approx(100)
    assert low == pytest.approx(25, abs=0.5)
    assert session.display.scale_mode == "manual"


@pytest.mark.parametrize(("start", "moved", "kept"), [(40, 1, 0), (370, 0, 1)])
def test_a_drag_at_an_end_moves_that_end_and_never_past_the_other(
    bar: ScaleBar, session: Session, start: int, moved: int, kept: int
) -> None:
    show(session, np.array([[0, 100]], np.uint16))
    drag(bar, start, 205)
    assert session.limits[kept] == (0, 100)[kept]
    assert 0 < session.limits[moved] < 100
    drag(bar, start, 2000 if moved else -2000)
    assert session.limits[0] < session.limits[1]


def test_the_wheel_changes_the_span_about_the_middle(bar: ScaleBar, session: Session) -> None:
    show(session, np.array([[0, 100]], np.uint16))
    wheel(bar, QPoint(0, 120))
    low, high = session.limits
    assert (low + high) / 2 == pytest.approx(50)
    assert high - low == pytest.approx(100 / 1.1)


def test_a_sideways_wheel_and_a_click_leave_the_automatic_scale(bar: ScaleBar, session: Session) -> None:
    show(session, np.array([[0, 100]], np.uint16))
    wheel(bar, QPoint(120, 0))
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(15, 200))
    assert session.display.scale_mode == "min-max"


def test_a_double_click_asks_for_the_ends(qtbot, bar: ScaleBar, session: Session) -> None:
    show(session, np.array([[0, 100]], np.uint16))
    with qtbot.waitSignal(bar.ends_wanted):
        QTest.mouseDClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(15, 200))


def test_wheel_and_drag_without_a_quantity_do_nothing(bar: ScaleBar, session: Session) -> None:
    before = session.display
    wheel(bar, QPoint(0, 120))
    drag(bar, 200, 100)
    show(session, np.zeros((4, 4, 3), np.uint8))
    wheel(bar, QPoint(0, 120))
    assert session.display == before


@pytest.mark.parametrize("kind", ["above", "below", "interval"])
def test_the_isotherm_is_marked_beside_its_values(bar: ScaleBar, session: Session, kind: str) -> None:
    show(session, np.array([[0, 100]], np.uint16))
    session.set_display(isotherm=Isotherm(kind, 40, 60))
    image, rect = bar.grab().toImage(), bar._bar()
    green = {
        value: image.pixelColor(int(rect.left()) + 2, int(bar._y_of(value))).rgb() == ISOTHERM_COLOUR
        for value in (20, 50, 80)
    }
    expected = {"above": {50, 80}, "below": {20, 50}, "interval": {50}}[kind]
    assert {value for value, marked in green.items() if marked} == expected


@pytest.mark.parametrize(
    "ends", [(0.0, 1e-12), (-1e300, 1e300), (1e17, 1e17 + 64), (-5e-324, 0.0), (293.15, 293.1501)]
)
def test_any_ends_can_be_painted(bar: ScaleBar, session: Session, ends: tuple[float, float]) -> None:
    show(session, np.array([ends]), ESTIMATED_TEMPERATURE)
    bar.resize(86, 60)
    bar.grab()
    bar.resize(86, 1500)
    bar.grab()


def test_the_menu_offers_every_palette_and_scale_and_marks_the_present_ones(
    qtbot, bar: ScaleBar, session: Session
) -> None:
    show(session, np.array([[0, 100]], np.uint16))
    menu = bar.menu()
    rows = {action.text(): action for action in menu.actions()}
    assert {name.capitalize() for name in NAMES} <= set(rows)
    assert [text for text, row in rows.items() if row.isChecked()] == ["Scale: min-max", "Inferno"]
    rows["Iron"].trigger()
    rows["Scale: percentile"].trigger()
    assert (session.display.palette, session.display.scale_mode) == ("iron", "percentile")
    menu.deleteLater()


def test_it_is_painted_anew_only_where_something_differs(bar: ScaleBar, session: Session) -> None:
    show(session, np.array([[0, 100]], np.uint16))
    painted = bar._painted
    session.frame_changed.emit()
    assert bar._painted is painted
    session.set_display(low=1.0, high=2.0, scale_mode="manual")
    assert bar._painted is not painted
