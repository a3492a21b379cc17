"""What is said of a set's files, line by line, each with its pictures; no Qt here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from thermview.gui.parts.plain_words import count_text, percent_text

if TYPE_CHECKING:
    from thermview.diagnosis.results import Diagnosis
    from thermview.gui.diagnosis.prepared import Rows

_TOLD = 12
_MOST_SIZES = 3


@dataclass(frozen=True, eq=False)
class FileRow:
    """A line: what, how many pictures and which, how so, and more words for a tip."""

    what: str
    count: int
    how: str
    rows: Rows
    words: str = ""


def file_rows(diagnosis: Diagnosis) -> list[FileRow]:
    """Channels, sizes, what cannot be read, copies, annotations, dates and distances."""
    hygiene, notes = diagnosis.hygiene, diagnosis.hygiene.annotations
    rows = [*_layouts(diagnosis), _sizes(diagnosis)]
    plain = (
        ("cannot be read", hygiene.unreadable, "damaged, or no picture"),
        ("empty files", hygiene.empty, "of no bytes"),
        ("not opaque", hygiene.not_opaque, "an alpha channel that lets something through"),
        ("exact copies", _flat(hygiene.duplicates), _group_text(hygiene.duplicates, "the same file twice")),
        ("nearly equal", _flat(hygiene.near_duplicates),
         _group_text(hygiene.near_duplicates, "in different sessions or classes")),
        ("without annotation", notes.missing, f"{count_text(notes.files, 'annotation file')} read"),
        ("box outside", notes.outside, "a box reaches out of its picture"),
        ("date outside", hygiene.dates_outside, "far from all others, or outside the stated time"),
        ("odd distance", hygiene.odd_distances, "a distance that cannot be"),
    )  # fmt: skip
    for what, found, how in plain:
        problems = [
            diagnosis.table.problems[row] for row in found[:_TOLD].tolist() if row in diagnosis.table.problems
        ]
        rows.append(FileRow(what, len(found), how if len(found) else "none", found, "\n".join(problems)))
    for what, found in notes.gaps.items():
        rows.append(
            FileRow(
                f"no {' '.join(what.split('_')[:-1]) or what}", len(found), "left out by their record", found
            )
        )
    nothing = np.zeros(0, np.intp)
    for what, texts in (
        ("annotated pictures not there", notes.dangling),
        ("annotations of no picture", notes.orphans),
        ("faults in annotations", notes.issues),
    ):
        if texts:
            rows.append(FileRow(what, len(texts), texts[0], nothing, "\n".join(texts[:_TOLD])))
    return rows


def _layouts(diagnosis: Diagnosis) -> list[FileRow]:
    looks, readable = diagnosis.table.looks, diagnosis.table.readable
    found, total = [], max(int(readable.sum()), 1)
    for code, name in ((1, "grey"), (2, "grey + alpha"), (3, "RGB"), (4, "RGBA")):
        rows = np.flatnonzero(readable & (looks["channels"] == code))
        if len(rows):
            found.append(
                FileRow(name, len(rows), f"{percent_text(len(rows) / total)} of what can be read", rows)
            )
    return found


def _sizes(diagnosis: Diagnosis) -> FileRow:
    """All that are not of the most frequent size."""
    sizes = list(diagnosis.hygiene.sizes.items())
    if not sizes:
        return FileRow("sizes", 0, "none read", np.zeros(0, np.intp))
    columns, rows = sizes[0][0]
    looks = diagnosis.table.looks
    other = diagnosis.table.readable & ((looks["columns"] != columns) | (looks["rows"] != rows))
    told = ", ".join(f"{w}×{h} px ({count_text(n)})" for (w, h), n in sizes[:_MOST_SIZES])
    how = f"{count_text(len(sizes), 'size')}, most often {told}"
    lines = "\n".join(f"{w}×{h} px: {count_text(n)}" for (w, h), n in sizes[: 2 * _TOLD])
    return FileRow(f"not {columns}×{rows} px", int(other.sum()), how, np.flatnonzero(other), lines)


def _flat(groups: Sequence[Rows]) -> Rows:
    return np.concatenate(groups).astype(np.intp) if groups else np.zeros(0, np.intp)


def _group_text(groups: Sequence[Rows], what: str) -> str:
    return f"{count_text(len(groups), 'group')}, {what}"
