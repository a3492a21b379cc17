"""The visible picture in the window: shown, aligned by mouse, keys and numbers, kept, undone, missing, exported."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest_values import WAIT_MS
from flir_files import alignment_record, fff_of, flir_with_visible, jpeg_with
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from thermview.gui.flags.export_dialog import shown_item
from thermview.gui.main_window import MainWindow
from thermview.gui.session import Session
from thermview.thermal.alignment import NEUTRAL, Alignment, Inset
from thermview.thermal.fusion import MODES

GREEN = np.full((48, 64, 3), (20, 200, 40), np.uint8)


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    folder = tmp_path / "flir"
    folder.mkdir()
    for name in ("a", "b"):
        content = flir_with_visible(GREEN, (0x2A, alignment_record(1.25, (4, -2), (2, 5, 1, 3))))
        (folder / f"{name}.jpg").write_bytes(content)
    (folder / "alone.jpg").write_bytes(jpeg_with(fff_of()))
    (folder / "broken.jpg").write_bytes(flir_with_visible(GREEN).replace(b"JFIF", b"\0\0\0\0")[:-0x800])
    np.save(folder / "numbers.npy", np.arange(48, dtype=np.float32).reshape(6, 8))
    Image.fromarray(GREEN).save(tmp_path / "chosen.png")
    return folder


@pytest.fixture
def window(qtbot, opened: Session) -> MainWindow:  # type: ignore[no-untyped-def]
    made = MainWindow(opened)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def show(qtbot, opened: Session, capture: Path):  # type: ignore[no-untyped-def]
    def show_it(name: str, mode: str | None = "blend") -> Session:
        path = capture / name
        opened.select(path)
        qtbot.waitUntil(
            lambda: opened.recording is not None and opened.recording.path == path and opened.opening is None,
            timeout=WAIT_MS,
        )
        if mode is not None:
            opened.fused.show(mode)
            qtbot.waitUntil(lambda: not opened.fused.looking, timeout=WAIT_MS)
        return opened

    return show_it


def colour_at(window: MainWindow, column: float, row: float) -> QColor:
    view = window.frame_view
    point = view._transform().map(QPointF(column, row)).toPoint()
    return view.grab().toImage().pixelColor(point * view.devicePixelRatioF())


def is_green(colour: QColor) -> bool:
    return colour.green() > 150 and colour.red() < 90 and colour.blue() < 110


def quiet(session: Session) -> None:
    session.toggle_overlay("hot spot")


def test_nothing_is_looked_for_before_someone_wants_it(show, window: MainWindow) -> None:
    session = show("a.jpg", None)
    assert window.fusion_bar.isHidden()
    assert session.fused.picture is None
    assert not session.fused.worker.isRunning()


def test_the_key_goes_through_all_ways_and_back_to_the_frame(qtbot, show, window: MainWindow) -> None:
    session = show("a.jpg", None)
    seen = []
    for _ in range(len(MODES) + 1):
        window.action("fusion").trigger()
        qtbot.waitUntil(lambda: not session.fused.looking, timeout=WAIT_MS)
        seen.append(session.fused.look.mode if session.fused.on else None)
        assert window.visible_view.isVisible() == (seen[-1] == "side by side")
    assert seen == [*MODES, None]
    assert window.fusion_bar.isHidden()


def test_a_blend_of_all_is_the_visible_picture_and_of_nothing_the_frame(show, window: MainWindow) -> None:
    session = show("a.jpg")
    quiet(session)
    window.fusion_bar.slider.setValue(100)
    assert is_green(colour_at(window, 5, 3.5))
    window.fusion_bar.slider.setValue(0)
    alone = colour_at(window, 5, 3.5)
    session.fused.show(None)
    assert colour_at(window, 5, 3.5) == alone
    assert not is_green(alone)


def test_the_inset_is_thermal_and_can_be_dragged(qtbot, show, window: MainWindow) -> None:
    session = show("a.jpg", "picture in picture")
    quiet(session)
    assert session.fused.inset == Inset(2, 1, 6, 4)
    assert not is_green(colour_at(window, 4, 2.5))
    assert is_green(colour_at(window, 7, 5.3))
    view = window.frame_view

    def at(column: float, row: float) -> QPoint:
        return view._transform().map(QPointF(column, row)).toPoint()

    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at(6, 4))
    QTest.mouseMove(view, at(8, 6))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at(8, 6))
    assert session.fused.inset == Inset(2, 1, 8, 6)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at(2, 3))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at(0, 3))
    assert session.fused.inset == Inset(0, 1, 6, 6)
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert session.fused.inset == Inset(2, 1, 6, 4)


def test_edges_of_a_picture_without_any_leave_the_frame(show, window: MainWindow) -> None:
    session = show("a.jpg", None)
    quiet(session)
    before = colour_at(window, 5, 3.5)
    session.fused.show("edges")
    show("a.jpg", "edges")
    assert colour_at(window, 5, 3.5) == before


def test_it_lies_as_the_file_states(show, window: MainWindow) -> None:
    session = show("a.jpg")
    per_pixel = 64 / 1.25 / 8
    alignment = session.fused.alignment
    assert alignment.scale == pytest.approx(1.25)
    assert (alignment.offset_x, alignment.offset_y) == pytest.approx((-4 / per_pixel, 2 / per_pixel))
    assert "as the file states" in window.fusion_layer.note
    assert "inside the file, 64 × 48 pixels" in window.fusion_bar.source.text()
    assert not window.fusion_bar.back.isEnabled()


def test_numbers_move_it_and_one_undo_takes_them_back(show, window: MainWindow) -> None:
    session = show("a.jpg")
    stated, bar = session.fused.alignment, window.fusion_bar
    for value in (1.0, 2.0, 3.0):
        bar.right.setValue(value)
    assert session.fused.alignment.offset_x == pytest.approx(3.0)
    assert session.undo_stack.count() == 1
    assert bar.back.isEnabled()
    assert "by hand" in session.fused.origin
    session.undo_stack.undo()
    assert session.fused.alignment == stated
    assert bar.right.value() == pytest.approx(stated.offset_x, abs=0.051)
    session.undo_stack.redo()
    bar.back.click()
    assert session.fused.alignment == stated


def test_a_drag_moves_it_and_with_ctrl_enlarges_it(qtbot, show, window: MainWindow) -> None:
    session, view = show("a.jpg"), window.frame_view
    session.fused.align(NEUTRAL)
    qtbot.waitUntil(lambda: window.action("align").isEnabled())
    window.action("align").trigger()
    assert window.fusion_bar.move_button.isChecked()

    def at(column: float, row: float) -> QPoint:
        return view._transform().map(QPointF(column, row)).toPoint()

    before = view._view
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at(2, 2))
    QTest.mouseMove(view, at(3, 2.5))
    assert session.fused.alignment.offset_x == pytest.approx(1, abs=0.1)
    assert session.undo_stack.count() == 1
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at(3, 2.5))
    assert session.undo_stack.count() == 2
    assert session.fused.alignment.offset_y == pytest.approx(0.5, abs=0.1)
    ctrl = Qt.KeyboardModifier.ControlModifier
    session.fused.align(NEUTRAL)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, ctrl, at(4, 8))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, ctrl, at(4, 13))
    assert session.fused.alignment.scale == pytest.approx(2.0, abs=0.05)
    assert view._view == before  # the frame stayed where it was


def test_arrow_keys_move_it_on_screen_while_aligning_and_step_frames_again_after(
    qtbot, show, window: MainWindow
) -> None:
    session, view = show("a.jpg"), window.frame_view
    session.fused.align(NEUTRAL)
    session.fused.set_aligning(True)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    alignment = session.fused.alignment
    assert (alignment.offset_x, alignment.offset_y) == pytest.approx((1.0, 0.1))
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert session.fused.alignment.scale == pytest.approx(1.01)
    view.turn(1)
    view.repaint()
    QTest.mouseMove(view, view.rect().center() + QPoint(3, 3))
    qtbot.waitUntil(lambda: window.frame_view._transform().m12() != 0)
    session.fused.align(NEUTRAL)
    QTest.keyClick(view, Qt.Key.Key_Right)  # right on screen is up in a frame turned clockwise
    assert (session.fused.alignment.offset_x, session.fused.alignment.offset_y) == pytest.approx((0, -1))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert not session.fused.aligning
    assert session.recording is not None
    assert session.recording.path.name == "a.jpg"


def test_what_was_aligned_comes_back_and_holds_for_the_camera_where_wanted(show, window: MainWindow) -> None:
    session = show("a.jpg")
    stated = session.fused.alignment
    moved = Alignment(stated.scale * 1.1, stated.offset_x + 2, stated.offset_y)
    session.fused.align(moved)
    show("b.jpg")
    assert session.fused.alignment.same(stated)
    show("a.jpg")
    assert session.fused.alignment.same(moved)
    window.fusion_bar.camera.click()
    assert session.fused.origin == "aligned as for its camera"
    show("b.jpg")
    assert session.fused.alignment.same(moved)
    session.fused.reset()
    assert session.fused.alignment.same(stated)
    show("a.jpg")
    assert session.fused.alignment.same(moved)
    session.undo_stack.undo()
    session.undo_stack.undo()
    show("b.jpg")
    assert session.fused.alignment.same(stated)


def test_without_one_a_sentence_says_so_and_a_file_can_be_chosen(
    qtbot, show, window: MainWindow, capture: Path, monkeypatch
) -> None:
    session = show("alone.jpg")
    bar = window.fusion_bar
    assert bar.problem.isVisible()
    assert "no visible picture" in bar.problem.text()
    assert not bar.alignment.isVisible()
    assert not window.action("align").isEnabled()
    chosen = str(capture.parent / "chosen.png")
    monkeypatch.setattr(
        "thermview.gui.fusion.fusion_bar.QFileDialog.getOpenFileName", lambda *a, **k: (chosen, "")
    )
    bar.file.click()
    qtbot.waitUntil(lambda: session.fused.picture is not None, timeout=WAIT_MS)
    assert session.fused.alignment == NEUTRAL
    assert "chosen.png" in bar.source.text()
    show("a.jpg")
    show("alone.jpg")
    assert session.fused.is_chosen
    bar.forget.click()
    qtbot.waitUntil(lambda: bool(session.fused.problem), timeout=WAIT_MS)
    session.undo_stack.undo()
    qtbot.waitUntil(lambda: session.fused.picture is not None, timeout=WAIT_MS)


def test_a_chosen_file_that_is_no_picture_is_said(qtbot, show, window: MainWindow, capture: Path) -> None:
    session = show("a.jpg")
    session.fused.set_aligning(True)
    session.fused.choose(capture / "numbers.npy")
    qtbot.waitUntil(lambda: bool(session.fused.problem), timeout=WAIT_MS)
    assert "no visible picture; choose" in session.fused.problem
    assert not session.fused.aligning
    assert session.fused.shown is None


def test_beside_the_frame_it_shows_the_same_part_and_the_same_place(show, window: MainWindow) -> None:
    session = show("a.jpg", "side by side")
    frame, visible = window.frame_view, window.visible_view
    assert visible.isVisible()
    frame.zoom(2)
    assert visible._view == frame._view
    visible.view_wanted.emit(visible._view.zoomed(2, QPointF(50, 50), (8, 6), visible._size()))
    assert visible._view == frame._view
    frame.fit()
    middle = visible.transform().map(QPointF(4.5, 3.5)).toPoint()
    QTest.mouseMove(visible, middle)
    assert window.fusion_layer._mark == (4, 3)
    assert any("4, 3" in label.text() for label in window.pointer_line.findChildren(QLabel))
    colour = visible.grab().toImage().pixelColor(visible.rect().center())
    assert is_green(colour)
    window.copy_picture()
    assert QApplication.clipboard().pixmap().width() > frame.width()
    session.fused.show(None)
    assert not visible.isVisible()


def test_beside_the_frame_the_visible_picture_itself_can_be_dragged(show, window: MainWindow) -> None:
    session, visible = show("a.jpg", "side by side"), window.visible_view
    session.fused.align(NEUTRAL)
    session.fused.set_aligning(True)
    before = visible._view

    def at(column: float, row: float) -> QPoint:
        return visible.transform().map(QPointF(column, row)).toPoint()

    QTest.mousePress(visible, Qt.MouseButton.LeftButton, pos=at(3, 3))
    QTest.mouseMove(visible, at(4, 3))
    QTest.mouseRelease(visible, Qt.MouseButton.LeftButton, pos=at(4, 3))
    assert session.fused.alignment.offset_x == pytest.approx(1, abs=0.1)
    assert visible._view == before


def test_regions_are_drawn_and_measured_as_without_it(qtbot, show, window: MainWindow) -> None:
    session, view = show("a.jpg"), window.frame_view
    frame = session.frame.copy()
    session.fused.set_aligning(True)
    session.measuring.choose_tool("spot")
    assert not session.fused.aligning
    point = view._transform().map(QPointF(3.5, 2.5)).toPoint()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=point)
    assert len(session.measuring.regions.regions) == 1
    np.testing.assert_array_equal(session.frame, frame)


def test_the_exported_frame_shows_what_is_shown(show, window: MainWindow) -> None:
    session = show("a.jpg")
    item = shown_item(session)()[0]
    assert item.fusion is not None
    assert item.fusion(session.recording).alignment == session.fused.alignment
    session.fused.show(None)
    assert shown_item(session)()[0].fusion is None


def test_a_frame_step_paints_no_picture_anew(show, window: MainWindow, monkeypatch) -> None:
    session = show("a.jpg")
    window.frame_view.repaint()
    calls = []
    real = __import__("thermview.gui.fusion.placed", fromlist=["laid_over"]).laid_over
    monkeypatch.setattr("thermview.gui.fusion.placed.laid_over", lambda *args: calls.append(1) or real(*args))
    for _ in range(5):
        session.frame_changed.emit()
        window.frame_view.repaint()
    assert calls == []
    session.fused.align(session.fused.alignment.moved(1, 0))
    window.frame_view.repaint()
    assert calls == [1]
