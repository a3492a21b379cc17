"""The faults that are injected: which, into which recording, where; the same plan for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.laser.evaluate_plan import Options
from thermview.laser.faults import (
    AFTERGLOW,
    INJECTIONS,
    WARM_UP,
    Injection,
    Obstacles,
    inject,
    stated_with,
)
from thermview.laser.videos import Video

MARGIN = WARM_UP + AFTERGLOW + 16
"""Frames that a fault keeps clear of both ends."""


@dataclass(frozen=True)
class Goal:
    """A fault that a score is expected to find at its own threshold, by size and frames (0: as it comes)."""

    kind: str
    size: float
    frames: int
    words: str


GOALS = (
    Goal("laser_off", 1.0, 10, "laser off for 10 ms"),
    Goal("frozen", 1.0, 5, "spot standing still for 5 ms"),
    Goal("power_drop", 0.3, 20, "power 30 % lower for 20 ms"),
    Goal("power_drop", 0.1, 100, "power 10 % lower for 100 ms"),
    Goal("path_offset", 1.2, 30, "path 1.2 px off for 30 ms"),
    Goal("path_offset", 0.6, 80, "path 0.6 px off for 80 ms"),
    Goal("defocus", 0.25, 100, "spot 25 % wider for 100 ms"),
    Goal("spatter", 160.0, 5, "droplet of 160 counts for 5 ms"),
    Goal("scan_slow", 0.015, 660, "scan 1.5 % slower until a cycle is lost"),
    Goal("missed_obstacle", 1.0, 0, "obstacle not avoided"),
    Goal("late_obstacle", 60.0, 0, "obstacle avoided 60 ms late"),
    Goal("dropped_frame", 1.0, 1, "one frame lost by the camera"),
    Goal("dead_pixel", 1.0, 300, "one pixel dead for 300 ms"),
    Goal("resampled", 1.0, 660, "no fault: frames of equal phase swapped (control of the slower scan)"),
)


@dataclass(frozen=True)
class Trial:
    """One injection: kind, size and duration of its cell, and a draw that settles the rest."""

    kind: str
    size: float
    duration: int
    seed: int

    def placed(self, frames: int, obstacles: Obstacles = ()) -> Injection | None:
        """The fault in a recording of so many frames: anywhere, clear of both ends.

        None where the recording cannot have it: too short, or no obstacle where the fault needs one.
        """
        rng = np.random.default_rng(self.seed)
        if INJECTIONS[self.kind].at_obstacle:
            return self._at_obstacle(frames, obstacles, rng)
        starts = np.arange(MARGIN, max(frames - self.duration - MARGIN, MARGIN) + 1)
        if INJECTIONS[self.kind].reach:
            # frames of a detour's stages are not those of the plain path: both are left alone, where there is
            # room beside them; a control that mixes them would be none
            free = starts
            for begin, end in obstacles:
                free = free[(free + self.duration < begin - MARGIN) | (free > end + MARGIN)]
            starts = free if len(free) or INJECTIONS[self.kind].control else starts
        if not len(starts) or int(starts[0]) + self.duration > frames - AFTERGLOW:
            return None
        first = int(starts[int(rng.integers(len(starts)))])
        return Injection(self.kind, self.size, first, first + self.duration - 1, self.seed)

    def _at_obstacle(self, frames: int, obstacles: Obstacles, rng: np.random.Generator) -> Injection | None:
        if not obstacles:
            return None
        first, last = obstacles[int(rng.integers(len(obstacles)))]
        last = min(last, frames - 1)
        if self.kind == "late_obstacle":
            first, last = first - round(self.size), first - 1
            if any(begin <= last and end >= first for begin, end in obstacles):
                return None
        return Injection(self.kind, self.size, first, last, self.seed) if 0 < first <= last else None


def faulty(
    video: Video, trial: Trial, gain: NDArray[np.float32] | None = None
) -> tuple[Video, dict[str, Any]] | None:
    """The recording with the trial's fault in it, and the truth; None where it cannot have it."""
    fault = trial.placed(len(video.frames), video.obstacles)
    if fault is None:
        return None
    try:
        frames, truth = inject(video.light, fault, video.obstacles, gain)
    except ValueError:
        return None
    return replace(video.relit(frames), obstacles=stated_with(video.obstacles, fault)), truth


def trials_of(options: Options) -> Iterator[Trial]:
    """All trials, cell by cell; in a cell as many as `options.trials`, in a goal's as `options.goals`."""
    for place, kind in enumerate(options.kinds):
        for (size, duration), count in _cells(kind, options).items():
            for number in range(count):
                key = [options.seed, place, round(1000 * size), duration, number]
                seed = int(np.random.SeedSequence(key).generate_state(1)[0])
                yield Trial(kind, size, duration, seed)


def _cells(kind: str, options: Options) -> dict[tuple[float, int], int]:
    row = INJECTIONS[kind]
    swept = () if row.control else [(size, lasting) for size in row.sizes for lasting in row.durations]
    cells = dict.fromkeys(swept, options.trials)
    for goal in GOALS:
        if goal.kind == kind:
            cell = goal.size, goal.frames
            cells[cell] = max(cells.get(cell, 0), options.goals)
    return cells


def shared_out(trials: Sequence[Trial], recordings: int) -> list[list[Trial]]:
    """The trials dealt to so many recordings like cards, so that a cell meets different ones."""
    return [list(trials[place::recordings]) for place in range(recordings)]
