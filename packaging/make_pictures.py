"""Makes the user guide's pictures and its page of keys anew, from the real window on the sample capture.

    xvfb-run -a -s "-screen 0 1920x1200x24" .venv/bin/python packaging/make_pictures.py [CAPTURE]

CAPTURE is a finished sample capture; without it one is made in the data folder. Settings, flags and kept
scores lie in a temporary folder, so that the pictures show none of the user's own nor touch them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from thermview.gui.actions import ACTIONS, MENUS
from thermview.gui.app import make_application, make_window
from thermview.gui.flags.export_dialog import ExportDialog
from thermview.gui.tour import Tour
from thermview.jobs import last_result
from thermview.paths import data_folder, resources_folder
from thermview.readers import open_recording
from thermview.sample import make_sample
from thermview.settings import Settings
from thermview.thermal.display import Isotherm
from thermview.thermal.radiometry import Conditions, camera_counts
from thermview.thermal.region_sets import Difference, RegionSet
from thermview.thermal.regions import Line, Rectangle, Spot

GUIDE = resources_folder() / "guide"
PICTURES = GUIDE / "pictures"
WIDTH, HEIGHT = 1280, 800
MOST_BYTES = 300_000


class Camera(Tour):
    """The tour's verbs, with pictures that are named by what they show and small enough to ship."""

    def keep(self, name: str, widget: QWidget | None = None) -> None:
        """Save what the window (or one of its docks or dialogs) shows as `name`.png."""
        for _ in range(3):  # thumbnails, lengths and histograms come in by themselves, one after another
            QTest.qWait(600)
            self.wait(lambda: not self.session.peek_worker.jobs, "thumbnails and histograms")
        path = PICTURES / f"{name}.png"
        (widget or self.window).grab().save(str(path))
        with Image.open(path) as picture:
            plain = picture.convert("RGB")
        plain.save(path, optimize=True)
        if path.stat().st_size > MOST_BYTES:
            plain.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
        print(f"{path.name}: {path.stat().st_size // 1000} kB")

    def front(self, dock: str) -> None:
        """Bring a dock's tab to the front."""
        self.window.docks[dock].raise_()
        QTest.qWait(100)

    def first(self, belongs: Callable[[str], bool]) -> str:
        """The first path of the capture that belongs."""
        index = self.session.browsing.index
        assert index is not None
        return next(path for path in sorted(index.paths()) if belongs(path))


def main() -> None:
    """Make all pictures, in the order of the guide."""
    capture = Path(sys.argv[1]) if len(sys.argv) > 1 else data_folder() / "sample"
    last_result(make_sample(capture))
    PICTURES.mkdir(parents=True, exist_ok=True)
    (GUIDE / "keys.md").write_text(keys_page(), "utf-8")
    make_application()
    with TemporaryDirectory() as folder:
        os.environ["THERMVIEW_CACHE_DIR"] = folder
        settings = Settings(Path(folder) / "settings.json")
        settings["theme"], settings["author"] = "dark", "A. Engineer"
        window = make_window(settings, Path(folder) / "review.sqlite")
        window.resize(WIDTH, HEIGHT)
        window.reset_layout()
        window.show()
        camera = Camera(window, PICTURES)
        try:
            camera.keep("start")
            camera.open(capture)
            _laser(camera, _power_fault(capture))
            _laser_views(camera)
            _compare(camera, _power_fault(capture))
            _regions(camera)
            _run_chart(camera, _power_fault(capture)[0])
            _pictures(camera)
            _diagnosis(camera)
            _colours(camera)
            _conditions(camera, capture, Path(folder) / "Switchboards")
        finally:
            window.close()
            QApplication.processEvents()


def keys_page() -> str:
    """The table of actions as a page of the guide."""
    parts = [
        "# Keys\n\n[Contents](guide.md)\n\nPress **?** in the window for the same list. In a set of pictures the step "
        "keys go from picture\nto picture.\n"
    ]
    for menu in MENUS:
        rows = [row for row in ACTIONS if row.menu == menu and row.shortcuts]
        lines = [f"| {' or '.join(row.shortcuts)} | {row.tip} |" for row in rows]
        parts.append("\n".join([f"## {menu}\n", "| Keys | Does |", "|---|---|", *lines, ""]))
    return "\n".join(parts)


