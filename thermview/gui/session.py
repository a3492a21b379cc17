"""What is open, shown, scored and flagged: the one thing that views observe."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from thermview.capture.context import Context
from thermview.errors import ThermviewError
from thermview.gui.browsing import Browsing
from thermview.gui.compare.compared import Compared
from thermview.gui.conditions.estimating import Estimating
from thermview.gui.conditions.used import UsedConditions
from thermview.gui.diagnosis.diagnosing import Diagnosing
from thermview.gui.edits import AddFlag, ChangeFlag, RemoveFlag
from thermview.gui.filters.filtering import Filtering
from thermview.gui.fusion.fused import Fused
from thermview.gui.heat_maps import HeatMaps
from thermview.gui.imported import ImportedScores
from thermview.gui.learn.learning import Learning
from thermview.gui.models.choice import PictureModel
from thermview.gui.playback import Playback
from thermview.gui.regions.measuring import Measuring
from thermview.gui.scale import Scale
from thermview.gui.scored import Scored
from thermview.gui.tracked import Tracked
from thermview.gui.work.fitted_heat import FittedHeat, why_no_heat
from thermview.gui.work.frame_loader import FrameLoader, Opened, Wish
from thermview.gui.work.job_runner import JobRunner
from thermview.gui.work.tasks import density_steps, opener, sample_steps
from thermview.jobs import Job, Progress
from thermview.paths import data_folder
from thermview.recording import Frame, Quantity, Recording, is_colour, time_of
from thermview.review.flags import Flag
from thermview.review.store import ReviewStore
from thermview.settings import Settings
from thermview.thermal.conditions import Radiometric
from thermview.thermal.display import Display
from thermview.thermal.palettes import NAMES
from thermview.thermal.temperature_units import Unit, shown_unit

MAKING_SAMPLE = "Making the sample capture"
OVERLAYS = ("boxes", "predicted", "hot spot", "regions")


class Session(JobRunner):
    """State of one window. Signals say what changed, never the new value; views pull it from here.

    A verb that changes nothing emits nothing. A failed open leaves what was open.
    """

    capture_changed = Signal()
    recording_changed = Signal()
    frame_changed = Signal()
    display_changed = Signal()
    annotations_changed = Signal()
    scores_changed = Signal(int, int)
    """first, stop of the frames whose score changed"""
    densities_changed = Signal()
    flags_changed = Signal()
    loaded_changed = Signal()
    playback_changed = Signal()
    range_changed = Signal()

    def __init__(self, settings: Settings, store: ReviewStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings, self.store = settings, store
        self.loader = FrameLoader(int(settings["frame_cache_mb"]) * 2**20, self)
        self.undo_stack = QUndoStack(self)
        self.browsing = Browsing(self)
        known = settings["palette"] if settings["palette"] in NAMES else Display.palette
        self.scale = Scale(Display(palette=known, scale_mode=settings["scale_mode"]))
        self.scored, self.imported = Scored(self), ImportedScores(self)
        self.measuring = Measuring(self)
        self.conditions, self.estimating = UsedConditions(self), Estimating(self)
        self.conditions.kept.connect(self.measuring.follow_values)
        self.scale.region_ends = self.measuring.ends_within
        self.filtering = Filtering(self)
        self.recording: Recording | None = None
        self.context = Context("")
        self.problem = ""
        """Why the selected recording or its frame cannot be shown; empty when all is well."""
        self.opening: Path | None = None
        self._failed: Path | None = None
        self.frame: Frame | None = None
        self.quantity: Quantity | None = None
        """What the pixels of `frame` mean: filtered, they may be differences of what the recording holds."""
        self.frame_index = 0
        self.wished_index = 0
        """Where the last seek wanted to go: steps count from there while its frame is still on the way."""
        self.held_frames = 1
        """Of how many frames `frame` is the per-pixel maximum; 1: it is the frame itself."""
        self.range: tuple[int, int] | None = None
        self.overlays = set(OVERLAYS)
        self.flags: list[Flag] = []
        self.densities: Any = None
        """The PictureDensities of the capture as far as measured, or None."""
        self.last_export: Any = None
        """The ExportResult of the last export, None while one runs."""
        self.playback = Playback(self)
        self.tracked, self.heat_maps = Tracked(self), HeatMaps(self)
        self.heat_maps.compute, self.heat_maps.why_model_cannot = FittedHeat(), why_no_heat
        self.learning, self.picture_model = Learning(self), PictureModel(self)
        self.fused, self.compared = Fused(self), Compared(self)
        self.diagnosing = Diagnosing(self)
        self._connect_threads()

    def _connect_threads(self) -> None:
        self.loader.opened.connect(self._opened)
        self.loader.open_failed.connect(self._open_failed)
        self.loader.loaded.connect(self._frame_loaded)
        self.loader.failed.connect(self._frame_failed)
        self.loader.decoded.connect(self._decoded)

    # -- what is open ------------------------------------------------------------------------------

    @property
    def capture(self) -> Path | None:
        """The folder (or zipped batch) that is open."""
        return self.browsing.root

    @property
    def selected(self) -> Path | None:
        """What was selected last: on its way, shown, or not to be read; None where nothing was."""
        return self.opening or (self.recording.path if self.recording is not None else self._failed)

    @property
    def recording_id(self) -> str:
        """The shown recording's path below the capture without suffix; empty when nothing is shown."""
        return self.context.recording_id

    @property
    def display(self) -> Display:
        """How frames are shown."""
        return self.scale.display

    @property
    def limits(self) -> tuple[float, float]:
        """The values at the two ends of the colour bar for the shown frame."""
        return self.scale.ends

    @property
    def display_now(self) -> Display:
        """The display with the ends of the colour bar as they are on screen."""
        low, high = self.limits
        return replace(self.display, scale_mode="manual", low=low, high=high)

    @property
    def has_quantity(self) -> bool:
        """True where pixels are numbers of one quantity: there is a colour bar then."""
        return self.recording is not None and not is_colour(self.recording)

    def open_capture(self, path: Path) -> None:
        """Open a folder, a zipped batch or a single file (then its folder, with the file selected)."""
        self.browsing.open(path)

    def open_several(self, paths: Sequence[Path]) -> None:
        """Open several files: their folder, with these files alone in the list."""
        self.browsing.open_several(paths)

    def open_sample(self) -> None:
        """Open the sample capture, making it first where it is missing or incomplete."""
        folder = data_folder() / "sample"

        def made(job: Job) -> None:
            if job.error is None and not job.cancelled:
                self.open_capture(folder)

        if all(job.name != MAKING_SAMPLE for job in self.jobs):
            self.submit(
                self.scan_worker, Job(MAKING_SAMPLE, sample_steps(folder)), lambda progress: None, made
            )

    def select(self, path: Path) -> None:
        """Open a recording in the background and show its first frame; the old one stays until then."""
        if self.capture is None or (
            self.recording is not None and path == self.recording.path and not self.opening
        ):
            return
        self._open(path, self.capture)

    def open_again(self) -> None:
        """Open the shown recording anew, by what is kept of it now."""
        if self.recording is not None and self.capture is not None:
            self._open(self.recording.path, self.capture)

    def _open(self, path: Path, capture: Path) -> None:
        self.opening = path
        seen = self.filtering.for_opening()
        self.loader.open(path, opener(path, self.browsing.finder, capture, self.store, seen))
        self.recording_changed.emit()

    def _opened(self, opened: Opened) -> None:
        self._leave_recording()
        self.opening, self._failed, self.problem = None, None, ""
        self.recording, self.context = opened.recording, opened.context
        self.browsing.forget_error(opened.recording.path)
        self.held_frames, self.range = 1, None
        self.frame, self.frame_index = opened.frame, opened.index
        self.quantity = opened.quantity or opened.recording.quantity
        self.filtering.opened(opened.recording)
        self.wished_index = opened.index
        self.scale.new_recording(self.recording, opened.frame)
        self.loader.show(self.recording)
        self.loader.cache.put(opened.index, opened.frame)
        self.playback.pause()
        self._reload_flags()
        self.scored.show(self.recording)
        for signal in (
            self.recording_changed,
            self.annotations_changed,
            self.display_changed,
            self.frame_changed,
        ):
            signal.emit()
        self.flags_changed.emit()
        self.scores_changed.emit(0, len(self.recording))

    def _open_failed(self, path: Path, text: str) -> None:
        if path != self.opening:
            return
        self._failed = path  # next and previous go on from here
        self.browsing.note_error(path, text)
        self._show_nothing(text)
        self.message.emit(text)

    def forget_shown(self) -> None:
        """Another capture was opened: nothing of the old one is shown any more."""
        self.densities, self._failed = None, None
        self.undo_stack.clear()
        self.scored.forget()
        self.diagnosing.forget()
        self._show_nothing("")
        self.densities_changed.emit()

    def _show_nothing(self, problem: str) -> None:
        self.playback.pause()
        self._leave_recording()
        self.opening, self.problem = None, problem
        self.recording, self.frame, self.context = None, None, Context("")
        self.quantity = None
        self.frame_index = self.wished_index = 0
        self.held_frames, self.range = 1, None
        self._reload_flags()
        self.scored.show(None)
        for signal in (
            self.recording_changed,
            self.annotations_changed,
            self.frame_changed,
            self.flags_changed,
        ):
            signal.emit()
        self.scores_changed.emit(0, 0)

    def _leave_recording(self) -> None:
        if self.recording is None:
            return
        capture, shown, state = self.capture, self.recording_id, {"frame": self.frame_index}
        if capture is not None and len(self.recording) > 1 and self.frame_index:
            self._kept(lambda: self.store.save_state(capture, shown, state))
        self.loader.retire(self.recording)

    # -- frames ------------------------------------------------------------------------------------

    def seek(self, index: int, *, hold_from: int | None = None) -> None:
        """Go to a frame; with `hold_from`, show the maximum of all frames from there to `index`."""
        if self.recording is None:
            return
        index, other = (
            min(max(i, 0), len(self.recording) - 1)
            for i in (index, index if hold_from is None else hold_from)
        )
        if index == other == self.frame_index and self.held_frames == 1 and not self.problem:
            return
        wish = Wish(self.filtering.around(self.recording), index, min(index, other), max(index, other) + 1)
        self.wished_index = index
        frame = self.loader.request(wish)
        if frame is not None:
            self._show_frame(frame, index, wish.stop - wish.first, wish.recording.quantity)

    def show_filtered(self) -> None:
        """Show the shown frame through other filters."""
        if self.recording is None:
            return
        shown = self.filtering.around(self.recording)
        self.loader.swap(shown)
        self.scale.measured_anew()
        self.held_frames = 1
        self.loader.request(Wish(shown, self.wished_index, self.wished_index, self.wished_index + 1))
        if shown is self.recording:
            self.loader.read_ahead(shown)
        self.display_changed.emit()

    def show_measured(self, recording: Recording) -> None:
        """Show the shown recording under other conditions: the same frames with other values."""
        means_other = self.recording is None or recording.quantity != self.recording.quantity
        self.recording = recording
        self.filtering.measured_anew()
        shown = self.filtering.around(recording)
        self.loader.swap(shown)
        self.scale.measured_anew()
        frame = self._at_hand(recording) if shown is recording else None
        if frame is not None and self.held_frames == 1 and not self.problem:
            wished = self.wished_index
            self._show_frame(frame, self.frame_index, 1, recording.quantity)
            if wished != self.frame_index:  # it was on its way with the old values
                self.seek(wished)
        else:
            first = self.frame_index - self.held_frames + 1
            self.loader.request(Wish(shown, self.frame_index, max(first, 0), self.frame_index + 1))
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
        return self._kept(lambda: recording.frame(self.frame_index))  # type: ignore[no-any-return]

    def step(self, frames: int) -> None:
        """Go on by so many frames; never skips one on the way to be shown by single steps."""
        self.playback.pause()
        self.seek(self.wished_index + frames)

    def _frame_loaded(self, wish: Wish, frame: Frame) -> None:
        if self._is_shown(wish.recording):
            self._show_frame(frame, wish.index, wish.stop - wish.first, wish.recording.quantity)

    def _is_shown(self, recording: Recording) -> bool:
        return self.recording is not None and recording is self.filtering.around(self.recording)

    def _show_frame(self, frame: Frame, index: int, held: int, quantity: Quantity | None = None) -> None:
        assert self.recording is not None
        quantity = quantity or self.recording.quantity
        self.frame, self.frame_index, self.held_frames, self.problem = frame, index, held, ""
        means_other, self.quantity = quantity != self.quantity, quantity
        if means_other:
            self.scale.other_quantity()
        self.scale.new_frame(frame)
        self.frame_changed.emit()
        if means_other:
            self.display_changed.emit()
        self.playback.frame_shown()

    def _decoded(self, recording: Recording) -> None:
        if recording is self.recording:
            self.loaded_changed.emit()

    def _frame_failed(self, wish: Wish, text: str) -> None:
        if not self._is_shown(wish.recording):
            return
        self.held_frames = 1  # else the pause would ask for the frame before, which would hide the problem
        self.playback.pause()
        self.frame, self.frame_index, self.problem = None, wish.index, text
        self.frame_changed.emit()
        self.message.emit(text)

    def time_of(self, index: int) -> float | None:
        """Seconds from the first frame, or None where the recording has no clock."""
        return None if self.recording is None else time_of(self.recording, index)

    def set_range(self, first: int | None, last: int | None) -> None:
        """Mark a stretch of frames (both inclusive), or none: what play loops over and a flag covers."""
        new = None if first is None or last is None else (min(first, last), max(first, last))
        if new != self.range:
            self.range = new
            self.range_changed.emit()

    # -- how it looks ------------------------------------------------------------------------------

    def set_display(self, **changes: Any) -> None:
        """Change fields of the display (palette, scale_mode, low, high, inverted, isotherm)."""
        if self.scale.change(self.frame, **changes):
            if "palette" in changes:
                self._kept(lambda: self.settings.__setitem__("palette", changes["palette"]))
            self.display_changed.emit()

    @property
    def unit(self) -> Unit:
        """What values of the shown recording are read in: the chosen unit for temperatures, else its own."""
        return shown_unit(self.quantity, self.settings["temperature_unit"])

    def set_temperature_unit(self, name: str) -> None:
        """Read temperatures in "°C", "°F" or "K"; what is stored and exported stays °C."""
        if name != self.settings["temperature_unit"]:
            self._kept(lambda: self.settings.__setitem__("temperature_unit", name))
            self.display_changed.emit()

    def set_scale_locked(self, locked: bool) -> None:
        """Keep the present ends of the colour bar for every recording from now on, or stop doing so."""
        if self.scale.lock(locked):
            self.display_changed.emit()

    def toggle_overlay(self, name: str) -> None:
        """Show or hide one kind of overlay (a name of OVERLAYS)."""
        self.overlays ^= {name}
        self.annotations_changed.emit()

    # -- scores and densities ----------------------------------------------------------------------

    def score(self) -> None:
        """Score what is shown: a recording frame by frame, a picture by its density in its class."""
        if self.recording is not None and (len(self.recording) == 1 or is_colour(self.recording)):
            self.measure_densities()
        else:
            self.scored.score_shown()

    def set_threshold(self, value: float) -> None:
        """Another threshold for the shown recording: events follow at once."""
        self.scored.set_threshold(value)

    def measure_densities(self) -> None:
        """Embed every picture of the capture and measure how dense each lies in its class."""
        if self.capture is None or any(job.name == "Measuring densities" for job in self.jobs):
            return
        steps = density_steps(self.capture, self.picture_model.path)
        self.submit(self.scan_worker, Job("Measuring densities", steps), self._densities_came)

    def _densities_came(self, progress: Progress) -> None:
        if progress.result is None:
            return
        if hasattr(progress.result, "densities"):
            self.scored.take_pictures(progress.result)
        else:
            self.densities = progress.result
            self.densities_changed.emit()

    # -- flags -------------------------------------------------------------------------------------

    def flag(self, first: int, last: int, reason: str = "", note: str = "") -> None:
        """Flag frames first .. last of the shown recording; can be undone."""
        if self.recording is not None:
            flag = Flag(self.recording_id, first, last, reason, note, self.author)
            self.undo_stack.push(AddFlag(self, flag))

    @property
    def author(self) -> str:
        """Who flags: the name in the settings, else that of the account."""
        with suppress(Exception):  # an account may have no name, in several ways
            return self.settings["author"] or getpass.getuser()
        return ""

    def flag_events(self) -> None:
        """Flag every event of the shown recording that is not flagged yet; undone in one step."""
        final = self.scored.final
        if final is None:
            return
        flagged = {(flag.first, flag.last) for flag in self.flags}
        new = [event for event in final.events if (event.first, event.last) not in flagged]
        if new:
            self.undo_stack.beginMacro(f"flag {len(new)} events")
            for event in new:
                self.flag(event.first, event.last, event.cause, event.text)
            self.undo_stack.endMacro()
        self.message.emit(
            f"{len(new)} of {len(final.events)} events flagged" + ("." if new else ": they were flagged.")
        )

    def change_flag(self, flag: Flag, *, reason: str, note: str) -> None:
        """Reword a flag; can be undone."""
        if (flag.reason, flag.note) != (reason, note):
            self.undo_stack.push(ChangeFlag(self, flag, replace(flag, reason=reason, note=note)))

    def remove_flag(self, flag: Flag) -> None:
        """Take a flag away; can be undone."""
        self.undo_stack.push(RemoveFlag(self, flag))

    def flags_were_edited(self) -> None:
        """Read the flags again after an edit or an undo."""
        self._reload_flags()
        self.flags_changed.emit()

    def _reload_flags(self) -> None:
        capture = self.capture
        if capture is None:
            return
        shown = self.recording_id
        self.flags = (self._kept(lambda: self.store.flags(capture, shown)) or []) if shown else []
        self.browsing.flag_counts = self._kept(lambda: self.store.flag_counts(capture)) or {}

    def _kept(self, action: Callable[[], Any]) -> Any:
        """Run something that reads or writes what is kept; say what went wrong and go on."""
        try:
            return action()
        except ThermviewError as error:
            self.message.emit(str(error))
            return None

    def close(self) -> None:
        """Stop every thread; call before the window goes."""
        self.playback.pause()
        if self.recording is not None:
            self._leave_recording()
        self.loader.close()
        self.tracked.close()
        self.heat_maps.close()
        self.estimating.close()
        self.fused.close()
        self.diagnosing.close()
        self.compared.stop()
        self.close_workers()
