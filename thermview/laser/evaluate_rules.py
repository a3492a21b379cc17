"""When a method raises an alarm: thresholds from normal recordings alone, and what they then say."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from thermview.laser.evaluate_methods import Judged, Method
from thermview.scoring import rescored

NEAR = 60
"""Frames around a fault in which an alarm counts as its finding: windows reach half of 99 frames."""


@dataclass(frozen=True)
class Level:
    """Where a batch's normal scores lie: their median, and 1.48 times the median distance from it."""

    median: float
    spread: float

    @classmethod
    def without(cls, scores: Sequence[float], place: int) -> Level:
        """Of all but one: what that one is put on a scale by."""
        others = [*scores[:place], *scores[place + 1 :]]
        return cls.of(others or scores)

    @classmethod
    def of(cls, scores: Sequence[float]) -> Level:
        median = float(np.median(scores))
        spread = 1.4826 * float(np.median(np.abs(np.array(scores) - median)))
        return cls(median, max(spread, 0.01 * abs(median), 1e-9))

    def z(self, score: float) -> float:
        """In spreads above the median."""
        return (score - self.median) / self.spread


@dataclass(frozen=True)
class Rule:
    """One method with one way to set its threshold.

    `limits` per batch: more is an alarm. `rate` is the false-alarm rate per recording that can be stated
    for it, with `normals` recordings to set it by never below 1 / (normals + 1); `asked` is the rate wanted.
    """

    name: str
    method: int
    limits: Mapping[str, float]
    rate: float | None
    asked: float | None
    normals: int


@dataclass(frozen=True)
class Told:
    """What a rule says of a recording with a known fault.

    `delay` in frames from the fault's first to the first above the threshold, None where the method does
    not say where; it may be negative, for windows are centred on their frame. `begins`: the same to the first
    frame of the event, which a model may date back.
    """

    found: bool
    cause: str = ""
    delay: int | None = None
    begins: int | None = None


def own_rule(method: Method, place: int, batches: Sequence[str]) -> Rule | None:
    """The threshold that a model brings with it."""
    if method.threshold is None:
        return None
    limits = {batch: method.threshold for batch in batches}
    return Rule(f"{method.name}, own threshold", place, limits, None, None, 0)


def calibrated_rule(
    method: Method,
    place: int,
    normals: Mapping[str, Sequence[float]],
    rate: float,
) -> Rule:
    """A threshold exceeded at `rate` at most by conformal counting, all batches' scores pooled as z.

    `normals` are scores of recordings that taught nothing, per batch. Each is put on its batch's scale by the
    others of the batch, as recordings to come will be; with few of them the rate is kept with room to spare.
    """
    pooled = sorted(
        Level.without(scores, place).z(score)
        for scores in normals.values()
        for place, score in enumerate(scores)
    )
    count = len(pooled)
    place_of = min(math.ceil((count + 1) * (1.0 - rate)), count)
    z = pooled[place_of - 1]
    levels = {batch: Level.of(scores) for batch, scores in normals.items()}
    limits = {batch: level.median + z * level.spread for batch, level in levels.items()}
    stated = max(rate, 1.0 / (count + 1))
    return Rule(f"{method.name}, set here", place, limits, stated, rate, count)


def tell(judged: Judged, limit: float, first: int, last: int) -> Told:
    """Whether a fault at frames `first` to `last` is found, with which cause and how soon."""
    if judged.values is None:
        return Told(judged.score > limit)
    begin = max(first - NEAR, 0)
    span = slice(begin, last + NEAR + 1)
    above = np.flatnonzero(judged.values[span] > limit)
    if len(above) == 0:
        return Told(False)
    delay = begin + int(above[0]) - first
    if judged.scores is None:
        return Told(True, "", delay, delay)
    events = [
        event
        for event in rescored(judged.scores, limit).events
        if event.last >= begin and event.first <= last + NEAR
    ]
    highest = max(events, key=lambda event: event.score)
    nearest = min(events, key=lambda event: abs(event.first - first))
    return Told(True, highest.cause, delay, nearest.first - first)


def tell_new(judged: Judged, untouched: Judged, limit: float, first: int, last: int) -> Told:
    """As `tell`, but an alarm that the recording raises there without the fault finds nothing."""
    told = tell(judged, limit, first, last)
    return Told(False) if told.found and tell(untouched, limit, first, last).found else told


def auc(normals: Sequence[float], others: Sequence[float]) -> float:
    """The chance that one of the others scores above a normal one; ties count half."""
    low, high = np.array(normals)[:, None], np.array(others)[None]
    return float(np.mean((high > low) + 0.5 * (high == low)))
