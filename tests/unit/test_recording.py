"""What a recording is: frames by index, index by time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.recording import (
    APPARENT_TEMPERATURE,
    COUNT_DIFFERENCE,
    ESTIMATED_TEMPERATURE,
    INTENSITY,
    ArrayRecording,
    Quantity,
    check_index,
    frame_at,
    is_colour,
    time_of,
)

FRAMES = np.arange(10 * 3 * 4, dtype=np.uint16).reshape(10, 3, 4)


def recording(frames: int = 10, **fields: object) -> ArrayRecording:
    """A recording of so many tiny frames."""
    made = ArrayRecording("r", Path("r.npz"), "array", np.zeros((frames, 2, 2), np.uint8))
    return replace(made, **fields)  # type: ignore[arg-type]


@given(st.integers(1, 5000), st.floats(0.01, 100_000), st.data())
def test_a_frames_time_leads_back_to_it(frames: int, rate: float, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, frames - 1))
    made = recording(frames, frame_rate=rate)
    time_s = time_of(made, index)
    assert time_s is not None
    assert frame_at(made, time_s) == index


@given(
    st.lists(st.floats(1e-3, 10), min_size=1, max_size=50).flatmap(
        lambda gaps: st.tuples(st.just(np.cumsum(gaps)), st.integers(0, len(gaps) - 1))
    )
)
def test_uneven_timestamps_lead_back_too(case: tuple[np.ndarray, int]) -> None:
    stamps, index = case
    made = recording(len(stamps), timestamps=stamps, frame_rate=1.0)
    assert time_of(made, index) == stamps[index]
    assert frame_at(made, float(stamps[index])) == index


@given(st.floats(-1e9, 1e9))
def test_every_time_gives_a_frame_of_the_recording(time_s: float) -> None:
    for made in (recording(), recording(frame_rate=1000.0), recording(timestamps=np.arange(10.0))):
        assert 0 <= frame_at(made, time_s) < 10


def test_a_recording_without_a_clock_has_no_times() -> None:
    assert time_of(recording(), 3) is None
    assert frame_at(recording(), 3.0) == 0


def test_too_few_timestamps_fall_back_on_the_rate() -> None:
    made = recording(timestamps=np.array([0.0, 0.5]), frame_rate=10.0)
    assert time_of(made, 1) == 0.5
    assert time_of(made, 5) == 0.5


@pytest.mark.parametrize(("index", "length"), [(-1, 5), (5, 5), (0, 0), (10**12, 5)])
def test_a_frame_outside_is_refused(index: int, length: int) -> None:
    with pytest.raises(IndexError, match=f"{index} of {length}"):
        check_index(index, length)


def test_a_frame_inside_is_not() -> None:
    for index in range(5):
        check_index(index, 5)


@given(st.integers(-15, 15), st.integers(-15, 15))
def test_frames_are_those_of_the_range_that_there_are(first: int, stop: int) -> None:
    made = replace(recording(), data=FRAMES)
    got = made.frames(first, stop)
    wanted = [index for index in range(10) if first <= index < stop]
    np.testing.assert_array_equal(got, FRAMES[wanted])
    for place, index in enumerate(wanted):
        np.testing.assert_array_equal(got[place], made.frame(index))


def test_an_array_recording_tells_its_shape() -> None:
    made = replace(recording(), data=FRAMES)
    assert (len(made), made.frame_shape, made.dtype, made.loaded) == (10, (3, 4), np.uint16, 10)
    assert not is_colour(made)
    assert is_colour(replace(made, data=np.zeros((1, 3, 4, 3), np.uint8)))
    with pytest.raises(IndexError):
        made.frame(-1)


@pytest.mark.parametrize(
    ("quantity", "label"),
    [
        (APPARENT_TEMPERATURE, "apparent temperature (°C)"),
        (ESTIMATED_TEMPERATURE, "estimated temperature (°C)"),
        (COUNT_DIFFERENCE, "count difference (ΔDN)"),
        (INTENSITY, "intensity"),
        (Quantity("temperature", "K", estimated=True), "estimated temperature (K)"),
    ],
)
def test_labels_say_what_a_pixel_is(quantity: Quantity, label: str) -> None:
    assert quantity.label == label


def test_a_recording_is_equal_to_itself_alone() -> None:
    one, other = (replace(recording(), data=FRAMES) for _ in range(2))
    assert one == one
    assert one != other
    assert len({one, other}) == 2
