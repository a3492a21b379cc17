"""Published methods and simple ones, for comparison only: they follow the centre of the light, no more."""

from __future__ import annotations

from thermview.laser.baselines.kalman import KalmanTrack
from thermview.laser.baselines.movement import MovementDensity
from thermview.laser.baselines.prediction import NextPosition

__all__ = ["KalmanTrack", "MovementDensity", "NextPosition"]
