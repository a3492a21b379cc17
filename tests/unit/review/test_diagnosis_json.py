"""report.json has the promised keys, says what the diagnosis says, and gives away no path of the machine."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from diagnosis_sets import bare_diagnosis, simulated_diagnosis

from thermview.diagnosis.results import Interval
from thermview.review.diagnosis_json import SCHEMA, finding_record, report_record, report_text
from thermview.review.lens_densities import density_histogram

LENS_KEYS = {
    "dim", "gap_median", "gap_ci", "gap_iqr", "auroc", "auroc_ci", "auroc_heldout", "auroc_training",
    "auroc_shuffled", "density", "lowest", "highest", "pivots", "definition", "plain",
}  # fmt: skip


@pytest.fixture
def report():
    return json.loads(report_text(simulated_diagnosis()))


def test_the_keys_that_others_rely_on_are_there(report):
    assert report["schema"] == SCHEMA
    assert {
        "channels",
        "sizes",
        "classes",
        "max_min_ratio",
        "unreadable",
        "duplicates",
        "near_duplicates",
    } <= set(report["l1"])
    assert {"n", "normal", "mean_blur"} <= set(report["l1"]["classes"]["Pipe-Leak"])
    for lens in ("l2", "l3"):
        assert set(report[lens]) >= LENS_KEYS
        assert {"median", "q1", "q3"} <= set(report[lens]["density"]["Car-Normal"])
    assert set(report["contamination"][0]) >= {"class", "code", "session", "n", "share", "evidence"}
    assert set(report["distance_split"][0]) >= {"class", "values", "medians", "p"}
    assert {"shared_lowest", "grey_zone", "findings", "score_card"} <= set(report)


def test_numbers_are_those_of_the_diagnosis(report):
    diagnosis = simulated_diagnosis()
    table, lens = diagnosis.table, diagnosis.domain
    assert report["l1"]["channels"] == dict(diagnosis.hygiene.channels)
    assert report["l1"]["classes"]["Car-Normal"]["n"] == 288
    assert report["l1"]["unreadable_count"] == 2
    assert [len(group) for group in report["l1"]["duplicates"]] == [2]
    assert report["l3"]["gap_median"] == lens.separation.gap.value
    assert report["l3"]["auroc_ci"] == [lens.separation.auroc.low, lens.separation.auroc.high]
    assert report["l3"]["auroc_heldout"] == 0.81
    assert len(report["l3"]["auroc_shuffled"]) == 20
    assert [each["path"] for each in report["l3"]["lowest"]] == [table.paths[row] for row in lens.lowest]
    assert report["contamination"][0]["n"] == 9
    assert all("CAR_AON" in path for path in report["contamination"][0]["evidence"])
    assert report["distance_split"][0]["values"] == ["3 m", "25 m", "30 m"]
    assert len(report["findings"]) == 3


def test_histograms_hold_every_picture_with_a_density(report):
    lens = simulated_diagnosis().generic
    counts, edges = density_histogram(lens)
    assert counts.sum() == len(lens.rows)
    assert len(edges) == len(counts) + 1
    assert report["l2"]["histogram"]["counts"] == counts.tolist()


def test_two_runs_differ_in_run_only():
    first, second = (json.loads(report_text(simulated_diagnosis())) for _ in range(2))
    assert list(first) == list(second)
    del first["run"], second["run"]
    assert first == second


def test_no_path_of_the_machine_is_in_it(tmp_path):
    text = report_text(replace(simulated_diagnosis(), root=tmp_path / "set"))
    assert str(tmp_path) not in text
    assert json.loads(text)["set"] == "set"


def test_what_cannot_be_said_is_null():
    diagnosis = simulated_diagnosis()
    unknown = replace(diagnosis.generic.separation, auroc=Interval(float("nan")))
    report = json.loads(
        report_text(replace(diagnosis, generic=replace(diagnosis.generic, separation=unknown)))
    )
    assert report["l2"]["auroc"] is None
    assert report["l2"]["auroc_ci"] == [None, None]
    assert report["l2"]["auroc_heldout"] is None


def test_a_set_of_nothing_is_said_too():
    report = json.loads(report_text(bare_diagnosis()))
    assert report["overview"]["pictures"] == 0
    assert report["findings"] == []


def test_a_lens_that_is_not_there_keeps_its_keys_and_says_why():
    whole = simulated_diagnosis()
    with_both = report_record(whole)
    without = report_record(replace(whole, domain=None, missing={"L3": "No domain lens, because."}))["l3"]
    assert without.keys() == with_both["l3"].keys()
    assert without["plain"].keys() == with_both["l3"]["plain"].keys()
    assert without["missing"] == "No domain lens, because."
    assert with_both["l3"]["missing"] is None
    assert without["gap_median"] is None
    assert without["lowest"] == []
    assert report_record(replace(whole, domain=None))["l3"]["missing"]


def test_hostile_names_survive_and_are_harmless_in_a_page():
    name = "</script><b>&\udcff.png"
    text = report_text(bare_diagnosis([(f"a/{name}", "<i>", None)]))
    assert "<" not in text
    report = json.loads(text)
    assert "<i>" in report["l1"]["classes"]


def test_every_key_has_its_line_in_the_documents(report):
    page = (Path(__file__).parents[3] / "docs" / "diagnosis-report.md").read_text("utf-8")
    keys = {*report, *report["l1"], *report["l2"], *report["l1"]["annotations"], *report["overview"]}
    keys |= {*report["contamination"][0], *report["distance_split"][0], *report["grey_zone"][0]}
    assert [key for key in sorted(keys) if f"`{key}`" not in page] == []


def test_pictures_of_no_class_are_no_class():
    rows = [("a.png", "", None), ("Pipe-Normal/b.png", "Pipe-Normal", None)]
    assert json.loads(report_text(bare_diagnosis(rows)))["overview"]["classes"] == 1


def test_a_finding_names_its_first_pictures_and_counts_all():
    diagnosis = simulated_diagnosis()
    finding = next(each for each in diagnosis.findings if len(each.rows) > 3)
    record = finding_record(finding, diagnosis.table, 3)
    assert record["evidence"] == [diagnosis.table.paths[row] for row in finding.rows[:3]]
    assert record["pictures"] == len(finding.rows)
    assert record["sentence"] == finding.sentence
