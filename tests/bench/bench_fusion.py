"""What the visible picture costs: GUI-thread time of a frame step in each way of showing it, of a drag, of loading it.

    pytest tests/bench/bench_fusion.py -s

Prints, never judges. The goal is 8 ms for a step at 640 x 480.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from thermview.gui.app import make_application, make_window
from thermview.gui.main_window import MainWindow
from thermview.gui.tour import Tour
from thermview.readers.visible_picture import visible_file
from thermview.settings import Settings
from thermview.thermal.fusion import MODES, prepare

STEPS = 100


def percentiles(costs: list[float]) -> str:
    median, high = np.percentile(np.array(costs) * 1000, [50, 95])
    return f"{median:5.1f} ms median, {high:5.1f} ms 95th percentile"


def step(window: MainWindow, frames: np.ndarray) -> str:
    """A new frame until it is painted."""
    costs = []
    for number in range(STEPS):
        before = time.thread_time()
        window.session.shown.show_frame(frames[number % len(frames)], number % len(frames), 1)
        window.frame_view.repaint()
        costs.append(time.thread_time() - before)
    return percentiles(costs)


def drag(window: MainWindow) -> str:
    """A move of the visible picture until it is painted."""
    fused, costs = window.session.fused, []
    for _ in range(STEPS):
        before = time.thread_time()
        fused.try_out(fused.alignment.moved(0.3, 0.2))
        window.frame_view.repaint()
        window.visible_view.repaint()
        costs.append(time.thread_time() - before)
    fused.try_out(None)
    return percentiles(costs)


@pytest.mark.bench
def test_what_the_visible_picture_costs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gc.disable()  # as in the program
    lines = [*_measured(tmp_path)]
    with capsys.disabled():
        print("\n" + "\n".join(lines))
    gc.collect()


def _measured(folder: Path) -> Iterator[str]:
    rng = np.random.default_rng(0)
    frames = (20 + 5 * rng.random((4, 480, 640))).astype(np.float32)
    large = rng.integers(30, 255, (3000, 4000, 3)).astype(np.uint8)
    capture = folder / "capture"
    capture.mkdir()
    np.save(capture / "a.npy", frames)
    Image.fromarray(large).save(capture / "a.jpg", quality=80)
    before = time.perf_counter()
    picture = visible_file(capture / "a.jpg")
    read = time.perf_counter()
    prepare(picture.pixels)
    ready = time.perf_counter()
    yield f"12 million pixels read in {read - before:.2f} s, made ready in {ready - read:.2f} s (in a thread)"
    make_application()
    window = make_window(Settings(folder / "settings.json"), folder / "review.sqlite")
    window.resize(1920, 1080)
    window.reset_layout()
    window.show()
    guide = Tour(window, folder)
    try:
        guide.open(capture)
        guide.select("a.npy")
        yield f"step, frame alone: {step(window, frames)}"
        for mode in MODES:
            window.session.fused.show(mode)
            guide.wait(lambda: window.session.fused.picture is not None, "the visible picture")
            window.frame_view.repaint()
            yield f"step, {mode}: {step(window, frames)}"
            yield f"drag, {mode}: {drag(window)}"
    finally:
        window.close()
