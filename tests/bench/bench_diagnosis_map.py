"""What the map of a million pictures costs: GUI-thread time per frame of a pan, pictures, picks, lasso. Prints only.

    pytest tests/bench/bench_diagnosis_map.py -s

Points are simulated: 20 classes of 1.22 million pictures in a plane. Thread time is the GUI thread's own.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from thermview.gui.app import make_application
from thermview.gui.diagnosis.binned import PointIndex, binned_picture, fitted
from thermview.gui.diagnosis.scatter_view import Cloud, ScatterView
from thermview.gui.tour import pause
from thermview.gui.work.latest import Latest

POINTS, CLASSES, STEPS = 1_220_000, 20, 60


@pytest.fixture(scope="module")
def cloud() -> Cloud:
    rng = np.random.default_rng(1)
    homes = rng.normal(scale=2.0, size=(CLASSES, 2))
    codes = rng.integers(0, CLASSES, POINTS).astype(np.int32)
    points = (homes[codes] + rng.normal(size=(POINTS, 2))).astype(np.float32)
    began = time.thread_time()
    index = PointIndex.of(points)
    print(f"\n{POINTS:,} points sorted into cells in {1000 * (time.thread_time() - began):.0f} ms")
    colours = rng.integers(60, 255, (CLASSES, 3)).astype(np.uint8)
    return Cloud(index, codes, colours, (0.0, 0.0), ("x", "y"))


@pytest.mark.bench
def test_pictures_picks_and_lasso(cloud: Cloud) -> None:
    view = fitted(cloud.index.points)
    for part in (1.0, 0.3, 0.05):
        shown = view.zoomed(1 / part, 0.0, 0.0)
        began = time.thread_time()
        binned_picture(cloud.index.points, cloud.codes, cloud.colours, shown, (900, 600))
        print(
            f"picture of 900 x 600, {100 * part:.0f} % of each axis: {1000 * (time.thread_time() - began):.0f} ms"
        )
    reach = (10 * view.width / 900, 10 * view.height / 600)
    places = np.random.default_rng(2).normal(size=(200, 2))
    began = time.thread_time()
    for x, y in places:
        cloud.index.nearest(float(x), float(y), *reach)
    print(f"nearest point: {1000 * (time.thread_time() - began) / len(places):.2f} ms")
    angle = np.linspace(0, 2 * np.pi, 200)
    circle = np.stack([2 * np.cos(angle), 2 * np.sin(angle)], axis=1).astype(np.float32)
    began = time.thread_time()
    inside = cloud.index.inside(circle)
    print(f"lasso round {len(inside):,} points: {1000 * (time.thread_time() - began):.0f} ms")


@pytest.mark.bench
def test_a_pan_costs_the_window_little(cloud: Cloud) -> None:
    application = make_application()
    painting, picking = Latest("map"), Latest("lasso")
    view = ScatterView(painting, picking)
    view.resize(900, 600)
    view.show()
    view.show_cloud(cloud)
    pause(500)
    came: list[float] = []
    painting.came.connect(lambda ticket, result: came.append(time.perf_counter()))
    costs = []
    begun = time.perf_counter()
    for _ in range(STEPS):
        before = time.thread_time()
        view.set_view(view.view.moved(0.005 * view.view.width, 0))
        view.repaint()
        costs.append(1000 * (time.thread_time() - before))
        pause(16)
        QApplication.processEvents()
    lasted = time.perf_counter() - begun
    print(
        f"\npan by mouse: GUI thread {np.median(costs):.1f} ms a frame (95 %: {np.percentile(costs, 95):.1f} ms), "
        f"{STEPS / lasted:.0f} frames/s, exact picture {len(came) / lasted:.0f} times/s"
    )
    painting.close()
    picking.close()
    view.close()
    assert application is not None
