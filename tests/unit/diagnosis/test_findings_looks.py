"""What the looks of sessions show: those out of focus, brightness that drifts, class folders that were exchanged."""

from dataclasses import replace

import numpy as np
import pytest
from diagnosis_values import ClassPlan, hygiene_of, simulated_set

from thermview.diagnosis.exchanged import exchanged_pairs
from thermview.diagnosis.findings import Known, exchanged, labels, looks
from thermview.diagnosis.results import Severity

PLANS = tuple(
    ClassPlan(f"{name}-{state}", code, "NOM" if state == "Normal" else "AON", 12, 6)
    for name, code in (("Car", "CAR"), ("Pipe", "PIP"), ("Valve", "VAL"))
    for state in ("Normal", "Leak")
)


@pytest.fixture(params=[0, 1, 2])
def table(request):
    """A clean set; brightness and sharpness vary from session to session."""
    found = simulated_set(PLANS, seed=request.param, mislabelled=False).table
    rng = np.random.default_rng(request.param)
    seen = found.looks.copy()
    count = len(found.session_names)
    seen["mean"] = rng.normal(100, 15, count)[found.session_codes] + rng.normal(0, 3, len(found))
    seen["sd"] = 40
    seen["blur"] = 200 * np.exp(rng.normal(0, 0.4, count)[found.session_codes])
    return replace(found, looks=seen)


def known_of(table):
    return Known(table=table, hygiene=hygiene_of(table))


def changed(table, column, rows, values):
    seen = table.looks.copy()
    seen[column][rows] = values
    return replace(table, looks=seen)


def test_a_clean_set_has_neither(table):
    known = known_of(table)
    assert list(looks.soft_sessions(known)) == []
    assert list(looks.brightness_drift(known)) == []
    assert list(exchanged.exchanged_classes(known)) == []


def test_a_session_out_of_focus_is_found(table):
    members = table.members(table.class_names.index("Pipe-Normal"))
    session = table.session_codes[members[0]]
    rows = members[table.session_codes[members] == session]
    (finding,) = looks.soft_sessions(known_of(changed(table, "blur", rows, 4.0)))
    assert finding.kind == "soft sessions"
    assert table.session_names[session] in finding.sentence
    assert sorted(finding.rows.tolist()) == sorted(rows.tolist())


def test_contrast_alone_is_no_blur(table):
    members = table.members(table.class_names.index("Pipe-Normal"))
    rows = members[table.session_codes[members] == table.session_codes[members[0]]]
    faint = changed(table, "sd", rows, 8.0)
    faint = changed(faint, "blur", rows, faint.looks["blur"][rows] / 25)
    assert list(looks.soft_sessions(known_of(faint))) == []


def drifting(table, rows):
    days = table.tokens.days[rows].astype(float)
    share = (days - days.min()) / max(days.max() - days.min(), 1)
    return changed(table, "mean", rows, table.looks["mean"][rows] + 90 * share)


def test_a_class_that_grows_brighter_is_found_alone(table):
    rows = table.members(table.class_names.index("Car-Normal"))
    findings = list(looks.brightness_drift(known_of(drifting(table, rows))))
    assert [finding.numbers["class"] for finding in findings] == ["Car-Normal"]
    assert findings[0].severity is Severity.MEDIUM
    assert "brighter" in findings[0].sentence


def test_a_camera_that_drifts_is_found_in_all_classes(table):
    findings = list(looks.brightness_drift(known_of(drifting(table, np.arange(len(table))))))
    assert findings
    assert all(finding.numbers["after"] > finding.numbers["before"] for finding in findings)


def swapped(table, first, second):
    names = list(table.class_names)
    one, two = names.index(first), names.index(second)
    codes = table.class_codes.copy()
    codes[table.class_codes == one], codes[table.class_codes == two] = two, one
    return replace(table, class_codes=codes)


def test_exchanged_folders_are_one_finding_that_moves_no_picture(table):
    known = known_of(swapped(table, "Car-Normal", "Pipe-Normal"))
    (finding,) = exchanged.exchanged_classes(known)
    assert finding.severity is Severity.HIGH
    assert "Car-Normal (named PIP) and Pipe-Normal (named CAR)" in finding.sentence
    assert "the names cannot say" in finding.sentence  # the other two classes may be the exchanged ones
    assert list(labels.contamination(known)) == []


def test_with_a_third_class_the_names_can_say_which():
    plans = (*PLANS, ClassPlan("Car-Fire", "CAR", "AON", 12, 6))
    table = simulated_set(plans, mislabelled=False).table
    (finding,) = exchanged.exchanged_classes(known_of(swapped(table, "Car-Normal", "Pipe-Normal")))
    assert finding.numbers["pairs"] == 1
    assert "Car-Normal (named PIP) and Pipe-Normal (named CAR)" in finding.sentence


def test_exchanged_folders_are_worked_out_once_for_all_findings(table, monkeypatch):
    asked = []

    def counting(*given):
        asked.append(given)
        return exchanged_pairs(*given)

    monkeypatch.setattr("thermview.diagnosis.findings.known.exchanged_pairs", counting)
    known = known_of(swapped(table, "Car-Normal", "Pipe-Normal"))
    assert len(list(exchanged.exchanged_classes(known))) == 1
    assert list(labels.contamination(known)) == []
    assert len(asked) == 1
