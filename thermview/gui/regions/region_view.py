"""The table of regions on screen: choose, rename, take away, copy."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from thermview.gui.parts import theme
from thermview.gui.parts.copying_table import CopyingTable, copy_text
from thermview.gui.regions.region_model import COLUMNS, NAME, Index, RegionModel
from thermview.thermal.region_conditions import own_conditions

_WIDTHS = {"name": 74, "mean": 84, "max at": 70, "area": 80, "kind": 74}
_NUMBER_PX = 76
_PAD_PX = 6


class _NumberDelegate(QStyledItemDelegate):
    """Paints a cell's text and nothing else: the numbers change with every frame, and a style sheet is dear."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RegionModel) or index.column() == NAME:
            super().paint(painter, option, index)
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(option.rect, option.palette.highlight())
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        painter.setPen(option.palette.color(role))
        painter.setFont(option.font)
        space = option.rect.adjusted(_PAD_PX, 0, -_PAD_PX, 0)
        text = model.text(index.row(), COLUMNS[index.column()])
        text = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, space.width())
        painter.drawText(space, model.alignment(index.column()), text)


class RegionView(CopyingTable):
    """A row that is clicked is the chosen region; Delete takes it away, Ctrl+C copies the rows."""

    own_wanted = Signal(str)
    """name of a region for which other conditions are to be asked"""

    def __init__(self, model: RegionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.region_model = model
        self._measuring = model.session.measuring
        self.setModel(model)
        self.setItemDelegate(_NumberDelegate(self))
        self.setAccessibleName("Regions")
        self.setFont(theme.numbers_font())
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setStretchLastSection(True)
        for column, name in enumerate(COLUMNS):
            self.setColumnWidth(column, _WIDTHS.get(name, _NUMBER_PX))
        self.selectionModel().currentRowChanged.connect(lambda now, _: self._row_chosen(now.row()))
        self._measuring.chosen_changed.connect(self.show_chosen)
        model.modelReset.connect(self.show_chosen)

    def _row_chosen(self, row: int) -> None:
        region = self.region_model.region_at(row)
        if region is not None:
            self._measuring.choose(region.name)

    def show_chosen(self) -> None:
        """Select the row of the chosen region."""
        names = [region.name for region in self.region_model.regions]
        now = self.currentIndex().row()
        if self._measuring.chosen not in names:
            if self.region_model.difference_at(now) is None:
                self.clearSelection()
            return
        row = names.index(self._measuring.chosen)
        if row != now or not self.selectionModel().hasSelection():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self.region_model.index(row, NAME), flags)

    def remove_selected(self) -> None:
        """Take the selected region or difference away; can be undone."""
        row = self.currentIndex().row()
        pair = self.region_model.difference_at(row)
        if pair is not None:
            self._measuring.remove_difference(pair)
        elif self.region_model.region_at(row) is not None:
            self._measuring.remove_chosen()

    def copy(self) -> None:
        """Copy all rows as text."""
        copy_text(self.region_model.as_text())

    def _menu(self, position: QPoint) -> None:
        index = self.indexAt(position)
        menu = QMenu(self)
        region = self.region_model.region_at(index.row()) if index.isValid() else None
        if region is not None:
            menu.addAction("Rename", lambda: self.edit(index.siblingAtColumn(NAME)))
            others = [other.name for other in self.region_model.regions if other.name != region.name]
            pairs = menu.addMenu("Show the difference to")
            pairs.setEnabled(bool(others))
            for other in others:
                shown = other.replace("&", "&&")
                pairs.addAction(shown, partial(self._measuring.add_difference, region.name, other))
            own = menu.addAction("Emissivity of its own\u2026", partial(self.own_wanted.emit, region.name))
            own.setEnabled(self._measuring.can_have_own)
            if own_conditions(region):
                menu.addAction(
                    "Measure it like the frame", partial(self._measuring.set_own, region.name, None, None)
                )
        if index.isValid():
            menu.addAction("Remove", self.remove_selected)
            menu.addSeparator()
        menu.addAction("Copy table", self.copy)
        menu.exec(self.viewport().mapToGlobal(position))
        menu.deleteLater()
