"""Pictures for people: crisp, with a readable scale and caption, whatever the frame and the words."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageFont

from thermview.recording import (
    APPARENT_TEMPERATURE,
    COUNT_DIFFERENCE,
    ESTIMATED_TEMPERATURE,
    INTENSITY,
    ArrayRecording,
)
from thermview.review import typeface
from thermview.review.facts import caption_of, facts_of
from thermview.review.flags import Flag
from thermview.review.rendering import SURROUND, TEXT, Caption, render_frame, rows_needed, sheet_for
from thermview.review.typeface import Typeface, plain_line
from thermview.scoring import Event, ModelId, Scores
from thermview.thermal.display import Display, paint

CAPTION = Caption("Type16/1673", ("frame 2006 · 2.006 s", "score 9.41"))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 700), st.integers(1, 900), st.booleans())
def test_frames_of_any_shape_stand_crisp_on_the_sheet(rows, columns, colours):
    shape = (rows, columns, 3) if colours else (rows, columns)
    frame = (np.arange(math.prod(shape)) % 251).reshape(shape).astype(np.uint8)
    picture = render_frame(frame, Display(), INTENSITY, CAPTION)
    sheet = sheet_for(shape, rows=2)
    assert picture.shape == (sheet.height, sheet.width, 3)
    assert sheet.scale == 1 or rows * sheet.scale >= 480 or columns * (sheet.scale + 1) > 2400
    inside = picture[sheet.margin :, sheet.left :][: rows * sheet.scale, : columns * sheet.scale]
    np.testing.assert_array_equal(inside[:: sheet.scale, :: sheet.scale], paint(frame, Display()))
    for edge in (picture[0], picture[-1], picture[:, 0], picture[:, -1]):
        assert (edge == SURROUND).all(), "nothing runs off the picture"


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(), max_size=400), st.lists(st.text(st.characters(), max_size=300), max_size=8))
def test_captions_of_any_text_stay_inside(title, lines):
    caption = Caption(title, tuple(lines))
    picture = render_frame(np.zeros((15, 21), np.uint16), Display(), COUNT_DIFFERENCE, caption)
    for edge in (picture[-1], picture[:, 0], picture[:, -1]):
        assert (edge == SURROUND).all()


@given(
    st.floats(allow_nan=True, allow_infinity=True, width=32),
    st.floats(allow_nan=True, allow_infinity=True, width=32),
)
@settings(max_examples=40, deadline=None)
def test_any_values_give_a_picture(a, b):
    frame = np.array([[a, b], [b, a]], np.float32)
    render_frame(frame, Display(), APPARENT_TEMPERATURE, CAPTION, least_height=40)


def test_the_bar_shows_the_palette_from_hot_to_cold():
    frame = np.linspace(0, 100, 15 * 21).reshape(15, 21)
    picture = render_frame(frame, Display(palette="grey"), APPARENT_TEMPERATURE, CAPTION)
    sheet = sheet_for(frame.shape, rows=2)
    column = sheet.left + 21 * sheet.scale + sheet.margin + sheet.type_size // 2
    bar = picture[sheet.margin + sheet.line_height + 4 : sheet.margin + sheet.body - 1, column, 0].astype(int)
    assert bar[0] > 250
    assert bar[-1] < 5
    assert (np.diff(bar) <= 0).all()


def test_estimated_scales_look_different():
    frame = np.linspace(0, 100, 15 * 21).reshape(15, 21)
    measured = render_frame(frame, Display(), APPARENT_TEMPERATURE, CAPTION)
    estimated = render_frame(frame, Display(), ESTIMATED_TEMPERATURE, CAPTION)
    assert (measured != estimated).any()


def test_colours_have_no_bar():
    frame = np.zeros((100, 100, 3), np.uint8)
    picture = render_frame(frame, Display(), APPARENT_TEMPERATURE, Caption("a"))
    sheet = sheet_for(frame.shape)
    beside = picture[sheet.margin : sheet.margin + 480, sheet.left + 100 * sheet.scale :]
    assert (beside == SURROUND).all()


def test_a_given_sheet_keeps_all_pictures_of_one_size():
    sheet = sheet_for((15, 21), rows=2)
    frame = np.ones((15, 21), np.uint16)
    captions = [Caption("a"), Caption("a " * 300, ("b " * 900, "c", "d", "e")), CAPTION]
    shapes = {render_frame(frame, Display(), INTENSITY, c, sheet=sheet).shape for c in captions}
    assert len(shapes) == 1
    assert rows_needed(sheet, captions[1]) > 2


@given(st.text(st.characters(), max_size=200), st.integers(30, 600))
@settings(max_examples=60, deadline=None)
def test_lines_fit_their_width(text, width):
    face = Typeface(13)
    line = plain_line(text)
    assert face.width(face.fitted(line, width)) <= width
    wrapped = face.wrapped(line, width)
    assert all(face.width(part) <= width for part in wrapped)
    if all(face.width(word) <= width for word in line.split(" ")):
        assert " ".join(wrapped) == line, "words are broken between, none is lost"


def test_long_names_keep_beginning_and_end():
    shown = Typeface(13).fitted("Pipe-Leak/" + "x" * 300 + "_D1_003078", 300)
    assert shown.startswith("Pipe-Leak/")
    assert shown.endswith("_003078")


def test_hangul_is_drawn_by_a_typeface_that_has_it():
    if typeface._east_asian(13) is None:
        pytest.skip("no Korean typeface on this machine")
    runs = Typeface(13)._runs("배관 leak 누수")
    assert [text for _, text in runs] == ["배관", " leak ", "누수"]
    assert runs[0][0] is runs[2][0] is not runs[1][0]


def test_without_a_korean_typeface_text_is_still_drawn(monkeypatch):
    typeface._east_asian.cache_clear()

    def none(name, size):
        raise OSError("no such font")

    with monkeypatch.context() as patch:
        patch.setattr(ImageFont, "truetype", none)
        assert typeface._east_asian(13) is None
    picture = render_frame(np.zeros((15, 21)), Display(), INTENSITY, Caption("누수"))
    assert (picture == TEXT).all(axis=2).any()
    typeface._east_asian.cache_clear()


def _recording(**more):
    return ArrayRecording(
        "a", Path("/c/a.npz"), "test", np.zeros((9, 4, 5), np.uint16), COUNT_DIFFERENCE, **more
    )


def test_captions_say_frame_time_scale_score_and_flag():
    event = Event(3, 5, 4, 9.4, "power", 0.004, "power 12 % below for 3 ms")
    values = np.arange(9, dtype=np.float32)
    scores = Scores("a", values, {}, 2.5, 9.0, None, True, "power", (event,), ModelId("m", "0"), 0.1)
    flag = Flag("T/a", 4, 4, "power", "see chiller", "Kim", datetime(2026, 3, 1, tzinfo=UTC))
    facts = facts_of(_recording(frame_rate=1000.0), "T/a", "f", 4, scores, flag)
    assert caption_of(facts, (0.0, 243.0)) == Caption(
        "T/a",
        (
            "frame 4 · 0.004 s · count difference 0 to 243 ΔDN",
            "score 4 (threshold 2.5) · power 12 % below for 3 ms",
            "flag: power – see chiller (Kim)",
        ),
    )


def test_captions_say_only_what_is_known():
    facts = facts_of(_recording(), "T/a", "", 4)
    assert caption_of(facts, (0.0, 1.0)).lines == ("frame 4 · count difference 0.00 to 1.00 ΔDN",)
    flagged = facts_of(_recording(), "T/a", "", 4, flag=Flag("T/a", 4, 4))
    assert caption_of(flagged, None).lines[1] == "flag: no reason given"


def test_a_colour_picture_is_never_said_to_be_a_temperature():
    data = np.zeros((1, 4, 5, 3), np.uint8)
    recording = ArrayRecording("a", Path("/c/a.png"), "test", data, APPARENT_TEMPERATURE)
    facts = facts_of(recording, "T/a", "", 0)
    assert "°C" not in " ".join(caption_of(facts, (0.0, 1.0)).lines)
    assert facts.quantity.unit == ""
