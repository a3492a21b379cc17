"""The whole diagnosis of a picture set as one job: scan, hygiene, embedding, lenses, findings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.contamination import find_contamination, name_suspects
from thermview.diagnosis.embedding import EmbeddedPictures, embed_pictures, without_densities
from thermview.diagnosis.findings import Known, all_findings
from thermview.diagnosis.grey_zones import find_grey_zones
from thermview.diagnosis.hygiene import measure_hygiene
from thermview.diagnosis.lenses import Lenses, measure_lenses
from thermview.diagnosis.results import Diagnosis, Hygiene, Lens, Rows
from thermview.diagnosis.scan import scan_pictures
from thermview.diagnosis.score_card import score_card
from thermview.diagnosis.table import PictureTable
from thermview.diagnosis.token_splits import find_splits
from thermview.errors import ModelError
from thermview.inference import Model
from thermview.inference.pictures import check_embedding, embed, picture_tensor
from thermview.jobs import Progress, Steps
from thermview.paths import cache_folder
from thermview.scoring import ModelId


def diagnose(
    root: Path,
    model: Model | None,
    *,
    model_problem: str = "",
    cache: Path | None = None,
    collected: tuple[date, date] | None = None,
    farthest_m: float | None = None,
    seed: int = 0,
) -> Steps:
    """Diagnose the picture set below `root`; the last result is a Diagnosis, all others None.

    `model`: the embedding of L2, which L3 is learnt from; with None there are no lenses, and `model_problem` says why.
    A model that fails on the way is left out, which the diagnosis says likewise. `cache`: the folder that keeps
    what scans and embeddings cost, ThermView's own where None. `collected`, `farthest_m`: when the set is
    said to be taken and from how far at most, see `measure_hygiene`. Progress counts recordings, files,
    pictures, densities, fits and findings in turn; stopped at any step, the next run goes on from what is
    kept. The same folder, model and seed give the same diagnosis.
    """
    begun = perf_counter()
    if model is not None:
        try:
            check_embedding(model)  # before a scan of hours, not after it
        except ModelError as error:
            model, model_problem = None, without_densities(error)
    table: PictureTable | None = None
    for step in scan_pictures(root, cache=cache):
        table = step.result
        yield replace(step, result=None)
    assert table is not None, "a scan always ends with a table"
    hygiene: Hygiene | None = None
    for step in measure_hygiene(root, table, cache=cache, collected=collected, farthest_m=farthest_m):
        hygiene = step.result
        yield replace(step, result=None)
    assert hygiene is not None, "hygiene always ends with a result"
    embedded: EmbeddedPictures | None = None
    if model is not None and table.readable.any():
        paths = [table.paths[row] for row in np.flatnonzero(table.readable)]
        try:
            for step in embed_pictures(root, paths, model, cache or cache_folder() / "embeddings"):
                embedded = step.result
                yield replace(step, result=None)
        except ModelError as error:  # one that fails on real pictures only, or whose file has gone
            model, embedded, model_problem = None, None, without_densities(error)
    given = _Given(root, table, hygiene, model, embedded, model_problem)
    for step in _diagnosed(given, seed):
        if step.result is not None:
            step = replace(step, result=replace(step.result, seconds=perf_counter() - begun))
        yield step


@dataclass(frozen=True, eq=False)
class _Given:
    root: Path
    table: PictureTable
    hygiene: Hygiene
    model: Model | None
    embedded: EmbeddedPictures | None
    model_problem: str

    @property
    def model_id(self) -> ModelId | None:
        return None if self.model is None else ModelId(self.model.id.name, self.model.sha256)

    def rows(self) -> Rows:
        """Table rows of the embedded pictures."""
        if self.embedded is None:
            return np.zeros(0, np.intp)
        row_of = self.table.row_of
        return np.fromiter((row_of[path] for path in self.embedded.paths), np.intp)

    def mean_vector(self) -> NDArray[np.float32] | None:
        """The embedding of the set's mean picture."""
        if self.model is None:
            return None
        means = self.table.mean_pictures
        weights = np.bincount(self.table.class_codes[self.table.readable], minlength=len(means)).astype(
            np.float64
        )
        weights[np.isnan(means).any(axis=(1, 2, 3))] = 0
        if not weights.any():
            return None
        mean = np.tensordot(weights / weights.sum(), np.nan_to_num(means), axes=1)
        picture = np.clip(np.rint(mean), 0, 255).astype(np.uint8)
        vector = embed(self.model, picture_tensor(picture, self.model.card))[0]
        return np.asarray(vector, np.float32)


