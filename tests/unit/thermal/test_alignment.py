"""How a visible picture lies over a frame: there and back, moved, enlarged, corrected, clamped."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.thermal.alignment import (
    NEUTRAL,
    OFFSET_LIMIT,
    SCALE_LIMITS,
    Alignment,
    Inset,
    after,
    flir_alignment,
    inverse,
    to_frame,
    usable,
    usual_inset,
)

SIDES = st.tuples(st.integers(8, 3000), st.integers(8, 3000))
ALIGNMENTS = st.builds(Alignment, st.floats(0.2, 10), st.floats(-500, 500), st.floats(-500, 500))


def to_picture(alignment, picture, frame):
    return inverse(to_frame(alignment, picture, frame))


def point(matrix, x, y):
    return matrix @ np.array([x, y, 1.0])


@given(ALIGNMENTS, SIDES, SIDES)
def test_from_the_picture_to_the_frame_and_back_is_nowhere(alignment, picture, frame):
    there = to_frame(alignment, picture, frame)
    np.testing.assert_allclose(
        after(to_picture(alignment, picture, frame), there), [[1, 0, 0], [0, 1, 0]], atol=1e-6
    )
    np.testing.assert_allclose(inverse(inverse(there)), there, rtol=1e-9, atol=1e-6)


def test_the_neutral_alignment_has_one_width_and_one_middle():
    matrix = to_frame(NEUTRAL, (300, 400), (60, 80))
    np.testing.assert_allclose(point(matrix, 0, 150), [0, 30])
    np.testing.assert_allclose(point(matrix, 400, 150), [80, 30])


def test_offsets_are_pixels_of_the_frame_to_the_right_and_down():
    moved = to_frame(NEUTRAL.moved(3, -2), (300, 400), (60, 80))
    np.testing.assert_allclose(point(moved, 200, 150), [43, 28])


@given(ALIGNMENTS, st.floats(0.5, 2))
def test_what_lies_in_the_middle_of_the_frame_stays_there_when_enlarged(alignment, factor):
    picture, frame = (480, 640), (60, 80)
    seen = point(to_picture(alignment, picture, frame), 40, 30)
    larger = alignment.enlarged(factor)
    if abs(larger.offset_x) < OFFSET_LIMIT and abs(larger.offset_y) < OFFSET_LIMIT:
        np.testing.assert_allclose(point(to_frame(larger, picture, frame), *seen), [40, 30], atol=1e-6)


@given(ALIGNMENTS, ALIGNMENTS)
def test_a_correction_leads_from_what_is_stated_to_what_is_right(stated, right):
    assert stated.corrected(right.correction_of(stated)).same(right)


@given(st.floats(), st.floats(), st.floats())
def test_whatever_a_file_states_can_be_used(scale, x, y):
    alignment = usable(scale, x, y)
    assert SCALE_LIMITS[0] <= alignment.scale <= SCALE_LIMITS[1]
    assert max(abs(alignment.offset_x), abs(alignment.offset_y)) <= OFFSET_LIMIT


def test_a_camera_states_where_the_middle_of_its_frame_lies_in_the_picture():
    alignment = flir_alignment(1.25, (16, -8), 640, 320)
    middle = point(to_picture(alignment, (480, 640), (240, 320)), 160, 120)
    np.testing.assert_allclose(middle, [320 + 16, 240 - 8])
    left, right = (point(to_picture(alignment, (480, 640), (240, 320)), x, 120)[0] for x in (0, 320))
    assert right - left == pytest.approx(640 / 1.25)


@given(st.builds(Inset, *[st.floats(-100, 200)] * 4), st.integers(1, 100), st.integers(1, 100))
def test_an_inset_is_brought_into_the_frame(inset, columns, rows):
    inside = inset.within(columns, rows)
    assert 0 <= inside.left < inside.right <= columns + 1e-9
    assert 0 <= inside.top < inside.bottom <= rows + 1e-9


def test_an_inset_keeps_its_size_where_it_is_pushed_back():
    assert Inset(90, -5, 110, 5).within(100, 50) == Inset(80, 0, 100, 10)
    assert usual_inset(80, 60) == Inset(20, 15, 60, 45)
    assert Inset(0, 0, 80, 60).covers(80, 60)
    assert not Inset(0, 0, 80, 59).covers(80, 60)
