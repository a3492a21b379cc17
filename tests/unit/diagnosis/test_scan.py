"""One scan: every file once, the same table however often it was cut short, everything bad a row."""

import unicodedata
import zipfile
from pathlib import Path

import numpy as np
import pytest
from unit.diagnosis.picture_sets import (
    assert_same_table,
    scanned,
    scene,
    with_alpha,
    write,
    write_hostile,
    write_set,
)

from thermview.diagnosis import scan_blocks, scan_look
from thermview.diagnosis.scan import scan_pictures
from thermview.diagnosis.scan_blocks import BLOCK_FILES, cut_blocks
from thermview.diagnosis.scan_look import look_at
from thermview.diagnosis.table import Status
from thermview.jobs import Job, last_result


@pytest.fixture
def seen(monkeypatch):
    """The paths that are looked at."""
    paths = []

    def counting(root, path):
        paths.append(path)
        return look_at(root, path)

    monkeypatch.setattr(scan_blocks, "look_at", counting)
    return paths


def test_a_table_of_class_folders(tmp_path):
    write_set(tmp_path / "set")
    table = scanned(tmp_path / "set", tmp_path / "cache")
    assert list(table.paths) == sorted(table.paths)
    assert table.class_names == ("Car-Normal", "Car-Overheat", "Pipe-Leak")
    assert table.class_normal == (True, False, False)
    assert np.bincount(table.class_codes).tolist() == [12, 12, 12]
    assert len(table.session_names) == 9
    assert table.readable.all()
    assert table.tokens.object_names == ("CAR",)
    assert (table.histograms.sum(axis=2) == 12 * 40 * 60).all()
    members = [look_at(tmp_path / "set", table.paths[row]).small for row in table.members(1)]
    np.testing.assert_allclose(table.mean_pictures[1], np.mean(members, axis=0), rtol=1e-6)


def test_the_second_run_reads_only_what_changed(tmp_path, seen, monkeypatch):
    monkeypatch.setattr(scan_blocks, "BLOCK_FILES", 5)
    monkeypatch.setattr(scan_blocks, "_CUT_EVERY", 4)
    root = tmp_path / "set"
    write_set(root, frames=20)
    first = scanned(root, tmp_path / "cache")
    assert sorted(seen) == list(first.paths)
    seen.clear()
    assert_same_table(scanned(root, tmp_path / "cache"), first)
    assert seen == []
    changed = first.paths[30]
    write(root / changed, scene(77))
    (root / first.paths[100]).unlink()
    write(root / "Car-Normal" / "new.png", scene(78))
    again = scanned(root, tmp_path / "cache")
    assert {changed, "Car-Normal/new.png"} <= set(seen)
    assert len(seen) < 60  # of 180: their blocks, up to where a key ends one again
    assert_same_table(again, scanned(root, tmp_path / "another cache"))


