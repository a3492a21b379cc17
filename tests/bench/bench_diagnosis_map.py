"""What the map of a million pictures costs: GUI-thread time per frame of a pan, pictures, picks, lasso. Prints only.

    pytest tests/bench/bench_diagnosis_map.py -s

Points are simulated: 20 classes of 1.22 million pictures in a plane. Thread time is the GUI thread's own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from diagnosis_values import diagnosis_of, hygiene_of
from PySide6.QtWidgets import QApplication

from thermview.diagnosis.results import Diagnosis, Lens
from thermview.diagnosis.table import PictureTable
from thermview.gui.app import make_application
from thermview.gui.diagnosis.binned import PointIndex, binned_picture, fitted
from thermview.gui.diagnosis.diagnosis_view import PAGES, DiagnosisView
from thermview.gui.diagnosis.prepared import prepare
from thermview.gui.diagnosis.scatter_view import Cloud, ScatterView
from thermview.gui.scores.density_plot import DensityPlot
from thermview.gui.scores.density_words import place_of
from thermview.gui.session import Session
from thermview.gui.tour import pause
from thermview.gui.work.latest import Latest
from thermview.review.store import ReviewStore
from thermview.settings import Settings

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


def large_diagnosis(cloud: Cloud) -> Diagnosis:
    """The shared small diagnosis with each of its pictures many times over."""
    small = diagnosis_of()
    table, source = small.table, np.arange(POINTS) % len(small.table)
    source.sort()
    tokens = replace(
        table.tokens, object_codes=table.tokens.object_codes[source], state_codes=table.tokens.state_codes[source],
        site_codes=table.tokens.site_codes[source], days=table.tokens.days[source], hours=table.tokens.hours[source],
        distances_m=table.tokens.distances_m[source],
    )  # fmt: skip
    large = replace(
        table,
        paths=tuple(f"{table.paths[row][:-4]}_{n}.png" for n, row in enumerate(source.tolist())),
        class_codes=table.class_codes[source],
        session_codes=table.session_codes[source],
        tokens=tokens,
        looks=table.looks[source],
        problems={},
    )
    rng = np.random.default_rng(4)
    lenses = [_large_lens(lens, large, cloud, rng) for lens in small.lenses]
    return replace(small, table=large, hygiene=hygiene_of(large), generic=lenses[0], domain=lenses[1])


def _large_lens(lens: Lens, table: PictureTable, cloud: Cloud, rng: np.random.Generator) -> Lens:
    values = rng.gamma(4, 0.5, len(table)).astype(np.float32)
    return replace(
        lens, rows=np.arange(len(table)), values=values, plain_values=4 * values,
        percentiles=rng.uniform(0, 100, len(table)).astype(np.float32),
        neighbours=rng.integers(0, len(table), (len(table), 10)).astype(np.int32),
        plane=cloud.index.points, spread_map=cloud.index.points[:, ::-1],
    )  # fmt: skip


@pytest.mark.bench
def test_clicks_among_a_million_pictures(qtbot, tmp_path, cloud: Cloud) -> None:  # type: ignore[no-untyped-def]
    made = large_diagnosis(cloud)
    began = time.thread_time()
    prepared = prepare(made)
    print(f"\n{POINTS:,} pictures made ready in {time.thread_time() - began:.1f} s")
    session = Session(Settings(tmp_path / "settings.json"), ReviewStore(tmp_path / "review.sqlite"))
    session.diagnosing.steps_of = lambda capture, model: lambda: iter(())  # type: ignore[assignment, return-value]
    session.open_capture(tmp_path)
    pause(300)
    view = DiagnosisView(session)
    qtbot.addWidget(view)
    view.resize(670, 700)
    view.show()
    session.diagnosing.prepared = prepared
    session.diagnosing.changed.emit()

    def cost(what: str, action: Callable[[], object]) -> None:
        before = time.thread_time()
        action()
        QApplication.processEvents()
        print(f"{what}: GUI thread {1000 * (time.thread_time() - before):.0f} ms")
        pause(400)

    for name in PAGES:
        cost(f"page {name}", lambda name=name: view.show_page(name))  # type: ignore[misc]
        pause(1500)
    view.show_page("Density")
    density = view.pages["Density"]
    edges = density.histogram.edges  # type: ignore[attr-defined]
    cost("bar of the histogram", lambda: density.histogram.bin_clicked.emit(edges[20], edges[21]))  # type: ignore[attr-defined]
    cost("quarter of a box", lambda: density.boxes.clicked.emit(3, "low"))  # type: ignore[attr-defined]
    cost("another lens", lambda: (density.lens_switch.choose("L3"), density.lens_switch.changed.emit()))  # type: ignore[attr-defined]
    view.show_page("Classes")
    cost("another class", lambda: view.pages["Classes"].show_class(5))  # type: ignore[attr-defined]
    cost("select a class", lambda: session.diagnosing.choose(prepared.class_rows[5], "class"))
    view.show_page("Map")
    cost("the class lit on the map", lambda: view.pages["Map"]._show_chosen())  # type: ignore[attr-defined]
    cost("filter by it", session.diagnosing.filter_chosen)
    dock = DensityPlot(session)
    qtbot.addWidget(dock)
    dock.resize(320, 700)
    dock.show()
    pause(300)
    session.densities = prepared.densities["L2"]
    cost("densities come to the dock", session.densities_changed.emit)
    cost("the other kind in the dock", lambda: dock.kind.setCurrentIndex(1))
    shown = next(iter(prepared.densities["L2"].index))
    cost("where a picture stands in its class", lambda: place_of(prepared.densities["L2"], shown, False))
    session.close()
