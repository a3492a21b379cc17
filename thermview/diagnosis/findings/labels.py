"""Labels that disagree: with the file's name, with the neighbours, with an equal file in another class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from thermview.counts import counted
from thermview.diagnosis.findings.known import RELATED, Known, evidence, listed, percent
from thermview.diagnosis.results import Contamination, Finding, Lens, Rows, Severity

_GRAVE_SHARE, _GRAVE_PICTURES = 0.01, 5
_CLEAR_CLASS, _LOST, _OTHER = 0.6, 0.1, 0.7
_LEAST_PICTURES, _LEAST_SESSIONS = 3, 4


def contamination(known: Known) -> Iterator[Finding]:
    """One finding for each code that does not belong where it lies, one for all that are strewn about."""

    def key(found: Contamination) -> tuple[int, str]:
        return found.class_code, found.code

    strewn: list[Contamination] = []
    whole = {code for pair in known.exchanged for code in (pair.first, pair.second)}
    others = [found for found in known.contamination if found.class_code not in whole]
    ordered = sorted(others, key=key)  # stable: the most suspect session stays first
    for (class_code, code), members in groupby(ordered, key):
        group = list(members)
        if max(len(found.rows) for found in group) < _GRAVE_PICTURES:
            strewn += group
        else:
            yield _contaminated(known, class_code, code, group)
    if len({key(found) for found in strewn}) > 1:
        yield _strewn(known, strewn)
    elif strewn:
        yield _contaminated(known, *key(strewn[0]), strewn)


def _stated(agreement: float) -> dict[str, float]:
    return {"agreement": agreement} if np.isfinite(agreement) else {}


def _strewn(known: Known, found: Sequence[Contamination]) -> Finding:
    """Single pictures here and there, as from slips of the hand."""
    ranked = sorted(found, key=lambda one: -len(one.rows) * (1 if np.isnan(one.agreement) else one.agreement))
    rows = np.concatenate([one.rows for one in ranked])
    share = len(rows) / max(int(known.counts[known.named].sum()), 1)
    classes = {one.class_code for one in found}
    known_agreements = [one.agreement for one in found if np.isfinite(one.agreement)]
    agreement = float(np.mean(known_agreements)) if known_agreements else float("nan")
    sentence = (
        f"{len(rows)} pictures ({percent(share)}), strewn over {counted(len(classes), 'class', 'classes')} and "
        f"{counted(len({one.session for one in found}), 'capture session')}, carry codes that belong to other classes"
    )
    if known_agreements:
        sentence += (
            f"; {percent(agreement)} of their nearest neighbours are of a class that the code belongs to"
        )
    return Finding(
        kind="contamination",
        severity=Severity.HIGH if share >= _GRAVE_SHARE else Severity.MEDIUM,
        sentence=sentence + ".",
        numbers={
            "classes": len(classes),
            "pictures": len(rows),
            "sessions": len({one.session for one in found}),
            "share": share,
            **_stated(agreement),
        },
        rows=evidence(rows),
        standard="Acc-ML-7",
        advice="Look at them one by one, beside their neighbours, and move or leave out those that are wrong.",
    )


def _contaminated(known: Known, class_code: int, code: str, group: Sequence[Contamination]) -> Finding:
    rows = np.concatenate([found.rows for found in group])
    share = len(rows) / int(known.counts[class_code])
    agreements = [found.agreement for found in group if np.isfinite(found.agreement)]
    agreement = float(np.mean(agreements)) if agreements else float("nan")
    own = _share_of_class(known, rows, class_code)
    grave = share >= _GRAVE_SHARE or len(rows) >= _GRAVE_PICTURES
    looks_right = np.isfinite(own) and own >= 0.8
    sentence = (
        f"{known.class_name(class_code)}: {counted(len(rows), 'picture')} ({percent(share)}) of "
        f"{counted(len(group), 'capture session')} ({listed(found.session for found in group)}) "
        f"{'carries' if len(rows) == 1 else 'carry'} the code {code}, which belongs to another class"
    )
    if agreements:
        sentence += f"; {percent(agreement)} of their nearest neighbours are of a class that it belongs to"
    if looks_right:
        sentence += ", but most are of this class, as if the names were wrong"
    return Finding(
        kind="contamination",
        severity=Severity.HIGH if grave and not looks_right else Severity.MEDIUM,
        sentence=sentence + ".",
        numbers={
            "class": known.table.class_names[class_code],
            "code": code,
            "pictures": len(rows),
            "sessions": len(group),
            "share": share,
            **_stated(agreement),
        },
        rows=evidence(rows),
        standard="Acc-ML-7",
        advice="Look at these sessions and move them to the class that they show, or leave them out.",
    )


def unrelated_names(known: Known) -> Iterator[Finding]:
    """Names whose object code tells nothing about the class, where both name an object."""
    agreement = known.name_agreement
    if not agreement < RELATED:
        return
    yield Finding(
        kind="names unrelated",
        severity=Severity.MEDIUM,
        sentence=(
            f"The object in file names and the object of the class go together for {percent(agreement)} of the "
            "pictures only, whichever code is taken to mean which object: one of the two is not what it seems."
        ),
        numbers={"agreement": agreement},
        rows=np.zeros(0, np.intp),
        standard="Acc-ML-7",
        advice="Find out whether classes or names were mixed up as a whole before trusting either.",
    )


def _share_of_class(known: Known, rows: Rows, class_code: int) -> float:
    """Of the neighbours of these pictures, by the generic lens; NaN without one."""
    if known.generic is None:
        return float("nan")
    near = known.generic.neighbours[np.isin(known.generic.rows, rows)]
    near = near[near >= 0]
    return float(np.mean(known.table.class_codes[near] == class_code)) if len(near) else float("nan")


def neighbours_that_disagree(known: Known) -> Iterator[Finding]:
    """Sessions whose pictures lie among those of one other class, where their own class is otherwise clear.

    Names may be right while the label is not; the state of one object is less sure than the object. Pictures that
    the names have found are not repeated.
    """
    if known.generic is None:
        return
    subject_of = known.subjects[1]
    told = [found.rows for found in known.contamination]
    strangers = _strangers(known, known.generic, np.concatenate(told) if told else np.zeros(0, np.intp))
    for class_code, other, rows, sessions in strangers:
        names = listed(known.table.session_names[code] for code in sessions)
        yield Finding(
            kind="neighbours disagree",
            severity=Severity.LOW if subject_of[class_code] == subject_of[other] else Severity.MEDIUM,
            sentence=(
                f"{known.class_name(class_code)}: the {counted(len(rows), 'picture')} of "
                f"{counted(len(sessions), 'capture session')} ({names}) lie among pictures of "
                f"{known.class_name(other)}, whereas the class's other sessions lie among their own."
            ),
            numbers={
                "class": known.table.class_names[class_code],
                "other class": known.table.class_names[other],
                "pictures": len(rows),
                "sessions": len(sessions),
            },
            rows=evidence(rows),
            standard="Con-ML-2",
            advice="Look at these pictures beside their neighbours; the class may be wrong.",
        )


def _strangers(known: Known, lens: Lens, told: Rows) -> Iterator[tuple[int, int, Rows, NDArray[np.intp]]]:
    """Class, other class, pictures and sessions."""
    classes, sessions = known.table.class_codes[lens.rows], known.table.session_codes[lens.rows]
    usable = (lens.neighbours >= 0).any(axis=1) & ~np.isin(lens.rows, told)
    for class_code in known.named:
        here = np.flatnonzero((classes == class_code) & usable)
        units, inverse, counts = np.unique(sessions[here], return_inverse=True, return_counts=True)
        if len(units) < _LEAST_SESSIONS:
            continue
        votes = _votes(known, lens.neighbours[here], inverse, len(units))
        own = votes[:, class_code].copy()
        if np.median(own) < _CLEAR_CLASS:
            continue
        votes[:, class_code] = 0
        others = votes.argmax(axis=1)
        lost = (own <= _LOST) & (votes.max(axis=1) >= _OTHER) & (counts >= _LEAST_PICTURES)
        for other in np.unique(others[lost]):
            chosen = lost & (others == other)
            yield int(class_code), int(other), lens.rows[here[chosen[inverse]]], units[chosen]


def _votes(
    known: Known, neighbours: NDArray[np.int32], units: NDArray[np.intp], count: int
) -> NDArray[np.float64]:
    """(sessions, classes): shares of the classes among the neighbours of each session's pictures."""
    width = len(known.table.class_names)
    there = neighbours >= 0
    places = units[np.nonzero(there)[0]] * width + known.table.class_codes[neighbours[there]]
    votes = np.bincount(places, minlength=count * width).reshape(count, width).astype(np.float64)
    return np.asarray(votes / np.maximum(votes.sum(axis=1, keepdims=True), 1))


def conflicting_duplicates(known: Known) -> Iterator[Finding]:
    """Equal or near-equal files under two labels: whichever is right, one of them is wrong."""
    kinds = (
        ("duplicates across classes", known.hygiene.duplicates, "equal", Severity.HIGH),
        ("near duplicates across classes", known.hygiene.near_duplicates, "near-equal", Severity.MEDIUM),
    )
    for kind, groups, how, severity in kinds:
        torn = [group for group in groups if len(_named_classes(known, group)) > 1]
        if not torn:
            continue
        pairs = sorted({" and ".join(sorted(_named_classes(known, group))) for group in torn})
        rows = np.concatenate(torn)
        yield Finding(
            kind=kind,
            severity=severity,
            sentence=(
                f"{counted(len(torn), 'group')} of {how} pictures "
                f"{'lies' if len(torn) == 1 else 'lie'} in different classes ({listed(pairs)})."
            ),
            numbers={"groups": len(torn), "pictures": len(rows)},
            rows=evidence(rows),
            standard="Con-ML-2",
            advice="Decide on one class for each group and leave the other copies out.",
        )


def _named_classes(known: Known, rows: Rows) -> set[str]:
    return {known.table.class_names[code] for code in known.table.class_codes[rows]} - {""}
