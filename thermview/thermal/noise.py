"""Noise and drift of a recording, estimated from the frames themselves where the scene stands still.

Temporal noise is read from differences of neighbouring frames, which cancel a scene that stands still: of each pixel
the root mean square over sqrt(2), what all pixels share taken off, and of those the median. In temperatures it is the
noise-equivalent temperature difference (NETD) at the scene's temperature. Spatial noise is read from the mean frame by
a Laplacian that gradients do not reach (J. Immerkaer, Fast Noise Variance Estimation, 1996), robustly, less what
temporal noise leaves in the mean.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ThermviewError
from thermview.jobs import Progress, Steps
from thermview.recording import Frame, Recording, is_colour, time_of

LEAST_FRAMES = 8
LEAST_PIXELS = 16
RUN = 9
"""Frames read one after the other at each place; the first and the last of them tell whether the scene moves."""
MOST_RUNS = 64
GROWTH_LIMIT = 1.6
"""Mean squares over RUN - 1 frames against those of neighbours: equal for noise, larger where something moves."""
ALIKE_LIMIT = 0.4
"""Correlation of neighbouring pixels' changes: near 0 for a camera's noise, near 1 where something moves."""
JUMP = 8.0
"""A pair of frames whose shared step is so many times the usual one is a shutter's work and left out."""
_MAD = 1.4826  # of a normal distribution's standard deviation
_DOUBLES = NDArray[np.float64]


class NoiseError(ThermviewError):
    """A recording of which no noise can be told."""


@dataclass(frozen=True)
class Noise:
    """What frames of a scene that stands still tell, in the quantity's unit.

    `temporal`: the NETD for temperatures. `spatial`: fixed pattern. `drift_per_minute`: of the frame mean, None without
    a clock; `mean_range`: farthest apart that frame means lie. `left_out`: pairs of frames with a jump between them.
    """

    temporal: float
    spatial: float
    drift_per_minute: float | None
    mean_range: float
    unit: str
    frames: int
    pixels: int
    left_out: int

    def sentences(self) -> tuple[str, ...]:
        """What was found, and what it rests on."""
        kelvin = self.unit in ("°C", "K")
        noise_unit, factor = ("mK", 1000.0) if kelvin else (self.unit or "units", 1.0)
        name = "NETD (temporal noise)" if kelvin else "Temporal noise"
        unit = "K" if kelvin else self.unit or "units"
        said = [
            f"{name}: {_number(self.temporal * factor)} {noise_unit}.",
            f"Spatial noise (fixed pattern): {_number(self.spatial * factor)} {noise_unit}; "
            "edges of the scene count in part.",
        ]
        if self.drift_per_minute is not None:
            drift = f"{self.drift_per_minute:+.3g} {unit}/min"
            said.append(f"Drift of the frame mean: {drift}, {_number(self.mean_range)} {unit} in all.")
        said.append(
            f"From {self.frames} frames and {self.pixels} pixels; it is assumed that the scene stood still and "
            "kept its temperature."
        )
        if self.left_out:
            said.append(
                f"{self.left_out} pairs of frames with a jump between them (a shutter?) are left out."
            )
        return tuple(said)


def _number(value: float) -> str:
    return f"{value:.3g}"


