"""Small pictures of a diagnosed set for all pages: asked for while painting, read in a thread, kept within a bound."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from thermview.gui.work.thumbnails import Thumbnail, ThumbnailCache, thumbnail_steps
from thermview.jobs import Job, Progress

if TYPE_CHECKING:
    from thermview.gui.session import Session

_KEPT = 1500
_AT_ONCE = 48  # read in one job: what is asked for meanwhile comes first in the next
_WAITING = 400  # of what was asked for longest ago the rest is no longer in sight
_SETTLE_MS = 40


class Pictures(QObject):
    """Thumbnails by path below the capture."""

    came = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._images = ThumbnailCache(_KEPT)
        self._wanted: dict[str, None] = {}
        self._job: Job | None = None
        self._capture: Path | None = None
        self._soon = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._soon.timeout.connect(self._read)

    def get(self, relative: str) -> QImage | str | None:
        """The picture, a sentence why there is none, or None while it is read."""
        if self._session.capture != self._capture:
            self.forget()
        item: QImage | str | None = self._images.get(relative, self._session.display.palette)
        if item is None and relative not in self._wanted:
            self._wanted[relative] = None
            if self._job is None and not self._soon.isActive():
                self._soon.start()
        return item

    def forget(self) -> None:
        """Another capture is open."""
        self._capture = self._session.capture
        self._images.clear()
        self._wanted.clear()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _read(self) -> None:
        root, palette = self._session.capture, self._session.display.palette
        wanted = list(self._wanted)[-_WAITING:]
        if root is None or not wanted:
            return
        now = wanted[::-1][:_AT_ONCE][::-1]  # what was asked for last is in sight
        self._wanted = dict.fromkeys(wanted[: -len(now)])
        ratio = 1.5  # cells are a little larger than the strip's, on any screen
        job = Job("Reading thumbnails", thumbnail_steps(root, now, palette, ratio))
        self._job = job
        self._session.submit(
            self._session.peek_worker, job, lambda progress: self._came(root, palette, progress), self._ended
        )

    def _came(self, root: Path, palette: str, progress: Progress) -> None:
        if root != self._capture:
            return
        thumbnail: Thumbnail = progress.result
        item: QImage | str = thumbnail.problem or "This picture cannot be shown."
        if thumbnail.pixels is not None:
            rows, columns = thumbnail.pixels.shape[:2]
            data = thumbnail.pixels.tobytes()
            item = QImage(data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
        self._images.put(thumbnail.relative, palette, item)
        self.came.emit(thumbnail.relative)

    def _ended(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            if self._wanted:
                self._soon.start()
