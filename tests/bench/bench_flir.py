"""What camera files cost here: `pytest tests/bench/bench_flir.py -s`; reports, never gates.

Beside the real files, a long sequence made of small frames shows what finding the frames takes. Where the
package flyr is installed (it is no dependency), it reads the same pictures for comparison.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from flir_files import CONDITIONS, CONSTANTS, WHEN, fff_of
from shared_data import SHARED, needs_shared

from thermview.readers import open_recording
from thermview.thermal.radiometry import celsius_table

PICTURES = ("thermimage/IR_2412.jpg", "flir_tools/20080128191209!IRWaterCooler.jpg")
SEQUENCES = ("thermimage/SampleSEQ.seq", "thermimage/SampleCSQ.csq")
LONG = 5_000


def report(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with capsys.disabled():
        print(f"\n{text}", end="")


def median_ms(work: Callable[[], object], times: int = 15) -> float:
    work()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return 1000 * statistics.median(taken)


def first_frame(path: Path) -> None:
    celsius_table.cache_clear()  # as for a picture of a camera not met before
    recording = open_recording(path)
    recording.frame(0)
    recording.close()


@pytest.mark.bench
@needs_shared
@pytest.mark.parametrize("name", PICTURES)
def test_opening_and_first_frame_of_640x480(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = SHARED / "thermal" / name
    ours = median_ms(lambda: first_frame(path))
    report(capsys, f"{name}: open and first frame {ours:.1f} ms (goal 60)")
    if find_spec("flyr"):
        import flyr

        theirs = median_ms(lambda: flyr.unpack(str(path)).celsius, 5)
        report(capsys, f"{name}: flyr {theirs:.1f} ms, {theirs / ours:.1f} times as long (goal 5)")


@pytest.mark.bench
@needs_shared
@pytest.mark.parametrize("name", SEQUENCES)
def test_frames_of_a_sequence(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    if name.endswith(".csq"):
        pytest.importorskip("imagecodecs", reason="the extra thermview[flir] is not installed")
    recording = open_recording(SHARED / "thermal" / name)
    per_frame = median_ms(lambda: recording.frame(len(recording) - 1))
    recording.close()
    rows, columns = recording.frame_shape
    report(capsys, f"{name}: {per_frame:.1f} ms for each frame of {columns} x {rows}")


@pytest.mark.bench
def test_finding_the_frames_of_a_long_sequence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts = np.full((60, 80), 17_000, np.uint16)
    path = tmp_path / "long.seq"
    with path.open("wb") as file:
        for number in range(LONG):
            file.write(fff_of(counts, when=WHEN + timedelta(milliseconds=40 * number)))
    opening = median_ms(lambda: open_recording(path).close(), 3)
    report(capsys, f"opening {LONG:,} frames: {opening:.0f} ms, {1000 * opening / LONG:.0f} µs for each")


@pytest.mark.bench
def test_a_table_of_temperatures(capsys: pytest.CaptureFixture[str]) -> None:
    def anew() -> None:
        celsius_table.cache_clear()
        celsius_table(CONSTANTS, CONDITIONS)

    report(capsys, f"table of 65,536 temperatures, as for a changed emissivity: {median_ms(anew):.2f} ms")
