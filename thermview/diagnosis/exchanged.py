"""Pairs of class folders that stand under each other's names."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.table import PictureTable

_CLEAR_SHARE, _LEAST_PICTURES = 0.75, 5


@dataclass(frozen=True)
class ExchangedPair:
    """Two classes of two objects of which each carries the object code of the other's companions.

    `first_named`, `second_named`: the codes that they carry; `support`: how many companions speak for it.
    """

    first: int
    second: int
    first_named: str
    second_named: str
    support: int


def exchanged_pairs(
    table: PictureTable, classes: NDArray[np.intp], subject_of: NDArray[np.intp]
) -> tuple[ExchangedPair, ...]:
    """Pairs of `classes` that look exchanged, those alone for which most other classes speak.

    `subject_of` (classes of the table,): the object of each class, -1 without.
    """
    main, names = _main_codes(table, classes), table.tokens.object_names
    found = []
    for first, second in combinations([int(code) for code in classes if main[code] >= 0], 2):
        mine, theirs = subject_of[first], subject_of[second]
        if mine < 0 or theirs < 0 or mine == theirs or main[first] == main[second]:
            continue
        beside_first = _beside(subject_of, main, first, int(main[second]))
        beside_second = _beside(subject_of, main, second, int(main[first]))
        if beside_first and beside_second:
            support = beside_first + beside_second
            found.append(ExchangedPair(first, second, names[main[first]], names[main[second]], support))
    most = max((pair.support for pair in found), default=0)
    return tuple(pair for pair in found if pair.support == most)


def _main_codes(table: PictureTable, classes: NDArray[np.intp]) -> NDArray[np.intp]:
    """(classes of the table,): the object code that nearly all of a class's named pictures carry; -1 without."""
    codes = table.tokens.object_codes
    main = np.full(len(table.class_names), -1, np.intp)
    for code in classes:
        here = codes[table.class_codes == code]
        here = here[here >= 0]
        if len(here) < _LEAST_PICTURES:
            continue
        counts = np.bincount(here)
        if counts.max() >= _CLEAR_SHARE * len(here):
            main[code] = int(counts.argmax())
    return main


def _beside(subject_of: NDArray[np.intp], main: NDArray[np.intp], class_code: int, wanted: int) -> int:
    """How many other classes of the same object carry this code."""
    others = (subject_of == subject_of[class_code]) & (main == wanted)
    others[class_code] = False
    return int(others.sum())
