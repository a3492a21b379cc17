"""Which display filters are on, and the shown recording seen through them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from thermview.capture.ids import id_of
from thermview.gui.parts.plain_words import count_text, frame_text, one_line
from thermview.jobs import Job, Progress, Steps
from thermview.readers import open_recording
from thermview.readers.filtered import FilteredRecording, can_filter
from thermview.readers.reference_frames import mean_of_range, mean_of_recordings
from thermview.recording import Quantity, Recording
from thermview.review.measured import measured
from thermview.review.store import ReviewStore
from thermview.thermal.difference import same_kind
from thermview.thermal.display import Display, Isotherm
from thermview.thermal.filters import HOLDS, Filters, Hold, Reference
from thermview.thermal.palettes import DIVERGING

if TYPE_CHECKING:
    from thermview.gui.session import Session

_MOST_RECORDINGS = 500


class Filtering(QObject):
    """Filters hold from recording to recording until they are switched off; what they cannot do is said."""

    changed = Signal()
    """other filters, or a reference is being made"""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.filters = Filters()
        self._job: Job | None = None
        self._palette_before = ""

    # -- what is seen --------------------------------------------------------------------------------

    @property
    def on(self) -> bool:
        """True where what is on screen is not the frame as it was recorded."""
        return self.filters.on and self._session.recording is not None and can_filter(self._session.recording)

    @property
    def compares(self) -> bool:
        """True where what is on screen are differences from a reference."""
        return self.on and self.filters.reference is not None

    @property
    def possible(self) -> bool:
        """True where pixels are numbers."""
        recording = self._session.recording
        return recording is not None and can_filter(recording)

    @property
    def working(self) -> bool:
        """True while a reference is being made."""
        return self._job is not None

    def around(self, recording: Recording) -> Recording:
        """The recording as it is shown: itself, or seen through the filters."""
        return _seen(self.filters, recording)

    def for_opening(self) -> Callable[[Recording], Recording]:
        """What turns a recording that is just being opened into what is shown of it; may be called in any thread."""
        return partial(_seen, self._without_frame(self.filters))

    def for_export(self) -> Callable[[Recording], Recording]:
        """What turns the shown recording into what is seen of it now, whatever is changed later; any thread."""
        return partial(_seen, self.filters)

    @property
    def quantity(self) -> Quantity:
        """What pixels on screen mean."""
        assert self._session.recording is not None
        stored = self._session.recording.quantity
        return self.filters.quantity(stored) if self.on else stored

    @property
    def plain_palette(self) -> str:
        """The palette of frames as recorded while differences wear one with a middle; empty where none is put aside."""
        return self._palette_before if self.compares and self._session.display.palette in DIVERGING else ""

    def display_of(self, shown: Display, filtered: bool) -> Display:
        """How what is exported is drawn: as on screen, but frames as recorded not in the scale of differences."""
        if filtered or not self.compares:
            return shown
        palette = self._palette_before if shown.palette in DIVERGING else shown.palette
        return replace(shown, scale_mode="min-max", palette=palette or shown.palette, isotherm=Isotherm())

    def opened(self, recording: Recording) -> None:
        """Another recording is shown: holds since a frame of the one before mean nothing here, nor does a
        reference of another size or of other values."""
        kept = self._without_frame(self.filters)
        if why_not := _why_no_fit(kept.reference, recording):
            self._session.message.emit(f"{why_not} and is no longer subtracted.")
            kept = replace(kept, reference=None)
            self._usual_colours()
        if kept != self.filters:
            self.filters = kept
            self.changed.emit()

    def measured_anew(self) -> None:
        """The shown recording has other values from now on: a reference of the old ones would differ by that alone."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.changed.emit()
        if self.filters.reference is None:
            return
        self._session.message.emit(
            "The reference was measured under other conditions and is no longer subtracted."
        )
        self.filters = replace(self.filters, reference=None)
        self._usual_colours()
        self.changed.emit()

    def _without_frame(self, filters: Filters) -> Filters:
        return replace(filters, since=None) if filters.since is not None else filters

    # -- verbs ---------------------------------------------------------------------------------------

    def set(self, **changes: Any) -> None:
        """Change fields of the filters (hold, frames, since, median, reference)."""
        new = replace(self.filters, **changes)
        if new == self.filters or not self.possible:
            return
        with_reference = (new.reference is not None, self.filters.reference is not None)
        self.filters = new
        if with_reference == (True, False):
            self._difference_colours()
        elif with_reference == (False, True):
            self._usual_colours()
        self.changed.emit()
        self._session.shown.see_anew()
        self._session.display_changed.emit()

    def next_hold(self) -> None:
        """None, maximum, minimum, mean, and round again."""
        self.set(hold=HOLDS[(HOLDS.index(self.filters.hold) + 1) % len(HOLDS)])

    def hold_since_here(self, hold: Hold | None = None) -> None:
        """Hold from the shown frame on, maxima where nothing is held yet."""
        chosen = hold or (self.filters.hold if self.filters.hold != "none" else "maximum")
        self.set(hold=chosen, since=self._session.frame_index)

    def off(self) -> None:
        """Show frames as they were recorded again."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.set(hold="none", since=None, reference=None, median=False)

    def subtract_frame(self) -> None:
        """Take the shown frame, as it was recorded, off all others; a second time: no longer."""
        session = self._session
        if self.filters.reference is not None:
            self.set(reference=None)
        elif session.recording is not None:
            index, name = session.frame_index, one_line(session.recording.name)
            several = len(session.recording) > 1
            words = [
                f"frame {number} of {name}" if several else name for number in (frame_text(index), index)
            ]
            self._make(
                "Reading the reference", partial(mean_of_range, session.recording, index, index + 1, *words)
            )

    def subtract_mean(self) -> None:
        """Take the mean of the marked range, or of the whole recording, off every frame."""
        session = self._session
        if session.recording is None:
            return
        first, last = session.range or (0, len(session.recording) - 1)
        name = one_line(session.recording.name)
        what = f"frames {frame_text(first)} to {frame_text(last)}" if session.range else "all frames"
        from_0 = f"frames {first} to {last}" if session.range else "all frames"
        words = [f"the mean of {text} of {name}" for text in (what, from_0)]
        self._make("Averaging frames", partial(mean_of_range, session.recording, first, last + 1, *words))

    def subtract_batch(self) -> None:
        """Take the mean of all recordings of the shown one's folder off every frame."""
        session = self._session
        recording, index = session.recording, session.browsing.index
        if recording is None or index is None or session.capture is None:
            return
        folder = recording.path.parent
        inside = folder.relative_to(session.capture).as_posix() if folder != session.capture else ""
        names = list(index.folders.get(inside, ()))[:_MOST_RECORDINGS]
        openers = [
            partial(
                _measured,
                folder / name,
                session.store,
                session.capture,
                id_of(f"{inside}/{name}" if inside else name),
            )
            for name in names
        ]
        rows, columns = recording.frame_shape[:2]

        def words(counted: int) -> str:
            return f"the mean of {count_text(counted, 'recording')} of {one_line(folder.name)}"

        self._make(
            "Averaging a batch",
            partial(mean_of_recordings, openers, (rows, columns), recording.quantity, words),
        )

    def _make(self, name: str, steps: Callable[[], Steps]) -> None:
        if self._job is not None:
            self._job.cancel()
        job = self._job = Job(name, steps)
        made = False

        def came(progress: Progress) -> None:
            nonlocal made
            shown, reference = self._session.recording, progress.result
            if not isinstance(reference, Reference) or job is not self._job or shown is None:
                return
            made = True
            if why_not := _why_no_fit(reference, shown):  # another one is shown by now
                self._session.message.emit(f"{why_not} and is not subtracted.")
            else:
                self.set(reference=reference)

        def ended(done: Job) -> None:
            if done is self._job:
                self._job = None
                if done.error is None and not done.cancelled and not made:
                    self._session.message.emit("No recording of this size could be read for a reference.")
                self.changed.emit()

        self._session.submit(self._session.scan_worker, job, came, ended, urgent=True)
        self.changed.emit()

    # -- colours -------------------------------------------------------------------------------------

    def _difference_colours(self) -> None:
        """Differences have a middle: a palette with one, and ends that lie equally far from zero."""
        scale = self._session.scale
        if scale.display.palette not in DIVERGING:
            self._palette_before = scale.display.palette
            scale.change(None, palette=DIVERGING[0])
        scale.centred = True

    def _usual_colours(self) -> None:
        scale = self._session.scale
        scale.centred = False
        if self._palette_before and scale.display.palette in DIVERGING:
            scale.change(None, palette=self._palette_before)


def _measured(path: Path, store: ReviewStore, capture: Path, recording_id: str) -> Recording:
    """A recording under the conditions that it would be shown under; ReadError."""
    return measured(open_recording(path), store, capture, recording_id)


def _why_no_fit(reference: Reference | None, recording: Recording) -> str:
    """How a sentence begins on a reference that cannot be taken off these frames; empty where it can."""
    if reference is None or not can_filter(recording):
        return ""
    if reference.pixels.shape != recording.frame_shape[:2]:
        return "The reference has another size than this recording"
    means = reference.quantity
    if means is not None and not same_kind(means, recording.quantity):
        return (
            f"The reference holds {means.label}, this recording {recording.quantity.label}: it does not fit"
        )
    return ""


def _seen(filters: Filters, recording: Recording) -> Recording:
    if not can_filter(recording):
        return recording
    if _why_no_fit(filters.reference, recording):
        filters = replace(filters, reference=None)
    return FilteredRecording(recording, filters) if filters.on else recording
