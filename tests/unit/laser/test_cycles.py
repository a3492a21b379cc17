"""The measured cycle is the one that was simulated; what does not repeat has none."""

import numpy as np
import pytest
from shared_data import SHARED, needs_shared

from thermview.laser.cycles import measure_cycles, whole_cycles
from thermview.laser.tracks import Tracks, tracks_of
from thermview.sample.laser import make_batch, simulate
from thermview.sample.laser_motion import draw_motion


def true_motion(batch, number, frames):
    """The motion that `simulate` draws for the same arguments."""
    scan = np.random.SeedSequence([batch.seed, batch.index, number, 0]).spawn(5)[0]
    return draw_motion(batch, np.random.default_rng(scan), frames)


@pytest.mark.parametrize(
    ("index", "rows", "columns", "obstacles", "frames"),
    [(1, 15, 21, 0, 2000), (2, 15, 21, 2, 3000), (5, 12, 14, 1, 3000), (6, 24, 20, 2, 4000), (7, 15, 21, 0, 400)],
)  # fmt: skip
def test_the_period_is_within_a_thousandth(index, rows, columns, obstacles, frames):
    batch = make_batch(index, 7, rows=rows, columns=columns, obstacles=obstacles)
    motion = true_motion(batch, 3, frames)
    cycles = measure_cycles(tracks_of(simulate(batch, 3, frames).frames))
    assert cycles is not None
    assert abs(cycles.period / motion.period - 1) < 1e-3
    # the phase keeps its distance from the true one; detours pull at it a little
    distance = np.unwrap(cycles.phase - motion.clock.mean(axis=1)[-frames:], period=1.0)
    assert np.ptp(distance) < 0.05
    assert np.nanmax(np.abs(cycles.local_period / motion.period - 1)) < 0.006


def test_a_slow_stretch_is_seen_where_it_is():
    batch = make_batch(3, 7, rows=15, columns=21, obstacles=0)
    slow = simulate(batch, 2, 3000, fault="scan_slow", size=0.03)
    truth = slow.truth
    assert truth is not None
    cycles = measure_cycles(tracks_of(slow.frames))
    assert cycles is not None
    inside = cycles.local_period[truth["first"] : truth["last"] + 1]
    outside = np.delete(cycles.local_period, slice(truth["first"] - 150, truth["last"] + 150))
    assert abs(np.median(inside) / cycles.local_period[0] - 1.03) < 0.005
    assert inside.max() > outside.max() + 0.1


@needs_shared
def test_real_frames_have_their_known_cycle():
    frames = np.load(SHARED / "laser" / "real_frames_2001_2054.npz")["image"]
    cycles = measure_cycles(tracks_of(frames))
    assert cycles is not None
    assert abs(cycles.period / 9.865 - 1) < 0.005  # five cycles tell no more; 9.86 to 9.87 by a fitted model


@pytest.mark.parametrize("frames", [0, 5, 30, 300, 2000])
@pytest.mark.parametrize("wanders", [False, True])
def test_what_does_not_repeat_has_no_cycle(frames, wanders):
    rng = np.random.default_rng(frames)
    row, column = rng.normal(size=(2, frames)).astype(np.float32)
    if wanders:
        row, column = np.cumsum(row), np.cumsum(column)
    assert measure_cycles(Tracks(row, column, row, column)) is None


def test_a_resting_or_dark_spot_has_no_cycle():
    still, dark = np.ones(500, np.float32), np.full(500, np.nan, np.float32)
    assert measure_cycles(Tracks(still, still, still, still)) is None
    assert measure_cycles(Tracks(dark, dark, dark, dark)) is None


def test_gaps_without_light_are_bridged():
    frames = np.arange(2000)
    column = np.sin(2 * np.pi * frames / 9.87).astype(np.float32)
    row = np.cos(4 * np.pi * frames / 9.87).astype(np.float32)
    for series in (row, column):
        series[400:460] = np.nan
    cycles = measure_cycles(Tracks(row, column, row, column))
    assert cycles is not None
    assert abs(cycles.period / 9.87 - 1) < 1e-3
    assert np.isfinite(cycles.phase).all()


def test_a_window_holds_whole_cycles():
    assert whole_cycles(9.87, 79) == 79  # eight cycles are 78.96 frames
    assert whole_cycles(10.0, 25) == 20
    assert whole_cycles(1.0, 0.5) == 2  # never less than two frames
