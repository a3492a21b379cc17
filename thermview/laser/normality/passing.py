"""Where one stage of an obstacle gives way to another: what such frames are told to differ by."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from thermview.laser.normality.tables import FEATURES

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

PASSING, STEADY_CYCLES = 0.35, 2
"""One pattern gives way to another where the best one's lead is below this share of its largest in so many cycles."""
BESIDE = 2
"""So many frames before the first doubt and after the last one too: half of both may look like a third one."""
LIGHT = FEATURES.index("spatter")


class Change(NamedTuple):
    """(n,) each: `doubtful` frames, where the cycle around holds two patterns; and those `around`, in one of which the
    beam left the one path for the other. Two paths share most of a cycle: the frame in which it went over may lie
    anywhere in the half cycle before or after what gives the doubt, which is where they differ."""

    doubtful: Bools
    around: Bools
    some: bool
    """Whether there are any around."""


class Passing:
    """Frames in which one stage of a stated obstacle gives way to another. Within a frame the spot leaves the one
    path for the other, somewhere: there is no picture of that to compare with."""

    def __init__(self, open_to: Bools, cycle: int) -> None:
        """`open_to` (frames,): where the statement allows for more than one pattern."""
        self._open_to = open_to
        self._steady, self._side = STEADY_CYCLES * cycle, max(cycle // 2, BESIDE)
        # what came in so many frames before is asked for there; elsewhere nothing need be kept
        before = np.concatenate([open_to, np.zeros(self._steady + self._side, np.bool_)])
        needed = _largest(before, self._steady + self._side + 1)
        self._needed = needed if needed.any() else None
        self._leads = np.zeros(self._steady + self._side, np.float32)
        ends = np.zeros(self._side, np.bool_)
        self._may_doubt = np.concatenate([ends, open_to, ends])
        self._lately = np.zeros((cycle, len(FEATURES)), np.float32)
        self._seen = np.zeros((2, len(FEATURES)), np.float32)
        self._usual, self._bridging = self._lately[0], False
        self._done = 0

    def found(self, evidence: Floats, ahead: Floats, barred: Floats) -> Change:
        """Of the next n frames, by the `evidence` (n, p) of patterns in the cycle around each and that of the next half
        a cycle, `ahead` (k, p), as far as there is any; `barred` (n + k, p) is 0 where the statement allows for one and
        infinite elsewhere."""
        span = slice(self._done, self._done + len(evidence))
        self._done = span.stop
        open_to = self._open_to[span]
        if self._needed is None or not self._needed[span].any():
            return Change(open_to, open_to, False)
        given = np.concatenate([evidence, ahead[: self._side]])
        leads = np.concatenate([self._leads, _leads(given, barred[: len(given)])])
        self._leads = leads[len(evidence) : len(evidence) + len(self._leads)]
        if not open_to.any():
            return Change(open_to, open_to, False)
        doubt = self._may_doubt[span.start : span.stop + 2 * self._side].copy()
        known = self._side + len(given)
        doubt[:known] &= leads[self._steady :] < PASSING * _largest(leads, self._steady + 1)
        doubt[known:] = False
        inner = slice(self._side - BESIDE, len(doubt) - self._side + BESIDE)
        around = open_to & _largest(doubt, 2 * self._side + 1)
        return Change(open_to & _largest(doubt[inner], 2 * BESIDE + 1), around, bool(around.any()))

    def bridge(self, change: Change, dim: Bools, features: Floats) -> Floats | None:
        """Give those of the next frames that are not dim what they differ by, `features` (n, FEATURES).

        Doubtful ones get what there was on average in the cycle before: where a whole recording is a little off,
        nothing would stand out as much as none. Those around get the middle one of three in order, their own the
        last: what one frame alone shows is the change. Light beside either path is no change: of doubtful ones the same
        middle of it is given back, (n,), 0 elsewhere; None where none is doubtful.
        """
        span = slice(self._done - len(dim), self._done)
        if self._needed is None or not self._needed[span].any():
            return None
        cycle = len(self._lately)
        rows = np.concatenate([self._lately, features])
        seen = np.concatenate([self._seen, features])
        self._seen = seen[-2:]
        if not change.some:
            self._lately, self._bridging = rows[len(features) :], False
            return None
        alone = np.flatnonzero(change.around & ~change.doubtful & ~dim)
        if len(alone):
            features[alone] = rows[cycle + alone] = _middle(seen[alone], seen[alone + 1], seen[alone + 2])
        doubtful = change.doubtful & ~dim
        light = seen[:, LIGHT]
        beside = np.where(doubtful, _middle(light[:-2], light[1:-1], light[2:]), np.float32(0.0))
        edges = np.flatnonzero(np.diff(np.concatenate([[False], doubtful, [False]]).astype(np.int8)))
        for first, stop in edges.reshape(-1, 2).tolist():
            if first > 0 or not self._bridging:
                self._usual = rows[first : cycle + first].mean(axis=0)
            features[first:stop] = rows[cycle + first : cycle + stop] = self._usual
        self._lately = rows[len(features) :]
        self._bridging = bool(doubtful[-1])
        return beside


def _middle(first: Floats, second: Floats, third: Floats) -> Floats:
    """The middle one of three, each for itself."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    return np.asarray(np.maximum(low, np.minimum(high, third)))


def _leads(evidence: Floats, barred: Floats) -> Floats:
    """(n,): by how much the best pattern is ahead of all others that may be shown; 0 where there is none.

    A pattern that belongs elsewhere may be so like the best one that its lead is always small.
    """
    rows = np.arange(len(evidence))
    others = evidence - barred
    others[rows, evidence.argmax(axis=1)] = -np.inf
    leads = evidence.max(axis=1) - others.max(axis=1)
    leads[np.isinf(leads)] = 0.0
    return np.asarray(leads, np.float32)


def _largest(values: NDArray[Any], window: int) -> NDArray[Any]:
    """The largest of every `window` values beside each other, (n - window + 1,)."""
    return np.asarray(sliding_window_view(values, window).max(axis=1))
