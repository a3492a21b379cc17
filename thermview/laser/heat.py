"""Recorded difference frames taken apart into the light that each frame brought, and put together again.

A difference frame keeps only what grew since the frame before, so a weaker or shifted laser is no simple
change of it: at both edges of a fault the frame before was another one. Here the counts behind the
differences are estimated such that, with nothing changed, exactly the recorded differences come out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.laser.frames import FULL

Floats = NDArray[np.float32]

DECAY_FRAMES = 0.46
"""Frames in which heat falls to 1/e, as measured from 54 published frames."""
KEPT = np.float32(np.exp(-1.0 / DECAY_FRAMES))
"""Share of a frame's heat that is left one frame later."""


def brought_light(differences: NDArray[Any]) -> Floats:
    """What each frame brought, in counts and never negative, of differences (n, rows, columns).

    Where a pixel grew its counts are known from the frame before; where it did not, it is taken to cool
    down as fast as heat does, the least it can have.
    """
    light = np.maximum(differences.astype(np.float32), 0.0)
    before = np.zeros(light.shape[1:], np.float32)
    for frame in light:
        counts = np.where(frame > 0, before + frame, KEPT * before)
        frame[...] = counts - KEPT * before
        before = counts
    return light


def counts_of(light: Floats) -> Floats:
    """Counts (n, rows, columns) that brought light adds up to."""
    counts = light.copy()
    for index in range(1, len(counts)):
        counts[index] += KEPT * counts[index - 1]
    return counts


def differences_of(counts: Floats, dtype: np.dtype[Any]) -> NDArray[Any]:
    """What grew from frame to frame, as a camera with this dtype gives it; nothing lies before the first."""
    grown = counts.copy()
    grown[1:] -= counts[:-1]
    np.maximum(grown, 0.0, out=grown)
    if np.issubdtype(dtype, np.integer):
        np.rint(grown, out=grown)
        np.minimum(grown, min(FULL, np.iinfo(dtype).max), out=grown)
    return grown.astype(dtype)
