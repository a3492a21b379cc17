"""Frames of a recording that show the same place of the scan as others: what faults of timing are made of.

The sampling phase slides, so that within some hundred frames every phase of the cycle was seen at one time.
Taking whole frames keeps spots whole; mixing neighbours would show two half spots.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WANDER = 2e-4
"""Cycles by which the phase wanders from frame to frame: a frame far away is worth a little less."""


def alike_frames(
    wanted: NDArray[np.float64], parts: NDArray[np.int64], period: float, part: int | None = None
) -> NDArray[np.int64]:
    """For each wanted moment (in frames, fractions allowed) another frame at that place of the cycle.

    `parts` (n,) say which frames belong together; a frame is taken from the same part as the wanted moment,
    or from `part`. A frame of the same cycle is taken only where no other is there.
    """
    frames = np.arange(len(parts))
    apart = frames - wanted[:, None]
    phase = (apart / period + 0.5) % 1.0 - 0.5
    cost = phase**2 + WANDER**2 * np.abs(apart)
    cost[np.abs(apart) < period / 2] += 1.0
    own = parts[np.clip(np.rint(wanted).astype(np.int64), 0, len(parts) - 1)]
    of_part = own if part is None else np.full_like(own, part)
    cost[parts != of_part[:, None]] += 2.0
    return np.asarray(cost.argmin(axis=1), np.int64)
