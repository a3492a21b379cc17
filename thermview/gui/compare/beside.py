"""The second recording, B: shown like the first, by the first one's colours and filters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from thermview.capture.context import ContextFinder
from thermview.gui.parts.shown import NO_FILTERS, SeenThrough
from thermview.gui.scale import Scale
from thermview.gui.shown_recording import ShownRecording
from thermview.gui.work.frame_loader import Opened
from thermview.readers.filtered import FilteredRecording
from thermview.recording import Recording
from thermview.review.measured import measured_anew
from thermview.thermal.display import Display

if TYPE_CHECKING:
    from thermview.gui.session import Session

_MB = 2**20


class Beside(ShownRecording):
    """What is shown of B. Its colours are the session's, its scale too while both share one.

    B is seen through the same display filters as A; a hold since a frame of A is one over as many frames here.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        cache_bytes = int(session.settings["frame_cache_mb"]) * _MB // 2
        super().__init__(session, cache_bytes, Display(), SeenThrough(), parent)
        self.shares = False
        """The session's scale holds for B too."""
        self._root = Path()
        self._index: int | None = None
        self.loader.opened.connect(self._opened)
        self.loader.open_failed.connect(self._open_failed)
        self.came.connect(self._go_on)

    @property
    def scale(self) -> Scale:
        """Whose ends hold."""
        return self._session.scale if self.shares else self.own_scale

    # -- opening ---------------------------------------------------------------------------------------

    def open(self, path: Path, index: int | None = None) -> None:
        """Open a recording in the background, at a frame or where it was left."""
        session = self._session
        assert session.capture is not None
        inside = path.is_relative_to(session.capture)
        self._root = session.capture if inside else path.parent
        self._index = index
        self.open_from(path, self._root, session.browsing.finder if inside else ContextFinder(path.parent))

    def _opened(self, opened: Opened) -> None:
        self.own_scale = Scale(self._session.display)
        self.take(opened)

    def _go_on(self) -> None:
        if self._index is not None:
            self.show(self._index)

    def _open_failed(self, path: Path, text: str) -> None:
        if path == self.opening:
            self.show_nothing(text, path)
            self._session.message.emit(text)

    # -- frames ----------------------------------------------------------------------------------------

    def see_anew(self) -> None:
        """Show the shown frame through other filters; until it is there no scale must hold for the old one."""
        self.frame = None
        super().see_anew()

    def measure_anew(self) -> None:
        """Show the shown frame by what is kept of B's camera now: it may be that of A."""
        recording, session = self.recording, self._session
        if recording is None:
            return
        measured = session.attempt(
            lambda: measured_anew(recording, session.store, self._root, self.recording_id)
        )
        if measured is not None and measured is not recording:
            self.recording = measured
            self.see_anew()
            self.recording_changed.emit()

    def _see(self) -> Recording:
        assert self.recording is not None
        seen = self._seen = self._session.filtering.for_opening()(self.recording)
        self.filtering = SeenThrough(seen.filters if isinstance(seen, FilteredRecording) else NO_FILTERS)
        return seen

    # -- how it looks ----------------------------------------------------------------------------------

    def share(self, shares: bool) -> None:
        """By the session's scale, or by one of its own."""
        if shares == self.shares:
            return
        self.shares = shares
        if not shares:
            self.own_scale.measured_anew()
            self.take_colours()
            if self.frame is not None:
                self.own_scale.new_frame(self.frame)
        self.display_changed.emit()

    def take_colours(self) -> None:
        """Palette and direction are the session's, whoever's the ends are."""
        shown = self._session.display
        mine = self.own_scale
        mine.centred = self._session.scale.centred
        if mine.change(self.frame, palette=shown.palette, inverted=shown.inverted) and not self.shares:
            self.display_changed.emit()

    def set_display(self, **changes: Any) -> None:
        """Change fields of the display: of both where the scale is shared."""
        colours = {name: changes.pop(name) for name in ("palette", "inverted") if name in changes}
        if self.shares:
            self._session.set_display(**changes, **colours)
            return
        if colours:
            self._session.set_display(**colours)
        super().set_display(**changes)
