"""How long a cycle of the scan takes and how far along its cycle each frame is: from the spot's movement alone.

A recording of a path that repeats has a line spectrum. The cycle is the shortest time of which all strong lines
are whole multiples of the frequency; how the phase of the strongest lines drifts against a steady clock then tells
the scan frequency at each moment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from thermview.laser.tracks import Tracks

Floats = NDArray[np.float64]

SHORTEST = 3.0
LONGEST = 400.0
"""Frames per cycle that are looked for."""
LEAST_CYCLES = 3
"""Fewer than so many cycles show no period."""
_HARMONICS = 12
_PADDING = 8
_ENOUGH = (
    0.8  # of the energy of the best candidate: a multiple of the true cycle explains as much, a part less
)
_CLEAR = 0.5  # of the movement that every other cycle must foretell of the rest: what is less is no cycle
_WAVES = 4  # of which such a foretelling is made
_SMOOTH_CYCLES = 8  # over which the phase is averaged


@dataclass(frozen=True, eq=False)
class Cycles:
    """The scan of one recording, measured.

    `period` is frames per cycle over the whole recording. `phase` (frames,) counts cycles: its whole part
    numbers them, its fraction is 0 where the cycle's slowest sideways swing is farthest to the right.
    `local_period` (frames,) is frames per cycle about each frame, an average over some `window` frames.
    """

    period: float
    phase: Floats
    local_period: NDArray[np.float32]
    window: int


def measure_cycles(tracks: Tracks) -> Cycles | None:
    """The cycle of a recording's spot, or None where its movement does not repeat.

    Behind the last frame with light, as where a file was cut short, cycles go on as before and no period is known.
    """
    lit = np.flatnonzero(np.isfinite(tracks.light))
    known = int(lit[-1]) + 1 if lit.size else 0
    found = _measured(tracks.first(known))
    if found is None or known == len(tracks):
        return found
    more = found.phase[-1] + np.arange(1, len(tracks) - known + 1) / found.period
    unknown = np.full(len(more), np.nan, np.float32)
    return replace(
        found,
        phase=np.concatenate([found.phase, more]),
        local_period=np.concatenate([found.local_period, unknown]),
    )


def _measured(tracks: Tracks) -> Cycles | None:
    if len(tracks) < LEAST_CYCLES * SHORTEST:
        return None
    moves = _movements(tracks)
    first = _strongest_frequency(moves)
    if first is None:
        return None
    window = whole_cycles(1.0 / first, min(_SMOOTH_CYCLES / first, len(tracks) / LEAST_CYCLES))
    phase = _phase(moves, first, window)
    frequency = float(np.polyfit(np.arange(len(phase)), phase, 1)[0])
    if not frequency > 0 or _foretold(moves, phase) < _CLEAR:
        return None
    return Cycles(1.0 / frequency, phase, _local_period(phase, window), window)


def whole_cycles(period: float, most: float) -> int:
    """A whole number of frames, at most about `most`, that is as near as can be to a whole number of cycles."""
    counts = np.arange(1, max(int(most / period), 1) + 1)
    counts = counts[counts >= 0.5 * counts[-1]][::-1]  # the longest of equally good ones
    lengths = np.round(counts * period)
    best = int(np.argmin(np.abs(lengths - counts * period) / lengths))
    return max(int(lengths[best]), 2)


def _movements(tracks: Tracks) -> Floats:
    """Column and row about their means, in units of their spread, gaps bridged; (2, frames)."""
    moves = np.stack([_bridged(tracks.column), _bridged(tracks.row)])
    moves -= moves.mean(axis=1, keepdims=True)
    spread = moves.std(axis=1, keepdims=True)
    return np.asarray(moves / np.where(spread > 0, spread, 1.0))


def _bridged(values: NDArray[np.float32]) -> Floats:
    """The same without gaps: straight lines across what is not known, 0 where nothing is."""
    known = np.flatnonzero(np.isfinite(values))
    if not known.size:
        return np.zeros(len(values))
    return np.asarray(np.interp(np.arange(len(values)), known, values[known]), np.float64)


def _strongest_frequency(moves: Floats) -> float | None:
    """Cycles per frame of the highest frequency whose multiples hold nearly all that any other's hold."""
    frames = moves.shape[1]
    length = 1 << int(np.ceil(np.log2(frames * _PADDING)))
    lines = np.abs(np.fft.rfft(moves * np.hanning(frames), length)) ** 2
    spectrum = lines.sum(axis=0)
    lowest = max(length / min(LONGEST, frames / LEAST_CYCLES), 1.0)
    candidates = np.arange(int(np.ceil(lowest)), int(length / SHORTEST) + 1)
    if not candidates.size or not spectrum.any():
        return None
    energy = np.zeros(len(candidates))
    for multiple in range(1, _HARMONICS + 1):
        within = multiple * candidates < len(spectrum)
        energy[within] += spectrum[multiple * candidates[within]]
    good = np.flatnonzero(energy >= _ENOUGH * energy.max())
    start = good[-1]
    while start > 0 and energy[start - 1] > energy[start]:  # from the foot of the last peak to its top
        start -= 1
    return float(candidates[start] / length)


def _phase(moves: Floats, frequency: float, window: int) -> Floats:
    """Cycles passed at each frame, (frames,), from the phase of the first line of both movements together."""
    frames = np.arange(moves.shape[1])
    turned = moves * np.exp(-2j * np.pi * frequency * frames)
    strengths = turned.mean(axis=1)
    together = np.conj(strengths) @ turned
    half = window // 2
    steady = np.convolve(np.convolve(together, np.ones(window), "valid"), np.ones(window), "valid")
    drift = np.unwrap(np.angle(steady)) / (2 * np.pi)
    centres = np.arange(len(drift)) + 2 * half - (1 - window % 2)
    leading = int(
        abs(strengths[0]) < 0.3 * abs(strengths[1])
    )  # without a sideways swing, the one up and down
    origin = np.angle(strengths[leading]) / (2 * np.pi)
    return np.asarray(frequency * frames + origin + np.interp(frames, centres, drift))


def _foretold(moves: Floats, phase: Floats) -> float:
    """The share of the movement in odd cycles that waves fitted to the even ones explain; 1 at best."""
    learnt = np.floor(phase) % 2 == 0
    count = min(_WAVES, (int(learnt.sum()) - 2) // 4)
    if count < 1 or learnt.all():
        return 0.0
    angles = 2 * np.pi * np.outer(phase, np.arange(1, count + 1))
    waves = np.column_stack([np.ones(len(phase)), np.cos(angles), np.sin(angles)])
    parts, *_ = np.linalg.lstsq(waves[learnt], moves[:, learnt].T, rcond=None)
    rest, told = waves[~learnt] @ parts, moves[:, ~learnt].T
    return float(1.0 - ((told - rest) ** 2).sum() / max(float((told**2).sum()), 1e-12))


def _local_period(phase: Floats, window: int) -> NDArray[np.float32]:
    """Frames per cycle about each frame, (frames,)."""
    frames = np.arange(len(phase))
    before = np.maximum(frames - window // 2, 0)
    after = np.minimum(before + window, len(phase) - 1)
    before = np.maximum(after - window, 0)
    passed = phase[after] - phase[before]
    with np.errstate(divide="ignore", invalid="ignore"):
        period = np.where(passed > 0, (after - before) / passed, np.nan)
    return np.asarray(period, np.float32)
