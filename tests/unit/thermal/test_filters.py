"""Display filters: laws of holding, comparing and smoothing; random access gives what stepping gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from thermview.errors import ReadError
from thermview.readers.filtered import FilteredRecording, can_filter
from thermview.recording import (
    APPARENT_TEMPERATURE,
    COUNT_DIFFERENCE,
    ESTIMATED_TEMPERATURE,
    INTENSITY,
    RAW_COUNTS,
    ArrayRecording,
    Quantity,
)
from thermview.thermal.filters import HOLDS, Filters, Hold, Reference, difference_of, held, median_3x3

KINDS = st.sampled_from([np.uint8, np.uint16, np.float32, np.float64, np.int32])


def stacks(least: int = 1) -> st.SearchStrategy[NDArray[np.generic]]:
    shape = st.tuples(st.integers(least, 9), st.integers(1, 6), st.integers(1, 6))
    return KINDS.flatmap(
        lambda kind: hnp.arrays(kind, shape, elements=st.integers(0, 200))  # type: ignore[arg-type]
    )


def recording(frames: NDArray[np.generic], quantity: Quantity = RAW_COUNTS) -> ArrayRecording:
    return ArrayRecording("made", Path("made.npy"), "array", frames, quantity)


@given(stacks())
def test_holds_bound_every_frame_and_mutate_nothing(frames: NDArray[np.generic]) -> None:
    before = frames.copy()
    highest, lowest, mean = (held(frames, hold) for hold in HOLDS[1:])
    assert (highest >= frames).all()
    assert (lowest <= frames).all()
    assert (mean >= lowest - 1e-3).all()
    assert (mean <= highest + 1e-3).all()
    assert highest.dtype == lowest.dtype == frames.dtype
    np.testing.assert_array_equal(held(frames, "none"), frames[-1])
    np.testing.assert_array_equal(frames, before)


@given(
    stacks(3),
    st.sampled_from(HOLDS),
    st.integers(1, 5),
    st.none() | st.integers(0, 8),
    st.booleans(),
    st.data(),
)
def test_wherever_one_comes_from_a_frame_is_the_same(
    frames: NDArray[np.generic], hold: Hold, length: int, since: int | None, median: bool, data: st.DataObject
) -> None:
    filters = Filters(hold, length, since, None, median)
    walked = FilteredRecording(recording(frames), filters)
    for index in data.draw(st.lists(st.integers(0, len(frames) - 1), min_size=1, max_size=8)):
        fresh = FilteredRecording(recording(frames), filters).frame(index)
        np.testing.assert_allclose(walked.frame(index), fresh, rtol=1e-6)
        if hold != "none":
            first = max(index - length + 1, 0) if since is None else min(since, index)
            plain = held(frames[first : index + 1], hold)
            np.testing.assert_allclose(fresh, median_3x3(plain) if median else plain, rtol=1e-5)
        assert fresh.dtype == walked.dtype


@given(stacks())
def test_several_frames_are_those_one_by_one(frames: NDArray[np.generic]) -> None:
    filtered = FilteredRecording(recording(frames), Filters("maximum", 3))
    together = filtered.frames(-2, 99)
    assert together.shape == frames.shape
    for index in range(len(frames)):
        np.testing.assert_array_equal(together[index], filtered.frame(index))


@given(stacks())
def test_a_reference_taken_off_itself_leaves_nothing(frames: NDArray[np.generic]) -> None:
    reference = Reference(frames[0].astype(np.float32), "frame 1")
    filtered = FilteredRecording(recording(frames), Filters(reference=reference))
    np.testing.assert_array_equal(filtered.frame(0), np.zeros(frames.shape[1:], np.float32))
    assert filtered.dtype == np.float32


@given(
    hnp.arrays(np.float32, (5, 7), elements=st.floats(-50, 50, width=32)),
    st.lists(st.integers(0, 34), max_size=20),
)
def test_medians_are_those_of_the_pixels_that_have_a_value(
    pixels: NDArray[np.float32], gone: list[int]
) -> None:
    pixels.ravel()[gone] = np.nan
    smooth = median_3x3(pixels)
    padded = np.pad(pixels, 1, mode="edge")
    for row in range(5):
        for column in range(7):
            around = padded[row : row + 3, column : column + 3].ravel()
            there = around[np.isfinite(around)]
            expected = np.median(there) if len(there) else np.nan
            np.testing.assert_allclose(smooth[row, column], expected, rtol=1e-5)


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int32, np.float32, np.float64])
def test_one_hot_pixel_goes_and_flat_frames_stay(kind: type) -> None:
    flat = np.full((6, 6), 7, kind)
    np.testing.assert_array_equal(median_3x3(flat), flat)
    hot = flat.copy()
    hot[2, 3] = 100
    np.testing.assert_array_equal(median_3x3(hot), flat)
    assert median_3x3(hot).dtype == kind


def test_pixels_without_a_value_are_left_out_of_holds() -> None:
    frames = np.array([[[1, np.nan]], [[np.nan, np.nan]], [[3, np.nan]]], np.float32)
    for hold, value in (("maximum", 3), ("minimum", 1), ("mean", 2)):
        for filters in (Filters(hold, 3), Filters(hold, since=0)):  # type: ignore[arg-type]
            frame = FilteredRecording(recording(frames), filters).frame(2)
            np.testing.assert_array_equal(frame, np.array([[value, np.nan]], np.float32))


@pytest.mark.parametrize(
    ("stored", "name", "unit"),
    [
        (APPARENT_TEMPERATURE, "apparent temperature difference", "K"),
        (ESTIMATED_TEMPERATURE, "estimated temperature difference", "K"),
        (RAW_COUNTS, "count difference", "ΔDN"),
        (COUNT_DIFFERENCE, "count difference", "ΔDN"),
        (INTENSITY, "intensity difference", ""),
    ],
)
def test_differences_are_never_celsius(stored: Quantity, name: str, unit: str) -> None:
    found = difference_of(stored)
    assert (found.name, found.unit, found.estimated) == (name, unit, stored.estimated)


def test_what_is_done_is_said() -> None:
    reference = Reference(np.zeros((4, 4), np.float32), "the mean of frames 1 to 100")
    filters = Filters("mean", 1000, None, reference, True)
    assert filters.words() == (
        "mean of the last 1\u2009000 frames, minus the mean of frames 1 to 100, median of 3 × 3 pixels"
    )
    assert Filters("maximum", since=4).words() == "maximum of all frames since frame 5"
    assert not Filters().on
    assert Filters().words() == ""
    frames = np.zeros((3, 4, 4), np.float32)
    filtered = FilteredRecording(recording(frames, APPARENT_TEMPERATURE), filters)
    assert filtered.quantity.unit == "K"
    assert filters.words() in filtered.issues[0]
    assert filtered.metadata["filter"] == filters.words()


def test_a_reference_of_another_size_is_one_sentence() -> None:
    filters = Filters(reference=Reference(np.zeros((3, 5), np.float32), "frame 1"))
    with pytest.raises(ReadError, match="reference has 5 x 3 pixels, this frame 4 x 4"):
        FilteredRecording(recording(np.zeros((2, 4, 4), np.uint8)), filters).frame(0)


def test_colours_are_not_filtered() -> None:
    assert not can_filter(recording(np.zeros((1, 4, 4, 3), np.uint8), INTENSITY))
    assert can_filter(recording(np.zeros((1, 4, 4), np.uint8), INTENSITY))