def _power_fault(capture: Path) -> tuple[str, int]:
    """Path and first faulty frame of the recording whose power is low for longest."""
    truth = json.loads((capture / "laser" / "laser_truth.json").read_text("utf-8"))["recordings"]
    faults = {name: item["fault"] for name, item in truth.items() if item["fault"]}
    drops = {name: fault for name, fault in faults.items() if fault["kind"] == "power_drop"}
    name = max(drops, key=lambda name: drops[name]["last"] - drops[name]["first"])
    return f"laser/{name}.npz", int(drops[name]["first"])


def _laser(camera: Camera, fault: tuple[str, int]) -> None:
    """A laser video: stepped, played with peaks held, scored, flagged, about to be exported."""
    path, first = fault
    session = camera.session
    camera.select(path)
    session.seek(max(first - 800, 0))
    camera.keep("laser-video")
    session.playback.set_speed(1000)
    camera.press("play")
    camera.keep("peak-hold")
    camera.press("play")
    camera.score()
    final = session.scored.final
    assert final is not None
    worst = max(final.events, key=lambda event: event.score)
    session.seek(worst.peak)
    camera.keep("event")
    camera.keep("scores", camera.window.docks["Scores"])
    camera.window.set_theme("light")
    camera.keep("event-light")
    camera.window.set_theme("dark")
    camera.press("flag_events")
    camera.front("Flags")
    camera.keep("flags")
    dialog = ExportDialog(session, camera.window)
    dialog.folder.setText("/home/engineer/Documents/ThermView exports/sample")
    dialog.show()
    camera.keep("export", dialog)
    dialog.close()


def _laser_views(camera: Camera) -> None:
    """The spot's track over the frame, and the dock that goes with it."""
    session, window = camera.session, camera.window
    window.status_line.message.clear()
    camera.press("spot_track")
    camera.front("Laser")
    camera.wait(lambda: session.tracked.measured is not None, "the spot's path")
    camera.keep("laser-views")
    window.laser.tabs.setCurrentIndex(1)
    camera.keep("laser-cycle", window.docks["Laser"])
    window.laser.tabs.setCurrentIndex(0)
    camera.press("spot_track")


def _compare(camera: Camera, fault: tuple[str, int]) -> None:
    """The faulty recording beside the first of its batch, at one phase of the cycle, and their difference."""
    path, first = fault
    session, compared = camera.session, camera.session.compared
    capture = session.capture
    assert capture is not None
    camera.window.status_line.message.clear()
    camera.select(path)
    folder = path.rpartition("/")[0]
    compared.compare(capture / camera.first(lambda other: other.startswith(f"{folder}/")))
    compared.links.by("phase")
    camera.wait(
        lambda: compared.links.link is not None and compared.links.link.kind == "phase", "the cycles of both"
    )
    compared.show("all")
    assert compared.links.link is not None
    link = compared.links.link
    nearest = min(range(first + 20, first + 120), key=lambda index: abs(link.partner(index).apart))
    session.seek(nearest)
    camera.wait(lambda: session.frame_index == nearest and not compared.behind, "the frames of both")
    camera.keep("compare")
    compared.show("beside")
    compared.close()


def _run_chart(camera: Camera, path: str) -> None:
    """The batch of a recording, scored as a whole."""
    window, session = camera.window, camera.session
    capture, index = session.capture, session.browsing.index
    assert capture is not None
    assert index is not None
    folder = path.rpartition("/")[0]
    session.scored.score_all([capture / p for p in sorted(index.paths()) if p.startswith(f"{folder}/")])
    camera.wait(lambda: not session.jobs, "the scores of the batch")
    camera.front("Run chart")
    camera.wait(lambda: window.run_chart.table is not None, "the run chart")
    camera.keep("run-chart", window.docks["Run chart"])


