"""Whether a spot that loses light is wider or only weaker, of what was measured within an event."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from thermview.scoring.cycle import cycle_of

Values = NDArray[np.float32]

LOSS, DARK = 0.05, 1.2
"""Light lost, as logarithms, between which it can be said whether the spot is wider or only weaker."""
WIDER = 0.2
"""Sharpness lost for the light lost, both as logarithms, from which the spot is wider; in simulated batches a wider
one loses 0.33 to 0.5 and a weaker one -0.35 to 0.02."""


def wider(measures: Mapping[str, Values]) -> bool | None:
    """Whether a spot that loses light is wider, and not only weaker; None where too little is lost or left to say."""
    loss, blur = loss_and_blur(measures)
    return blur >= WIDER * loss if LOSS <= loss <= DARK else None


def loss_and_blur(measures: Mapping[str, Values]) -> tuple[float, float]:
    """Light and sharpness lost, logarithms, where at least half as much light is lost as in the darkest cycle.

    An event may go on long after its fault, while what is usual is found anew: those frames say nothing of it.
    """
    power, sharpness = measures.get("power", _NONE), measures.get("sharpness", _NONE)
    known = np.isfinite(power) & np.isfinite(sharpness) if len(power) == len(sharpness) else _NONE > 0.0
    if not known.any():
        return 0.0, 0.0
    lost, blurred = -power[known].astype(np.float64), -sharpness[known].astype(np.float64)
    cycle = np.ones(min(cycle_of(measures), len(lost)))
    darkest = float(np.convolve(lost, cycle / len(cycle), "valid").max())
    if darkest < LOSS:
        return 0.0, 0.0
    chosen = lost >= max(0.5 * darkest, LOSS)
    return float(np.median(lost[chosen])), float(np.median(blurred[chosen]))


_NONE = np.zeros(1, np.float32)
