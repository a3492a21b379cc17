"""Class folders that stand under each other's names: whole classes whose names in files say the other's object."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from thermview.diagnosis.findings.known import Known, evidence, percent
from thermview.diagnosis.results import Finding, Severity


def exchanged_classes(known: Known) -> Iterator[Finding]:
    """One finding on all pairs that the names cannot tell apart."""
    pairs = known.exchanged
    if not pairs:
        return
    told = [
        f"{known.class_name(pair.first)} (named {pair.first_named}) and "
        f"{known.class_name(pair.second)} (named {pair.second_named})"
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
