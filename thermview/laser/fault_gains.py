"""The camera's uneven pixels, estimated so that light that is moved does not take them along."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ReadError
from thermview.laser.normality.period import period_of
from thermview.laser.normality.spot_model import fit_spot

Floats = NDArray[np.float32]

LOOKED_AT = 54
"""Frames of the plain path that a spot model is fitted to: as many as were published, and fitted well."""
BELIEVED = 0.8
"""Share of these frames' variance that the model must explain; else nothing is said of the gains."""
LEAST, MOST = 0.2, 4.0


def camera_gain(frames: NDArray[Any], obstacles: tuple[tuple[int, int], ...] = ()) -> Floats | None:
    """Gain of each pixel (rows, columns) of difference frames (n, rows, columns), 1 being usual.

    None where the frames before the first of the `obstacles` do not show a spot that runs a path. Takes
    some seconds.
    """
    free = min((first for first, _ in obstacles), default=len(frames))
    some = np.maximum(frames[: min(free, LOOKED_AT)].astype(np.float32), 0.0)
    if len(some) < LOOKED_AT:
        return None
    try:
        model = fit_spot(some, period_of(frames))
    except (ReadError, np.linalg.LinAlgError):
        return None
    left = some - model.pictures(np.arange(len(some)) / model.period)
    explained = 1.0 - float((left**2).sum()) / max(float(((some - some.mean(axis=0)) ** 2).sum()), 1e-9)
    return np.clip(model.gain, LEAST, MOST).astype(np.float32) if explained > BELIEVED else None
