"""Where one stage of an obstacle gives way to another: what such frames are told to differ by."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from thermview.laser.normality.tables import FEATURES

Floats = NDArray[np.float32]

PASSING, STEADY_CYCLES, THIRD = 0.35, 2, 2
"""One pattern gives way to another where the best one's lead is below this share of its largest in so many cycles, and
THIRD frames longer."""


class Passing:
    """Frames in which one stage of a stated obstacle gives way to another. Within a frame the spot leaves the one
    path for the other, somewhere: there is no picture of that to compare with."""

    def __init__(self, open_to: NDArray[np.bool_], cycle: int) -> None:
        """`open_to` (frames,): where the statement allows for more than one pattern."""
        self._open_to = open_to
        self._steady = STEADY_CYCLES * cycle
        # what came in so many frames before is asked for there; elsewhere nothing need be kept
        before = np.concatenate([open_to, np.zeros(self._steady + THIRD, np.bool_)])
        needed = _largest(before, self._steady + THIRD + 1)
        self._needed = needed if needed.any() else None
        self._leads = np.zeros(self._steady + THIRD, np.float32)
        self._lately = np.zeros((cycle, len(FEATURES)), np.float32)
        self._usual, self._bridging = self._lately[0], False
        self._done = 0

    def bridge(self, passing: NDArray[np.bool_], dim: NDArray[np.bool_], features: Floats) -> None:
        """Such frames among the next ones, unless they are dim, get `features` (n, FEATURES) as they were on average in
        the cycle before: where a whole recording is a little off, nothing would stand out as much as none."""
        if self._needed is None or not self._needed[self._done - len(passing) : self._done].any():
            return
        cycle = len(self._lately)
        rows = np.concatenate([self._lately, features])
        if not passing.any():
            self._lately, self._bridging = rows[len(features) :], False
            return
        passing = passing & ~dim
        edges = np.flatnonzero(np.diff(np.concatenate([[False], passing, [False]]).astype(np.int8)))
        for first, stop in edges.reshape(-1, 2).tolist():
            if first > 0 or not self._bridging:
                self._usual = rows[first : cycle + first].mean(axis=0)
            features[first:stop] = rows[cycle + first : cycle + stop] = self._usual
        self._lately = rows[len(features) :]
        self._bridging = bool(passing[-1])

    def found(self, evidence: Floats, barred: Floats) -> NDArray[np.bool_]:
        """(n,): whether the cycle around a frame holds both; from `evidence` (n, p) of patterns in that cycle, `barred`
        (n, p) being 0 where the statement allows for one and infinite elsewhere."""
        span = slice(self._done, self._done + len(evidence))
        self._done = span.stop
        if self._needed is None or not self._needed[span].any():
            return self._open_to[span]
        leads = np.concatenate([self._leads, _leads(evidence, barred)])
        self._leads = leads[len(evidence) :]
        passing = self._open_to[span]
        if not passing.any():
            return passing
        unsure = leads[self._steady :] < PASSING * _largest(leads, self._steady + 1)
        # half of both may look like a third one: between the first and the last doubt it is no surer
        return np.asarray(passing & _largest(unsure, THIRD + 1))


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
