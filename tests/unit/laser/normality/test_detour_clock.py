"""The scan is followed through a detour at its own pace, though it is not known where exactly that begins and ends."""

from __future__ import annotations

import numpy as np
import pytest
from laser_fits import PLAIN, learnt, simulated, video
from numpy.typing import NDArray

from thermview.laser.normality.compare import clock_of, expected_frames
from thermview.laser.normality.detour_clock import carried
from thermview.laser.normality.pictures import place
from thermview.laser.normality.tables import PHASES, BatchTables

FRAMES, FIRST, STOP = 900, 300, 660
Doubles = NDArray[np.float64]


@pytest.fixture(scope="module")
def tables() -> BatchTables:
    return learnt([video(each.frames) for each in simulated(PLAIN, 3, 600)]).tables


def scanned(tables: BatchTables, gain: float) -> tuple[NDArray[np.float32], Doubles]:
    """Frames of a scan that gains so many cycles in FIRST .. STOP and leaves out a part of its path there; phases."""
    index = np.arange(FRAMES)
    turns = gain * np.clip((index - FIRST) / (STOP - FIRST), 0.0, 1.0)
    phase = (clock_of(index, tables.period) + 0.2 + turns) % 1.0
    avoids = (index >= FIRST) & (index < STOP) & (phase > 0.6) & (phase < 0.8)
    shown = np.where(avoids, 0.6, phase)
    frames = expected_frames(tables, np.zeros(FRAMES, np.int64), shown).reshape(
        -1, tables.rows, tables.columns
    )
    noise = np.random.default_rng(5).normal(0.0, 0.3, frames.shape)
    return np.maximum(frames + noise, 0.0).astype(np.float32), phase


@pytest.mark.parametrize("gain", [0.0, 0.44, -0.43, 0.7, -1.3, 2.0])
@pytest.mark.parametrize("off", [(0, 0), (15, -8), (-6, 9)])
def test_phases_go_on_through_a_detour_whose_ends_are_not_known(
    tables: BatchTables, gain: float, off: tuple[int, int]
) -> None:
    frames, true = scanned(tables, gain)
    stretch = FIRST + off[0], STOP + off[1]
    found = carried(frames, place(frames, tables), [stretch], tables)
    away = (found - true + 0.5) % 1.0 - 0.5
    inside = away[max(FIRST, stretch[0]) : min(STOP, stretch[1])]
    assert np.abs(away[:250]).max() < 2 / PHASES
    assert np.abs(away[720:]).max() < 2 / PHASES
    assert np.abs(inside).max() < 0.02
