"""When the spot is where: phase and pattern for every part of every frame of one recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermview.sample.laser_batch import LaserBatch
from thermview.sample.laser_optics import MEMORY, PARTS, Beam
from thermview.sample.laser_path import AVOID_LEFT, AVOID_MIDDLE, AVOID_RIGHT, NOMINAL

LEAD = MEMORY + 1  # beam frames ahead of the first video frame: the heat still seen in it, and its reference

Window = tuple[int, int]  # first frame of an obstacle and the frame after its last


@dataclass
class Motion:
    """The scan of one recording: `phase` in cycles and `pattern`, both (frames + LEAD, PARTS).

    `clock` is the phase before any fault: what is drawn per cycle (power, obstacles) goes by it. From
    the phase `loop_change` on, the spot is in the left loop; the last `last_hop` of a cycle leads from
    the middle to the start.
    """

    clock: NDArray[np.float64]
    phase: NDArray[np.float64]
    pattern: NDArray[np.int64]
    windows: tuple[Window, ...]
    period: float
    loop_change: float
    last_hop: float
    left_edge_first: bool

    @property
    def frames(self) -> int:
        """Frames of the video."""
        return len(self.phase) - LEAD

    def patterns_for(self, windows: tuple[Window, ...]) -> NDArray[np.int64]:
        """The pattern that each part has when the obstacles are at `windows`."""
        return _patterns(self.clock, self.period, windows, self.left_edge_first)


def draw_motion(batch: LaserBatch, rng: np.random.Generator, frames: int) -> Motion:
    """The scan without faults: period and start differ a little from recording to recording."""
    period = batch.period * (1.0 + 3e-4 * batch.recording_spread * rng.standard_normal())
    start = rng.random()
    windows = tuple(_draw_window(rng, window, frames) for window in batch.windows)
    times = np.arange(-LEAD, frames)[:, None] + (np.arange(PARTS) + 0.5) / PARTS
    wander = np.cumsum(rng.normal(0.0, 2e-4, frames + LEAD))
    wander -= np.linspace(wander[0], wander[-1], len(wander))  # the scanner's clock holds in the long run
    clock = 1.0 + start + times / period + wander[:, None]
    pattern = _patterns(clock, period, windows, batch.left_edge_first)
    return Motion(
        clock=clock,
        phase=clock.copy(),
        pattern=pattern,
        windows=windows,
        period=float(period),
        loop_change=float(batch.patterns[NOMINAL].ends[3]),
        last_hop=float(1.0 - batch.patterns[NOMINAL].ends[-2]),
        left_edge_first=batch.left_edge_first,
    )


def _draw_window(rng: np.random.Generator, window: tuple[float, float], frames: int) -> Window:
    spread = 0.004 * frames
    start = round(window[0] * frames + spread * rng.standard_normal())
    end = round(window[1] * frames + spread * rng.standard_normal())
    start = min(max(start, 0), frames - 1)
    return start, min(max(end, start + 1), frames)


def _patterns(
    clock: NDArray[np.float64], period: float, windows: tuple[Window, ...], left_edge_first: bool
) -> NDArray[np.int64]:
    """A cycle that begins within an obstacle is detoured: one edge, then the middle, then the other edge."""
    stages = np.array([AVOID_RIGHT, AVOID_MIDDLE, AVOID_LEFT])
    if left_edge_first:
        stages = stages[::-1]
    cycle = np.floor(clock).astype(np.int64)
    times = np.arange(-LEAD, len(clock) - LEAD)[:, None] + (np.arange(PARTS) + 0.5) / PARTS
    begins = times - (clock - cycle) * period
    pattern = np.full(clock.shape, NOMINAL)
    for start, end in windows:
        share = (begins - start) / (end - start)
        inside = (share >= 0.0) & (share < 1.0)
        pattern[inside] = stages[np.minimum((share[inside] * 3).astype(np.int64), 2)]
    return pattern


def make_beam(batch: LaserBatch, motion: Motion, rng: np.random.Generator) -> Beam:
    """Place and power in every part of every frame; all random draws are independent of faults."""
    u = np.empty_like(motion.phase)
    v = np.empty_like(motion.phase)
    for number, pattern in enumerate(batch.patterns):
        here = motion.pattern == number
        if here.any():
            u[here], v[here] = pattern.at(motion.phase[here])
    x, y = batch.path.pixels(u, v)
    spread = batch.recording_spread
    x += _jitter(rng, batch.jitter, len(x)) + 0.05 * spread * rng.standard_normal()
    y += _jitter(rng, batch.jitter, len(y)) + 0.05 * spread * rng.standard_normal()
    level = batch.left_power * np.clip(-u, 0.0, 1.0) + batch.middle_power * (1.0 - np.abs(u))
    power = _power(batch, motion, rng) * np.exp(level)
    width = np.full(len(x), 1.0 + 0.01 * spread * rng.standard_normal())
    return Beam(x, y, power, width, np.zeros(len(x), dtype=np.int64))


def _jitter(rng: np.random.Generator, sd: float, frames: int) -> NDArray[np.float64]:
    """Unsteadiness of the spot, one draw per frame and straight lines between: (frames, PARTS)."""
    knots = rng.normal(0.0, sd, frames + 1)
    share = (np.arange(PARTS) + 0.5) / PARTS
    return knots[:-1, None] * (1.0 - share) + knots[1:, None] * share


def _power(batch: LaserBatch, motion: Motion, rng: np.random.Generator) -> NDArray[np.float64]:
    """Counts per frame: the recording's own level, a slow drift and a spread from cycle to cycle."""
    level = 1.0 + 0.015 * batch.recording_spread * rng.standard_normal()
    frames = len(motion.clock)
    swing, start = 0.006 * rng.standard_normal(), rng.random()
    drift = 1.0 + swing * np.sin(2 * np.pi * (np.arange(frames) / frames + start))
    cycle = np.floor(motion.clock).astype(np.int64)
    per_cycle = 1.0 + batch.cycle_spread * rng.standard_normal(int(cycle.max()) + 1)
    power: NDArray[np.float64] = batch.power * level * drift[:, None] * per_cycle[cycle]
    return power
