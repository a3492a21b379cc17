"""A diagnosis made ready for the window: sorted and indexed once, in the thread that made it; no Qt here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from thermview.capture.ids import id_of
from thermview.gui.diagnosis.binned import PointIndex
from thermview.gui.diagnosis.spreads import spread_over
from thermview.gui.scores.density_words import count_ahead
from thermview.jobs import Progress, Steps

if TYPE_CHECKING:
    from thermview.diagnosis.densities import PictureDensities
    from thermview.diagnosis.results import Diagnosis, Lens
    from thermview.diagnosis.table import PictureTable

Rows = NDArray[np.intp]
PCA, PARTING = "PCA", "parting"
"""The two planes of a lens: most variance, and that which parts the classes best."""
_SAMPLES = 16
_CHANNELS = {1: "grey", 2: "grey + alpha", 3: "RGB", 4: "RGBA"}
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Spread:
    """Densities of one kind through one lens, ascending: of all pictures and of each class by its code.

    `places`: by class, where the lens's arrays hold the density of the same place in `by_class`.
    """

    every: Floats
    by_class: tuple[Floats, ...]
    places: tuple[NDArray[np.int32], ...]

    def of(self, class_code: int | None) -> Floats:
        """Those of a class, or of all."""
        return self.every if class_code is None else self.by_class[class_code]

    def between(self, low: float, high: float, class_code: int | None) -> NDArray[np.int32]:
        """Places in the lens's arrays of densities from `low` to below `high`, ascending."""
        codes = range(len(self.by_class)) if class_code is None else (class_code,)
        values, places = [], []
        for code in codes:
            first, stop = np.searchsorted(self.by_class[code], np.array([low, high], np.float32), "left")
            values.append(self.by_class[code][first:stop])
            places.append(self.places[code][first:stop])
        if len(places) < 2:
            return places[0] if places else np.zeros(0, np.int32)
        together = np.concatenate(places)
        return together[np.argsort(np.concatenate(values), kind="stable")]


@dataclass(frozen=True, eq=False)
class ClassFacts:
    """Of the readable pictures of a class: channels, sizes, sessions, median blur; `samples` of many sessions."""

    channels: Mapping[str, int]
    sizes: Mapping[tuple[int, int], int]
    sessions: int
    blur: float
    samples: Rows


@dataclass(frozen=True, eq=False)
class Prepared:
    """A diagnosis and what its pages look up again and again.

    `class_rows`: table rows of each class. `places`: by name of a lens, (n,) each table row's place in the
    lens's arrays, -1 where it has no vector. `spreads`: by name of a lens and whether plain densities are meant.
    `codes`: what file names say of object and state ("CAR_AON"), `code_counts` (classes, codes) how often.
    `densities`: for the density dock, by name of a lens. `scores`: for the badges of the list.
    `planes`: points by name of a lens and PCA or PARTING.
    """

    diagnosis: Diagnosis
    class_rows: tuple[Rows, ...]
    class_facts: tuple[ClassFacts, ...]
    places: Mapping[str, NDArray[np.int32]]
    spreads: Mapping[tuple[str, bool], Spread]
    codes: tuple[str, ...]
    row_codes: NDArray[np.int32]
    code_counts: NDArray[np.intp]
    densities: Mapping[str, PictureDensities]
    scores: Any = None
    planes: Mapping[tuple[str, str], PointIndex] = field(default_factory=dict)

    @property
    def table(self) -> PictureTable:
        """The diagnosed pictures."""
        return self.diagnosis.table

    def lens(self, name: str) -> Lens | None:
        """The lens of this name, or None."""
        return next((lens for lens in self.diagnosis.lenses if lens.name == name), None)

    def density(self, lens: Lens, row: int, *, plain: bool = False) -> float:
        """A table row's density through a lens; NaN where it has none."""
        place = int(self.places[lens.name][row])
        values = lens.plain_values if plain else lens.values
        return float(values[place]) if place >= 0 else float("nan")

    def percentile(self, lens: Lens, row: int) -> float:
        """A table row's percentile of density in its class; NaN where it has none."""
        place = int(self.places[lens.name][row])
        return float(lens.percentiles[place]) if place >= 0 else float("nan")

    def neighbours(self, lens: Lens, row: int) -> Rows:
        """Table rows of the nearest pictures of other sessions, nearest first."""
        place = int(self.places[lens.name][row])
        near = lens.neighbours[place] if place >= 0 else np.empty(0, np.int32)
        return near[near >= 0].astype(np.intp)

    def class_of(self, row: int) -> str:
        """The name of a table row's class."""
        return self.table.class_names[int(self.table.class_codes[row])]

    def session_of(self, row: int) -> str:
        """The name of a table row's capture session."""
        return self.table.session_names[int(self.table.session_codes[row])]


