"""Fixes propose what the set supports, say so where it does not, and split by session without a leak."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from diagnosis_sets import bare_diagnosis, simulated_diagnosis
from hypothesis import given
from hypothesis import strategies as st

from thermview.errors import ExportError
from thermview.jobs import last_result
from thermview.review.fixes import corrected_classes, distance_name, fixes_of, kept_rows
from thermview.review.fixes_files import write_fixes
from thermview.review.fixes_split import PARTS, check_split, session_split

FILES = (
    "class_weights.csv", "class_weights.json", "relabel.csv", "exclude.csv", "distance_subclasses.csv",
    "channels.csv", "split.csv", "split.json", "fixes.json",
)  # fmt: skip


@pytest.fixture
def fixes():
    return fixes_of(simulated_diagnosis())


def test_a_mislabelled_session_goes_where_its_code_lies_elsewhere(fixes):
    suspects = simulated_diagnosis().contamination[0]
    assert {change.row for change in fixes.relabel} == set(suspects.rows.tolist())
    assert {change.target for change in fixes.relabel} == {"Car-Overheat"}
    assert "CAR_AON" in fixes.relabel[0].reason


def test_a_code_of_several_classes_is_left_to_a_person():
    diagnosis = simulated_diagnosis()
    table = diagnosis.table
    codes = table.class_codes.copy()
    cars = np.flatnonzero(codes == table.class_names.index("Car-Overheat"))
    codes[cars[::2]] = table.class_names.index("Pipe-Leak")
    fixes = fixes_of(replace(diagnosis, table=replace(table, class_codes=codes)))
    assert {change.target for change in fixes.relabel} == {""}
    assert any("does not say which class" in notice for notice in fixes.notices)


def test_pictures_that_look_like_their_class_are_left_to_a_person():
    diagnosis = simulated_diagnosis()
    suspects, lens = diagnosis.contamination[0], diagnosis.generic
    neighbours = lens.neighbours.copy()
    neighbours[np.isin(lens.rows, suspects.rows)] = diagnosis.table.members(suspects.class_code)[0]
    fixes = fixes_of(replace(diagnosis, generic=replace(lens, neighbours=neighbours)))
    assert {change.target for change in fixes.relabel} == {""}
    assert "as if the names were wrong" in fixes.relabel[0].reason


def test_strangers_among_another_class_are_listed_to_be_looked_at():
    diagnosis = simulated_diagnosis()
    rows = np.array([100, 101])
    numbers = {"class": "AC Outdoor-Overheat", "other class": "Pipe-Leak"}
    finding = replace(diagnosis.findings[0], kind="neighbours disagree", rows=rows, numbers=numbers)
    relabel = {each.row: each for each in fixes_of(replace(diagnosis, findings=(finding,))).relabel}
    assert {relabel[row].target for row in (100, 101)} == {""}
    assert "Pipe-Leak" in relabel[100].reason


def test_what_cannot_be_read_and_copies_go_surely_near_ones_do_not(fixes):
    sure = {each.row for each in fixes.exclude if each.sure}
    assert sure == {1, 3, 9}
    assert {each.row for each in fixes.exclude if not each.sure} == {2, len(simulated_diagnosis().table) - 1}


def test_copies_in_two_classes_are_never_sure():
    diagnosis = simulated_diagnosis()
    last = len(diagnosis.table) - 1
    hygiene = replace(diagnosis.hygiene, duplicates=(np.array([0, last]),), near_duplicates=())
    fixes = fixes_of(replace(diagnosis, hygiene=hygiene))
    assert {each.row: each.sure for each in fixes.exclude if each.row in (0, last)} == {0: False, last: False}


def test_distances_come_in_steps_of_a_metre(fixes):
    table = simulated_diagnosis().table
    pipe = table.class_names.index("Pipe-Leak")
    assert [each.name for each in fixes.subclasses if each.class_code == pipe] == ["D0.5", "D1", "D2"]
    car = table.class_names.index("Car-Normal")
    assert {each.split for each in fixes.subclasses if each.class_code == car} == {True}
    assert distance_name(30.0) == "D30"


def test_channels_become_rgb(fixes):
    assert fixes.channels.target == "RGB"
    assert fixes.channels.to_change == simulated_diagnosis().hygiene.channels["RGBA"]


def test_a_grey_set_stays_grey():
    diagnosis = simulated_diagnosis()
    looks = diagnosis.table.looks.copy()
    looks["channels"] = 1
    plan = fixes_of(replace(diagnosis, table=replace(diagnosis.table, looks=looks))).channels
    assert (plan.target, plan.to_change) == ("grey", 0)


def test_every_class_of_three_sessions_is_in_every_part(fixes):
    counts = fixes.split.counts
    assert (counts > 0).all()
    shares = counts.sum(axis=0) / counts.sum()
    assert np.abs(shares - fixes.split.shares).max() < 0.05


def test_left_out_pictures_are_in_no_part_and_relabelled_ones_count_where_they_go(fixes):
    table = simulated_diagnosis().table
    kept = kept_rows(table, fixes.exclude)
    assert (fixes.split.parts[~kept] == -1).all()
    classes = corrected_classes(table, fixes.relabel)
    assert (np.bincount(classes[kept]) == fixes.split.counts.sum(axis=1)).all()


def test_the_same_diagnosis_gives_the_same_split(fixes):
    assert (fixes_of(simulated_diagnosis()).split.parts == fixes.split.parts).all()


@given(
    sessions=st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 9), st.booleans()), min_size=1, max_size=40
    ),
    pairs=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), max_size=6),
)
def test_no_session_and_no_duplicates_stand_in_two_parts(sessions, pairs):
    names = ["A-Normal", "A-Leak", "B-Normal", "B-Leak"]
    entries = [
        (f"s{number:02d}/{names[code]}/{frame}.png", names[code], None)
        for number, (code, frames, _) in enumerate(sessions)
        for frame in range(frames)
    ]
    table = bare_diagnosis(sorted(entries)).table
    mixed = np.array([int(path[1:3]) for path in table.paths], np.intp)  # a session may hold several classes
    table = replace(table, session_codes=mixed, session_names=tuple(map(str, range(len(sessions)))))
    classes = table.class_codes.copy()
    stray = np.array([sessions[session][2] for session in mixed]) & (np.arange(len(table)) % 2 == 0)
    classes[stray] = 0
    together = [np.array([first % len(table), second % len(table)]) for first, second in pairs]
    split = session_split(table, classes, np.ones(len(table), bool), together, (0.7, 0.15, 0.15))
    check_split(table, split, together)
    assert (split.parts >= 0).all()
    assert split.counts.sum() == len(table)
    for code in range(len(table.class_names)):
        alone = len({int(session) for session in mixed[classes == code]})
        if alone == 1 and not together:
            assert (split.counts[code] > 0).sum() == 1


def test_a_split_that_leaks_is_refused(fixes):
    table = simulated_diagnosis().table
    session = table.session_codes == table.session_codes[0]
    parts = fixes.split.parts.copy()
    parts[np.flatnonzero(session)[-1]] = (parts[0] + 1) % 3
    with pytest.raises(ExportError, match="session"):
        check_split(table, replace(fixes.split, parts=parts))


def test_a_class_of_one_session_is_learnt_and_that_is_said():
    entries = [(f"A-Normal/{n}.png", "A-Normal", None) for n in range(5)]
    split = fixes_of(bare_diagnosis(entries)).split
    assert split.counts.tolist() == [[5, 0, 0]]
    assert "one session" in split.notices[0]


def test_files_hold_every_row_with_its_reason(tmp_path, fixes):
    table = simulated_diagnosis().table
    last_result(write_fixes(tmp_path, table, fixes))
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)

    def rows(name):
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    assert [row["path"] for row in rows("split.csv")] == list(table.paths)
    assert {row["part"] for row in rows("split.csv")} == {*PARTS, "left out"}
    assert {row["to_class"] for row in rows("relabel.csv")} == {"Car-Overheat"}
    assert all(row["reason"] for name in ("relabel.csv", "exclude.csv", "channels.csv") for row in rows(name))
    weights = json.loads((tmp_path / "class_weights.json").read_text("utf-8"))["weights"]
    assert weights["Car-Normal"]["weight"] < weights["Pipe-Leak"]["weight"]
    assert json.loads((tmp_path / "fixes.json").read_text("utf-8"))["split"]["left_out"] == 3


def test_cells_cannot_act_as_formulas(tmp_path):
    diagnosis = bare_diagnosis([("=cmd|'/c calc'!A0/<b>.png", "=1+1", None)])
    last_result(write_fixes(tmp_path, diagnosis.table, fixes_of(diagnosis)))
    for file in tmp_path.glob("*.csv"):
        for row in csv.reader(StringIO(file.read_text("utf-8-sig"))):
            assert not any(cell.startswith(("=", "+", "@")) or "<" in cell for cell in row)


def test_a_set_of_nothing_has_fixes_of_nothing(tmp_path):
    diagnosis = bare_diagnosis()
    fixes = fixes_of(diagnosis)
    last_result(write_fixes(tmp_path, diagnosis.table, fixes))
    assert fixes.channels.target == ""
    assert fixes.split.groups == 0


def test_pictures_of_no_class_have_no_weight_and_no_sub_classes(tmp_path):
    diagnosis = bare_diagnosis([("1.png", "", None), ("A-Normal/2.png", "A-Normal", None)])
    fixes = fixes_of(diagnosis)
    last_result(write_fixes(tmp_path, diagnosis.table, fixes))
    weights = json.loads((tmp_path / "class_weights.json").read_text("utf-8"))["weights"]
    assert list(weights) == ["A-Normal"]
    assert {each.class_code for each in fixes.subclasses} <= {1}
