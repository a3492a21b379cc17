"""Recordings by batch with a box each: checked ones teach."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from thermview.gui.learn.choices import Candidate, Choices, promise_words
from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import count_text, one_line, tip

_ROLE = Qt.ItemDataRole.UserRole
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class RecordingTree(QTreeWidget):
    """Batches preselected; unchecking leaves out. Double-click or Enter opens a recording."""

    chosen_changed = Signal()
    recording_opened = Signal(object)
    """path"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderLabels(["Recording", "What is known of it"])
        self.setUniformRowHeights(True)
        self.setAlternatingRowColors(True)
        self.setAccessibleName("Recordings to learn from")
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.header().setStretchLastSection(True)
        self.setColumnWidth(0, 220)
        self.itemChanged.connect(self._item_changed)
        self.itemActivated.connect(self._activated)
        self._filling = False

    def show_choices(self, choices: Choices) -> None:
        """List the recordings of a folder of batches, all checked but those that something speaks against.

        What a person checked or left out before stays so.
        """
        self._filling = True
        before = {
            row.data(0, _ROLE).path: row.checkState(0)
            for batch in self._batches()
            for row in _rows(batch)
            if not row.data(0, _ROLE).barred
        }
        self.clear()
        for name, candidates in choices.batches.items():
            batch = QTreeWidgetItem(self, [one_line(name), ""])
            batch.setData(0, _ROLE, name)
            # Qt's own tristate box goes as soon as one of the rows below has none, so it is kept by hand
            batch.setFlags(batch.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            batch.addChildren([_row_of(candidate) for candidate in candidates])
            for row in _rows(batch):
                if (kept := before.get(row.data(0, _ROLE).path)) is not None and not row.data(
                    0, _ROLE
                ).barred:
                    row.setCheckState(0, kept)
            batch.setExpanded(len(choices.batches) == 1)
        self._filling = False
        self._count()

    @property
    def chosen(self) -> dict[str, list[Candidate]]:
        """Checked recordings by batch, in order."""
        return {
            str(batch.data(0, _ROLE)): [
                row.data(0, _ROLE) for row in _rows(batch) if row.checkState(0) == _CHECKED
            ]
            for batch in self._batches()
        }

    def check(self, shown_id: str, checked: bool) -> None:
        """Check or leave out one recording, by its id below the capture."""
        for batch in self._batches():
            for item in _rows(batch):
                if item.data(0, _ROLE).shown_id == shown_id and not item.data(0, _ROLE).barred:
                    item.setCheckState(0, _CHECKED if checked else _UNCHECKED)

    def _batches(self) -> list[QTreeWidgetItem]:
        return [item for n in range(self.topLevelItemCount()) if (item := self.topLevelItem(n)) is not None]

    def _item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if self._filling or column != 0:
            return
        if item.parent() is None:
            self._filling = True
            for row in _free(item):
                row.setCheckState(0, item.checkState(0))
            self._filling = False
        self._count()

    def _count(self) -> None:
        """Say in each batch's row how many are chosen and what they can promise."""
        self._filling = True
        for batch in self._batches():
            rows = _rows(batch)
            total, count = len(rows), sum(row.checkState(0) == _CHECKED for row in rows)
            words = f"{count_text(count)} of {count_text(total)} chosen. "
            batch.setText(1, words + promise_words(count) if count else "left out")
            batch.setToolTip(1, tip(batch.text(1)))
            free = len(_free(batch))
            if free:
                state = _CHECKED if count == free else Qt.CheckState.PartiallyChecked if count else _UNCHECKED
                batch.setCheckState(0, state)
        self._filling = False
        self.chosen_changed.emit()

    def _activated(self, item: QTreeWidgetItem) -> None:
        candidate = item.data(0, _ROLE)
        if isinstance(candidate, Candidate):
            self.recording_opened.emit(candidate.path)


def _rows(batch: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [row for n in range(batch.childCount()) if (row := batch.child(n)) is not None]


def _free(batch: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    """The rows that a person may check."""
    return [row for row in _rows(batch) if not row.data(0, _ROLE).barred]


def _row_of(candidate: Candidate) -> QTreeWidgetItem:
    row = QTreeWidgetItem([candidate.name, candidate.remark])
    row.setData(0, _ROLE, candidate)
    row.setToolTip(0, tip(f"{candidate.id}\nDouble-click: open it"))
    row.setToolTip(1, tip(candidate.remark))
    if not candidate.barred:  # without a box, so that checking the batch does not check it either
        row.setFlags(row.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        row.setCheckState(0, _UNCHECKED if candidate.doubtful else _CHECKED)
    if candidate.remark and not candidate.barred:
        row.setForeground(1, theme.cause_colour(""))
    return row
