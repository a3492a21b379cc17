"""How frames become pictures: ends, colours and marks for every number a file may hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from thermview.thermal.display import (
    ISOTHERM_COLOUR,
    ISOTHERM_KINDS,
    MISSING_COLOUR,
    SCALE_MODES,
    Display,
    Isotherm,
    finite,
    limits,
    mark_isotherm,
    ordered,
    paint,
    paint_packed,
)
from thermview.thermal.palettes import NAMES, palette

TYPES = [
    "bool",
    "uint8",
    "int8",
    "uint16",
    "int16",
    "int32",
    "uint32",
    "int64",
    "float16",
    "float32",
    "float64",
]
shapes = hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=6)
frames = st.sampled_from(TYPES).flatmap(lambda name: hnp.arrays(np.dtype(name), shapes))
modes = st.sampled_from(SCALE_MODES)
quick = settings(max_examples=150, deadline=None)


def grey_step(colours: np.ndarray, inverted: bool = False) -> np.ndarray:
    """The palette index of packed colours of the grey palette, which has one colour per index."""
    step = (colours & 0xFF).astype(int)
    return 255 - step if inverted else step


@quick
@given(frames, modes, st.floats(), st.floats())
def test_ends_are_finite_and_in_order(frame: np.ndarray, mode: str, low: float, high: float) -> None:
    first, last = limits(frame, Display(scale_mode=mode, low=low, high=high))
    assert np.isfinite([first, last]).all()
    assert first < last
    assert np.isfinite(1 / (last - first))


@quick
@given(frames)
def test_min_max_holds_every_finite_pixel(frame: np.ndarray) -> None:
    low, high = limits(frame, Display())
    values = finite(frame).astype(np.float64)
    near = np.clip(values, -1e300, 1e300)
    assert ((low <= near) & (near <= high)).all()


@pytest.mark.parametrize("shape", [(480, 640), (1024, 1280), (31, 33)])
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_a_lone_hot_pixel_is_never_missed(shape: tuple[int, int], data: st.DataObject) -> None:
    row, column = (data.draw(st.integers(0, side - 1)) for side in shape)
    frame = np.full(shape, 1000, np.uint16)
    frame[row, column] = 9000
    picture = paint_packed(frame, Display(palette="grey"))
    assert grey_step(picture)[row, column] == 255
    assert (grey_step(picture) == 255).sum() == 1


@quick
@given(frames, modes, st.booleans(), st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
@example(np.array([[3e38, -3e38, 1e38]], np.float32), "min-max", False, 0, 1)
@example(np.array([[30_000, -30_000, 0]], np.int16), "percentile", False, 0, 1)
@example(np.array([[127, -128, 0]], np.int8), "percentile", False, 0, 1)
def test_a_higher_value_never_has_a_lower_colour(
    frame: np.ndarray, mode: str, inverted: bool, low: float, high: float
) -> None:
    display = Display(palette="grey", scale_mode=mode, inverted=inverted, low=low, high=high)
    good = np.isfinite(frame)
    steps = grey_step(paint_packed(frame, display), inverted)[good]
    order = np.argsort(frame[good], kind="stable")
    assert (np.diff(steps[order]) >= 0).all()


@quick
@given(frames)
def test_extremes_get_the_end_colours(frame: np.ndarray) -> None:
    values = finite(frame)
    assume(values.size and float(values.max()) - float(values.min()) > 1e-6)
    assume(np.abs(values.astype(np.float64)).max() < 1e300)
    steps = grey_step(paint_packed(frame, Display(palette="grey")))
    good = np.isfinite(frame)
    assert (steps[good & (frame == values.max())] == 255).all()
    assert (steps[good & (frame == values.min())] == 0).all()


def test_percentile_ends_of_wide_differences() -> None:
    """A sum of two int16 pixels does not fit into int16: the ends must not wrap round."""
    frame = np.linspace(-32_000, 32_000, 10_000).astype(np.int16).reshape(100, 100)
    low, high = limits(frame, Display(scale_mode="percentile"))
    assert low == pytest.approx(-31_360, abs=20)
    assert high == pytest.approx(31_360, abs=20)


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("mode", SCALE_MODES)
def test_constant_and_single_pixel_frames(name: str, mode: str) -> None:
    for shape in ((1, 1), (3, 4)):
        frame = np.ones(shape, name)
        picture = paint(frame, Display(scale_mode=mode))
        assert picture.shape == (*shape, 3)
        assert len(np.unique(picture.reshape(-1, 3), axis=0)) == 1


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0)])
def test_frames_without_pixels(name: str, shape: tuple[int, int]) -> None:
    for mode in SCALE_MODES:
        display = Display(scale_mode=mode, isotherm=Isotherm("above", 1))
        assert limits(np.zeros(shape, name), display) == (0.0, 1.0)
        assert paint(np.zeros(shape, name), display).shape == (*shape, 3)


@pytest.mark.parametrize("mode", SCALE_MODES)
def test_pixels_without_a_value_are_grey_and_change_nothing_else(mode: str) -> None:
    whole = np.arange(12, dtype=np.float32).reshape(3, 4)
    holed = np.vstack([whole, np.array([[np.nan, np.inf, -np.inf, np.nan]], np.float32)])
    display = Display(scale_mode=mode, low=0, high=11)
    ends = limits(whole, display)
    assert limits(holed, display) == pytest.approx(ends)
    picture = paint_packed(holed, display)
    np.testing.assert_array_equal(picture[:3], paint_packed(whole, display))
    assert (picture[3] == MISSING_COLOUR).all()


def test_a_frame_of_nothing_but_holes() -> None:
    frame = np.full((2, 2), np.nan)
    assert limits(frame, Display()) == (0.0, 1.0)
    assert (paint_packed(frame, Display()) == MISSING_COLOUR).all()


@quick
@given(frames, st.sampled_from(NAMES), st.booleans(), st.sampled_from(ISOTHERM_KINDS))
def test_both_forms_of_the_picture_agree(frame: np.ndarray, name: str, inverted: bool, kind: str) -> None:
    display = Display(palette=name, inverted=inverted, isotherm=Isotherm(kind, 0.0, 50.0))
    rgb, packed = paint(frame, display), paint_packed(frame, display)
    again = (
        0xFF000000 | rgb[..., 0].astype(np.uint32) << 16 | rgb[..., 1].astype(np.uint32) << 8 | rgb[..., 2]
    )
    np.testing.assert_array_equal(again, packed)


@pytest.mark.parametrize("channels", [3, 4])
def test_colour_pictures_come_back_as_they_are(channels: int) -> None:
    frame = np.random.default_rng(3).integers(0, 256, (5, 7, channels), np.uint8)
    np.testing.assert_array_equal(paint(frame, Display()), frame[..., :3])
    packed = paint_packed(frame, Display())
    assert packed.shape == (5, 7)
    assert packed[2, 3] == 0xFF000000 | int.from_bytes(bytes(frame[2, 3, :3]), "big")


def test_ends_that_are_given_are_used() -> None:
    frame = np.array([[0, 50, 100, 255]], np.uint8)
    assert grey_step(paint_packed(frame, Display(palette="grey"), (0, 510))).tolist() == [[0, 25, 50, 128]]


def test_manual_ends_may_come_in_either_order() -> None:
    frame = np.linspace(0, 100, 11).reshape(1, -1)
    one, other = (
        paint(frame, Display(scale_mode="manual", low=low, high=high)) for low, high in ((20, 80), (80, 20))
    )
    np.testing.assert_array_equal(one, other)


def test_inverting_swaps_the_palette() -> None:
    frame = np.linspace(0, 1, 256).reshape(16, 16)
    plain, inverted = (paint(frame, Display(inverted=on)).reshape(-1, 3) for on in (False, True))
    np.testing.assert_array_equal(plain, inverted[::-1])
    np.testing.assert_array_equal(plain, palette("inferno"))


@given(st.floats(), st.floats())
def test_ordered_gives_two_ends_whatever_comes_in(low: float, high: float) -> None:
    first, last = ordered(low, high)
    assert first < last
    assert np.isfinite([first, last]).all()
    if np.isfinite([low, high]).all() and abs(low) < 1e299 > abs(high) and abs(high - low) > 1e-200:
        assert (first, last) == (min(low, high), max(low, high))


@quick
@given(frames, st.floats(-300, 300), st.floats(-300, 300))
def test_isotherms_mark_exactly_their_pixels(frame: np.ndarray, one: float, two: float) -> None:
    low, high = min(one, two), max(one, two)
    wide = frame.astype(np.float64)
    if frame.dtype.kind == "f":  # ends are compared as the frame's own numbers
        low, high = float(frame.dtype.type(low)), float(frame.dtype.type(high))
    with np.errstate(invalid="ignore"):
        expected = {
            "none": np.zeros(frame.shape, bool),
            "above": wide >= low,
            "below": wide <= high,
            "interval": (wide >= low) & (wide <= high),
        }
    for kind, marked in expected.items():
        picture = np.zeros(frame.shape, np.uint32)
        mark_isotherm(picture, frame, Isotherm(kind, low, high))
        np.testing.assert_array_equal(picture == ISOTHERM_COLOUR, marked, err_msg=kind)
