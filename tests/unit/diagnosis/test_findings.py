"""Every finding: said where it is planted, with its numbers and pictures; a clean set is left in peace."""

from dataclasses import replace

import numpy as np
import pytest
from diagnosis_values import PLANS, ROOT, ClassPlan, blemished, conclude, hygiene_of, lens_of, simulated_set

from thermview.diagnosis.findings import (
    JUDGES,
    Known,
    all_findings,
    balance,
    densities,
    files,
    labels,
    protocol,
    shortcuts,
    training_splits,
)
from thermview.diagnosis.findings.known import listed, percent
from thermview.diagnosis.lenses import Lenses
from thermview.diagnosis.results import Annotations, Severity

CLEAN = tuple(
    ClassPlan(f"{name}-{state}", code, "NOM" if state == "Normal" else "AON", 12, 6)
    for name, code in (("Car", "CAR"), ("Pipe", "PIP"), ("Valve", "VAL"))
    for state in ("Normal", "Leak")
)
NOTHING = np.zeros(0, np.intp)


def clean(seed=0):
    return simulated_set(CLEAN, seed=seed, mislabelled=False)


def known_of(table, **fields):
    return Known(table=table, hygiene=fields.pop("hygiene", hygiene_of(table)), **fields)


def only(findings):
    (finding,) = findings
    return finding


@pytest.fixture(scope="module")
def concluded():
    made = simulated_set(seed=0)
    table, hygiene = blemished(made.table)
    lens = lens_of(table, made.vectors)
    return made, conclude(ROOT, table, hygiene, Lenses(lens, None), None)


def test_what_is_planted_is_found(concluded):
    _, diagnosis = concluded
    kinds = {finding.kind for finding in diagnosis.findings}
    assert kinds >= {
        "contamination",
        "distance split",
        "class imbalance",
        "channel mix",
        "unreadable files",
        "duplicates",
        "near duplicates",
        "near duplicates across classes",
        "transparent pictures",
        "annotations missing",
        "annotations dangling",
        "boxes outside",
        "annotation faults",
        "dates outside",
        "odd distances",
        "grey zone",
        "protocol gaps",
    }


def test_only_what_is_planted_is_grave(concluded):
    _, diagnosis = concluded
    grave = {finding.kind for finding in diagnosis.findings if finding.severity is Severity.HIGH}
    assert "contamination" in grave
    assert grave <= {"contamination", "distance split"}


def test_findings_come_gravest_first_and_say_whole_sentences(concluded):
    made, diagnosis = concluded
    order = [list(Severity).index(finding.severity) for finding in diagnosis.findings]
    assert order == sorted(order)
    for finding in diagnosis.findings:
        assert finding.sentence[0].isupper() or finding.sentence[0].isdigit()
        assert finding.sentence.endswith(".")
        assert finding.advice.endswith(".")
        assert not len(finding.rows) or finding.rows.max() < len(made.table)
        assert "nan" not in finding.sentence


@pytest.mark.parametrize("seed", range(3))
def test_a_clean_set_has_no_grave_finding(seed):
    made = clean(seed)
    lens = lens_of(made.table, made.vectors)
    found = conclude(ROOT, made.table, hygiene_of(made.table), Lenses(lens, None), None).findings
    assert not [finding.sentence for finding in found if finding.severity is Severity.HIGH]


def test_numbers_are_numbers_even_without_densities(concluded):
    made, diagnosis = concluded
    without = conclude(ROOT, made.table, hygiene_of(made.table), Lenses(None, None), None)
    assert "contamination" in {finding.kind for finding in without.findings}
    for finding in (*without.findings, *diagnosis.findings):
        for name, value in finding.numbers.items():
            assert isinstance(value, str) or np.isfinite(value), (finding.kind, name)


def test_an_empty_set_says_nothing_and_breaks_nothing():
    made = simulated_set((), mislabelled=False)
    assert all_findings(known_of(made.table)) == ()
    assert conclude(ROOT, made.table, hygiene_of(made.table), Lenses(None, None), None).findings == ()


def test_every_judge_is_in_the_table_once():
    assert len(set(JUDGES)) == len(JUDGES)


