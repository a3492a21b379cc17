"""Which frame of B belongs beside which of A: laws of linking, and time stamps with gaps."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import SHARED, needs_shared

from thermview.readers import open_recording
from thermview.recording import ArrayRecording
from thermview.review.linking import (
    LINK_KINDS,
    Link,
    Partner,
    course_of_cycles,
    course_of_frames,
    course_of_times,
    has_clock,
)

steps = st.sampled_from([0.001, 0.0333, 0.04, 1.0, 3.97])


@st.composite
def courses(draw: st.DrawFn) -> np.ndarray:
    """Times of up to some 60 frames: at one rate, with a gap, or uneven."""
    gaps = draw(st.lists(steps, min_size=0, max_size=60))
    return np.concatenate([[0.0], np.cumsum(gaps)])


@st.composite
def links(draw: st.DrawFn) -> Link:
    """Two courses and an offset."""
    kind = draw(st.sampled_from(LINK_KINDS))
    offset = draw(st.floats(-20, 20)) if kind == "time" else float(draw(st.integers(-20, 20)))
    return Link(kind, draw(courses()), draw(courses()), offset)


@given(links())
def test_partners_are_clamped_never_run_backwards_and_are_the_nearest(link: Link) -> None:
    found = [link.partner(index) for index in range(len(link.a))]
    indices = [partner.index for partner in found]
    assert all(0 <= index < len(link.b) for index in indices)
    assert indices == sorted(indices)
    wanted = link.a + link.offset
    for partner, at in zip(found, wanted, strict=True):
        assert abs(partner.apart) <= np.abs(link.b - at).min() + 1e-9
        if partner.beyond > 0:
            assert partner.index == len(link.b) - 1
            assert at > link.b[-1]
        if partner.beyond < 0:
            assert partner.index == 0
            assert at < link.b[0]


@given(courses(), st.sampled_from(LINK_KINDS))
def test_a_recording_beside_itself_shows_the_same_frame(course: np.ndarray, kind: str) -> None:
    link = Link(kind, course, course.copy())  # type: ignore[arg-type]
    assert [link.partner(index) for index in range(len(course))] == [
        Partner(index, 0, 0.0) for index in range(len(course))
    ]


@given(st.integers(1, 40))
def test_frames_that_stand_at_the_same_place_keep_their_partners(frames: int) -> None:
    still = np.zeros(frames)
    assert [Link("time", still, still).partner(index).index for index in range(frames)] == [*range(frames)]


@given(links(), st.data())
def test_aligned_frames_are_partners(link: Link, data: st.DataObject) -> None:
    index_a = data.draw(st.integers(0, len(link.a) - 1))
    index_b = data.draw(st.integers(0, len(link.b) - 1))
    aligned = link.aligned(index_a, index_b)
    if link.kind == "phase":
        assert aligned.offset == round(aligned.offset)
    else:
        assert aligned.partner(index_a).index == index_b
        assert aligned.partner(index_a).beyond == 0
        assert aligned.turned().partner(index_b).index == index_a


@given(links(), st.data())
def test_nothing_passes_unseen_while_frames_are_skipped(link: Link, data: st.DataObject) -> None:
    stops = (
        sorted(data.draw(st.sets(st.integers(0, len(link.a) - 1), min_size=2)) | {0})
        if len(link.a) > 2
        else [0]
    )
    backwards = data.draw(st.booleans())
    if backwards:
        stops = stops[::-1]
    seen: set[int] = set()
    for before, index in itertools.pairwise(stops):
        first, stop = link.held(index, abs(index - before), backwards)
        assert first <= link.partner(index).index < stop
        seen |= set(range(first, stop))
    ends = sorted((link.partner(stops[0]).index, link.partner(stops[-1]).index))
    assert set(range(ends[0], ends[1] + 1)) <= seen | {link.partner(stops[0]).index}


@given(links(), st.integers(-5, 5), st.data())
def test_moving_b_alone_moves_it_by_so_many_frames(link: Link, frames: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(link.a) - 1))
    moved = link.moved(index, frames)
    if link.kind == "phase":
        assert moved.offset == link.offset + frames
    else:
        wanted = min(max(link.partner(index).index + frames, 0), len(link.b) - 1)
        assert moved.partner(index).index == wanted


def test_unequal_rates_are_linked_by_time_and_the_shorter_one_ends() -> None:
    slow = _recording(30, frame_rate=30.0)
    fast = _recording(500, frame_rate=1000.0)
    by_time = Link("time", *(course_of_times(r) for r in (slow, fast)))  # type: ignore[arg-type]
    assert by_time.partner(3).index == 100
    assert by_time.held(3, 1) == (68, 101)  # the 33 frames since the one beside frame 2
    assert by_time.partner(15) == Partner(499, 1, pytest.approx(0.001))
    assert by_time.partner(14).beyond == 0
    assert by_time.turned().partner(100).index == 3
    by_frame = Link("frame", course_of_frames(slow), course_of_frames(fast))
    assert by_frame.partner(29).index == 29
    assert by_frame.turned().partner(499) == Partner(29, 1, 470.0)


def test_a_still_stands_beside_every_frame() -> None:
    link = Link("frame", course_of_frames(_recording(5)), course_of_frames(_recording(1)))
    assert [(link.partner(index).index, link.partner(index).beyond) for index in range(5)] == [(0, 0)] * 5
    assert link.step == 0


def test_stamps_that_are_missing_or_run_backwards_are_bridged() -> None:
    stamps = np.array([0.0, np.nan, 2.0, 1.5, 3.0])
    course = course_of_times(_recording(5, timestamps=stamps))
    assert course is not None
    assert course.tolist() == [0.0, 1.0, 2.0, 2.0, 3.0]
    assert course_of_times(_recording(5)) is None
    for clock in ({"timestamps": stamps}, {"timestamps": np.full(5, np.nan)}, {"frame_rate": 30.0}, {}):
        recording = _recording(5, **clock)  # type: ignore[arg-type]
        assert has_clock(recording) == (course_of_times(recording) is not None)


def test_cycles_count_from_the_first() -> None:
    course = course_of_cycles(np.array([7.25, 7.5, 7.75, 8.0]))
    assert course is not None
    assert course.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert course_of_cycles(None) is None
    assert course_of_cycles(np.array([np.nan, 1.0])) is None


@needs_shared
def test_a_flir_sequence_with_a_gap_is_linked_by_its_stamps() -> None:
    recording = open_recording(SHARED / "thermal" / "thermimage" / "SampleSEQ.seq")
    try:
        course = course_of_times(recording)
        assert course is not None
        gap = int(np.argmax(np.diff(course)))
        assert course[gap + 1] - course[gap] == pytest.approx(3.97, abs=0.02)
        steady = np.arange(0, course[-1], 0.1)
        link = Link("time", steady, course)
        inside = int(np.searchsorted(steady, course[gap] + 1.0))
        partner = link.partner(inside)
        assert partner.index == gap
        assert partner.beyond == 0
        assert partner.apart == pytest.approx(steady[inside] - course[gap])
        assert link.partner(int(np.searchsorted(steady, course[gap] + 3.0))).index == gap + 1
    finally:
        recording.close()


def _recording(
    frames: int, frame_rate: float | None = None, timestamps: np.ndarray | None = None
) -> ArrayRecording:
    data = np.zeros((frames, 2, 2), np.uint8)
    return ArrayRecording("x", Path("x"), "array", data, frame_rate=frame_rate, timestamps=timestamps)
