"""Where the fault of an event begins and ends: a long window holds it for hundreds of frames after it is over."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from thermview.laser.lanes import window_mean
from thermview.scoring.cycle import cycle_of
from thermview.scoring.dating import REACH

Values = NDArray[np.float32]
Doubles = NDArray[np.float64]
Frames = tuple[int, int]
"""First and last of some frames."""

WATCHED: Mapping[str, tuple[str, ...]] = {
    "power": ("power",),
    "position": ("row", "column"),
    "spot size": ("size",),
    "timing": ("leap",),
}
"""The lanes that look at long windows, and the measures in which their faults are seen."""
HELD = 300
"""Frames for which windows hold what is over; the few that are longer look for what is off all the time."""
STEADY = 21
"""Frames whose mean says how far a fault goes; and that lie between it and what is usual."""
LEAST_USUAL = 100
"""Frames outside of all events from which can be told what is usual in a recording."""
TOP = 99.0
"""Percentile of a recording's usual means of a cycle, from which one is still part of the fault."""
CLEARLY = 2.0
"""Times that, from which it is part of it however far off the fault was at first."""
ALIKE = 0.5
"""Of the largest distances, from which a path that is off is off in one direction."""


class Extents:
    """Extents of the events of one recording; what is usual in it is looked up once."""

    def __init__(
        self, lanes: Mapping[str, Values], measures: Mapping[str, Values], threshold: float, values: Values
    ) -> None:
        """`values` (frames,) are the largest of all lanes."""
        self._lanes, self._measures, self._threshold = lanes, measures, threshold
        above = (values > threshold)[:, None].astype(np.float64)
        self._usual = window_mean(above, 2 * STEADY + 1)[:, 0] == 0
        self._cycle = cycle_of(measures) | 1
        self._courses: dict[str, _Course] = {}

    def end(self, crossed: int, last: int) -> int:
        """The last frame, from `crossed` to `last`, in which something is wrong.

        A lane of short windows is over with its last frame above the threshold, one of long windows with the last
        frame that carries their value: one that is as far off as those for which the lane rose.
        """
        ends = [crossed]
        for cause, (begin, stop) in self._above(crossed, last).items():
            course = self._course(cause)
            ends.append(stop if course is None else course.end(begin, stop))
        return max(ends)

    def begin(self, cause: str, crossed: int, end: int, earliest: int) -> int:
        """The first frame that is as far off as those from `crossed` to `end`, which were noticed late."""
        course = self._course(cause)
        return crossed if course is None else course.begin(crossed, end, earliest)

    def lasting(self, cause: str, fault: Frames, later: Frames) -> bool:
        """Whether the same is wrong all the time from a fault to a later one, though it was not above the threshold."""
        course = self._course(cause)
        return course is not None and later[0] - fault[1] <= REACH and course.lasts(fault, later[0])

    def echoed(self, fault: Frames, last: int, later: Frames) -> bool:
        """Whether the frames `later` are above the threshold only by what their windows still hold of a fault.

        `last` is the last frame that the fault itself was above it.
        """
        if later[0] - fault[1] > HELD:
            return False
        before = self._above(fault[0], last)
        courses = {cause: self._course(cause) for cause in self._above(*later)}
        return all(
            cause in before and course is not None and course.nothing_new(before[cause], later)
            for cause, course in courses.items()
        )

    def _above(self, first: int, last: int) -> dict[str, Frames]:
        """Lanes that are above the threshold, from when to when."""
        found = {}
        for cause, lane in self._lanes.items():
            rows = np.flatnonzero(lane[first : last + 1] > self._threshold)
            if len(rows):
                found[cause] = first + int(rows[0]), first + int(rows[-1])
        return found

    def _course(self, cause: str) -> _Course | None:
        """None where a lane has no long windows, or what it looks at is not told."""
        names = WATCHED.get(cause, ())
        if not names or any(name not in self._measures for name in names):
            return None
        if cause not in self._courses:
            off = np.column_stack([self._measures[name] for name in names]).astype(np.float64)
            self._courses[cause] = _Course(np.nan_to_num(off), self._usual, self._cycle)
        return self._courses[cause]


