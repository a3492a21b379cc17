"""Embeddings outlive a crash, a full disk and another process."""

import numpy as np
import pytest

from thermview.diagnosis.embedding_cache import EmbeddingCache
from thermview.diagnosis.record_file import fingerprint
from thermview.errors import StoreError


@pytest.fixture
def batch():
    rng = np.random.default_rng(0)
    return np.arange(1, 21, dtype=np.uint64), np.arange(20, dtype=np.uint64), rng.normal(size=(20, 8)) * 1e6


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("in_memory", [True, False])
def test_what_is_kept_is_found_by_its_key(tmp_path, batch, in_memory):
    cache = EmbeddingCache(None if in_memory else tmp_path, tmp_path / "capture", "a" * 64, 8)
    cache.append(*batch)
    assert (cache.find(batch[0]) == -1).all()
    cache.refresh()
    records = cache.find(np.array([7, 99, 0, 1], dtype=np.uint64))
    assert records[1] == records[2] == -1
    np.testing.assert_allclose(cache.vectors(records[[0, 3]])[:], unit(batch[2])[[6, 0]], atol=1e-3)
    assert cache.hashes(records[[0, 3]]).tolist() == [6, 0]


def test_the_next_run_finds_it_and_other_models_and_captures_do_not(tmp_path, batch):
    EmbeddingCache(tmp_path, tmp_path / "capture", "a" * 64, 8).append(*batch)
    assert (EmbeddingCache(tmp_path, tmp_path / "capture", "a" * 64, 8).find(batch[0]) >= 0).all()
    assert (EmbeddingCache(tmp_path, tmp_path / "capture", "b" * 64, 8).find(batch[0]) == -1).all()
    assert (EmbeddingCache(tmp_path, tmp_path / "other", "a" * 64, 8).find(batch[0]) == -1).all()


@pytest.mark.parametrize("torn", [1, 17, 23])
def test_a_torn_last_record_costs_only_itself(tmp_path, batch, torn):
    cache = EmbeddingCache(tmp_path, tmp_path / "capture", "a" * 64, 8)
    cache.append(*batch)
    with cache.path.open("r+b") as file:
        file.truncate(cache.path.stat().st_size - torn)
    again = EmbeddingCache(tmp_path, tmp_path / "capture", "a" * 64, 8)
    assert (again.find(batch[0]) >= 0).sum() == 19
    again.append(*(part[19:] for part in batch))
    again.refresh()
    np.testing.assert_allclose(again.vectors(again.find(batch[0]))[:], unit(batch[2]), atol=1e-3)


def test_zeros_at_the_end_of_the_file_are_nothing(tmp_path, batch):
    cache = EmbeddingCache(tmp_path, tmp_path / "capture", "a" * 64, 8)
    cache.append(*batch)
    with cache.path.open("ab") as file:
        file.write(bytes(2 * (16 + 16)))
    again = EmbeddingCache(tmp_path, tmp_path / "capture", "a" * 64, 8)
    assert again.find(np.array([0], dtype=np.uint64)).tolist() == [-1]
    assert (again.find(batch[0]) >= 0).all()


def test_a_write_that_fails_is_told_and_the_work_goes_on(tmp_path, batch, monkeypatch):
    cache = EmbeddingCache(tmp_path, tmp_path / "capture", "a" * 64, 8)
    cache.append(*(part[:5] for part in batch))
    cache.path.unlink()
    cache.path.mkdir()  # nothing can be appended to a folder
    cache.append(*(part[5:] for part in batch))
    cache.refresh()
    assert "cannot be kept" in cache.problem
    assert (cache.find(batch[0][5:]) >= 0).all()


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be kept here"):
        EmbeddingCache(tmp_path / "file", tmp_path, "a" * 64, 8)


def test_a_changed_file_has_another_key():
    keys = {fingerprint(*arguments) for arguments in (("a", 1, 2), ("b", 1, 2), ("a", 2, 2), ("a", 1, 3))}
    assert len(keys) == 4
