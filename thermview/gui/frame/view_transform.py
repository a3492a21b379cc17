"""Where frame pixels lie in the view: zoom, pan, rotation by quarter turns, mirror."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform

ZOOM_STEP = 1.25
ZOOM_LIMITS = (0.05, 200.0)
_MARGIN_PX = 8.0


@dataclass(frozen=True)
class View:
    """`scale` is view pixels per frame pixel; `centre` the frame point in the middle; None: fit the whole frame."""

    scale: float | None = None
    centre: tuple[float, float] = (0.0, 0.0)
    quarter_turns: int = 0
    mirrored: bool = False

    def transform(self, frame: tuple[int, int], widget: tuple[float, float]) -> QTransform:
        """Maps frame coordinates (column, row) to view pixels. `frame` is (columns, rows), `widget` (width, height)."""
        columns, rows = frame
        scale, centre = self.scale, self.centre
        if scale is None:
            scale, centre = self.fitting_scale(frame, widget), (columns / 2, rows / 2)
        transform = QTransform()
        transform.translate(widget[0] / 2, widget[1] / 2)
        transform.scale(scale * (-1 if self.mirrored else 1), scale)
        transform.rotate(90 * (self.quarter_turns % 4))
        transform.translate(-centre[0], -centre[1])
        return transform

    def fitting_scale(self, frame: tuple[int, int], widget: tuple[float, float]) -> float:
        """The scale at which the whole frame is seen with a small margin."""
        columns, rows = frame if self.quarter_turns % 2 == 0 else frame[::-1]
        free = (max(widget[0] - 2 * _MARGIN_PX, 1), max(widget[1] - 2 * _MARGIN_PX, 1))
        return min(free[0] / max(columns, 1), free[1] / max(rows, 1))

    def zoomed(self, factor: float, at: QPointF, frame: tuple[int, int], widget: tuple[float, float]) -> View:
        """Zoom so that the frame point under the view point `at` stays there."""
        fixed = self.transform(frame, widget).inverted()[0].map(at)
        old = self.scale or self.fitting_scale(frame, widget)
        fitting = self.fitting_scale(frame, widget)  # of a tiny or huge frame it may lie outside the limits
        least, most = min(ZOOM_LIMITS[0], fitting), max(ZOOM_LIMITS[1], fitting)
        scale = min(max(old * factor, least), most)
        centre = self.centre if self.scale else (frame[0] / 2, frame[1] / 2)
        ratio = old / scale
        return replace(
            self,
            scale=scale,
            centre=(
                fixed.x() + (centre[0] - fixed.x()) * ratio,
                fixed.y() + (centre[1] - fixed.y()) * ratio,
            ),
        )

    def panned(self, by: QPointF, frame: tuple[int, int], widget: tuple[float, float]) -> View:
        """Move the frame by so many view pixels."""
        transform = self.transform(frame, widget)
        back = transform.inverted()[0]
        moved = back.map(QPointF(widget[0] / 2, widget[1] / 2) - by)
        return replace(
            self, scale=self.scale or self.fitting_scale(frame, widget), centre=(moved.x(), moved.y())
        )

    def on_other(self, frame: tuple[int, int], other: tuple[int, int]) -> View:
        """The view that shows the same part of a frame of another size; sizes are (columns, rows)."""
        if self.scale is None or frame == other or not all(frame) or not all(other):
            return self
        across, down = other[0] / frame[0], other[1] / frame[1]
        centre = (self.centre[0] * across, self.centre[1] * down)
        return replace(self, scale=self.scale / across, centre=centre)


def frame_rect(transform: QTransform, frame: tuple[int, int]) -> QRectF:
    """The view rectangle that the frame covers."""
    return transform.mapRect(QRectF(0, 0, frame[0], frame[1]))
