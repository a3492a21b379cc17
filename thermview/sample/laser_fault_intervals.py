"""Which frames a fault takes: (first, last) of the video, inclusive, from the scan and the fault's size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from thermview.sample.laser_motion import LEAD, Motion, Window

Interval = tuple[int, int]
FindInterval = Callable[[Motion, float, np.random.Generator], Interval]


def anywhere(frames: int, length: int, rng: np.random.Generator) -> Interval:
    """`length` frames, at most half of the recording, away from both ends where there is room."""
    length = max(min(length, frames // 2), 1)
    first = round(rng.uniform(0.1, 0.9) * (frames - length))
    return first, first + length - 1


def lasting(low: int, high: int) -> FindInterval:
    """Anywhere, low to high frames, whatever the size."""

    def find(motion: Motion, size: float, rng: np.random.Generator) -> Interval:
        return anywhere(motion.frames, int(rng.integers(low, high + 1)), rng)

    return find


def size_frames(extra: int = 0) -> FindInterval:
    """Anywhere, as many frames as the size says, and `extra` more."""

    def find(motion: Motion, size: float, rng: np.random.Generator) -> Interval:
        return anywhere(motion.frames, round(size) + extra, rng)

    return find


def until_one_cycle_off(motion: Motion, size: float, rng: np.random.Generator) -> Interval:
    """As long as a scan off by the share `size` needs to lose or gain one cycle: then it is in step again.

    Where the recording is too short for that, the scan jumps back into step at the end.
    """
    return anywhere(motion.frames, round(motion.period / size), rng)


def whole_cycles(motion: Motion, size: float, rng: np.random.Generator) -> Interval:
    """`size` whole cycles that begin anywhere in the recording."""
    return _frames_where(_cycles(motion, size, rng))


def left_loops(motion: Motion, size: float, rng: np.random.Generator) -> Interval:
    """From the first to the last left loop of `size` cycles."""
    return _frames_where(_cycles(motion, size, rng) & (_fraction(motion) >= motion.loop_change))


def one_obstacle(motion: Motion, size: float, rng: np.random.Generator) -> Interval:
    """The obstacle whose number, from 1, is the size."""
    return _differing(motion, windows_without(motion, size))


def shifted_obstacle(motion: Motion, size: float, rng: np.random.Generator) -> Interval:
    """From the first obstacle's planned start to its end when it comes `size` frames late."""
    return _differing(motion, windows_later(motion, size))


def free_frames(motion: Motion, size: float, rng: np.random.Generator) -> Interval:
    """About `size` frames, whole cycles, away from every obstacle where there is room."""
    length = max(min(round(size), motion.frames // 4), round(2 * motion.period))
    found = anywhere(motion.frames, length, rng)
    for _ in range(100):
        if all(found[1] + 12 < start or found[0] > end + 12 for start, end in motion.windows):
            break
        found = anywhere(motion.frames, length, rng)
    return _differing(motion, (*motion.windows, (found[0], found[1] + 1)))


def windows_without(motion: Motion, number: float) -> tuple[Window, ...]:
    """The obstacles that are left when one, counted from 1, is missed."""
    return tuple(window for place, window in enumerate(motion.windows, 1) if place != round(number))


def windows_later(motion: Motion, delay: float) -> tuple[Window, ...]:
    """The obstacles when the first comes `delay` frames late."""
    (start, end), *others = motion.windows
    return ((start + round(delay), end + round(delay)), *others)


def _cycles(motion: Motion, size: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    first, _ = anywhere(motion.frames, round((size + 1) * motion.period), rng)
    begin = np.floor(motion.clock[first + LEAD, 0]) + 1.0
    return np.asarray((motion.clock >= begin) & (motion.clock < begin + size))


def _fraction(motion: Motion) -> NDArray[np.float64]:
    return motion.clock - np.floor(motion.clock)


def _differing(motion: Motion, windows: tuple[Window, ...]) -> Interval:
    return _frames_where(motion.patterns_for(windows) != motion.pattern)


def _frames_where(changed: NDArray[np.bool_]) -> Interval:
    """First and last video frame of which any part is changed."""
    frames = np.flatnonzero(changed[LEAD:].any(axis=1))
    if len(frames) == 0:
        raise ValueError("the recording is too short for this fault")
    return int(frames[0]), int(frames[-1])
