"""What this machine reaches: figures measured on simulated recordings, beside the goals where there are some."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time
from typing import Any

import numpy as np

from thermview.errors import ModelError
from thermview.inference import default_model, open_model
from thermview.inference.pictures import embed, picture_tensor
from thermview.jobs import last_result
from thermview.readers import open_recording
from thermview.recording import Recording
from thermview.sample.laser import make_batch, simulate
from thermview.scoring import score_recording
from thermview.thermal.display import Display, paint_packed

FRAMES = 14_571  # as long as the real videos
CAMERA_RATE = 1000.0
FRAME_BUDGET_MS = 8.0
_PICTURES = 64


@dataclass(frozen=True)
class Figure:
    """One measured figure; `goal` None where none is stated."""

    name: str
    value: float
    unit: str
    goal: float | None = None
    more_is_better: bool = True

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached, None without one."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.more_is_better else self.value <= self.goal

    def record(self) -> dict[str, Any]:
        """As JSON says it."""
        return {**asdict(self), "reached": self.reached}

    def text(self) -> str:
        """As a line of a table."""
        goal = "" if self.goal is None else f"   goal {self.goal:,.0f}: {'yes' if self.reached else 'NO'}"
        return f"{self.name:<48} {self.value:>12,.2f} {self.unit}{goal}"


def figures() -> Iterator[Figure]:
    """Measure one thing after another, some seconds in all; one core each, as in the window."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "0001.npz"
        batch = make_batch(1, 1, rows=15, columns=21, obstacles=2)
        np.savez_compressed(path, image=simulate(batch, 0, FRAMES, seed=1).frames)
        yield Figure("first frame of a laser recording", 1000 * _seconds(lambda: _first_frame(path)), "ms")
        yield Figure(
            "whole laser recording read", FRAMES / _seconds(lambda: _all(path)), "frames/s", CAMERA_RATE
        )
        yield from _painting()
        recording = open_recording(path)
        yield from _scoring(recording)
        recording.close()
    yield from _embedding()


def _seconds(work: Callable[[], object], times: int = 3) -> float:
    """The shortest wall time of a few runs: what the machine can do when nobody else wants it."""
    best = float("inf")
    for _ in range(times):
        begun = perf_counter()
        work()
        best = min(best, perf_counter() - begun)
    return best


def _first_frame(path: Path) -> None:
    recording = open_recording(path)
    recording.frame(0)
    recording.close()


def _all(path: Path) -> None:
    recording = open_recording(path)
    recording.frames(0, len(recording))
    recording.close()


def _painting() -> Iterator[Figure]:
    """Thread time, which other programs on the machine do not lengthen."""
    pixels = np.random.default_rng(1).normal(20, 5, (480, 640)).astype(np.float32)
    for name, frame in (("counts", (pixels * 100).astype(np.uint16)), ("temperatures", pixels)):
        costs = []
        for _ in range(20):
            begun = thread_time()
            paint_packed(frame, Display())
            costs.append(thread_time() - begun)
        cost_ms = 1000 * float(np.median(costs))
        yield Figure(f"640 x 480 {name} made a picture", cost_ms, "ms", FRAME_BUDGET_MS, more_is_better=False)


def _scoring(recording: Recording) -> Iterator[Figure]:
    try:
        model = open_model(default_model("laser score"))
    except ModelError:
        return  # an installation without this model has nothing to measure here
    spent = _seconds(lambda: last_result(score_recording(recording, model, recording_id="Type1/0001")), 2)
    yield Figure("laser recording scored", len(recording) / spent, "frames/s", CAMERA_RATE)


def _embedding() -> Iterator[Figure]:
    try:
        model = open_model(default_model("embedding"))
    except ModelError:
        return
    noise = np.random.default_rng(1).integers(0, 255, (480, 640, 3)).astype(np.uint8)
    batch = np.concatenate([picture_tensor(noise, model.card)] * _PICTURES)
    spent = _seconds(lambda: embed(model, batch), 2)
    yield Figure("pictures embedded", _PICTURES / spent, "pictures/s")
