"""Scores: a number per frame, the threshold, the events above it and their causes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from thermview.inference.card import ModelId as ModelId

MOSTLY = 0.995
"""Share of the frames that a verdict on the whole recording needs."""


@dataclass(frozen=True)
class Event:
    """A run of frames above the threshold, `first` to `last` inclusive; `text` says why in one sentence.

    `p_value` is that of its cause, corrected for all the causes that might have been raised instead; `own_p`
    is not: the share of normal recordings in which this cause alone reaches as far.
    """

    first: int
    last: int
    peak: int
    score: float
    cause: str
    p_value: float | None
    text: str
    own_p: float | None = None


@dataclass(frozen=True)
class ScoreChunk:
    """Scores of frames first .. first + n - 1: `values` (n,) and one lane (n,) per cause."""

    first: int
    values: NDArray[np.float32]
    lanes: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)


@dataclass(frozen=True)
class Scores:
    """Everything a model says of one recording.

    `values` (frames,): the fused score per frame, comparable with `threshold`; NaN where not scored.
    `lanes`: the same per cause. `score` is the recording's own, `p_value` its conformal p-value against
    the model's normal recordings (None where the model has no calibration).
    """

    recording: str
    values: NDArray[np.float32]
    lanes: Mapping[str, NDArray[np.float32]]
    threshold: float
    score: float
    p_value: float | None
    anomalous: bool
    cause: str
    events: tuple[Event, ...]
    model: ModelId
    seconds: float
    notice: str = ""
    """Said beside the score where the model is used outside what it was made for."""
    measures: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    """What was measured per frame in plain units, where the model tells: texts of events are made of it."""
    normals: tuple[float, ...] = ()
    """The scores of the model's normal recordings, ascending: p-values are counted against them."""
    frame_rate: float | None = None
    """Hz, for the times in the texts of events."""
    heads: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """The same for each cause: its lane's largest value in each normal recording, ascending."""
    bands: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """Between which values (lowest, highest) a measure's means over a cycle lie in normal recordings."""

    @property
    def share_scored(self) -> float:
        """Share of the frames that have a score, 0 to 1: of the others nothing is said."""
        return float(np.isfinite(self.values).mean()) if len(self.values) else 0.0

    @property
    def in_part(self) -> bool:
        """True where so many frames have no score that a verdict must say so."""
        return self.share_scored < MOSTLY
