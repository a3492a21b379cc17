import re
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.gui.parts import plain_words as words

T = words.THIN


def test_counts_have_thin_spaces_and_their_noun():
    assert words.count_text(14_571, "frame") == f"14{T}571 frames"
    assert words.count_text(1, "frame") == "1 frame"
    assert words.count_text(2, "entry", "entries") == "2 entries"


def test_frames_count_from_one_and_times_have_milliseconds():
    assert words.place_text(2006, 2.006) == f"frame 2{T}007, 2.006{T}s"
    assert words.place_text(0, None) == "frame 1"
    assert words.frames_text(6, 18) == "frames 7\u201319"
    assert words.frames_text(6, 6) == "frame 7"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.094, "94 ms"),
        (2.04, "2.0 s"),
        (59.6, "60 s"),
        (150, "2 min"),
        (7300, "2 h 02 min"),
        (float("nan"), "\u2013"),
    ],
)
def test_durations_are_as_fine_as_wanted(seconds, text):
    assert words.duration_text(seconds).replace(T, " ") == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(9.44, "9.4"), (0.0213, "0.021"), (12.34, "12.3"), (1234.5, f"1{T}234"), (0, "0"),
     (3.0, "3"), (float("inf"), "\u2013")],
)  # fmt: skip
def test_scores(value, text):
    assert words.score_text(value) == text


def test_p_values():
    assert words.p_text(0.004) == "p\u00a00.004"
    assert words.p_text(0.0004) == "p\u00a0<\u00a00.001"
    assert words.p_text(0.25) == "p\u00a00.25"
    assert words.p_text(None) == ""


def test_measured_values_get_their_unit_from_their_key():
    assert words.measured_text("ambient_temperature_c", 2.8) == ("ambient temperature", f"2.8{T}°C")
    assert words.measured_text("wind_speed_m_s", 2) == ("wind speed", f"2{T}m/s")
    assert words.measured_text("odd", 2) == ("odd", "2")


def test_metadata_values_fit_on_a_line():
    assert words.value_text(np.int64(-1)) == "-1"
    assert words.value_text("a\nb") == "a b"
    assert words.value_text(list(range(20))).endswith("... (20 in all)")
    assert words.value_text({"a": 1.5, "b": None}) == "a: 1.5, b: \u2013"
    assert words.value_text(True) == "yes"


def test_sizes_and_moments():
    assert words.bytes_text(9_200_000) == f"9.2{T}MB"
    assert words.bytes_text(12) == f"12{T}B"
    assert words.when_text(datetime(2026, 3, 4, 9, 30)) == "2026-03-04 09:30"
    assert words.when_text(None) == ""


def test_tool_tips_take_nothing_for_markup():
    assert words.tip("<img src=x>\n&") == "<qt>&lt;img src=x&gt;<br>&amp;</qt>"


@given(st.floats())
def test_no_number_is_written_in_a_way_that_fails(value):
    for text in (words.significant_text(value), words.duration_text(value), words.percent_text(value)):
        assert text


def test_long_words_can_be_broken_and_read_the_same():
    text = "a short sentence with " + "n" * 190 + ".npz in it"
    broken = words.breakable(text)
    assert broken.replace("\u200b", "") == text
    assert max(map(len, re.split(r"[\s\u200b]", broken))) <= 20
    assert words.breakable("nothing long here") == "nothing long here"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.8, "0.80"),
        (0.86, "0.86"),
        (0.999, "1.0"),
        (2.0, "2.0"),
        (8.34, "8.3"),
        (27.4, "27.4"),
        (0.0, "0.00"),
    ],
)
def test_scores_below_one_another_have_as_many_digits(value, text):
    assert words.badge_text(value) == text
