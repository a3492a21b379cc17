"""What is open, shown, scored and flagged: the one thing that views observe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from thermview.errors import ThermviewError
from thermview.gui.browsing import Browsing
from thermview.gui.compare.compared import Compared
from thermview.gui.conditions.estimating import Estimating
from thermview.gui.conditions.used import UsedConditions
from thermview.gui.diagnosis.diagnosing import Diagnosing
from thermview.gui.filters.filtering import Filtering
from thermview.gui.flags.flagged import Flagged
from thermview.gui.fusion.fused import Fused
from thermview.gui.heat_maps import HeatMaps
from thermview.gui.imported import ImportedScores
from thermview.gui.learn.learning import Learning
from thermview.gui.models.choice import PictureModel
from thermview.gui.parts.plain_words import one_line
from thermview.gui.playback import Playback
from thermview.gui.regions.measuring import Measuring
from thermview.gui.scored import Scored
from thermview.gui.shown_recording import ShownRecording, of_shown
from thermview.gui.tracked import Tracked
from thermview.gui.work.fitted_heat import FittedHeat, why_no_heat
from thermview.gui.work.frame_loader import Opened
from thermview.gui.work.job_runner import JobRunner
from thermview.gui.work.tasks import density_steps, sample_steps
from thermview.jobs import Job, Progress
from thermview.paths import data_folder
from thermview.readers.score_tables import is_score_table
from thermview.recording import Recording, is_colour
from thermview.review.store import ReviewStore
from thermview.settings import Settings
from thermview.thermal.display import Display
from thermview.thermal.palettes import NAMES

MAKING_SAMPLE = "Making the sample capture"
T = TypeVar("T")
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

    recording = of_shown(lambda shown: shown.recording)
    context = of_shown(lambda shown: shown.context)
    recording_id = of_shown(lambda shown: shown.recording_id)
    opening = of_shown(lambda shown: shown.opening)
    selected = of_shown(lambda shown: shown.selected)
    problem = of_shown(lambda shown: shown.problem)
    frame = of_shown(lambda shown: shown.frame)
    frame_index = of_shown(lambda shown: shown.frame_index)
    wished_index = of_shown(lambda shown: shown.wished_index)
    held_frames = of_shown(lambda shown: shown.held_frames)
    quantity = of_shown(lambda shown: shown.quantity)
    has_quantity = of_shown(lambda shown: shown.has_quantity)
    unit = of_shown(lambda shown: shown.unit)
    scale = of_shown(lambda shown: shown.scale)
    display = of_shown(lambda shown: shown.display)
    limits = of_shown(lambda shown: shown.limits)
    time_of = of_shown(lambda shown: shown.time_of)

    def __init__(self, settings: Settings, store: ReviewStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings, self.store = settings, store
        self.undo_stack = QUndoStack(self)
        self.filtering = Filtering(self)
        known = settings["palette"] if settings["palette"] in NAMES else Display.palette
        display = Display(palette=known, scale_mode=settings["scale_mode"])
        cache_bytes = int(settings["frame_cache_mb"]) * 2**20
        self.shown = ShownRecording(self, cache_bytes, display, self.filtering, self)
        self.browsing, self.flagged = Browsing(self), Flagged(self)
        self.scored, self.imported = Scored(self), ImportedScores(self)
        self.measuring = Measuring(self)
        self.conditions, self.estimating = UsedConditions(self), Estimating(self)
        self.conditions.kept.connect(self.measuring.follow_values)
        self.scale.region_ends = self.measuring.ends_within
        self.range: tuple[int, int] | None = None
        self.overlays = set(OVERLAYS)
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
        self._follow_shown()

    def _follow_shown(self) -> None:
        shown = self.shown
        shown.loader.opened.connect(self._opened)
        shown.loader.open_failed.connect(self._open_failed)
        shown.came.connect(self._other_shown)
        shown.went.connect(self._other_shown)
        shown.failed.connect(self._frame_failed)
        shown.recording_changed.connect(self.recording_changed)
        shown.annotations_changed.connect(self.annotations_changed)
        shown.display_changed.connect(self.display_changed)
        shown.frame_changed.connect(self.frame_changed)
        shown.loaded_changed.connect(self.loaded_changed)

    # -- what is open ------------------------------------------------------------------------------

    @property
    def capture(self) -> Path | None:
        """The folder (or zipped batch) that is open."""
        return self.browsing.root

    @property
    def display_now(self) -> Display:
        """The display with the ends of the colour bar as they are on screen."""
        low, high = self.limits
        return replace(self.display, scale_mode="manual", low=low, high=high)

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
        self.shown.open_from(path, self.capture, self.browsing.finder)

    def open_again(self) -> None:
        """Open the shown recording anew, by what is kept of it now."""
        if self.recording is not None and self.capture is not None:
            self.shown.open_from(self.recording.path, self.capture, self.browsing.finder)

    def _opened(self, opened: Opened) -> None:
        self._keep_place()
        self.filtering.opened(opened.recording)
        self.shown.take(opened)
        self.flags_changed.emit()
        self.scores_changed.emit(0, len(opened.recording))

    def _other_shown(self) -> None:
        """Another recording is shown, or none: here is what belongs to it, before views ask."""
        self.range = None
        if self.recording is not None:
            self.browsing.forget_error(self.recording.path)
        self.playback.pause()
        self.flagged.reload()
        self.scored.show(self.recording)

    def _open_failed(self, path: Path, text: str) -> None:
        if path != self.opening:
            return
        if is_score_table(path):
            text = f"{one_line(path.name)}: a table of scores, not a recording. The run chart shows it beside ours."
            self.imported.read(path)
        else:
            self.browsing.note_error(path, text)
        self._show_nothing(text, path)  # next and previous go on from here
        self.message.emit(text)

    def forget_shown(self) -> None:
        """Another capture was opened: nothing of the old one is shown any more."""
        self.densities = None
        self.undo_stack.clear()
        self.scored.forget()
        self.diagnosing.forget()
        self._show_nothing("")
        self.densities_changed.emit()

    def _show_nothing(self, problem: str, failed: Path | None = None) -> None:
        self._keep_place()
        self.shown.show_nothing(problem, failed)
        self.flags_changed.emit()
        self.scores_changed.emit(0, 0)

    def _keep_place(self) -> None:
        """A recording is opened again where it was left."""
        capture, shown, state = self.capture, self.recording_id, {"frame": self.frame_index}
        if (
            capture is not None
            and self.recording is not None
            and len(self.recording) > 1
            and self.frame_index
        ):
            self.attempt(lambda: self.store.save_state(capture, shown, state))

    # -- frames ------------------------------------------------------------------------------------

    def seek(self, index: int, *, hold_from: int | None = None) -> None:
        """Go to a frame; with `hold_from`, show the maximum of all frames from there to `index`."""
        if self.recording is None:
            return
        index, other = (
            min(max(i, 0), len(self.recording) - 1)
            for i in (index, index if hold_from is None else hold_from)
        )
        self.shown.show(index, min(index, other), max(index, other) + 1)

    def show_measured(self, recording: Recording) -> None:
        """Show the shown recording under other conditions: the same frames with other values."""
        self.filtering.measured_anew()
        self.shown.show_measured(recording)

    def step(self, frames: int) -> None:
        """Go on by so many frames; never skips one on the way to be shown by single steps."""
        self.playback.pause()
        self.seek(self.wished_index + frames)

    def _frame_failed(self) -> None:
        self.playback.pause()
        self.message.emit(self.problem)

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
                self.keep_setting("palette", changes["palette"])
            self.display_changed.emit()

    def set_temperature_unit(self, name: str) -> None:
        """Read temperatures in "°C", "°F" or "K"; what is stored and exported stays °C."""
        if name != self.settings["temperature_unit"]:
            self.keep_setting("temperature_unit", name)
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
        if self.picture_model.instead:
            self.message.emit(self.picture_model.instead)

    def _densities_came(self, progress: Progress) -> None:
        if progress.result is None:
            return
        if hasattr(progress.result, "densities"):
            self.scored.take_pictures(progress.result)
        else:
            self.densities = progress.result
            self.densities_changed.emit()

    def attempt(self, action: Callable[[], T]) -> T | None:
        """Run something that reads or writes what is kept; say what went wrong and go on."""
        try:
            return action()
        except ThermviewError as error:
            self.message.emit(str(error))
            return None

    def keep_setting(self, name: str, value: Any) -> None:
        """Keep a setting from run to run; it holds until the window is closed where that fails."""
        self.attempt(lambda: self.settings.__setitem__(name, value))

    def close(self) -> None:
        """Stop every thread; call before the window goes."""
        self.playback.pause()
        self._keep_place()
        self.shown.stop()
        self.tracked.close()
        self.heat_maps.close()
        self.estimating.close()
        self.fused.close()
        self.diagnosing.close()
        self.compared.stop()
        self.close_workers()
