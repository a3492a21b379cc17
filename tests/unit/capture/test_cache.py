"""Values kept while their files do not change."""

from __future__ import annotations

from pathlib import Path

import pytest

from thermview.capture.cache import FileCache, Fingerprint, fingerprint
from thermview.errors import ReadError


def test_the_longest_unused_is_dropped_above_the_weight() -> None:
    cache: FileCache[int] = FileCache(10, lambda value: value)
    reads: list[str] = []

    def ask(key: str, value: int) -> int:
        return cache.get(Fingerprint(key, 0, 0), lambda: reads.append(key) or value)

    ask("a", 5), ask("b", 4), ask("a", 5), ask("c", 3)
    assert reads == ["a", "b", "c"]
    ask("a", 5)
    assert reads == ["a", "b", "c"]
    ask("b", 4)
    assert reads == ["a", "b", "c", "b"]


def test_one_value_above_the_weight_is_still_kept() -> None:
    cache: FileCache[int] = FileCache(1, lambda value: value)
    state = Fingerprint("a", 0, 0)
    assert cache.get(state, lambda: 100) == 100
    assert cache.get(state, lambda: 7) == 100


def test_failures_are_kept_and_raised_afresh() -> None:
    cache: FileCache[int] = FileCache(10, lambda value: value)
    reads: list[int] = []

    def fail() -> int:
        reads.append(1)
        raise ReadError("a.json: cut short")

    errors = []
    for _ in range(2):
        with pytest.raises(ReadError, match="cut short") as caught:
            cache.get(Fingerprint("a", 0, 0), fail)
        errors.append(caught.value)
    assert len(reads) == 1
    assert errors[0] is not errors[1]


def test_a_changed_file_has_another_fingerprint(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"1")
    before = fingerprint(path)
    path.write_bytes(b"22")
    assert fingerprint(path) != before
    assert fingerprint(path, "a!b").key == "a!b"
