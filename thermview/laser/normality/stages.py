"""Which pattern belongs where: what normal recordings do before, within and after a stated obstacle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

SHARES = 16
"""Parts into which an obstacle's duration is cut."""
LEAST_PART = 0.08
"""Share of the normal frames of a part that must show a pattern for it to belong there: fewer are frames of a stage so
like another that a cycle of them is now and then taken for it."""
MOST_OBSTACLES = 8
OWN_PACE = 0.0005
"""Cycles gained in a frame, half a hundredth of the usual pace, from which a pattern has a pace of its own."""
FAR = 60
"""Frames from a stated obstacle within which the detour around it begins and ends."""

WAITED = 30
"""Frames at a stated obstacle's ends in which its detour may not be made yet or any more: some three cycles. What is
shown meanwhile belongs to none of its parts, of which one may last much longer."""

Whole = NDArray[np.int64]
Marks = NDArray[np.bool_]
Doubles = NDArray[np.float64]
Intervals = Sequence[tuple[int, int]]


@dataclass(frozen=True, eq=False)
class Stages:
    """`allowed` (obstacles, SHARES, p): which patterns normal recordings show in each part of an obstacle; `pace` (p,):
    the cycles by which the scan gains on its clock in a frame of each, 0 where it keeps it.

    A detour may begin `early` frames before the stated first frame and end `late` frames after the last.
    Without any obstacle seen in normal recordings nothing is known of detours.
    """

    allowed: Marks
    early: int
    late: int
    pace: Doubles

    @property
    def known(self) -> bool:
        """Whether normal recordings stated obstacles."""
        return len(self.allowed) > 0

    def marks(self, frames: int, stated: Intervals | None, patterns: int) -> Marks:
        """(frames, p): patterns that the statement allows; all where nothing is stated or known."""
        marks = np.zeros((frames, patterns), np.bool_)
        if stated is None or (stated and not self.known):
            marks[:] = True
            return marks
        marks[:, 0] = True
        for number, (first, last) in enumerate(sorted(stated)):
            self._mark(marks, self.allowed[min(number, len(self.allowed) - 1)], first, last)
        return marks

    def _mark(self, marks: Marks, allowed: Marks, first: int, last: int) -> None:
        frames = len(marks)
        index = np.arange(max(first, 0), min(last + 1, frames))
        share = (index - first) / max(last + 1 - first, 1)
        # a stage begins with a cycle, so a part may show what the part before shows
        step = self.late / max(last + 1 - first, 1)
        inside = np.zeros((len(index), marks.shape[1]), np.bool_)
        for shift in (-step, 0.0, step):
            part = np.clip(((share + shift) * SHARES).astype(np.int64), 0, SHARES - 1)
            inside |= allowed[part]
        near_edge = (index < first + self.late) | (index > last - self.early)
        marks[index] = inside | (near_edge[:, None] & marks[index])
        before = slice(max(first - self.early, 0), max(first, 0))
        after = slice(min(last + 1, frames), min(last + 1 + self.late, frames))
        marks[before] |= allowed[0]
        marks[after] |= allowed[-1]


@dataclass(eq=False)
class StageSums:
    """Gathers what normal recordings show in their stated obstacles; `period` in frames."""

    patterns: int
    period: float
    counts: dict[int, NDArray[np.float64]] = field(default_factory=dict)
    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)
    gains: list[Doubles] = field(default_factory=list)

    def add(self, pattern: Whole, offset: Doubles, stated: Intervals | None) -> None:
        """The decided pattern of each frame of a recording, by how much the scan is ahead of its clock there in cycles,
        and its obstacles."""
        self.gains.append(_gains(pattern, offset, round(self.period), self.patterns))
        for number, (first, last) in enumerate(sorted(stated or ())[:MOST_OBSTACLES]):
            first, last = max(first, 0), min(last, len(pattern) - 1)
            if last - first < SHARES:
                continue
            counts = self.counts.setdefault(number, np.zeros((SHARES, self.patterns)))
            index = np.arange(first, last + 1)
            part = (index - first) * SHARES // (last + 1 - first)
            made = index[_made(pattern[index] > 0)]
            np.add.at(counts, (part[made - first], pattern[made]), 1.0)
            self._edges(pattern, first, last)

    def _edges(self, pattern: Whole, first: int, last: int) -> None:
        """How early and late the detour around a stated obstacle is, where one is made.

        A frame apart from it that a detour's picture happens to fit is not its beginning or its end.
        """
        begin, stop = max(first - FAR, 0), min(last + 1 + FAR, len(pattern))
        away = pattern[begin:stop] > 0
        inside = np.flatnonzero(away[first - begin : last + 1 - begin])
        if len(inside):
            plain = np.flatnonzero(~away)
            place, end = first - begin + inside[[0, -1]]
            before, after = plain[plain < place], plain[plain > end]
            detour_first = begin + (int(before[-1]) + 1 if len(before) else 0)
            detour_last = begin + (int(after[0]) - 1 if len(after) else len(away) - 1)
            self.before.append(first - detour_first)
            # waited for before it is made, or longer than stated: either way it is late
            self.after.append(max(detour_last - last, min(detour_first - first, WAITED)))

    def stages(self) -> Stages:
        """What belongs where. A cycle's length of doubt is left at both ends in any case."""
        if not self.counts:
            return Stages(np.zeros((0, SHARES, self.patterns), np.bool_), 0, 0, self._pace())
        rows = [
            counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0) for counts in self.counts.values()
        ]
        allowed = np.stack(rows) >= LEAST_PART
        half = round(self.period / 2)
        early, late = (
            max(int(np.percentile(seen or [0], 90)), 0) + half for seen in (self.before, self.after)
        )
        most = 3 * round(self.period)
        return Stages(
            allowed, min(early, most), min(max(late, round(self.period) + half), most), self._pace()
        )

    def _pace(self) -> Doubles:
        """What most recordings gain in a frame of each pattern, where that is more than normal ones differ by."""
        known = [[gain for gain in gains if np.isfinite(gain)] for gains in zip(*self.gains, strict=True)]
        pace = np.array([float(np.median(gains)) if gains else 0.0 for gains in known])
        return np.where(np.abs(pace) > OWN_PACE, pace, 0.0)


def _gains(pattern: Whole, offset: Doubles, cycle: int, patterns: int) -> Doubles:
    """(patterns,): cycles gained in a frame, the median of those where a pattern was shown for a cycle; NaN for others,
    and 0 for the plain path, whose clock it is."""
    steps = np.concatenate([[0], np.cumsum(np.diff(pattern) != 0)])
    lasts = np.flatnonzero(steps[cycle:] == steps[:-cycle]) + cycle
    gained = offset[lasts] - offset[lasts - cycle]
    gained = (gained - np.rint(gained)) / cycle
    out = np.full(patterns, np.nan)
    for number in np.unique(pattern[lasts]).tolist():
        out[number] = np.median(gained[pattern[lasts] == number])
    out[0] = 0.0
    return out


def _made(away: Marks) -> Marks:
    """(n,): frames of a stated obstacle without those in which its detour was only waited for, or over before it."""
    kept = np.ones(len(away), np.bool_)
    inside = np.flatnonzero(away)
    if len(inside):
        before, after = int(inside[0]), len(away) - 1 - int(inside[-1])
        kept[: before if before <= WAITED else 0] = False
        kept[len(away) - (after if after <= WAITED else 0) :] = False
    return kept
