"""Shares of a set put together are the set: table, hygiene and embeddings, to the last bit."""

import shutil

import numpy as np
import pytest
from unit.diagnosis.picture_sets import assert_same_table, scanned, scene, write, write_hostile, write_set
from unit.diagnosis.small_capture import saved_model

from thermview.diagnosis import scan_blocks
from thermview.diagnosis.embedding import embed_pictures
from thermview.diagnosis.hygiene import measure_hygiene
from thermview.diagnosis.shards import merge_shards, run_shard, shard_folder
from thermview.errors import StoreError
from thermview.jobs import Job, last_result


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(scan_blocks, "BLOCK_FILES", 5)


@pytest.fixture
def root(tmp_path, small_blocks):
    write_set(tmp_path / "set")
    write_hostile(tmp_path / "set")
    (tmp_path / "set" / "Pipe-Normal" / "gone.png").unlink()  # what is gone is looked for every time
    return tmp_path / "set"


@pytest.fixture
def model(tmp_path):
    return saved_model(tmp_path / "model")


def embedded(root, table, model, folder):
    paths = [table.paths[row] for row in np.flatnonzero(table.readable)]
    return last_result(embed_pictures(root, paths, model, folder))


def assert_same(root, model, cache, other):
    """What a diagnosis is made from is the same with both caches."""
    table, same = scanned(root, cache), scanned(root, other)
    assert_same_table(table, same)
    a, b = (embedded(root, table, model, folder) for folder in (cache, other))
    assert a.paths == b.paths
    np.testing.assert_array_equal(a.rows[:], b.rows[:])
    np.testing.assert_array_equal(a.hashes, b.hashes)
    first, second = (last_result(measure_hygiene(root, table, cache=folder)) for folder in (cache, other))
    for name in ("channels", "sizes", "near_in_session", "notices"):
        assert getattr(first, name) == getattr(second, name)
    for name in ("class_counts", "class_blur", "unreadable", "empty"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    assert [group.tolist() for group in first.duplicates] == [group.tolist() for group in second.duplicates]


@pytest.mark.parametrize("count", [1, 3])
def test_shards_put_together_are_one_run(root, model, tmp_path, count, monkeypatch):
    cards = [
        last_result(run_shard(root, model, index, count, tmp_path / "out")) for index in range(1, count + 1)
    ]
    assert sum(card.pictures for card in cards) == 47
    merged = last_result(merge_shards(root, tmp_path / "out", cache=tmp_path / "cache"))
    assert (merged.shards, merged.pictures, merged.notices) == (count, 47, ())
    one = scanned(root, tmp_path / "one run")
    embedded(root, one, model, tmp_path / "one run")
    monkeypatch.setattr(scan_blocks, "look_at", lambda root, path: pytest.fail(f"{path} is read again"))
    assert_same(root, model, tmp_path / "cache", tmp_path / "one run")


def test_a_shard_that_was_stopped_goes_on(root, model, tmp_path):
    job = Job("shard", lambda: run_shard(root, model, 1, 2, tmp_path / "out"))
    job.run(lambda step: job.cancel() if step.unit == "pictures" and step.done > 6 else None)
    with pytest.raises(StoreError, match="no finished shard"):
        last_result(merge_shards(root, tmp_path / "out", cache=tmp_path / "cache"))
    last_result(run_shard(root, model, 1, 2, tmp_path / "out"))
    with pytest.raises(StoreError, match="shard 2 of 2 is missing"):
        last_result(merge_shards(root, tmp_path / "out", cache=tmp_path / "cache"))
    last_result(run_shard(root, model, 2, 2, tmp_path / "out"))
    last_result(merge_shards(root, tmp_path / "out", cache=tmp_path / "cache"))
    assert_same(root, model, tmp_path / "cache", tmp_path / "one run")


def test_machines_see_the_folder_at_places_of_their_own(root, model, tmp_path):
    (tmp_path / "elsewhere").symlink_to(root)
    last_result(run_shard(root, model, 1, 2, tmp_path / "out"))
    last_result(run_shard(tmp_path / "elsewhere", model, 2, 2, tmp_path / "out"))
    last_result(merge_shards(root, tmp_path / "out", cache=tmp_path / "cache"))
    assert_same(root, model, tmp_path / "cache", tmp_path / "one run")


def test_a_folder_that_changed_since_is_said_and_read(root, model, tmp_path):
    for index in (1, 2):
        last_result(run_shard(root, model, index, 2, tmp_path / "out"))
    write(root / "Pipe-Leak" / "new.png", scene(55))
    merged = last_result(merge_shards(root, tmp_path / "out", cache=tmp_path / "cache"))
    assert "changed" in merged.notices[0]
    assert_same(root, model, tmp_path / "cache", tmp_path / "one run")
    last_result(run_shard(root, model, 2, 2, tmp_path / "out"))
    with pytest.raises(StoreError, match="not of one set in one state"):
        last_result(merge_shards(root, tmp_path / "out", cache=tmp_path / "cache"))


def test_shards_of_another_model_or_number_do_not_fit(root, model, tmp_path):
    last_result(run_shard(root, model, 1, 2, tmp_path / "out"))
    last_result(run_shard(root, None, 2, 2, tmp_path / "out"))
    with pytest.raises(StoreError, match="one model"):
        last_result(merge_shards(root, tmp_path / "out", cache=tmp_path / "cache"))
    with pytest.raises(ValueError, match="no share 3 of 2"):
        next(run_shard(root, model, 3, 2, tmp_path / "out"))


def test_merging_twice_adds_nothing(root, model, tmp_path):
    last_result(run_shard(root, model, 1, 1, tmp_path / "out"))
    for _ in range(2):
        last_result(merge_shards(root, tmp_path / "out", cache=tmp_path / "cache"))
        sizes = {path.name: path.stat().st_size for path in (tmp_path / "cache").iterdir()}
    last_result(merge_shards(root, tmp_path / "out", cache=tmp_path / "cache"))
    assert sizes == {path.name: path.stat().st_size for path in (tmp_path / "cache").iterdir()}
    (shard_folder(tmp_path / "out", 1, 1) / "shard.json").write_text("{}")
    with pytest.raises(StoreError, match="card of a shard"):
        last_result(merge_shards(root, tmp_path / "out", cache=tmp_path / "cache"))


def test_a_place_that_cannot_be_written_is_one_sentence(root, model, tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(StoreError, match="cannot be kept"):
        last_result(run_shard(root, model, 1, 1, tmp_path / "out"))
    shutil.rmtree(root)
