"""Events: runs of frames above the threshold, each with its cause and a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from thermview.scoring.calibration import p_value
from thermview.scoring.sentences import sentence
from thermview.scoring.types import Event

MERGE_FRAMES = 20
"""Runs with at most this many frames between them are one event: two cycles, since many faults show in
one part of the cycle only."""

Values = NDArray[np.float32]


def find_runs(values: Values, threshold: float, merge: int = MERGE_FRAMES) -> list[tuple[int, int]]:
    """(first, last) of every run of frames above `threshold`, in order, `last` inclusive.

    Every frame above lies in exactly one run, every run begins and ends with one, and between two runs
    lie more than `merge` frames. NaN is not above.
    """
    above = np.flatnonzero(values > threshold)
    if len(above) == 0:
        return []
    breaks = np.flatnonzero(np.diff(above) > merge + 1)
    firsts = above[np.concatenate([[0], breaks + 1])]
    lasts = above[np.concatenate([breaks, [len(above) - 1]])]
    return [(int(first), int(last)) for first, last in zip(firsts, lasts, strict=True)]


def events_of(
    values: Values,
    threshold: float,
    lanes: Mapping[str, Values],
    *,
    measures: Mapping[str, Values] | None = None,
    normals: Sequence[float] = (),
    frame_rate: float | None = None,
    merge: int = MERGE_FRAMES,
) -> tuple[Event, ...]:
    """The events of a scored recording; milliseconds even for long ones.

    The cause is the lane with the largest value within the event, "" where the model has no lanes.
    """
    return tuple(
        _event(run, values, lanes, measures or {}, normals, frame_rate)
        for run in find_runs(values, threshold, merge)
    )


def _event(
    run: tuple[int, int],
    values: Values,
    lanes: Mapping[str, Values],
    measures: Mapping[str, Values],
    normals: Sequence[float],
    frame_rate: float | None,
) -> Event:
    first, last = run
    span = slice(first, last + 1)
    peak = first + int(np.nanargmax(values[span]))
    score = float(values[peak])
    cause = largest_lane({name: lane[span] for name, lane in lanes.items()})
    within = {name: measure[span] for name, measure in measures.items()}
    text = sentence(cause, within, first, score, frame_rate)
    return Event(first, last, peak, score, cause, p_value(score, normals), text)


def largest_lane(lanes: Mapping[str, Values]) -> str:
    """The cause whose lane reaches the largest value; "" where there is no lane or no number in any."""
    peaks = {name: float(np.nanmax(lane)) for name, lane in lanes.items() if not np.isnan(lane).all()}
    return max(peaks, key=lambda name: peaks[name]) if peaks else ""
