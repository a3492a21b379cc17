"""From a moving laser spot to the camera's difference frames: heat, decay, noise, rounding, difference.

The model is the one fitted to real frames: a Gaussian spot on its path, summed over parts of a frame,
feeds a leaky integrator (thermal decay); a fixed gain per pixel; read noise; rounding to 10-bit counts;
the difference of consecutive frames with its negative part cut off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

PARTS = 8  # parts of a frame that are summed: at 13 px/frame the spot then moves about one sigma per part
MEMORY = 8  # frames after which heat has decayed below any count: exp(-8 / 0.46) = 3e-8
FULL_SCALE = 1023
_CHUNK = 1024

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Camera:
    """What turns heat into counts. `gain`, `dark` and `read_noise` (both counts) are (rows, columns).

    `floor` is the heat in counts below which the camera sees nothing: with one of 1 to 2 counts the real
    frames' many zeros at the rim of the spot are met, without it the tails of the Gaussian show.
    `flicker` is the unsteadiness in counts that all pixels of a frame share; some frames have much of it.
    """

    gain: NDArray[np.float32]
    dark: NDArray[np.float32]
    read_noise: NDArray[np.float32]
    sigma_x: float
    sigma_y: float
    decay_frames: float
    floor: float
    flicker: float

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        rows, columns = self.gain.shape
        return rows, columns


@dataclass(frozen=True)
class Spark:
    """A hot droplet seen from frame `first` on: its place (px) and heat (counts) in each frame."""

    first: int
    x: Floats
    y: Floats
    heat: Floats
    sigma: float


@dataclass
class Beam:
    """What the laser does in every frame, faults included; frame 0 is MEMORY + 1 frames before the video.

    `x`, `y` (px) and `power` (counts per frame at the spot's centre) are (frames, PARTS); `width` scales
    both sigmas and `held` says how many frames back the camera repeats; both are (frames,).
    """

    x: Floats
    y: Floats
    power: Floats
    width: Floats
    held: NDArray[np.int64]
    sparks: list[Spark] = field(default_factory=list)
    dead: list[tuple[int, int, int, int]] = field(default_factory=list)  # row, column, first, last frame

    def __len__(self) -> int:
        return len(self.width)


def difference_frames(beam: Beam, camera: Camera, rng: np.random.Generator) -> Iterator[NDArray[np.uint16]]:
    """The video in pieces of up to 1,024 frames, (n, rows, columns); the beam leads by MEMORY + 1 frames."""
    first = MEMORY
    before: NDArray[np.float32] | None = None
    while first < len(beam):
        stop = min(first + _CHUNK, len(beam))
        counts = _counts(beam, camera, rng, first, stop, before)
        reference = counts[:-1] if before is None else np.concatenate([before[-1:], counts[:-1]])
        moving = counts[1:] if before is None else counts
        yield np.maximum(moving - reference, 0).astype(np.uint16)
        before = counts[-MEMORY:]
        first = stop


def _counts(
    beam: Beam,
    camera: Camera,
    rng: np.random.Generator,
    first: int,
    stop: int,
    before: NDArray[np.float32] | None,
) -> NDArray[np.float32]:
    """Raw 10-bit counts of frames first .. stop - 1; `before` are the frames just ahead of them."""
    counts = _heat(beam, camera, first, stop)
    counts *= camera.gain
    counts -= np.float32(camera.floor)
    np.maximum(counts, 0, out=counts)
    noise = rng.standard_normal(counts.shape, dtype=np.float32)
    noise *= camera.read_noise
    noise += rng.laplace(0.0, camera.flicker, stop - first).astype(np.float32)[:, None, None]
    counts += noise
    counts += camera.dark
    np.rint(counts, out=counts)
    np.clip(counts, 0, FULL_SCALE, out=counts)
    for row, column, since, last in beam.dead:
        counts[max(since - first, 0) : max(last + 1 - first, 0), row, column] = 0
    for index in np.flatnonzero(beam.held[first:stop]):
        source = index - beam.held[first + index]
        if source >= 0:
            counts[index] = counts[source]
        elif before is not None:
            counts[index] = before[source]
    return counts


def _heat(beam: Beam, camera: Camera, first: int, stop: int) -> NDArray[np.float32]:
    """Heat in frames first .. stop - 1: what the frames brought, decayed over the MEMORY frames before."""
    brought = _brought(beam, camera, first - MEMORY, stop)
    kept = float(np.exp(-1.0 / camera.decay_frames))
    for lag in (1, 2, 4):  # (1 + kz)(1 + k²z²)(1 + k⁴z⁴): the first eight terms of the decay
        # newest first, so that no sum is used before its turn: the right side is a fresh array
        brought[lag:] += np.float32(kept**lag) * brought[:-lag]
    return brought[MEMORY:]


def _brought(beam: Beam, camera: Camera, first: int, stop: int) -> NDArray[np.float32]:
    """Heat that arrived during each frame and is left at its end."""
    rows, columns = camera.shape
    span = slice(first, stop)
    ages = (PARTS - 0.5 - np.arange(PARTS)) / PARTS  # frames from each part to the frame's end
    width = beam.width[span, None]
    weight = beam.power[span] * np.exp(-ages / camera.decay_frames) / PARTS / width**2
    across = _profile(beam.x[span], camera.sigma_x * width, columns)
    down = _profile(beam.y[span], camera.sigma_y * width, rows)
    down *= weight.astype(np.float32)[:, :, None]
    heat: NDArray[np.float32] = np.matmul(down.transpose(0, 2, 1), across)
    for spark in beam.sparks:
        _add_spark(heat, spark, first)
    return heat


def _profile(centre: Floats, sigma: Floats, pixels: int) -> NDArray[np.float32]:
    """exp(-d²/2σ²) of every pixel: (frames, PARTS, pixels)."""
    scale = np.sqrt(0.5) / sigma
    place = (centre * scale).astype(np.float32)[:, :, None]
    grid = np.arange(pixels, dtype=np.float32) * scale.astype(np.float32)[:, :, None]
    exponent: NDArray[np.float32] = grid - place
    np.multiply(exponent, exponent, out=exponent)
    np.negative(exponent, out=exponent)
    np.exp(exponent, out=exponent)
    return exponent


def _add_spark(heat: NDArray[np.float32], spark: Spark, first: int) -> None:
    rows, columns = heat.shape[1:]
    sigma = np.full((1, 1), spark.sigma)
    for step, (x, y, amount) in enumerate(zip(spark.x, spark.y, spark.heat, strict=True)):
        index = spark.first + step - first
        if 0 <= index < len(heat):
            across = _profile(np.full((1, 1), x), sigma, columns)[0, 0]
            down = _profile(np.full((1, 1), y), sigma, rows)[0, 0]
            heat[index] += np.float32(amount) * np.outer(down, across)
