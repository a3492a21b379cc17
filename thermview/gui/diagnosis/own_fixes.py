"""The fixes that a diagnosis proposes, with what a person decided otherwise; no Qt here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from thermview.gui.diagnosis.choices import Choices
from thermview.review.fixes import Exclude, Fixes, Relabel, corrected_classes, fixes_of, kept_rows
from thermview.review.fixes_split import session_split

if TYPE_CHECKING:
    from thermview.diagnosis.results import Diagnosis

Shares = tuple[float, float, float]
BY_HAND = "decided by hand"


def fixes_with(diagnosis: Diagnosis, choices: Choices, shares: Shares) -> Fixes:
    """Proposals overruled by what was decided by hand; the split by session follows from both."""
    table = diagnosis.table
    proposed = fixes_of(diagnosis, shares=shares)
    row_of = table.row_of
    left = {row_of[path] for path in choices.left if path in row_of}
    moved = {row_of[path]: name for path, name in choices.relabelled.items() if path in row_of}
    gone = {row_of[path]: why for path, why in choices.excluded.items() if path in row_of}
    own_relabel = {row: Relabel(row, name, BY_HAND) for row, name in moved.items()}
    own_exclude = {row: Exclude(row, True, f"{BY_HAND}: {why}") for row, why in gone.items()}
    relabel = {
        change.row: change
        for change in proposed.relabel
        if change.row not in left and change.row not in gone and change.row not in moved
    } | own_relabel
    exclude = {
        each.row: each
        for each in proposed.exclude
        # what cannot be read cannot stay, whoever wants it to
        if each.row not in gone and (not table.readable[each.row] or each.row not in left | set(moved))
    } | own_exclude
    if not (left or moved or gone):
        return proposed
    relabels = tuple(relabel[row] for row in sorted(relabel))
    excludes = tuple(exclude[row] for row in sorted(exclude))
    together = (*diagnosis.hygiene.duplicates, *diagnosis.hygiene.near_duplicates)
    split = session_split(
        table, corrected_classes(table, relabels), kept_rows(table, excludes), together, shares
    )
    return replace(proposed, relabel=relabels, exclude=excludes, split=split)
