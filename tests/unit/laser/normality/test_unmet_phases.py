"""A gap in the phases that frames met is filled by the spot on its way, not by two spots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from thermview.laser.normality.compare import deviations, facts_of
from thermview.laser.normality.pictures import PictureSums, tables_of
from thermview.laser.normality.spreads import FLOORS, SpreadSums
from thermview.laser.normality.tables import PHASES, BatchTables
from thermview.laser.normality.unmet_phases import bridge_gaps, unmet_share

ROWS, COLS = 15, 21
GAIN = np.random.default_rng(3).uniform(0.5, 1.6, (ROWS, COLS)).astype(np.float32)
Floats = NDArray[np.float32]


def path() -> Floats:
    """Pictures (PHASES, pixels) of a spot that runs a figure of eight, brighter on one side."""
    turn = 2 * np.pi * np.arange(PHASES) / PHASES
    rows, columns = np.indices((ROWS, COLS))
    row, column = 7 + 4 * np.sin(2 * turn), 10 + 7 * np.cos(turn)
    away = (rows - row[:, None, None]) ** 2 + (columns - column[:, None, None]) ** 2
    light = 100.0 * (1.0 + 0.2 * np.cos(turn))[:, None, None] * np.exp(-away / 4.0)
    return np.asarray((light * GAIN).reshape(PHASES, -1), np.float32)


def sums(unmet: NDArray[np.bool_]) -> PictureSums:
    weight = np.where(unmet, 0.0, 5.0)[None]
    return PictureSums((path() * weight[0, :, None]).astype(np.float32)[None], weight)


def likeness(found: Floats, unmet: NDArray[np.bool_]) -> float:
    """The least cosine of a filled picture with what the phase shows."""
    true, made = path()[unmet], found[unmet]
    return float(
        ((true * made).sum(axis=1) / np.linalg.norm(true, axis=1) / np.linalg.norm(made, axis=1)).min()
    )


def gap(first: int, length: int) -> NDArray[np.bool_]:
    unmet = np.zeros(PHASES, np.bool_)
    unmet[(first + np.arange(length)) % PHASES] = True
    return unmet


@pytest.mark.parametrize("first", [0, 37, PHASES - 4])
@pytest.mark.parametrize("length", [5, 9, 13])
def test_in_a_gap_the_spot_goes_on(first: int, length: int) -> None:
    unmet = gap(first, length)
    moved, smeared = (likeness(sums(unmet).pictures(known)[0], unmet) for known in (GAIN, None))
    assert moved > (0.98 if length < 10 else 0.9)  # over a longer gap its way is bent
    assert 1.0 - moved < 0.5 * (1.0 - smeared)


def test_pictures_that_frames_met_stay_as_they_are() -> None:
    unmet = gap(20, 10) | gap(60, 2)
    found, given = sums(unmet).pictures(GAIN)[0], path()
    np.testing.assert_allclose(found[~unmet], given[~unmet], rtol=1e-5)


def test_pictures_of_hardly_any_frames_are_no_ends_to_go_from() -> None:
    made, unmet = sums(gap(20, 5)), gap(20, 5)
    rough = made.light[0].copy()
    for place in (19, 25):  # a fifth of the usual weight, and pictures that are mostly noise
        made.weight[0, place] = 1.0
        rough[place] = np.random.default_rng(place).uniform(0.0, 60.0, rough.shape[1])
    found = PictureSums(rough[None], made.weight).pictures(GAIN)[0]
    assert likeness(found, unmet) > 0.97


@pytest.mark.parametrize("length", [PHASES // 3, PHASES - 1, PHASES])
def test_over_a_gap_in_which_the_way_is_unknown_nothing_is_moved(length: int) -> None:
    unmet = gap(10, length)
    given = path()
    found = given.copy()
    bridge_gaps(found, np.where(unmet, 0.0, 5.0), GAIN)
    np.testing.assert_array_equal(found, given)


def test_dark_ends_leave_a_dark_gap() -> None:
    dark = np.zeros((PHASES, ROWS * COLS), np.float32)
    unmet = gap(10, 9)
    bridge_gaps(dark, np.where(unmet, 0.0, 5.0), GAIN)
    assert not dark.any()


def tables_with(unmet: NDArray[np.bool_]) -> BatchTables:
    """Tables of a path whose phases were met by 30 frames each but for `unmet` ones; facts are of its pictures."""
    pictures = sums(unmet).pictures(GAIN)
    tables = tables_of(pictures, (ROWS, COLS), 10.0)
    facts = facts_of(pictures[0].reshape(PHASES, ROWS, COLS), tables)
    return replace(tables, facts=facts[None].astype(np.float32))


def spread_with(unmet: NDArray[np.bool_]) -> tuple[BatchTables, Floats]:
    """Tables, and spreads (PHASES, features) where frames that were met lie on their pictures."""
    tables = tables_with(unmet)
    gathered = SpreadSums(tables)
    gathered.weight[:] = np.where(unmet, 0.0, 30.0)
    return tables, gathered.tables_with().spread[0]


@pytest.mark.parametrize("length", [5, 9])
@pytest.mark.parametrize("first", [10, 37, 80])
def test_what_is_guessed_is_trusted_as_far_as_guesses_hit(first: int, length: int) -> None:
    unmet = gap(first, length)
    tables, spread = spread_with(unmet)
    true = path()[unmet].reshape(-1, ROWS, COLS)
    at = np.zeros(length, np.int64), np.flatnonzero(unmet) / PHASES
    off = np.abs(deviations(true, tables, *at, np.zeros(length, np.float32)).measures)
    known = off / np.array(FLOORS)
    assert known.max() > 4.0  # a normal frame would be no normal one there
    assert (off / spread[unmet]).max() < 4.0


def test_phases_that_were_met_are_trusted_as_before() -> None:
    unmet = gap(20, 9) | gap(70, 2)
    _, spread = spread_with(unmet)
    np.testing.assert_allclose(spread[~gap(20, 9)], np.broadcast_to(FLOORS, (PHASES - 9, len(FLOORS))))
    middle, edge = spread[24], spread[20]
    assert (middle >= edge).all()
    assert (middle > edge).any()


def test_how_much_of_a_cycle_was_not_met() -> None:
    unmet = gap(20, 16) | gap(70, 2) | gap(PHASES - 4, 8)
    assert unmet_share(np.where(unmet, 0.0, 5.0)) == pytest.approx(24 / PHASES)
    assert unmet_share(np.zeros(PHASES)) == 0.0
