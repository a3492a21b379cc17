"""Several hands on one frame: each event goes to the first that takes it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QTransform

from thermview.gui.parts.hand import Hand


class Hands(QObject):
    """A press belongs to the hand that took it until its button goes up."""

    changed = Signal()

    def __init__(self, *hands: Hand, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hands = hands
        self._holding: Hand | None = None
        for hand in hands:
            hand.changed.connect(self.changed)

    def press(self, event: QMouseEvent, transform: QTransform) -> bool:
        self._holding = next((hand for hand in self._hands if hand.press(event, transform)), None)
        return self._holding is not None

    def move(self, event: QMouseEvent, transform: QTransform) -> bool:
        if self._holding is not None:
            return self._holding.move(event, transform)
        return any(hand.move(event, transform) for hand in self._hands)

    def release(self, event: QMouseEvent, transform: QTransform) -> bool:
        holding, self._holding = self._holding, None
        return holding is not None and holding.release(event, transform)

    def click(self, event: QMouseEvent, transform: QTransform) -> bool:
        return any(hand.click(event, transform) for hand in self._hands)

    def double_click(self, event: QMouseEvent, transform: QTransform) -> bool:
        return any(hand.double_click(event, transform) for hand in self._hands)

    def key(self, event: QKeyEvent, only_ask: bool = False) -> bool:
        return any(hand.key(event, only_ask) for hand in self._hands)

    def cursor_at(self, point: QPointF, transform: QTransform) -> Qt.CursorShape | None:
        cursors = (hand.cursor_at(point, transform) for hand in self._hands)
        return next((cursor for cursor in cursors if cursor is not None), None)
