"""Label contamination: pictures whose file name's object or state belongs to another class than the one they lie in.

No list of codes is built in: which code belongs to which object, and which to normal or anomaly, is what most capture
sessions of the set say. A session counts 1 however many frames it has, shared out among the classes
that its pictures lie in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermview.capture.classes import is_normal_class, split_class
from thermview.diagnosis.results import Contamination, Lens, Rows
from thermview.diagnosis.table import PictureTable

EVERY_OBJECT = "every object"
_OWN_SHARE = 0.5
"""A code belongs to a group only where it makes up so much of the group's sessions."""
_FOREIGN_SHARE = 0.7
"""A code is foreign to a group in which its share is below so much of that in the group it belongs to."""


@dataclass(frozen=True, eq=False)
class Suspects:
    """Pictures whose name disagrees with their class: `rows` of the table, and what their codes stand for.

    `belongs` (objects + 1, states + 1, classes): whether a class is one that the two codes belong to; the last
    of each stands for no code.
    """

    rows: Rows
    belongs: NDArray[np.bool_]


def subjects(class_names: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """Objects that classes are of, and each class's: "Pipe" for `Pipe-Leak`; -1 for the class "".

    Classes that are a state alone (`OK`, `NG`) are of one object, "every object".
    """
    own = [_subject(name) for name in class_names]
    names = sorted({name for name in own if name})
    return tuple(names), np.array([names.index(name) if name else -1 for name in own], np.intp)


def _subject(class_name: str) -> str:
    subject, state = split_class(class_name)
    return EVERY_OBJECT if not state and is_normal_class(class_name) is not None else subject


def name_suspects(table: PictureTable) -> Suspects:
    """Pictures whose names disagree with their class."""
    tokens, count = table.tokens, len(table.class_names)
    weights = _picture_weights(table)
    _, subject_of = subjects(table.class_names)
    state_of = np.array([-1 if said is None else int(said) for said in table.class_normal], np.intp)
    objects, foreign_object = _foreign(
        tokens.object_codes, len(tokens.object_names), subject_of, table.class_codes, weights
    )
    states, foreign_state = _foreign(
        tokens.state_codes, len(tokens.state_names), state_of, table.class_codes, weights
    )
    suspect = foreign_object[tokens.object_codes, table.class_codes]
    suspect = suspect | foreign_state[tokens.state_codes, table.class_codes]
    of_object = _is_of(objects, subject_of)
    both = of_object[:, None, :] & _is_of(states, state_of)[None, :, :]
    belongs = np.where(both.any(axis=2, keepdims=True), both, of_object[:, None, :])
    return Suspects(np.flatnonzero(suspect), belongs.reshape(len(objects), len(states), count))


def _picture_weights(table: PictureTable) -> NDArray[np.float64]:
    """(n,): a picture's share of its session."""
    counts = np.bincount(table.session_codes, minlength=len(table.session_names))
    return np.asarray(1 / np.maximum(counts[table.session_codes], 1))


def _foreign(
    codes: NDArray[np.int32],
    code_count: int,
    group_of_class: NDArray[np.intp],
    classes: NDArray[np.intp],
    weights: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """The group each code belongs to (codes + 1,), -1 for none, and whether it is foreign to a class.

    The latter is (codes + 1, classes); the last code stands for none and is foreign nowhere.
    """
    group_count = int(group_of_class.max(initial=-1)) + 1
    own = np.full(code_count + 1, -1, np.intp)
    foreign = np.zeros((code_count + 1, len(group_of_class)), bool)
    if not code_count or group_count < 2:
        return own, foreign
    groups = group_of_class[classes]
    known = (codes >= 0) & (groups >= 0)
    places = codes[known].astype(np.intp) * group_count + groups[known]
    sums = np.bincount(places, weights=weights[known], minlength=code_count * group_count)
    table = sums.reshape(code_count, group_count)
    shares = table / np.maximum(table.sum(axis=0), 1e-12)
    most = shares.argmax(axis=1)
    sure = shares[np.arange(code_count), most] >= _OWN_SHARE
    own[:-1] = np.where(sure, most, -1)
    there = group_of_class >= 0
    here = shares[:, group_of_class[there]]
    limit = _FOREIGN_SHARE * shares.max(axis=1, keepdims=True)
    foreign[:-1, there] = sure[:, None] & (here < limit)
    return own, foreign


def code_agreement(table: PictureTable) -> float:
    """Share of pictures whose object code is most at home in their class's object; NaN without several of both."""
    names, subject_of = subjects(table.class_names)
    codes, own = table.tokens.object_codes, subject_of[table.class_codes] if len(table) else subject_of
    known = (codes >= 0) & (own >= 0) if len(table) else np.zeros(0, bool)
    if len(np.unique(own[known])) < 2 or len(np.unique(codes[known])) < 2:
        return float("nan")
    weights = _picture_weights(table)[known]
    places = codes[known].astype(np.intp) * len(names) + own[known]
    sums = np.bincount(places, weights=weights, minlength=len(table.tokens.object_names) * len(names))
    shares = sums.reshape(-1, len(names))
    home = (shares / np.maximum(shares.sum(axis=0), 1e-12)).argmax(axis=1)
    return float(np.average(home[codes[known]] == own[known], weights=weights))


def _is_of(own: NDArray[np.intp], group_of_class: NDArray[np.intp]) -> NDArray[np.bool_]:
    """(codes, classes): whether a class is of the group that a code belongs to."""
    return np.asarray((own[:, None] == group_of_class[None, :]) & (own[:, None] >= 0))


def find_contamination(
    table: PictureTable, suspects: Suspects, lenses: Sequence[Lens]
) -> tuple[Contamination, ...]:
    """Suspects by class, code and capture session; those with most pictures that neighbours confirm come first."""
    rows = suspects.rows
    agreements = neighbour_agreement(table, suspects, lenses)
    keys = np.stack(
        [
            table.class_codes[rows],
            table.tokens.object_codes[rows],
            table.tokens.state_codes[rows],
            table.session_codes[rows],
        ]
    )
    _, groups = np.unique(keys, axis=1, return_inverse=True)
    counts = np.bincount(table.class_codes, minlength=len(table.class_names))
    # within a group the most suspect first; pictures whose neighbours are unknown come last
    order = np.lexsort((rows, -np.nan_to_num(agreements, nan=-1.0), groups.ravel()))
    starts = np.flatnonzero(np.diff(groups.ravel()[order], prepend=-1))
    found = []
    for members in np.split(order, starts[1:]) if len(rows) else []:
        first = rows[members[0]]
        code = int(table.class_codes[first])
        known = agreements[members][np.isfinite(agreements[members])]
        found.append(
            Contamination(
                class_code=code,
                code=_code_text(table, int(first)),
                session=table.session_names[table.session_codes[first]],
                rows=rows[members],
                share=len(members) / int(counts[code]),
                agreement=float(known.mean()) if len(known) else float("nan"),
            )
        )
    return tuple(sorted(found, key=_rank))


def _rank(found: Contamination) -> tuple[float, str, str]:
    weight = 1.0 if np.isnan(found.agreement) else 0.5 + found.agreement
    return -len(found.rows) * weight, found.session, found.code


def _code_text(table: PictureTable, row: int) -> str:
    tokens = table.tokens
    parts = (
        (tokens.object_names, tokens.object_codes[row]),
        (tokens.state_names, tokens.state_codes[row]),
    )
    return "_".join(names[code] for names, code in parts if code >= 0)


def neighbour_agreement(
    table: PictureTable, suspects: Suspects, lenses: Sequence[Lens]
) -> NDArray[np.float64]:
    """(suspects,): share of a picture's neighbours that are of a class its name belongs to; NaN without any."""
    total = np.zeros(len(suspects.rows))
    there = np.zeros(len(suspects.rows))
    objects = table.tokens.object_codes[suspects.rows]
    states = table.tokens.state_codes[suspects.rows]
    belongs = suspects.belongs[objects, states]
    for lens in lenses:
        places = np.full(len(table), -1, np.intp)
        places[lens.rows] = np.arange(len(lens.rows))
        at = places[suspects.rows]
        near = lens.neighbours[at]
        usable = (near >= 0) & (at >= 0)[:, None]
        same = np.take_along_axis(belongs, table.class_codes[near], axis=1) & usable
        total += same.sum(axis=1)
        there += usable.sum(axis=1)
    return np.where(there > 0, total / np.maximum(there, 1), np.nan)
