"""Densities of movements: KDE-AMD, written anew from its published description.

Atienza, Bielza, Larrañaga, Diaz-Rozo, "Efficient Anomaly Detection in a Laser Surface Heat Treatment
Process by Tracking the Laser Spot". The region is cut into cells; for each cell and each part of the
process a Gaussian kernel density says where the spot goes next. The distribution of the log densities of a
recording is compared with the mean one of normal recordings by the Kullback-Leibler divergence.
Two things differ on purpose: rows and columns are kept apart when a cell is looked up, and every part of
the process is scored, obstacles included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Track = tuple[Floats, NDArray[np.int64]]
"""Spots (n, 2) about their mean, and the part of the process of each frame (n,)."""

CELLS = 35
LEAST_MOVES = 200
PUBLISHED_MOVES = 1_570_000
"""Movements of a published batch, for which LEAST_MOVES was chosen: 108 recordings of 14,571 frames."""
FEWEST_MOVES = 10
MOST_KERNELS = 400
"""Kernels per cell; where more movements were seen, evenly spread ones stand for all."""
SMOOTHING = 1e-6
BINS = np.linspace(-8.0, -np.log(SMOOTHING) + 0.5, 201)
"""Of the negative log density: from denser than any cell to no density at all."""
EMPTY = 0.5
"""Counts added to each bin, so that a bin that no recording reached does not make divergences infinite."""


@dataclass(frozen=True)
class _Kernels:
    """Where the spot went from one cell: `ends` (k, 2) whitened by `whiten` (2, 2), and the density's scale."""

    ends: Floats
    whiten: Floats
    scale: float

    @classmethod
    def of(cls, ends: Floats) -> _Kernels:
        factor = len(ends) ** (-1.0 / 6.0)  # Scott's rule in two dimensions
        spread = np.cov(ends.T) * factor**2 + 1e-6 * np.eye(2)
        whiten = np.linalg.inv(np.linalg.cholesky(spread)).T
        kept = ends[:: -(-len(ends) // MOST_KERNELS)]
        scale = float(np.linalg.det(whiten)) / (2.0 * np.pi * len(kept))
        return cls(kept @ whiten, whiten, scale)

    def density(self, places: Floats) -> Floats:
        """Per px² at places (n, 2)."""
        apart = (places @ self.whiten)[:, None] - self.ends[None]
        return np.asarray(np.exp(-0.5 * (apart**2).sum(axis=2)).sum(axis=1) * self.scale)


@dataclass
class MovementDensity:
    """KDE-AMD of one batch. A recording has one score; frames have none."""

    name: str = "KDE-AMD"
    _kernels: dict[int, _Kernels] = field(default_factory=dict, repr=False)
    _edges: tuple[Floats, Floats] = field(init=False, repr=False)
    _usual: Floats = field(init=False, repr=False)

    def fit(self, tracks: Sequence[Track]) -> None:
        """Learn from the tracks of normal recordings."""
        spots = np.concatenate([spots for spots, _ in tracks])
        low, high = spots.min(axis=0) - 0.5, spots.max(axis=0) + 0.5
        self._edges = (np.linspace(low[0], high[0], CELLS + 1), np.linspace(low[1], high[1], CELLS + 1))
        starts = np.concatenate([self._cells(track)[:-1] for track in tracks])
        ends = np.concatenate([spots[1:] for spots, _ in tracks])
        least = max(round(LEAST_MOVES * min(len(starts) / PUBLISHED_MOVES, 1.0)), FEWEST_MOVES)
        order = np.argsort(starts, kind="stable")
        cells, firsts = np.unique(starts[order], return_index=True)
        for cell, moves in zip(cells, np.split(ends[order], firsts[1:]), strict=True):
            if cell >= 0 and len(moves) >= least:
                self._kernels[int(cell)] = _Kernels.of(moves)
        self._usual = np.mean([_distribution(self._surprise(track)) for track in tracks], axis=0)

    def score(self, track: Track) -> tuple[float, None]:
        """The divergence of the usual distribution from the recording's; no values per frame."""
        seen = _distribution(self._surprise(track))
        return float(np.sum(self._usual * np.log(self._usual / seen))), None

    def _cells(self, track: Track) -> NDArray[np.int64]:
        """A number per frame for part, row and column; -1 outside of the learnt region."""
        spots, parts = track
        row = np.digitize(spots[:, 0], self._edges[0]) - 1
        column = np.digitize(spots[:, 1], self._edges[1]) - 1
        inside = (row >= 0) & (row < CELLS) & (column >= 0) & (column < CELLS)
        return np.where(inside, (parts * CELLS + row) * CELLS + column, -1)

    def _surprise(self, track: Track) -> Floats:
        """Negative log density of every movement, (n - 1,)."""
        cells, ends = self._cells(track)[:-1], track[0][1:]
        density = np.zeros(len(ends))
        order = np.argsort(cells, kind="stable")
        found, firsts = np.unique(cells[order], return_index=True)
        for cell, places in zip(found, np.split(order, firsts[1:]), strict=True):
            kernels = self._kernels.get(int(cell))
            if kernels is not None:
                density[places] = kernels.density(ends[places])
        return np.asarray(-np.log(density + SMOOTHING))


def _distribution(surprise: Floats) -> Floats:
    counts = np.histogram(np.clip(surprise, BINS[0], BINS[-1]), BINS)[0] + EMPTY
    return np.asarray(counts / counts.sum())
