"""Where frame pixels lie in the view, whatever was zoomed, moved, turned and mirrored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from thermview.gui.frame.view_transform import View, frame_rect

sizes = st.tuples(st.integers(1, 3000), st.integers(1, 3000))
widgets = st.tuples(st.floats(50, 2500), st.floats(50, 2500))
turns = st.tuples(st.integers(0, 3), st.booleans())
shares = st.tuples(st.floats(0, 1), st.floats(0, 1))


def made(frame: tuple[int, int], widget: tuple[float, float], how: tuple[int, bool]) -> View:
    return View(quarter_turns=how[0], mirrored=how[1])


def place(share: tuple[float, float], size: tuple[float, float]) -> QPointF:
    return QPointF(share[0] * size[0], share[1] * size[1])


def apart(one: QPointF, other: QPointF) -> float:
    return (one - other).manhattanLength()


@given(sizes, widgets, turns)
def test_a_fitted_frame_lies_whole_in_the_middle(frame, widget, how) -> None:
    rect = frame_rect(made(frame, widget, how).transform(frame, widget), frame)
    assert rect.left() >= 7.99
    assert rect.top() >= 7.99
    assert rect.right() <= widget[0] - 7.99
    assert rect.bottom() <= widget[1] - 7.99
    assert apart(rect.center(), QPointF(widget[0] / 2, widget[1] / 2)) < 1e-6
    touching = min(widget[0] - rect.width(), widget[1] - rect.height())
    assert touching == pytest.approx(16, abs=1e-6)


@given(sizes, widgets, turns, shares, st.lists(st.tuples(st.floats(0.2, 5), shares), max_size=6))
def test_zoom_keeps_the_point_under_the_pointer(frame, widget, how, share, zooms) -> None:
    view = made(frame, widget, how)
    for factor, pointer in zooms:
        at = place(pointer, widget)
        before = view.transform(frame, widget).inverted()[0].map(at)
        view = view.zoomed(factor, at, frame, widget)
        assert apart(view.transform(frame, widget).map(before), at) < 1e-4 * max(1.0, view.scale or 1)


@given(sizes, widgets, turns, shares, st.floats(0.2, 5), st.floats(-500, 500), st.floats(-500, 500))
def test_mapping_there_and_back_is_where_it_was(frame, widget, how, share, factor, right, down) -> None:
    view = made(frame, widget, how).zoomed(factor, place(share, widget), frame, widget)
    view = view.panned(QPointF(right, down), frame, widget)
    transform = view.transform(frame, widget)
    point = place(share, frame)
    assert apart(transform.inverted()[0].map(transform.map(point)), point) < 1e-4


@given(sizes, widgets, turns, shares, st.floats(-900, 900), st.floats(-900, 900))
def test_pan_moves_every_point_by_as_much(frame, widget, how, share, right, down) -> None:
    view = made(frame, widget, how)
    point = place(share, frame)
    before = view.transform(frame, widget).map(point)
    after = view.panned(QPointF(right, down), frame, widget).transform(frame, widget).map(point)
    assert apart(after - before, QPointF(right, down)) < 1e-4 * max(widget)


@given(sizes, widgets, st.floats(1.01, 10))
def test_zooming_in_never_makes_smaller_and_out_never_larger(frame, widget, factor) -> None:
    middle = QPointF(widget[0] / 2, widget[1] / 2)
    fitting = View().fitting_scale(frame, widget)
    closer = View().zoomed(factor, middle, frame, widget)
    farther = View().zoomed(1 / factor, middle, frame, widget)
    assert closer.scale is not None
    assert farther.scale is not None
    assert closer.scale >= fitting * (1 - 1e-9)
    assert farther.scale <= fitting * (1 + 1e-9)


def test_turning_is_clockwise_and_mirroring_swaps_left_and_right() -> None:
    frame, widget = (40, 20), (400.0, 300.0)
    plain = View().transform(frame, widget)
    turned = View(quarter_turns=1).transform(frame, widget)
    mirrored = View(mirrored=True).transform(frame, widget)
    corner = QPointF(0, 0)
    assert plain.map(corner).x() < 200
    assert plain.map(corner).y() < 150
    assert turned.map(corner).x() > 200
    assert turned.map(corner).y() < 150
    assert mirrored.map(corner).x() > 200
    assert mirrored.map(corner).y() < 150


def test_four_quarter_turns_and_two_mirrors_change_nothing() -> None:
    frame, widget = (40, 20), (400.0, 300.0)
    assert View(quarter_turns=4).transform(frame, widget) == View().transform(frame, widget)
    assert View(mirrored=True) != View()


@pytest.mark.parametrize("widget", [(0.0, 0.0), (1.0, 400.0), (10.0, 10.0)])
def test_a_view_without_room_can_still_be_asked(widget: tuple[float, float]) -> None:
    transform = View().transform((640, 480), widget)
    assert transform.isInvertible()
