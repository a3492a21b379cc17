"""The visible picture beside the frame, zoomed and moved with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from thermview.gui.frame.view_transform import ZOOM_STEP, View
from thermview.gui.fusion.fusion_hand import FusionHand
from thermview.gui.fusion.placed import Placed
from thermview.gui.parts import theme
from thermview.gui.parts.outlines import cross, outline

if TYPE_CHECKING:
    from thermview.gui.session import Session


class VisibleView(QWidget):
    """There while pictures stand side by side. A thin line shows what of it the thermal frame covers."""

    view_wanted = Signal(object)
    """the View that a wheel or a drag here asks for"""
    pointer_moved = Signal(object)
    """(column, row) of the frame under the pointer, or None outside it"""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view = View()
        self._placed = Placed()
        self._mark: tuple[int, int] | None = None
        self._pressed: QPointF | None = None
        self._hand = FusionHand(session, self)
        session.fused.aligning_changed.connect(self._show_cursor)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Visible picture")
        session.fused.changed.connect(self._changed)
        self.hide()

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 200)

    def sizeHint(self) -> QSize:
        return QSize(720, 540)

    def _changed(self) -> None:
        self.setVisible(self._session.fused.beside)
        self.update()

    def _show_cursor(self) -> None:
        aligning = self._session.fused.aligning
        self.setCursor(Qt.CursorShape.SizeAllCursor if aligning else Qt.CursorShape.ArrowCursor)

    def follow(self, view: View) -> None:
        """Show the part that the frame view shows."""
        if view != self._view:
            self._view = view
            self.update()

    def show_mark(self, pixel: tuple[int, int] | None) -> None:
        """Show what of the picture lies under the frame's pixel that is pointed at."""
        if pixel != self._mark:
            self._mark = pixel
            self.update()

    @property
    def _frame_size(self) -> tuple[int, int]:
        frame = self._session.frame
        return (0, 0) if frame is None else (frame.shape[1], frame.shape[0])

    def _size(self) -> tuple[float, float]:
        return float(self.width()), float(self.height())

    def transform(self) -> QTransform:
        """Maps points of the frame to this view."""
        return self._view.transform(self._frame_size, self._size())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.current().surround))
        fusion, (columns, rows) = self._session.fused.shown, self._frame_size
        if fusion is None or not columns:
            return
        transform = self.transform()
        self._placed.paint(painter, fusion, (rows, columns), transform, self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline(painter, transform.mapRect(QRectF(0, 0, columns, rows)))
        if self._mark is not None:
            cross(painter, transform.map(QPointF(self._mark[0] + 0.5, self._mark[1] + 0.5)))

    # -- the same view as the frame's --------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        if notches and self._frame_size[0]:
            factor = ZOOM_STEP**notches
            zoomed = self._view.zoomed(factor, event.position(), self._frame_size, self._size())
            self.view_wanted.emit(zoomed)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._hand.press(event, self.transform()):
            self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._hand.move(event, self.transform()):
            return
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton and self._frame_size[0]:
            by, self._pressed = event.position() - self._pressed, event.position()
            self.view_wanted.emit(self._view.panned(by, self._frame_size, self._size()))
        self.pointer_moved.emit(self._pixel_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        self._hand.release(event, self.transform())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._session.fused.aligning:
            self.view_wanted.emit(View())

    def leaveEvent(self, event: QEvent) -> None:
        self.pointer_moved.emit(None)

    def _pixel_at(self, position: QPointF) -> tuple[int, int] | None:
        columns, rows = self._frame_size
        point = self.transform().inverted()[0].map(position)
        column, row = int(point.x() // 1), int(point.y() // 1)
        return (column, row) if 0 <= column < columns and 0 <= row < rows else None
