"""Where in the recording we are: two strips for frames, neighbouring pictures for stills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from thermview.gui.parts.empty_state import EmptyState
from thermview.gui.timeline.scrubber_detail import HEIGHT as DETAIL_HEIGHT
from thermview.gui.timeline.scrubber_detail import DetailStrip
from thermview.gui.timeline.scrubber_overview import HEIGHT as OVERVIEW_HEIGHT
from thermview.gui.timeline.scrubber_overview import OverviewStrip
from thermview.gui.timeline.strip_window import StripWindow
from thermview.gui.timeline.thumbnail_strip import ThumbnailStrip

if TYPE_CHECKING:
    from thermview.gui.session import Session

_EMPTY = (
    "No recording is shown. Choose one in the tree: its whole length appears here, "
    "and below it a strip in which every frame has its own place."
)


class Scrubber(QWidget):
    """The overview above the detail strip; for a still, its place among its neighbours."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.strip_window = StripWindow(self)
        self.overview = OverviewStrip(session, self.strip_window)
        self.detail = DetailStrip(session, self.strip_window)
        self.thumbnails = ThumbnailStrip(session)
        self.empty = EmptyState()
        self.empty.say(_EMPTY)
        self._strips = QWidget()
        strips = QVBoxLayout(self._strips)
        strips.setContentsMargins(0, 0, 0, 0)
        strips.setSpacing(1)
        strips.addWidget(self.overview)
        strips.addWidget(self.detail)
        self._pages = QStackedLayout(self)
        for page in (self.empty, self._strips, self.thumbnails):
            self._pages.addWidget(page)
        self.setFixedHeight(OVERVIEW_HEIGHT + DETAIL_HEIGHT + 1)
        self._shown: object = None
        session.recording_changed.connect(self._recording_changed)
        session.scores_changed.connect(self._scores_changed)
        self._recording_changed()

    def _recording_changed(self) -> None:
        recording = self.session.recording
        if recording is not self._shown:
            self._shown = recording
            self.strip_window.start(len(recording) if recording else 0, self.session.frame_index)
        page = self.empty if recording is None else self._strips if len(recording) > 1 else self.thumbnails
        self._pages.setCurrentWidget(page)
        self._refresh()

    def _scores_changed(self, first: int, stop: int) -> None:
        self._refresh()

    def _refresh(self) -> None:
        self.overview.refresh()
        self.detail.refresh()
