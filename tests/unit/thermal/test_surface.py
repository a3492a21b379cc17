"""A frame as a surface: nothing hot is lost by reducing it, and points lie where their pixels lie."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thermview.thermal.display import MISSING_COLOUR, Display, limits, paint
from thermview.thermal.surface import surface_of

DISPLAY = Display()


@given(st.integers(1, 70), st.integers(1, 70), st.integers(4, 500), st.randoms())
@settings(max_examples=60, deadline=None)
def test_a_lone_hot_pixel_is_never_missed(rows, columns, most, random):
    frame = np.zeros((rows, columns), np.uint16)
    row, column = random.randrange(rows), random.randrange(columns)
    frame[row, column] = 900
    surface = surface_of(frame, DISPLAY, (0, 900), most)
    assert surface.values.shape == surface.colours.shape[:2] == (len(surface.rows), len(surface.columns))
    there = np.argwhere(surface.values == 900)
    assert len(there) == 1
    assert abs(surface.rows[there[0][0]] - (row + 0.5)) <= surface.step / 2
    assert abs(surface.columns[there[0][1]] - (column + 0.5)) <= surface.step / 2
    assert surface.ends == ((0.0, 900.0) if frame.size > 1 and surface.values.size > 1 else (900.0, 900.0))


def test_a_small_frame_is_drawn_pixel_by_pixel_in_its_colours():
    frame = np.arange(48, dtype=np.float32).reshape(6, 8)
    surface = surface_of(frame, DISPLAY, limits(frame, DISPLAY))
    assert surface.step == 1
    np.testing.assert_array_equal(surface.values, frame)
    np.testing.assert_array_equal(surface.colours, paint(frame, DISPLAY))
    np.testing.assert_array_equal(surface.columns, np.arange(8) + 0.5)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_has_no_value_is_counted_and_grey(bad):
    frame = np.ones((6, 8), np.float32)
    frame[2, 3] = bad
    surface = surface_of(frame, DISPLAY, (0, 2))
    assert surface.missing == 1
    assert np.isnan(surface.values[2, 3])
    assert tuple(surface.colours[2, 3]) == tuple(MISSING_COLOUR >> shift & 0xFF for shift in (16, 8, 0))
    assert surface_of(np.full((6, 8), bad, np.float32), DISPLAY, (0, 2)).ends is None


def test_a_block_has_a_value_where_one_of_its_pixels_has():
    frame = np.full((4, 4), np.nan, np.float32)
    frame[1, 1] = 5
    surface = surface_of(frame, DISPLAY, (0, 9), most_points=4)
    assert surface.step == 2
    assert surface.missing == 3
    assert surface.values[0, 0] == 5
