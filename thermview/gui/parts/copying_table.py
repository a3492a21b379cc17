"""A table or tree whose cells are copied as text, and that leaves the frame keys alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

ROW_PX = 26


def is_copy(event: QKeyEvent) -> bool:
    """Whether a key event means copy."""
    return event.matches(QKeySequence.StandardKey.Copy)


def is_delete(event: QKeyEvent) -> bool:
    """Whether a key event means delete."""
    return event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not event.modifiers()


def claims(event: QEvent, *tests: object) -> bool:
    """True for a shortcut that the focused view wants for itself, before the window's own gets it."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return any(test(event) for test in tests if callable(test))


def copy_text(text: str) -> None:
    """Put text on the clipboard."""
    QGuiApplication.clipboard().setText(text)


def selected_text(view: QAbstractItemView, header: Sequence[str] = ()) -> str:
    """The selected rows as tab-separated lines, under a header where there is one."""
    lines = ["\t".join(header)] if header else []
    model = view.model()
    for index in _rows(view):
        cells = [model.index(index.row(), n, index.parent()) for n in range(model.columnCount())]
        lines.append("\t".join(" ".join(str(cell.data() or "").split()) for cell in cells))
    return "\n".join(lines)


def _rows(view: QAbstractItemView) -> list[QModelIndex]:
    """One index for each selected row, in the order on screen."""
    chosen = {
        (index.parent().row(), index.row()): index.siblingAtColumn(0)
        for index in view.selectionModel().selectedIndexes()
    }
    return [chosen[key] for key in sorted(chosen)]


class CopyingTable(QTableView):
    """A table of whole rows, which are copied and removed by the usual keys while no cell is edited."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        self.horizontalHeader().setHighlightSections(False)

    def copy(self) -> None:
        """Put what is selected on the clipboard, under the titles of the columns."""
        model = self.model()
        titles = [str(model.headerData(n, Qt.Orientation.Horizontal)) for n in range(model.columnCount())]
        copy_text(selected_text(self, titles))

    def remove_selected(self) -> None:
        """Remove the selected rows; a table of what cannot be removed does nothing."""

    def event(self, event: QEvent) -> bool:
        editing = self.state() == QAbstractItemView.State.EditingState
        if not editing and claims(event, is_copy, is_delete):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_copy(event):
            self.copy()
        elif is_delete(event):
            self.remove_selected()
        else:
            super().keyPressEvent(event)
