"""How unusual a score is among normal recordings."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence


def p_value(score: float, normals: Sequence[float]) -> float | None:
    """Conformal p-value of a score against the scores of normal recordings, given in ascending order.

    The share of normals at least as high, counting the recording itself: with n normals never below
    1 / (n + 1). If the recording is normal too, P(p <= a) <= a for every a (Vovk et al., Algorithmic
    Learning in a Random World, 2005). None without normals or without a score.
    """
    if not len(normals) or math.isnan(score):
        return None
    higher = len(normals) - bisect_left(normals, score)
    return (1 + higher) / (len(normals) + 1)
