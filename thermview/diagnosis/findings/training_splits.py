"""Splits into training, validation and test that the folders make, and what lies on both sides of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from thermview.counts import counted
from thermview.diagnosis.findings.known import Known, evidence, percent
from thermview.diagnosis.results import Finding, Rows, Severity

_SPLITS = {
    "train": "training",
    "training": "training",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}


def leakage(known: Known) -> Iterator[Finding]:
    """Capture sessions or copies that lie on both sides of a split that the folders make."""
    parts = split_parts(known.table.paths)
    if len(np.unique(parts[parts >= 0])) < 2:
        return
    sessions = _torn(known.table.session_codes, parts)
    if len(sessions):
        share = len(sessions) / max(int(np.sum(parts >= 0)), 1)
        count = len(np.unique(known.table.session_codes[sessions]))
        yield Finding(
            kind="sessions across splits",
            severity=Severity.HIGH,
            sentence=f"{counted(count, 'capture session')} ({percent(share)} of the pictures) "
            f"{'lies' if count == 1 else 'lie'} in more than one of training, validation and test.",
            numbers={"sessions": count, "pictures": len(sessions), "share": share},
            rows=evidence(sessions),
            standard="Sim-ML",
            advice="Split by capture session (see the fixes); frames of one session are near-copies.",
        )
    groups = (*known.hygiene.duplicates, *known.hygiene.near_duplicates)
    torn = [group for group in groups if len(np.unique(parts[group][parts[group] >= 0])) > 1]
    if torn:
        yield Finding(
            kind="copies across splits",
            severity=Severity.HIGH,
            sentence=f"{counted(len(torn), 'group')} of equal or near-equal pictures "
            f"{'lies' if len(torn) == 1 else 'lie'} in more than one of training, validation and test.",
            numbers={"groups": len(torn)},
            rows=evidence(np.concatenate(torn)),
            standard="Sim-ML-1",
            advice="Keep each group on one side of the split.",
        )


def split_parts(paths: Sequence[str]) -> NDArray[np.intp]:
    """(n,): which part of a training split a path's folders name, -1 where none."""
    known: dict[str, int] = {}
    kinds = sorted(set(_SPLITS.values()))
    parts = np.full(len(paths), -1, np.intp)
    for row, path in enumerate(paths):
        folder = path.rpartition("/")[0]
        if folder not in known:
            said = [_SPLITS[part] for part in folder.casefold().split("/") if part in _SPLITS]
            known[folder] = kinds.index(said[0]) if said else -1
        parts[row] = known[folder]
    return parts


def _torn(groups: NDArray[np.intp], parts: NDArray[np.intp]) -> Rows:
    """Rows of groups that lie in more than one part."""
    rows = np.flatnonzero(parts >= 0)
    count = int(groups.max(initial=0)) + 1
    least, most = np.full(count, 9), np.full(count, -1)
    np.minimum.at(least, groups[rows], parts[rows])
    np.maximum.at(most, groups[rows], parts[rows])
    return rows[(most > least)[groups[rows]]]
