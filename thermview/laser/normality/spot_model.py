"""A physical model of the plain path for recordings too short to show every phase: a spot that heats as it goes.

A Gaussian spot runs a closed path, its heat decays, the camera gives what grew since the frame before, each
pixel with its own gain. Path and brightness are harmonic series of the phase; everything is fitted by damped
least squares (Levenberg 1944, Marquardt 1963), the gains in closed form in between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

PARTS = 6
"""Steps of the spot within a frame."""
MEMORY = 3
"""Frames after which heat has decayed."""
PATH_HARMONICS = 9
LIGHT_HARMONICS = 4
ROUNDS = 60
SETTLED = 1e-5
"""Gain in a round, as a share of the error, below which fitting ends."""
STIFF = 0.02
"""How strongly high harmonics of the path are held down, per squared order."""
GAIN_PRIOR = 0.15
"""Weight of a gain of 1, as a share of the mean squared light of a pixel."""
SIGMA, DECAY = 1.5, 0.46
"""px and frames to begin with, as published frames have them."""


@dataclass(frozen=True, eq=False)
class SpotModel:
    """`path` (2, 2 * PATH_HARMONICS + 1) as row and column in px, `light` likewise as logarithm of counts.

    `sigma_row` and `sigma_column` in px, `decay` and `period` in frames, `gain` (rows, columns).
    """

    period: float
    path: Doubles
    light: Doubles
    sigma_row: float
    sigma_column: float
    decay: float
    gain: Doubles

    def pictures(self, phase: Doubles) -> Floats:
        """Difference frames (n, rows, columns) at phases (n,) in cycles, in counts."""
        return np.asarray(_ungained(self, phase) * self.gain, np.float32)


def fit_spot(frames: Floats, period: float) -> SpotModel:
    """The model of consecutive frames (n, rows, columns) whose phase is index / period."""
    model = _first_guess(frames, period)
    damping, error = 1e-2, _error(model, frames)
    for _ in range(ROUNDS):
        moved, better = _step(model, frames, damping)
        if better < error:
            done = error - better < SETTLED * error
            model, error, damping = moved, better, max(damping / 3.0, 1e-6)
            if done:
                break
        else:
            damping *= 4.0
            if damping > 1e6:
                break
    return model


def _first_guess(frames: Floats, period: float) -> SpotModel:
    rows, columns = np.arange(frames.shape[1]), np.arange(frames.shape[2])
    total = frames.sum(axis=(1, 2)) + 1e-6
    lit = total > 0.2 * total.mean()
    place = np.stack([frames.sum(axis=2) @ rows / total, frames.sum(axis=1) @ columns / total])
    phase = np.arange(len(frames)) / period
    # a difference frame shows the spot as it was half a frame ago
    basis = _harmonics(phase - 0.5 / period, PATH_HARMONICS)[lit]
    stiff = np.diag(_stiffness(PATH_HARMONICS) * len(basis))
    path = np.linalg.solve(basis.T @ basis + stiff, basis.T @ place[:, lit].T).T
    light = np.zeros(2 * LIGHT_HARMONICS + 1)
    light[0] = np.log(max(float(total.mean()) / (2 * np.pi * SIGMA**2), 1e-3))
    gain = np.ones(frames.shape[1:])
    return _with_gain(SpotModel(period, path, light, SIGMA, SIGMA, DECAY, gain), frames)


def _harmonics(phase: Doubles, orders: int) -> Doubles:
    """1, cosines and sines of the phase: (..., 2 * orders + 1)."""
    angle = 2 * np.pi * phase[..., None] * np.arange(1, orders + 1)
    return np.concatenate([np.ones((*phase.shape, 1)), np.cos(angle), np.sin(angle)], axis=-1)


def _stiffness(orders: int) -> Doubles:
    order = np.arange(1, orders + 1, dtype=np.float64)
    return np.concatenate([[0.0], STIFF * order**2 / orders**2, STIFF * order**2 / orders**2])


def _ungained(model: SpotModel, phase: Doubles) -> Doubles:
    """What a camera with even gain would give."""
    ages = (np.arange((MEMORY + 1) * PARTS) + 0.5) / PARTS  # frames before the end of the frame
    then = phase[:, None] - ages / model.period
    row, column = np.moveaxis(_harmonics(then, PATH_HARMONICS) @ model.path.T, -1, 0)
    heat = np.exp(np.clip(_harmonics(then, LIGHT_HARMONICS) @ model.light, -10, 12)) / PARTS
    down = np.exp(-0.5 * ((np.arange(model.gain.shape[0]) - row[..., None]) / model.sigma_row) ** 2)
    across = np.exp(-0.5 * ((np.arange(model.gain.shape[1]) - column[..., None]) / model.sigma_column) ** 2)
    kept = np.exp(-ages / model.decay)
    grown = kept.copy()
    grown[PARTS:] -= kept[:-PARTS]  # what was there a frame ago had a frame less to decay
    grown_light = np.einsum("fs,fsr,fsc->frc", heat * grown, down, across, optimize=True)
    return np.asarray(np.maximum(grown_light, 0.0))


def _with_gain(model: SpotModel, frames: Floats) -> SpotModel:
    """The same with the gains that explain the frames best, held near 1 where little light was seen."""
    made = _ungained(model, np.arange(len(frames)) / model.period)
    squares = (made * made).sum(axis=0)
    prior = GAIN_PRIOR * squares.mean()
    gain = ((frames * made).sum(axis=0) + prior) / (squares + prior)
    return SpotModel(
        model.period,
        model.path,
        model.light,
        model.sigma_row,
        model.sigma_column,
        model.decay,
        np.clip(gain, 0.1, 4.0),
    )


def _error(model: SpotModel, frames: Floats) -> float:
    left = frames - model.pictures(np.arange(len(frames)) / model.period)
    return float((left * left).sum()) + _penalty(model, frames)


def _penalty(model: SpotModel, frames: Floats) -> float:
    scale = float((frames * frames).sum()) / len(frames)
    return scale * float((_stiffness(PATH_HARMONICS) * model.path**2).sum())


def _step(model: SpotModel, frames: Floats, damping: float) -> tuple[SpotModel, float]:
    """One damped step of all parameters, then the gains; and the error there."""
    phase_of = np.arange(len(frames))
    start = _parameters(model)
    made = model.pictures(phase_of / model.period).ravel()
    slopes = np.empty((len(start), made.size))
    for place in range(len(start)):
        moved = start.copy()
        moved[place] += 1e-4
        changed = _of_parameters(model, moved)
        slopes[place] = (changed.pictures(phase_of / changed.period).ravel() - made) / 1e-4
    square = slopes @ slopes.T
    scale = float((frames * frames).sum()) / len(frames)
    stiff = np.zeros(len(start))
    width = 2 * PATH_HARMONICS + 1
    stiff[: 2 * width] = np.tile(_stiffness(PATH_HARMONICS), 2) * scale
    right = slopes @ (frames.ravel() - made) - stiff * start
    square += np.diag(stiff + damping * np.maximum(np.diag(square), 1e-9))
    moved = start + np.linalg.solve(square, right)
    better = _with_gain(_of_parameters(model, moved), frames)
    return better, _error(better, frames)


def _parameters(model: SpotModel) -> Doubles:
    widths = np.log([model.sigma_row, model.sigma_column, model.decay, model.period])
    return np.concatenate([model.path.ravel(), model.light, widths])


def _of_parameters(model: SpotModel, values: Doubles) -> SpotModel:
    width = 2 * PATH_HARMONICS + 1
    row, column, decay, period = np.exp(values[-4:])
    return SpotModel(
        float(period),
        values[: 2 * width].reshape(2, width),
        values[2 * width : -4],
        float(np.clip(row, 0.5, 6.0)),
        float(np.clip(column, 0.5, 6.0)),
        float(np.clip(decay, 0.1, 3.0)),
        model.gain,
    )
