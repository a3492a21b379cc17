"""The scores that are compared: a model, and the methods that it should beat, asked in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from thermview.capture.context import ContextFinder
from thermview.errors import ModelError, ReadError
from thermview.inference import Model, ModelCard
from thermview.jobs import last_result
from thermview.laser.baselines import MovementDensity, NextPosition
from thermview.laser.baselines.movement import Track
from thermview.laser.baselines.prediction import WINDOW
from thermview.laser.baselines.spots import spots_of, windows_of
from thermview.laser.evaluate_plan import Source
from thermview.readers import open_recording
from thermview.recording import ArrayRecording, Quantity
from thermview.scoring.run import check_recording, score_recording

MOST_BYTES = 2**30
"""A recording is held in memory while faults are put into it."""
LEAST_FRAMES = 500
"""Shorter recordings leave the injected faults no room."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Video:
    """A recording in memory: difference frames (n, rows, columns) and stated obstacles as (first, last)."""

    id: str
    path: Path
    frames: NDArray[Any]
    obstacles: tuple[tuple[int, int], ...]
    quantity: Quantity
    frame_rate: float | None

    @property
    def batch(self) -> str:
        """The first part of the id."""
        return self.id.partition("/")[0]

    def changed(self, frames: NDArray[Any]) -> Video:
        """The same recording with other frames."""
        return replace(self, frames=frames)

    @property
    def track(self) -> Track:
        """What the methods that follow the spot see."""
        return spots_of(self.frames), windows_of(len(self.frames), self.obstacles)


@dataclass(frozen=True)
class _Stated:
    first: int
    last: int


@dataclass(frozen=True, eq=False)
class Judged:
    """What a method says of one recording: `values` per frame and `lanes` where it has them."""

    score: float
    values: Floats | None = None
    lanes: Mapping[str, Floats] = field(default_factory=dict)
    frames: int = 0
    seconds: float = 0.0


class Method(Protocol):
    """A way to score recordings. `lookahead`: frames that must have come before a frame's value is known."""

    @property
    def name(self) -> str: ...

    @property
    def lookahead(self) -> int: ...

    @property
    def threshold(self) -> float | None:
        """Of its own, where it has one."""

    def fit(self, batch: str, tracks: Sequence[Track]) -> None:
        """Learn a batch from its normal recordings."""

    def judge(self, video: Video) -> Judged: ...


@dataclass
class ModelMethod:
    """A model of kind "laser score"."""

    model: Model

    @property
    def name(self) -> str:
        return self.model.card.name

    @property
    def lookahead(self) -> int:
        return max((c.window for lane in self.model.card.lanes for c in lane.channels), default=1) // 2

    @property
    def threshold(self) -> float | None:
        return self.model.card.threshold

    def fit(self, batch: str, tracks: Sequence[Track]) -> None:
        """A model is what it is."""

    def judge(self, video: Video) -> Judged:
        """ModelError where the model does not take the recording."""
        recording = ArrayRecording(
            video.path.stem, video.path, "laser video", video.frames, video.quantity, video.frame_rate
        )
        stated = [_Stated(first, last) for first, last in video.obstacles]
        scores = last_result(score_recording(recording, self.model, recording_id=video.id, obstacles=stated))
        return Judged(scores.score, scores.values, scores.lanes, len(video.frames), scores.seconds)


@dataclass
class BaselineMethod:
    """A method that follows the spot; one is learnt for each batch."""

    kind: type[MovementDensity] | type[NextPosition]
    _learnt: dict[str, MovementDensity | NextPosition] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.kind().name

    @property
    def lookahead(self) -> int:
        return WINDOW // 2 if self.kind is NextPosition else 0

    @property
    def threshold(self) -> float | None:
        return None

    def fit(self, batch: str, tracks: Sequence[Track]) -> None:
        learnt = self.kind()
        learnt.fit(tracks)
        self._learnt[batch] = learnt

    def judge(self, video: Video) -> Judged:
        began = perf_counter()
        score, values = self._learnt[video.batch].score(video.track)
        return Judged(score, values, {}, len(video.frames), perf_counter() - began)


def methods_of(model: Model, baselines: bool) -> tuple[Method, ...]:
    """The model first."""
    others = (BaselineMethod(MovementDensity), BaselineMethod(NextPosition)) if baselines else ()
    return (ModelMethod(model), *others)


def load(source: Source, finder: ContextFinder, card: ModelCard) -> Video:
    """Read a recording whole; ReadError or ModelError, one sentence, where it cannot be evaluated."""
    recording = open_recording(source.path)
    try:
        check_recording(recording, card)
        size = len(recording) * int(np.prod(recording.frame_shape)) * recording.dtype.itemsize
        if size > MOST_BYTES:
            raise ReadError(f"{recording.name}: {size / 2**30:.1f} GiB of frames are too much to evaluate")
        if len(recording) < LEAST_FRAMES:
            raise ModelError(
                f"{recording.name}: has {len(recording)} frames; an evaluation needs {LEAST_FRAMES} at least"
            )
        context = finder.context(recording)
        stated = tuple((int(item.first), int(item.last)) for item in context.obstacles)
        frames = recording.frames(0, len(recording))
        return Video(source.id, source.path, frames, stated, recording.quantity, recording.frame_rate)
    finally:
        recording.close()
