"""Frames folded over the cycle give the pictures that they were drawn from."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from thermview.laser.normality.pictures import (
    PictureSums,
    first_pictures,
    gain_of,
    phase_shares,
    pictures_of,
    place,
    tables_of,
)
from thermview.laser.normality.spreads import spread_of
from thermview.laser.normality.tables import FEATURES, PHASES

SHAPE = (11, 13)
PERIOD = 9.871
Floats = NDArray[np.float64]


def drawn(phase: Floats) -> NDArray[np.float32]:
    """What a frame shows at a phase: one spot on a loop that is never at one place twice; (t, rows, columns)."""
    turn = 2 * np.pi * phase
    row = 5.0 + 3.4 * np.sin(turn) + 0.5 * np.sin(2 * turn + 1)
    column = 6.0 + 4.2 * np.cos(turn) + 0.4 * np.cos(2 * turn)
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    away = (rows - row[:, None, None]) ** 2 + (columns - column[:, None, None]) ** 2
    return (150.0 * np.exp(-away / (2 * 1.5**2))).astype(np.float32)


def recorded(frames: int, start: float = 0.0) -> tuple[NDArray[np.float32], Floats]:
    """Frames of a steady scan, rounded with a little noise, and their true phases."""
    phase = (np.arange(frames) / PERIOD + start) % 1.0
    noise = np.random.default_rng(1).normal(0.0, 0.2, (frames, *SHAPE))
    return np.maximum(np.rint(drawn(phase) + noise), 0.0).astype(np.float32), phase


@pytest.fixture(scope="module")
def truth() -> NDArray[np.float32]:
    return drawn(np.arange(PHASES) / PHASES).reshape(PHASES, -1)


def test_shares_of_a_frame_make_the_whole_of_it() -> None:
    phase = np.random.default_rng(0).uniform(-2.0, 3.0, 500)
    weight = np.random.default_rng(1).uniform(0.0, 1.0, 500)
    shares = phase_shares(phase, weight)
    np.testing.assert_allclose(shares.sum(axis=0), weight, rtol=1e-5)
    assert ((shares > 0).sum(axis=0) <= 2).all()
    on_place = phase_shares(np.array([5 / PHASES]), np.ones(1))
    assert on_place[5, 0] == 1.0


def test_folding_at_known_phases_gives_the_picture(truth: NDArray[np.float32]) -> None:
    frames, phase = recorded(4000)
    sums = PictureSums.empty(1, SHAPE[0] * SHAPE[1])
    sums.add(frames, np.zeros(len(frames), np.int64), phase, np.ones(len(frames)))
    assert sums.weight.sum() == pytest.approx(4000)
    assert np.abs(sums.pictures()[0] - truth).max() < 1.5


def test_patterns_are_kept_apart(truth: NDArray[np.float32]) -> None:
    frames, phase = recorded(4000)
    pattern = np.arange(4000) // 2000
    sums = PictureSums.empty(2, SHAPE[0] * SHAPE[1])
    sums.add(np.where(pattern[:, None, None] == 1, 3 * frames, frames), pattern, phase, np.ones(4000))
    one, two = sums.pictures()
    assert np.abs(one - truth).max() < 3.0
    assert np.abs(two - 3 * truth).max() < 8.0


def test_a_frame_without_weight_counts_nothing(truth: NDArray[np.float32]) -> None:
    frames, phase = recorded(4000)
    weight = np.ones(4000)
    frames[::7], weight[::7] = 1000.0, 0.0
    sums = PictureSums.empty(1, SHAPE[0] * SHAPE[1])
    sums.add(frames, np.zeros(4000, np.int64), phase, weight)
    assert np.abs(sums.pictures()[0] - truth).max() < 1.5


def test_phases_that_no_frame_met_are_filled_from_beside(truth: NDArray[np.float32]) -> None:
    frames, phase = recorded(4000)
    seen = np.abs(phase - 0.3) > 1.5 / PHASES
    sums = PictureSums.empty(1, SHAPE[0] * SHAPE[1])
    sums.add(frames[seen], np.zeros(int(seen.sum()), np.int64), phase[seen], np.ones(int(seen.sum())))
    pictures = sums.pictures()[0]
    assert np.isfinite(pictures).all()
    gap = round(0.3 * PHASES)
    assert np.abs(pictures[gap] - truth[gap]).max() < 20.0  # of 150
    far = np.abs(np.arange(PHASES) - gap) > 4
    assert np.abs(pictures[far] - truth[far]).max() < 1.5


def test_without_known_phases_the_picture_is_found_but_for_where_it_begins(
    truth: NDArray[np.float32],
) -> None:
    frames, phase = recorded(3000, start=0.37)
    # a period that is a thousandth off drifts by a third of a cycle over the whole
    tables = first_pictures(frames, np.ones(3000, np.bool_), PERIOD * 1.001)
    found = pictures_of(tables)[0]
    apart = [np.abs(np.roll(found, shift, axis=0) - truth).mean() for shift in range(PHASES)]
    assert min(apart) < 0.8  # of 150
    placed = place(frames, tables)
    turned = (placed.phase - phase + 0.5) % 1.0 - 0.5
    middle = np.angle(np.exp(2j * np.pi * turned).mean()) / (2 * np.pi)
    off = (turned - middle + 0.5) % 1.0 - 0.5
    assert np.abs(off).max() < 0.02


def test_codes_keep_the_pictures(truth: NDArray[np.float32]) -> None:
    tables = tables_of(truth[None], SHAPE, PERIOD)
    assert np.abs(pictures_of(tables)[0] - truth).max() < 3.0  # of 150
    assert tables.half == 5
    assert tables.patterns == 1


def test_the_cameras_pattern_is_told_from_the_light(truth: NDArray[np.float32]) -> None:
    gain = np.exp(np.random.default_rng(3).normal(0.0, 0.5, SHAPE[0] * SHAPE[1]))
    lit = truth.max(axis=0) > 100.0
    found = gain_of((truth * gain).astype(np.float32)[None], SHAPE)
    likeness = np.corrcoef(np.log(found[lit]), np.log(gain[lit]))[0, 1]
    assert likeness > 0.85
    smooth = gain_of(truth[None], SHAPE)[lit]
    assert np.log(smooth).std() < 0.5 * np.log(found[lit]).std()


def test_place_says_the_same_of_a_recording_that_begins_elsewhere(truth: NDArray[np.float32]) -> None:
    frames, _ = recorded(400)
    tables = tables_of(truth[None], SHAPE, PERIOD)
    whole, later = place(frames, tables), place(frames[100:], tables, first=100)
    inner = slice(20, None)
    np.testing.assert_allclose(whole.phase[120:], later.phase[inner], atol=2e-3)
    np.testing.assert_array_equal(whole.pattern[120:], later.pattern[inner])


@pytest.mark.parametrize("frames", [2, 3, 6, 40])
def test_a_spread_says_how_far_frames_that_taught_nothing_differ(frames: int) -> None:
    rng = np.random.default_rng(frames)
    taught = rng.normal(0.0, 2.0, (PHASES, frames, len(FEATURES)))
    squares = ((taught - taught.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    spread = spread_of(squares, np.full(PHASES, float(frames)))
    # another frame differs from the mean of these by its own noise and by theirs
    assert spread.mean() == pytest.approx(4.0 * (1.0 + 1.0 / frames), rel=0.12)
    assert spread.min() > 0.3 * spread.mean()
