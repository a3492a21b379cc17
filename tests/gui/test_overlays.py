"""Boxes, polygons and extreme pixels: drawn whatever they hold, found where they are clicked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from thermview.annotation import Annotation, BoundingBox
from thermview.gui.frame.overlays import annotation_at, caption, coldest, draw_annotations, draw_spot, hottest
from thermview.gui.parts import theme

boxes = st.builds(
    BoundingBox, st.floats(-50, 100), st.floats(-50, 100), st.floats(0.1, 200), st.floats(0.1, 200)
)


def drawn(annotations: list[Annotation], scale: float = 4.0, chosen: Annotation | None = None) -> QImage:
    image = QImage(400, 300, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    draw_annotations(painter, annotations, QTransform.fromScale(scale, scale), chosen)
    painter.end()
    return image


def colours(image: QImage, name: str) -> list[tuple[int, int]]:
    """The pixels of exactly this colour."""
    wanted = QColor(name).rgba()
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width())
    rows, columns = np.nonzero(pixels == wanted)
    return list(zip(columns.tolist(), rows.tolist(), strict=True))


@given(st.lists(boxes, max_size=8), st.floats(-50, 150), st.floats(-50, 150))
def test_a_click_finds_the_smallest_box_that_holds_it(found: list[BoundingBox], x: float, y: float) -> None:
    annotations = [Annotation(str(n), box) for n, box in enumerate(found)]
    holding = [b for b in found if b.column <= x <= b.column + b.width and b.row <= y <= b.row + b.height]
    hit = annotation_at(annotations, QPointF(x, y))
    if hit is None:
        assert not holding or all(min(b.width, b.height) < 1 for b in holding)
    else:
        assert hit.box is not None
        assert hit.box.width * hit.box.height == min(b.width * b.height for b in holding)


def test_a_polygon_is_as_large_as_what_it_spans() -> None:
    flat = Annotation("flat", polygon=((0, 0), (100, 0), (100, 10), (0, 10)))
    narrow = Annotation("narrow", polygon=((0, 0), (60, 0), (60, 60), (0, 60)))
    assert annotation_at([flat, narrow], QPointF(5, 5)) is flat  # 1000 against 3600 square pixels


def test_beside_a_polygon_is_not_in_it() -> None:
    corner = Annotation("corner", polygon=((0, 0), (10, 0), (0, 10)))
    assert annotation_at([corner], QPointF(2, 2)) is corner
    assert annotation_at([corner], QPointF(9, 9)) is None


def test_an_annotation_of_the_whole_picture_has_no_place() -> None:
    whole = Annotation("normal")
    assert annotation_at([whole], QPointF(1, 1)) is None
    assert drawn([whole]) == drawn([])


def test_captions() -> None:
    assert caption(Annotation("hot joint")) == "hot joint"
    assert caption(Annotation("", score=0.456)) == "no category 46%"


def test_labelled_and_predicted_are_told_apart_by_colour_and_line() -> None:
    box = BoundingBox(10, 10, 60, 40)
    labelled = colours(drawn([Annotation("a", box)]), theme.LABELLED)
    predicted = colours(drawn([Annotation("a", box, origin="predicted")]), theme.PREDICTED)
    on_edge = [sum(y >= 190 for _, y in points) for points in (labelled, predicted)]
    assert on_edge[0] > 1.4 * on_edge[1] > 0  # the lower edge is whole in one and dashed in the other


def test_the_chosen_one_is_thicker() -> None:
    annotation = Annotation("a", BoundingBox(10, 10, 60, 40))
    plain, chosen = (len(colours(drawn([annotation], chosen=c), theme.LABELLED)) for c in (None, annotation))
    assert chosen > plain


@pytest.mark.parametrize(
    "category",
    ["", "x" * 3000, "<b>bold</b> &amp;", "두 줄\nsecond", "\u202eright to left", "\ud800", "a\tb"],
)
@pytest.mark.parametrize("scale", [0.01, 4.0, 1e6])
def test_any_category_is_drawn_as_plain_text(category: str, scale: float) -> None:
    drawn([Annotation(category, BoundingBox(10, 10, 20, 20))], scale)


def test_a_tag_never_leaves_the_upper_edge() -> None:
    points = colours(drawn([Annotation("top", BoundingBox(10, 0, 60, 40))]), theme.LABELLED)
    assert min(y for _, y in points) <= 3
    assert sum(y < 14 for _, y in points) > 200  # the tag's filled ground, inside the picture


frames = st.sampled_from(["uint8", "int16", "int64", "float32", "float64", "bool"]).flatmap(
    lambda name: hnp.arrays(np.dtype(name), hnp.array_shapes(min_dims=2, max_dims=2, max_side=6))
)


@settings(deadline=None)
@given(frames)
def test_extremes_are_the_largest_and_smallest_finite_values(frame: np.ndarray) -> None:
    good = frame[np.isfinite(frame)]
    if good.size == 0:
        assert hottest(frame) is None
        assert coldest(frame) is None
        return
    for place, value in ((hottest(frame), good.max()), (coldest(frame), good.min())):
        assert place is not None
        assert frame[place[1], place[0]] == value


@pytest.mark.parametrize("shape", [(0, 0), (0, 4), (4, 0), (3, 4, 3)])
def test_where_there_are_no_values_there_are_no_extremes(shape: tuple[int, ...]) -> None:
    assert hottest(np.zeros(shape)) is None
    assert coldest(np.zeros(shape)) is None


@pytest.mark.parametrize("at", [(0, 0), (99, 0), (0, 74), (99, 74), (-500, 3), (10**6, 10**6)])
def test_a_mark_is_drawn_round_the_middle_of_its_pixel(at: tuple[int, int]) -> None:
    image = QImage(400, 300, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    draw_spot(painter, at, QTransform.fromScale(4, 4), "#ff0000", "max")
    painter.end()
    red = colours(image, "#ff0000")
    centre = QPointF(4 * at[0] + 2, 4 * at[1] + 2)
    if QRectF(0, 0, 400, 300).contains(centre):
        assert red
        assert min((QPointF(x + 0.5, y + 0.5) - centre).manhattanLength() for x, y in red) < 12
    else:
        assert not red
