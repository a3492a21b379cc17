"""Moving the visible picture over the frame, and the inset of picture-in-picture, with mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QTransform

from thermview.gui.fusion.fusion_layer import inset_rect
from thermview.thermal.alignment import Alignment, Inset

if TYPE_CHECKING:
    from thermview.gui.session import Session

_CORNER_PX, _EDGE_PX = 9.0, 5.0
_LEAST_REACH = 4.0  # pixels of the frame from its middle: nearer, enlarging by drag would run wild
_ENLARGED, _FINER = 1.01, 0.1
_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_LARGER, _SMALLER = (Qt.Key.Key_Plus, Qt.Key.Key_Equal), (Qt.Key.Key_Minus, Qt.Key.Key_Underscore)
_END = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)

Show = Callable[[QPointF, bool], Alignment | Inset]
"""What a drag to a point of the frame makes of what it began with; True while Ctrl is held."""


class FusionHand(QObject):
    """While the picture is being aligned every drag is its; else only the inset's frame can be gripped."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._fused = session, session.fused
        self._drag: Show | None = None
        self._turned = QTransform()
        self._fused.aligning_changed.connect(self._aligning_changed)

    # -- mouse -------------------------------------------------------------------------------------

    def press(self, event: QMouseEvent, transform: QTransform) -> bool:
        if event.button() != Qt.MouseButton.LeftButton or self._fused.shown is None:
            return False
        start = _unmapped(event.position(), transform)
        if self._fused.aligning:
            self._drag = self._picture_drag(self._fused.alignment, start)
        else:
            self._drag = self._inset_drag(event.position(), start, transform)
        return self._drag is not None

    def move(self, event: QMouseEvent, transform: QTransform) -> bool:
        self._turned = transform
        if self._drag is None:
            return False
        self._fused.try_out(self._dragged(event, transform))
        return True

    def release(self, event: QMouseEvent, transform: QTransform) -> bool:
        if self._drag is None:
            return False
        result, self._drag = self._dragged(event, transform), None
        if isinstance(result, Inset):
            self._fused.move_inset(result)
        elif result is not None:
            self._fused.align(result)
        return True

    def click(self, event: QMouseEvent, transform: QTransform) -> bool:
        return self._fused.aligning

    def double_click(self, event: QMouseEvent, transform: QTransform) -> bool:
        return self._fused.aligning

    def _dragged(self, event: QMouseEvent, transform: QTransform) -> Alignment | Inset | None:
        enlarging = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        return self._drag(_unmapped(event.position(), transform), enlarging) if self._drag else None

    def _picture_drag(self, before: Alignment, start: QPointF) -> Show:
        """The picture follows the mouse; with Ctrl it grows with the distance from the frame's middle."""
        frame = self._session.frame
        middle = QPointF(0, 0) if frame is None else QPointF(frame.shape[1] / 2, frame.shape[0] / 2)

        def dragged(point: QPointF, enlarging: bool) -> Alignment:
            if not enlarging:
                by = point - start
                return before.moved(by.x(), by.y())
            reach = max(_length(start - middle), _LEAST_REACH)
            return before.enlarged(max(_length(point - middle), _LEAST_REACH) / reach)

        return dragged

    def _inset_drag(self, at: QPointF, start: QPointF, transform: QTransform) -> Show | None:
        """A corner of the inset resizes it, its edge moves it."""
        corner, edge = self._grip(at, transform)
        inset, frame = self._fused.inset, self._session.frame
        if inset is None or frame is None or (corner is None and not edge):
            return None
        rows, columns = frame.shape[:2]

        def dragged(point: QPointF, _: bool) -> Inset:
            if corner is None:
                x, y = round(point.x() - start.x()), round(point.y() - start.y())
                moved = Inset(inset.left + x, inset.top + y, inset.right + x, inset.bottom + y)
                return moved.within(columns, rows)
            column = float(round(min(max(point.x(), 0), columns)))
            row = float(round(min(max(point.y(), 0), rows)))
            left, right = sorted((inset.right if corner[0] == "left" else inset.left, column))
            top, bottom = sorted((inset.bottom if corner[1] == "top" else inset.top, row))
            return Inset(left, top, right, bottom).within(columns, rows)

        return dragged

    def _grip(self, at: QPointF, transform: QTransform) -> tuple[tuple[str, str] | None, bool]:
        """(corner of the inset under a view point or None, whether its edge is)."""
        fusion = self._fused.shown
        if fusion is None or fusion.look.mode != "picture in picture" or self._session.measuring.tool:
            return None, False
        inset = fusion.inset
        for x, side in ((inset.left, "left"), (inset.right, "right")):
            for y, end in ((inset.top, "top"), (inset.bottom, "bottom")):
                away = transform.map(QPointF(x, y)) - at
                if max(abs(away.x()), abs(away.y())) <= _CORNER_PX:
                    return (side, end), True
        rect = inset_rect(fusion, transform)
        return None, _grown(rect, _EDGE_PX).contains(at) and not _grown(rect, -_EDGE_PX).contains(at)

    def cursor_at(self, point: QPointF, transform: QTransform) -> Qt.CursorShape | None:
        self._turned = transform
        if self._fused.aligning:
            return Qt.CursorShape.SizeAllCursor
        corner, edge = self._grip(point, transform)
        if corner is not None:
            return Qt.CursorShape.PointingHandCursor
        return Qt.CursorShape.SizeAllCursor if edge else None

    # -- keys --------------------------------------------------------------------------------------

    def key(self, event: QKeyEvent, only_ask: bool = False) -> bool:
        action = self._action(event) if self._fused.aligning else None
        if action is None:
            return False
        if not only_ask:
            action()
        return True

    def _action(self, event: QKeyEvent) -> Callable[[], object] | None:
        fused, key = self._fused, Qt.Key(event.key())
        if key in _ARROWS:
            step = _FINER if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            right, down = self._on_frame(*_ARROWS[key])
            return lambda: fused.align(fused.alignment.moved(right * step, down * step), "steps")
        if key in _LARGER or key in _SMALLER:
            factor = _ENLARGED if key in _LARGER else 1 / _ENLARGED
            return lambda: fused.align(fused.alignment.enlarged(factor), "steps")
        return (lambda: fused.set_aligning(False)) if key in _END else None

    def _on_frame(self, right: float, down: float) -> tuple[float, float]:
        """A step on screen as a step of one pixel in the frame, however it is turned."""
        back = self._turned.inverted()[0]
        by = back.map(QPointF(right, down)) - back.map(QPointF(0, 0))
        length = _length(by) or 1.0
        return by.x() / length, by.y() / length

    def _aligning_changed(self) -> None:
        if not self._fused.aligning and self._drag is not None:
            self._drag = None
            self._fused.try_out(None)
        self.changed.emit()


def _unmapped(position: QPointF, transform: QTransform) -> QPointF:
    return transform.inverted()[0].map(position)


def _length(vector: QPointF) -> float:
    return float((vector.x() ** 2 + vector.y() ** 2) ** 0.5)


def _grown(rect: QRectF, by: float) -> QRectF:
    return rect.adjusted(-by, -by, by, by)
