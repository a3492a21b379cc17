"""What is drawn over the frame: boxes and polygons with their category, hottest and coldest pixel, regions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QApplication

from thermview.annotation import Annotation, BoundingBox
from thermview.gui.parts import theme
from thermview.recording import Frame

_LABEL_PAD = 3.0


def draw_annotations(
    painter: QPainter, annotations: Sequence[Annotation], transform: QTransform, chosen: Annotation | None
) -> None:
    """Boxes and polygons: labelled ones solid, predicted ones dashed, each with its category."""
    font = QFont(painter.font())
    font.setPixelSize(theme.CAPTION_PX)
    painter.setFont(font)
    for annotation in annotations:
        _draw_annotation(painter, annotation, transform, annotation is chosen)


def _draw_annotation(painter: QPainter, annotation: Annotation, transform: QTransform, chosen: bool) -> None:
    predicted = annotation.origin == "predicted"
    colour = QColor(theme.PREDICTED if predicted else theme.LABELLED)
    pen = QPen(colour, 2.5 if chosen else 1.5)
    if predicted:
        pen.setDashPattern([4, 3])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)  # square caps would all but fill the gaps
    outline = QPolygonF([transform.map(QPointF(*point)) for point in annotation.polygon])
    if annotation.box is not None and outline.isEmpty():
        outline = QPolygonF(transform.mapRect(rect_of(annotation.box)))
    if outline.isEmpty():
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 150), pen.widthF() + 2))
    painter.drawPolygon(outline)
    painter.setPen(pen)
    painter.drawPolygon(outline)
    _draw_tag(painter, caption(annotation), outline.boundingRect(), colour)


def caption(annotation: Annotation) -> str:
    """Category, and for a prediction how sure it is."""
    text = annotation.category or "no category"
    return text if annotation.score is None else f"{text} {annotation.score:.0%}"


def _draw_tag(painter: QPainter, text: str, box: QRectF, colour: QColor) -> None:
    metrics = QFontMetricsF(painter.font())
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(box.width(), 90.0))
    width, height = metrics.horizontalAdvance(text) + 2 * _LABEL_PAD, metrics.height()
    top = box.top() - height if box.top() >= height else box.top()
    tag = QRectF(box.left(), top, width, height)
    painter.fillRect(tag, colour)
    painter.setPen(QColor("#101214"))
    painter.drawText(tag.adjusted(_LABEL_PAD, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)


def rect_of(box: BoundingBox) -> QRectF:
    """The box in frame coordinates."""
    return QRectF(box.column, box.row, box.width, box.height)


def annotation_at(annotations: Sequence[Annotation], point: QPointF) -> Annotation | None:
    """The smallest annotated place that holds a frame point, or None."""
    hits = [a for a in annotations if _holds(a, point)]
    return min(hits, key=_area, default=None)


def _holds(annotation: Annotation, point: QPointF) -> bool:
    if annotation.polygon:
        polygon = QPolygonF([QPointF(*p) for p in annotation.polygon])
        return polygon.containsPoint(point, Qt.FillRule.OddEvenFill)
    return annotation.box is not None and rect_of(annotation.box).contains(point)


def _area(annotation: Annotation) -> float:
    if annotation.box is not None:
        return annotation.box.width * annotation.box.height
    around = QPolygonF([QPointF(*p) for p in annotation.polygon]).boundingRect()
    return around.width() * around.height()


def hottest(frame: Frame) -> tuple[int, int] | None:
    """(column, row) of the largest finite value, or None where there is none."""
    return _place(frame, np.argmax, np.nanargmax)


def coldest(frame: Frame) -> tuple[int, int] | None:
    """(column, row) of the smallest finite value, or None where there is none."""
    return _place(frame, np.argmin, np.nanargmin)


def _place(frame: Frame, plain, skipping_nan) -> tuple[int, int] | None:  # type: ignore[no-untyped-def]
    if frame.ndim != 2 or frame.size == 0:
        return None
    at = int(plain(frame))
    if frame.dtype.kind == "f" and not np.isfinite(frame.flat[at]):
        finite = np.where(np.isfinite(frame), frame, np.nan)
        if np.isnan(finite).all():
            return None
        at = int(skipping_nan(finite))
    row, column = divmod(at, frame.shape[1])
    return column, row


_SPOT_PX = 24  # half the side of a mark's picture, without its letters


def draw_spot(
    painter: QPainter, at: tuple[int, int], transform: QTransform, colour: str, letters: str
) -> None:
    """A small cross in a ring with letters, on the middle of a pixel; the letters stay inside the view."""
    centre = transform.map(QPointF(at[0] + 0.5, at[1] + 0.5))
    view = painter.viewport()
    left = centre.x() + 60 > view.width()
    below = centre.y() < 24
    picture = _spot_picture(colour, letters, left, below, painter.device().devicePixelRatioF())
    width, height = picture.deviceIndependentSize().width(), picture.deviceIndependentSize().height()
    painter.drawPixmap(QPointF(centre.x() - width / 2, centre.y() - height / 2), picture)


@lru_cache(maxsize=32)
def _spot_picture(colour: str, letters: str, left: bool, below: bool, ratio: float) -> QPixmap:
    """The mark, painted once: antialiased outlines are too dear for every frame."""
    font = QFont(QApplication.font())
    metrics = QFontMetricsF(font)
    width = metrics.horizontalAdvance(letters)
    side_x, side_y = _SPOT_PX + width, _SPOT_PX
    picture = QPixmap(round(2 * side_x * ratio), round(2 * side_y * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    centre = QPointF(side_x, side_y)
    for pen in (QPen(QColor(0, 0, 0, 170), 3.5), QPen(QColor(colour), 1.5)):
        painter.setPen(pen)
        painter.drawEllipse(centre, 6.0, 6.0)
        for dx, dy in ((10, 0), (-10, 0), (0, 10), (0, -10)):
            painter.drawLine(centre + QPointF(dx, dy) * 0.6, centre + QPointF(dx, dy))
    path = QPainterPath()
    x = centre.x() - 11 - width if left else centre.x() + 11
    y = centre.y() + 7 + metrics.ascent() if below else centre.y() - 7
    path.addText(QPointF(x, y), font, letters)
    painter.strokePath(path, QPen(QColor(0, 0, 0, 200), 3))
    painter.fillPath(path, QColor(colour))
    painter.end()
    return picture
