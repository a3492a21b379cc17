"""The thermographer: pictures with labels, boxes that are clicked, the density of each, by keys in the real window."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from window_story import WAIT_MS, keep_picture

from thermview.gui.main_window import MainWindow
from thermview.inference.catalogue import DEFAULTS
from thermview.jobs import last_result
from thermview.paths import models_folder
from thermview.sample.thermal_set import TRUTH_NAME, ThermalSizes, write_thermal

LENS = models_folder() / DEFAULTS["embedding"]


@pytest.fixture
def window_size() -> tuple[int, int]:
    return 1440, 900


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small simulated picture set in the published layout."""
    folder = tmp_path_factory.mktemp("capture")
    last_result(write_thermal(folder, ThermalSizes(160, 4, 2, 1), seed=4))
    return folder


def open_set(qtbot, window: MainWindow, folder: Path) -> list[str]:
    window.session.open_capture(folder)
    qtbot.waitUntil(lambda: not window.session.browsing.scanning, timeout=WAIT_MS)
    assert window.session.browsing.index is not None
    return sorted(window.session.browsing.index.paths())


def select(qtbot, window: MainWindow, path: Path) -> None:
    window.session.select(path)
    qtbot.waitUntil(lambda: window.session.opening is None, timeout=WAIT_MS)


def with_boxes(qtbot, window: MainWindow, folder: Path, paths: list[str]) -> str:
    """The first picture with a labelled box, shown."""
    for path in (path for path in paths if "frames" in path):
        select(qtbot, window, folder / path)
        if any(annotation.box is not None for annotation in window.session.context.annotations):
            return path
    pytest.fail("no picture of the set has a box")


def test_boxes_are_seen_clicked_and_told(qtbot, window: MainWindow, pictures: Path) -> None:  # type: ignore[no-untyped-def]
    session, view = window.session, window.frame_view
    paths = open_set(qtbot, window, pictures)
    truth = json.loads((pictures / TRUTH_NAME).read_text("utf-8"))
    assert truth
    with_boxes(qtbot, window, pictures, paths)
    annotation = min(
        (a for a in view.visible_annotations() if a.box is not None),
        key=lambda a: a.box.width * a.box.height,  # type: ignore[union-attr]
    )
    with_box = view.grab().toImage()
    QTest.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: "boxes" not in session.overlays, timeout=WAIT_MS)
    assert view.grab().toImage() != with_box
    QTest.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: "boxes" in session.overlays, timeout=WAIT_MS)
    box = annotation.box
    assert box is not None
    middle = QPointF(box.column + box.width / 2, box.row + box.height / 2)
    at = view._transform().map(middle).toPoint()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert view.chosen is annotation
    qtbot.waitUntil(lambda: not window.docks["Details"].visibleRegion().isEmpty(), timeout=WAIT_MS)
    assert annotation.category in window.details.view.text()
    keep_picture(window, "thermographer-box")


def test_keys_go_from_picture_to_picture_and_stay_with_the_frame(qtbot, window: MainWindow, pictures) -> None:  # type: ignore[no-untyped-def]
    session, view = window.session, window.frame_view
    paths = open_set(qtbot, window, pictures)
    with_boxes(qtbot, window, pictures, paths)
    sequence = session.browsing.sequence(session.selected.relative_to(pictures).as_posix())
    start = sequence.index(session.selected.relative_to(pictures).as_posix())
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    for step in range(1, min(4, len(sequence) - start)):
        QTest.keyClick(window, Qt.Key.Key_Right)
        wanted = pictures / sequence[start + step]
        qtbot.waitUntil(lambda wanted=wanted: session.recording.path == wanted, timeout=WAIT_MS)
    QTest.keyClick(window, Qt.Key.Key_Home)
    QTest.keyClick(window, Qt.Key.Key_Left)
    before = pictures / sequence[max(start + min(4, len(sequence) - start) - 2, 0)]
    qtbot.waitUntil(lambda: session.recording.path == before, timeout=WAIT_MS)
    keep_picture(window, "thermographer-next")


def test_a_class_is_filtered_and_a_picture_flagged(qtbot, window: MainWindow, pictures: Path) -> None:  # type: ignore[no-untyped-def]
    session = window.session
    paths = open_set(qtbot, window, pictures)
    wanted = next(path for path in paths if "crops" in path)
    folder = Path(wanted).parent.name
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(QApplication.focusWidget(), f"class:{folder}")
    qtbot.waitUntil(lambda: bool(session.browsing.matches) and not session.jobs, timeout=WAIT_MS)
    assert all(folder in path for path in session.browsing.matches)
    select(qtbot, window, pictures / session.browsing.matches[0])
    QTest.mouseClick(window.frame_view, Qt.MouseButton.LeftButton, pos=window.frame_view.rect().center())
    QTest.keyClick(window, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: len(session.flagged.flags) == 1, timeout=WAIT_MS)
    keep_picture(window, "thermographer-filter")


@pytest.mark.skipif(not LENS.is_file(), reason="the shipped picture embedding is not in this checkout")
def test_the_picture_is_placed_in_its_class(qtbot, window: MainWindow, pictures: Path) -> None:  # type: ignore[no-untyped-def]
    session = window.session
    paths = open_set(qtbot, window, pictures)
    crop = next(path for path in paths if "crops" in path)
    select(qtbot, window, pictures / crop)
    QTest.keyClick(window, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: session.densities is not None and not session.jobs, timeout=WAIT_MS)
    window.docks["Density"].raise_()
    keep_picture(window, "thermographer-density")
    QTest.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: session.opening is None and session.recording is not None, timeout=WAIT_MS)
    assert window.density_plot.isVisible()
