"""When an event of an obstacle or a dead pixel began and how long it lasts: what is stated and what was seen tell."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]

REACH = 80
"""Frames that an event is dated back at most, or on where it is not yet over; and between two parts of one."""


def dated_back(cause: str, measures: Mapping[str, Values], crossed: int, last: int) -> int:
    """The frame from which on what the event tells was the case; `crossed` where nothing says otherwise.

    A detour that is not made is one from the stated start on, though the next cycle had to be waited for; one
    that is made begins with the first frame of its pattern; a pixel is dead since it last saw its light.
    `crossed` to `last` are the event's frames above the threshold; measures are the recording's.
    """
    if cause == "obstacle" and _tells_of_obstacles(measures):
        return _since_they_differ(measures["stated"] > 0.5, measures["pattern"] > 0.5, crossed)
    if cause == "sensor" and "dead since" in measures:
        since = measures["dead since"][crossed : last + 1]
        known = since[np.isfinite(since)]
        if len(known):
            return max(min(int(known[0]), crossed), crossed - REACH, 0)
    return crossed


def dated_on(cause: str, measures: Mapping[str, Values], end: int, most: int) -> int:
    """The frame up to which what the event tells is the case, at most `most`: a detour that is not made is missing
    until it is made or no longer due, though parts of the cycle are on their way to it before."""
    if cause != "obstacle" or not _tells_of_obstacles(measures):
        return end
    stop = min(end + REACH, most) + 1
    agree = (measures["stated"] > 0.5)[end:stop] == (measures["pattern"] > 0.5)[end:stop]
    return end + max(int(np.argmax(agree)) if agree.any() else len(agree), 1) - 1


def same_obstacle(measures: Mapping[str, Values], last: int, first: int) -> bool:
    """Whether of two events of obstacles, to `last` and from `first`, the second goes on about the same one: it is
    stated or avoided all the time between them. A detour that comes late is late in each of its parts."""
    if not _tells_of_obstacles(measures) or first - last > REACH:
        return False
    between = slice(last, first + 1)
    return bool(((measures["stated"][between] > 0.5) | (measures["pattern"][between] > 0.5)).all())


def _tells_of_obstacles(measures: Mapping[str, Values]) -> bool:
    return "stated" in measures and "pattern" in measures


def _since_they_differ(stated: NDArray[np.bool_], made: NDArray[np.bool_], crossed: int) -> int:
    """First frame of the run, up to `crossed`, in which a detour was stated and not made or the other way."""
    differ = (stated != made)[max(crossed - REACH, 0) : crossed + 1]
    agree = np.flatnonzero(~differ)
    if not len(agree):
        return max(crossed - REACH, 0)
    return crossed - (len(differ) - 1 - int(agree[-1])) + 1 if agree[-1] < len(differ) - 1 else crossed
