"""Density of pictures in an embedding: how close the nearest pictures of *other* capture sessions are.

The common k-nearest-neighbour density counts the frames of one capture session as neighbours of each other,
so it measures the frame rate of the capture as much as the picture. The session-aware density below does
not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.counts import counted
from thermview.diagnosis.nearest import NearestBlock, NearestSearch, RefinedSearch, Vectors
from thermview.jobs import Progress, Steps

NEIGHBOURS = 10
PER_SESSION = 2
REFERENCE_LIMIT = 50_000
_CHECKED = 400
CLOSEST = 1e-3
"""Mean distances below this cannot be told apart in embeddings kept as float16: density stops at 1 000."""

DEFINITION = (
    f"Density = 1 / mean distance to the {NEIGHBOURS} nearest reference pictures outside the picture's own "
    f"capture session, embeddings scaled to length 1; reference = at most {PER_SESSION} pictures per session "
    f"and class, at most {REFERENCE_LIMIT // 1000} 000 in all. Comparable within one embedding only."
)
PLAIN_DEFINITION = (
    f"Plain density = 1 / mean distance to the {NEIGHBOURS} nearest other pictures; depends on frame rate."
)


@dataclass(frozen=True)
class Density:
    """Densities of n pictures.

    `values` (n,): NaN where it cannot be said. `neighbours` (n, 10): picture indices, nearest first, -1 where
    there are fewer. `reference`: indices of the reference pictures. `notices`: sentences on what to keep in
    mind.
    """

    values: NDArray[np.float32]
    neighbours: NDArray[np.int32]
    reference: NDArray[np.intp]
    definition: str
    notices: tuple[str, ...] = ()


def choose_reference(
    sessions: NDArray[np.intp],
    classes: NDArray[np.intp],
    *,
    per_session: int = PER_SESSION,
    limit: int = REFERENCE_LIMIT,
    seed: int = 0,
) -> NDArray[np.intp]:
    """Indices, ascending, of at most `per_session` random pictures per session and class and `limit` in all.

    Above the limit every class keeps the same share, so that densities of classes stay comparable, but at
    least two neighbourhoods' worth of pictures where it has them.
    """
    shuffled = np.random.default_rng(seed).permutation(len(sessions))
    order = shuffled[np.lexsort((classes[shuffled], sessions[shuffled]))]
    chosen = order[_rank_in_runs(sessions[order], classes[order]) < per_session]
    if len(chosen) > limit:
        chosen = _thinned(chosen, classes, limit, seed)
    return np.sort(chosen)


def _rank_in_runs(*keys: NDArray[np.intp]) -> NDArray[np.intp]:
    """Position of each element in its run of equal keys."""
    count = len(keys[0])
    starts = np.ones(count, dtype=bool)
    if count:
        starts[1:] = np.any([key[1:] != key[:-1] for key in keys], axis=0)
    first = np.maximum.accumulate(np.where(starts, np.arange(count), 0))
    return np.arange(count) - first


def _thinned(chosen: NDArray[np.intp], classes: NDArray[np.intp], limit: int, seed: int) -> NDArray[np.intp]:
    chosen = np.random.default_rng(seed).permutation(chosen)
    order = chosen[np.argsort(classes[chosen], kind="stable")]
    names, counts = np.unique(classes[order], return_counts=True)
    floor = np.minimum(counts, min(2 * NEIGHBOURS, limit // max(len(names), 1)))
    keep = np.maximum(floor, counts * limit // len(order))
    over = int(keep.sum()) - limit  # what the floors of small classes cost, the larger ones pay
    if over > 0:
        payers = np.where(keep > floor, keep, 0)
        keep = keep - -(-over * payers // max(int(payers.sum()), 1))
    allowed = np.repeat(keep, counts)
    return order[_rank_in_runs(classes[order]) < allowed]


def session_density(
    vectors: Vectors,
    sessions: NDArray[np.intp],
    classes: NDArray[np.intp],
    class_names: Sequence[str],
    *,
    limit: int = REFERENCE_LIMIT,
    seed: int = 0,
    coarse: NDArray[Any] | None = None,
) -> Steps:
    """Session-aware density of all rows of `vectors` (n, d); the last step's result is a Density.

    `sessions` and `classes` (n,) are codes, the latter indices of `class_names`. Classes of one session have
    no density: the pictures that could tell how typical theirs are do not exist. `coarse` (n, fewer): a
    projection in which neighbours are sought before they are measured; how far that is off is a notice.
    """
    reference = choose_reference(sessions, classes, limit=limit, seed=seed)
    values = np.full(len(sessions), np.nan, dtype=np.float32)
    neighbours = np.full((len(sessions), NEIGHBOURS), -1, dtype=np.int32)
    for block in _blocks(vectors, sessions, reference, coarse):
        stop = block.first + len(block.columns)
        values[block.first : stop] = _density(block.distances)
        neighbours[block.first : stop] = np.where(block.columns >= 0, reference[block.columns], -1)
        yield Progress(stop, len(sessions), unit="densities")
    lonely = _classes_of_one_session(sessions, classes)
    values[np.isin(classes, lonely)] = np.nan
    notices = _notices(values, neighbours, classes, lonely, class_names)
    if coarse is not None:
        notices += (_refined_notice(vectors, sessions, reference, values, coarse.shape[1], seed),)
    result = Density(values, neighbours, reference, DEFINITION, notices)
    yield Progress(len(sessions), len(sessions), result, "densities")


def _blocks(
    vectors: Vectors, sessions: NDArray[np.intp], reference: NDArray[np.intp], coarse: NDArray[Any] | None
) -> Iterator[NearestBlock]:
    groups = sessions[reference]
    if coarse is None:
        yield from NearestSearch(vectors[reference], groups, NEIGHBOURS).blocks(vectors, sessions)
    else:
        search = RefinedSearch(vectors[reference], coarse[reference], groups, NEIGHBOURS)
        yield from search.blocks(vectors, coarse, sessions)


def _refined_notice(
    vectors: Vectors,
    sessions: NDArray[np.intp],
    reference: NDArray[np.intp],
    values: NDArray[np.float32],
    components: int,
    seed: int,
) -> str:
    chosen = np.sort(np.random.default_rng(seed).permutation(len(sessions))[:_CHECKED])
    search = NearestSearch(vectors[reference], sessions[reference], NEIGHBOURS)
    blocks = search.blocks(vectors[chosen], sessions[chosen])
    exact = np.concatenate([_density(block.distances) for block in blocks])
    known = np.isfinite(exact) & np.isfinite(values[chosen])
    off = np.abs(values[chosen][known] / exact[known] - 1)
    worst = float(np.percentile(off, 99)) if len(off) else 0.0
    return (
        f"Neighbours are sought in {components} components and measured in all numbers: on {_CHECKED} random "
        f"pictures densities are off by less than {100 * max(worst, 0.0005):.1f} % (99 of 100)."
    )


def plain_density(vectors: Vectors, *, limit: int = REFERENCE_LIMIT, seed: int = 0) -> Steps:
    """Plain 10-nearest-neighbour density; above `limit` rows the neighbours are sought in a random sample."""
    count = len(vectors)
    pool = np.arange(count)
    notices: tuple[str, ...] = ()
    if count > limit:
        pool = np.sort(np.random.default_rng(seed).permutation(count)[:limit])
        notices = (f"Plain density looks for neighbours in a random sample of {limit} of {count} pictures.",)
    values = np.full(count, np.nan, dtype=np.float32)
    neighbours = np.full((count, NEIGHBOURS), -1, dtype=np.int32)
    search = NearestSearch(vectors[pool], pool, NEIGHBOURS)
    for block in search.blocks(vectors, np.arange(count)):
        stop = block.first + len(block.columns)
        values[block.first : stop] = _density(block.distances)
        neighbours[block.first : stop] = np.where(block.columns >= 0, pool[block.columns], -1)
        yield Progress(stop, count, unit="densities")
    yield Progress(count, count, Density(values, neighbours, pool, PLAIN_DEFINITION, notices), "densities")


def graph_density(neighbours: NDArray[np.int32], distances: NDArray[np.float32], notice: str) -> Density:
    """Plain density from neighbours (n, 10) found otherwise and their distances; `notice` says how."""
    everyone = np.arange(len(neighbours))
    return Density(_density(distances), neighbours, everyone, PLAIN_DEFINITION, (notice,))


def _density(distances: NDArray[np.float32]) -> NDArray[np.float32]:
    """1 / mean of the finite distances of each row; NaN for rows without any."""
    there = np.isfinite(distances)
    counts = there.sum(axis=1)
    total = np.where(there, distances, 0).sum(axis=1, dtype=np.float64)
    mean = np.maximum(total / np.maximum(counts, 1), CLOSEST)
    return np.where(counts > 0, 1 / mean, np.nan).astype(np.float32)


def _classes_of_one_session(sessions: NDArray[np.intp], classes: NDArray[np.intp]) -> NDArray[np.intp]:
    pairs = np.unique(np.stack([classes, sessions], axis=1), axis=0)
    names, counts = np.unique(pairs[:, 0], return_counts=True)
    return np.asarray(names[counts == 1], dtype=np.intp)


def _notices(
    values: NDArray[np.float32],
    neighbours: NDArray[np.int32],
    classes: NDArray[np.intp],
    lonely: NDArray[np.intp],
    class_names: Sequence[str],
) -> tuple[str, ...]:
    notices = [
        f"{class_names[code] or 'No class'}: no density, because all its pictures come from one capture session."
        for code in lonely
    ]
    counts = np.sum(neighbours >= 0, axis=1)
    few = np.isfinite(values) & (counts < NEIGHBOURS)
    if few.any():
        least = int(counts[few].min())
        notices.append(
            f"{counted(int(few.sum()), 'picture has', 'pictures have')} fewer than {NEIGHBOURS} reference pictures in "
            f"other sessions (as few as {least}); the density uses those there are and is less sure."
        )
    unusable = np.isnan(values) & ~np.isin(classes, lonely)
    if unusable.any():
        without = counted(int(unusable.sum()), "picture has", "pictures have")
        notices.append(f"{without} no density: no other session, or an empty embedding.")
    return tuple(notices)


def percentiles(values: NDArray[np.float32], classes: NDArray[np.intp]) -> NDArray[np.float32]:
    """Percentile (0 to 100, middle of ties) of each value among those of its class; NaN stays NaN."""
    result = np.full(len(values), np.nan, dtype=np.float32)
    for code in np.unique(classes):
        members = np.flatnonzero((classes == code) & np.isfinite(values))
        ordered = np.sort(values[members])
        below = np.searchsorted(ordered, values[members], "left")
        upto = np.searchsorted(ordered, values[members], "right")
        result[members] = 50 * (below + upto) / max(len(members), 1)
    return result
