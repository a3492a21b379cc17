"""Principal axes of embeddings, by blocks: what a million pictures share is summed up, never held at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.nearest import Vectors, unit_rows
from thermview.jobs import Progress, Steps

_BLOCK_NUMBERS = 8_000_000  # numbers of a block: 32 MB


@dataclass(frozen=True, eq=False)
class Moments:
    """Weighted sums over rows of d numbers, which add up over parts of a set.

    `weights`, `sums` (classes,), (classes, d): by class. `products` (d, d): of each row with itself.
    """

    weights: NDArray[np.float64]
    sums: NDArray[np.float64]
    products: NDArray[np.float64]

    def __add__(self, other: Moments) -> Moments:
        return Moments(self.weights + other.weights, self.sums + other.sums, self.products + other.products)

    @property
    def mean(self) -> NDArray[np.float64]:
        """(d,)."""
        return np.asarray(self.sums.sum(axis=0) / max(float(self.weights.sum()), 1e-300))

    @property
    def covariance(self) -> NDArray[np.float64]:
        """(d, d)."""
        mean = self.mean
        scatter = self.products / max(float(self.weights.sum()), 1e-300) - np.outer(mean, mean)
        return np.asarray((scatter + scatter.T) / 2)

    @property
    def class_means(self) -> NDArray[np.float64]:
        """(classes with rows, d)."""
        there = self.weights > 0
        return np.asarray(self.sums[there] / self.weights[there, None])


@dataclass(frozen=True, eq=False)
class Axes:
    """Principal axes: `directions` (d, k), the widest first, `variances` (k,), `total` variance of all."""

    mean: NDArray[np.float64]
    directions: NDArray[np.float64]
    variances: NDArray[np.float64]
    total: float


def session_weights(sessions: NDArray[np.intp], classes: NDArray[np.intp]) -> NDArray[np.float64]:
    """(n,): the pictures of a session and class share a weight of 1, so that frame rate does not count."""
    if not len(sessions):
        return np.zeros(0)
    pairs = sessions * (int(classes.max()) + 1) + classes
    _, inverse, counts = np.unique(pairs, return_inverse=True, return_counts=True)
    return np.asarray(1 / counts[inverse])


def sum_moments(
    vectors: Vectors,
    weights: NDArray[np.float64],
    classes: NDArray[np.intp],
    class_count: int,
    parts: NDArray[np.intp],
    part_count: int,
) -> Steps:
    """Moments of each part of the rows, scaled to length 1; the last result is a list of them.

    `weights`, `classes`, `parts` (n,); rows without length count nothing.
    """
    dimensions = vectors[:1].shape[1] if len(vectors) else 0
    height = max(_BLOCK_NUMBERS // max(dimensions, 1), 256)
    found = [
        Moments(np.zeros(class_count), np.zeros((class_count, dimensions)), np.zeros((dimensions,) * 2))
        for _ in range(part_count)
    ]
    for first in range(0, len(vectors), height):
        stop = min(first + height, len(vectors))
        rows = unit_rows(vectors[first:stop])
        usable = ~np.isnan(rows[:, 0]) if dimensions else np.zeros(len(rows), bool)
        for part in range(part_count):
            here = np.flatnonzero(usable & (parts[first:stop] == part))
            if len(here):
                at = first + here
                found[part] = found[part] + _block(rows[here], weights[at], classes[at], class_count)
        yield Progress(stop, len(vectors), unit="pictures")
    yield Progress(len(vectors), len(vectors), found, "pictures")


def _block(
    rows: NDArray[np.float32], weights: NDArray[np.float64], classes: NDArray[np.intp], class_count: int
) -> Moments:
    roots = np.sqrt(weights).astype(np.float32)[:, None]
    halfway = rows * roots  # the product of an array with itself costs half as much as one of two
    return Moments(
        np.bincount(classes, weights=weights, minlength=class_count).astype(np.float64),
        class_sums(halfway * roots, classes, class_count),
        (halfway.T @ halfway).astype(np.float64),
    )


def class_sums(rows: NDArray[Any], classes: NDArray[np.intp], class_count: int) -> NDArray[np.float64]:
    """(classes, d): the sum of each class's rows (n, d)."""
    sums = np.zeros((class_count, rows.shape[1]))
    order = np.argsort(classes, kind="stable")
    present, starts = np.unique(classes[order], return_index=True)
    if len(present):
        sums[present] = np.add.reduceat(rows[order], starts, axis=0, dtype=np.float64)
    return sums


def principal_axes(moments: Moments, limit: int) -> Axes:
    """At most `limit` axes that hold variance."""
    values, directions = np.linalg.eigh(moments.covariance)
    order = np.argsort(values)[::-1][:limit]
    order = order[values[order] > 1e-9 * max(float(values.max(initial=0.0)), 1e-12)]
    return Axes(moments.mean, _signed(directions[:, order]), values[order], float(values.clip(0).sum()))


def axes_of_class_means(moments: Moments) -> Axes:
    """The two axes along which the means of the classes lie farthest apart, each class counted alike."""
    means = moments.class_means
    centred = means - means.mean(axis=0) if len(means) else means
    _, lengths, directions = np.linalg.svd(centred, full_matrices=False)
    count = int(np.sum(lengths > 1e-9))
    variances = lengths[:count] ** 2 / max(len(means), 1)
    return Axes(moments.mean, _signed(directions[:count].T), variances, float(variances.sum()))


def _signed(directions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each axis points to where its largest number is positive: the same set gives the same picture."""
    if not directions.size:
        return directions
    largest = np.abs(directions).argmax(axis=0)
    return np.asarray(directions * np.sign(directions[largest, np.arange(directions.shape[1])]))


def projected(vectors: Vectors, axes: Axes, count: int, dtype: Any = np.float32) -> Steps:
    """(n, count) coordinates on the first axes, zeros where there are fewer; rows without length NaN."""
    matrix = np.zeros((len(axes.mean), count), np.float32)
    used = min(count, axes.directions.shape[1])
    matrix[:, :used] = axes.directions[:, :used]
    shift = (axes.mean @ matrix).astype(np.float32)
    result = np.zeros((len(vectors), count), dtype)
    height = max(_BLOCK_NUMBERS // max(len(axes.mean), 1), 256)
    for first in range(0, len(vectors), height):
        rows = unit_rows(vectors[first : first + height])
        result[first : first + height] = rows @ matrix - shift
        yield Progress(first + len(rows), len(vectors), unit="pictures")
    yield Progress(len(vectors), len(vectors), result, "pictures")


def compacted(vectors: Vectors, moments: Moments, count: int) -> Steps:
    """(n, count) float16 rows of length 1 that point nearly as the vectors do: cosines are kept as well as
    that many numbers can keep them. The last result is the array."""
    values, directions = np.linalg.eigh(moments.products)
    widest = directions[:, np.argsort(values)[::-1][:count]].astype(np.float32)
    result = np.zeros((len(vectors), widest.shape[1]), np.float16)
    height = max(_BLOCK_NUMBERS // max(len(widest), 1), 256)
    for first in range(0, len(vectors), height):
        rows = unit_rows(vectors[first : first + height])
        result[first : first + height] = unit_rows(rows @ widest)
        yield Progress(first + len(rows), len(vectors), unit="pictures")
    yield Progress(len(vectors), len(vectors), result, "pictures")
