"""The scores that are compared: a model, and the methods that it should beat, asked in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from thermview.capture.context import ContextFinder
from thermview.errors import ModelError
from thermview.inference import Model, ModelCard
from thermview.jobs import last_result
from thermview.laser.baselines import MovementDensity, NextPosition
from thermview.laser.baselines.movement import Track
from thermview.laser.baselines.prediction import WINDOW
from thermview.laser.baselines.spots import spots_of, windows_of
from thermview.laser.videos import Source, Video, load_video
from thermview.recording import ArrayRecording, Recording
from thermview.scoring.run import check_recording, score_recording

LEAST_FRAMES = 500
"""Shorter recordings leave the injected faults no room."""

Floats = NDArray[np.float32]


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
        known = video.stated
        stated = None if known is None else [_Stated(first, last) for first, last in known]
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
        score, values = self._learnt[video.batch].score(track_of(video))
        return Judged(score, values, {}, len(video.frames), perf_counter() - began)


def methods_of(model: Model, baselines: bool) -> tuple[Method, ...]:
    """The model first."""
    others = (BaselineMethod(MovementDensity), BaselineMethod(NextPosition)) if baselines else ()
    return (ModelMethod(model), *others)


def load(source: Source, finder: ContextFinder, card: ModelCard) -> Video:
    """Read a recording whole; ReadError or ModelError, one sentence, where it cannot be evaluated."""

    def check(recording: Recording) -> None:
        check_recording(recording, card)
        if len(recording) < LEAST_FRAMES:
            raise ModelError(
                f"{recording.name}: has {len(recording)} frames; an evaluation needs {LEAST_FRAMES} at least"
            )

    return load_video(source, finder, check)


def track_of(video: Video) -> Track:
    """What the methods that follow the spot see."""
    return spots_of(video.frames), windows_of(len(video.frames), video.obstacles)
