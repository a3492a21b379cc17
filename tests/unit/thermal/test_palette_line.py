"""Colours go back to their place in a palette; what is none of its colours shows in the residual."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from thermview.errors import ThermviewError
from thermview.thermal.palette_line import PaletteLine, line_of
from thermview.thermal.palettes import NAMES, palette

names = st.sampled_from(NAMES)


def painted(line: PaletteLine, position: np.ndarray) -> np.ndarray:
    """Colours at positions between the palette's steps, rounded as pictures hold them."""
    whole = np.arange(len(line.colours))
    channels = [np.interp(position, whole, line.colours[:, channel]) for channel in range(3)]
    return np.rint(np.stack(channels, axis=-1)).astype(np.uint8)


def whole_projection(line: PaletteLine, rgb: np.ndarray) -> np.ndarray:
    """The least distance of each colour to any segment, worked out one by one."""
    best = np.full(len(rgb), np.inf)
    table = line.colours.astype(np.float64)
    for start, stop in pairwise(table):
        along = stop - start
        share = np.clip((rgb - start) @ along / max(along @ along, 1e-9), 0, 1)
        best = np.minimum(best, np.linalg.norm(rgb - start - share[:, None] * along, axis=1))
    return best


@given(names, arrays(np.float64, 40, elements=st.floats(0, 255)))
def test_a_painted_place_is_found_again_within_its_step(name: str, position: np.ndarray) -> None:
    line = line_of(name)
    places = line.project(painted(line, position))
    # a colour is a whole number: where the palette hardly changes from step to step, that is more than a step
    allowed = 1 + 1.8 / line.speed(position.astype(np.float32))
    assert (np.abs(places.position - position) <= allowed).all()
    assert places.residual.max() <= 0.9


@given(names, arrays(np.uint8, (60, 3)))
def test_no_segment_is_nearer_than_the_one_that_is_found(name: str, rgb: np.ndarray) -> None:
    line = line_of(name)
    np.testing.assert_allclose(line.project(rgb).residual, whole_projection(line, rgb), atol=0.1)


@given(arrays(np.uint8, (9, 7, 4)))
def test_looked_up_is_as_worked_out_and_without_alpha(frame: np.ndarray) -> None:
    line = line_of("iron")
    looked_up, worked_out = line.look_up(frame), line.project(frame)
    np.testing.assert_allclose(looked_up.position, worked_out.position, atol=2e-5)
    np.testing.assert_allclose(looked_up.residual, worked_out.residual, atol=1e-4)
    other = frame.copy()
    other[..., 3] = 0
    np.testing.assert_array_equal(line.look_up(other).position, looked_up.position)


@pytest.mark.parametrize("name", NAMES)
def test_no_palette_of_the_program_is_folded(name: str) -> None:
    line = line_of(name)
    assert line.folded == 0
    assert line.is_clear(line.project(line.colours)).all()


def test_a_palette_that_comes_back_the_same_way_is_folded_and_its_places_are_not_clear() -> None:
    there = palette("iron")[::2]
    line = PaletteLine("there and back", np.concatenate([there, there[::-1]]))
    assert line.folded > 0.8
    assert not line.is_clear(line.project(there[20:60])).any()


def test_a_few_corners_far_apart_make_a_line_too() -> None:
    line = PaletteLine("corners", np.array([[0, 0, 0], [255, 0, 0], [255, 255, 255]], np.uint8))
    places = line.project(np.array([[51, 0, 0], [255, 204, 204], [0, 200, 0]], np.uint8))
    np.testing.assert_allclose(places.position[:2], [0.2, 1.8], atol=1e-5)
    assert places.residual[2] > 100


@pytest.mark.parametrize(
    ("colours", "words"),
    [(np.zeros((1, 3)), "2 to"), (np.zeros((9, 4)), "2 to"), (np.full((9, 3), 7), "one colour")],
)
def test_what_is_no_palette_is_refused(colours: np.ndarray, words: str) -> None:
    with pytest.raises(ThermviewError, match=words):
        PaletteLine("none", colours.astype(np.uint8))


def test_colours_that_jump_about_are_no_palette() -> None:
    jumping = np.random.default_rng(2).integers(0, 256, (4096, 3)).astype(np.uint8)
    with pytest.raises(ThermviewError, match="jump about"):
        PaletteLine("noise", jumping)
