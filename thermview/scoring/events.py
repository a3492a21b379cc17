"""Events: runs of frames above the threshold, each with its cause and a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from thermview.scoring.calibration import p_value
from thermview.scoring.cycle import cycle_of
from thermview.scoring.dating import REACH, dated_back, dated_on, same_obstacle
from thermview.scoring.extent import Extents
from thermview.scoring.naming import named_cause
from thermview.scoring.sentences import sentence
from thermview.scoring.types import Event

MERGE_CYCLES = 2
"""Runs with at most so many cycles of the scan between them are one event: many faults show in one part of the cycle
only."""

Values = NDArray[np.float32]


def find_runs(values: Values, threshold: float, merge: int) -> list[tuple[int, int]]:
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
) -> tuple[Event, ...]:
    """The events of a scored recording; milliseconds even for long ones.

    The cause is mostly the lane with the largest value within the event (see `naming`), "" where the model has
    no lanes. Its p-value is counted among the largest of all lanes of each of the `normals`, which corrects for
    there being several (single-step maximum; Westfall and Young, Resampling-Based Multiple Testing, 1993); its own
    among what `heads` has for that cause alone.
    """
    measures, heads = measures or {}, heads or {}
    runs = find_runs(values, threshold, MERGE_CYCLES * cycle_of(measures))
    extents = Extents(lanes, measures, threshold, values)
    spans = _spans(runs, len(values), extents, lanes, measures)
    return tuple(_event(span, values, lanes, measures, normals, heads, frame_rate) for span in spans)


@dataclass(frozen=True)
class _Span:
    """`crossed` to `last` above the threshold, though not in every frame; `first` to `end` is what they tell of."""

    crossed: int
    last: int
    first: int
    end: int
    cause: str = ""


def _spans(
    runs: list[tuple[int, int]],
    frames: int,
    extents: Extents,
    lanes: Mapping[str, Values],
    measures: Mapping[str, Values],
) -> list[_Span]:
    """What the runs in a recording of so many frames tell of, in order and without overlap: each with its cause and
    dated, or part of the one before."""
    spans: list[_Span] = []
    followings = [*(crossed for crossed, _ in runs[1:]), frames]
    for (crossed, last), following in zip(runs, followings, strict=False):
        before = spans[-1] if spans else None
        if before is not None and extents.echoed((before.crossed, before.end), before.last, (crossed, last)):
            spans[-1] = replace(before, last=last)
            continue
        above = slice(crossed, last + 1)
        cause, _ = named_cause(
            {name: lane[above] for name, lane in lanes.items()},
            {name: measure[above] for name, measure in measures.items()},
        )
        end = extents.end(crossed, last)
        earliest = max(crossed - REACH, before.end + 1 if before is not None else 0)
        first = min(dated_back(cause, measures, crossed, last), extents.begin(cause, crossed, end, earliest))
        until = dated_on(cause, measures, end, following - 1)
        span = _Span(crossed, last, max(first, earliest), until, cause)
        if before is not None and _goes_on(before, span, extents, measures):
            span = replace(spans.pop(), last=last, end=span.end)
        spans.append(span)
    return spans


def _goes_on(span: _Span, later: _Span, extents: Extents, measures: Mapping[str, Values]) -> bool:
    """Whether the later one tells of the same fault."""
    if span.cause != later.cause:
        return False
    if span.cause == "obstacle":
        return same_obstacle(measures, span.end, later.first)
    return extents.lasting(span.cause, (span.crossed, span.end), (later.crossed, later.end))


def _event(
    span: _Span,
    values: Values,
    lanes: Mapping[str, Values],
    measures: Mapping[str, Values],
    normals: Sequence[float],
    heads: Mapping[str, Sequence[float]],
    frame_rate: float | None,
) -> Event:
    """The score is that of all frames above the threshold, the peak the highest of those that the event tells of:
    a long window may be above it after the fault."""
    first, end, cause, above = span.first, span.end, span.cause, slice(span.crossed, span.last + 1)
    score = float(np.nanmax(values[above]))
    peak = span.crossed + int(np.nanargmax(values[span.crossed : end + 1]))
    height = float(np.nanmax(lanes[cause][above])) if cause else score
    within = {name: measure[first : end + 1] for name, measure in measures.items()}
    later = {name: measure[end + 1 : end + 1 + REACH] for name, measure in measures.items()}
    text = sentence(cause, within, first, score, frame_rate, noticed=span.crossed, later=later)
    own = p_value(height, heads[cause]) if cause in heads else None
    return Event(first, end, peak, score, cause, p_value(height, normals), text, own)