class TestLabels:
    def test_contamination_names_code_session_and_neighbours(self, concluded):
        made, diagnosis = concluded
        finding = next(finding for finding in diagnosis.findings if finding.kind == "contamination")
        assert "CAR_AON" in finding.sentence
        assert "Person-Anomaly-Identify" in finding.sentence
        assert finding.numbers["pictures"] == len(made.mislabelled)
        assert set(finding.rows) == set(made.mislabelled)
        assert finding.standard == "Acc-ML-7"

    def test_a_session_under_a_wrong_label_that_its_names_repeat_is_found_by_its_neighbours(self):
        made = simulated_set([replace(plan, spread=0.3, far=()) for plan in PLANS], mislabelled=False)
        pipes = made.table.members(made.table.class_names.index("Pipe-Normal"))
        session = pipes[made.table.session_codes[pipes] == made.table.session_codes[pipes[0]]]
        vectors = made.vectors.copy()
        cars = made.table.members(made.table.class_names.index("Car-Normal"))
        vectors[session] = vectors[cars].mean(axis=0) + 0.5 * np.random.default_rng(0).normal(
            size=(len(session), vectors.shape[1])
        )
        finding = only(
            labels.neighbours_that_disagree(known_of(made.table, generic=lens_of(made.table, vectors)))
        )
        assert set(finding.rows) == set(session)
        assert "Car-Normal" in finding.sentence

    def test_single_pictures_strewn_about_are_one_finding(self):
        table = simulated_set(mislabelled=False).table
        rng = np.random.default_rng(1)
        rows = np.sort(rng.permutation(len(table))[:14])
        codes = table.class_codes.copy()
        codes[rows] = (codes[rows] + rng.integers(1, 8, len(rows))) % 8
        moved = replace(table, class_codes=codes)
        finding = only(conclude(ROOT, moved, hygiene_of(moved), Lenses(None, None), None).findings[:1])
        assert finding.kind == "contamination"
        assert finding.severity is Severity.HIGH
        assert set(finding.rows) == set(rows)
        found = conclude(ROOT, moved, hygiene_of(moved), Lenses(None, None), None).findings
        assert sum(one.kind == "contamination" for one in found) == 1

    def test_names_that_go_with_no_class_are_said(self):
        table = simulated_set(mislabelled=False).table
        sessions, first = np.unique(table.session_codes, return_index=True)
        dealt = np.random.default_rng(2).permutation(table.class_codes[first])
        shuffled = replace(table, class_codes=dealt[np.searchsorted(sessions, table.session_codes)])
        assert only(labels.unrelated_names(known_of(shuffled))).numbers["agreement"] < 0.5
        assert not list(labels.unrelated_names(known_of(table)))
        assert not list(labels.unrelated_names(known_of(simulated_set((), mislabelled=False).table)))

    def test_equal_files_in_two_classes_are_grave_in_one_class_not(self):
        table = clean().table
        first, second = table.members(0)[:2], table.members(1)[:1]
        torn = hygiene_of(table, duplicates=(np.concatenate([first[:1], second]),))
        assert only(labels.conflicting_duplicates(known_of(table, hygiene=torn))).severity is Severity.HIGH
        together = hygiene_of(table, duplicates=(first,))
        assert not list(labels.conflicting_duplicates(known_of(table, hygiene=together)))


class TestBalance:
    @pytest.mark.parametrize(
        ("sessions", "severity"),
        [(12, None), (30, Severity.LOW), (90, Severity.MEDIUM), (300, Severity.HIGH)],
    )
    def test_imbalance_weighs_by_its_ratio(self, sessions, severity):
        plans = [replace(CLEAN[0], sessions=sessions, frames=2), replace(CLEAN[1], frames=2)]
        found = list(balance.imbalance(known_of(simulated_set(plans, mislabelled=False).table)))
        assert [finding.severity for finding in found] == ([severity] if severity else [])

    def test_pictures_of_no_class_are_no_class(self):
        table = clean().table
        names = ("", *table.class_names[1:])
        finding = list(balance.imbalance(known_of(replace(table, class_names=names))))
        assert not finding

    def test_few_sessions_and_one_that_dominates(self):
        plans = [replace(CLEAN[0], sessions=3), *CLEAN[1:]]
        table = simulated_set(plans, mislabelled=False).table
        finding = only(balance.few_sessions(known_of(table)))
        assert finding.numbers == {"Car-Normal": 3}
        crowd = simulated_set([replace(CLEAN[0], frames=1), *CLEAN[1:]], mislabelled=False).table
        code = crowd.class_names.index("Car-Normal")
        often = crowd.session_codes.copy()
        rows = crowd.members(code)
        often[rows[:8]] = often[rows[0]]
        finding = only(balance.dominating_sessions(known_of(replace(crowd, session_codes=often))))
        assert finding.numbers["pictures"] == 8
        assert len(finding.rows) == 8

    def test_frame_rates_that_differ_are_said(self):
        plans = [replace(CLEAN[0], frames=20), *CLEAN[1:]]
        finding = only(balance.frame_rates(known_of(simulated_set(plans, mislabelled=False).table)))
        assert finding.numbers["ratio"] == pytest.approx(20 / 6)


