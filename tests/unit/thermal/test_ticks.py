"""Ticks are round, evenly spaced and within the scale; their texts tell them apart."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.thermal.ticks import number_text, round_ticks, tick_texts, value_text


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0, 243, ("0", "50", "100", "150", "200")),
        (-5.2, 36.4, ("0", "10", "20", "30")),
        (0, 1, ("0.00", "0.25", "0.50", "0.75", "1.00")),
        (20.01, 20.09, ("20.02", "20.04", "20.06", "20.08")),
        (0, 20000, ("0", "5 000", "10 000", "15 000", "20 000")),
        (-2, 2, ("−2", "−1", "0", "1", "2")),
        (7, 7, ("7",)),
    ],
)
def test_ticks_of_usual_scales(low, high, texts):
    assert tuple(text.replace("\u2009", " ") for text in tick_texts(round_ticks(low, high))) == texts


numbers = st.floats(-1e9, 1e9, allow_nan=False)


@given(numbers, numbers, st.integers(2, 12))
def test_ticks_are_within_ascending_and_even(a, b, count):
    ticks = round_ticks(a, b, count)
    low, high = min(a, b), max(a, b)
    assert 1 <= len(ticks) <= 2 * count + 1
    assert all(low <= tick <= high for tick in ticks)
    steps = [y - x for x, y in itertools.pairwise(ticks)]
    assert all(step > 0 for step in steps)
    if steps:
        assert (
            max(steps) - min(steps)
            <= 1e-6 * max(steps) + 1e-9 * (high - low) + 4e-16 * max(abs(low), abs(high)) * 4
        )


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_can_be_told_apart(low, span):
    texts = tick_texts(round_ticks(low, low + span))
    assert len(texts) >= 2
    assert len(set(texts)) == len(texts)


@given(st.floats(), st.floats())
def test_any_two_numbers_give_ticks_and_texts(a, b):
    ticks = round_ticks(a, b)
    assert all(math.isfinite(tick) for tick in ticks)
    assert all(tick_texts(ticks))


def test_numbers_are_written_for_people():
    assert number_text(-0.001, 1) == "0.0"
    assert number_text(-12345.6, 1) == "−12\u2009345.6"
    assert number_text(math.nan, 1) == "–"
    assert value_text(36.444, 41.6) == "36.4"
    assert value_text(243, 243) == "243"
    assert value_text(math.inf, 1) == "–"
