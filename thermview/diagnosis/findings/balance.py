"""How pictures are shared out: between classes, between capture sessions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from thermview.counts import counted
from thermview.diagnosis.findings.known import Known, evidence, listed, percent
from thermview.diagnosis.results import Finding, Severity

_RATIOS = ((20.0, Severity.HIGH), (5.0, Severity.MEDIUM), (2.0, Severity.LOW))
FEW_SESSIONS = 5
"""A class of fewer capture sessions cannot show how its pictures vary."""
_DOMINANT, _EXPECTED_TIMES = 0.3, 3.0
_FRAME_RATES = 3.0


def imbalance(known: Known) -> Iterator[Finding]:
    """The largest class against the smallest."""
    codes = known.named
    if len(codes) < 2:
        return
    counts = known.counts[codes]
    ratio = float(counts.max() / counts.min())
    severity = next((severity for limit, severity in _RATIOS if ratio >= limit), None)
    if severity is None:
        return
    largest, smallest = int(codes[counts.argmax()]), int(codes[counts.argmin()])
    yield Finding(
        kind="class imbalance",
        severity=severity,
        sentence=(
            f"The largest class, {known.class_name(largest)}, has {ratio:.2f} times as many pictures ({counts.max()}) "
            f"as the smallest, {known.class_name(smallest)} ({counts.min()})."
        ),
        numbers={
            "ratio": ratio,
            "largest class": known.class_name(largest),
            "largest": int(counts.max()),
            "smallest class": known.class_name(smallest),
            "smallest": int(counts.min()),
        },
        rows=evidence(known.table.members(smallest)),
        standard="Bal-ML-3",
        advice="Weight classes in training (see the class weights among the fixes) or collect more of the small ones.",
    )


def few_sessions(known: Known) -> Iterator[Finding]:
    """Classes whose pictures come from a handful of capture sessions, however many pictures there are."""
    few = [int(code) for code in known.named if len(known.sessions_of(code)[0]) < FEW_SESSIONS]
    if not few:
        return
    numbers = {known.class_name(code): len(known.sessions_of(code)[0]) for code in few}
    names = listed(f"{name} ({count})" for name, count in sorted(numbers.items(), key=lambda item: item[1]))
    rows = np.flatnonzero(np.isin(known.table.class_codes, few))
    yield Finding(
        kind="few capture sessions",
        severity=Severity.MEDIUM if min(numbers.values()) < 3 else Severity.LOW,
        sentence=(
            f"{counted(len(few), 'class', 'classes')} {'comes' if len(few) == 1 else 'come'} from fewer than "
            f"{FEW_SESSIONS} capture sessions: {names}; what is said of them is said of those sessions."
        ),
        numbers=numbers,
        rows=evidence(rows),
        standard="Eft-ML-2",
        advice="Collect these classes on more days and at more places before training on them.",
    )


def dominating_sessions(known: Known) -> Iterator[Finding]:
    """Sessions that make up so much of a class that a model learns the session."""
    for code in known.named:
        sessions, counts = known.sessions_of(code)
        present = len(sessions)
        share = float(counts.max() / counts.sum())
        expected = 1 / max(present, 1)
        if present < 2 or share < _DOMINANT or share < _EXPECTED_TIMES * expected:
            continue
        session = int(sessions[counts.argmax()])
        here = known.table.session_codes == session
        rows = np.flatnonzero(here & (known.table.class_codes == code))
        yield Finding(
            kind="dominating session",
            severity=Severity.MEDIUM,
            sentence=(
                f"{known.class_name(code)}: {percent(share)} of the pictures come from one of its {present} capture "
                f"sessions, {known.table.session_names[session]}."
            ),
            numbers={
                "class": known.class_name(code),
                "session": known.table.session_names[session],
                "pictures": len(rows),
                "share": share,
                "sessions": present,
            },
            rows=evidence(rows),
            standard="Rep-ML",
            advice="Thin this session out, or weight pictures by session.",
        )


def frame_rates(known: Known) -> Iterator[Finding]:
    """Classes that differ in pictures per session: what plain densities then compare is the frame rate."""
    usual = {int(code): float(np.median(known.sessions_of(code)[1])) for code in known.named}
    if len(usual) < 2:
        return
    most, least = max(usual, key=lambda code: usual[code]), min(usual, key=lambda code: usual[code])
    ratio = usual[most] / usual[least]
    if ratio < _FRAME_RATES:
        return
    yield Finding(
        kind="pictures per session",
        severity=Severity.LOW,
        sentence=(
            f"A capture session has {usual[most]:g} pictures in {known.class_name(most)} and {usual[least]:g} in "
            f"{known.class_name(least)} (medians); plain densities compare this as much as the pictures."
        ),
        numbers={"ratio": ratio, "most": usual[most], "least": usual[least]},
        rows=np.zeros(0, np.intp),
        standard="Rep-ML",
        advice="Read the session-aware density, and split training from test by session.",
    )
