"""A stand-in for the window's session: the same signals and attributes, verbs that are only written down."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from thermview.capture.context import Context
from thermview.gui.work.live_scores import LiveScores
from thermview.recording import COUNT_DIFFERENCE, ArrayRecording, Quantity, is_colour, time_of
from thermview.scoring import Event, ModelId, Scores
from thermview.thermal.display import Display
from thermview.thermal.filters import Filters
from thermview.thermal.temperature_units import Unit, shown_unit


class Kept(QObject):
    """The signals of the conditions of the shown recording."""

    changed = Signal()
    kept = Signal()


class FakeSession(QObject):
    """State set by hand; `calls` lists every verb with its arguments."""

    capture_changed = Signal()
    recording_changed = Signal()
    frame_changed = Signal()
    display_changed = Signal()
    annotations_changed = Signal()
    scores_changed = Signal(int, int)
    densities_changed = Signal()
    flags_changed = Signal()
    loaded_changed = Signal()
    playback_changed = Signal()
    range_changed = Signal()
    jobs_changed = Signal()
    message = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[Any, ...]] = []
        self.recording: ArrayRecording | None = None
        self.context = Context("")
        self.problem = ""
        self.opening = None
        self.frame: Any = None
        self.frame_index = self.wished_index = 0
        self.held_frames = 1
        self.range: tuple[int, int] | None = None
        self.flagged = SimpleNamespace(
            flags=[],
            change=lambda flag, **how: self.calls.append(("change_flag", flag, *how.items())),
            remove=lambda flag: self.calls.append(("remove_flag", flag)),
        )
        self.densities: Any = None
        self.display = Display()
        self.limits = (0.0, 1.0)
        self.jobs: tuple[Any, ...] = ()
        self.capture: Path | None = None
        self.peek_worker = None
        self.settings = {"author": "", "palette": "inferno", "temperature_unit": "°C"}
        self.conditions = Kept(self)
        self.filtering = SimpleNamespace(on=False, compares=False, plain_palette="", filters=Filters())
        self.playback = SimpleNamespace(playing=False)
        self.scored = SimpleNamespace(
            live=None, final=None, scoring=False, looking=False, notice="", badges={}, chosen_model=None
        )
        self.diagnosing = SimpleNamespace(prepared=None, open=False)
        self.browsing = SimpleNamespace(
            flag_counts={}, errors={}, index=None, scanning=False, matches=None, sequence=lambda relative: [],
            go=lambda steps: self.calls.append(("go", steps)),
        )  # fmt: skip

    @property
    def recording_id(self) -> str:
        return self.context.recording_id

    @property
    def has_quantity(self) -> bool:
        return self.recording is not None and not is_colour(self.recording)

    @property
    def quantity(self) -> Quantity | None:
        return self.recording.quantity if self.recording else None

    @property
    def unit(self) -> Unit:
        return shown_unit(
            self.recording.quantity if self.recording else None, self.settings["temperature_unit"]
        )

    def time_of(self, index: int) -> float | None:
        return None if self.recording is None else time_of(self.recording, index)

    def show(self, recording: ArrayRecording, context: Context | None = None, index: int = 0) -> None:
        """Show a recording as the session does after opening one."""
        self.recording, self.context = recording, context or Context(recording.name)
        self.frame_index = self.wished_index = index
        self.frame, self.range = recording.frame(index), None
        self.scored.live = LiveScores(len(recording)) if len(recording) > 1 else None
        self.scored.final = None
        for signal in (self.recording_changed, self.annotations_changed, self.display_changed):
            signal.emit()
        self.frame_changed.emit()
        self.flags_changed.emit()
        self.scores_changed.emit(0, len(recording))

    def finish_scores(self, scores: Scores) -> None:
        """Put finished scores in place and tell."""
        self.scored.live.finish(scores)
        self.scored.final = scores
        self.scores_changed.emit(0, len(scores.values))

    def seek(self, index: int, *, hold_from: int | None = None) -> None:
        self.calls.append(("seek", index))
        if self.recording is None or index == self.frame_index:
            return
        self.frame_index = self.wished_index = index
        self.frame = self.recording.frame(index)
        self.frame_changed.emit()

    def set_range(self, first: int | None, last: int | None) -> None:
        self.calls.append(("set_range", first, last))
        new = None if first is None or last is None else (min(first, last), max(first, last))
        if new != self.range:
            self.range = new
            self.range_changed.emit()

    def submit(self, worker: Any, job: Any, on_step: Any, on_end: Any = lambda job: None) -> Any:
        """Run the job here and now."""
        job.run(on_step)
        on_end(job)
        return job

    def __getattr__(self, name: str) -> Any:
        if name not in ("score", "set_threshold", "measure_densities", "select", "set_display",
                        "open_capture"):  # fmt: skip
            raise AttributeError(name)
        return lambda *args, **kwargs: self.calls.append((name, *args, *kwargs.items()))


def laser_recording(frames: int = 14_571, seed: int = 1) -> ArrayRecording:
    """A small moving spot at 1 kHz; cheap to make."""
    rng = np.random.default_rng(seed)
    data = rng.integers(0, 3, (frames, 15, 21), dtype=np.uint16)
    rows = np.arange(frames)
    data[rows, (7 + 6 * np.sin(rows / 1.57)).astype(int), (10 + 9 * np.sin(rows / 3.14)).astype(int)] = 200
    return ArrayRecording(
        "1673", Path("/captures/lasers/Type16/1673.npz"), "laser video", data, COUNT_DIFFERENCE, 1000.0,
        metadata={"array": "image"},
    )  # fmt: skip


def laser_scores(frames: int = 14_571, seed: int = 1, threshold: float = 3.1) -> Scores:
    """Scores with two events, a power one and a timing one."""
    rng = np.random.default_rng(seed)
    lanes = {
        name: np.abs(rng.normal(0, 0.7, frames)).astype(np.float32)
        for name in ("timing", "power", "shape", "position", "order", "spot size")
    }
    shape = np.hanning(94).astype(np.float32)
    lanes["power"][2006:2100] += 9 * shape
    lanes["timing"][9100:9130] += 4
    values = np.max(np.stack(list(lanes.values())), axis=0)
    events = (
        Event(2006, 2099, 2053, float(values[2006:2100].max()), "power", 0.004, "power 12 % low for 94 ms"),
        Event(9100, 9129, 9115, float(values[9100:9130].max()), "timing", 0.02, "scan 1 % slow for 30 ms"),
    )
    return Scores(
        "Type16/1673", values, lanes, threshold, float(values.max()), 0.004, True, "power", events,
        ModelId("laser generic", "ab" * 32), 1.2,
    )  # fmt: skip
