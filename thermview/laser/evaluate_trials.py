"""The faults that are injected: which, into which recording, where; the same plan for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from thermview.laser.evaluate_plan import Options
from thermview.laser.faults import AFTERGLOW, INJECTIONS, WARM_UP, Injection


@dataclass(frozen=True)
class Trial:
    """One injection: kind, size and duration of its cell, and a draw that settles the rest."""

    kind: str
    size: float
    duration: int
    seed: int

    def placed(self, frames: int) -> Injection:
        """The fault in a recording of so many frames: anywhere, clear of both ends."""
        margin = WARM_UP + AFTERGLOW + 16
        room = max(frames - self.duration - 2 * margin, 0)
        first = margin + int(np.random.default_rng(self.seed).integers(room + 1))
        return Injection(self.kind, self.size, first, first + self.duration - 1, self.seed)


def trials_of(options: Options) -> Iterator[Trial]:
    """All trials, cell by cell; within a cell as many as `options.trials`."""
    for place, kind in enumerate(options.kinds):
        row = INJECTIONS[kind]
        for size in row.sizes:
            for duration in row.durations:
                for number in range(options.trials):
                    key = [options.seed, place, round(1000 * size), duration, number]
                    seed = int(np.random.SeedSequence(key).generate_state(1)[0])
                    yield Trial(kind, size, duration, seed)


def shared_out(trials: Sequence[Trial], recordings: int) -> list[list[Trial]]:
    """The trials dealt to so many recordings like cards, so that a cell meets different ones."""
    return [list(trials[place::recordings]) for place in range(recordings)]
