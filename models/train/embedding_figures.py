"""How good an embedding is on simulated pictures of sessions it never saw: the figures in its card."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from thermal_pool import Pool

from thermview.diagnosis.density import NEIGHBOURS, session_density
from thermview.diagnosis.nearest import NearestSearch
from thermview.jobs import last_result

Vectors = NDArray[np.float32]


def figures(vectors: Vectors, pool: Pool) -> dict[str, float]:
    """All figures of one embedding (n, d) of a pool.

    `auroc_density`: chance that a normal picture is denser than an anomalous one of its object, mean over
    objects, by the density that diagnosis shows. `auroc_novelty`: the same where only normal pictures are
    neighbours. `class_accuracy` and `object_accuracy`: majority of the ten nearest pictures of other
    sessions.
    """
    names = [f"{name}-{state}" for name in pool.names for state in ("Normal", "Anomaly")]
    density = last_result(session_density(vectors, pool.sessions, pool.labels, names)).values
    votes = _neighbour_votes(vectors, pool)
    return {
        "auroc_density": _auroc_per_family(density, pool),
        "auroc_novelty": _auroc_per_family(-_distance_to_normals(vectors, pool), pool),
        "class_accuracy": _balanced(votes == pool.labels, pool.labels),
        "object_accuracy": _balanced(votes // 2 == pool.families, pool.families),
    }


def _neighbour_votes(vectors: Vectors, pool: Pool) -> NDArray[np.intp]:
    search = NearestSearch(vectors, pool.sessions, NEIGHBOURS)
    columns = np.concatenate([block.columns for block in search.blocks(vectors, pool.sessions)])
    votes = np.zeros((len(columns), int(pool.labels.max()) + 1), dtype=np.intp)
    np.add.at(votes, (np.arange(len(columns))[:, None], pool.labels[columns]), 1)
    return np.asarray(votes.argmax(axis=1), dtype=np.intp)


def _distance_to_normals(vectors: Vectors, pool: Pool) -> NDArray[np.float32]:
    normal = pool.states == 0
    search = NearestSearch(vectors[normal], pool.sessions[normal], NEIGHBOURS)
    return np.concatenate([block.distances.mean(axis=1) for block in search.blocks(vectors, pool.sessions)])


def _auroc_per_family(values: NDArray[np.float32], pool: Pool) -> float:
    found = []
    for family in range(len(pool.names)):
        here = pool.families == family
        normal, anomalous = values[here & (pool.states == 0)], values[here & (pool.states == 1)]
        above = (normal[:, None] > anomalous[None]) + 0.5 * (normal[:, None] == anomalous[None])
        found.append(float(above.mean()))
    return round(float(np.mean(found)), 3)


def _balanced(right: NDArray[np.bool_], codes: NDArray[np.intp]) -> float:
    return round(float(np.mean([right[codes == code].mean() for code in np.unique(codes)])), 3)


def pixel_components(pictures: NDArray[np.uint8], train: NDArray[np.uint8], components: int = 120) -> Vectors:
    """Principal components of 24 x 24 pixel averages, learnt on `train`: what any embedding must beat."""
    small_train, small = _small(train), _small(pictures)
    middle = small_train.mean(axis=0)
    _, _, directions = np.linalg.svd(small_train - middle, full_matrices=False)
    return np.asarray((small - middle) @ directions[:components].T, dtype=np.float32)


def _small(pictures: NDArray[np.uint8], side: int = 24) -> Vectors:
    count, rows, columns, channels = pictures.shape
    step_r, step_c = rows // side, columns // side
    cut = pictures[:, : side * step_r, : side * step_c].astype(np.float32)
    averages = cut.reshape(count, side, step_r, side, step_c, channels).mean(axis=(2, 4))
    return np.asarray(averages.reshape(count, -1) / 255, dtype=np.float32)


def table(rows: Mapping[str, Mapping[str, float]]) -> str:
    """The figures as text, one embedding a line."""
    keys = list(next(iter(rows.values())))
    lines = ["  ".join([" " * 28, *(f"{key:>16}" for key in keys)])]
    lines += ["  ".join([f"{name:<28}", *(f"{row[key]:>16}" for key in keys)]) for name, row in rows.items()]
    return "\n".join(lines)
