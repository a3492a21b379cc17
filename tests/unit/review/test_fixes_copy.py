"""A copy with fixes holds what it says, is checked, appears whole or not at all, and the set stays as it was."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
from diagnosis_sets import bare_diagnosis, picture_of_row, simulated_diagnosis, tree_digest, write_pictures
from PIL import Image

from thermview.errors import ExportError
from thermview.jobs import last_result
from thermview.review.fixes import Relabel, fixes_of
from thermview.review.fixes_copy import CopyOptions, apply_fixes


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory):
    return write_pictures(tmp_path_factory.mktemp("sets") / "set", simulated_diagnosis())


def pixels_of(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def copied(diagnosis, folder, options=None, fixes=None):
    fixes = fixes or fixes_of(diagnosis)
    return last_result(apply_fixes(diagnosis.root, diagnosis.table, fixes, folder, options))


def go_on(steps, count):
    for _ in range(count):
        next(steps)


def test_the_copy_is_the_set_mended(on_disk, tmp_path):
    before = tree_digest(on_disk.root)
    result = copied(on_disk, tmp_path / "copy")
    table = on_disk.table
    assert result.pictures == len(table) - 3
    assert (result.relabelled, result.left_out, result.problems) == (9, 3, ())
    assert tree_digest(on_disk.root) == before
    files = [path for path in result.folder.rglob("*.png")]
    assert len(files) == result.pictures
    assert {pixels_of(path).shape for path in files} == {(12, 16, 3)}
    assert len(list((result.folder / "crops" / "Car-Overheat").iterdir())) == 50 + 9
    for row in (0, 500):
        pixels = pixels_of(result.folder / table.paths[row])
        assert np.array_equal(pixels, picture_of_row(row, int(table.looks["channels"][row]))[..., :3])


def test_the_manifest_says_what_was_done(on_disk, tmp_path):
    result = copied(on_disk, tmp_path / "copy")
    said = json.loads((result.folder / "manifest.json").read_text("utf-8"))
    assert said["pictures"] == result.pictures == sum(said["classes"].values())
    assert said["checked"]["files"] == result.pictures
    assert len(said["left_out"]) == 3
    with (result.folder / "manifest.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == result.pictures
    assert sum("class was Person-Anomaly-Identify" in row["change"] for row in rows) == 9


def test_parts_and_distances_become_folders(on_disk, tmp_path):
    result = copied(on_disk, tmp_path / "copy", CopyOptions(split=True, subclasses=True))
    assert {path.name for path in result.folder.iterdir() if path.is_dir()} == {"train", "validation", "test"}
    sessions = {}
    for path in result.folder.rglob("*.png"):
        part, *_, step, name = path.relative_to(result.folder).parts
        assert f"_{step}_" in name
        sessions.setdefault("_".join(name.split("_")[2:5]), set()).add(part)
    assert all(len(parts) == 1 for parts in sessions.values())


def test_every_fix_can_be_left_out(on_disk, tmp_path):
    options = CopyOptions(relabel=False, exclude=False, channels=False)
    result = copied(on_disk, tmp_path / "copy", options)
    assert (result.pictures, result.relabelled, result.converted) == (len(on_disk.table), 0, 0)
    for path in on_disk.table.paths[:12]:
        assert (result.folder / path).read_bytes() == (on_disk.root / path).read_bytes()


def test_a_cancelled_copy_leaves_nothing(on_disk, tmp_path):
    steps = apply_fixes(on_disk.root, on_disk.table, fixes_of(on_disk), tmp_path / "a" / "copy")
    go_on(steps, 40)
    steps.close()
    assert list(tmp_path.iterdir()) == []


def test_a_copy_that_reads_back_differently_does_not_appear(on_disk, tmp_path):
    steps = apply_fixes(on_disk.root, on_disk.table, fixes_of(on_disk), tmp_path / "copy")
    go_on(steps, 30)
    written = next(tmp_path.rglob("*.png"))
    written.write_bytes(written.read_bytes()[:-1] + b"?")
    with pytest.raises(ExportError, match="reads back differently"):
        last_result(steps)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_nobody_wrote_is_noticed(on_disk, tmp_path):
    steps = apply_fixes(on_disk.root, on_disk.table, fixes_of(on_disk), tmp_path / "copy")
    go_on(steps, 30)
    (next(tmp_path.rglob("*.png")).parent / "stray.png").write_bytes(b"?")
    with pytest.raises(ExportError, match="holds"):
        last_result(steps)


def test_the_set_and_a_full_folder_are_refused(on_disk, tmp_path):
    with pytest.raises(ExportError, match="never written to"):
        copied(on_disk, on_disk.root / "copy")
    (tmp_path / "there").write_text("kept")
    with pytest.raises(ExportError, match="not empty"):
        copied(on_disk, tmp_path)
    assert (tmp_path / "there").read_text() == "kept"


def test_what_has_gone_meanwhile_is_a_problem_and_the_rest_goes_on(tmp_path):
    diagnosis = write_pictures(
        tmp_path / "set", bare_diagnosis([(f"A-Normal/{n}.png", "A-Normal", None) for n in range(3)])
    )
    (tmp_path / "set/A-Normal/1.png").unlink()
    result = copied(diagnosis, tmp_path / "copy")
    assert result.pictures == 2
    assert result.problems[0].startswith("A-Normal/1.png: left out of the copy")


def test_equal_names_in_one_class_get_numbers(tmp_path):
    names = ["A-Normal/1.png", "B-Normal/1.png"]
    diagnosis = write_pictures(tmp_path / "set", bare_diagnosis([(n, n.split("/")[0], None) for n in names]))
    fixes = replace(fixes_of(diagnosis), relabel=(Relabel(1, "A-Normal", "said so"),))
    result = copied(diagnosis, tmp_path / "copy", fixes=fixes)
    assert sorted(path.name for path in (result.folder / "A-Normal").iterdir()) == ["1 (2).png", "1.png"]


def test_a_class_that_is_no_folder_becomes_one(tmp_path):
    diagnosis = write_pictures(tmp_path / "set", bare_diagnosis([("flat/a.png", "Pipe-Leak", None)]))
    fixes = replace(fixes_of(diagnosis), relabel=(Relabel(0, "Pipe-Normal", "said so"),))
    result = copied(diagnosis, tmp_path / "copy", fixes=fixes)
    assert (result.folder / "flat" / "Pipe-Normal" / "a.png").is_file()
    assert "a new one" in result.notices[0]


def test_annotation_files_come_along(tmp_path):
    diagnosis = write_pictures(tmp_path / "set", bare_diagnosis([("A-Normal/1.png", "A-Normal", None)]))
    text = json.dumps({"images": [], "annotations": [], "categories": []})
    (tmp_path / "set" / "labels.json").write_text(text)
    result = copied(diagnosis, tmp_path / "copy")
    assert (result.folder / "labels.json").read_text() == text


def test_deep_pictures_keep_their_channels(tmp_path):
    diagnosis = write_pictures(
        tmp_path / "set", bare_diagnosis([(f"A-Normal/{n}.png", "A-Normal", None) for n in "ab"])
    )
    deep = tmp_path / "set/A-Normal/a.png"
    Image.fromarray(np.arange(12, dtype=np.uint16).reshape(3, 4)).save(deep)
    looks = diagnosis.table.looks.copy()
    looks["channels"] = [1, 3]
    diagnosis = replace(diagnosis, table=replace(diagnosis.table, looks=looks))
    result = copied(diagnosis, tmp_path / "copy")
    assert (result.folder / "A-Normal/a.png").read_bytes() == deep.read_bytes()
    assert any("lose detail" in notice for notice in result.notices)
