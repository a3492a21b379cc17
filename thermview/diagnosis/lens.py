"""A picture set seen through one embedding: densities, boxes, planes, extremes, pivots."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.density import (
    NEIGHBOURS,
    REFERENCE_LIMIT,
    Density,
    graph_density,
    percentiles,
    plain_density,
    session_density,
)
from thermview.diagnosis.embedding_cache import EmbeddingRows
from thermview.diagnosis.neighbour_graph import Graph, neighbour_graph
from thermview.diagnosis.pivots import class_boxes, find_pivots
from thermview.diagnosis.planes import Moments, axes_of_class_means, compacted, principal_axes, projected
from thermview.diagnosis.results import HeldOut, Lens, Rows
from thermview.diagnosis.separation import measure_separation
from thermview.diagnosis.table import PictureTable
from thermview.jobs import Progress, Steps, last_result

LISTED = 50
"""So many pictures are listed as the least and as the most dense."""
COARSE = 120
"""Neighbours of wider embeddings are sought in so many principal components, and measured in all numbers."""


@dataclass(frozen=True, eq=False)
class LensInput:
    """What a lens is measured on: `vectors` (m, d) of the table's `rows` (m,), and their `moments`.

    `mean_vector` (d,): the vector of the set's mean picture, None where there is none. `judged` (m,): pictures
    that separation is measured on, all where None.
    """

    name: str
    table: PictureTable
    rows: Rows
    vectors: EmbeddingRows | NDArray[Any]
    moments: Moments
    mean_vector: NDArray[Any] | None = None
    judged: NDArray[np.bool_] | None = None
    held_out: HeldOut | None = None
    notices: tuple[str, ...] = field(default=())
    seed: int = 0

    @property
    def classes(self) -> NDArray[np.intp]:
        """(m,)."""
        return self.table.class_codes[self.rows]

    @property
    def sessions(self) -> NDArray[np.intp]:
        """(m,)."""
        return self.table.session_codes[self.rows]


def measure_lens(given: LensInput) -> Steps:
    """The last result is a Lens; Progress counts two densities for each picture, then pictures."""
    count = len(given.rows)
    found: list[Density] = []
    coarse: NDArray[Any] | None = None
    if count > REFERENCE_LIMIT and given.vectors[:1].shape[1] > COARSE:
        for step in compacted(given.vectors, given.moments, COARSE):
            coarse = step.result
            yield Progress(step.done, step.total, unit="pictures")
    names = given.table.class_names
    for steps in (
        session_density(given.vectors, given.sessions, given.classes, names, seed=given.seed, coarse=coarse),
        _plain(given, coarse),
    ):
        for step in steps:
            if step.result is not None:
                found.append(step.result)
            else:
                yield Progress(count * len(found) + step.done, 2 * count, unit="densities")
    yield from _lens(given, *found)


def _plain(given: LensInput, coarse: NDArray[Any] | None) -> Steps:
    """Plain density: exact up to some ten thousand pictures, by the neighbour graph above."""
    count = len(given.rows)
    if count <= REFERENCE_LIMIT:
        yield from plain_density(given.vectors, seed=given.seed)
        return
    rows = coarse if coarse is not None else given.vectors[:]
    exact = None if coarse is None else given.vectors
    graph: Graph | None = None
    for step in neighbour_graph(rows, NEIGHBOURS, exact=exact, seed=given.seed):
        graph = step.result
        yield Progress(step.done, step.total, unit="densities")
    assert graph is not None, "the graph always comes last"
    yield Progress(count, count, graph_density(graph.neighbours, graph.distances, _graph_notice(graph)))


def _graph_notice(graph: Graph) -> str:
    return (
        f"Plain density seeks neighbours in buckets: on random pictures it finds {100 * graph.agreement:.1f} % of the "
        f"exact ones, and their mean distance is {100 * max(graph.excess, 0):.1f} % too large (median)."
    )


def _lens(given: LensInput, density: Density, plain: Density) -> Steps:
    """What the densities are shown with; Progress counts pictures in two passes for the planes."""
    rows, values = given.rows, density.values
    normal = given.table.normal[rows]
    if given.judged is not None:
        normal = np.where(given.judged, normal, np.int8(-1))
    principal, parting = principal_axes(given.moments, 2), axes_of_class_means(given.moments)
    shares = np.zeros(2)
    shares[: len(principal.variances)] = principal.variances / max(principal.total, 1e-12)
    mean = np.full((1, 2), np.nan)
    if given.mean_vector is not None:
        mean = last_result(projected(np.asarray(given.mean_vector)[None], principal, 2))
    planes: list[NDArray[np.float32]] = []
    for axes in (principal, parting):
        for step in projected(given.vectors, axes, 2):
            planes += [step.result] if step.result is not None else []
            yield Progress(step.done, step.total, unit="pictures")
    known = np.flatnonzero(np.isfinite(values))
    order = rows[known[np.lexsort((rows[known], values[known]))]]
    lens = Lens(
        name=given.name,
        dimensions=given.vectors[:1].shape[1],
        definition=density.definition,
        plain_definition=plain.definition,
        rows=rows,
        values=values,
        plain_values=plain.values,
        percentiles=percentiles(values, given.classes),
        neighbours=_table_rows(rows, density.neighbours),
        separation=measure_separation(values, normal, given.sessions, seed=given.seed),
        plain_separation=measure_separation(plain.values, normal, given.sessions, seed=given.seed),
        boxes=class_boxes(values, given.classes),
        plane=planes[0],
        plane_mean=(float(mean[0, 0]), float(mean[0, 1])),
        plane_share=(float(shares[0]), float(shares[1])),
        spread_map=planes[1],
        lowest=order[:LISTED],
        highest=order[::-1][:LISTED],
        pivots=find_pivots(rows, given.vectors, values, given.classes),
        vectors=given.vectors,
        held_out=given.held_out,
        notices=(*density.notices, *plain.notices, *given.notices),
    )
    yield Progress(len(rows), len(rows), lens, "pictures")


def _table_rows(rows: Rows, neighbours: NDArray[np.int32]) -> NDArray[np.int32]:
    if not len(rows):
        return neighbours
    return np.where(neighbours >= 0, rows[neighbours], -1).astype(np.int32)