def noise_steps(recording: Recording) -> Steps:
    """Estimate noise and drift; the last step's result is a Noise. NoiseError where that cannot be told, ReadError
    where a frame fails."""
    length = len(recording)
    name = recording.path.name
    if is_colour(recording):
        raise NoiseError(f"{name}: colours have no noise in a unit.")
    if length < LEAST_FRAMES:
        raise NoiseError(f"{name}: noise is told from at least {LEAST_FRAMES} frames; this has {length}.")
    run = min(RUN, length)
    starts = np.unique(np.linspace(0, length - run, min(MOST_RUNS, length // run)).round().astype(int))
    sums = _Sums(recording.frame_shape[:2])
    for number, start in enumerate(starts):
        frames = recording.frames(int(start), int(start) + run).astype(np.float64)
        if np.isfinite(frames).sum(axis=(1, 2)).min() < LEAST_PIXELS:
            raise NoiseError(f"{name}: too few pixels have a value to tell noise from them.")
        sums.add(frames, [time_of(recording, int(start) + at) for at in range(run)])
        yield Progress(number + 1, len(starts), unit="places")
    yield Progress(
        len(starts), len(starts), _told(sums, recording, lambda text: NoiseError(f"{name}: {text}")), "places"
    )


class _Sums:
    """What is kept of frames that were read: sums per pixel, so that memory does not grow."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.squares, self.far_squares, self.total = (np.zeros(shape) for _ in range(3))
        self.pairs = self.far_pairs = self.frames = 0
        self.products = self.powers = 0.0
        self.means: list[float] = []
        self.times: list[float | None] = []
        self.steps: list[float] = []
        self._waiting: list[Frame] = []

    def add(self, frames: Frame, times: list[float | None]) -> None:
        means = np.nanmean(frames.reshape(len(frames), -1), axis=1)
        self.means += means.tolist()
        self.times += times
        self.total += frames.sum(axis=0)
        self.frames += len(frames)
        steps = np.abs(np.diff(means))
        usual = float(np.median([*self.steps, *steps])) if len(self.steps) + len(steps) else 0.0
        self.steps += steps.tolist()
        differences = np.diff(frames, axis=0)
        calm = steps <= JUMP * max(usual, float(np.nanmedian(np.abs(differences))) / 3, 1e-12)
        for difference in differences[calm]:
            own = difference - np.nanmedian(difference)
            self.squares += own * own
            self.pairs += 1
            beside = own[:, 1:] * own[:, :-1]
            self.products += float(np.nansum(beside))
            self.powers += float(np.nansum(own[:, 1:] ** 2 + own[:, :-1] ** 2) / 2)
        if calm.all():
            far = frames[-1] - frames[0]
            self.far_squares += (far - np.nanmedian(far)) ** 2
            self.far_pairs += 1

    @property
    def left_out(self) -> int:
        return len(self.steps) - self.pairs


def _told(sums: _Sums, recording: Recording, refuse: Callable[[str], NoiseError]) -> Noise:
    if sums.pairs < LEAST_FRAMES - 1 or not sums.far_pairs:
        raise refuse("frames jump too often to tell noise from change.")
    near, far = sums.squares / (2 * sums.pairs), sums.far_squares / (2 * sums.far_pairs)
    there = np.isfinite(near)
    moving = there & (near > 0)
    if 2 * moving.sum() < there.sum():
        raise refuse("most pixels never change, so there is no noise to be told from them.")
    if sums.products / max(sums.powers, 1e-30) > ALIKE_LIMIT:
        raise refuse("neighbouring pixels change together: the scene moves, or the recording was compressed.")
    if float(np.median(far[moving] / near[moving])) > GROWTH_LIMIT * _spread(sums.far_pairs):
        raise refuse(
            "the scene changes from frame to frame by more than noise; record one that stands still."
        )
    temporal = math.sqrt(float(np.median(near[there])))
    if sums.pairs < 60:  # the median of few squares lies below their mean, as that of chi-squared does
        temporal /= math.sqrt((1 - 2 / (9 * sums.pairs)) ** 3)
    spatial = _spatial(sums.total / sums.frames, temporal / math.sqrt(sums.frames))
    return Noise(
        temporal, spatial, _drift(sums), float(np.ptp(sums.means)), recording.quantity.unit,
        sums.frames, int(there.sum()), sums.left_out,
    )  # fmt: skip


def _spread(pairs: int) -> float:
    """How far the median ratio of mean squares may stray by chance where they are of few pairs."""
    return 1.0 + 1.0 / math.sqrt(pairs)


def _spatial(mean: _DOUBLES, left: float) -> float:
    if min(mean.shape) < 3:
        return 0.0
    across = mean[:, 2:] - 2 * mean[:, 1:-1] + mean[:, :-2]
    fine = (across[2:] - 2 * across[1:-1] + across[:-2]).ravel()
    fine = fine[np.isfinite(fine)]
    if not len(fine):
        return 0.0
    found = _MAD * float(np.median(np.abs(fine))) / 6
    return math.sqrt(max(found * found - left * left, 0.0))


def _drift(sums: _Sums) -> float | None:
    times = [time for time in sums.times if time is not None]
    if len(times) < len(sums.means) or times[-1] <= times[0]:
        return None
    return float(np.polyfit(times, sums.means, 1)[0]) * 60
