"""The nearest neighbours of every picture among all others: sought in buckets, checked against exact search.

Rows are put into buckets about centres found on a sample (k-means on the unit sphere). The neighbours of a
bucket's rows are sought in as many of the nearest buckets as a sample of exact neighbours asks for; how many of
those the graph holds is measured and said. Graphs that are walked (HNSW) are no choice here: runs of near-copies
become islands in them, and densities then err by tens of percent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.nearest import WIDER, Vectors, unit_rows
from thermview.jobs import Progress, Steps

PER_BUCKET = 500
MOST_BUCKETS = 4096
MOST_PROBED = 64
ENOUGH = 0.99
"""So many of the exact neighbours must lie in the buckets that are searched, as long as `MOST_PROBED` allows."""
_CHECKED = 400
_PER_CENTRE, _ROUNDS = 40, 6
_DEPTH = 32
_BLOCK = 4096
_CELLS = 24_000_000  # cosines held at once: 96 MB


@dataclass(frozen=True, eq=False)
class Graph:
    """`neighbours`, `distances` (n, k), nearest first, -1 and inf where there are fewer.

    `agreement`: share of the exact nearest neighbours of some hundred random pictures that are among them;
    `excess`: by what share the mean distance to the ones found is too large, median of those pictures.
    """

    neighbours: NDArray[np.int32]
    distances: NDArray[np.float32]
    agreement: float
    excess: float


@dataclass(frozen=True, eq=False)
class _Buckets:
    """`order` (n,): rows by bucket; `starts` (buckets + 1,): where each begins; `of` (n,): a row's bucket.

    `near` (buckets, at most MOST_PROBED): the nearest buckets of each, itself first.
    """

    order: NDArray[np.intp]
    starts: NDArray[np.intp]
    of: NDArray[np.int32]
    near: NDArray[np.int32]


def neighbour_graph(rows: NDArray[Any], k: int, *, exact: Vectors | None = None, seed: int = 0) -> Steps:
    """Neighbours of `rows` (n, d) of length 1 or NaN; the last result is a Graph.

    `exact` (n, D): what distances are measured in where `rows` are only a projection of it. Progress counts
    neighbour lists. Memory: the rows once more, and some 200 bytes a row.
    """
    truth = rows if exact is None else exact
    rng = np.random.default_rng(seed)
    buckets = _buckets(rows, rng)
    yield Progress(0, len(rows), unit="neighbours")
    checked = np.sort(rng.permutation(len(rows))[:_CHECKED])
    reference, least = _exact(truth, checked, k)
    probed = _enough(buckets, checked, reference)
    neighbours = np.full((len(rows), k), -1, np.int32)
    distances = np.full((len(rows), k), np.inf, np.float32)
    sorted_rows = rows[buckets.order]
    done = 0
    for number in range(len(buckets.starts) - 1):
        first, stop = buckets.starts[number], buckets.starts[number + 1]
        if first == stop:
            continue
        at = buckets.order[first:stop]
        if exact is None:
            neighbours[at], distances[at] = _in_bucket(sorted_rows, buckets, number, probed, k)
        else:
            candidates, _ = _in_bucket(sorted_rows, buckets, number, probed, WIDER * k)
            found, lengths = _measured(exact, at, candidates)
            neighbours[at], distances[at] = found[:, :k], lengths[:, :k]
        done += len(at)
        yield Progress(done, len(rows), unit="neighbours")
    agreement = _agreement(neighbours[checked], reference)
    graph = Graph(neighbours, distances, agreement, _excess(distances[checked], least))
    yield Progress(len(rows), len(rows), graph, "neighbours")


def _buckets(rows: NDArray[Any], rng: np.random.Generator) -> _Buckets:
    count = int(np.clip(len(rows) // PER_BUCKET, 1, MOST_BUCKETS))
    sample = rows[np.sort(rng.permutation(len(rows))[: count * _PER_CENTRE])].astype(np.float32)
    sample = sample[~np.isnan(sample[:, 0])] if len(sample) else sample
    centres = sample[rng.permutation(len(sample))[:count]]
    for _ in range(_ROUNDS):
        own = np.concatenate([part for _, part in _nearest_centre(sample, centres)] or [np.zeros(0, np.intp)])
        centres = _moved(sample, own, centres)
    of = np.zeros(len(rows), np.int32)
    for first, part in _nearest_centre(rows, centres):
        of[first : first + len(part)] = part
    order = np.argsort(of, kind="stable")
    starts = np.searchsorted(of[order], np.arange(max(len(centres), 1) + 1))
    similar = centres @ centres.T if len(centres) else np.ones((1, 1), np.float32)
    near = np.argsort(-similar, axis=1, kind="stable")[:, :MOST_PROBED].astype(np.int32)
    return _Buckets(order, starts, of, near)


def _nearest_centre(
    rows: NDArray[Any], centres: NDArray[np.float32]
) -> Iterator[tuple[int, NDArray[np.intp]]]:
    for first in range(0, len(rows), _BLOCK):
        block = np.nan_to_num(rows[first : first + _BLOCK].astype(np.float32))
        own = (block @ centres.T).argmax(axis=1) if len(centres) else np.zeros(len(block), np.intp)
        yield first, own


def _moved(
    sample: NDArray[np.float32], own: NDArray[np.intp], centres: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Each centre to the middle of its rows; one without rows stays."""
    order = np.argsort(own, kind="stable")
    present, starts = np.unique(own[order], return_index=True)
    moved = centres.copy()
    if len(present):
        moved[present] = np.add.reduceat(sample[order], starts, axis=0)
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.where(lengths > 0, moved / np.maximum(lengths, 1e-12), centres).astype(np.float32)


