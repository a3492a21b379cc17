"""How many frames a cycle of the scan takes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

USUAL_CYCLE = 10
"""Frames, where a model does not tell: a scan of 100 Hz at 1000 frames/s (data set doi 10.21227/7zbf-se57, its README);
its frames show 9.86 to 9.87."""


def cycle_of(measures: Mapping[str, NDArray[np.float32]]) -> int:
    """Frames per cycle, at least 1, as the `period` was measured in the middle; USUAL_CYCLE where it was not."""
    period = measures.get("period", _NONE)
    known = period[np.isfinite(period)]
    return max(round(float(np.median(known))), 1) if len(known) else USUAL_CYCLE


_NONE = np.zeros(0, np.float32)
