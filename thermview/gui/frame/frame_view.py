"""The frame with crisp pixels, its overlays, zoom and pan, and the read-out under the pointer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QCursor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QTextOption,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from thermview.annotation import Annotation
from thermview.gui.frame import overlays
from thermview.gui.frame.view_transform import ZOOM_STEP, View, frame_rect
from thermview.gui.parts import theme
from thermview.gui.parts.hand import Hand
from thermview.gui.parts.layer import NOTE_GROUND, NOTE_TEXT, Layer
from thermview.gui.parts.shown import Shown
from thermview.recording import Frame
from thermview.thermal.display import paint_packed


class FrameView(QWidget):
    """Shows the frame of what is shown; a click on a box chooses it, a drag pans, the wheel zooms at the pointer."""

    pointer_moved = Signal(object)
    """(column, row) under the pointer, or None outside the frame"""
    annotation_chosen = Signal(object)
    """the Annotation clicked on, or None"""
    view_changed = Signal(object)
    """the View that holds from now on"""

    def __init__(self, session: Shown, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._view = View()
        self._viewed_size = (0, 0)
        self._image: QImage | None = None
        self._pixels: np.ndarray | None = None  # what the image shows without owning it
        self._painted_frame: Frame | None = None
        self._painted_by: tuple[object, ...] = ()
        self._pressed: QPointF | None = None
        self._layer: tuple[tuple[object, ...], QPixmap] | None = None
        self._dragged = False
        self._hand: Hand | None = None
        self._hand_holds = False
        self._layers: list[Layer] = []
        self.chosen: Annotation | None = None
        self._spots: tuple[tuple[int, int] | None, tuple[int, int] | None] = (None, None)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("Frame")
        session.frame_changed.connect(self._new_frame)
        session.display_changed.connect(self._new_frame)
        session.annotations_changed.connect(self._new_annotations)
        session.recording_changed.connect(self.update)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 200)

    def sizeHint(self) -> QSize:
        return QSize(720, 540)

    # -- what is shown -----------------------------------------------------------------------------

    @property
    def frame_size(self) -> tuple[int, int]:
        """(columns, rows) of the shown frame, (0, 0) where there is none."""
        frame = self._session.frame
        return (0, 0) if frame is None else (frame.shape[1], frame.shape[0])

    @property
    def view(self) -> View:
        """How the frame is zoomed, moved and turned."""
        return self._view

    @property
    def picture(self) -> QImage | None:
        """The painted frame at one view pixel per frame pixel, a copy of its own."""
        return self._image.copy() if self._image is not None else None

    def add_layer(self, layer: Layer) -> None:
        """Let another room paint over the frame, above the layers that were added before."""
        self._layers.append(layer)
        layer.changed.connect(self.update)

    def _new_frame(self) -> None:
        frame = self._session.frame
        if frame is None or frame.size == 0:
            self._image = self._pixels = None
            self._spots = (None, None)
        else:
            self._paint_anew(frame)
            if "hot spot" in self._session.overlays:
                self._spots = (overlays.hottest(frame), overlays.coldest(frame))
        self.update()

    def _paint_anew(self, frame: Frame) -> None:
        """Make the picture, unless it is there already: ends that follow from a frame beside are told on their own."""
        shown = (self._session.display, self._session.limits)
        if frame is self._painted_frame and shown == self._painted_by and self._image is not None:
            return
        self._painted_frame, self._painted_by = frame, shown
        self._pixels = paint_packed(frame, self._session.display, self._session.limits)
        rows, columns = self._pixels.shape
        if (
            columns,
            rows,
        ) != self._viewed_size:  # a place in a frame of another size may be outside this one
            self._viewed_size = (columns, rows)
            self.set_view(replace(self._view, scale=None))
        self._image = QImage(self._pixels.data, columns, rows, columns * 4, QImage.Format.Format_RGB32)

    def _new_annotations(self) -> None:
        if self.chosen is not None and self.chosen not in self._session.context.annotations:
            self.choose(None)
        self._new_frame()

    def choose(self, annotation: Annotation | None) -> None:
        """Mark an annotation as the chosen one."""
        if annotation is not self.chosen:
            self.chosen = annotation
            self.annotation_chosen.emit(annotation)
            self.update()

    def visible_annotations(self) -> list[Annotation]:
        """Those whose overlay is switched on."""
        kinds = {"labelled": "boxes", "predicted": "predicted"}
        shown = self._session.overlays
        return [a for a in self._session.context.annotations if kinds[a.origin] in shown]

    # -- painting ----------------------------------------------------------------------------------

    def _transform(self) -> QTransform:
        return self._view.transform(self.frame_size, (float(self.width()), float(self.height())))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.current().surround))
        if self._image is None:
            self._paint_message(painter)
            return
        transform = self._transform()
        painter.save()
        painter.setTransform(transform)
        painter.drawImage(QPointF(0, 0), self._image)  # no smooth transform: pixels stay crisp
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for layer in self._layers:
            layer.paint(painter, transform)
        if annotations := self.visible_annotations():
            painter.drawPixmap(0, 0, self._annotation_layer(annotations, transform))
        if "hot spot" in self._session.overlays and self._session.has_quantity:
            self._paint_spots(painter, transform)
        self._paint_notes(painter)

    def _annotation_layer(self, annotations: list[Annotation], transform: QTransform) -> QPixmap:
        """Boxes and polygons, painted anew only when they or the view change: not for every frame."""
        key = (tuple(map(id, annotations)), transform, id(self.chosen), self.size(), self.devicePixelRatioF())
        if self._layer is None or self._layer[0] != key:
            layer = QPixmap(self.size() * self.devicePixelRatioF())
            layer.setDevicePixelRatio(self.devicePixelRatioF())
            layer.fill(Qt.GlobalColor.transparent)
            painter = QPainter(layer)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(self.font())
            overlays.draw_annotations(painter, annotations, transform, self.chosen)
            painter.end()
            self._layer = (key, layer)
        return self._layer[1]

    def _paint_spots(self, painter: QPainter, transform: QTransform) -> None:
        hot, cold = self._spots
        if hot is not None and hot != cold:
            overlays.draw_spot(painter, hot, transform, "#ff6e5c", "max")
        if cold is not None and hot != cold and self._session.recording is not None and self._shows_cold():
            overlays.draw_spot(painter, cold, transform, "#6ec6ff", "min")

    def _shows_cold(self) -> bool:
        """In a difference video most pixels are 0: a coldest one says nothing."""
        recording = self._session.recording
        return recording is not None and (
            recording.quantity.unit != "ΔDN" or self._session.filtering.compares
        )

    def _paint_notes(self, painter: QPainter) -> None:
        """What is to be minded about the picture, one below the other in its corner."""
        held = self._session.held_frames
        notes = [f"maximum of {held} frames"] if held > 1 else []
        if self._session.filtering.on:
            notes.append(self._session.filtering.filters.words())
        notes += [note for layer in self._layers if (note := layer.note)]
        for place, note in enumerate(notes):
            self._paint_note(painter, note, 8.0 + place * (painter.fontMetrics().height() + 8))

    def _paint_note(self, painter: QPainter, text: str, top: float) -> None:
        metrics = painter.fontMetrics()
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(self.width() - 32, 60))
        note = QRectF(8, top, metrics.horizontalAdvance(text) + 12, metrics.height() + 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(NOTE_GROUND)
        painter.drawRoundedRect(note, 3, 3)
        painter.setPen(NOTE_TEXT)
        painter.drawText(note, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_message(self, painter: QPainter) -> None:
        session = self._session
        painter.setPen(QColor(theme.ANOMALY if session.problem else theme.current().muted))
        text = session.problem or self._waiting_words()
        space = self.rect().adjusted(40, 20, -40, -20)
        option = QTextOption(Qt.AlignmentFlag.AlignCenter)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        painter.drawText(QRectF(space), text, option)

    def _waiting_words(self) -> str:
        """What stands in place of a frame where there is none and nothing failed."""
        browsing = self._session.browsing
        if self._session.opening:
            return "Opening…"
        if not browsing.scanning and browsing.index is not None and not browsing.index.count:
            return "No thermal pictures or laser videos in this folder. Open another one (Ctrl+O)."
        return "Choose a recording in the list on the left."

    # -- zoom, pan, turn ---------------------------------------------------------------------------

    def set_view(self, view: View) -> None:
        """Zoom, pan and turn so."""
        self._view = view
        self.view_changed.emit(view)
        self.update()

    def fit(self) -> None:
        """Show the whole frame upright."""
        self.set_view(View())

    def zoom(self, factor: float) -> None:
        """Zoom about the middle of the view."""
        self._zoom_at(factor, QPointF(self.width() / 2, self.height() / 2))

    def _zoom_at(self, factor: float, at: QPointF) -> None:
        if self._image is not None:
            size = (float(self.width()), float(self.height()))
            self.set_view(self._view.zoomed(factor, at, self.frame_size, size))

    def turn(self, quarter_turns: int) -> None:
        """Rotate by quarter turns clockwise."""
        self.set_view(replace(self._view, quarter_turns=(self._view.quarter_turns + quarter_turns) % 4))

    def mirror(self) -> None:
        """Flip left and right."""
        self.set_view(replace(self._view, mirrored=not self._view.mirrored))

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        if notches:
            self._zoom_at(ZOOM_STEP**notches, event.position())
        event.accept()

    def give_to(self, hand: Hand) -> None:
        """Let someone else have mouse and keys first."""
        self._hand = hand
        hand.changed.connect(self._hand_changed)

    def _hand_changed(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)  # Esc and Enter are for what is being drawn
        self._show_cursor(QPointF(self.mapFromGlobal(QCursor.pos())))

    def _show_cursor(self, point: QPointF) -> None:
        wanted = None
        if self._hand is not None and self._image is not None:
            wanted = self._hand.cursor_at(point, self._transform())
        shape = Qt.CursorShape.ArrowCursor if wanted is None else wanted
        if shape != self.cursor().shape():
            self.setCursor(shape)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._hand is not None and self._image is not None:
            self._hand_holds = self._hand.press(event, self._transform())
            if self._hand_holds:
                return
        self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if (
            self._pressed is not None
            and event.buttons() & Qt.MouseButton.LeftButton
            and self._image is not None
        ):
            by = event.position() - self._pressed
            if self._dragged or by.manhattanLength() > 4:
                self._dragged = True
                self._pressed = event.position()
                size = (float(self.width()), float(self.height()))
                self.set_view(self._view.panned(by, self.frame_size, size))
        if self._hand is not None and self._image is not None and self._pressed is None:
            self._hand.move(event, self._transform())
            if not event.buttons():
                self._show_cursor(event.position())
        self.pointer_moved.emit(self.pixel_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._hand is not None and self._image is not None:
            transform = self._transform()
            if self._hand_holds:
                self._hand_holds = False
                self._hand.release(event, transform)
                return
            if self._pressed is not None and not self._dragged and self._hand.click(event, transform):
                self._pressed = None
                return
        if not self._dragged and event.button() == Qt.MouseButton.LeftButton and self._image is not None:
            point = self._transform().inverted()[0].map(event.position())
            self.choose(overlays.annotation_at(self.visible_annotations(), point))
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        hand = self._hand if self._image is not None else None
        if hand is None or not hand.double_click(event, self._transform()):
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:
        self.pointer_moved.emit(None)

    def pixel_at(self, position: QPointF) -> tuple[int, int] | None:
        """(column, row) of the frame pixel under a view point, or None outside the frame."""
        if self._image is None:
            return None
        point = self._transform().inverted()[0].map(position)
        column, row = int(np.floor(point.x())), int(np.floor(point.y()))
        columns, rows = self.frame_size
        return (column, row) if 0 <= column < columns and 0 <= row < rows else None

    def frame_rectangle(self) -> QRectF:
        """Where the frame lies in the view."""
        return frame_rect(self._transform(), self.frame_size)

    def event(self, event: QEvent) -> bool:
        """Claims a key that the hand wants before the actions get it."""
        hand = self._hand if event.type() == QEvent.Type.ShortcutOverride else None
        if hand is not None and isinstance(event, QKeyEvent) and hand.key(event, only_ask=True):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._hand is None or not self._hand.key(event):
            event.ignore()  # every other key belongs to the actions
