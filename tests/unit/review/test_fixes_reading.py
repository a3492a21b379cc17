"""Lists that a person edited are taken as they are now, checked, and never lead out of the copy."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest
from diagnosis_sets import bare_diagnosis, simulated_diagnosis, write_pictures
from hypothesis import given
from hypothesis import strategies as st

from thermview.errors import ReadError
from thermview.jobs import last_result
from thermview.review.fixes import Relabel, fixes_of
from thermview.review.fixes_copy import apply_fixes
from thermview.review.fixes_files import write_fixes
from thermview.review.fixes_reading import edited_fixes


@pytest.fixture
def folder(tmp_path):
    diagnosis = simulated_diagnosis()
    last_result(write_fixes(tmp_path, diagnosis.table, fixes_of(diagnosis)))
    return tmp_path


def edited(folder, name, change):
    """The fixes after the rows of one list went through `change`."""
    with (folder / name).open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows, names = list(reader), reader.fieldnames
    with (folder / name).open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, names, delimiter=";")
        writer.writeheader()
        writer.writerows(change(rows))
    return edited_fixes(folder, simulated_diagnosis(), fixes_of(simulated_diagnosis()))


def test_lists_that_nobody_touched_say_the_same(folder):
    proposed = fixes_of(simulated_diagnosis())
    read = edited_fixes(folder, simulated_diagnosis(), proposed)
    assert [(each.row, each.target) for each in read.relabel] == [
        (each.row, each.target) for each in proposed.relabel
    ]
    assert [(each.row, each.sure) for each in read.exclude] == [
        (each.row, each.sure) for each in proposed.exclude
    ]
    assert (read.split.parts == proposed.split.parts).all()


def test_rows_taken_out_are_not_done_and_changed_ones_are(folder):
    def change(rows):
        return [row | {"to_class": "Pipe-Leak"} for row in rows[:3]]

    read = edited(folder, "relabel.csv", change)
    assert {each.target for each in read.relabel} == {"Pipe-Leak"}
    assert len(read.relabel) == 3


def test_what_cannot_be_read_is_left_out_whoever_wants_it(folder):
    read = edited(folder, "exclude.csv", lambda rows: [])
    assert {each.row for each in read.exclude} == {3, 9}


def test_no_becomes_yes(folder):
    read = edited(folder, "exclude.csv", lambda rows: [row | {"sure": "Yes"} for row in rows])
    assert all(each.sure for each in read.exclude)
    assert (read.split.parts[[each.row for each in read.exclude]] == -1).all()


def test_pictures_that_are_not_there_are_told(folder):
    read = edited(folder, "relabel.csv", lambda rows: [rows[0] | {"path": "gone.png"}])
    assert read.relabel == ()
    assert "gone.png is not a picture of this set" in read.notices[-1]


@pytest.mark.parametrize("name", ["../out", "/etc", "a/b", "..", "con", "x\x00y"])
def test_a_class_is_no_path(folder, name):
    with pytest.raises(ReadError, match="cannot be the name of a class folder"):
        edited(folder, "relabel.csv", lambda rows: [rows[0] | {"to_class": name}])


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"path,reason\na,b\n", "no column 'to_class'"), (b"", "no column"), (b"\xff\xfe\x00", "UTF-8")],
)
def test_what_is_no_list_is_one_sentence(folder, content, said):
    (folder / "relabel.csv").write_bytes(content)
    with pytest.raises(ReadError, match=said):
        edited_fixes(folder, simulated_diagnosis(), fixes_of(simulated_diagnosis()))


def test_a_folder_without_lists_is_told(tmp_path):
    with pytest.raises(ReadError, match="neither"):
        edited_fixes(tmp_path, simulated_diagnosis(), fixes_of(simulated_diagnosis()))


@given(st.text(max_size=30))
def test_whatever_a_class_is_called_a_copy_stays_in_its_folder(tmp_path_factory, name):
    base = tmp_path_factory.mktemp("copies")
    diagnosis = write_pictures(base / "set", bare_diagnosis([("A-Normal/1.png", "A-Normal", None)]))
    fixes = replace(fixes_of(diagnosis), relabel=(Relabel(0, name, "by hand"),))
    result = last_result(apply_fixes(diagnosis.root, diagnosis.table, fixes, base / "copy"))
    assert result.pictures == 1
    assert {path.name for path in base.iterdir()} == {"set", "copy"}
    assert len(list((base / "copy").rglob("1.png"))) == 1
