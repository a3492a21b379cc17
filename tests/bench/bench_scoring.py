"""Frames per second of scoring with the shipped laser model, decoding included; prints, never gates.

`python tests/bench/bench_scoring.py [repeats]` from the repository's root.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter, process_time, sleep

import numpy as np

from thermview.inference import default_model, open_model
from thermview.jobs import last_result
from thermview.readers import open_recording
from thermview.sample.laser import make_batch, simulate
from thermview.scoring import rescored, score_recording

FRAMES = 14_571
SIZES = ((15, 21), (32, 32))


def longest_wait(stop: Event, waits: list[float]) -> None:
    """How long a thread that wakes up each millisecond is kept from running: what a window would feel."""
    last = perf_counter()
    while not stop.is_set():
        sleep(0.001)
        now = perf_counter()
        waits.append(now - last - 0.001)
        last = now


def bench(path: Path, rows: int, columns: int, repeats: int) -> None:
    """Score one deflated video several times, opened anew each time."""
    model = open_model(default_model("laser score"))
    wall, cpu, drag, waits = [], [], [], []
    stop = Event()
    watcher = Thread(target=longest_wait, args=(stop, waits))
    watcher.start()
    for _ in range(repeats):
        start, busy = perf_counter(), process_time()
        recording = open_recording(path)
        scores = last_result(score_recording(recording, model, recording_id=path.stem))
        recording.close()
        wall.append(perf_counter() - start)
        cpu.append(process_time() - busy)
        start = perf_counter()
        rescored(scores, 0.8 * scores.threshold)
        drag.append(perf_counter() - start)
    stop.set()
    watcher.join()
    print(
        f"{rows} x {columns}: {FRAMES / median(wall):,.0f} frames/s (median of {repeats}, decoding included), "
        f"{FRAMES / median(cpu):,.0f} per core-second; threshold dragged in {1000 * median(drag):.2f} ms; "
        f"another thread waits {1000 * float(np.percentile(waits, 99)):.1f} ms at most in 99 % of cases"
    )


def main() -> None:
    """One line per size of the region."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        for rows, columns in SIZES:
            made = simulate(make_batch(2, 1, rows=rows, columns=columns, obstacles=1), 1, FRAMES)
            path = Path(folder) / f"{rows}x{columns}.npz"
            np.savez_compressed(path, image=made.frames)
            bench(path, rows, columns, repeats)


if __name__ == "__main__":
    main()
