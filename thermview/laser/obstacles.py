"""Does the path make its detour where the metadata says that an obstacle is?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermview.laser.reference import EDGE, SHORT_DETOUR, ReferenceFrames

LEAST_DETOUR = 0.04
"""A detour is taken to be at least so far from the plain path (root of a cosine distance), about half of
what detours of a pixel or two give: where none was made, its level must not come out of noise."""


@dataclass(frozen=True, eq=False)
class StatedObstacles:
    """Stated detours of a recording and how much of a detour frames show outside and inside."""

    inside: NDArray[np.bool_]
    unsure: NDArray[np.bool_]
    plain: float
    detour: float

    @classmethod
    def of(cls, reference: ReferenceFrames, obstacles: Sequence[tuple[int, int]]) -> StatedObstacles:
        """Levels from the reference frames; `obstacles` as (first, last)."""
        frames = len(reference.detour)
        inside, edge = np.zeros(frames, bool), np.zeros(frames, bool)
        for first, last in obstacles:
            inside[max(first, 0) : max(last + 1, 0)] = True
            if last + 1 - first < SHORT_DETOUR:
                edge[max(first, 0) : max(last + 1, 0)] = True
            for place in (first, last):
                edge[max(place - EDGE, 0) : max(place + EDGE + 1, 0)] = True
        flagged = reference.facts[:, -1] > 0
        plain = float(np.mean(reference.away[~flagged])) if (~flagged).any() else 0.0
        detour = float(np.mean(reference.away[flagged])) if flagged.any() else 0.0
        return cls(inside, edge, plain, max(detour, plain + LEAST_DETOUR))

    def disagreement(self, away: NDArray[np.float32], first: int) -> NDArray[np.float32]:
        """About 0 where path and metadata agree and 1 where they do not; frames `first` onwards.

        `away` is how much nearer each frame is to frames of detours than to the plain path. In short
        obstacles and within EDGE frames of a stated start or end the result is 0: a detour begins with a
        cycle, not with a frame.
        """
        span = slice(first, first + len(away))
        level = np.clip((away - self.plain) / (self.detour - self.plain), -0.5, 3.0)
        differs = np.where(self.inside[span], 1.0 - level, level)
        return np.asarray(np.where(self.unsure[span], 0.0, differs), np.float32)
