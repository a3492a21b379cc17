"""The domain lens: a linear projection learnt on a set's own classes.

Principal components, then linear discriminants with the scatter within classes shrunk towards a sphere (Friedman,
"Regularized discriminant analysis", JASA 84, 1989), padded with whitened components of less weight, so
that what no class tells apart is still seen. Capture sessions count alike, however many frames they have.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.density import choose_reference, session_density
from thermview.diagnosis.nearest import unit_rows
from thermview.diagnosis.planes import Axes, class_sums, session_weights
from thermview.jobs import last_result

DIMENSIONS = 120
SHRINKAGES = (0.03, 0.1, 0.3, 0.6, 0.9)
PADDINGS = (0.1, 0.3, 1.0)
_TRIAL_LIMIT = 2000


@dataclass(frozen=True)
class Settings:
    """`shrinkage` (0 to 1) of the scatter within classes; `padding`: energy of the padding over that of
    the discriminants."""

    shrinkage: float
    padding: float


@dataclass(frozen=True, eq=False)
class Sample:
    """Some pictures in principal components: `rows` (n, p), `sessions`, `classes` (n,)."""

    rows: NDArray[np.float32]
    sessions: NDArray[np.intp]
    classes: NDArray[np.intp]

    def subset(self, chosen: NDArray[Any]) -> Sample:
        """Some of them."""
        return Sample(self.rows[chosen], self.sessions[chosen], self.classes[chosen])

    def relabelled(self, classes: NDArray[np.intp]) -> Sample:
        """The same pictures under other classes."""
        return Sample(self.rows, self.sessions, classes)


def halves(sessions: NDArray[np.intp], classes: NDArray[np.intp], seed: int) -> NDArray[np.intp]:
    """(n,): 0 or 1 by session, each class's sessions shared out evenly between the two at random."""
    if not len(sessions):
        return np.zeros(0, np.intp)
    names, first, codes = np.unique(sessions, return_index=True, return_inverse=True)
    shuffled = np.random.default_rng(seed).permutation(len(names))
    ordered = shuffled[np.argsort(classes[first][shuffled], kind="stable")]
    sides = np.zeros(len(names), np.intp)
    sides[ordered] = np.arange(len(names)) % 2
    return sides[codes]


def learn(sample: Sample, variances: NDArray[np.float64], settings: Settings) -> NDArray[np.float64]:
    """(p, at most 120): what to multiply centred components of these `variances` (p,) by."""
    classes = np.unique(sample.classes, return_inverse=True)[1]
    weights = session_weights(sample.sessions, classes)
    within, between = _scatters(sample.rows, classes, weights)
    count = len(variances)
    sphere = np.eye(count) * max(np.trace(within) / count, 1e-12)
    shrunk = (1 - settings.shrinkage) * within + settings.shrinkage * sphere
    root = np.linalg.inv(np.linalg.cholesky(shrunk))
    values, directions = np.linalg.eigh(root @ between @ root.T)
    kept = min(int(classes.max(initial=0)), count)
    discriminants = root.T @ directions[:, np.argsort(values)[::-1][:kept]]
    padded = min(count, DIMENSIONS - kept)
    share = np.sqrt(settings.padding * max(kept, 1) / max(padded, 1))
    padding = np.diag(share / np.sqrt(variances))[:, :padded]
    return np.hstack([discriminants, padding])


def _scatters(
    rows: NDArray[np.float32], classes: NDArray[np.intp], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    total = float(weights.sum())
    mean = weights @ rows / total
    sums = class_sums(rows * weights[:, None].astype(np.float32), classes, int(classes.max()) + 1)
    shares = np.bincount(classes, weights=weights)
    means = sums / shares[:, None] - mean
    between = (means * (shares / total)[:, None]).T @ means
    centred = rows - mean.astype(np.float32)
    scatter = (centred * weights[:, None].astype(np.float32)).T @ centred / total
    within = scatter.astype(np.float64) - between
    return (within + within.T) / 2, between


def choose_settings(sample: Sample, variances: NDArray[np.float64], seed: int) -> Settings:
    """The settings under which most neighbours of held-out sessions are of the same class.

    Each half of the sessions is judged through the lens that the other half teaches.
    """
    sides = halves(sample.sessions, sample.classes, seed + 1)
    best, most = Settings(0.3, 0.3), -1.0
    trials = [(sample.subset(sides == 1 - side), sample.subset(sides == side)) for side in (0, 1)]
    trials = [(taught, judged) for taught, judged in trials if _teaches(taught) and _teaches(judged)]
    judged_rows = [_thinned(judged, seed) for _, judged in trials]
    for shrinkage, padding in product(SHRINKAGES, PADDINGS):
        settings = Settings(shrinkage, padding)
        shares = [
            agreement(judged, judged.rows @ learn(taught, variances, settings))
            for (taught, _), judged in zip(trials, judged_rows, strict=True)
        ]
        share = float(np.mean(shares)) if shares else float("nan")
        if share > most + 1e-3:  # less is chance: the first of equals is the least shrunk
            best, most = settings, share
    return best


def _teaches(sample: Sample) -> bool:
    return len(np.unique(sample.classes)) > 1 and len(np.unique(sample.sessions)) > 2


def _thinned(sample: Sample, seed: int) -> Sample:
    return sample.subset(choose_reference(sample.sessions, sample.classes, limit=_TRIAL_LIMIT, seed=seed))


def agreement(sample: Sample, projected: NDArray[Any]) -> float:
    """Share of the nearest neighbours of other sessions that are of the picture's class; classes count alike."""
    density = last_result(session_density(projected, sample.sessions, sample.classes, _names(sample)))
    near = density.neighbours
    there = near >= 0
    same = there & (sample.classes[near] == sample.classes[:, None])
    shares = same.sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    known = np.isfinite(density.values)
    means = [shares[known & (sample.classes == code)].mean() for code in np.unique(sample.classes[known])]
    return float(np.mean(means)) if means else float("nan")


def _names(sample: Sample) -> list[str]:
    return [""] * (int(sample.classes.max(initial=0)) + 1)


@dataclass(frozen=True, eq=False)
class Projection:
    """Rows of length 1 to the domain lens: (row - `mean`) @ `matrix` (d, k), scaled to length 1 again."""

    mean: NDArray[np.float64]
    matrix: NDArray[np.float32]
    settings: Settings

    @staticmethod
    def of(axes: Axes, learnt: NDArray[np.float64], settings: Settings) -> Projection:
        """Through principal axes and then a learnt matrix."""
        return Projection(axes.mean, (axes.directions @ learnt).astype(np.float32), settings)

    def __call__(self, vectors: NDArray[Any]) -> NDArray[np.float16]:
        """(n, k) of (n, d); rows without length are NaN."""
        shift = (self.mean @ self.matrix).astype(np.float32)
        return unit_rows(unit_rows(vectors) @ self.matrix - shift).astype(np.float16)
