"""Limits of lanes from normal recordings that were not learnt from, and what false-alarm rate they promise."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from thermview.inference import Channel, Lane

Doubles = NDArray[np.float64]

RATE = 0.01
"""False alarms per recording that are aimed at; fewer recordings than 99 cannot promise that."""
TAIL = 3.3
"""A limit lies at least so many standard deviations (of logarithms) above the mean of normal maxima."""
FAR = 2.0
"""Times the largest normal value that a limit lies above it at most."""
SUSPICIOUS = 1.8
"""A recording whose largest value is so many times the limit of the others is no sure normal."""
LEAST_GROUP = 4
"""Recordings that must be there for one of them to stand out from the others."""
NOBODY: Mapping[int, str] = MappingProxyType({})
MARGIN = 1.05
"""Share by which the threshold lies above the normal score that it is counted from: the next may be higher."""


@dataclass(frozen=True, eq=False)
class Limits:
    """Limits per channel, the normals' scores (ascending) on their scale, and who is suspected.

    With `promised` false alarms per recording a recording scores above 1. `heads` has for each lane the
    normals' largest values, ascending. `scores` are those of all recordings in their order, each by limits that it
    had no part in, suspects too; `why` says of each suspect in a few words what stands out in it.
    """

    lanes: tuple[Lane, ...]
    normals: tuple[float, ...]
    suspects: tuple[int, ...]
    promised: float
    heads: tuple[tuple[float, ...], ...]
    scores: tuple[float, ...]
    why: tuple[str, ...] = ()


def calibrated(
    maxima: Doubles,
    lanes: Sequence[Lane],
    rate: float = RATE,
    groups: Sequence[int] | None = None,
    doubtful: Mapping[int, str] = NOBODY,
) -> Limits:
    """Lanes with limits, of `maxima` (recordings, channels): the largest value of each channel, limits being 1.

    The threshold is exceeded by a new normal recording with probability of at most `promised`, which is
    `rate` or, with n recordings, 1 / (n + 1) where that is more (conformal prediction; Vovk et al. 2005).
    Recordings that stand out from the others are left out, and named: they may not be normal. `groups` says
    which of them were judged by the same teachers, so that like is compared with like; `doubtful` says of rows that
    stand out in something else what that is.
    """
    least = np.array([channel.limit for lane in lanes for channel in lane.channels])
    places = np.zeros(len(maxima), np.int64) if groups is None else np.array(groups, np.int64)
    found = [np.flatnonzero(places == group) for group in np.unique(places)]
    if min(map(len, found)) < LEAST_GROUP:
        found = [np.arange(len(maxima))]
    standing = dict(doubtful)
    for rows in found:
        for place, words in _suspects(maxima[rows], least, lanes).items():
            row = int(rows[place])
            standing[row] = "; ".join(filter(None, (standing.get(row), words)))
    suspects = np.array(sorted(standing), np.int64)
    clean = np.delete(maxima, suspects, axis=0)
    limits = _limits(clean, least)
    heads = _heads(clean, least, lanes)
    scores = heads.max(axis=1)
    count = len(scores)
    place = min(math.ceil((count + 1) * (1.0 - rate)), count)
    threshold = max(float(np.sort(scores)[place - 1]) * MARGIN, 0.5)
    all_scores = np.empty(len(maxima))
    all_scores[np.delete(np.arange(len(maxima)), suspects)] = scores
    all_scores[suspects] = (maxima[suspects] / limits).max(axis=1)
    return Limits(
        lanes=_with_limits(lanes, np.minimum(limits * threshold, _reachable(clean, lanes))),
        normals=_rounded(np.sort(scores) / threshold),
        suspects=tuple(int(each) for each in suspects),
        promised=max(rate, 1.0 / (count + 1)),
        heads=tuple(_rounded(np.sort(head) / threshold) for head in heads.T),
        scores=_rounded(all_scores / threshold),
        why=tuple(standing[row] for row in suspects.tolist()),
    )


def _heads(maxima: Doubles, least: Doubles, lanes: Sequence[Lane]) -> Doubles:
    """Each recording's largest value in each lane, (recordings, lanes), by limits that it had no part in: its
    own would flatter it."""
    firsts = np.cumsum([0, *(len(lane.channels) for lane in lanes)])[:-1]
    others = (_limits(np.delete(maxima, place, axis=0), least) for place in range(len(maxima)))
    values = np.array([row / limits for row, limits in zip(maxima, others, strict=True)])
    return np.asarray(np.maximum.reduceat(values, firsts, axis=1))


def _rounded(values: Doubles) -> tuple[float, ...]:
    return tuple(round(float(value), 4) for value in values)


def _limits(maxima: Doubles, least: Doubles) -> Doubles:
    """Each channel's limit: where the tail of a normal distribution of the logarithms says, or the largest seen.

    Between nothing and little the logarithms lie far apart, and say nothing of what is FAR above the largest.
    """
    logs = np.log(np.maximum(maxima, 0.2 * least))
    tail = np.exp(logs.mean(axis=0) + TAIL * logs.std(axis=0) * math.sqrt(1.0 + 1.0 / len(logs)))
    largest = np.maximum(maxima.max(axis=0), least)
    return np.asarray(np.clip(tail, largest, FAR * largest))


def _reachable(maxima: Doubles, lanes: Sequence[Lane]) -> Doubles:
    """Half-way from the largest normal value to the largest that a channel can have: a limit above that would let
    everything pass."""
    most = np.array([_most(channel) for lane in lanes for channel in lane.channels])
    largest = maxima.max(axis=0)
    return np.asarray(np.maximum(largest, (largest + most) / 2.0))


def _most(channel: Channel) -> float:
    """The largest value of a channel: features are clipped before they are put together."""
    count = len(channel.features)
    return channel.clip * (count if channel.how == "rise" else math.sqrt(count))


def _suspects(maxima: Doubles, least: Doubles, lanes: Sequence[Lane]) -> dict[int, str]:
    """Recordings far above the others in any channel, and in which; at most a third, found from medians that they
    cannot move."""
    if len(maxima) < LEAST_GROUP:
        return {}
    logs = np.log(np.maximum(maxima, 0.2 * least))
    middle = np.median(logs, axis=0)
    spread = 1.4826 * np.median(np.abs(logs - middle), axis=0)
    limit = np.maximum(np.exp(middle + 4.5 * np.maximum(spread, 0.05)), least) * SUSPICIOUS
    # a camera loses a frame now and then: that teaches nothing wrong
    telling = [channel.features != ("lost",) for lane in lanes for channel in lane.channels]
    ratios = np.where(telling, maxima / limit, 0.0)
    over = ratios.max(axis=1)
    worst = np.argsort(over)[::-1][: len(maxima) // 3]
    rows = np.sort(worst[over[worst] > 1.0]).tolist()
    usual = np.maximum(np.delete(maxima, rows, axis=0).max(axis=0), least)
    return {row: beyond(maxima[row] / usual, int(ratios[row].argmax()), lanes) for row in rows}


def beyond(
    times: Doubles, channel: int, lanes: Sequence[Lane], what: str = "the largest of the others"
) -> str:
    """In words what one of the channels shows of a recording: `times` (channels,) as much as what is usual."""
    causes = [lane.cause for lane in lanes for _ in lane.channels]
    return f"{causes[channel]} {float(times[channel]):.1f} times {what}"


def _with_limits(lanes: Sequence[Lane], limits: Doubles) -> tuple[Lane, ...]:
    values = iter(limits.tolist())
    return tuple(
        lane.model_copy(
            update={
                "channels": tuple(
                    channel.model_copy(update={"limit": round(next(values), 5)}) for channel in lane.channels
                )
            }
        )
        for lane in lanes
    )
