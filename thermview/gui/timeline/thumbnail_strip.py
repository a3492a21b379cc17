"""The pictures before and after the shown one, for sets of pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QHideEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QToolTip, QVBoxLayout, QWidget

from thermview.capture.ids import id_of
from thermview.gui.parts import theme
from thermview.gui.parts.elided_label import ElidedLabel
from thermview.gui.parts.plain_words import count_text, tip
from thermview.gui.work.thumbnails import HEIGHT, WIDTH, Thumbnail, ThumbnailCache, thumbnail_steps
from thermview.jobs import Job, Progress

if TYPE_CHECKING:
    from thermview.gui.session import Session

_GAP = 8
_NAME_ROW = 16
_GROWTH_MS = 700
_SETTLE_MS = 120  # stepping through pictures quickly does not read thumbnails for each of them


class ThumbnailStrip(QWidget):
    """A line that says where in the sequence the picture is, and its neighbours to click."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.place = ElidedLabel()
        self.place.setProperty("role", "muted")
        self.before = self._button("\u25c2", "Previous picture", -1)
        self.after = self._button("\u25b8", "Next picture", 1)
        self.cells = ThumbnailCells(session, self)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.before)
        row.addWidget(self.after)
        row.addSpacing(8)
        row.addWidget(self.place, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(6)
        layout.addLayout(row)
        layout.addWidget(self.cells, 1)
        self.cells.order_changed = self._say_place

    def _button(self, text: str, words: str, steps: int) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(words)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAccessibleName(words)
        button.clicked.connect(lambda: self.session.browsing.go(steps))
        return button

    def _say_place(self) -> None:
        cells = self.cells
        here, many = cells.here, len(cells.sequence)
        self.before.setEnabled(here > 0)
        self.after.setEnabled(0 <= here < many - 1)
        where = cells.current.rpartition("/")[0] or "this folder"
        of_what = "what the filter shows" if self.session.browsing.matches is not None else where
        name = Path(cells.current).name
        if here < 0:
            self.place.setText(f"{name}   not among the {count_text(many)} of {of_what}" if name else "")
        else:
            self.place.setText(f"{count_text(here + 1)} of {count_text(many)} in {of_what}")


class ThumbnailCells(QWidget):
    """As many neighbours as fit, the shown picture in the middle."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.sequence: list[str] = []
        self.here = -1
        self.current = ""
        self.order_changed: Callable[[], None] = lambda: None
        self._images = ThumbnailCache()
        self._capture: Path | None = None
        self._job: Job | None = None
        self._settle = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settle.timeout.connect(self._read_missing)
        self._grown = QTimer(self, interval=_GROWTH_MS, singleShot=True)
        self._grown.timeout.connect(self.refresh)
        self.setMinimumHeight(HEIGHT + _NAME_ROW)
        self.setMouseTracking(True)
        self.setAccessibleName("Neighbouring pictures")
        session.recording_changed.connect(self.refresh)
        session.capture_changed.connect(self._capture_changed)
        session.display_changed.connect(self.refresh)
        session.flags_changed.connect(self.update)

    # -- what is shown -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Find the place of the shown picture again and read the thumbnails that are missing."""
        session = self.session
        if session.capture != self._capture:
            self._capture = session.capture
            self._images.clear()
        if not self.isVisible():
            return
        path = session.recording.path if session.recording else None
        root = session.capture
        self.current, self.sequence, self.here = "", [], -1
        if path is not None and root is not None and path.is_relative_to(root):
            self.current = path.relative_to(root).as_posix()
            self.sequence = session.browsing.sequence(self.current)
            self.here = self.sequence.index(self.current) if self.current in self.sequence else -1
        self.order_changed()
        self.update()
        self._settle.start()

    def _capture_changed(self) -> None:
        """Ordering a large folder takes a while: not for every file that a scan finds."""
        if not self._grown.isActive():
            self._grown.start()

    def in_sight(self) -> list[tuple[str, QRectF]]:
        """The paths below the capture that are drawn, and where."""
        fit = max((self.width() + _GAP) // (WIDTH + _GAP), 1)
        fit -= 1 - fit % 2  # an odd number, so that the shown one is in the middle
        fit = max(fit, 1)
        if not self.sequence:
            return []
        centre = max(self.here, 0)
        first = min(max(centre - fit // 2, 0), max(len(self.sequence) - fit, 0))
        part = self.sequence[first : first + fit]
        left = (
            max((self.width() - len(part) * (WIDTH + _GAP) + _GAP) / 2, 0) if first or len(part) == fit else 0
        )
        return [(name, QRectF(left + n * (WIDTH + _GAP), 0, WIDTH, HEIGHT)) for n, name in enumerate(part)]

    def _read_missing(self) -> None:
        root, palette = self.session.capture, self._palette
        if root is None or not self.isVisible():
            return
        shown = [name for name, _ in self.in_sight()]
        missing = [name for name in shown if self._images.get(name, palette) is None]
        missing.sort(key=lambda name: abs(self.sequence.index(name) - max(self.here, 0)))
        self._stop_reading()
        if missing:
            job = Job("Reading thumbnails", thumbnail_steps(root, missing, palette, self.devicePixelRatioF()))
            self._job = job
            session = self.session
            session.submit(session.peek_worker, job, lambda progress: self._came(root, palette, progress))

    def _stop_reading(self) -> None:
        if self._job is not None:
            self._job.cancel()

    @property
    def _palette(self) -> str:
        """That of the frame, but where differences are shown that of pictures as recorded: these are no differences."""
        return self.session.filtering.plain_palette or self.session.display.palette

    def _came(self, root: Path, palette: str, progress: Progress) -> None:
        if root != self._capture:
            return
        thumbnail: Thumbnail = progress.result
        item: QImage | str = thumbnail.problem
        if thumbnail.pixels is not None:
            rows, columns = thumbnail.pixels.shape[:2]
            data = thumbnail.pixels.tobytes()
            item = QImage(data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
            item.setDevicePixelRatio(self.devicePixelRatioF())
        self._images.put(thumbnail.relative, palette, item)
        self.update()

    # -- painting ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.numbers_font(theme.CAPTION_PX))
        for name, area in self.in_sight():
            self._paint_cell(painter, name, area)
        painter.end()

    def _paint_cell(self, painter: QPainter, name: str, area: QRectF) -> None:
        dress, item = theme.current(), self._images.get(name, self._palette)
        painter.fillRect(area, QColor(dress.surround))
        if isinstance(item, QImage):
            size = item.deviceIndependentSize()
            corner = area.center() - QPointF(size.width() / 2, size.height() / 2)
            painter.drawImage(corner, item)
        elif isinstance(item, str):
            painter.setPen(QColor(theme.ANOMALY))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "! unreadable")
        if self.session.browsing.flag_counts.get(id_of(name)):
            corner = area.topRight() + QPointF(-10, 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.FLAG))
            painter.drawPolygon(QPolygonF([corner, corner + QPointF(7, 3), corner + QPointF(0, 6)]))
        shown = name == self.current
        if shown:
            painter.setPen(QPen(QColor(dress.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(1, 1, -1, -1))
        painter.setPen(QColor(dress.text if shown else dress.muted))
        text = QFontMetricsF(painter.font()).elidedText(
            Path(name).stem, Qt.TextElideMode.ElideLeft, area.width()
        )
        row = QRectF(area.left(), area.bottom() + 1, area.width(), _NAME_ROW - 2)
        painter.drawText(row, Qt.AlignmentFlag.AlignCenter, text)

    # -- mouse and size ----------------------------------------------------------------------------

    def name_at(self, position: QPointF) -> str:
        """The picture under a point, empty between them."""
        return next((name for name, area in self.in_sight() if area.contains(position)), "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        name, root = self.name_at(event.position()), self.session.capture
        if name and root is not None and name != self.current and event.button() == Qt.MouseButton.LeftButton:
            self.session.select(root / name)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = bool(self.name_at(event.position()))
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            name = self.name_at(QPointF(event.pos()))
            problem = self._images.get(name, self._palette) if name else ""
            words = f"{name}\n{problem}" if isinstance(problem, str) and problem else name
            QToolTip.showText(event.globalPos(), tip(words), self)
            return True
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        self._settle.stop()
        self._stop_reading()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._settle.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(9 * (WIDTH + _GAP), HEIGHT + _NAME_ROW)