def prepare(diagnosis: Diagnosis) -> Prepared:
    """Sort and index a diagnosis: some seconds for a million pictures."""
    table = diagnosis.table
    order = np.argsort(table.class_codes, kind="stable")
    bounds = np.searchsorted(table.class_codes[order], np.arange(1, len(table.class_names)))
    class_rows = tuple(np.split(order, bounds)) if len(table.class_names) else ()
    places, spreads = {}, {}
    for lens in diagnosis.lenses:
        place = np.full(len(table), -1, np.int32)
        place[lens.rows] = np.arange(len(lens.rows), dtype=np.int32)
        places[lens.name] = place
        codes = table.class_codes[lens.rows]
        for plain, values in ((False, lens.values), (True, lens.plain_values)):
            spreads[lens.name, plain] = spread_of(values, codes, len(table.class_names))
    name_codes, row_codes = _name_codes(table)
    pairs = table.class_codes[row_codes >= 0] * max(len(name_codes), 1) + row_codes[row_codes >= 0]
    counts = np.bincount(pairs, minlength=len(table.class_names) * max(len(name_codes), 1))
    return Prepared(
        diagnosis,
        class_rows,
        tuple(_facts(table, rows) for rows in class_rows),
        places,
        spreads,
        name_codes,
        row_codes,
        counts.reshape(len(table.class_names), max(len(name_codes), 1))[:, : len(name_codes)],
        *_for_dock(diagnosis),
        {
            (lens.name, plane): PointIndex.of(np.ascontiguousarray(points, np.float32))
            for lens in diagnosis.lenses
            for plane, points in ((PCA, lens.plane), (PARTING, lens.spread_map))
        },
    )


def prepared_steps(steps: Steps) -> Steps:
    """The steps of a diagnosis, each Diagnosis among their results prepared."""
    from thermview.diagnosis.results import Diagnosis

    for step in steps:
        if isinstance(step.result, Diagnosis):
            yield Progress(step.done, step.total, prepare(step.result), step.unit)
        else:
            yield step


def spread_of(values: Floats, codes: NDArray[np.intp], classes: int) -> Spread:
    """Densities that are known, sorted in all and within each class."""
    known = np.flatnonzero(np.isfinite(values)).astype(np.int32)
    values, codes = values[known], codes[known]
    order = np.lexsort((values, codes))
    bounds = np.searchsorted(codes[order], np.arange(1, classes))
    if not classes:
        return Spread(np.sort(values), (), ())
    return Spread(
        np.sort(values), tuple(np.split(values[order], bounds)), tuple(np.split(known[order], bounds))
    )


def _facts(table: PictureTable, rows: Rows) -> ClassFacts:
    readable = rows[table.readable[rows]]
    looks = table.looks[readable]
    channels = np.bincount(looks["channels"], minlength=5)
    sizes = looks["columns"].astype(np.int64) << 32 | looks["rows"]
    found, counts = np.unique(sizes, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return ClassFacts(
        {name: int(channels[n]) for n, name in _CHANNELS.items() if channels[n]},
        {(int(found[n]) >> 32, int(found[n]) & 0xFFFFFFFF): int(counts[n]) for n in order},
        len(np.unique(table.session_codes[rows])),
        float(np.median(looks["blur"])) if len(looks) else float("nan"),
        spread_over(table.session_codes[readable], readable, _SAMPLES),
    )


def _name_codes(table: PictureTable) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Object and state of file names as one code, and each row's, -1 where its name says nothing."""
    tokens = table.tokens
    states = max(len(tokens.state_names), 1)
    known = (tokens.object_codes >= 0) & (tokens.state_codes >= 0)
    both = np.where(known, tokens.object_codes.astype(np.int64) * states + tokens.state_codes, -1)
    found = np.unique(both[known])
    names = tuple(
        f"{tokens.object_names[int(code) // states]}_{tokens.state_names[int(code) % states]}"
        for code in found
    )
    return names, np.where(known, np.searchsorted(found, both), -1).astype(np.int32)


def _for_dock(diagnosis: Diagnosis) -> tuple[dict[str, PictureDensities], Any]:
    """Densities as the density dock and the badges of the list want them."""
    from thermview.diagnosis.densities import PictureDensities
    from thermview.diagnosis.picture_scores import picture_scores

    table = diagnosis.table
    found: dict[str, PictureDensities] = {}
    ids = [id_of(path) for path in table.paths] if diagnosis.lenses else []
    for lens in diagnosis.lenses:
        if diagnosis.model is None:
            break
        rows = lens.rows
        place = np.full(len(table) + 1, -1, np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        found[lens.name] = PictureDensities(
            names=tuple(ids[row] for row in rows),
            paths=tuple(table.paths[row] for row in rows),
            class_names=table.class_names,
            class_codes=table.class_codes[rows],
            session_names=table.session_names,
            session_codes=table.session_codes[rows],
            values=lens.values,
            plain_values=lens.plain_values,
            percentiles=lens.percentiles,
            neighbours=place[lens.neighbours],
            reference=np.empty(0, np.intp),
            vectors=lens.vectors,  # type: ignore[arg-type]
            hashes=table.looks["hash"][rows],
            model=diagnosis.model,
            problems=tuple(table.problems.values()),
            notices=lens.notices,
            complete=True,
            seconds=diagnosis.seconds,
            definition=lens.definition,
            plain_definition=lens.plain_definition,
        )
    _share_index(list(found.values()))
    for densities in found.values():
        count_ahead(densities)
    generic = found.get(diagnosis.generic.name) if diagnosis.generic is not None else None
    return found, None if generic is None or not len(generic) else picture_scores(generic)


def _share_index(found: list[PictureDensities]) -> None:
    """Look names up here, in the thread, and once for all lenses of the same pictures: it is a large table."""
    for densities in found:
        if densities.names == found[0].names:
            densities.__dict__["index"] = found[0].index
        else:
            _ = densities.index
