"""The scores that are compared: a model, and the methods that it should beat, asked in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from thermview.capture.context import ContextFinder
from thermview.counts import counted
from thermview.errors import ModelError
from thermview.inference import Lane, Model, ModelCard
from thermview.jobs import last_result
from thermview.laser.baselines import KalmanTrack, MovementDensity, NextPosition
from thermview.laser.baselines.movement import Track
from thermview.laser.baselines.prediction import WINDOW
from thermview.laser.baselines.spots import spots_of, windows_of
from thermview.laser.videos import Source, Video, load_video
from thermview.recording import ArrayRecording, Recording
from thermview.scoring.run import check_recording, score_recording
from thermview.scoring.types import Scores

LEAST_FRAMES = 500
"""Shorter recordings leave the injected faults no room."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class _Stated:
    first: int
    last: int


@dataclass(frozen=True, eq=False)
class Judged:
    """What a method says of one recording: `values` per frame, and a model's whole `scores`."""

    score: float
    values: Floats | None = None
    scores: Scores | None = None
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

    @property
    def causes(self) -> tuple[str, ...]:
        """Those that it can name."""

    def promised(self, batch: str) -> float | None:
        """The rate of false alarms per normal recording that is stated for its own threshold."""

    def fit(self, batch: str, tracks: Sequence[Track]) -> None:
        """Learn a batch from its normal recordings."""

    def judge(self, video: Video) -> Judged: ...


@dataclass
class ModelMethod:
    """A model of kind "laser score", generic or fitted."""

    model: Model

    @property
    def name(self) -> str:
        return self.model.card.name

    @property
    def lookahead(self) -> int:
        card = self.model.card
        ahead = [2 * batch.half + _ahead(batch.lanes) for batch in card.normality.values()]
        return max(ahead, default=_ahead(card.lanes))

    @property
    def threshold(self) -> float | None:
        return self.model.card.threshold

    @property
    def causes(self) -> tuple[str, ...]:
        return self.model.card.causes

    def promised(self, batch: str) -> float | None:
        card = self.model.card
        if batch in card.normality:
            return card.normality[batch].promised
        return card.thresholds[0].false_alarm_rate if card.thresholds and not card.normality else None

    def fit(self, batch: str, tracks: Sequence[Track]) -> None:
        """A model is what it is."""

    def judge(self, video: Video) -> Judged:
        """ModelError where the model does not take the recording."""
        scores = scores_of(video, self.model)
        return Judged(scores.score, scores.values, scores, len(video.frames), scores.seconds)


def _ahead(lanes: Sequence[Lane]) -> int:
    return max((channel.lookahead for lane in lanes for channel in lane.channels), default=0)


def scores_of(video: Video, model: Model) -> Scores:
    """What a model says of a recording in memory; ModelError where it does not take it."""
    recording = ArrayRecording(
        video.path.stem, video.path, "laser video", video.frames, video.quantity, video.frame_rate
    )
    known = video.stated
    stated = None if known is None else [_Stated(first, last) for first, last in known]
    scores: Scores = last_result(score_recording(recording, model, recording_id=video.id, obstacles=stated))
    return scores


Baseline = MovementDensity | NextPosition | KalmanTrack
_WINDOWED = (NextPosition, KalmanTrack)


@dataclass
class BaselineMethod:
    """A method that follows the spot; one is learnt for each batch."""

    kind: type[Baseline]
    _learnt: dict[str, Baseline] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.kind().name

    @property
    def lookahead(self) -> int:
        return WINDOW // 2 if self.kind in _WINDOWED else 0

    @property
    def threshold(self) -> float | None:
        return None

    @property
    def causes(self) -> tuple[str, ...]:
        return ()

    def promised(self, batch: str) -> float | None:
        return None

    def fit(self, batch: str, tracks: Sequence[Track]) -> None:
        learnt = self.kind()
        learnt.fit(tracks)
        self._learnt[batch] = learnt

    def judge(self, video: Video) -> Judged:
        began = perf_counter()
        score, values = self._learnt[video.batch].score(track_of(video))
        return Judged(score, values, None, len(video.frames), perf_counter() - began)


def methods_of(models: Sequence[Model], baselines: bool) -> tuple[Method, ...]:
    """The models first."""
    kinds: tuple[type[Baseline], ...] = (MovementDensity, NextPosition, KalmanTrack) if baselines else ()
    return (*map(ModelMethod, models), *map(BaselineMethod, kinds))


def load(source: Source, finder: ContextFinder, card: ModelCard) -> Video:
    """Read a recording whole; ReadError or ModelError, one sentence, where it cannot be evaluated."""

    def check(recording: Recording) -> None:
        check_recording(recording, card)
        if len(recording) < LEAST_FRAMES:
            raise ModelError(
                f"{recording.name}: has {counted(len(recording), 'frame')}; an evaluation needs {LEAST_FRAMES} at least"
            )

    return load_video(source, finder, check)


def track_of(video: Video) -> Track:
    """What the methods that follow the spot see."""
    return spots_of(video.light), windows_of(len(video.frames), video.obstacles)
