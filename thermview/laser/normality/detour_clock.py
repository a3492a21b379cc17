"""How far the scan is in its cycle while it avoids an obstacle, where no picture tells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from thermview.laser.normality.compare import clock_of, expected_frames
from thermview.laser.normality.detour_parts import about_course
from thermview.laser.normality.pictures import Placed
from thermview.laser.normality.tables import BatchTables

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

BESIDE_CYCLES = 2
"""Cycles before and after a found detour that may belong to it too."""
MOST_LOST = 0.12
"""Share of its cycles by which a detour may leave the scan's clock behind or ahead."""
SURELY_LOST = 0.8
"""It did where that leaves less than such a share of what frames of equal phase differ by."""
OWN_PACE = 0.2
"""Cycles that a detour gains on the clock without a pace of its own: scans wander, all the time, by about as much."""
AS_GOOD = 1.2
"""Times the least that frames of equal phase differ by, up to which one course of the scan is as good as another."""
FEW_PLACES = 16
"""Places in the cycle for that: of a short stretch too there are some frames at each."""


def carried(
    frames: Floats, placed: Placed, stretches: Sequence[tuple[int, int]], tables: BatchTables
) -> Doubles:
    """Phases (n,) of frames (n, rows, columns) by the clock.

    In `stretches`, (first, stop) each, the path is another one, and placing says nothing: the clock's offset goes on
    from before to after, by so many whole cycles more or fewer as make frames of equal phase alike.
    """
    known, index = placed.lit > 0.5, np.arange(len(placed.lit))
    beside = [
        slice(max(first - 2 * tables.half, 0), min(stop + 2 * tables.half, len(index)))
        for first, stop in stretches
    ]
    for rows in beside:
        known[rows] = False
    if not known.any():
        return placed.phase
    turns = np.unwrap(placed.offset[known] * 2 * np.pi) / (2 * np.pi)
    phase = np.interp(index, index[known], turns)
    clock = clock_of(index, tables.period)
    for rows, (first, stop) in zip(beside, stretches, strict=True):
        detour = slice(first - rows.start, stop - rows.start)
        phase[rows] = phase[rows.start] + _gained(
            frames[rows],
            clock[rows] + phase[rows.start],
            detour,
            phase[rows.stop - 1] - phase[rows.start],
            tables,
        )
    return np.asarray((phase + clock) % 1.0)


def odd_of(frames: Floats, phase: Doubles, tables: BatchTables) -> Floats:
    """(n, pixels): what frames differ by from the plain path at their phases, both of unit length."""
    plain = expected_frames(tables, np.zeros(len(phase), np.int64), phase)
    flat = frames.reshape(len(frames), -1)
    return _unit(flat * tables.white) - _unit(plain * tables.white)


def _gained(frames: Floats, usual: Doubles, detour: slice, known: float, tables: BatchTables) -> Doubles:
    """(n,): what the scan gains on its `usual` phase (n,) in and around a detour, in cycles.

    As much as is `known` from what comes after it, and some whole cycles if need be. Where exactly the pace changes
    is looked for where that matters: where frames of equal phase are alike, and then as like the plain path as can
    be, which much of a detour mostly is.
    """
    codes = (frames[detour].reshape(detour.stop - detour.start, -1) * tables.white) @ tables.basis
    most = round(MOST_LOST * len(codes) / tables.period)
    place, ramp = usual[detour], _ramp(len(usual), detour.start, detour.stop)
    gains = [known + cycles for cycles in range(-most, most + 1)]
    spreads = [_spread_at_phase(codes, place + ramp[detour] * gain) for gain in gains]
    best = int(np.argmin(spreads))
    gain = gains[best if spreads[best] < SURELY_LOST * spreads[most] else most]
    if abs(gain) < OWN_PACE:
        return gain * np.linspace(0.0, 1.0, len(usual))
    ways = _ways(gain, len(usual), detour, tables.half)
    left = [about_course(codes, place + way[detour]) for way in ways]
    alike = [way for way, much in zip(ways, left, strict=True) if much < AS_GOOD * min(left)]
    odd = [np.square(odd_of(frames[detour], place + way[detour], tables)).sum() for way in alike]
    return alike[int(np.argmin(odd))]


def _ways(gain: float, count: int, detour: slice, half: int) -> list[Doubles]:
    """(count,) each: the gain spread over a detour that begins and ends somewhat sooner or later than was found."""
    shifts = range(-BESIDE_CYCLES, 2 * BESIDE_CYCLES + 1)
    return [
        gain * _ramp(count, detour.start - sooner * half, detour.stop + later * half)
        for sooner in shifts
        for later in shifts
    ]


def _ramp(count: int, begin: int, end: int) -> Doubles:
    """(count,): 0 up to place `begin`, 1 from place `end` on."""
    return np.clip((np.arange(count) - begin) / (end - begin), 0.0, 1.0)


def _spread_at_phase(codes: NDArray[np.floating], phase: Doubles) -> float:
    """Mean square of `codes` (n, k) about their mean at each of FEW_PLACES phases."""
    places = (phase % 1.0 * FEW_PLACES).astype(np.int64) % FEW_PLACES
    at = (places == np.arange(FEW_PLACES)[:, None]).astype(np.float32)
    counts, sums = at.sum(axis=1), at @ codes
    within = (codes**2).sum() - ((sums**2).sum(axis=1) / np.maximum(counts, 1.0)).sum()
    return float(within / max(len(codes) - np.count_nonzero(counts), 1))


def _unit(pictures: Floats) -> Floats:
    return np.asarray(
        pictures / (np.sqrt((pictures * pictures).sum(axis=1, keepdims=True)) + 1e-6), np.float32
    )
