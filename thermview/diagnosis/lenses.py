"""Both lenses of a set: L2, the generic embedding, and L3, learnt from it on the set's own classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.counts import counted
from thermview.diagnosis.contamination import name_suspects
from thermview.diagnosis.embedding_cache import EmbeddingRows
from thermview.diagnosis.lens import LensInput, measure_lens
from thermview.diagnosis.lens_held_out import Half, LearntLens, learn_domain_lens
from thermview.diagnosis.lens_learning import DIMENSIONS, halves
from thermview.diagnosis.planes import Moments, principal_axes, session_weights, sum_moments
from thermview.diagnosis.results import Lens, Rows
from thermview.diagnosis.table import PictureTable
from thermview.jobs import Progress, Steps

_TAUGHT, _JUDGED, _OTHER = 0, 1, 2
_LEAST_CLASSES, _LEAST_SESSIONS = 2, 3
_MANY_SUSPECTS = 0.1
"""Where more names than this share disagree with their class, leaving them out would choose the outcome."""
_BLOCK = 16_384


@dataclass(frozen=True, eq=False)
class Lenses:
    """What could be measured; `missing`: by a lens' name why it is None, one sentence each."""

    generic: Lens | None
    domain: Lens | None
    notices: tuple[str, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)


def measure_lenses(
    table: PictureTable,
    rows: Rows,
    vectors: EmbeddingRows | NDArray[Any],
    *,
    mean_vector: NDArray[Any] | None = None,
    seed: int = 0,
) -> Steps:
    """Measure L2 on the vectors (m, d) of the table's `rows` (m,), learn L3, measure it; the last result is Lenses.

    `mean_vector` (d,): of the set's mean picture. Pictures of no class and those whose name disagrees
    with their class teach nothing.
    """
    if not len(rows):
        missing = {
            "L2": "No densities (L2): no picture of the set could be embedded.",
            "L3": "No domain lens (L3): it is learnt from the densities' embeddings, and there are none.",
        }
        yield Progress(0, 0, Lenses(None, None, missing=missing))
        return
    classes, sessions = table.class_codes[rows], table.session_codes[rows]
    parts, notice = _parts(table, rows, seed)
    found: list[Moments] = []
    for step in sum_moments(
        vectors, session_weights(sessions, classes), classes, len(table.class_names), parts, 3
    ):
        found = step.result or found
        yield replace(step, result=None)
    together = found[_TAUGHT] + found[_JUDGED] + found[_OTHER]
    given = LensInput("L2", table, rows, vectors, together, mean_vector, seed=seed)
    generic: Lens | None = None
    for step in measure_lens(given):
        generic = step.result
        yield replace(step, result=None)
    why = _why_not(table, rows, parts)
    if why:
        yield Progress(len(rows), len(rows), Lenses(generic, None, missing={"L3": why}), "densities")
        return
    domain: Lens | None = None
    for step in _domain(given, found, parts):
        domain = step.result
        yield replace(step, result=None)
    yield Progress(len(rows), len(rows), Lenses(generic, domain, (notice,) if notice else ()), "densities")


def _parts(table: PictureTable, rows: Rows, seed: int) -> tuple[NDArray[np.intp], str]:
    """(m,): which pictures teach the domain lens, which judge it, which do neither; and what to say of that."""
    classes, sessions = table.class_codes[rows], table.session_codes[rows]
    usable = np.array([bool(name) for name in table.class_names], bool)[classes]
    suspect = np.isin(rows, name_suspects(table).rows) & usable
    notice = ""
    if suspect.sum() > _MANY_SUSPECTS * usable.sum():
        notice = (
            f"{int(suspect.sum())} of {int(usable.sum())} file names disagree with their class, too many to leave out: "
            "the domain lens learnt from them too."
        )
    elif suspect.any():
        usable &= ~suspect
        odd = counted(int(suspect.sum()), "picture")
        notice = f"{odd} whose names disagree with their class taught the lens nothing."
    parts = np.full(len(rows), _OTHER, np.intp)
    parts[usable] = halves(sessions[usable], classes[usable], seed)
    return parts, notice


def _why_not(table: PictureTable, rows: Rows, parts: NDArray[np.intp]) -> str:
    """Why no lens can be learnt on these halves, one sentence; "" where one can."""
    classes, sessions = table.class_codes[rows], table.session_codes[rows]
    named = [table.class_names[code] for code in np.unique(classes) if table.class_names[code]]
    if len(named) < _LEAST_CLASSES:
        have = f"all pictures are of one, {named[0]}" if named else "the pictures are of none"
        return f"No domain lens (L3): it learns to tell classes apart, and {have}."
    for part, what in ((_TAUGHT, "to learn from"), (_JUDGED, "to be judged on")):
        here = parts == part
        found = len(np.unique(classes[here])), len(np.unique(sessions[here]))
        if found[0] < _LEAST_CLASSES or found[1] < _LEAST_SESSIONS:
            return (
                f"No domain lens (L3): it takes {_LEAST_SESSIONS} capture sessions of {_LEAST_CLASSES} classes to "
                f"learn from and as many others to be judged on; this set leaves {found[1]} of {found[0]} {what}."
            )
    return ""


def _domain(given: LensInput, moments: list[Moments], parts: NDArray[np.intp]) -> Steps:
    """Learn, project, measure; the last result is the Lens."""
    table = given.table
    known = np.array([-1 if said is None else int(said) for said in table.class_normal], np.int8)

    def half(part: int) -> Half:
        at = np.flatnonzero(parts == part)
        return Half(at, given.sessions[at], given.classes[at])

    learnt: LearntLens | None = None
    for step in learn_domain_lens(
        given.vectors,
        (principal_axes(moments[_TAUGHT], DIMENSIONS), principal_axes(moments[_JUDGED], DIMENSIONS)),
        half(_TAUGHT),
        half(_JUDGED),
        lambda codes: known[codes],
        seed=given.seed,
    ):
        learnt = step.result
        yield replace(step, result=None)
    assert learnt is not None, "learning always ends with a lens"
    count = len(given.rows)
    matrix = learnt.projection.matrix
    projected = np.empty((count, matrix.shape[1]), np.float16)
    for first in range(0, count, _BLOCK):
        block = learnt.projection(given.vectors[first : first + _BLOCK])
        projected[first : first + len(block)] = block
        yield Progress(first + len(block), count, unit="pictures")
    own_moments: list[Moments] = []
    weights = session_weights(given.sessions, given.classes)
    all_rows = np.zeros(count, np.intp)
    for step in sum_moments(projected, weights, given.classes, len(table.class_names), all_rows, 1):
        own_moments = step.result or own_moments
        yield replace(step, result=None)
    mean = None if given.mean_vector is None else learnt.projection(given.mean_vector[None])[0]
    yield from measure_lens(
        replace(
            given,
            name="L3",
            vectors=projected,
            moments=own_moments[0],
            mean_vector=mean,
            judged=parts == _JUDGED,
            held_out=learnt.held_out,
            notices=(*learnt.notices, _judged_notice(given.rows, parts)),
        )
    )


def _judged_notice(rows: Rows, parts: NDArray[np.intp]) -> str:
    return (
        f"Separation in L3 is measured on the {int(np.sum(parts == _JUDGED))} of {len(rows)} pictures whose capture "
        "sessions the lens did not learn from; densities of the others are a little too high."
    )
