"""A table or tree whose cells are copied as text, and that leaves the frame keys alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView


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
