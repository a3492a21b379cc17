"""Which pixels a region holds: exact counts, laws of areas, outlines of thresholds."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.errors import ThermviewError
from thermview.thermal.region_outline import outline_of, region_from_threshold
from thermview.thermal.regions import (
    Ellipse,
    Line,
    Polygon,
    Rectangle,
    Spot,
    bounds_of,
    drawn,
    handles_of,
    line_points,
    mask_of,
    moved,
    with_handle,
)

ROWS, COLUMNS = 30, 40
WHOLE = st.integers(0, 20)
ANY = st.floats(-10, 50, width=32)


def inside(region, rows=ROWS, columns=COLUMNS):
    return mask_of(region, rows, columns).whole((rows, columns))


def quarters(least, most):
    """Coordinates that stay exact when they are shifted by whole pixels."""
    return st.integers(4 * least, 4 * most).map(lambda n: n / 4)


@st.composite
def regions(draw):
    """Any region within 0 .. 15."""
    kind = draw(st.sampled_from(["spot", "line", "rectangle", "ellipse", "polygon"]))
    point = st.tuples(quarters(0, 15), quarters(0, 15))
    points = draw(st.lists(point, min_size=3, max_size=9))
    return drawn(kind, "X", tuple(points))


@given(WHOLE, WHOLE, WHOLE, WHOLE)
def test_a_rectangle_on_pixel_edges_holds_width_times_height_pixels(left, top, width, height):
    mask = mask_of(Rectangle("R", left, top, width, height), 50, 50)
    assert mask.area == width * height
    assert mask.full


@given(ANY, ANY, st.floats(0, 60, width=32), st.floats(0, 60, width=32))
def test_a_rectangle_is_the_polygon_of_its_corners(left, top, width, height):
    region = Rectangle("R", left, top, width, height)
    assert (inside(region) == inside(Polygon("P", handles_of(region)))).all()


@given(st.integers(1, 39), quarters(0, 40))
def test_regions_side_by_side_share_no_pixel_and_miss_none(column, edge):
    left, right = Rectangle("a", 0, 0, edge, ROWS), Rectangle("b", edge, 0, COLUMNS - edge, ROWS)
    assert (inside(left) ^ inside(right)).all()
    upper = Polygon("a", ((0, 0), (COLUMNS, 0), (column, ROWS)))
    rest = (
        Polygon("b", ((COLUMNS, 0), (COLUMNS, ROWS), (column, ROWS))),
        Polygon("c", ((0, 0), (column, ROWS), (0, ROWS))),
    )
    assert (sum(inside(part).astype(int) for part in (upper, *rest)) == 1).all()


@given(regions(), st.integers(0, 20), st.integers(0, 10))
def test_a_shift_by_whole_pixels_shifts_the_pixels(region, columns, rows):
    there = inside(moved(region, columns, rows))
    assert (there[rows : rows + 18, columns : columns + 18] == inside(region)[:18, :18]).all()
    assert there.sum() == inside(region).sum()


@given(regions())
def test_what_lies_outside_the_frame_is_left_out(region):
    assert (mask_of(region, 9, 7).whole((9, 7)) == inside(region)[:9, :7]).all()
    assert mask_of(moved(region, 100, 0), ROWS, COLUMNS).area == 0
    assert mask_of(moved(region, 0, -100), ROWS, COLUMNS).area == 0


@given(regions())
def test_places_are_those_of_the_pixels(region):
    mask = mask_of(region, ROWS, COLUMNS)
    flat = np.zeros(ROWS * COLUMNS, bool)
    flat[mask.places(COLUMNS)] = True
    assert (flat.reshape(ROWS, COLUMNS) == inside(region)).all()
    assert len(mask.places(COLUMNS)) == mask.area


def test_a_spot_is_the_pixel_that_holds_its_point():
    assert np.argwhere(inside(Spot("S", 7.99, 3.0))).tolist() == [[3, 7]]
    assert inside(Spot("S", -0.1, 3)).sum() == 0
    assert inside(Spot("S", COLUMNS, 3)).sum() == 0


def test_a_line_is_as_long_as_its_longer_side():
    assert inside(Line("L", (2.5, 3.5), (12.5, 6.5))).sum() == 11
    assert inside(Line("L", (2.5, 3.5), (2.5, 3.5))).sum() == 1
    assert np.abs(np.diff(line_points(Line("L", (1, 2), (20, 9))), axis=0)).max() <= 1 + 1e-12


@given(st.integers(1, 30), st.integers(1, 20))
def test_an_ellipse_has_about_the_area_of_the_formula(width, height):
    mask = mask_of(Ellipse("E", 4, 5, width, height), ROWS, COLUMNS)
    assert abs(mask.area - math.pi * width * height / 4) <= 0.5 * (width + height) + 1
    assert (mask.inside == mask.inside[::-1]).all()
    assert (mask.inside == mask.inside[:, ::-1]).all()


def test_a_polygon_that_crosses_itself_follows_the_even_odd_rule():
    star = Polygon("P", ((0, 0), (10, 0), (10, 10), (0, 10), (0, 0), (3, 3), (7, 3), (7, 7), (3, 7), (3, 3)))
    assert inside(star).sum() == 100 - 16


@given(regions(), st.integers(0, 3), quarters(0, 15), quarters(0, 15))
def test_a_handle_goes_where_it_is_dragged_and_the_opposite_one_stays(region, handle, column, row):
    handle %= len(handles_of(region))
    changed = with_handle(region, handle, (column, row))
    assert (column, row) in handles_of(changed)
    assert changed.name == region.name
    if region.kind in ("rectangle", "ellipse"):
        assert handles_of(region)[(handle + 2) % 4] in handles_of(changed)


@given(regions())
def test_bounds_hold_every_handle(region):
    left, top, right, bottom = bounds_of(region)
    assert all(left <= x <= right and top <= y <= bottom for x, y in handles_of(region))


@given(st.integers(0, 2**32 - 1), st.floats(0.2, 0.9))
def test_an_outline_holds_its_pixels_with_their_holes_and_nothing_else(seed, share):
    marked = np.random.default_rng(seed).random((12, 14)) < share
    marked[5, 5] = True
    _, parts = cv2.connectedComponents(marked.view(np.uint8), connectivity=4)
    part = parts == parts[5, 5]
    ground = np.pad(part.view(np.uint8), 1)
    cv2.floodFill(ground, None, (0, 0), 2, flags=8)  # what can be reached from outside, also across corners
    assert (inside(Polygon("P", outline_of(part)), 12, 14) == (ground[1:-1, 1:-1] != 2)).all()


def test_a_threshold_gives_the_part_at_a_point_or_the_largest():
    frame = np.zeros((10, 12), np.float32)
    frame[1:3, 1:3], frame[5:9, 4:10], frame[0, 11] = 50, 60, np.nan
    largest = region_from_threshold(frame, 50)
    assert bounds_of(largest) == (4, 5, 10, 9)
    assert len(largest.points) == 4
    assert bounds_of(region_from_threshold(frame, 50, at=(2, 2), name="P1")) == (1, 1, 3, 3)
    below = region_from_threshold(frame, 10, "below")
    assert bounds_of(below) == (0, 0, 12, 10)


@pytest.mark.parametrize(("level", "at"), [(70, None), (50, (0, 0))])
def test_a_threshold_that_no_pixel_passes_is_said(level, at):
    with pytest.raises(ThermviewError, match="choose another value"):
        region_from_threshold(np.full((4, 4), 20), level, at=at)
