"""The ends of the colour bar over frames and recordings: widening, typed, locked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from thermview.gui.scale import Scale
from thermview.recording import ArrayRecording
from thermview.thermal.display import Display


def recording(frames: int = 5, colour: bool = False) -> ArrayRecording:
    shape = (frames, 4, 4, 3) if colour else (frames, 4, 4)
    return ArrayRecording("r", Path("r"), "array", np.zeros(shape, np.uint8))


def frame(low: float, high: float) -> np.ndarray:
    return np.array([[low, high]], np.float32)


@given(
    st.lists(hnp.arrays(np.float32, (3, 3), elements=st.floats(-1e6, 1e6, width=32)), min_size=1, max_size=8)
)
def test_min_max_of_a_recording_only_widens(shown: list[np.ndarray]) -> None:
    scale = Scale(Display())
    scale.new_recording(recording(), shown[0])
    last = scale.ends
    for each in shown:
        scale.new_frame(each)
        assert scale.ends[0] <= min(last[0], each.min())
        assert scale.ends[1] >= max(last[1], each.max())
        last = scale.ends


def test_a_still_has_its_own_ends_and_percentiles_follow_each_frame() -> None:
    scale = Scale(Display())
    scale.new_recording(recording(1), frame(0, 100))
    scale.new_frame(frame(10, 20))
    assert scale.ends == (10, 20)
    scale = Scale(Display(scale_mode="percentile"))
    scale.new_recording(recording(), frame(0, 100))
    scale.new_frame(frame(10, 20))
    assert scale.ends == pytest.approx((10.1, 19.9))


def test_the_next_recording_starts_over_and_forgets_typed_ends() -> None:
    scale = Scale(Display(scale_mode="3 sigma"))
    scale.new_recording(recording(), frame(0, 100))
    assert scale.change(frame(0, 100), scale_mode="manual", low=5.0, high=6.0)
    assert scale.ends == (5, 6)
    assert scale.text == "set by hand"
    scale.new_recording(recording(), frame(0, 1))
    assert scale.display.scale_mode == "3 sigma"


def test_locked_ends_hold_for_every_recording_until_unlocked() -> None:
    scale = Scale(Display())
    scale.new_recording(recording(), frame(3, 9))
    assert scale.lock(True)
    assert not scale.lock(True)
    for shown in (frame(0, 1000), frame(np.nan, np.nan)):
        scale.new_recording(recording(), shown)
        assert scale.ends == (3, 9)
    assert "locked" in scale.text
    assert scale.lock(False)
    scale.new_recording(recording(), frame(0, 1000))
    assert scale.ends == (0, 1000)


def test_an_automatic_mode_unlocks() -> None:
    scale = Scale(Display())
    scale.new_recording(recording(), frame(3, 9))
    scale.lock(True)
    assert scale.change(frame(0, 50), scale_mode="min-max")
    assert not scale.locked
    assert scale.ends == (0, 50)


def test_what_is_no_change_is_none() -> None:
    scale = Scale(Display())
    scale.new_recording(recording(), frame(3, 9))
    assert not scale.change(frame(3, 9), palette="inferno", inverted=False)
    assert scale.change(frame(3, 9), inverted=True)


def test_colours_have_no_ends_to_work_out() -> None:
    scale = Scale(Display())
    scale.new_recording(recording(1, colour=True), np.zeros((4, 4, 3), np.uint8))
    assert scale.ends == (0.0, 1.0)
    assert scale.change(None, palette="iron")


def test_each_way_has_its_words() -> None:
    scale = Scale(Display())
    scale.new_recording(recording(), frame(0, 1))
    assert scale.text == "min-max, widest so far"
    scale.new_recording(recording(1), frame(0, 1))
    assert scale.text == "min-max"
    scale.change(frame(0, 1), scale_mode="percentile")
    assert scale.text == "percentiles 1-99"
