"""Kept scores come back whole for the same file and model, and for no other."""

from __future__ import annotations

import os
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from thermview.errors import ReadError
from thermview.review import score_cache
from thermview.scoring import Event, ModelId, Scores

MODEL = ModelId("normality of Type16", "ab" * 32)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("THERMVIEW_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "scores"


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "0001.npz"
    path.write_bytes(os.urandom(200_000))
    return path


def scores(recording: str = "Type16/1673") -> Scores:
    values = np.linspace(0, 9, 1000, dtype=np.float32)
    values[3] = np.nan
    event = Event(900, 999, 999, 9.0, "power", 0.004, "power 12 % below for 94 ms")
    return Scores(
        recording, values, {"power": values * 2, "위치": values * 3}, 3.5, float("inf"), None, True,
        "power", (event, replace(event, p_value=None)), MODEL, 0.25, "outside its batch",
    )  # fmt: skip


def same(a: Scores, b: Scores) -> bool:
    arrays = np.array_equal(a.values, b.values, equal_nan=True) and list(a.lanes) == list(b.lanes)
    arrays = arrays and all(np.array_equal(a.lanes[k], b.lanes[k], equal_nan=True) for k in a.lanes)
    none = np.zeros(0, np.float32)
    return arrays and replace(a, values=none, lanes={}) == replace(b, values=none, lanes={})


def test_scores_come_back_whole(file):
    assert score_cache.load(file, MODEL) is None
    assert score_cache.save(file, scores())
    found = score_cache.load(file, MODEL)
    assert found is not None
    assert same(found, scores())
    assert found.values.dtype == np.float32


def test_scores_carry_the_name_asked_for(file):
    score_cache.save(file, scores())
    found = score_cache.load(file, MODEL, recording="1673")
    assert found is not None
    assert same(found, scores("1673"))


def test_another_model_is_not_found(file):
    score_cache.save(file, scores())
    assert score_cache.load(file, ModelId(MODEL.name, "cd" * 32)) is None


@pytest.mark.parametrize("place", [0, 199_999])
def test_a_changed_file_is_not_found(file, place):
    score_cache.save(file, scores())
    before = file.stat()
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert score_cache.load(file, MODEL) is None


def test_a_touched_file_is_not_found(file):
    score_cache.save(file, scores())
    os.utime(file, ns=(1, 1))
    assert score_cache.load(file, MODEL) is None


def test_a_file_changed_while_it_was_scored_is_not_found(file):
    before = score_cache.fingerprint(file)
    file.write_bytes(b"other content")
    assert score_cache.save(file, scores(), before)
    assert score_cache.load(file, MODEL) is None


def test_members_of_an_archive_have_fingerprints_of_their_own(tmp_path):
    archive = tmp_path / "Type1.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("0001.npz", b"a")
    prints = {score_cache.fingerprint(p) for p in (archive, archive / "0001.npz", archive / "0002.npz")}
    assert len(prints) == 3
    assert score_cache.save(archive / "0001.npz", scores())
    assert score_cache.load(archive / "0001.npz", MODEL) is not None
    assert score_cache.load(archive / "0002.npz", MODEL) is None


def test_a_missing_file_has_no_fingerprint(tmp_path):
    with pytest.raises(ReadError, match=r"gone\.npz: cannot be read"):
        score_cache.fingerprint(tmp_path / "gone.npz")
    assert score_cache.load(tmp_path / "gone.npz", MODEL) is None
    assert score_cache.save(tmp_path / "gone.npz", scores()) is False


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"noise" * 100, None])
def test_a_damaged_entry_is_a_miss_and_is_replaced(file, cache, damage):
    score_cache.save(file, scores())
    [entry] = cache.iterdir()
    data = bytearray(entry.read_bytes())
    data[len(data) // 2] ^= 0xFF
    entry.write_bytes(bytes(data) if damage is None else damage)
    assert score_cache.load(file, MODEL) is None
    assert score_cache.save(file, scores())
    assert score_cache.load(file, MODEL) is not None


def test_an_entry_with_a_pickle_is_a_miss(file, cache, tmp_path):
    score_cache.save(file, scores())
    [entry] = cache.iterdir()

    class Hostile:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "executed",))

    with entry.open("wb") as stream:
        np.savez(stream, about=np.array([Hostile()], dtype=object))
    assert score_cache.load(file, MODEL) is None
    assert not (tmp_path / "executed").exists()


def test_a_place_that_cannot_be_written_costs_only_the_cache(file, tmp_path, monkeypatch):
    (tmp_path / "blocked").write_text("a file, no folder")
    monkeypatch.setenv("THERMVIEW_CACHE_DIR", str(tmp_path / "blocked"))
    assert score_cache.save(file, scores()) is False
    assert score_cache.load(file, MODEL) is None


def test_the_oldest_entries_go_first(tmp_path):
    for n in range(10):
        (tmp_path / f"{n}.npz").write_bytes(b"x" * 100)
        os.utime(tmp_path / f"{n}.npz", (n + 1, n + 1))
    (tmp_path / "left.tmp").write_bytes(b"x")
    os.utime(tmp_path / "left.tmp", (1, 1))
    score_cache.trim(tmp_path, limit_bytes=450)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["6.npz", "7.npz", "8.npz", "9.npz"]
    score_cache.trim(tmp_path, limit_entries=1)
    assert [path.name for path in tmp_path.iterdir()] == ["9.npz"]


def test_a_used_entry_counts_as_new(file, cache):
    score_cache.save(file, scores())
    [entry] = cache.iterdir()
    os.utime(entry, (1, 1))
    score_cache.load(file, MODEL)
    assert entry.stat().st_mtime > 1000
