"""A minus B: values, what they mean, and when there is no such thing."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis.extra import numpy as hnp

from thermview.recording import (
    APPARENT_TEMPERATURE,
    COUNT_DIFFERENCE,
    ESTIMATED_TEMPERATURE,
    INTENSITY,
    RAW_COUNTS,
    Quantity,
)
from thermview.thermal.difference import difference, means_difference, same_kind, why_no_difference

counts = hnp.arrays(np.uint16, (3, 4))


@given(counts, counts)
def test_differences_of_counts_are_exact_and_turn_with_the_order(a: np.ndarray, b: np.ndarray) -> None:
    found = difference(a, b)
    assert found.dtype == np.float32
    assert np.array_equal(found, a.astype(np.int64) - b.astype(np.int64))
    assert np.array_equal(difference(b, a), -found)
    assert not difference(a, a).any()


def test_a_small_difference_of_large_values_is_kept_and_what_is_missing_stays_missing() -> None:
    a = np.array([[100000.25, np.nan, np.inf]], np.float64)
    b = np.array([[100000.0, 1.0, np.inf]], np.float64)
    found = difference(a, b)
    assert found[0, 0] == np.float32(0.25)
    assert np.isnan(found[0, 1:]).all()


def test_differences_are_in_kelvins_or_counts_and_estimated_where_one_side_is() -> None:
    assert means_difference(APPARENT_TEMPERATURE, APPARENT_TEMPERATURE).unit == "K"
    assert means_difference(RAW_COUNTS, RAW_COUNTS).unit == "ΔDN"
    assert means_difference(COUNT_DIFFERENCE, COUNT_DIFFERENCE).unit == "ΔDN"
    assert means_difference(APPARENT_TEMPERATURE, ESTIMATED_TEMPERATURE).estimated
    assert not means_difference(APPARENT_TEMPERATURE, APPARENT_TEMPERATURE).estimated


def test_what_differs_in_kind_or_size_is_refused_with_the_reason() -> None:
    frame, wide, colours = np.zeros((3, 4)), np.zeros((3, 8)), np.zeros((3, 4, 3), np.uint8)
    assert why_no_difference((frame, RAW_COUNTS), (frame, RAW_COUNTS)) == ""
    sizes = why_no_difference((frame, RAW_COUNTS), (wide, RAW_COUNTS))
    assert "4 × 3" in sizes
    assert "8 × 3" in sizes
    kinds = why_no_difference((frame, APPARENT_TEMPERATURE), (frame, COUNT_DIFFERENCE))
    assert "apparent temperature (°C)" in kinds
    assert "ΔDN" in kinds
    assert "A holds colours" in why_no_difference((colours, INTENSITY), (frame, RAW_COUNTS))
    assert "B holds colours" in why_no_difference((frame, RAW_COUNTS), (colours, INTENSITY))


def test_without_a_unit_the_name_decides() -> None:
    assert same_kind(INTENSITY, INTENSITY)
    assert not same_kind(INTENSITY, Quantity("emissivity", ""))
    assert not same_kind(RAW_COUNTS, COUNT_DIFFERENCE)
