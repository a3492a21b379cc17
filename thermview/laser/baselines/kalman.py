"""A Kalman filter that follows the spot: what it did not expect is the score.

The published comparison has a Kalman filter on the centre of the spot; of its making no more is known here
than that. This one is the textbook filter of constant velocity with noisy acceleration, in its steady state
(Kalata 1984), one for both directions. How much the spot swerves against how well it is seen, the only thing
to be learnt, is what makes the normal recordings least surprising.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from thermview.laser.baselines.movement import Track
from thermview.laser.baselines.prediction import WINDOW
from thermview.laser.lanes import window_mean

Floats = NDArray[np.float64]

TRIED = np.geomspace(1e-3, 1e2, 26)
"""Tracking indices: swerving within a frame over the error of seeing."""
SETTLING = 30
"""Frames after which the filter no longer knows where it began."""


@dataclass
class KalmanTrack:
    """The filter of one batch; a frame's value is the windowed mean of its squared innovation."""

    name: str = "Kalman filter"
    _index: float = field(init=False, default=1.0, repr=False)
    _usual: float = field(init=False, default=1.0, repr=False)

    def fit(self, tracks: Sequence[Track]) -> None:
        """Learn from the tracks of normal recordings; very short ones teach nothing."""
        long = [spots for spots, _ in tracks if len(spots) > SETTLING]
        if not long:
            return
        power = np.mean([_surprise(spots, TRIED).mean(axis=0) for spots in long], axis=0)
        best = int(np.argmin(power))
        self._index = float(TRIED[best])
        self._usual = float(power[best]) or 1.0

    def score(self, track: Track) -> tuple[float, NDArray[np.float32]]:
        """The largest value, and the values (n,); the first SETTLING frames have 0."""
        values = np.zeros(len(track[0]))
        if len(values) > SETTLING:
            surprise = _surprise(track[0], np.array([self._index])) / self._usual
            values[SETTLING:] = window_mean(surprise, WINDOW)[:, 0]
        return float(values.max(initial=0.0)), values.astype(np.float32)


def gains(index: Floats) -> tuple[Floats, Floats]:
    """The steady filter's share of an innovation that goes into place, and into velocity per frame."""
    r = (4.0 + index - np.sqrt(8.0 * index + index**2)) / 4.0
    return 1.0 - r**2, 2.0 * (2.0 - (1.0 - r**2)) - 4.0 * r


def _surprise(spots: Floats, index: Floats) -> Floats:
    """Squared innovations (n - SETTLING, indices) of spots (n, 2), in px²."""
    alpha, beta = (gain[:, None] for gain in gains(index))
    place = np.repeat(spots[:1], len(index), axis=0)
    velocity = np.zeros_like(place)
    squares = np.empty((len(spots), len(index)))
    for number, seen in enumerate(spots):
        place = place + velocity
        innovation = seen - place
        squares[number] = (innovation**2).sum(axis=1)
        place = place + alpha * innovation
        velocity = velocity + beta * innovation
    return squares[SETTLING:]
