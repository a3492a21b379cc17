"""What the window costs: GUI-thread time per step, frames while scoring, first frame, start. Prints, never judges.

    pytest tests/bench/bench_window.py -s

Thread time is the GUI thread's own processor time: wall time on a shared machine says little.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QElapsedTimer
from PySide6.QtWidgets import QApplication
from small_capture_files import metadata_of

from thermview.annotation import Annotation, BoundingBox
from thermview.capture.context import Context
from thermview.gui.app import make_application, make_window
from thermview.gui.compare.compared import VIEWS
from thermview.gui.main_window import MainWindow
from thermview.gui.tour import pause
from thermview.gui.work.frame_loader import Opened
from thermview.recording import APPARENT_TEMPERATURE, COUNT_DIFFERENCE, ArrayRecording
from thermview.settings import Settings

STEPS = 200


def settle(window: MainWindow, reached: object = None, patience_s: float = 60.0) -> None:
    """Let the window work until something is so."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        pause(5)
        if reached is None or reached():  # type: ignore[operator]
            return


def boxes(count: int) -> tuple[Annotation, ...]:
    """Annotated boxes spread over a 640x480 frame."""
    places = [(20 + 120 * (i % 5), 20 + 110 * (i // 5)) for i in range(count)]
    return tuple(Annotation("Car-Normal", BoundingBox(x, y, 90, 70)) for x, y in places)


def show(window: MainWindow, data: np.ndarray, annotations: tuple[Annotation, ...], quantity: object) -> None:
    """Put frames into the window as if they had been opened from a file."""
    recording = ArrayRecording("bench", Path("bench.npy"), "array", data, quantity, 1000.0)  # type: ignore[arg-type]
    window.session._opened(Opened(recording, Context("bench", annotations=annotations), data[0], 0))
    settle(window)


def step_cost_ms(window: MainWindow, frames: int) -> tuple[float, float]:
    """Median and 95th percentile of the GUI thread's time for one step: seek, paint, read-outs, cursors."""
    costs = []
    for number in range(STEPS):
        before = time.thread_time()
        window.session.seek((number + 1) % frames)
        while window.session.frame_index != (number + 1) % frames or window.session.compared.behind:
            QApplication.processEvents()
        QApplication.processEvents()  # repaints what changed, and nothing else
        costs.append(1000 * (time.thread_time() - before))
    return float(np.median(costs)), float(np.percentile(costs, 95))


def frame_times_ms(window: MainWindow, seconds: float) -> np.ndarray:
    """Wall time between the repaints of a playing recording."""
    times: list[float] = []
    clock = QElapsedTimer()
    clock.start()
    window.session.frame_changed.connect(lambda: times.append(clock.nsecsElapsed() / 1e6))
    window.session.playback.set_speed(1000)
    window.session.playback.play()
    settle(window, lambda: clock.elapsed() > 1000 * seconds)
    window.session.playback.pause()
    return np.diff(times)


def long_recording(folder: Path, frames: int = 21_500, rows: int = 32, columns: int = 32) -> Path:
    """A deflated laser video of full length."""
    rng = np.random.default_rng(0)
    data = (rng.random((frames, rows, columns)) < 0.05).astype(np.uint16)
    at = np.arange(frames) / 9.87 * 2 * np.pi
    x = np.exp(-((np.arange(columns) - (columns / 2 + 6 * np.cos(at))[:, None]) ** 2) / 4)
    y = np.exp(-((np.arange(rows) - (rows / 2 + 5 * np.sin(at))[:, None]) ** 2) / 4)
    data += (150 * y[:, :, None] * x[:, None, :]).astype(np.uint16)
    (folder / "Type1").mkdir(parents=True, exist_ok=True)
    path = folder / "Type1" / "0001.npz"
    np.savez_compressed(path, image=data)
    (folder / "Type1" / "metadata.pkl").write_bytes(pickle.dumps({"0001": metadata_of(1, frames)}))
    return path


def start_s(folder: Path) -> float:
    """Seconds from the command to the window's ready line, best of three warm starts."""
    taken = []
    for _ in range(4):
        before = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, "-m", "thermview", str(folder)],
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ,
        ) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if "ready" in line:
                    taken.append(time.perf_counter() - before)
                    break
            process.kill()
    return min(taken[1:], default=float("nan"))


@pytest.mark.bench
def test_what_the_window_costs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Prints; the goals stand beside the figures."""
    gc.disable()  # as in the program
    lines = [*_measured(tmp_path)]
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    gc.collect()


def _measured(folder: Path) -> Iterator[str]:
    make_application()
    window = make_window(Settings(folder / "settings.json"), folder / "review.sqlite")
    session = window.session
    window.resize(1440, 900)
    window.show()
    path = long_recording(folder / "capture")
    session.open_capture(folder / "capture")
    settle(window, lambda: not session.browsing.scanning)
    yield from _steps(window)
    yield from _steps_of_two(window, folder / "capture")
    before = time.perf_counter()
    session.select(path)
    settle(window, lambda: session.recording is not None and session.recording.path == path)
    yield f"first frame of 21 500 x 32x32, deflated: {1000 * (time.perf_counter() - before):.0f} ms (goal 150)"
    settle(window, lambda: session.recording is not None and session.recording.loaded == 21_500)
    quiet = frame_times_ms(window, 4)
    session.score()
    busy = frame_times_ms(window, 4)
    settle(window, lambda: session.scored.final is not None)
    final = session.scored.final
    yield f"frames apart in play: p95 {np.percentile(quiet, 95):.0f} ms"
    yield f"the same while scoring: p95 {np.percentile(busy, 95):.0f} ms (goal 33)"
    if final is not None:
        yield f"scored beside the playing window: {21_500 / final.seconds:,.0f} frames/s"
    window.close()
    yield f"start to the ready line, warm: {start_s(folder / 'capture'):.2f} s (goal 1.5)"


def _steps_of_two(window: MainWindow, folder: Path) -> Iterator[str]:
    """Two recordings side by side; what is in memory comes at once, as after reading ahead."""
    rng = np.random.default_rng(2)
    large = (20 + 60 * rng.random((24, 480, 640))).astype(np.float32)
    session, compared = window.session, window.session.compared
    for name, data in (("float32", large), ("uint16", (large * 100).astype(np.uint16))):
        for letter in "ab":
            np.save(folder / f"{letter}_{name}.npy", data if letter == "a" else data[::-1])
        session.select(folder / f"a_{name}.npy")
        settle(window, lambda: session.opening is None)
        compared.compare(folder / f"b_{name}.npy")
        settle(window, lambda: compared.beside.recording is not None and not compared.behind)
        for views in VIEWS:
            compared.show(views)
            settle(window)
            median, p95 = step_cost_ms(window, len(data))
            yield f"one step of two, 640x480 {name}, {views}: median {median:.2f} ms, p95 {p95:.2f} ms (goal 8)"
    compared.close()


def _steps(window: MainWindow) -> Iterator[str]:
    rng = np.random.default_rng(1)
    large = (20 + 60 * rng.random((24, 480, 640))).astype(np.float32)
    rows = (
        ("640x480 float32, 20 boxes", large, boxes(20), APPARENT_TEMPERATURE, 4),
        ("640x480 uint16, 20 boxes", (large * 100).astype(np.uint16), boxes(20), COUNT_DIFFERENCE, 4),
        ("32x32 uint16", rng.integers(0, 250, (400, 32, 32)).astype(np.uint16), (), COUNT_DIFFERENCE, 2),
    )
    for name, data, drawn, quantity, goal in rows:
        show(window, data, drawn, quantity)
        median, p95 = step_cost_ms(window, len(data))
        yield f"one step, {name}: median {median:.2f} ms, p95 {p95:.2f} ms of the GUI thread (goal {goal})"
