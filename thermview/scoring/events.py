"""Events: runs of frames above the threshold, each with its cause and a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from thermview.scoring.calibration import p_value
from thermview.scoring.dating import dated_back
from thermview.scoring.naming import named_cause
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
    heads: Mapping[str, Sequence[float]] | None = None,
    frame_rate: float | None = None,
    merge: int = MERGE_FRAMES,
) -> tuple[Event, ...]:
    """The events of a scored recording; milliseconds even for long ones.

    The cause is mostly the lane with the largest value within the event (see `naming`), "" where the model has
    no lanes. Its p-value is counted among the largest of all lanes of each of the `normals`, which corrects for
    there being several (single-step maximum; Westfall and Young, Resampling-Based Multiple Testing, 1993); its own
    among what `heads` has for that cause alone.
    """
    found: list[Event] = []
    for run in find_runs(values, threshold, merge):
        after = found[-1].last + 1 if found else 0
        found.append(_event(run, after, values, lanes, measures or {}, normals, heads or {}, frame_rate))
    return tuple(found)


def _event(
    run: tuple[int, int],
    after: int,
    values: Values,
    lanes: Mapping[str, Values],
    measures: Mapping[str, Values],
    normals: Sequence[float],
    heads: Mapping[str, Sequence[float]],
    frame_rate: float | None,
) -> Event:
    """`after` is the frame after the event before, which this one is not dated back beyond."""
    crossed, last = run
    span = slice(crossed, last + 1)
    peak = crossed + int(np.nanargmax(values[span]))
    score = float(values[peak])
    cause, height = named_cause(
        {name: lane[span] for name, lane in lanes.items()},
        {name: measure[span] for name, measure in measures.items()},
    )
    if not cause:
        height = score
    first = max(dated_back(cause, measures, crossed, last), after)
    within = {name: measure[first : last + 1] for name, measure in measures.items()}
    text = sentence(cause, within, first, score, frame_rate)
    if first < crossed:
        text += _noticed(crossed, frame_rate)
    own = p_value(height, heads[cause]) if cause in heads else None
    return Event(first, last, peak, score, cause, p_value(height, normals), text, own)


def _noticed(frame: int, frame_rate: float | None) -> str:
    return f", noticed at {frame / frame_rate:.3f} s" if frame_rate else f", noticed at frame {frame}"
