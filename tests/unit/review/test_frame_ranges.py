"""Texts and events name frames: ascending, each once, only those that there are."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.errors import ExportError
from thermview.review.frame_ranges import (
    clip_ranges,
    frames_of_events,
    frames_of_ranges,
    parse_ranges,
    ranges_of,
)
from thermview.scoring import Event


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("0", [0]),
        ("0,5,10-12", [0, 5, 10, 11, 12]),
        (" 3 - 4 , 4-5,3 ", [3, 4, 5]),
        ("99", [99]),
        ("7-7", [7]),
    ],
)
def test_typed_frames(text, frames):
    assert frames_of_ranges(parse_ranges(text), 100) == frames


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "an empty part"),
        ("1,,2", "an empty part"),
        ("a", "'a'"),
        ("-1", "'-1'"),
        ("5-", "'5-'"),
        ("1.5", "'1.5'"),
        ("٣", "no number and no range"),
        ("9-3", "ends before it begins"),
        ("9" * 40, "no number and no range"),
    ],
)
def test_wrong_texts_are_one_clear_sentence(text, words):
    with pytest.raises(ExportError) as raised:
        parse_ranges(text)
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_only_frames_that_there_are_are_named():
    assert frames_of_ranges(parse_ranges("98-999999999999999,200"), 100) == [98, 99]
    assert frames_of_ranges(parse_ranges("0"), 0) == []


indices = st.lists(st.integers(0, 199))


@given(indices)
def test_text_of_frames_parses_back(frames):
    wanted = sorted(set(frames))
    ranges = ranges_of(frames)
    assert frames_of_ranges(ranges, 200) == wanted
    if wanted:
        text = ",".join(f"{a}-{b}" if b > a else f"{a}" for a, b in ranges)
        assert frames_of_ranges(parse_ranges(text), 200) == wanted


@given(st.text("0123456789-, x", max_size=12))
def test_any_text_gives_frames_or_a_sentence(text):
    try:
        frames = frames_of_ranges(parse_ranges(text), 50)
    except ExportError:
        return
    assert frames == sorted(set(frames))
    assert all(0 <= frame < 50 for frame in frames)


@given(indices, st.integers(0, 30))
def test_clips_hold_their_frames_and_keep_apart(frames, margin):
    clips = clip_ranges(frames, margin, 200)
    inside = frames_of_ranges(clips, 200)
    near = {n for f in frames for n in range(max(f - margin, 0), min(f + margin, 199) + 1)}
    assert set(inside) == near
    assert all(b[0] > a[1] + 1 for a, b in itertools.pairwise(clips))


def test_a_range_is_one_range():
    assert ranges_of(range(3, 9)) == [(3, 8)]
    assert ranges_of(range(3, 3)) == []


def test_frames_of_events_are_those_there_are():
    events = [Event(10, 11, 10, 9.0, "power", None, ""), Event(2, 2, 2, 9.0, "path", None, "")]
    assert frames_of_events(events, 100) == [2, 10, 11]
