"""Class folders that stand under each other's names: whole classes whose names in files say the other's object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.findings.known import Known, evidence, percent
from thermview.diagnosis.results import Finding, Severity

WHOLE_SHARE = 0.5
"""Where more of a class than this carries a foreign code, the folder's name is as suspect as the pictures are."""
_CLEAR_SHARE, _LEAST_PICTURES = 0.75, 5


@dataclass(frozen=True)
class _Pair:
    """Two classes of two objects of which each carries the code of the other's companions; `support`: how many."""

    first: int
    second: int
    support: int


def exchanged_pairs(known: Known) -> tuple[_Pair, ...]:
    """Pairs of classes that look exchanged, those alone for which most other classes speak."""
    main = _main_codes(known)
    subject_of = known.subjects[1]
    found = []
    for first, second in combinations([int(code) for code in known.named if main[code] >= 0], 2):
        mine, theirs = subject_of[first], subject_of[second]
        if mine < 0 or theirs < 0 or mine == theirs or main[first] == main[second]:
            continue
        beside_first = _beside(known, main, first, int(main[second]))
        beside_second = _beside(known, main, second, int(main[first]))
        if beside_first and beside_second:
            found.append(_Pair(first, second, beside_first + beside_second))
    most = max((pair.support for pair in found), default=0)
    return tuple(pair for pair in found if pair.support == most)


def _main_codes(known: Known) -> NDArray[np.intp]:
    """(classes,): the object code that nearly all of a class's named pictures carry, -1 where none does."""
    table = known.table
    codes = table.tokens.object_codes
    main = np.full(len(table.class_names), -1, np.intp)
    for code in known.named:
        here = codes[table.class_codes == code]
        here = here[here >= 0]
        if len(here) < _LEAST_PICTURES:
            continue
        counts = np.bincount(here)
        if counts.max() >= _CLEAR_SHARE * len(here):
            main[code] = int(counts.argmax())
    return main


def _beside(known: Known, main: NDArray[np.intp], class_code: int, wanted: int) -> int:
    """How many other classes of the same object carry this code."""
    subject_of = known.subjects[1]
    others = (subject_of == subject_of[class_code]) & (main == wanted)
    others[class_code] = False
    return int(others.sum())


def exchanged_classes(known: Known) -> Iterator[Finding]:
    """One finding on all pairs that the names cannot tell apart."""
    pairs = exchanged_pairs(known)
    if not pairs:
        return
    main, names = _main_codes(known), known.table.tokens.object_names
    told = [
        f"{known.class_name(pair.first)} (named {names[main[pair.first]]}) and "
        f"{known.class_name(pair.second)} (named {names[main[pair.second]]})"
        for pair in pairs
    ]
    rows = np.concatenate([known.table.members(code) for pair in pairs for code in (pair.first, pair.second)])
    share = len(rows) / max(len(known.table), 1)
    which = "" if len(pairs) == 1 else "; which of these pairs it was, the names cannot say"
    yield Finding(
        kind="classes exchanged",
        severity=Severity.HIGH,
        sentence=(
            f"Two class folders look exchanged: {' or '.join(told)}. Each carries the object code of the other's "
            f"object, whole ({percent(share)} of the pictures){which}."
        ),
        numbers={"pairs": len(pairs), "pictures": len(rows), "share": share},
        rows=evidence(rows),
        standard="Acc-ML-7",
        advice="Look at both folders and rename them; no single picture has to be moved.",
    )
