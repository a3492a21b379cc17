"""Findings: statements on a set with their evidence, drawn from what was measured by a table of functions."""

from __future__ import annotations

from dataclasses import replace

from thermview.diagnosis.findings import (
    balance,
    densities,
    exchanged,
    files,
    labels,
    looks,
    protocol,
    shortcuts,
    training_splits,
)
from thermview.diagnosis.findings.known import Judge, Known
from thermview.diagnosis.results import Finding, Severity
from thermview.readers.failures import printable

JUDGES: tuple[Judge, ...] = (
    exchanged.exchanged_classes,
    labels.contamination,
    labels.unrelated_names,
    labels.conflicting_duplicates,
    training_splits.leakage,
    shortcuts.shortcuts,
    densities.token_splits,
    looks.brightness_drift,
    balance.imbalance,
    files.channel_mix,
    files.bit_depth_mix,
    files.unreadable,
    labels.neighbours_that_disagree,
    densities.no_separation,
    densities.grey_zones,
    protocol.distance_gaps,
    balance.dominating_sessions,
    balance.few_sessions,
    balance.frame_rates,
    files.duplicates,
    files.near_duplicates,
    files.transparent,
    files.sizes,
    looks.soft_sessions,
    protocol.annotation_faults,
    protocol.missing_conditions,
    protocol.odd_dates_and_distances,
    densities.lonely_pictures,
)
"""All that may be found, what matters most first; findings of one severity keep this order."""

_ORDER = {severity: place for place, severity in enumerate(Severity)}


def all_findings(known: Known) -> tuple[Finding, ...]:
    """Every finding on a set, the gravest first."""
    found = [_on_one_line(finding) for judge in JUDGES for finding in judge(known)]
    return tuple(sorted(found, key=lambda finding: _ORDER[finding.severity]))


def _on_one_line(finding: Finding) -> Finding:
    """A name with a line end or an escape in it must not break the sentence, the terminal or a log."""
    return replace(finding, sentence=printable(finding.sentence))


__all__ = ["JUDGES", "Known", "all_findings"]
