"""What densities show: classes that fall apart, drift, grey zones, lonely pictures, no separation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from thermview.counts import counted
from thermview.diagnosis.findings.known import RELATED, Known, evidence, listed, percent
from thermview.diagnosis.results import Finding, GreyZone, Severity, TokenSplit
from thermview.diagnosis.separation import auroc
from thermview.diagnosis.token_splits import tokens_of

_GRAVE_RATIO, _GRAVE_AUROC, _GRAVE_SHARE = 1.3, 0.8, 0.2
"""Two parts of a class are two classes where one is so much denser, they overlap so little, both are so large."""
_TELLING_RATIO = 1.05
_ERROR, _NO_ZONE = 0.2, 0.05


def token_splits(known: Known) -> Iterator[Finding]:
    """Two normals in one class: what a token says decides how dense or where its pictures are."""
    surest: dict[tuple[int, str], TokenSplit] = {}
    for split in known.splits:  # the surest first: what the other lens says of the same is not repeated
        surest.setdefault((split.class_code, split.token), split)
    for split in surest.values():
        yield _drift(known, split) if split.token == "date" else _split(known, split)


def _split(known: Known, split: TokenSplit) -> Finding:
    parts = _parts(known, split)
    grave = split.token == "distance" and parts.ratio >= _GRAVE_RATIO and parts.share >= _GRAVE_SHARE
    grave &= not known.name_agreement < RELATED  # a class of all objects falls apart by any token
    name = known.class_name(split.class_code)
    if parts.ratio >= _TELLING_RATIO:
        how = (
            f"{split.lens} density {parts.dense:.2f} at {listed(parts.dense_values)}, {parts.thin:.2f} at "
            f"{listed(parts.thin_values)} (medians of pictures; p = {split.p:.2g})"
        )
    else:
        how = f"not in density, but in where its sessions lie in {split.lens} (p = {split.p:.2g})"
    return Finding(
        kind=f"{split.token} split",
        severity=Severity.HIGH if grave and parts.auroc >= _GRAVE_AUROC else Severity.MEDIUM,
        sentence=f"{name} falls apart by {split.token}: {how}.",
        numbers={
            "class": name,
            "p": split.p,
            "ratio": parts.ratio,
            "AUROC": parts.auroc,
            "share of the smaller part": parts.share,
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


@dataclass(frozen=True)
class _Parts:
    """The two parts that a class falls into by a token: their medians, values, how far they overlap."""

    dense: float
    thin: float
    dense_values: tuple[str, ...]
    thin_values: tuple[str, ...]
    auroc: float
    share: float

    @property
    def ratio(self) -> float:
        return self.dense / max(self.thin, 1e-9)


def _parts(known: Known, split: TokenSplit) -> _Parts:
    """Values parted where their medians differ most, each value weighed by its pictures."""
    lens = known.generic if known.generic is not None and split.lens == known.generic.name else known.domain
    assert lens is not None, "a split was found in one of the lenses"
    token = next(token for token in tokens_of(known.table.tokens) if token.name == split.token)
    here = np.flatnonzero((known.table.class_codes[lens.rows] == split.class_code) & np.isfinite(lens.values))
    values, codes = lens.values[here], token.codes[lens.rows[here]]
    order = np.argsort(split.medians, kind="stable")
    medians, counts = np.array(split.medians)[order], np.array(split.counts, np.float64)[order]
    between = []
    for cut in range(1, len(order)):
        low, high = (
            np.average(medians[part], weights=counts[part]) for part in (slice(cut), slice(cut, None))
        )
        share = counts[:cut].sum() / counts.sum()
        between.append(share * (1 - share) * (high - low) ** 2)
    cut = 1 + int(np.argmax(between))
    places = [token.values.index(value) for value in split.values]
    thin, dense = (sorted(places[at] for at in part) for part in (order[:cut], order[cut:]))
    low, high = values[np.isin(codes, thin)], values[np.isin(codes, dense)]
    share = len(low) / (len(low) + len(high))
    return _Parts(
        dense=float(np.median(high)),
        thin=float(np.median(low)),
        dense_values=tuple(token.values[code] for code in dense),
        thin_values=tuple(token.values[code] for code in thin),
        auroc=auroc(high, low),
        share=min(share, 1 - share),
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


def grey_zones(known: Known) -> Iterator[Finding]:
    """Objects whose normal pictures and anomalies no threshold parts, with what the best ones cost."""
    for zone in known.grey_zones:
        errors = (zone.missed + zone.false_alarms) / 2
        best = int(errors.argmin())
        if errors[best] < _NO_ZONE:
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
    if found.separates:
        return
    yield Finding(
        kind="no separation",
        severity=Severity.MEDIUM,
        sentence=found.sentence,
        numbers={
            name: value
            for name, value in (
                ("held-out", found.heldout.value),
                ("training", found.training),
                ("shuffled 95 %", found.shuffled_95),
            )
            if np.isfinite(value)
        },
        rows=np.zeros(0, np.intp),
        standard="Eft-ML",
        advice="Do not expect density to find anomalies in this set; train a detector on annotated anomalies.",
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
            f"{len(rows)} of the {counted(listed_rows, 'least dense picture')} are the same in both lenses: {often}."
        ),
        numbers={"shared": len(rows), "listed": listed_rows},
        rows=evidence(rows),
        standard="Rep-ML",
        advice="Look at them first: rare views to collect more of, or pictures that do not belong.",
    )
