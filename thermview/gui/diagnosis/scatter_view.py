"""The map of all pictures: pan, zoom, pick one, lasso many, however many there are.

The picture of the points is made in a thread; until it comes the last one is moved and stretched, so that
the map never sticks to the pointer's heels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from thermview.gui.diagnosis.binned import PointIndex, View, binned_picture, fitted, over
from thermview.gui.parts import theme
from thermview.gui.parts.plain_words import tip
from thermview.gui.work.latest import Latest
from thermview.thermal.ticks import round_ticks, tick_texts

_LEFT, _BOTTOM, _TOP, _RIGHT = 46, 34, 6, 8
_NEAR_PX = 10.0
_CLICK_PX = 4
_DIM = 0.28


@dataclass(frozen=True, eq=False)
class Cloud:
    """Points of one plane: `index` of m points, `codes` (m,) index `colours` (k, 3); `mean` is the diamond."""

    index: PointIndex
    codes: NDArray[np.int32]
    colours: NDArray[np.uint8]
    mean: tuple[float, float] | None
    axes: tuple[str, str]


class ScatterView(QWidget):
    """Shows a Cloud; emits places in its arrays."""

    point_clicked = Signal(int)
    lassoed = Signal(object)
    """(n,) places within the lasso"""
    menu_wanted = Signal(int, QPoint)
    """place, where on the screen"""
    pointed = Signal(int)
    """place under the pointer, -1 for none"""

    def __init__(self, painting: Latest, picking: Latest, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cloud: Cloud | None = None
        self.view = View(0.0, 0.0, 1.0, 1.0)
        self.lasso_tool = False
        self.words_of: Callable[[int], str] = lambda place: ""
        self._chosen: NDArray[np.intp] | None = None
        self._picture: tuple[QImage, View] | None = None
        self._awaited = 0
        """The last picture that was asked for and did not come yet; 0 for none."""
        self._asked = 0
        self._painting, self._picking = painting, picking
        self._lasso: list[QPointF] = []
        self._dragged: QPointF | None = None
        self._pressed: QPointF | None = None
        self._over = -1
        painting.came.connect(self._picture_came)
        picking.came.connect(self._lasso_came)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 220)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    # -- what is shown -----------------------------------------------------------------------------

    def show_cloud(self, cloud: Cloud | None, *, keep_view: bool = False) -> None:
        """Show these points, all of them unless the view is to stay."""
        self.cloud = cloud
        if not keep_view:
            self._picture = None
            self.fit()
        self._ask()
        self.update()

    def show_chosen(self, places: NDArray[np.intp] | None) -> None:
        """Light these points and dim the others; None: all alike."""
        self._chosen = places
        self._ask()

    @property
    def picture_shown(self) -> bool:
        """True once the points of this view and choice are on screen."""
        return self._picture is not None and self._picture[1] == self.view and not self._awaited

    def fit(self) -> None:
        """Show all points."""
        if self.cloud is not None:
            self.set_view(fitted(self.cloud.index.points, self.cloud.mean))

    def set_view(self, view: View) -> None:
        """Show another part of the plane."""
        self.view = view
        self._ask()
        self.update()

    def area(self) -> QRectF:
        """Where points are drawn."""
        return QRectF(
            _LEFT, _TOP, max(self.width() - _LEFT - _RIGHT, 1), max(self.height() - _TOP - _BOTTOM, 1)
        )

    def place_of(self, position: QPointF) -> tuple[float, float]:
        """A place in the plane under a point of the widget."""
        area, view = self.area(), self.view
        return (
            view.left + (position.x() - area.left()) / area.width() * view.width,
            view.bottom + (area.bottom() - position.y()) / area.height() * view.height,
        )

    def point_of(self, x: float, y: float) -> QPointF:
        """A point of the widget above a place in the plane."""
        area, view = self.area(), self.view
        return QPointF(
            area.left() + (x - view.left) / view.width * area.width(),
            area.bottom() - (y - view.bottom) / view.height * area.height(),
        )

    # -- its picture, made in a thread -------------------------------------------------------------

    def _ask(self) -> None:
        cloud, view, chosen = self.cloud, self.view, self._chosen
        if cloud is None or not self.isVisible():
            return
        ratio = self.devicePixelRatioF()
        size = (max(round(self.area().width() * ratio), 1), max(round(self.area().height() * ratio), 1))

        self._asked += 1
        self._awaited = number = self._asked

        def work() -> tuple[NDArray[np.uint8], View, int]:
            points = cloud.index.points
            if chosen is None:
                return (
                    binned_picture(points, cloud.codes, cloud.colours, view, size, ratio=ratio),
                    view,
                    number,
                )
            dim = binned_picture(points, cloud.codes, cloud.colours, view, size, strength=_DIM, ratio=ratio)
            lit = binned_picture(
                points[chosen], np.maximum(cloud.codes[chosen], 0), cloud.colours, view, size, ratio=ratio
            )
            return over(dim, lit), view, number

        # one ticket for all views: a picture that a later pan overtook is still better than a blank edge
        self._painting.ask(cloud, work)

    def _picture_came(self, ticket: object, result: tuple[NDArray[np.uint8], View, int]) -> None:
        if ticket is not self.cloud:
            return
        pixels, view, number = result
        if number == self._awaited:
            self._awaited = 0
        rows, columns = pixels.shape[:2]
        image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied)
        self._picture = (image.copy(), view)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.numbers_font(theme.CAPTION_PX))
        area, dress = self.area(), theme.current()
        painter.fillRect(area, QColor(dress.base))
        if self.cloud is not None:
            self._paint_grid(painter, area)
            painter.setClipRect(area)
            if self._picture is not None:
                image, view = self._picture
                corner, far = (
                    self.point_of(view.left, view.bottom + view.height),
                    self.point_of(view.left + view.width, view.bottom),
                )
                painter.drawImage(QRectF(corner, far), image)
            self._paint_mean(painter)
            self._paint_pointer(painter)
            self._paint_lasso(painter)
        painter.end()

    def _paint_grid(self, painter: QPainter, area: QRectF) -> None:
        assert self.cloud is not None
        dress, view = theme.current(), self.view
        across = round_ticks(view.left, view.left + view.width, max(round(area.width() / 110), 3))
        for value, text in zip(across, tick_texts(across), strict=True):
            x = round(self.point_of(value, 0).x()) + 0.5
            painter.setPen(QPen(QColor(dress.line), 1))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom() + 3))
            painter.setPen(QColor(dress.muted))
            painter.drawText(QRectF(x - 40, area.bottom() + 3, 80, 13), Qt.AlignmentFlag.AlignCenter, text)
        up = round_ticks(view.bottom, view.bottom + view.height, max(round(area.height() / 80), 3))
        for value, text in zip(up, tick_texts(up), strict=True):
            y = round(self.point_of(0, value).y()) + 0.5
            painter.setPen(QPen(QColor(dress.line), 1))
            painter.drawLine(QPointF(area.left() - 3, y), QPointF(area.right(), y))
            painter.setPen(QColor(dress.muted))
            painter.drawText(QRectF(0, y - 7, _LEFT - 6, 14), Qt.AlignmentFlag.AlignRight, text)
        below = QRectF(area.left(), area.bottom() + 17, area.width(), 14)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self.cloud.axes[0])
        painter.save()
        painter.translate(9, area.center().y())
        painter.rotate(-90)
        painter.drawText(QRectF(-120, -7, 240, 14), Qt.AlignmentFlag.AlignCenter, self.cloud.axes[1])
        painter.restore()

    def _paint_mean(self, painter: QPainter) -> None:
        """The diamond where the mean picture lies."""
        assert self.cloud is not None
        mean = self.cloud.mean
        if mean is None or not np.isfinite(mean).all():
            return
        at, dress = self.point_of(*mean), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor("black"), 1.5))
        painter.setBrush(QColor("white"))
        painter.drawPolygon(
            QPolygonF([at + QPointF(*step) for step in ((0.0, -8.0), (7.0, 0.0), (0.0, 8.0), (-7.0, 0.0))])
        )
        left = at.x() > self.area().right() - 90
        painter.setPen(QColor(dress.text))
        place = QRectF(at.x() - 96 if left else at.x() + 10, at.y() - 7, 86, 14)
        side = Qt.AlignmentFlag.AlignRight if left else Qt.AlignmentFlag.AlignLeft
        painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, "mean picture")

    def _paint_pointer(self, painter: QPainter) -> None:
        if self._over < 0 or self.cloud is None:
            return
        x, y = (float(value) for value in self.cloud.index.points[self._over])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.current().text), 1.5))
        painter.drawEllipse(self.point_of(x, y), 6, 6)

    def _paint_lasso(self, painter: QPainter) -> None:
        if len(self._lasso) < 2:
            return
        painter.setPen(QPen(QColor(theme.current().accent), 1.5))
        painter.setBrush(QColor(79, 156, 240, 40))
        painter.drawPolygon(QPolygonF(self._lasso))

    # -- mouse -------------------------------------------------------------------------------------

    def nearest(self, position: QPointF) -> int:
        """The point within reach of the pointer, -1 where there is none."""
        if self.cloud is None or not self.area().contains(position):
            return -1
        area, view = self.area(), self.view
        reach = (_NEAR_PX * view.width / area.width(), _NEAR_PX * view.height / area.height())
        found = self.cloud.index.nearest(*self.place_of(position), *reach)
        return -1 if found is None else found

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.cloud is None:
            return
        self._pressed = event.position()
        if self.lasso_tool or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._lasso = [event.position()]
        else:
            self._dragged = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        if self._lasso:
            if (place - self._lasso[-1]).manhattanLength() >= 3:
                self._lasso.append(place)
                self.update()
        elif self._dragged is not None:
            area, step = self.area(), place - self._dragged
            self._dragged = place
            self.set_view(
                self.view.moved(
                    -step.x() / area.width() * self.view.width, step.y() / area.height() * self.view.height
                )
            )
        else:
            self._point_at(place)

    def _point_at(self, place: QPointF) -> None:
        over = self.nearest(place)
        if over != self._over:
            self._over = over
            self.setCursor(
                Qt.CursorShape.PointingHandCursor if over >= 0 and not self.lasso_tool
                else Qt.CursorShape.CrossCursor if self.lasso_tool else Qt.CursorShape.ArrowCursor
            )  # fmt: skip
            self.pointed.emit(over)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        near = (event.position() - self._pressed).manhattanLength() <= _CLICK_PX
        clicked = near and len(self._lasso) <= 2  # a lasso may well end where it began
        lasso, self._lasso, self._dragged, self._pressed = self._lasso, [], None, None
        if clicked:
            found = self.nearest(event.position())
            if found >= 0:
                self.point_clicked.emit(found)
        elif len(lasso) > 2 and self.cloud is not None:
            polygon = np.array([self.place_of(corner) for corner in lasso], np.float32)
            index = self.cloud.index
            self._picking.ask(self.cloud, lambda: index.inside(polygon))
        self.update()

    def _lasso_came(self, ticket: object, places: NDArray[np.intp]) -> None:
        if ticket is self.cloud:
            self.lassoed.emit(places)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        found = self.nearest(QPointF(event.pos()))
        if found >= 0:
            self.menu_wanted.emit(found, event.globalPos())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.nearest(event.position()) < 0:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.cloud is not None and self.area().contains(event.position()):
            self.set_view(
                self.view.zoomed(1.0015 ** event.angleDelta().y(), *self.place_of(event.position()))
            )
            event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._over = -1
        self.pointed.emit(-1)
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            found = self.nearest(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), tip(self.words_of(found)) if found >= 0 else "", self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._ask()

    def showEvent(self, event: QShowEvent) -> None:
        self._ask()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
