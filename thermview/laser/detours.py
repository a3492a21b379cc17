"""Where the path leaves its plain way, and how that fits the obstacles that metadata states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Stretch = tuple[int, int]
"""First and last frame, both inclusive."""


@dataclass(frozen=True)
class Comparison:
    """One obstacle as stated and as measured; None where one of the two is missing.

    `late_start` and `late_end` are the measured end less the stated one in frames.
    """

    stated: Stretch | None
    measured: Stretch | None

    @property
    def late_start(self) -> int | None:
        """How many frames after the stated start the detour begins; negative: before it."""
        if self.stated is None or self.measured is None:
            return None
        return self.measured[0] - self.stated[0]

    @property
    def late_end(self) -> int | None:
        """How many frames after the stated end the detour ends; negative: before it."""
        if self.stated is None or self.measured is None:
            return None
        return self.measured[1] - self.stated[1]


def detours_of(pattern: NDArray[Any], gap: int, least: int) -> list[Stretch]:
    """Runs of frames whose pattern is another than the plain path (0).

    Runs less than `gap` frames apart are one (its stages); shorter ones than `least` frames are no detour.
    Frames without a pattern (NaN) end no run and begin none.
    """
    away = np.flatnonzero(np.isfinite(pattern) & (pattern != 0))
    if not away.size:
        return []
    breaks = np.flatnonzero(np.diff(away) > gap)
    firsts = away[np.concatenate([[0], breaks + 1])]
    lasts = away[np.concatenate([breaks, [away.size - 1]])]
    return [
        (int(first), int(last))
        for first, last in zip(firsts, lasts, strict=True)
        if last - first + 1 >= least
    ]


def compare(stated: Sequence[Stretch], measured: Sequence[Stretch]) -> list[Comparison]:
    """Stated obstacles beside the measured detour that each shares most frames with, in order of time.

    A measured detour belongs to one obstacle; those that are left stand alone.
    """
    pairs = sorted(
        ((_shared(one, other), i, j) for i, one in enumerate(stated) for j, other in enumerate(measured)),
        reverse=True,
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for shared, i, j in pairs:
        if shared > 0 and i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
    found = [Comparison(one, measured[partner[i]] if i in partner else None) for i, one in enumerate(stated)]
    found += [Comparison(None, other) for j, other in enumerate(measured) if j not in taken]
    return sorted(found, key=lambda item: (item.stated or item.measured or (0, 0))[0])


def _shared(one: Stretch, other: Stretch) -> int:
    """How many frames two stretches have in common."""
    return max(min(one[1], other[1]) - max(one[0], other[0]) + 1, 0)
