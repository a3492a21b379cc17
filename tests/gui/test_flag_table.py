from datetime import UTC, datetime

import pytest
from fake_session import FakeSession, laser_recording
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester

from thermview.gui.flags.flag_table import FlagTable
from thermview.review.flags import Flag

# the off-screen platform has no window manager to tell sizes to
FLAGS = [
    Flag("1673", 2006, 2099, "power", "like 1668", "Ana", datetime(2026, 3, 4, 9, 30, tzinfo=UTC), 1),
    Flag("1673", 100, 100, "<b>odd</b>", "", "Ana", None, 2),
]


@pytest.fixture
def session(qapp):
    return FakeSession()


@pytest.fixture
def table(qtbot, session):
    widget = FlagTable(session)
    qtbot.addWidget(widget)
    widget.resize(340, 400)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def filled(table, session):
    session.flagged.flags = list(FLAGS)
    session.browsing.flag_counts = {"1673": 2, "1668": 1}
    session.show(laser_recording(3000))
    return table


def _cell(table, row, column):
    return table.view.visualRect(table.model.index(row, column)).center()


def test_it_says_how_to_get_flags(table, session):
    assert "listed here" in table.empty.words.text()
    session.browsing.flag_counts = {"1668": 3}
    session.show(laser_recording(10))
    assert "F flags the shown frame" in table.empty.words.text()
    assert "3 flags in 1 recording of the capture" in table.empty.words.text()


def test_flags_stand_in_the_order_of_frames(filled):
    texts = [[filled.model.index(row, n).data() for n in range(5)] for row in range(2)]
    assert texts[0] == ["101", "0.100\u2009s", "<b>odd</b>", "", "Ana"]
    assert texts[1] == ["2\u2009007\u20132\u2009100", "2.006\u2009s", "power", "like 1668", "Ana"]
    assert filled.count.text() == "2 here, 3 flags in 2 recordings of the capture"


def test_the_model_keeps_the_rules_of_qt(filled, session):
    tester = QAbstractItemModelTester(filled.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    session.flagged.flags = FLAGS[:1]
    session.flags_changed.emit()
    session.flagged.flags = []
    session.flags_changed.emit()
    assert tester.model() is filled.model


def test_a_click_goes_to_the_frame(filled, session, qtbot):
    qtbot.mouseClick(filled.view.viewport(), Qt.MouseButton.LeftButton, pos=_cell(filled, 1, 2))
    assert session.frame_index == 2006


def test_reason_and_note_are_edited_in_place(filled, session):
    model = filled.model
    assert model.setData(model.index(1, 2), " laser \n off ")
    assert session.calls[-1] == ("change_flag", FLAGS[0], ("reason", "laser off"), ("note", "like 1668"))
    assert model.setData(model.index(1, 3), "seen twice")
    assert session.calls[-1] == ("change_flag", FLAGS[0], ("reason", "power"), ("note", "seen twice"))
    assert not model.setData(model.index(1, 0), "5")
    editable = [bool(model.flags(model.index(0, n)) & Qt.ItemFlag.ItemIsEditable) for n in range(6)]
    assert editable == [False, False, True, True, False, False]


def test_delete_removes_the_selected_flags(filled, session, qtbot):
    filled.view.selectAll()
    qtbot.keyClick(filled.view, Qt.Key.Key_Delete)
    assert session.calls == [("remove_flag", FLAGS[1]), ("remove_flag", FLAGS[0])]


def test_rows_are_copied_as_text(filled, qtbot):
    filled.view.selectRow(1)
    qtbot.keyClick(filled.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Frame\tTime\tReason\tNote\tBy\tWhen"
    assert lines[1].split("\t")[2:5] == ["power", "like 1668", "Ana"]
    assert len(lines) == 2


def test_a_reworded_flag_keeps_the_selection(filled, session):
    filled.view.selectRow(1)
    session.flagged.flags = [Flag("1673", 2006, 2099, "new", "", "Ana", None, 1), FLAGS[1]]
    session.flags_changed.emit()
    assert filled.model.index(1, 2).data() == "new"
    assert filled.view.selectionModel().isRowSelected(1)


def test_tool_tips_take_nothing_for_markup(filled):
    tip = filled.model.index(0, 2).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "<qt>&lt;b&gt;odd&lt;/b&gt;</qt>"
