"""What the overview of a diagnosis claims, and what it leaves open; no window."""

from __future__ import annotations

import math
from dataclasses import replace

from diagnosis_sets import bare_diagnosis, simulated_diagnosis

from thermview.diagnosis.results import Interval
from thermview.gui.diagnosis.overview_words import headlines, nothing_found


def test_a_set_without_classes_is_not_called_fit():
    assert "no classes" in nothing_found(bare_diagnosis([("a.png", "", None)]))
    assert "matters for training" in nothing_found(bare_diagnosis([("A/a.png", "Pipe-Normal", None)]))


def test_what_was_not_measured_is_not_called_no_separation():
    diagnosis = simulated_diagnosis()
    held = replace(diagnosis.domain.held_out, heldout=Interval(math.nan, math.nan, math.nan), separates=False)
    unknown = replace(diagnosis, domain=replace(diagnosis.domain, held_out=held))
    assert headlines(unknown)[-1].caption == "AUROC held out, L3: too little was held out to say"
    held = replace(diagnosis.domain.held_out, separates=False)
    none = replace(diagnosis, domain=replace(diagnosis.domain, held_out=held))
    assert "no real separation" in headlines(none)[-1].caption
