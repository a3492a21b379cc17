"""Which frame of a second recording belongs beside a frame of the first: by number, by time, by phase of the cycle.

Each recording has a course: where each of its frames stands, in frames, seconds or cycles. B is shown where its
course comes nearest to A's plus an offset. Rates may differ and time stamps may leave gaps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from thermview.laser.folding import frame_near
from thermview.recording import Recording

Floats = NDArray[np.float64]
LinkKind = Literal["frame", "time", "phase"]
LINK_KINDS: tuple[LinkKind, ...] = ("frame", "time", "phase")


@dataclass(frozen=True)
class Partner:
    """The frame of B beside a frame of A.

    `beyond` is -1 where B had not begun yet, 1 where it has ended, else 0: its first or last frame stands in then.
    `apart` is by how much the course of B's frame is off what was wanted, in the unit of the course.
    """

    index: int
    beyond: int
    apart: float


@dataclass(frozen=True, eq=False)
class Link:
    """The courses of two recordings, (frames,) each and never decreasing; B's is looked up at A's plus `offset`."""

    kind: LinkKind
    a: Floats
    b: Floats
    offset: float = 0.0

    @cached_property
    def _same(self) -> bool:
        """The same recording twice: frames that stand at the same place must not change partners."""
        return bool(np.array_equal(self.a, self.b))

    @cached_property
    def step(self) -> float:
        """How far B's course usually goes from frame to frame; 0 where it does not move."""
        steps = np.diff(self.b)
        return float(np.median(steps[steps > 0])) if (steps > 0).any() else 0.0

    def partner(self, index: int) -> Partner:
        """The frame of B beside frame `index` of A."""
        if self._same and self.offset == 0:
            return Partner(index, 0, 0.0)
        wanted = float(self.a[index]) + self.offset
        found = frame_near(self.b, wanted)
        near = 0.5 * self.step
        beyond = 0
        if len(self.b) > 1:  # a still has neither begun nor ended
            beyond = -1 if wanted < self.b[0] - near else 1 if wanted > self.b[-1] + near else 0
        return Partner(found, beyond, wanted - float(self.b[found]))

    def held(self, index: int, frames: int, backwards: bool = False) -> tuple[int, int]:
        """First frame of B, and the one after the last, that passed while A went `frames` frames on to `index`.

        None of B's frames is left out between one such step and the next.
        """
        end = self.partner(index).index
        before = index + frames if backwards else index - frames
        if not 0 <= before < len(self.a):
            start = self.partner(min(max(before, 0), len(self.a) - 1)).index
        else:
            start = self.partner(before).index + (-1 if backwards else 1)
        if start > end if not backwards else start < end:
            start = end
        return min(start, end), max(start, end) + 1

    def aligned(self, index_a: int, index_b: int) -> Link:
        """The link under which these two frames belong together; of phases, the nearest whole number of cycles."""
        offset = float(self.b[index_b] - self.a[index_a])
        return replace(self, offset=float(round(offset)) if self.kind == "phase" else offset)

    def moved(self, index_a: int, frames: int) -> Link:
        """The link under which B goes on by so many frames (by phase: cycles) beside a frame of A."""
        if self.kind == "phase":
            return replace(self, offset=self.offset + frames)
        beside = self.partner(index_a).index + frames
        return self.aligned(index_a, min(max(beside, 0), len(self.b) - 1))

    def turned(self) -> Link:
        """The same link seen from B."""
        return Link(self.kind, self.b, self.a, -self.offset)


def course_of_frames(recording: Recording) -> Floats:
    """The number of each frame."""
    return np.arange(len(recording), dtype=np.float64)


def has_clock(recording: Recording) -> bool:
    """Whether its frames have times; cheap."""
    stamps = recording.timestamps
    stamped = stamps is not None and len(stamps) == len(recording) and bool(np.isfinite(stamps).any())
    return stamped or bool(recording.frame_rate)


def course_of_times(recording: Recording) -> Floats | None:
    """Seconds from the first frame, bridged where a stamp is missing, never running backwards; None without a clock."""
    stamps = recording.timestamps
    if stamps is not None and len(stamps) == len(recording):
        known = np.flatnonzero(np.isfinite(stamps))
        if known.size:
            return _rising(np.interp(np.arange(len(stamps)), known, stamps[known]))
    if recording.frame_rate:
        return np.arange(len(recording)) / recording.frame_rate
    return None


def course_of_cycles(phase: NDArray[Any] | None) -> Floats | None:
    """Cycles passed out of measured ones, counted from the beginning of the first; None where there is no cycle."""
    if phase is None or not len(phase) or not np.isfinite(phase).all():
        return None
    return _rising(np.asarray(phase, np.float64) - np.floor(phase[0]))


def _rising(values: Floats) -> Floats:
    return np.asarray(np.maximum.accumulate(values), np.float64)
