"""The visible picture over the frame: blended in, around an inset, or as edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QRegion, QTransform

from thermview.gui.fusion.placed import Placed, frame_area
from thermview.gui.parts.outlines import cross, outline
from thermview.gui.parts.plain_words import percent_text
from thermview.thermal.alignment import to_frame
from thermview.thermal.fusion import Fusion

if TYPE_CHECKING:
    from thermview.gui.session import Session

ALIGNING = "drag or arrows move it (Shift: finer), Ctrl+drag or + − enlarge it, Enter ends"


class FusionLayer(QObject):
    """Painted below all other layers; pictures side by side have a view of their own."""

    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._placed = Placed()
        self._mark: tuple[int, int] | None = None
        session.fused.changed.connect(self.changed)
        session.fused.aligning_changed.connect(self.changed)

    def show_mark(self, pixel: tuple[int, int] | None) -> None:
        """Show on the frame which of its pixels is pointed at beside it."""
        if pixel != self._mark:
            self._mark = pixel
            self.changed.emit()

    @property
    def note(self) -> str:
        fused = self._session.fused
        if fused.aligning:
            return ALIGNING
        fusion = fused.shown
        if fusion is None:
            return "visible picture: on its way" if fused.looking else ""
        words = {
            "blend": f"visible picture {percent_text(fusion.look.blend)}",
            "picture in picture": "thermal inset in the visible picture",
            "edges": f"edges of the visible picture {percent_text(fusion.look.edges)}",
        }.get(fusion.look.mode)
        return f"{words}, {fused.origin}" if words else ""

    def paint(self, painter: QPainter, transform: QTransform) -> None:
        fusion, frame = self._session.fused.shown, self._session.frame
        if fusion is None or frame is None:
            return
        shape = (frame.shape[0], frame.shape[1])
        area = frame_area(transform, shape, painter.window())
        painter.save()
        if fusion.look.mode == "picture in picture":
            inset = inset_rect(fusion, transform).toRect()
            painter.setClipRegion(QRegion(area).subtracted(QRegion(inset)))
        if fusion.look.mode != "side by side":
            painter.setOpacity(fusion.look.share)
            self._placed.paint(painter, fusion, shape, transform, area)
        painter.restore()
        painter.save()
        painter.setClipRect(area)
        self._paint_lines(painter, fusion, shape, transform)
        painter.restore()

    def _paint_lines(
        self, painter: QPainter, fusion: Fusion, shape: tuple[int, int], transform: QTransform
    ) -> None:
        if fusion.look.mode == "picture in picture":
            outline(painter, inset_rect(fusion, transform))
        if self._session.fused.aligning:
            outline(painter, picture_rect(fusion, shape, transform), Qt.PenStyle.DashLine)
        if self._mark is not None and fusion.look.mode == "side by side":
            cross(painter, transform.map(QPointF(self._mark[0] + 0.5, self._mark[1] + 0.5)))


def inset_rect(fusion: Fusion, transform: QTransform) -> QRectF:
    """Where the inset lies in the view."""
    inset = fusion.inset
    return transform.mapRect(QRectF(QPointF(inset.left, inset.top), QPointF(inset.right, inset.bottom)))


def picture_rect(fusion: Fusion, frame: tuple[int, int], transform: QTransform) -> QRectF:
    """Where the whole visible picture lies in the view."""
    rows, columns = fusion.prepared.shape
    (size, _, x), (_, _, y) = to_frame(fusion.alignment, fusion.prepared.shape, frame)
    return transform.mapRect(QRectF(x, y, size * columns, size * rows))
