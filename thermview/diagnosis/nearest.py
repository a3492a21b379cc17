"""Exact nearest neighbours on the unit sphere, by blocks of one matrix product each: bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

_BLOCK_NUMBERS = 32_000_000  # cosines held at once: 128 MB
WIDER = 3
"""A projection is asked for so many times the neighbours, of which the nearest are then told exactly."""
_DEPTH = 64  # columns whose maximum stands for all of them


class Vectors(Protocol):
    """Rows of an embedding, in memory or on disk; a slice gives (rows, dimensions) of any float type."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: Any, /) -> NDArray[Any]: ...


@dataclass(frozen=True)
class NearestBlock:
    """Neighbours of queries first .. first + n - 1: `distances` (n, k) ascending and `columns` (n, k).

    Where fewer than k neighbours are allowed the rest is inf and -1.
    """

    first: int
    distances: NDArray[np.float32]
    columns: NDArray[np.int32]


def unit_rows(vectors: NDArray[Any]) -> NDArray[np.float32]:
    """Rows (n, d) scaled to length 1; rows without length or with a non-finite number become NaN."""
    rows = np.asarray(vectors, dtype=np.float32)
    norms = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64))
    norms[~(np.isfinite(norms) & (norms > 0))] = np.nan
    return np.asarray(rows / norms[:, None], dtype=np.float32)


class NearestSearch:
    """A reference set (m, d) in groups; neighbours never come from the query's own group.

    The group is the capture session for the session-aware density, and the picture itself for the plain one.
    """

    def __init__(self, reference: NDArray[Any], groups: NDArray[np.intp], k: int) -> None:
        if len(reference) != len(groups):
            raise ValueError("one group per reference row is needed")
        self._order = np.argsort(groups, kind="stable")
        self._groups = np.asarray(groups)[self._order]
        self._rows = np.nan_to_num(unit_rows(reference)[self._order])
        self._unusable = np.flatnonzero(~np.any(self._rows, axis=1))
        self.k = k
        count = len(groups)
        self._depth = _DEPTH if count >= _DEPTH * 4 * k else 1
        self._width = -(-max(count, 1) // self._depth)

    def blocks(self, queries: Vectors, groups: NDArray[np.intp]) -> Iterator[NearestBlock]:
        """Neighbours of every query row in order; at most 128 MB of cosines at a time."""
        height = int(np.clip(_BLOCK_NUMBERS // (self._width * self._depth), 16, 4096))
        buffer = np.empty((min(height, max(len(queries), 1)), self._depth * self._width), dtype=np.float32)
        for first in range(0, len(queries), height):
            stop = min(first + height, len(queries))
            cosines = buffer[: stop - first]
            self._fill(cosines, unit_rows(queries[first:stop]), groups[first:stop])
            yield NearestBlock(first, *self._largest(cosines))

    def _fill(
        self, cosines: NDArray[np.float32], rows: NDArray[np.float32], groups: NDArray[np.intp]
    ) -> None:
        count = len(self._rows)
        cosines[:, count:] = -np.inf
        if count:
            cosines[:, :count] = rows @ self._rows.T
        cosines[:, self._unusable] = -np.inf
        cosines[np.isnan(rows[:, :1]).ravel()] = -np.inf
        start = np.searchsorted(self._groups, groups, "left")
        counts = np.searchsorted(self._groups, groups, "right") - start
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        cosines[np.repeat(np.arange(len(groups)), counts), np.repeat(start, counts) + within] = -np.inf

    def _largest(self, cosines: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """The k largest cosines of each row as distances, nearest first, with their reference columns.

        The k largest always lie within the k strands of largest maxima, so only those strands are searched.
        """
        height, columns = len(cosines), None
        k = min(self.k, len(self._rows))
        if k == 0:
            empty = np.empty((height, 0), dtype=np.float32)
            return self._as_distances(empty, empty.astype(np.intp))
        if self._depth > 1:
            strands = cosines.reshape(height, self._depth, self._width).max(axis=1)
            best = np.argpartition(strands, self._width - k, axis=1)[:, -k:]
            columns = (best[:, None, :] + self._width * np.arange(self._depth)[None, :, None]).reshape(
                height, -1
            )
            cosines = np.take_along_axis(cosines, columns, axis=1)
        chosen = np.argpartition(cosines, cosines.shape[1] - k, axis=1)[:, cosines.shape[1] - k :]
        values = np.take_along_axis(cosines, chosen, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")
        values = np.take_along_axis(values, order, axis=1)
        chosen = np.take_along_axis(chosen, order, axis=1)
        if columns is not None:
            chosen = np.take_along_axis(columns, chosen, axis=1)
        return self._as_distances(values, chosen)

    def _as_distances(
        self, cosines: NDArray[np.float32], chosen: NDArray[np.intp]
    ) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        shape = (len(cosines), self.k)
        distances = np.full(shape, np.inf, dtype=np.float32)
        columns = np.full(shape, -1, dtype=np.int32)
        k = cosines.shape[1]
        allowed = np.isfinite(cosines)
        distances[:, :k][allowed] = np.sqrt(np.maximum(2 - 2 * cosines[allowed], 0))
        columns[:, :k][allowed] = self._order[chosen[allowed]]
        return distances, columns


class RefinedSearch:
    """Search for wide embeddings: candidates by a projection of the rows, distances by all their numbers.

    `coarse`: the projection of the reference; the groups and the exclusion are those of NearestSearch.
    """

    def __init__(
        self, reference: NDArray[Any], coarse: NDArray[Any], groups: NDArray[np.intp], k: int
    ) -> None:
        self._search = NearestSearch(coarse, groups, WIDER * k)
        self._rows = np.nan_to_num(unit_rows(reference))
        self.k = k

    def blocks(self, queries: Vectors, coarse: Vectors, groups: NDArray[np.intp]) -> Iterator[NearestBlock]:
        """Neighbours of every query row in order; `coarse` is the projection of the queries."""
        for block in self._search.blocks(coarse, groups):
            stop = block.first + len(block.columns)
            own = np.nan_to_num(unit_rows(queries[block.first : stop]))
            cosines = np.empty(block.columns.shape, np.float32)
            for row in range(len(own)):  # a matrix product each: gathering all rows at once costs more
                cosines[row] = self._rows[block.columns[row]] @ own[row]
            distances = np.sqrt(np.maximum(2 - 2 * cosines, 0))
            distances[block.columns < 0] = np.inf
            order = np.argsort(distances, axis=1, kind="stable")[:, : self.k]
            yield NearestBlock(
                block.first,
                np.take_along_axis(distances, order, 1),
                np.take_along_axis(block.columns, order, 1),
            )
