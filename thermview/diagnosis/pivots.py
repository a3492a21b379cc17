"""The densest picture of each class and its nearest neighbours of any session, and the classes as boxes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.density import NEIGHBOURS
from thermview.diagnosis.nearest import Vectors, unit_rows
from thermview.diagnosis.results import ClassBox, Pivot, Rows

_BLOCK_NUMBERS = 8_000_000


def find_pivots(
    rows: Rows, vectors: Vectors, values: NDArray[Any], classes: NDArray[np.intp]
) -> tuple[Pivot, ...]:
    """Pivots of all classes with a density; `rows` (m,) are the table rows that the other arrays stand for.

    Exact, by one pass over the vectors.
    """
    at = _densest(values, classes)
    if not len(at):
        return ()
    near = _nearest(vectors, at)
    return tuple(
        Pivot(int(classes[place]), int(rows[place]), rows[others[others >= 0]])
        for place, others in zip(at, near, strict=True)
    )


def _densest(values: NDArray[Any], classes: NDArray[np.intp]) -> NDArray[np.intp]:
    """The first of the densest pictures of each class."""
    known = np.flatnonzero(np.isfinite(values))
    order = known[np.lexsort((known, -values[known], classes[known]))]
    _, starts = np.unique(classes[order], return_index=True)
    return np.asarray(order[starts], np.intp)


def _nearest(vectors: Vectors, at: NDArray[np.intp]) -> NDArray[np.intp]:
    """(pivots, 10): the nearest rows of each but itself, nearest first, -1 where there are fewer."""
    pivots = unit_rows(vectors[at])
    height = max(_BLOCK_NUMBERS // max(pivots.shape[1], 1), 256)
    best = np.full((len(at), NEIGHBOURS), -np.inf, np.float32)
    found = np.full((len(at), NEIGHBOURS), -1, np.intp)
    for first in range(0, len(vectors), height):
        cosines = pivots @ unit_rows(vectors[first : first + height]).T
        own = (at >= first) & (at < first + cosines.shape[1])
        cosines[np.flatnonzero(own), at[own] - first] = -np.inf
        cosines = np.where(np.isnan(cosines), -np.inf, cosines)
        together = np.hstack([best, cosines])
        names = np.hstack([found, np.broadcast_to(np.arange(first, first + cosines.shape[1]), cosines.shape)])
        order = np.argsort(-together, axis=1, kind="stable")[:, :NEIGHBOURS]
        best, found = np.take_along_axis(together, order, 1), np.take_along_axis(names, order, 1)
    return np.where(np.isfinite(best), found, -1)


def class_boxes(values: NDArray[Any], classes: NDArray[np.intp]) -> tuple[ClassBox, ...]:
    """A box for each class with a density, sorted by median (then by code)."""
    known = np.flatnonzero(np.isfinite(values))
    order = known[np.lexsort((values[known], classes[known]))]
    codes, starts = np.unique(classes[order], return_index=True)
    boxes = [
        _box(int(code), values[members].astype(np.float64))
        for code, members in zip(codes, np.split(order, starts[1:]), strict=False)
    ]
    return tuple(sorted(boxes, key=lambda box: (box.median, box.class_code)))


def _box(code: int, ordered: NDArray[np.float64]) -> ClassBox:
    q1, median, q3 = (float(value) for value in np.percentile(ordered, [25, 50, 75]))
    reach = 1.5 * (q3 - q1)
    inside = ordered[(ordered >= q1 - reach) & (ordered <= q3 + reach)]
    # Quartiles lie between values: the last value within reach may be nearer to the median than they are.
    low, high = min(float(inside[0]), q1), max(float(inside[-1]), q3)
    return ClassBox(code, len(ordered), low, q1, median, q3, high)