def test_what_was_not_kept_is_done_again(tmp_path):
    root, cache = tmp_path / "set", tmp_path / "cache"
    write_set(root)
    whole = scanned(root, cache)
    for end in ("looks", "sums", "problems"):
        (file,) = cache.glob(f"*.{end}")
        with file.open("r+b") as opened:
            opened.truncate(file.stat().st_size * 2 // 3)
        assert_same_table(scanned(root, cache), whole)


def test_a_scan_that_is_stopped_goes_on_where_it_was(tmp_path, seen, monkeypatch):
    monkeypatch.setattr(scan_blocks, "BLOCK_FILES", 4)
    root, cache = tmp_path / "set", tmp_path / "cache"
    write_set(root, frames=10)
    whole = scanned(root, tmp_path / "another cache")
    seen.clear()
    job = Job("scan", lambda: scan_pictures(root, cache=cache))
    job.run(lambda step: job.cancel() if step.unit == "pictures" and step.done > 20 else None)
    assert job.cancelled
    assert 20 < len(seen) < 90
    before = len(seen)
    assert_same_table(scanned(root, cache), whole)
    assert len(seen) - before < 90 - before + 40  # what was in hand is done again, no more


def test_everything_bad_is_a_row_and_a_sentence(tmp_path):
    bad = write_hostile(tmp_path / "set")
    table = scanned(tmp_path / "set", tmp_path / "cache")
    assert {Path(table.paths[row]).stem for row in table.problems} == bad
    assert all(Path(table.paths[row]).name in text for row, text in table.problems.items())
    by_name = {
        Path(path).stem: Status(status)
        for path, status in zip(table.paths, table.looks["status"], strict=True)
    }
    assert by_name["empty"] == Status.EMPTY
    assert by_name["gone"] == Status.GONE
    assert {name for name, status in by_name.items() if status == Status.READ} == {"good", "wrong suffix"}
    assert any("several frames" in notice for notice in table.notices)
    assert table.histograms.sum() == 2 * 3 * 40 * 60
    assert_same_table(scanned(tmp_path / "set", tmp_path / "cache"), table)


def test_a_file_that_may_not_be_read_is_tried_again(tmp_path, monkeypatch):
    write_set(tmp_path / "set", frames=2)
    path = sorted((tmp_path / "set").rglob("*.png"))[5]
    content = scan_look._content

    def forbidden(file):
        if file == path:
            raise PermissionError(13, "Permission denied")
        return content(file)

    monkeypatch.setattr(scan_look, "_content", forbidden)
    assert "permission" in scanned(tmp_path / "set", tmp_path / "cache").problems[5]
    monkeypatch.undo()
    again = scanned(tmp_path / "set", tmp_path / "cache")
    assert again.problems == {}
    assert_same_table(again, scanned(tmp_path / "set", tmp_path / "another cache"))


def test_korean_classes_are_one_however_they_are_written(tmp_path):
    name = "이송배관-이상-누출"
    for number, form in enumerate(("NFC", "NFD")):
        write(tmp_path / "set" / str(number) / unicodedata.normalize(form, name) / "a.png", scene(number))
    table = scanned(tmp_path / "set", tmp_path / "cache")
    assert table.class_names == (unicodedata.normalize("NFC", name),)
    assert table.class_normal == (False,)


def test_an_empty_folder_and_a_flat_one(tmp_path):
    (tmp_path / "empty").mkdir()
    nothing = scanned(tmp_path / "empty", tmp_path / "cache")
    assert len(nothing) == 0
    assert nothing.histograms.shape == (0, 3, 256)
    write(tmp_path / "flat" / "a.png", scene())
    flat = scanned(tmp_path / "flat", tmp_path / "cache")
    assert flat.class_names == ("",)
    assert flat.class_normal == (None,)


def test_a_zip_is_read_as_the_folder_that_was_packed(tmp_path):
    write_set(tmp_path / "set")
    (tmp_path / "zipped").mkdir()
    with zipfile.ZipFile(tmp_path / "zipped" / "all.zip", "w") as archive:
        for path in sorted((tmp_path / "set").rglob("*.png")):
            archive.write(path, path.relative_to(tmp_path / "set"))
        archive.writestr("Pipe-Leak/empty.png", b"")
    plain = scanned(tmp_path / "set", tmp_path / "cache")
    zipped = scanned(tmp_path / "zipped", tmp_path / "cache")
    assert zipped.class_names == plain.class_names
    np.testing.assert_array_equal(zipped.looks[zipped.readable], plain.looks)
    np.testing.assert_array_equal(zipped.histograms, plain.histograms)
    assert list(zipped.looks["status"][~zipped.readable]) == [Status.EMPTY]


def test_a_cache_that_cannot_be_written_is_said_and_nothing_else(tmp_path):
    write_set(tmp_path / "set", frames=2)
    (tmp_path / "file").write_text("")
    table = scanned(tmp_path / "set", tmp_path / "file")
    assert any("cannot be kept" in notice for notice in table.notices)
    np.testing.assert_array_equal(table.looks, scanned(tmp_path / "set", tmp_path / "cache").looks)


def test_a_file_that_goes_away_meanwhile_is_gone(tmp_path):
    write_set(tmp_path / "set", frames=2)
    steps = scan_pictures(tmp_path / "set", cache=tmp_path / "cache")
    first = next(step for step in steps if step.unit == "files")
    assert first.total == 18
    gone = sorted((tmp_path / "set").rglob("*.png"))[3]
    gone.unlink()
    table = last_result(steps)
    assert table.looks["status"].tolist().count(Status.GONE) == 1
    assert gone.name in table.problems[3]


def test_blocks_hold_every_file_once_and_move_little():
    rng = np.random.default_rng(0)
    keys = rng.integers(1, 2**63, 20_000).astype(np.uint64)
    groups = np.sort(rng.integers(0, 5, 20_000))
    blocks = cut_blocks(keys, groups)
    assert sorted(np.concatenate([block.rows for block in blocks]).tolist()) == list(range(20_000))
    assert max(len(block.rows) for block in blocks) <= BLOCK_FILES
    assert all(len(set(groups[block.rows])) == 1 for block in blocks)
    fewer = cut_blocks(np.delete(keys, 7_000), np.delete(groups, 7_000))
    known = {block.key for block in blocks}
    assert len([block for block in fewer if block.key not in known]) <= 4
    assert (
        next(b for b in cut_blocks(np.array([5, 0], np.uint64), np.zeros(2, np.intp)) if 1 in b.rows).key == 0
    )


def test_alpha_does_not_change_the_colours(tmp_path):
    write(tmp_path / "a" / "Car-Normal" / "a.png", scene())
    write(tmp_path / "b" / "Car-Normal" / "a.png", with_alpha(scene(), 3))
    plain, clear = (scanned(tmp_path / name, tmp_path / "cache") for name in "ab")
    np.testing.assert_array_equal(plain.histograms, clear.histograms)
    assert plain.looks["hash"] == clear.looks["hash"]
