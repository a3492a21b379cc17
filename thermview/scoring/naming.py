"""Which cause an event is told with, where several lanes rise."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]


def named_cause(lanes: Mapping[str, Values], measures: Mapping[str, Values]) -> tuple[str, float]:
    """The cause of an event and how high its lane rises, of the event's lanes and measures.

    The highest lane names it. ("", NaN) where there is no lane or no number in any.
    """
    peaks = {name: float(np.nanmax(lane)) for name, lane in lanes.items() if not np.isnan(lane).all()}
    if not peaks:
        return "", float("nan")
    cause = max(peaks, key=lambda name: peaks[name])
    return cause, peaks[cause]
