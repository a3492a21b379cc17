"""Recordings that are raised but not alarmed, and come closer together than chance would have them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_MEMBERS = 3
LONGEST_GAP = 3
"""Recordings from one raised one to the next within a cluster, at most."""
USUAL_SHARE = 0.02275
"""Share of a normal distribution beyond 2 sigma on one side: so many are raised by chance at least."""
LARGEST_CHANCE = 0.05
LARGEST_PART = 0.25


@dataclass(frozen=True)
class Cluster:
    """Indices of the raised recordings of a cluster, ascending.

    `chance` bounds the probability that so many of so many neighbours are raised somewhere in the row when each is
    raised independently: the binomial tail times the number of places where such a stretch could begin.
    """

    members: tuple[int, ...]
    chance: float

    @property
    def first(self) -> int:
        """Index of the first member."""
        return self.members[0]

    @property
    def last(self) -> int:
        """Index of the last member."""
        return self.members[-1]


def clusters_of(raised: NDArray[np.bool_]) -> tuple[Cluster, ...]:
    """Clusters in a row of flags (n,), in order.

    How often a recording is raised by chance is taken from the rest of the row, or as `USUAL_SHARE` where that is
    more. What takes up more than `LARGEST_PART` of the row are no events within it.
    """
    indices = np.flatnonzero(raised).tolist()
    found = []
    for members in _groups(indices):
        span = members[-1] - members[0] + 1
        if len(members) < LEAST_MEMBERS or span > LARGEST_PART * raised.size:
            continue
        share = max(USUAL_SHARE, (len(indices) - len(members) + 1) / (raised.size - span + 2))
        places = raised.size - span + 1
        chance = min(places * binomial_tail(len(members), span, share), 1.0)
        if chance <= LARGEST_CHANCE:
            found.append(Cluster(tuple(members), chance))
    return tuple(found)


def _groups(indices: Sequence[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    for index in indices:
        if groups and index - groups[-1][-1] <= LONGEST_GAP:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups


def binomial_tail(successes: int, trials: int, share: float) -> float:
    """Probability of at least so many successes in so many independent trials."""
    if successes <= 0:
        return 1.0
    if not 0 < share < 1:
        return float(share >= 1 and successes <= trials)
    total = 0.0
    for count in range(successes, trials + 1):
        ways = math.lgamma(trials + 1) - math.lgamma(count + 1) - math.lgamma(trials - count + 1)
        total += math.exp(ways + count * math.log(share) + (trials - count) * math.log1p(-share))
    return min(total, 1.0)
