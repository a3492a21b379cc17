"""What densities show: classes that fall apart, drift, grey zones, lonely pictures, no separation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from thermview.diagnosis.findings.known import Known, evidence, listed, percent, plural
from thermview.diagnosis.results import Finding, GreyZone, Severity, TokenSplit

_GRAVE_GAP, _GRAVE_SHARE = 1.0, 0.2
_ERROR = 0.2


def token_splits(known: Known) -> Iterator[Finding]:
    """Two normals in one class: what a token says decides how dense or where its pictures are."""
    surest: dict[tuple[int, str], TokenSplit] = {}
    for split in known.splits:  # the surest first: what the other lens says of the same is not repeated
        surest.setdefault((split.class_code, split.token), split)
    for split in surest.values():
        yield _drift(known, split) if split.token == "date" else _split(known, split)


def _split(known: Known, split: TokenSplit) -> Finding:
    gap, share = _gap(known, split)
    grave = split.token == "distance" and gap >= _GRAVE_GAP and share >= _GRAVE_SHARE
    most, least = int(np.argmax(split.medians)), int(np.argmin(split.medians))
    return Finding(
        kind=f"{split.token} split",
        severity=Severity.HIGH if grave else Severity.MEDIUM,
        sentence=(
            f"{known.class_name(split.class_code)} falls apart by {split.token}: {split.lens} density "
            f"{split.medians[most]:.2f} at {split.values[most]}, {split.medians[least]:.2f} at {split.values[least]} "
            f"(medians; p = {split.p:.2g})."
        ),
        numbers={
            "class": known.class_name(split.class_code),
            "p": split.p,
            "gap over quartile range": gap,
            **dict(zip(split.values, split.medians, strict=True)),
        },
        rows=evidence(split.rows),
        standard="Rep-ML",
        advice=(
            "Make sub-classes by distance (1 m steps, see the fixes), or keep to one distance when collecting."
            if split.token == "distance"
            else f"Make sure that every class is collected at every {split.token}."
        ),
    )


def _drift(known: Known, split: TokenSplit) -> Finding:
    return Finding(
        kind="drift",
        severity=Severity.MEDIUM,
        sentence=(
            f"{known.class_name(split.class_code)} drifts over time: {split.lens} density {split.medians[0]:.2f} in "
            f"{split.values[0]}, {split.medians[-1]:.2f} in {split.values[-1]} (medians; p = {split.p:.2g})."
        ),
        numbers={
            "class": known.class_name(split.class_code),
            "p": split.p,
            **dict(zip(split.values, split.medians, strict=True)),
        },
        rows=evidence(split.rows),
        standard="Rep-ML",
        advice="Split training from test by date once, to see whether a model survives the drift.",
    )


def _gap(known: Known, split: TokenSplit) -> tuple[float, float]:
    """Gap between the densest and the least dense value over the class's usual quartile range at one value,
    and the share of pictures on the smaller side of the middle between them."""
    lens = known.generic if known.generic is not None and split.lens == known.generic.name else known.domain
    if lens is None:
        return float("nan"), float("nan")
    medians, counts = np.array(split.medians), np.array(split.counts)
    box = next(box for box in lens.boxes if box.class_code == split.class_code)
    middle = (medians.max() + medians.min()) / 2
    below = float(counts[medians < middle].sum() / counts.sum())
    return float((medians.max() - medians.min()) / max(box.q3 - box.q1, 1e-9)), min(below, 1 - below)


def grey_zones(known: Known) -> Iterator[Finding]:
    """Objects whose normal pictures and anomalies no threshold parts, with what the best ones cost."""
    for zone in known.grey_zones:
        errors = (zone.missed + zone.false_alarms) / 2
        best = int(errors.argmin())
        if errors[best] < 0.02:
            continue
        yield _grey(known, zone, best, float(errors[best]))


def _grey(known: Known, zone: GreyZone, best: int, error: float) -> Finding:
    """`best`: place of the threshold with the least mean error."""
    wary = np.flatnonzero(zone.missed <= 0.05)
    wary_alarms = float(zone.false_alarms[wary[0]]) if len(wary) else 1.0
    total = int(sum(known.counts[code] for code in (*zone.normal_codes, *zone.anomaly_codes)))
    if error >= 0.45:
        how = "density tells next to nothing"
    else:
        how = (
            f"the best threshold ({zone.thresholds[best]:.2f}) misses {percent(float(zone.missed[best]))} of the "
            f"anomalies and alarms on {percent(float(zone.false_alarms[best]))} of the normal pictures"
        )
    return Finding(
        kind="grey zone",
        severity=Severity.MEDIUM if error >= _ERROR else Severity.LOW,
        sentence=(
            f"{zone.object_name}: normal and anomaly overlap in {zone.lens} density; {how}; to miss at most 5 %, "
            f"{percent(wary_alarms)} of the normal pictures alarm."
        ),
        numbers={
            "object": zone.object_name,
            "threshold": float(zone.thresholds[best]),
            "missed": float(zone.missed[best]),
            "false alarms": float(zone.false_alarms[best]),
            "false alarms at 5 % missed": wary_alarms,
            "inside": len(zone.inside),
            "pictures": total,
        },
        rows=evidence(zone.inside),
        standard="Con-ML-2",
        advice="Do not decide by density alone; look at the pictures inside the zone before setting a threshold.",
    )


def no_separation(known: Known) -> Iterator[Finding]:
    """A set on which normal and anomaly cannot be told apart by density where the lens did not learn."""
    lens = known.domain
    if lens is None or lens.held_out is None or not np.isfinite(lens.held_out.heldout.value):
        return
    found = lens.held_out
    sure = found.heldout.value > found.shuffled_95 and found.heldout.low > 0.5
    if sure and found.heldout.value >= 0.6:
        return
    yield Finding(
        kind="no separation",
        severity=Severity.MEDIUM,
        sentence=found.sentence,
        numbers={
            "held-out": found.heldout.value,
            "training": found.training,
            "shuffled 95 %": found.shuffled_95,
        },
        rows=np.zeros(0, np.intp),
        standard="Eft-ML",
        advice="Do not expect density to find anomalies in this set; a detector has to be trained on labels.",
    )


def lonely_pictures(known: Known) -> Iterator[Finding]:
    """Pictures at the edge of the set whichever lens one looks through."""
    rows = known.shared_lowest
    if rows is None or known.generic is None or not len(rows):
        return
    listed_rows = len(known.generic.lowest)
    classes, counts = np.unique(known.table.class_codes[rows], return_counts=True)
    often = listed(
        f"{known.class_name(code)} ({count})"
        for count, code in sorted(zip(counts.tolist(), classes.tolist(), strict=True), reverse=True)
    )
    yield Finding(
        kind="lonely pictures",
        severity=Severity.LOW,
        sentence=(
            f"{len(rows)} of the {plural(listed_rows, 'least dense picture')} are the same in both lenses: {often}."
        ),
        numbers={"shared": len(rows), "listed": listed_rows},
        rows=evidence(rows),
        standard="Rep-ML",
        advice="Look at them first: rare views to collect more of, or pictures that do not belong.",
    )