def _regions(camera: Camera) -> None:
    """Regions on the laser video that is shown: their table, and what they measure over time."""
    session, measuring = camera.session, camera.session.measuring
    camera.window.status_line.message.clear()
    assert session.frame is not None
    rows, columns = session.frame.shape
    drawn = (
        Rectangle("R1", 1, 1, columns // 2, rows // 2),
        Line("L1", (1.5, rows - 1.5), (columns - 1.5, 1.5)),
        Spot("S1", columns // 2 + 0.5, rows // 2 + 0.5),
    )
    measuring.edit(RegionSet(drawn, (Difference("R1", "S1"),)), "draw")
    measuring.choose("R1")
    camera.front("Regions")
    camera.wait(lambda: measuring.courses.complete, "the course over time")
    camera.keep("regions")
    measuring.remove_all()


def _pictures(camera: Camera) -> None:
    """Thermal pictures: boxes, a radiometric scene with its scale, a crop's density in its class."""
    window, session = camera.window, camera.session
    window.status_line.message.clear()
    camera.select(camera.first(lambda path: "/frames/SWI_AON" in path))
    camera.front("Details")
    camera.keep("boxes")
    camera.select(camera.first(lambda path: path.endswith("switchboard_celsius.tiff")))
    low, high = session.limits
    session.set_display(palette="iron", isotherm=Isotherm("above", low + 0.75 * (high - low), high))
    camera.front("Histogram")
    counted = window.histogram
    camera.wait(lambda: counted.counted is not None and len(counted.counted.counts) == 1, "the histogram")
    camera.keep("temperatures")
    session.set_display(palette="inferno", isotherm=Isotherm())
    camera.select(camera.first(lambda path: "/crops/Pipe-Leak" in path))
    camera.press("densities")
    camera.wait(lambda: not session.jobs, "the densities")
    camera.front("Density")
    camera.keep("density")
    camera.keep("density-dock", window.docks["Density"])


def _diagnosis(camera: Camera) -> None:
    """The pages of a diagnosis of the sample's pictures."""
    window, session = camera.window, camera.session
    diagnosing, capture = session.diagnosing, session.capture
    assert capture is not None
    camera.open(capture / "thermal")
    camera.press("diagnose")
    camera.wait(lambda: diagnosing.job is None, "the diagnosis")
    window.status_line.message.clear()
    camera.keep("diagnosis-overview")
    assert diagnosing.diagnosis is not None
    suspects = diagnosing.diagnosis.contamination[0]
    for page in ("Suspects", "Map", "Fixes"):
        window.diagnosis.show_page(page)
        if page == "Map":
            diagnosing.choose(suspects.rows, f"names say {suspects.code}")
            view = window.diagnosis.pages[page].view  # type: ignore[attr-defined]
            camera.wait(lambda view=view: view.picture_shown, "the map")  # type: ignore[misc]
        if page == "Fixes":
            camera.wait(lambda: window.diagnosis.fixes.fixes is not None, "the fixes")  # type: ignore[union-attr]
        camera.keep(f"diagnosis-{page.lower()}")
        diagnosing.choose([], "")
    diagnosing.show_pages(False)
    camera.open(capture)


def _colours(camera: Camera) -> None:
    """A picture of colours as estimated temperatures, with the ends that its annotation suggests."""
    window, session = camera.window, camera.session
    window.status_line.message.clear()
    camera.select(camera.first(lambda path: "/frames/SWI_AON" in path))
    window.show_dock("Conditions")
    camera.wait(lambda: session.estimating.judged is not None, "the look at the colours")
    page = window.conditions.colours
    page.suggest.click()
    page.confirm.click()
    camera.keep("estimated")
    session.undo_stack.undo()


def _conditions(camera: Camera, sample: Path, folder: Path) -> None:
    """A camera file under another emissivity than its own: the sample's scene as a FLIR camera stores it."""
    sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
    flir_files = import_module("flir_files")
    scene = open_recording(next((sample / "thermal").rglob("switchboard_celsius.tiff")))
    conditions = Conditions(0.95, 20.0, 20.0, 2.0, 0.5, 1.0, 20.0)
    counts = camera_counts(scene.frame(0), flir_files.CONSTANTS, conditions)
    folder.mkdir()
    stored = np.clip(np.rint(counts), 0, 65535).astype(np.uint16)
    (folder / "switchboard.fff").write_bytes(flir_files.fff_of(stored, conditions=conditions))
    camera.open(folder)
    camera.select("switchboard.fff")
    camera.session.set_display(palette="iron")
    camera.window.show_dock("Conditions")
    camera.session.conditions.change("emissivity", 0.8)
    camera.session.conditions.change("distance_m", 5.0)
    camera.keep("conditions")


if __name__ == "__main__":
    main()
