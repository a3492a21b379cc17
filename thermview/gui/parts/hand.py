"""What a room does with the mouse and keys on the frame before the frame view itself takes them."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QTransform


class Hand(Protocol):
    """Draws and moves things on the frame.

    Each method gets the event in view pixels and the transform that maps frame coordinates (column, row) to
    them; True says that the event was taken, so that the frame view does nothing with it.
    """

    changed: Any
    """Signal without arguments: the cursor may be another one now."""

    def press(self, event: QMouseEvent, transform: QTransform) -> bool:
        """A mouse button went down."""

    def move(self, event: QMouseEvent, transform: QTransform) -> bool:
        """The mouse moved, with or without a button."""

    def release(self, event: QMouseEvent, transform: QTransform) -> bool:
        """The button of a press that was taken went up."""

    def click(self, event: QMouseEvent, transform: QTransform) -> bool:
        """A press that was not taken ended where it began."""

    def double_click(self, event: QMouseEvent, transform: QTransform) -> bool:
        """A second click at once."""

    def key(self, event: QKeyEvent, only_ask: bool = False) -> bool:
        """A key was pressed; with `only_ask` say whether it would be taken, and do nothing."""

    def cursor_at(self, point: QPointF, transform: QTransform) -> Qt.CursorShape | None:
        """The cursor at a view point; None: the usual one."""