class TestFiles:
    def test_a_share_of_unreadable_files_is_grave(self):
        table, hygiene = blemished(clean().table)
        assert only(files.unreadable(known_of(table, hygiene=hygiene))).severity is Severity.MEDIUM
        looks = table.looks.copy()
        looks["status"][:60] = 1
        spoilt = replace(table, looks=looks)
        finding = only(files.unreadable(known_of(spoilt)))
        assert finding.severity is Severity.HIGH
        assert len(finding.rows) == 60

    def test_channels_are_mixed_or_not(self):
        table = clean().table
        finding = only(files.channel_mix(known_of(table)))
        assert sum(finding.numbers.values()) == pytest.approx(1)
        looks = table.looks.copy()
        looks["channels"] = 3
        assert not list(files.channel_mix(known_of(replace(table, looks=looks))))

    def test_small_pictures(self):
        table = clean().table
        looks = table.looks.copy()
        looks["columns"][4], looks["rows"][4] = 10, 12
        finding = only(files.sizes(known_of(replace(table, looks=looks))))
        assert finding.rows.tolist() == [4]


class TestProtocol:
    def test_conditions_that_records_leave_out(self):
        table = clean().table
        gaps = {"ambient_temperature_c": np.array([3, 4]), "humidity_percent": np.array([4])}
        annotations = Annotations(2, NOTHING, (), NOTHING, (), gaps)
        known = known_of(table, hygiene=hygiene_of(table, annotations=annotations))
        finding = only(protocol.missing_conditions(known))
        assert finding.rows.tolist() == [3, 4]
        assert "ambient temperature (2)" in finding.sentence

    def test_distances_that_one_state_lacks(self):
        plans = [replace(CLEAN[0], distances=(3, 30)), *CLEAN[1:]]
        finding = only(protocol.distance_gaps(known_of(simulated_set(plans, mislabelled=False).table)))
        assert "Car has no anomalies at 30 m" in finding.sentence
        assert not list(protocol.distance_gaps(known_of(clean().table)))

    def test_a_channel_layout_that_gives_the_state_away_is_grave(self):
        table = clean().table
        looks = table.looks.copy()
        looks["channels"] = np.where(table.normal == 1, 4, 3)
        finding = only(shortcuts.shortcuts(known_of(replace(table, looks=looks))))
        assert finding.severity is Severity.HIGH
        assert finding.numbers["what"] == "channel layout"
        assert np.all(table.normal[finding.rows] == 0)

    @pytest.mark.parametrize("seed", range(4))
    def test_what_is_dealt_at_random_is_no_shortcut(self, seed):
        assert not list(shortcuts.shortcuts(known_of(clean(seed).table)))

    def test_sessions_and_copies_on_both_sides_of_a_split(self):
        table = clean().table
        sides = np.where(table.session_codes % 2 == 0, "train", "test")
        paths = tuple(f"{side}/{path}" for side, path in zip(sides, table.paths, strict=True))
        parted = replace(table, paths=paths)
        assert not list(training_splits.leakage(known_of(parted)))
        row = int(np.flatnonzero(sides == "train")[0])
        leaking = replace(table, paths=(*paths[:row], f"test/{table.paths[row]}", *paths[row + 1 :]))
        finding = only(training_splits.leakage(known_of(leaking)))
        assert finding.kind == "sessions across splits"
        assert finding.severity is Severity.HIGH
        other = int(np.flatnonzero(sides == "test")[0])
        copies = hygiene_of(parted, duplicates=(np.array([row, other]),))
        assert only(training_splits.leakage(known_of(parted, hygiene=copies))).kind == "copies across splits"

    def test_folders_without_a_split_are_left_alone(self):
        assert not list(training_splits.leakage(known_of(clean().table)))


class TestDensities:
    def test_a_grave_split_names_both_parts(self):
        made = simulated_set(seed=1)
        lens = lens_of(made.table, made.vectors)
        far = np.isin(made.table.tokens.distances_m[lens.rows], (25, 30))
        halved = replace(lens, values=np.where(far, lens.values / 2, lens.values))
        diagnosis = conclude(ROOT, made.table, hygiene_of(made.table), Lenses(halved, None), None)
        finding = next(finding for finding in diagnosis.findings if finding.kind == "distance split")
        assert finding.severity is Severity.HIGH
        assert "at 3 m" in finding.sentence
        assert "at 25 m and 30 m" in finding.sentence
        assert finding.numbers["ratio"] > 1.3

    def test_a_lens_that_finds_nothing_is_a_finding(self, concluded):
        made = simulated_set(seed=2)
        lens = lens_of(made.table, made.vectors, "L3")
        held_out = replace(lens.held_out, sentence="The domain lens finds no real separation (0.5).")
        none = replace(lens, held_out=replace(held_out, separates=False))
        assert only(densities.no_separation(known_of(made.table, domain=none))).sentence == held_out.sentence
        some = replace(lens, held_out=replace(held_out, separates=True))
        assert not list(densities.no_separation(known_of(made.table, domain=some)))


def test_words():
    assert percent(0.004) == "0.4 %"
    assert percent(0.9999) == "99.9 %"
    assert percent(0.12) == "12 %"
    assert percent(0) == "0 %"
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c", "d"]) == "a, b, c and d"
    assert listed("abcde") == "a, b, c and 2 more"
