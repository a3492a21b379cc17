"""Boxes and polygons, strictly."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.annotation.geometry import Picture, area, read_box, read_polygons
from thermview.annotation.records import Issues
from thermview.annotation.types import BoundingBox

VGA = Picture(640, 480)
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=6), st.dictionaries(st.sampled_from("xywh"), inner)),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "value",
    [
        [10, 20, 30, 40],
        ["10", "20", "30.0", "40"],
        (10.0, 20, 30, 40),
        [[10, 20, 30, 40]],
        {"x": 10, "y": 20, "width": 30, "height": 40},
        {"X": 10, "Y": 20, "W": 30, "H": 40},
        {"left": 10, "top": 20, "width": 30, "height": 40},
        {"xmin": 10, "ymin": 20, "xmax": 40, "ymax": 60},
        {"x1": 10, "y1": 20, "x2": 40, "y2": 60},
    ],
)
def test_boxes_are_read_however_written(value: Any) -> None:
    issues = Issues()
    assert read_box(value, VGA, "a", issues) == BoundingBox(10, 20, 30, 40)
    assert issues.all() == ()


@pytest.mark.parametrize(
    "value",
    [
        *(
            [0, 0, 0, 5],
            [0, 0, 5, -1],
            [0, 0, float("nan"), 5],
            [0, 0, float("inf"), 5],
            [1, 2, 3],
            [1, 2, 3, "x"],
        ),
        *(
            [640, 0, 5, 5],
            [0, 480, 5, 5],
            [-5, 0, 5, 5],
            [0, 0, 1e12, 5],
            "box",
            {},
            {"x": 1},
            None,
            [True] * 4,
        ),
    ],
)
def test_boxes_without_a_place_are_left_out(value: Any) -> None:
    issues = Issues()
    assert read_box(value, VGA, "a", issues) is None
    (issue,) = issues.all()
    assert issue.startswith("a: ")
    assert issue.endswith("is left out.")


@pytest.mark.parametrize("value", [[-2, 0, 10, 10], [635, 0, 10, 10], [0, 475, 10, 10]])
def test_boxes_partly_outside_are_kept_as_they_are(value: list[float]) -> None:
    issues = Issues()
    assert read_box(value, VGA, "a", issues) == BoundingBox(*value)
    assert issues.all() == ("a: its box reaches beyond the picture.",)
    assert read_box([636, 476, 4.3, 4], VGA, "a", Issues()) is not None


def test_without_a_size_only_the_upper_left_is_checked() -> None:
    issues = Issues()
    assert read_box([5000, 5000, 10, 10], Picture(None, None), "a", issues) is not None
    assert issues.all() == ()


@given(st.tuples(*[st.floats(allow_nan=True, allow_infinity=True)] * 4))
def test_a_box_that_is_kept_has_a_size_and_touches_the_picture(values: tuple[float, ...]) -> None:
    issues = Issues()
    box = read_box(list(values), VGA, "a", issues)
    if box is None:
        assert len(issues.all()) == 1
    else:
        assert box.width > 0
        assert box.height > 0
        assert box.column < 640
        assert box.row < 480
        assert box.column + box.width > 0
        assert box.row + box.height > 0


@pytest.mark.parametrize(
    "value",
    [
        [[0, 0, 10, 0, 10, 10, 0, 10]],
        [0, 0, 10, 0, 10, 10, 0, 10],
        [[0, 0], [10, 0], [10, 10], [0, 10]],
        [{"x": 0, "y": 0}, {"x": 10, "y": 0}, {"x": 10, "y": 10}, {"x": 0, "y": 10}],
        [[["0", "0"], ["10", "0"], ["10", "10"], ["0", "10"]]],
    ],
)
def test_polygons_are_read_however_written(value: Any) -> None:
    issues = Issues()
    assert read_polygons(value, VGA, "a", issues) == [((0, 0), (10, 0), (10, 10), (0, 10))]
    assert issues.all() == ()


def test_the_largest_polygon_comes_first() -> None:
    found = read_polygons([[0, 0, 1, 0, 1, 1], [0, 0, 9, 0, 9, 9]], VGA, "a", Issues())
    assert [area(points) for points in found] == [40.5, 0.5]


@pytest.mark.parametrize(
    "value",
    [
        {"counts": "abc", "size": [480, 640]},
        *([[0, 0, 1, 1]], [[0, 0, 1, 0, 1]], [[0, 0, 1, 1, 2, 2]], [[0, 0, 1, 0, 1, float("nan")]]),
        *([[700, 0, 710, 0, 710, 10]], "polygon", 5, [{"x": 1}], [["a"] * 6]),
    ],
)
def test_polygons_that_are_none_are_listed(value: Any) -> None:
    issues = Issues()
    assert read_polygons(value, VGA, "a", issues) == []
    assert len(issues.all()) == 1


@given(_JSON)
def test_any_value_is_geometry_or_an_issue(value: Any) -> None:
    issues = Issues()
    if read_box(value, VGA, "a", issues) is None:
        assert issues.all()
    read_polygons(value, VGA, "a", issues)
