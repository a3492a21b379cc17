"""The data engineer: is this set fit to train on? Diagnosed, suspects mended, saved, in the real window."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from window_story import WAIT_MS, keep_picture

from thermview.gui.main_window import MainWindow
from thermview.inference.catalogue import DEFAULTS
from thermview.jobs import last_result
from thermview.paths import models_folder
from thermview.sample.thermal_set import TRUTH_NAME, ThermalSizes, write_thermal

LENS = models_folder() / DEFAULTS["embedding"]
pytestmark = pytest.mark.skipif(not LENS.is_file(), reason="the shipped embedding is not there")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small simulated picture set with a session of cars among the persons."""
    folder = tmp_path_factory.mktemp("capture")
    last_result(write_thermal(folder, ThermalSizes(300, 4, 2, 1), seed=4))
    return folder


def settled(rounds: int = 4) -> None:
    """Let layouts within layouts settle."""
    for _ in range(rounds):
        QApplication.processEvents()


def test_a_set_is_diagnosed_and_its_suspects_are_dealt_with(  # type: ignore[no-untyped-def]
    qtbot, window: MainWindow, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, diagnosing = window.session, window.session.diagnosing
    truth = json.loads((pictures / TRUTH_NAME).read_text("utf-8"))["mislabelled_sessions"]
    misplaced = {name for wrong in truth for name in wrong["files"]}
    session.open_capture(pictures / "thermal")
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)

    QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert window.pages.currentWidget() is window.diagnosis
    qtbot.waitUntil(lambda: diagnosing.job is None, timeout=4 * WAIT_MS)
    assert diagnosing.problem == ""
    settled()
    keep_picture(window, "diagnosis-overview")

    window.diagnosis.show_page("Suspects")
    suspects = window.diagnosis.pages["Suspects"]
    settled()
    keep_picture(window, "diagnosis-suspects")
    row, area = suspects.evidence.cells()[0]  # type: ignore[attr-defined]
    path = diagnosing.prepared.table.paths[row]
    assert any(path.endswith(Path(name).name) for name in misplaced)
    QTest.mouseClick(suspects.evidence, Qt.MouseButton.LeftButton, pos=area.center().toPoint())  # type: ignore[attr-defined]
    qtbot.waitUntil(
        lambda: session.recording is not None and session.recording.path == session.capture / path,
        timeout=WAIT_MS,
    )
    assert window.pages.currentIndex() == 1
    qtbot.waitUntil(lambda: "L3" in window.density_plot.lenses.text(), timeout=WAIT_MS)
    keep_picture(window, "diagnosis-picture")

    QTest.keyClick(window, Qt.Key.Key_Backspace)
    assert window.pages.currentWidget() is window.diagnosis
    suspects.table.setFocus()  # type: ignore[attr-defined]
    QTest.keyClick(suspects.table, Qt.Key.Key_Backspace)  # type: ignore[attr-defined]
    assert window.pages.currentIndex() == 1
    QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ShiftModifier)
    assert window.pages.currentWidget() is window.diagnosis
    QTest.mouseClick(suspects.select, Qt.MouseButton.LeftButton, pos=QPoint(12, 12))  # type: ignore[attr-defined]
    QTest.mouseClick(window.diagnosis.selection.buttons["Filter"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(session.browsing.matches or ()) == len(misplaced), timeout=WAIT_MS)
    assert {Path(name).name for name in session.browsing.matches or ()} == {Path(n).name for n in misplaced}
    QTest.mouseClick(suspects.exclude, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    assert len(diagnosing.choices.excluded) == len(misplaced)

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    window.action("save_diagnosis").trigger()
    qtbot.waitUntil(lambda: diagnosing.saved is not None, timeout=2 * WAIT_MS)
    report = json.loads((diagnosing.saved / "report.json").read_text("utf-8"))
    assert report["contamination"][0]["code"] == "CAR_AON"
    excluded = (diagnosing.saved / "fixes" / "exclude.csv").read_text("utf-8-sig")
    assert all(Path(name).name in excluded for name in misplaced)
    assert (diagnosing.saved / "report.html").read_text("utf-8").count("<img") > 10
