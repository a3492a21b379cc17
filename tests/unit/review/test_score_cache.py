"""Kept scores come back whole for the same file and model, and for no other."""

from __future__ import annotations

import os
import zipfile
from dataclasses import fields, replace
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
        {"power_dn": values * 5}, (0.1, 0.25, 3.0), 1000.0,
    )  # fmt: skip


def same(a: Scores, b: Scores) -> bool:
    """Equal in every field, whatever fields there are."""
    return all(alike(getattr(a, field.name), getattr(b, field.name)) for field in fields(Scores))


def alike(a: object, b: object) -> bool:
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and np.array_equal(a, b, equal_nan=True)
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(alike(a[key], b[key]) for key in a)
    return type(a) is type(b) and a == b


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


def test_a_summary_is_what_is_said_without_curves_and_events(file):
    assert score_cache.load_summary(file, MODEL) is None
    score_cache.save(file, scores())
    found, whole = score_cache.load_summary(file, MODEL), scores()
    assert found is not None
    for name, value in found.items():
        assert alike(value, getattr(whole, name)), name
    curves = {name for name in ("values", "lanes", "measures", "heads", "bands")}
    assert set(found) == {field.name for field in fields(Scores)} - curves - {"events"}


def test_a_damaged_entry_has_no_summary(file):
    score_cache.save(file, scores())
    (entry,) = (score_cache.cache_folder() / "scores").iterdir()
    entry.write_bytes(entry.read_bytes()[:200])
    assert score_cache.load_summary(file, MODEL) is None
    assert not entry.exists()


def test_an_entry_of_another_version_is_a_miss(file, monkeypatch):
    score_cache.save(file, scores())
    monkeypatch.setattr(score_cache, "_FORMAT", "0 recording values")
    assert score_cache.load(file, MODEL) is None


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


def test_scores_that_another_model_gave_instead_are_found_by_the_one_that_was_asked_alone(file: Path) -> None:
    asked = ModelId("own", "ef" * 32)
    assert score_cache.save(file, scores(), asked=asked)
    found = score_cache.load(file, asked)
    assert found is not None
    assert found.model == MODEL  # who gave them is said
    assert score_cache.load(file, MODEL) is None  # its own scores carry no notice of another


def test_scores_of_other_circumstances_are_not_found(file: Path) -> None:
    score_cache.save(file, scores(), circumstances="Type1, obstacle 500-700")
    assert score_cache.load(file, MODEL) is None
    assert score_cache.load(file, MODEL, circumstances="Type1, no obstacle") is None
    assert score_cache.load(file, MODEL, circumstances="Type1, obstacle 500-700") is not None
