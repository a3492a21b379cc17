"""A recording of which one frame is on screen: how it comes there, and how its next frames do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Never, TypeVar

from PySide6.QtCore import QObject, Signal

from thermview.capture.context import Context, ContextFinder
from thermview.gui.parts.shown import OnScreen, Seen
from thermview.gui.work.frame_loader import FrameLoader, Opened, Wish
from thermview.gui.work.tasks import opener
from thermview.recording import Frame, Recording, is_colour, time_of
from thermview.thermal.conditions import Radiometric
from thermview.thermal.display import Display

if TYPE_CHECKING:
    from thermview.gui.session import Session

T = TypeVar("T")


class ShownRecording(OnScreen):
    """Opened and read in the background, by a loader of its own, and seen through the display filters.

    What is on screen stays until what was asked for is there. Signals say what changed, never the new value.
    Its owner takes what the loader opened, or failed to, and sees to what else belongs to a recording.
    """

    loaded_changed = Signal()
    came = Signal()
    """another recording is there with its first frame, and no view was told yet"""
    went = Signal()
    """no recording is there any more, and no view was told yet"""
    failed = Signal()
    """the frame that was asked for cannot be read, and no view was told yet"""

    def __init__(
        self, session: Session, cache_bytes: int, display: Display, filtering: Seen, parent: QObject
    ) -> None:
        super().__init__(session, display, filtering, parent)
        self.loader = FrameLoader(cache_bytes, self)
        self.opening: Path | None = None
        self._failed: Path | None = None
        self._seen: Recording | None = None
        """The recording as it is shown: itself, or seen through the filters."""
        self.wished_index: int = 0
        """Where the last seek wanted to go: steps count from there while its frame is still on the way."""
        self.waiting = False
        """A frame was asked for that has not come yet."""
        self.loader.loaded.connect(self._frame_loaded)
        self.loader.failed.connect(self._frame_failed)
        self.loader.decoded.connect(self._decoded)

    # -- what is known -----------------------------------------------------------------------------

    @property
    def selected(self) -> Path | None:
        """What was selected last: on its way, shown, or not to be read; None where nothing was."""
        return self.opening or (self.recording.path if self.recording is not None else self._failed)

    @property
    def recording_id(self) -> str:
        """Its path below the capture without suffix; empty when nothing is shown."""
        return self.context.recording_id

    @property
    def has_quantity(self) -> bool:
        """True where pixels are numbers of one quantity: there is a colour bar then."""
        return self.recording is not None and not is_colour(self.recording)

    def time_of(self, index: int) -> float | None:
        """Seconds from the first frame, or None where the recording has no clock."""
        return None if self.recording is None else time_of(self.recording, index)

    # -- coming and going --------------------------------------------------------------------------

    def open_from(self, path: Path, root: Path, finder: ContextFinder) -> None:
        """Open a recording of the folder `root`; the loader tells its owner when it is there."""
        self.opening = path
        session = self._session
        seen = session.filtering.for_opening()
        self.loader.open(path, opener(path, finder, root, session.store, seen))
        self.recording_changed.emit()

    def take(self, opened: Opened) -> None:
        """Show what was opened in place of what was shown."""
        self._leave()
        self.opening, self._failed, self.problem = None, None, ""
        self.recording, self.context = opened.recording, opened.context
        self.frame, self.held_frames, self.waiting = opened.frame, 1, False
        self.frame_index = self.wished_index = opened.index
        self.quantity = opened.quantity or opened.recording.quantity
        self._see()
        self.own_scale.new_recording(opened.recording, opened.frame)
        self.loader.show(opened.recording)
        self.loader.cache.put(opened.index, opened.frame)
        self.came.emit()
        self.recording_changed.emit()
        self.annotations_changed.emit()
        self.display_changed.emit()
        self.frame_changed.emit()

    def show_nothing(self, problem: str = "", failed: Path | None = None) -> None:
        """Show no recording any more: why, and which file it was that could not be shown."""
        self._leave()
        self.opening, self._failed, self.problem = None, failed, problem
        self.recording = self._seen = self.frame = self.quantity = None
        self.context = Context("")
        self.frame_index = self.wished_index = 0
        self.held_frames, self.waiting = 1, False
        self.loader.forget_opening()
        self.loader.cache.clear()
        self.went.emit()
        self.recording_changed.emit()
        self.annotations_changed.emit()
        self.frame_changed.emit()

    def _leave(self) -> None:
        if self.recording is not None:
            self.loader.retire(self.recording)

    def stop(self) -> None:
        """End the thread; call before the window goes."""
        self._leave()
        self.loader.close()

    # -- frames ------------------------------------------------------------------------------------

    def show(self, index: int, first: int | None = None, stop: int | None = None) -> None:
        """Show a frame, or the maximum of frames first .. stop - 1, of which it is one end."""
        if self._seen is None:
            return
        first, stop = index if first is None else first, index + 1 if stop is None else stop
        there = (self.frame_index, self.held_frames)
        if self.frame is None or self.waiting or (index, stop - first) != there:
            self.wished_index = index
            self._request(Wish(self._seen, index, first, stop))

    def _request(self, wish: Wish) -> None:
        frame = self.loader.request(wish)
        self.waiting = frame is None
        if frame is not None:
            self._frame_loaded(wish, frame)

    def see_anew(self) -> None:
        """Show the shown frame through other filters."""
        if self.recording is None:
            return
        seen, wished = self._see(), self.wished_index
        self.loader.swap(seen)
        self.own_scale.measured_anew()
        self.held_frames = 1
        self._request(Wish(seen, wished, wished, wished + 1))
        if seen is self.recording:
            self.loader.read_ahead(seen)

    def show_measured(self, recording: Recording) -> None:
        """Show the shown recording under other conditions: the same frames with other values."""
        means_other = self.recording is None or recording.quantity != self.recording.quantity
        self.recording = recording
        seen = self._see()
        self.loader.swap(seen)
        self.own_scale.measured_anew()
        frame = self._at_hand(recording) if seen is recording else None
        if frame is not None and self.held_frames == 1 and not self.problem:
            self.show_frame(frame, self.frame_index)
            if self.wished_index != self.frame_index:  # it was on its way with the old values
                self.show(self.wished_index)
        else:
            first = self.frame_index - self.held_frames + 1
            self._request(Wish(seen, self.frame_index, max(first, 0), self.frame_index + 1))
        if means_other:
            self.display_changed.emit()

    def _at_hand(self, recording: Recording) -> Frame | None:
        """The shown frame as another recording of the same file has it, where that costs next to nothing."""
        if isinstance(recording, Radiometric):
            return recording.at_hand(self.frame_index)
        if self.frame is None or recording.quantity == self.quantity:
            return None
        # temperatures in place of counts or colours, or the other way round: no view may see one with the other's frame
        self.held_frames = 1
        return self._session.attempt(lambda: recording.frame(self.frame_index))

    def _see(self) -> Recording:
        """Look through the filters that are on now."""
        assert self.recording is not None
        self._seen = self._session.filtering.around(self.recording)
        return self._seen

    def _frame_loaded(self, wish: Wish, frame: Frame) -> None:
        if wish.recording is self._seen:
            self.show_frame(frame, wish.index, wish.stop - wish.first)

    def show_frame(self, frame: Frame, index: int, held: int = 1) -> None:
        """Put a frame on screen, or the maximum of so many of which it is one end."""
        assert self._seen is not None
        self.frame, self.frame_index, self.held_frames = frame, index, held
        self.problem, self.waiting = "", False
        means_other, self.quantity = self._seen.quantity != self.quantity, self._seen.quantity
        if means_other:
            self.own_scale.other_quantity()
        if self.scale is self.own_scale:
            self.own_scale.new_frame(frame)
        self.frame_changed.emit()
        if means_other:
            self.display_changed.emit()

    def _frame_failed(self, wish: Wish, text: str) -> None:
        if wish.recording is self._seen:
            self.frame, self.frame_index, self.held_frames = None, wish.index, 1
            self.problem, self.waiting = text, False
            self.failed.emit()
            self.frame_changed.emit()

    def _decoded(self, recording: Recording) -> None:
        if recording is self.recording:
            self.loaded_changed.emit()


class of_shown(Generic[T]):
    """What the session's shown recording knows, as the session's own: read there, and changed by verbs alone."""

    def __init__(self, read: Callable[[ShownRecording], T]) -> None:
        self._read = read

    def __get__(self, session: Session, kind: type) -> T:
        return self._read(session.shown)

    def __set__(self, session: Session, value: Never) -> None:
        raise AttributeError("What is shown is changed by verbs, not by setting attributes of the session.")
