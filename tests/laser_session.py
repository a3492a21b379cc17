"""A stand-in session with a simulated laser video, and scores as a learnt model gives them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from fake_session import FakeSession

from thermview.capture.context import Context
from thermview.capture.intervals import Interval
from thermview.gui.heat_maps import HeatMaps
from thermview.gui.tracked import Tracked
from thermview.laser.cycles import measure_cycles
from thermview.laser.tracks import tracks_of
from thermview.recording import COUNT_DIFFERENCE, ArrayRecording
from thermview.sample.laser import make_batch, simulate
from thermview.scoring import ModelId, Scores

PERIOD = 9.87
LATE, EARLY = 12, -8
"""Frames by which the measured detour starts after and ends before the stated obstacle."""


class LaserSession(FakeSession):
    """The stand-in with what the laser views use beside."""

    def __init__(self) -> None:
        super().__init__()
        self.overlays: set[str] = set()
        self.scan_worker = None
        self.playback = SimpleNamespace(playing=False, pause=lambda: None)
        self.tracked, self.heat_maps = Tracked(self), HeatMaps(self)  # type: ignore[arg-type]

    def submit(self, worker: Any, job: Any, on_step: Any, on_end: Any = lambda job: None, **how: Any) -> Any:
        return super().submit(worker, job, on_step, on_end)

    def toggle_overlay(self, name: str) -> None:
        self.overlays ^= {name}
        self.annotations_changed.emit()

    def close(self) -> None:
        """End the threads."""
        self.tracked.close()
        self.heat_maps.close()


@cache
def laser_video(frames: int = 1500, obstacles: int = 1) -> tuple[ArrayRecording, Context]:
    """A simulated laser video with what its batch states of it."""
    batch = make_batch(16, 7, rows=15, columns=21, obstacles=obstacles)
    made = simulate(batch, 2, frames)
    recording = ArrayRecording(
        "0068", Path("/captures/lasers/Type16/0068.npz"), "laser video", made.frames, COUNT_DIFFERENCE, 1000.0
    )
    data = made.metadata
    stated = [
        Interval(f"obstacle {n}", data[f"KeyfIniObstacle{n}"], data[f"KeyfEndObstacle{n}"])
        for n in (1, 2)
        if data[f"KeyfIniObstacle{n}"] >= 0
    ]
    return recording, Context("Type16/0068", metadata=data, obstacles=tuple(stated))


def learnt_scores(recording: ArrayRecording, context: Context) -> Scores:
    """Scores with every measure a learnt model gives; the spot is off 0.4 px down and 0.3 px to the right."""
    frames = len(recording)
    tracks = tracks_of(recording.frames(0, frames))
    cycles = measure_cycles(tracks)
    assert cycles is not None
    phase = np.mod(cycles.phase + 0.25, 1.0)  # a model begins its cycles elsewhere
    pattern = np.zeros(frames)
    for stated in context.obstacles:
        pattern[stated.first + LATE : stated.last + EARLY + 1] = 1
    rng = np.random.default_rng(2)
    measures: dict[str, Any] = {
        "phase": phase, "period": cycles.period + 0.001 * rng.normal(size=frames), "pattern": pattern,
        "spot row": tracks.row, "spot column": tracks.column, "expected row": tracks.row - 0.4,
        "expected column": tracks.column - 0.3, "power": 0.02 * rng.normal(size=frames),
        "size": 0.02 * rng.normal(size=frames),
    }  # fmt: skip
    values = np.abs(rng.normal(size=frames)).astype(np.float32)
    return Scores(
        context.recording_id, values, {"power": values}, 9.0, float(values.max()), 0.5, False, "", (),
        ModelId("Type16 learnt", "cd" * 32), 0.4,
        measures={name: np.asarray(series, np.float32) for name, series in measures.items()},
    )  # fmt: skip
