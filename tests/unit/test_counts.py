from __future__ import annotations

import pytest

from thermview.counts import counted


@pytest.mark.parametrize(
    ("count", "words", "text"),
    [
        (0, ("frame",), "0 frames"),
        (1, ("frame",), "1 frame"),
        (14571, ("frame",), "14571 frames"),
        (1, ("batch", "batches"), "1 batch"),
        (2, ("batch", "batches"), "2 batches"),
        (1, ("picture has", "pictures have"), "1 picture has"),
    ],
)
def test_a_count_has_its_noun_in_the_right_number(count: int, words: tuple[str, ...], text: str) -> None:
    assert counted(count, *words) == text
