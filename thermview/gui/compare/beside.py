"""The second recording, B: opened and read like the first, by a loader of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from thermview.capture.context import Context, ContextFinder
from thermview.errors import ThermviewError
from thermview.gui.parts.shown import Seen
from thermview.gui.scale import Scale
from thermview.gui.work.frame_loader import FrameLoader, Opened, Wish
from thermview.gui.work.tasks import opener
from thermview.readers.filtered import FilteredRecording
from thermview.recording import Frame, Quantity, Recording, is_colour, time_of
from thermview.review.measured import measured_anew
from thermview.thermal.display import Display
from thermview.thermal.filters import Filters
from thermview.thermal.temperature_units import Unit, shown_unit

if TYPE_CHECKING:
    from thermview.gui.browsing import Browsing
    from thermview.gui.session import Session

_MB = 2**20
_NO_FILTERS = Filters()


@dataclass(frozen=True)
class SeenThrough:
    """The filters that a frame is seen through."""

    filters: Filters = _NO_FILTERS
    always: bool = False
    """Differences whatever the filters are."""

    @property
    def on(self) -> bool:
        """True where there is one."""
        return self.filters.on

    @property
    def compares(self) -> bool:
        """True where what is on screen are differences."""
        return self.always or self.filters.reference is not None


class Beside(QObject):
    """What is shown of B. Its colours are the session's, its scale too while both share one.

    B is seen through the same display filters as A; a hold since a frame of A is one over as many frames here.
    """

    recording_changed = Signal()
    frame_changed = Signal()
    display_changed = Signal()
    annotations_changed = Signal()
    came = Signal()
    """the recording was opened, its first frame is on screen"""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.loader = FrameLoader(int(session.settings["frame_cache_mb"]) * _MB // 2, self)
        self.own_scale = Scale(Display())
        self.shares = False
        """The session's scale holds for B too."""
        self.waiting = False
        """A frame was asked for that has not come yet."""
        self.filtering: Seen = SeenThrough()
        self.problem = ""
        self.opening: Path | None = None
        self.context = Context("")
        self.recording: Recording | None = None
        self.frame: Frame | None = None
        self.quantity: Quantity | None = None
        self.frame_index, self.held_frames = 0, 1
        self._seen: Recording | None = None
        self._path: Path | None = None
        self._root = Path()
        self._index: int | None = None
        self.loader.opened.connect(self._opened)
        self.loader.open_failed.connect(self._open_failed)
        self.loader.loaded.connect(self._loaded)
        self.loader.failed.connect(self._failed)

    # -- what is known -------------------------------------------------------------------------------

    @property
    def selected(self) -> Path | None:
        """The file that stands beside A, or is on its way there."""
        return self._path

    @property
    def recording_id(self) -> str:
        """Its path below the capture without suffix."""
        return self.context.recording_id

    @property
    def has_quantity(self) -> bool:
        """True where pixels are numbers of one quantity."""
        return self.recording is not None and not is_colour(self.recording)

    @property
    def unit(self) -> Unit:
        """What values are read in."""
        return shown_unit(self.quantity, self._session.settings["temperature_unit"])

    @property
    def scale(self) -> Scale:
        """Whose ends hold."""
        return self._session.scale if self.shares else self.own_scale

    @property
    def display(self) -> Display:
        """How frames are shown."""
        return self.scale.display

    @property
    def limits(self) -> tuple[float, float]:
        """The values at the two ends of the colour bar."""
        return self.scale.ends

    @property
    def overlays(self) -> set[str]:
        """Those of the session."""
        return self._session.overlays

    @property
    def browsing(self) -> Browsing:
        """The open capture."""
        return self._session.browsing

    def time_of(self, index: int) -> float | None:
        """Seconds from the first frame, or None where the recording has no clock."""
        return None if self.recording is None else time_of(self.recording, index)

    # -- opening ---------------------------------------------------------------------------------------

    def open(self, path: Path, index: int | None = None) -> None:
        """Open a recording in the background, at a frame or where it was left."""
        session = self._session
        capture = session.capture
        assert capture is not None
        inside = path.is_relative_to(capture)
        finder = session.browsing.finder if inside else ContextFinder(path.parent)
        self.opening = self._path = path
        self._index = index
        seen = session.filtering.for_opening()
        self._root = capture if inside else path.parent
        self.loader.open(path, opener(path, finder, self._root, session.store, seen))
        self.recording_changed.emit()

    def _opened(self, opened: Opened) -> None:
        if self.opening is None:  # closed meanwhile
            opened.recording.close()
            return
        self._leave()
        self.opening, self.problem, self.waiting = None, "", False
        self.recording, self.context = opened.recording, opened.context
        self._see()
        self.frame, self.frame_index, self.held_frames = opened.frame, opened.index, 1
        self.quantity = opened.quantity or opened.recording.quantity
        self.own_scale = Scale(self._session.display)
        self.own_scale.new_recording(opened.recording, opened.frame)
        self.loader.show(opened.recording)
        self.loader.cache.put(opened.index, opened.frame)
        if self._index is not None:
            self.show(self._index)
        self.came.emit()
        for signal in (
            self.recording_changed,
            self.annotations_changed,
            self.display_changed,
            self.frame_changed,
        ):
            signal.emit()

    def _open_failed(self, path: Path, text: str) -> None:
        if path != self._path:
            return
        self._leave()
        self.opening, self.problem = None, text
        self.recording = self.frame = self.quantity = None
        self.context, self.waiting = Context(""), False
        self._session.message.emit(text)
        for signal in (self.recording_changed, self.annotations_changed, self.frame_changed):
            signal.emit()

    def forget(self) -> None:
        """Nothing is shown any more."""
        self._leave()
        self.opening = self._path = None
        self.problem, self.waiting = "", False
        self.recording = self.frame = self.quantity = self._seen = None
        self.loader.cache.clear()
        self.context = Context("")
        self.frame_index, self.held_frames = 0, 1
        for signal in (self.recording_changed, self.annotations_changed, self.frame_changed):
            signal.emit()

    def _leave(self) -> None:
        if self.recording is not None:
            self.loader.retire(self.recording)

    # -- frames ----------------------------------------------------------------------------------------

    def show(self, index: int, first: int | None = None, stop: int | None = None) -> None:
        """Show a frame, or the maximum of frames first .. stop - 1, of which it is one end."""
        if self._seen is None:
            return
        first, stop = index if first is None else first, index + 1 if stop is None else stop
        if (
            not self.waiting
            and (index, stop - first) == (self.frame_index, self.held_frames)
            and self.frame is not None
        ):
            return
        wish = Wish(self._seen, index, first, stop)
        frame = self.loader.request(wish)
        self.waiting = frame is None
        if frame is not None:
            self._show(wish, frame)

    def see_anew(self) -> None:
        """Show the shown frame through other filters."""
        if self.recording is None:
            return
        self._see()
        assert self._seen is not None
        self.loader.swap(self._seen)
        self.own_scale.measured_anew()
        self.frame = None
        self.show(self.frame_index)

    def measure_anew(self) -> None:
        """Show the shown frame by what is kept of B's camera now: it may be that of A."""
        recording, session = self.recording, self._session
        if recording is None:
            return
        try:
            measured = measured_anew(recording, session.store, self._root, self.recording_id)
        except ThermviewError as error:
            session.message.emit(str(error))
            return
        if measured is not recording:
            self.recording = measured
            self.see_anew()
            self.recording_changed.emit()

    def _see(self) -> None:
        assert self.recording is not None
        self._seen = self._session.filtering.for_opening()(self.recording)
        filters = self._seen.filters if isinstance(self._seen, FilteredRecording) else Filters()
        self.filtering = SeenThrough(filters)

    def _loaded(self, wish: Wish, frame: Frame) -> None:
        if wish.recording is self._seen:
            self._show(wish, frame)

    def _show(self, wish: Wish, frame: Frame) -> None:
        self.frame, self.frame_index, self.held_frames = frame, wish.index, wish.stop - wish.first
        self.problem, self.waiting = "", False
        if wish.recording.quantity != self.quantity:
            self.quantity = wish.recording.quantity
            self.own_scale.other_quantity()
        if not self.shares:
            self.own_scale.new_frame(frame)
        self.frame_changed.emit()

    def _failed(self, wish: Wish, text: str) -> None:
        if wish.recording is not self._seen:
            return
        self.frame, self.frame_index, self.held_frames = None, wish.index, 1
        self.problem, self.waiting = text, False
        self.frame_changed.emit()

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
        if changes and self.own_scale.change(self.frame, **changes):
            self.display_changed.emit()