def _exact(
    truth: Vectors, checked: NDArray[np.intp], k: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """(checked, k): the nearest rows of each but itself and their distances, by looking at all, block by block."""
    queries = unit_rows(truth[checked])
    best = np.full((len(checked), k), -np.inf, np.float32)
    found = np.full((len(checked), k), -1, np.int32)
    for first in range(0, len(truth), _BLOCK):
        block = unit_rows(truth[first : first + _BLOCK])
        cosines = np.nan_to_num(queries @ block.T, nan=-np.inf)
        own = (checked >= first) & (checked < first + len(block))
        cosines[np.flatnonzero(own), checked[own] - first] = -np.inf
        kept = min(k, cosines.shape[1])
        at = np.argpartition(-cosines, kept - 1, axis=1)[:, :kept]
        together = np.hstack([best, np.take_along_axis(cosines, at, 1)])
        names = np.hstack([found, (first + at).astype(np.int32)])
        order = np.argsort(-together, axis=1, kind="stable")[:, :k]
        best, found = np.take_along_axis(together, order, 1), np.take_along_axis(names, order, 1)
    distances = np.where(np.isfinite(best), np.sqrt(np.maximum(2 - 2 * best, 0)), np.inf)
    return np.where(np.isfinite(best), found, -1), distances.astype(np.float32)


def _enough(buckets: _Buckets, checked: NDArray[np.intp], reference: NDArray[np.int32]) -> int:
    """In how many of the nearest buckets enough of the exact neighbours lie."""
    there = reference >= 0
    if not there.any():
        return 1
    near = buckets.near[buckets.of[checked]]
    same = near[:, None, :] == buckets.of[reference][:, :, None]
    place = np.where(same.any(axis=2), same.argmax(axis=2), near.shape[1])[there]
    shares = np.cumsum(np.bincount(place, minlength=near.shape[1] + 1))[: near.shape[1]] / there.sum()
    reached = np.flatnonzero(shares >= ENOUGH)
    return int(reached[0]) + 1 if len(reached) else near.shape[1]


def _in_bucket(
    sorted_rows: NDArray[Any], buckets: _Buckets, number: int, probed: int, k: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The nearest k of the rows of one bucket among the rows of its nearest buckets."""
    near = buckets.near[number, :probed]
    ranges = [np.arange(buckets.starts[one], buckets.starts[one + 1]) for one in near]
    places = np.concatenate(ranges)
    among = np.nan_to_num(sorted_rows[places].astype(np.float32))
    own = int(buckets.starts[number + 1] - buckets.starts[number])
    found = np.full((own, k), -1, np.int32)
    distances = np.full((own, k), np.inf, np.float32)
    height = max(_CELLS // max(len(places), 1), 1)
    for first in range(0, own, height):  # its own rows come first among the places
        stop = min(first + height, own)
        cosines = among[first:stop] @ among.T
        cosines[np.arange(stop - first), np.arange(first, stop)] = -np.inf
        values, at = _largest(cosines, k)
        usable = np.isfinite(values)
        kept = at.shape[1]
        found[first:stop, :kept] = np.where(usable, buckets.order[places[at]], -1)
        lengths = np.sqrt(np.maximum(2 - 2 * values, 0))
        distances[first:stop, :kept] = np.where(usable, lengths, np.inf)
    empty = np.isnan(sorted_rows[buckets.starts[number] : buckets.starts[number + 1], 0])
    found[empty], distances[empty] = -1, np.inf
    return found, distances


def _largest(cosines: NDArray[np.float32], k: int) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """The k largest of each row, largest first; they lie in the k strands of largest maxima."""
    height, width = cosines.shape
    k = min(k, width)
    columns: NDArray[np.intp] | None = None
    strands = width // _DEPTH
    if strands > 4 * k:
        head = strands * _DEPTH
        maxima = cosines[:, :head].reshape(height, _DEPTH, strands).max(axis=1)
        best = np.argpartition(maxima, strands - k, axis=1)[:, -k:]
        inside = (best[:, None, :] + strands * np.arange(_DEPTH)[None, :, None]).reshape(height, -1)
        rest = np.broadcast_to(np.arange(head, width), (height, width - head))
        columns = np.hstack([inside, rest])
        cosines = np.take_along_axis(cosines, columns, axis=1)
    at = np.argpartition(cosines, cosines.shape[1] - k, axis=1)[:, cosines.shape[1] - k :]
    values = np.take_along_axis(cosines, at, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    at = np.take_along_axis(at, order, axis=1)
    values = np.take_along_axis(values, order, axis=1)
    return values, at if columns is None else np.take_along_axis(columns, at, axis=1)


def _measured(
    exact: Vectors, at: NDArray[np.intp], neighbours: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The neighbours in order of their distances in `exact`."""
    others, inverse = np.unique(np.maximum(neighbours, 0), return_inverse=True)
    own, far = unit_rows(exact[at]), unit_rows(exact[others])
    cosines = np.take_along_axis(own @ far.T, inverse.reshape(neighbours.shape), axis=1)
    distances = np.sqrt(np.maximum(2 - 2 * cosines, 0))
    distances = np.where((neighbours >= 0) & np.isfinite(distances), distances, np.inf).astype(np.float32)
    order = np.argsort(distances, axis=1, kind="stable")
    return np.take_along_axis(neighbours, order, 1), np.take_along_axis(distances, order, 1)


def _agreement(found: NDArray[np.int32], reference: NDArray[np.int32]) -> float:
    there = reference >= 0
    if not there.any():
        return float("nan")
    same = (reference[:, :, None] == found[:, None, :]).any(axis=2)
    return float(same[there].mean())


def _excess(found: NDArray[np.float32], least: NDArray[np.float32]) -> float:
    both = np.isfinite(found).all(axis=1) & np.isfinite(least).all(axis=1)
    shortest = least[both].mean(axis=1)
    shares = found[both].mean(axis=1)[shortest > 0] / shortest[shortest > 0] - 1
    return float(np.median(shares)) if len(shares) else 0.0
