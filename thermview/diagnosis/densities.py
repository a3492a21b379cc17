"""Densities of the pictures of a capture: measured as a job, asked for by recording."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.capture.classes import is_normal_class
from thermview.capture.ids import id_of
from thermview.capture.index import CaptureIndex
from thermview.diagnosis.density import (
    DEFINITION,
    PLAIN_DEFINITION,
    Density,
    percentiles,
    plain_density,
    session_density,
)
from thermview.diagnosis.embedding import EmbeddedPictures, embed_pictures
from thermview.diagnosis.embedding_cache import EmbeddingRows
from thermview.diagnosis.sessions import Sessions, find_sessions, picture_classes
from thermview.inference import Model
from thermview.jobs import Progress, Steps, last_result
from thermview.paths import cache_folder
from thermview.scoring import ModelId

SNAPSHOT_LIMIT = 5000
"""A snapshot while pictures are embedded shows at most so many of them, so that it costs a second at most."""


@dataclass(frozen=True)
class PictureDensities:
    """Densities of n pictures of a capture in one embedding; never to be compared with those of another.

    `names`: recording ids. `paths`: below the capture. `class_codes` (n,) index `class_names`,
    `session_codes` (n,) index `session_names`. `values`, `plain_values` (n,): NaN where a density cannot be
    said. `neighbours` (n, 10): indices of the nearest reference pictures of other sessions, -1 where there
    are fewer. `problems`: one sentence for each file left out; `notices`: what to keep in mind. `complete`
    False: a snapshot of part of the pictures. `seconds`: spent on all of it.
    """

    names: tuple[str, ...]
    paths: tuple[str, ...]
    class_names: tuple[str, ...]
    class_codes: NDArray[np.intp]
    session_names: tuple[str, ...]
    session_codes: NDArray[np.intp]
    values: NDArray[np.float32]
    plain_values: NDArray[np.float32]
    percentiles: NDArray[np.float32]
    neighbours: NDArray[np.int32]
    reference: NDArray[np.intp]
    vectors: EmbeddingRows
    hashes: NDArray[np.uint64]
    model: ModelId
    problems: tuple[str, ...]
    notices: tuple[str, ...]
    complete: bool
    seconds: float
    definition: str = DEFINITION
    plain_definition: str = PLAIN_DEFINITION

    def __len__(self) -> int:
        return len(self.names)

    @property
    def classes(self) -> tuple[str, ...]:
        """Each picture's class."""
        return tuple(self.class_names[code] for code in self.class_codes)

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Recording id to row."""
        return {name: row for row, name in enumerate(self.names)}

    @cached_property
    def kept(self) -> dict[str, Any]:
        """What was worked out of these densities once and is shown again and again, by what it is."""
        return {}

    def of(self, recording_id: str) -> float | None:
        """A picture's density, or None where it has none."""
        return self._one(self.values, recording_id)

    def percentile(self, recording_id: str) -> float | None:
        """Share (0 to 100) of its class's pictures that are less dense, or None where it has no density."""
        return self._one(self.percentiles, recording_id)

    def _one(self, values: NDArray[np.float32], recording_id: str) -> float | None:
        row = self.index.get(recording_id)
        return None if row is None or not np.isfinite(values[row]) else float(values[row])

    def members(self, class_name: str) -> NDArray[np.intp]:
        """Rows of a class's pictures; empty for a class that is not there."""
        if class_name not in self.class_names:
            return np.empty(0, dtype=np.intp)
        return np.flatnonzero(self.class_codes == self.class_names.index(class_name))

    def of_class(self, class_name: str) -> NDArray[np.float32]:
        """The densities of a class that have one, in the order of `names`."""
        values = self.values[self.members(class_name)]
        return values[np.isfinite(values)]

    def histogram(self, class_name: str = "", bins: int = 60) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Counts (bins,) and edges (bins + 1,) of a class, or of all pictures; the edges suit all classes."""
        finite = self.values[np.isfinite(self.values)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
        shown = self.of_class(class_name) if class_name else finite
        counts, edges = np.histogram(shown, bins=bins, range=(low, max(high, low + 1e-6)))
        return counts.astype(np.intp), edges

    def is_normal(self, class_name: str) -> bool | None:
        """True for a normal class, False for an anomaly, None where its name cannot say."""
        return is_normal_class(class_name)

    def neighbours_of(self, recording_id: str) -> tuple[str, ...]:
        """Recording ids of the nearest reference pictures of other sessions, nearest first."""
        row = self.index.get(recording_id)
        near = () if row is None else self.neighbours[row]
        return tuple(self.names[other] for other in near if other >= 0)


def measure_densities(
    root: Path,
    model: Model,
    *,
    pictures: Iterable[str] | None = None,
    cache: Path | None = None,
    class_of: Callable[[str], str] | None = None,
) -> Steps:
    """Embed a capture's pictures and measure their densities; the results are PictureDensities.

    `pictures`: paths below `root`, else all that a scan finds. `cache`: the folder that keeps embeddings,
    else ThermView's own. `class_of`: tells the class of a path, where a person or an annotation file knows
    better than the folders. Progress counts recordings while scanning, pictures while embedding, each some
    hundreds of which a snapshot comes, densities in the end. What cannot be read is a problem in the
    result; ModelError where the model is no embedding.
    """
    if pictures is None:
        index = CaptureIndex(root)
        for step in index.scan():
            yield Progress(step.done, step.total, unit="recordings")
        paths, issues = sorted(index.paths()), index.issues
    else:
        paths, issues = list(pictures), ()
    folder = cache if cache is not None else cache_folder() / "embeddings"
    model_id = ModelId(model.id.name, model.sha256)
    for step in embed_pictures(root, paths, model, folder):
        embedded: EmbeddedPictures | None = step.result
        if embedded is None:
            yield step
            continue
        classes = [class_of(path) for path in embedded.paths] if class_of else picture_classes(embedded.paths)
        if embedded.complete:
            yield Progress(step.done, step.total, unit="pictures")
            yield from _densities(embedded, classes, model_id, issues)
        else:
            shown = last_result(_densities(*_sampled(embedded, classes), model_id, issues))
            yield Progress(step.done, step.total, shown, "pictures")


def _sampled(embedded: EmbeddedPictures, classes: list[str]) -> tuple[EmbeddedPictures, list[str]]:
    count = len(embedded.paths)
    if count <= SNAPSHOT_LIMIT:
        return embedded, classes
    rows = np.sort(np.random.default_rng(0).permutation(count)[:SNAPSHOT_LIMIT])
    sample = replace(
        embedded,
        paths=tuple(embedded.paths[row] for row in rows),
        rows=embedded.rows.subset(rows),
        hashes=embedded.hashes[rows],
    )
    return sample, [classes[row] for row in rows]


def _densities(
    embedded: EmbeddedPictures, classes: list[str], model: ModelId, issues: tuple[str, ...]
) -> Steps:
    """Both densities of embedded pictures; Progress counts two for each picture."""
    sessions = find_sessions(embedded.paths, classes, embedded.hashes)
    class_names, class_codes = _coded(classes)
    count = len(embedded.paths)
    found: list[Density] = []
    for steps in (
        session_density(embedded.rows, sessions.codes, class_codes, class_names),
        plain_density(embedded.rows),
    ):
        for step in steps:
            if step.result is not None:
                found.append(step.result)
            else:
                yield Progress(count * len(found) + step.done, 2 * count, unit="densities")
    result = _joined(embedded, sessions, class_names, class_codes, found, model, issues)
    yield Progress(2 * count, 2 * count, result, "densities")


def _joined(
    embedded: EmbeddedPictures,
    sessions: Sessions,
    class_names: tuple[str, ...],
    class_codes: NDArray[np.intp],
    found: list[Density],
    model: ModelId,
    issues: tuple[str, ...],
) -> PictureDensities:
    density, plain = found
    return PictureDensities(
        names=tuple(id_of(path) for path in embedded.paths),
        paths=embedded.paths,
        class_names=class_names,
        class_codes=class_codes,
        session_names=sessions.names,
        session_codes=sessions.codes,
        values=density.values,
        plain_values=plain.values,
        percentiles=percentiles(density.values, class_codes),
        neighbours=density.neighbours,
        reference=density.reference,
        vectors=embedded.rows,
        hashes=embedded.hashes,
        model=model,
        problems=(*issues, *embedded.problems),
        notices=(*embedded.notices, *sessions.notices, *density.notices, *plain.notices),
        complete=embedded.complete,
        seconds=embedded.seconds,
    )


def _coded(classes: list[str]) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    names = sorted(set(classes))
    code_of = {name: code for code, name in enumerate(names)}
    return tuple(names), np.array([code_of[name] for name in classes], dtype=np.intp)
