"""What regions cost here: `pytest tests/bench/bench_regions.py -s`; reports, never gates."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import numpy as np
import pytest

from thermview.readers import open_recording
from thermview.thermal.region_series import series_steps
from thermview.thermal.region_statistics import statistics_of
from thermview.thermal.regions import Ellipse, Line, Polygon, Rectangle, Spot

FIVE = (
    Rectangle("R1", 100, 100, 200, 150),
    Ellipse("E1", 300, 200, 180, 160),
    Polygon("P1", ((50, 50), (250, 80), (150, 300))),
    Line("L1", (10.5, 10.5), (630.5, 470.5)),
    Spot("S1", 320.5, 240.5),
)
FRAMES = 2_000


def report(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        print(f"\n{text}", end="")


@pytest.mark.bench
@pytest.mark.parametrize("dtype", ["u2", "f4"])
def test_five_regions_in_a_frame_of_640x480(dtype: str, capsys: pytest.CaptureFixture[str]) -> None:
    frame = np.random.default_rng(0).integers(0, 60_000, (480, 640)).astype(dtype)
    taken = []
    for _ in range(30):
        started = time.thread_time()
        for region in FIVE:
            statistics_of(frame, region)
        taken.append(time.thread_time() - started)
    report(capsys, f"five regions in a frame of {dtype}: {1000 * statistics.median(taken):.2f} ms (goal 1)")


@pytest.mark.bench
def test_five_regions_over_a_recording_of_640x480(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "long.npy"
    frames = np.lib.format.open_memmap(path, "w+", np.uint16, (FRAMES, 480, 640))
    base = np.random.default_rng(0).integers(8000, 9000, (480, 640)).astype(np.uint16)
    for index in range(FRAMES):
        frames[index] = base + index % 500
    frames.flush()
    recording = open_recording(path)
    started = time.perf_counter()
    for first in range(0, FRAMES, 13):
        np.array(recording.frames(first, first + 13))
    read_s = time.perf_counter() - started
    started = time.perf_counter()
    for _ in series_steps(recording, FIVE):
        pass
    measured_s = time.perf_counter() - started
    report(
        capsys,
        f"{FRAMES} frames: read {FRAMES / read_s:,.0f} frames/s, read and measure five regions "
        f"{FRAMES / measured_s:,.0f} frames/s",
    )
