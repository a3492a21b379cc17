"""What findings are drawn from, and what their sentences share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.contamination import code_agreement, subjects
from thermview.diagnosis.exchanged import ExchangedPair, exchanged_pairs
from thermview.diagnosis.results import (
    Contamination,
    Finding,
    GreyZone,
    Hygiene,
    Lens,
    Rows,
    TokenSplit,
)
from thermview.diagnosis.table import PictureTable

RELATED = 0.5
"""Where names and classes go together for fewer pictures than this, one of the two is not what it seems."""
EVIDENCE = 1000
"""A finding shows at most so many pictures."""


@dataclass(frozen=True, eq=False)
class Known:
    """Everything that was measured on a set."""

    table: PictureTable
    hygiene: Hygiene
    generic: Lens | None = None
    domain: Lens | None = None
    contamination: tuple[Contamination, ...] = ()
    splits: tuple[TokenSplit, ...] = ()
    grey_zones: tuple[GreyZone, ...] = ()
    shared_lowest: Rows | None = None

    @cached_property
    def counts(self) -> NDArray[np.intp]:
        """(classes,): pictures of each class."""
        return np.bincount(self.table.class_codes, minlength=len(self.table.class_names)).astype(np.intp)

    @cached_property
    def named(self) -> NDArray[np.intp]:
        """Codes of the classes that have a name and pictures."""
        named = np.array([bool(name) for name in self.table.class_names], bool)
        return np.flatnonzero(named & (self.counts > 0))

    @cached_property
    def subjects(self) -> tuple[tuple[str, ...], NDArray[np.intp]]:
        """Objects, and each class's (classes,), -1 without."""
        return subjects(self.table.class_names)

    @cached_property
    def exchanged(self) -> tuple[ExchangedPair, ...]:
        """Pairs of classes that look exchanged: told by a finding of their own, and by no other."""
        return exchanged_pairs(self.table, self.named, self.subjects[1])

    @cached_property
    def name_agreement(self) -> float:
        """See contamination.code_agreement."""
        return code_agreement(self.table)

    def sessions_of(self, class_code: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Capture sessions that a class's pictures come from, and how many come from each."""
        classes, sessions, counts = self._units
        first, stop = np.searchsorted(classes, [class_code, class_code + 1])
        return sessions[first:stop], counts[first:stop]

    @cached_property
    def _units(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        """Class, session and number of pictures for each pair that there is, by class."""
        width = max(len(self.table.session_names), 1)
        pairs, counts = np.unique(
            self.table.class_codes * width + self.table.session_codes, return_counts=True
        )
        return pairs // width, pairs % width, counts.astype(np.intp)

    def class_name(self, code: int) -> str:
        """As a sentence names it."""
        return self.table.class_names[code] or "pictures of no class"


Judge = Callable[[Known], Iterator[Finding]]


def percent(share: float) -> str:
    """A share as a sentence gives it: `0.4 %`, `12 %`; neither none nor all where it is not."""
    value = 100 * share
    if 0 < value < 9.95:
        return "below 0.1 %" if value < 0.05 else f"{value:.1f} %"
    return f"{min(value, 99.9):.1f} %" if 99.5 <= value < 100 else f"{value:.0f} %"


def listed(names: Iterable[str], limit: int = 3) -> str:
    """`a, b, c and 2 more`."""
    every = list(names)
    shown = every if len(every) <= limit + 1 else every[:limit]
    rest = len(every) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def evidence(rows: Rows) -> Rows:
    """The first of them, as many as a finding shows."""
    return np.asarray(rows[:EVIDENCE], np.intp)
