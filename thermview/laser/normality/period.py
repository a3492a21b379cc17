"""How long one cycle of the scan is, found in the frames themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ReadError

Floats = NDArray[np.float64]

MOST_FRAMES = 4096
CODES = 12
BINS, LEAST_BINS, PER_BIN = 40, 6, 5
"""Parts of a cycle: so many at most, but few enough that a part has some frames to differ from each other."""
LONGEST = 64.0
"""Frames a cycle may have; the real one has 9.87."""
SHORTEST = 4.0
HARMONICS = 6
LEAST_CYCLES = 3
NOTHING = 1e-3
"""Change below which frames are all alike but for rounding."""
CLEAR, EVEN = 0.5, 0.2
"""Share of the frames' variance that may be left when they are sorted by their place in the cycle; and what is left
at most where the clock runs evenly all the time, detours included."""


def period_of(frames: NDArray[Any], name: str = "the recording") -> float:
    """Frames per cycle of frames (n, rows, columns); ReadError where nothing repeats.

    The spectrum proposes; what is taken is the shortest period at which frames of equal phase differ
    least (phase dispersion, Stellingwerf 1978), refined until one cycle's error over the whole is small.
    """
    return _cycle_of(frames, name)[0]


def even_part(
    frames: NDArray[Any], plain: NDArray[np.bool_], name: str = "the recording"
) -> tuple[float, NDArray[np.bool_]]:
    """Frames per cycle, and where among `plain` frames (n,) that keep the usual path the scan's clock runs evenly.

    That is all of them where the whole recording shows the cycle; a detour at another pace leaves the clock behind or
    ahead, and then it is their longest stretch. ReadError where neither shows a cycle.
    """
    longest = _longest(plain)
    try:
        period, spread = _cycle_of(frames, name)
    except ReadError:
        if longest.all():
            raise
        period, spread = 0.0, 1.0
    if spread <= EVEN or longest.all():
        return period, plain
    return period_of(frames[longest], name), longest


def _longest(plain: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The same, where the longest stretch alone is plain."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], plain, [False]]).astype(np.int8))).reshape(-1, 2)
    alone = np.zeros_like(plain)
    if len(edges):
        first, stop = edges[np.argmax(edges[:, 1] - edges[:, 0])]
        alone[first:stop] = True
    return alone


def _cycle_of(frames: NDArray[Any], name: str) -> tuple[float, float]:
    """Frames per cycle, and the share of the frames' variance that is left at equal phase."""
    codes = _codes(frames[:MOST_FRAMES])
    if len(codes) < LEAST_CYCLES * SHORTEST or float(np.abs(codes).max()) < NOTHING:
        raise ReadError(f"{name}: too short or too dark to find the cycle of the scan")
    found = [_refined(codes, period) for period in _proposals(codes)]
    least = min((spread for spread, _ in found), default=1.0)
    if least > CLEAR:
        raise ReadError(f"{name}: shows no cycle that repeats; it has to hold {LEAST_CYCLES} cycles at least")
    most = least + 0.25 * least * (1.0 - least) + 0.01
    good = [(period, spread) for spread, period in found if spread < most]
    # where the camera is in step with the scan, other periods meet the same phases in another order
    rough = [_roughness(codes, period) for period, _ in good]
    return min(each for each, steps in zip(good, rough, strict=True) if steps < 1.2 * min(rough) + 1e-9)


def _codes(frames: NDArray[Any]) -> Floats:
    """The frames' main changes, (n, CODES); roots of counts, so that bright pixels do not rule alone."""
    flat = np.sqrt(np.maximum(frames.reshape(len(frames), -1).astype(np.float32), 0.0))
    flat -= flat.mean(axis=0)
    some = flat[:: max(len(flat) // 1024, 1)]
    _, axes = np.linalg.eigh(some.T @ some)
    return np.asarray(flat @ axes[:, ::-1][:, :CODES], np.float64)


def _proposals(codes: Floats) -> list[float]:
    """Periods whose harmonic, as it is or mirrored by sampling, is the strongest line of the spectrum."""
    size = 1 << int(np.ceil(np.log2(4 * len(codes))))
    window = np.hanning(len(codes))[:, None]
    power = (np.abs(np.fft.rfft(codes * window, size, axis=0)) ** 2).sum(axis=1)
    power[: int(size / LONGEST)] = 0.0
    line = int(np.argmax(power)) / size
    periods = [count / each for count in range(1, HARMONICS + 1) for each in (line, 1.0 - line) if each > 0]
    most = min(LONGEST, len(codes) / LEAST_CYCLES)
    return [period for period in periods if SHORTEST <= period <= most]


def _refined(codes: Floats, period: float) -> tuple[float, float]:
    """The least dispersion near a period, and where it is."""
    step = period**2 / len(codes)
    for width, count in ((1.5, 49), (0.1, 21)):
        tried = np.maximum(period + np.linspace(-width, width, count) * step, 0.8 * SHORTEST)
        spreads = [_dispersion(codes, each) for each in tried]
        period = float(tried[int(np.argmin(spreads))])
    return min(spreads), period


def _by_phase(codes: Floats, period: float) -> tuple[NDArray[np.int64], Floats]:
    """How many frames lie in each part of the cycle, and their sums (parts, CODES)."""
    parts = min(max(len(codes) // PER_BIN, LEAST_BINS), BINS)
    bins = np.minimum((np.arange(len(codes)) / period % 1.0 * parts).astype(np.int64), parts - 1)
    counts = np.bincount(bins, minlength=parts)
    return counts, np.stack([np.bincount(bins, column, parts) for column in codes.T], axis=1)


def _dispersion(codes: Floats, period: float) -> float:
    """Variance of frames of equal phase as a share of the whole."""
    counts, sums = _by_phase(codes, period)
    # a bin with one frame has no spread of its own and would make any long period look good
    free = max(len(codes) - int((counts > 0).sum()), 1)
    within = (codes**2).sum() - ((sums**2).sum(axis=1) / np.maximum(counts, 1)).sum()
    return float(within / free / ((codes - codes.mean(axis=0)) ** 2).sum() * len(codes))


def _roughness(codes: Floats, period: float) -> float:
    """How much frames of neighbouring phases differ, as a share of the whole: a path has no jumps."""
    counts, sums = _by_phase(codes, period)
    met = counts > 0
    means = sums[met] / counts[met, None]
    steps = ((means - np.roll(means, 1, axis=0)) ** 2).sum(axis=1)
    return float(steps.sum() / max(((means - means.mean(axis=0)) ** 2).sum(), 1e-12))
