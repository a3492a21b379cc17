"""Files: those that cannot be read, copies, and formats that are mixed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.counts import counted
from thermview.diagnosis.findings.known import Known, evidence, listed, percent
from thermview.diagnosis.results import Finding, Rows, Severity

_GRAVE_UNREADABLE = 0.05
_MIXED = 0.01
_SIZE_RATIO, _MANY_SMALL = 4.0, 0.2


def unreadable(known: Known) -> Iterator[Finding]:
    """Files that hold no picture, or none any more."""
    hygiene, count = known.hygiene, len(known.table)
    rows = np.flatnonzero(~known.table.readable)
    if not len(rows):
        return
    share = len(rows) / count
    parts = [f"{len(hygiene.unreadable)} cannot be read"] if len(hygiene.unreadable) else []
    parts += [f"{len(hygiene.empty)} {'is' if len(hygiene.empty) == 1 else 'are'} empty"] * bool(
        len(hygiene.empty)
    )
    gone = len(rows) - len(hygiene.unreadable) - len(hygiene.empty)
    parts += [f"{gone} vanished during the scan"] * (gone > 0)
    classes = sorted({known.class_name(code) for code in known.table.class_codes[rows]})
    yield Finding(
        kind="unreadable files",
        severity=Severity.HIGH if share >= _GRAVE_UNREADABLE else Severity.MEDIUM,
        sentence=f"Of {count} files {' and '.join(parts)} ({percent(share)}; in {listed(classes)}).",
        numbers={
            "unreadable": len(hygiene.unreadable),
            "empty": len(hygiene.empty),
            "gone": gone,
            "share": share,
        },
        rows=evidence(rows),
        standard="Com-ML-4",
        advice="Fetch these files again from where they came from, or leave them out.",
    )


def duplicates(known: Known) -> Iterator[Finding]:
    """Equal files, wherever they lie."""
    groups = known.hygiene.duplicates
    copies = sum(len(group) - 1 for group in groups)
    if not groups:
        return
    share = copies / max(len(known.table), 1)
    yield Finding(
        kind="duplicates",
        severity=Severity.MEDIUM if share >= _MIXED else Severity.LOW,
        sentence=(
            f"{counted(copies, 'file')} ({percent(share)}) "
            f"{'is an exact copy of another' if copies == 1 else 'are exact copies of others'}."
        ),
        numbers={"groups": len(groups), "copies": copies, "share": share},
        rows=evidence(np.concatenate(groups)),
        standard="Con-ML-1",
        advice="Keep one of each group; a copy in the test set makes a model look better than it is.",
    )


def near_duplicates(known: Known) -> Iterator[Finding]:
    """Near-equal pictures where they are not simply frames of one session."""
    groups = known.hygiene.near_duplicates
    if not groups:
        return
    rows = np.concatenate(groups)
    share = len(rows) / max(len(known.table), 1)
    yield Finding(
        kind="near duplicates",
        severity=Severity.MEDIUM if share >= _MIXED else Severity.LOW,
        sentence=(
            f"{counted(len(groups), 'group')} of near-equal pictures ({counted(len(rows), 'picture')}, "
            f"{percent(share)}) {'comes' if len(groups) == 1 else 'come'} from different sessions or classes, or "
            f"from two boxes of one frame; {known.hygiene.near_in_session} more are near-equal frames of one session."
        ),
        numbers={
            "groups": len(groups),
            "pictures": len(rows),
            "share": share,
            "near in session": known.hygiene.near_in_session,
        },
        rows=evidence(rows),
        standard="Sim-ML-1",
        advice="Keep one of each group, and never part a group between training and test.",
    )


def channel_mix(known: Known) -> Iterator[Finding]:
    """More than one channel layout."""
    layouts = known.table.looks["channels"]
    yield from _mix(
        known,
        "channel mix",
        "channel layouts",
        known.hygiene.channels,
        _minority(known, layouts),
        "Bring all pictures to one channel layout (see the fix that unifies channels in a copy).",
    )


def bit_depth_mix(known: Known) -> Iterator[Finding]:
    """More than one bit depth."""
    depths = {f"{bits} bits": count for bits, count in known.hygiene.bit_depths.items()}
    rows = _minority(known, known.table.looks["bits"])
    yield from _mix(
        known, "bit depth mix", "bit depths", depths, rows, "Bring all pictures to one bit depth."
    )


def _minority(known: Known, values: NDArray[Any]) -> Rows:
    """Readable pictures that are not like most, the rarest first."""
    rows = np.flatnonzero(known.table.readable)
    if not len(rows):
        return rows
    _, inverse, counts = np.unique(values[rows], return_inverse=True, return_counts=True)
    often = counts[inverse]
    fewer = np.flatnonzero(inverse != counts.argmax())
    return rows[fewer[np.argsort(often[fewer], kind="stable")]]


def _mix(
    known: Known, kind: str, what: str, counts: Mapping[str, int], rows: Rows, advice: str
) -> Iterator[Finding]:
    total = sum(counts.values())
    present = sorted(((n, name) for name, n in counts.items() if n), reverse=True)
    if len(present) < 2:
        return
    parts = ", ".join(f"{name} {percent(n / total)}" for n, name in present)
    minority = 1 - present[0][0] / total
    yield Finding(
        kind=kind,
        severity=Severity.MEDIUM if minority >= _MIXED else Severity.LOW,
        sentence=f"The pictures have {len(present)} {what}: {parts}.",
        numbers={name: n / total for n, name in present},
        rows=evidence(rows),
        standard="Con-ML-3",
        advice=advice,
    )


def sizes(known: Known) -> Iterator[Finding]:
    """Pictures very much smaller than others lose what they show when all are brought to one size."""
    rows = np.flatnonzero(known.table.readable)
    if not len(rows):
        return
    looks = known.table.looks[rows]
    areas = looks["columns"].astype(np.float64) * looks["rows"]
    middle = float(np.median(areas))
    small = np.flatnonzero(areas * _SIZE_RATIO**2 < middle)
    if not len(small):
        return
    share = len(small) / len(rows)
    yield Finding(
        kind="small pictures",
        severity=Severity.MEDIUM if share >= _MANY_SMALL else Severity.LOW,
        sentence=(
            f"{counted(len(small), 'picture')} ({percent(share)}) {'has' if len(small) == 1 else 'have'} less than "
            f"1/16 of the usual {middle:.0f} pixels; there are {len(known.hygiene.sizes)} sizes in all."
        ),
        numbers={"pictures": len(small), "share": share, "median pixels": middle},
        rows=evidence(rows[small[np.argsort(areas[small], kind="stable")]]),
        standard="Bal-ML-2",
        advice="Leave out what is too small to show its object, or train on such sizes on purpose.",
    )


def transparent(known: Known) -> Iterator[Finding]:
    """Pictures whose fourth channel says something, which most training code drops in silence."""
    rows = known.hygiene.not_opaque
    if not len(rows):
        return
    share = len(rows) / max(int(known.table.readable.sum()), 1)
    yield Finding(
        kind="transparent pictures",
        severity=Severity.MEDIUM if share >= _MIXED else Severity.LOW,
        sentence=f"{counted(len(rows), 'picture')} ({percent(share)}) "
        f"{'has an alpha channel that is' if len(rows) == 1 else 'have alpha channels that are'} not opaque.",
        numbers={"pictures": len(rows), "share": share},
        rows=evidence(rows),
        standard="Con-ML-3",
        advice="Find out what is hidden there before the channel is dropped.",
    )
