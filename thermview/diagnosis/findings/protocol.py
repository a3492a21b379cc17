"""How the set was captured: annotations, dates and distances, what one side of a label has and the other lacks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from thermview.counts import counted
from thermview.diagnosis.findings.known import Known, evidence, listed, percent
from thermview.diagnosis.results import Annotations, Finding, Severity
from thermview.diagnosis.token_splits import tokens_of

_GAP_SHARE = 0.1
_UNITS = {
    "ambient_temperature_c": "ambient temperature",
    "inspection_low_c": "lower end of the inspected temperatures",
    "inspection_high_c": "upper end of the inspected temperatures",
    "distance_m": "distance",
    "humidity_percent": "humidity",
    "wind_speed_m_s": "wind speed",
}


def annotation_faults(known: Known) -> Iterator[Finding]:
    """Pictures and annotation files that do not agree."""
    found = known.hygiene.annotations
    if len(found.missing):
        share = len(found.missing) / max(len(known.table), 1)
        yield Finding(
            kind="annotations missing",
            severity=Severity.MEDIUM if share >= 0.01 else Severity.LOW,
            sentence=f"{counted(len(found.missing), 'picture')} ({percent(share)}) "
            f"{'has' if len(found.missing) == 1 else 'have'} no annotation, where others have one.",
            numbers={"pictures": len(found.missing), "share": share},
            rows=evidence(found.missing),
            standard="Com-ML-5",
            advice="Annotate them or leave them out of training.",
        )
    yield from _dangling(found)
    if len(found.outside):
        yield Finding(
            kind="boxes outside",
            severity=Severity.MEDIUM,
            sentence=f"{counted(len(found.outside), 'picture')} {'has' if len(found.outside) == 1 else 'have'} a box "
            "that reaches out of the picture.",
            numbers={"pictures": len(found.outside)},
            rows=evidence(found.outside),
            standard="Acc-ML",
            advice="Correct these boxes; training code may crop, skip or crash on them.",
        )
    if found.issues:
        yield Finding(
            kind="annotation faults",
            severity=Severity.LOW,
            sentence=f"{counted(len(found.issues), 'fault')} in annotation files; what could not be used was left out; "
            f"the first: {found.issues[0].rstrip('.')}.",
            numbers={"issues": len(found.issues), "files": found.files},
            rows=np.zeros(0, np.intp),
            standard="Acc-ML",
            advice="Correct the annotation files; the report lists every fault.",
        )


def _dangling(found: Annotations) -> Iterator[Finding]:
    """Records of pictures that nobody has."""
    said = []
    if count := len(found.dangling):
        said.append(
            f"{counted(count, 'picture')} that annotation files list {'is' if count == 1 else 'are'} not there: "
            f"{listed(found.dangling)}"
        )
    if count := len(found.orphans):
        said.append(
            f"{counted(count, 'annotation')} {'points' if count == 1 else 'point'} at a picture that "
            f"{'its' if count == 1 else 'their'} own file does not list ({listed(found.orphans)})"
        )
    if said:
        yield Finding(
            kind="annotations dangling",
            severity=Severity.MEDIUM,
            sentence=f"{'; '.join(said)}.",
            numbers={"pictures": len(found.dangling), "annotations": len(found.orphans)},
            rows=np.zeros(0, np.intp),
            standard="Con-ML",
            advice="Fetch these pictures, or strike their records.",
        )


def missing_conditions(known: Known) -> Iterator[Finding]:
    """Conditions of capture that some records leave out."""
    gaps = {what: rows for what, rows in known.hygiene.annotations.gaps.items() if len(rows)}
    if not gaps:
        return
    rows = np.unique(np.concatenate(list(gaps.values())))
    names = listed((f"{_UNITS.get(what, what)} ({len(some)})" for what, some in sorted(gaps.items())), 6)
    yield Finding(
        kind="conditions missing",
        severity=Severity.LOW,
        sentence=(
            f"Records of {counted(len(rows), 'picture')} leave out conditions of capture that others state: {names}."
        ),
        numbers={what: len(some) for what, some in sorted(gaps.items())},
        rows=evidence(rows),
        standard="Com-ML-3",
        advice="Note all conditions at every capture; a temperature means little without them.",
    )


def odd_dates_and_distances(known: Known) -> Iterator[Finding]:
    """What names say and cannot or should not be."""
    cases = (
        ("dates outside", known.hygiene.dates_outside, "a date outside the collection window", "Cur-ML-2"),
        (
            "odd distances",
            known.hygiene.odd_distances,
            "a distance beyond what the set states or usually has",
            "Acc-ML-6",
        ),
    )
    for kind, rows, what, standard in cases:
        if len(rows):
            sessions = len(np.unique(known.table.session_codes[rows]))
            yield Finding(
                kind=kind,
                severity=Severity.LOW,
                sentence=f"{counted(len(rows), 'picture')} of {counted(sessions, 'capture session')} "
                f"{'states' if len(rows) == 1 else 'state'} {what}.",
                numbers={"pictures": len(rows), "sessions": sessions},
                rows=evidence(rows),
                standard=standard,
                advice="Check the names against the capture log.",
            )


def distance_gaps(known: Known) -> Iterator[Finding]:
    """Distances at which an object is there in one state and never in the other."""
    distance = tokens_of(known.table.tokens)[0]
    names, subject_of = known.subjects
    pictures = known.table.class_codes
    lacking, rows = [], []
    for number, name in enumerate(names):
        of_object = (subject_of[pictures] == number) & (distance.codes >= 0)
        sides = {state: np.flatnonzero(of_object & (known.table.normal == state)) for state in (1, 0)}
        if not all(len(side) for side in sides.values()):
            continue
        for state, what in ((1, "anomalies"), (0, "normal pictures")):
            side, other = sides[state], sides[1 - state]
            shares = np.bincount(distance.codes[side], minlength=len(distance.values)) / len(side)
            alone = np.setdiff1d(np.flatnonzero(shares >= _GAP_SHARE), distance.codes[other])
            if len(alone):
                lacking.append(f"{name} has no {what} at {listed(distance.values[code] for code in alone)}")
                rows.append(side[np.isin(distance.codes[side], alone)])
    if lacking:
        yield Finding(
            kind="protocol gaps",
            severity=Severity.MEDIUM,
            sentence=f"Normal pictures and anomalies were not taken at the same distances: {listed(lacking, 4)}.",
            numbers={"gaps": len(lacking)},
            rows=evidence(np.concatenate(rows)),
            standard="Rep-ML",
            advice="Collect both states at the same distances, else a model learns the distance.",
        )