def _diagnosed(given: _Given, seed: int) -> Steps:
    """From what was read and embedded to the Diagnosis."""
    rows = given.rows()
    vectors: Any = np.zeros((0, 1), np.float16) if given.embedded is None else given.embedded.rows
    lenses: Lenses | None = None
    for step in measure_lenses(given.table, rows, vectors, mean_vector=given.mean_vector(), seed=seed):
        lenses = step.result
        yield replace(step, result=None)
    assert lenses is not None, "measuring always ends with lenses"
    embedding = () if given.embedded is None else (*given.embedded.problems, *given.embedded.notices)
    for step in concluding(given.root, given.table, given.hygiene, lenses, given.model_id, seed=seed):
        if step.result is not None:
            notices = (*step.result.notices, *embedding)
            missing = dict(step.result.missing)
            if given.model is None:
                why = given.model_problem or "No embedding model was asked for: L1 alone, no densities."
                missing = {"L2": why, "L3": why}
            told = replace(step.result, notices=notices, missing=missing, model_problem=given.model_problem)
            step = replace(step, result=told)
        yield step


def concluding(
    root: Path, table: PictureTable, hygiene: Hygiene, lenses: Lenses, model: ModelId | None, *, seed: int = 0
) -> Steps:
    """What follows from everything that was measured; the last result is the Diagnosis, its `seconds` 0."""
    yield Progress(0, 3, unit="findings")
    measured = [lens for lens in (lenses.generic, lenses.domain) if lens is not None]
    contamination = find_contamination(table, name_suspects(table), measured)
    yield Progress(1, 3, unit="findings")
    splits = find_splits(table, measured, seed=seed)
    yield Progress(2, 3, unit="findings")
    known = Known(
        table=table,
        hygiene=hygiene,
        generic=lenses.generic,
        domain=lenses.domain,
        contamination=contamination,
        splits=splits,
        grey_zones=find_grey_zones(table, measured[-1]) if measured else (),
        shared_lowest=_shared_lowest(lenses.generic, lenses.domain),
    )
    notices = (*table.notices, *hygiene.notices, *lenses.notices, *_notices(table))
    diagnosis = _diagnosis(root, known, model, notices)
    yield Progress(3, 3, replace(diagnosis, missing=lenses.missing), "findings")


def _diagnosis(root: Path, known: Known, model: ModelId | None, notices: tuple[str, ...]) -> Diagnosis:
    return Diagnosis(
        root=root,
        table=known.table,
        hygiene=known.hygiene,
        generic=known.generic,
        domain=known.domain,
        shared_lowest=np.zeros(0, np.intp) if known.shared_lowest is None else known.shared_lowest,
        contamination=known.contamination,
        splits=known.splits,
        grey_zones=known.grey_zones,
        findings=all_findings(known),
        score_card=score_card(known),
        model=model,
        seconds=0.0,
        notices=notices,
    )


def _shared_lowest(generic: Lens | None, domain: Lens | None) -> Rows | None:
    """Pictures among the least dense of both, in the order of L2; None without both."""
    if generic is None or domain is None:
        return None
    return generic.lowest[np.isin(generic.lowest, domain.lowest)]


def _notices(table: PictureTable) -> tuple[str, ...]:
    if not len(table):
        return ("There are no pictures here.",)
    if not table.readable.any():
        return (f"None of {len(table)} pictures could be read.",)
    return ()
