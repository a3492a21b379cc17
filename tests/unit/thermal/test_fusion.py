"""Frame and visible picture in one: what the shares 0 and 1 mean, where things lie, what edges are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thermview.thermal.alignment import NEUTRAL, Alignment, Inset
from thermview.thermal.fusion import (
    MODES,
    Fusion,
    Look,
    edge_layer,
    fused,
    laid_over,
    mixed,
    prepare,
    scene_of,
)

RNG = np.random.default_rng(3)
FRAME = RNG.integers(0, 256, (30, 40, 3)).astype(np.uint8)
VISIBLE = RNG.integers(40, 256, (30, 40, 3)).astype(np.uint8)


def fusion(mode, share=0.5, rgb=VISIBLE, alignment=NEUTRAL):
    look = Look(mode).with_share(share)
    return Fusion(look, prepare(rgb), alignment, Inset(10, 5, 30, 25), "inside the file")


@given(st.floats(0, 1))
@settings(max_examples=30)
def test_every_blend_lies_between_the_two(share):
    blend = fused(FRAME, fusion("blend", share)).astype(int)
    low, high = np.minimum(FRAME, VISIBLE), np.maximum(FRAME, VISIBLE)
    assert (blend >= low.astype(int) - 1).all()
    assert (blend <= high.astype(int) + 1).all()


@pytest.mark.parametrize("mode", ["blend", "edges"])
def test_a_share_of_nothing_is_the_frame(mode):
    np.testing.assert_array_equal(fused(FRAME, fusion(mode, 0.0)), FRAME)


def test_a_share_of_all_is_the_visible_picture():
    np.testing.assert_array_equal(fused(FRAME, fusion("blend", 1.0)), VISIBLE)


def test_outside_of_the_visible_picture_the_frame_is_as_it_is():
    shown = fused(FRAME, fusion("blend", 1.0, alignment=NEUTRAL.moved(20, 0)))
    np.testing.assert_array_equal(shown[:, :19], FRAME[:, :19])
    np.testing.assert_array_equal(shown[:, 21:], VISIBLE[:, 1:20])


def test_side_by_side_is_both_beside_each_other():
    shown = fused(FRAME, fusion("side by side"))
    np.testing.assert_array_equal(shown, np.hstack([FRAME, VISIBLE]))


def test_the_inset_stays_thermal():
    shown = fused(FRAME, fusion("picture in picture"))
    np.testing.assert_array_equal(shown[5:25, 10:30], FRAME[5:25, 10:30])
    np.testing.assert_array_equal(shown[:5], VISIBLE[:5])
    np.testing.assert_array_equal(shown[:, 30:], VISIBLE[:, 30:])


def test_a_frame_drawn_larger_shows_the_details_of_the_visible_picture():
    fine = RNG.integers(40, 256, (90, 120, 3)).astype(np.uint8)
    large = FRAME.repeat(3, axis=0).repeat(3, axis=1)
    shown = fused(large, fusion("blend", 1.0, rgb=fine), enlargement=3)
    np.testing.assert_array_equal(shown, fine)
    inset = fused(large, fusion("picture in picture", rgb=fine), enlargement=3)
    np.testing.assert_array_equal(inset[15:75, 30:90], large[15:75, 30:90])


def test_edges_are_white_and_black_at_contours_and_nothing_elsewhere():
    half = np.full((60, 80, 3), 60, np.uint8)
    half[:, 40:] = 200
    layer = edge_layer(half)
    assert layer[:, 10:30].max() == 0
    assert layer[:, 50:70].max() == 0
    assert tuple(layer[30, 40]) == (layer[30, 40, 3],) * 4  # brighter than around it: white
    assert layer[30, 40, 3] == 255
    assert tuple(layer[30, 39]) == (0, 0, 0, 255)  # darker: black
    assert edge_layer(np.full((60, 80, 3), 90, np.uint8)).max() == 0


def test_noise_is_no_contour():
    noisy = np.clip(RNG.normal(120, 1.0, (120, 160, 1)), 0, 255).astype(np.uint8).repeat(3, axis=2)
    assert edge_layer(noisy)[..., 3].mean() < 5


def test_the_black_margin_of_a_picture_is_no_part_of_it():
    framed = np.zeros((60, 80, 3), np.uint8)
    framed[10:50, 15:70] = 180
    assert scene_of(framed) == (slice(10, 50), slice(15, 70))
    ready = prepare(framed)
    assert ready.picture[0][:10].max() == 0
    assert ready.edges[0].max() == 0
    np.testing.assert_array_equal(fused(FRAME, replace(fusion("blend", 1.0), prepared=ready))[:4], FRAME[:4])


def test_a_picture_taken_at_night_is_kept_whole():
    night = np.zeros((60, 80, 3), np.uint8)
    night[30:34, 40:44] = 255
    assert scene_of(night) == (slice(None), slice(None))
    assert scene_of(np.zeros((6, 8, 3), np.uint8)) == (slice(None), slice(None))


@given(st.floats(0.01, 3.0))
@settings(max_examples=25, deadline=None)
def test_every_reduction_lies_where_the_picture_lies(shrunk):
    """A bright square keeps its middle, whichever reduction is taken."""
    rgb = np.full((400, 400, 3), 50, np.uint8)
    rgb[150:350, 100:200] = 250
    size = max(4, round(400 * shrunk))
    target = np.array([[size / 400, 0, 0], [0, size / 400, 0]])
    grey = laid_over(prepare(rgb).picture, target, (size, size))[..., 0].astype(float)
    weights = np.clip(grey - 50, 0, None)
    rows, columns = np.mgrid[:size, :size] + 0.5
    middle = (columns * weights).sum() / weights.sum(), (rows * weights).sum() / weights.sum()
    np.testing.assert_allclose(np.array(middle) / size, (150 / 400, 250 / 400), atol=0.5 / size + 0.004)


def test_mixing_opaque_and_clear():
    clear, opaque = np.zeros((30, 40, 4), np.uint8), np.full((30, 40, 4), 255, np.uint8)
    np.testing.assert_array_equal(mixed(FRAME, clear, 1.0), FRAME)
    np.testing.assert_array_equal(mixed(FRAME, opaque, 1.0), np.full_like(FRAME, 255))


def test_words_say_how_and_where():
    words = fusion("blend", 0.4, alignment=Alignment(1.5, -2.0, 3.25)).words
    assert words.startswith("40% visible picture blended in (inside the file; scale 1.500, offset −2.0, ")
    assert len({fusion(mode).words for mode in MODES}) == 4


def test_only_blend_and_edges_have_a_share():
    assert Look("blend").with_share(2.0).blend == 1.0
    assert Look("edges").with_share(0.3).share == pytest.approx(0.3)
    assert Look("picture in picture").with_share(0.3) == Look("picture in picture")
