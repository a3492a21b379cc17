"""Where the spot should be next, by least squares from where it was: a simple method to beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from thermview.laser.baselines.movement import Track
from thermview.laser.lanes import window_mean

Floats = NDArray[np.float64]

PAST = 30
"""Frames looked back: three cycles."""
WINDOW = 29
"""Frames a residual is averaged over: three cycles."""
RIDGE = 1e-3


@dataclass
class NextPosition:
    """A linear predictor of one batch; a frame's value is the windowed mean of its squared residual."""

    name: str = "linear next position"
    _weights: NDArray[np.floating] = field(init=False, repr=False)
    _usual: float = field(init=False, default=1.0, repr=False)

    def fit(self, tracks: Sequence[Track]) -> None:
        """Learn from the tracks of normal recordings; recordings of up to PAST frames teach nothing."""
        size = 2 * PAST + 1
        square, product = RIDGE * np.eye(size), np.zeros((size, 2))
        for spots, _ in tracks:
            past = _past(spots)
            square += past.T @ past
            product += past.T @ spots[PAST:]
        self._weights = np.linalg.solve(square, product)
        residuals = [self._residual(spots) for spots, _ in tracks]
        self._usual = float(np.mean(np.concatenate(residuals))) or 1.0

    def score(self, track: Track) -> tuple[float, NDArray[np.float32]]:
        """The largest value, and the values (n,); the first PAST frames have 0."""
        values = np.zeros(len(track[0]))
        if len(values) > PAST:
            residual = self._residual(track[0])[:, None] / self._usual
            values[PAST:] = window_mean(residual, WINDOW)[:, 0]
        return float(values.max(initial=0.0)), values.astype(np.float32)

    def _residual(self, spots: Floats) -> Floats:
        return np.asarray(((spots[PAST:] - _past(spots) @ self._weights) ** 2).sum(axis=1))


def _past(spots: Floats) -> Floats:
    """(n - PAST, 2 * PAST + 1): the spots before each, and 1."""
    count = max(len(spots) - PAST, 0)
    columns = [spots[back : back + count] for back in range(PAST)]
    return np.concatenate([*columns, np.ones((count, 1))], axis=1)