class _Course:
    """How far off a recording's frames are, (frames, 1 or 2), beside what is usual in it."""

    def __init__(self, off: Doubles, usual: NDArray[np.bool_], cycle: int) -> None:
        """`cycle` is how many frames, odd, a measure is averaged over: what differs from place to place on the path
        says nothing of when."""
        self._known = int(usual.sum()) >= LEAST_USUAL
        self._off = off - np.median(off[usual], axis=0) if self._known else off
        self._usual, self._cycle = usual, cycle

    def end(self, first: int, last: int) -> int:
        """The last of frames first .. last that is off as most of them are.

        Up to there the frames that are at least half as far off outweigh the others; later ones count where a
        whole cycle of them is farther off than usual: another fault within the window of the first.
        """
        course, most, height = self._most(first, last)
        if not height > 0:
            return last
        end = first + int(np.argmax(np.cumsum(course._off[first : last + 1] @ most - height / 2)))
        again = np.flatnonzero(course._means(end + self._cycle, last) > course._level(height))
        return end + self._cycle + int(again[-1]) if len(again) else end

    def begin(self, first: int, last: int, earliest: int) -> int:
        """The same towards the beginning, not before `earliest`; `first` where the half cycle before it is not off as
        a whole, or where it already lies before the fault, as a window does that reaches ahead."""
        course, most, height = self._most(first, last)
        if not height > 0 or first - earliest <= self._cycle // 2:
            return first
        sums = np.cumsum((course._off[earliest : last + 1] @ most - height / 2)[::-1])[::-1]
        begin = earliest + int(np.argmax(sums))
        before = first - self._cycle // 2 - 1 - earliest
        return begin if begin < first and sums[before] > sums[first - earliest] else first

    def lasts(self, fault: Frames, until: int) -> bool:
        """Whether the frames between a fault and `until` are most of them as far off."""
        course, most, height = self._most(*fault)
        between = course._off[fault[1] + 1 : until] @ most
        return height > 0 and len(between) > 0 and float(between.mean()) > height / 2

    def nothing_new(self, fault: Frames, later: Frames) -> bool:
        """Whether no cycle of the frames `later` is off by itself."""
        course, _, height = self._most(*fault)
        return not (course._means(*later) > course._level(height)).any()

    def _most(self, first: int, last: int) -> tuple[_Course, Doubles, float]:
        """Where frames first .. last are off farthest: in which course, which way (unit vector) and how far.

        Where they are off in all directions their distances alone are looked at.
        """
        off = self._off[first : last + 1]
        means = window_mean(off, STEADY)
        most = means[int(np.argmax(_length(means)))]
        height = float(_length(most))
        if off.shape[1] > 1 and height < ALIKE * float(np.percentile(_length(off), 90)):
            return self._distances._most(first, last)
        return self, most / max(height, 1e-12), height

    def _means(self, first: int, last: int) -> Doubles:
        """How far the mean of a cycle around each of frames first .. last is off."""
        begin = max(first - self._cycle // 2, 0)
        means = _length(window_mean(self._off[begin : last + 1 + self._cycle // 2], self._cycle))
        return means[first - begin : last + 1 - begin]

    def _level(self, height: float) -> float:
        """How far off the mean of a cycle belongs to a fault of this height, or is one of its own."""
        if not self._known:
            return height / 2
        return min(max(self._high, height / 2), CLEARLY * self._high)

    @cached_property
    def _high(self) -> float:
        """How far off the mean of a cycle is in few places of the recording's usual frames."""
        return float(np.percentile(self._means(0, len(self._off) - 1)[self._usual], TOP))

    @cached_property
    def _distances(self) -> _Course:
        """The same where frames are off in all directions: how far alone."""
        return _Course(_length(self._off)[:, None], self._usual, self._cycle)


def _length(vectors: Doubles) -> Doubles:
    return np.asarray(np.hypot.reduce(vectors, axis=-1))
