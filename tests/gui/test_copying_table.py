"""Tables of whole rows look and behave alike wherever they stand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication, QStandardItem, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView

from thermview.gui.diagnosis.page_parts import TextTable
from thermview.gui.parts.copying_table import ROW_PX, CopyingTable


@pytest.fixture
def table(qtbot) -> CopyingTable:
    made = CopyingTable()
    qtbot.addWidget(made)
    model = QStandardItemModel(2, 2, made)
    model.setHorizontalHeaderLabels(["name", "value"])
    for row, words in enumerate((("a", "1\n2"), ("b", "3"))):
        for column, word in enumerate(words):
            model.setItem(row, column, QStandardItem(word))
    made.setModel(model)
    return made


def test_a_table_is_of_whole_rows_of_one_height(table: CopyingTable) -> None:
    assert table.selectionBehavior() == QAbstractItemView.SelectionBehavior.SelectRows
    assert [table.rowHeight(row) for row in range(2)] == [ROW_PX, ROW_PX]
    assert table.verticalHeader().isHidden()
    assert table.alternatingRowColors()
    assert not table.showGrid()


def test_its_rows_are_copied_under_their_titles(table: CopyingTable) -> None:
    wanted = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    table.selectionModel().select(table.model().index(0, 0), wanted)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "name\tvalue\na\t1 2"


def test_a_table_on_a_page_is_as_high_as_its_rows(qtbot) -> None:
    page = TextTable(("a", "b"), most=3)
    qtbot.addWidget(page)
    heights = []
    for count in (1, 2, 3, 9):
        page.show_rows([("x", "y")] * count)
        heights.append(page.height())
    row = page.rowHeight(0)
    assert [after - before for before, after in pairwise(heights)] == [row, row, 0]
