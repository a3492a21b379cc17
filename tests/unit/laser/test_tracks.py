"""Where the spot is said to be is where it is."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from thermview.laser.tracks import CHUNK, track_steps, tracks_of
from thermview.recording import ArrayRecording


def spot(row, column, *, rows=15, columns=21, sigma=1.4, height=200.0, ground=0.0):
    y = np.exp(-((np.arange(rows) - row) ** 2) / (2 * sigma**2))
    x = np.exp(-((np.arange(columns) - column) ** 2) / (2 * sigma**2))
    return ground + height * y[:, None] * x[None, :]


@given(st.floats(5, 9), st.floats(6, 14), st.sampled_from([0.0, 50.0]))
def test_the_centre_is_found_on_any_ground(row, column, ground):
    frames = np.round(spot(row, column, ground=ground))[None].astype(np.uint16)
    found = tracks_of(frames)
    assert abs(found.row[0] - row) < 0.1
    assert abs(found.column[0] - column) < 0.1
    assert found.light[0] > 1000


def test_a_wider_spot_has_a_larger_size_and_a_brighter_one_more_light():
    narrow, wide = (tracks_of(spot(7, 10, sigma=sigma)[None]).size[0] for sigma in (1.0, 1.6))
    assert 1.5 < wide / narrow < 3.2
    dim, bright = (tracks_of(spot(7, 10, height=height)[None]).light[0] for height in (100.0, 200.0))
    assert abs(bright / dim - 2) < 0.05


def test_a_frame_without_light_has_no_spot():
    frames = np.stack([np.zeros((15, 21)), np.full((15, 21), np.nan), spot(7, 10)])
    found = tracks_of(frames)
    assert np.isnan(found.row[:2]).all()
    assert np.isnan(found.light[:2]).all()
    assert found.row[2] == np.float32(7)


def test_read_in_pieces_is_read_at_once():
    frames = np.random.default_rng(3).poisson(2.0, (2 * CHUNK + 7, 9, 11)).astype(np.uint16)
    recording = ArrayRecording("1", Path("1.npz"), "laser video", frames)
    steps = list(track_steps(recording))
    assert steps[-1].done == steps[-1].total == len(recording)
    pieces, whole = steps[-1].result, tracks_of(recording.frames(0, len(recording)))
    for name in ("row", "column", "light", "size"):
        np.testing.assert_array_equal(getattr(pieces, name), getattr(whole, name))
