"""The process engineer teaches the program what is normal on this line, and has a faulty part judged by that."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from laser_fits import PLAIN, simulated, write_batch, write_frames
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from window_story import WAIT_MS, keep_picture

from thermview.gui.learn.learn_window import LearnWindow
from thermview.gui.main_window import MainWindow

FAULTY = "Type4/0007"
DIP = slice(300, 500)


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six short simulated normal recordings of one batch; in a seventh the laser has 60 % of its power for 200 ms."""
    folder = tmp_path_factory.mktemp("line") / "laser"
    paths = write_batch(folder / "Type4", simulated(PLAIN, 7, 600))
    with np.load(paths[-1]) as kept:
        frames = kept["image"].copy()
    frames[DIP] = np.round(0.6 * frames[DIP])
    write_frames(paths[-1], frames)
    truth = {"recordings": {FAULTY: {"normal": False, "fault": {"kind": "power_dip", "cause": "power"}}}}
    (folder / "laser_truth.json").write_text(json.dumps(truth))
    return folder


def test_learn_six_recordings_and_score_a_faulty_one(
    qtbot, window: MainWindow, batch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, model = window.session, tmp_path / "line.onnx"
    session.open_capture(batch)
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    QTest.keyClick(
        window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    page = window.findChild(LearnWindow)
    assert page.choose.go.text() == "Learn from 6 recordings"

    path = session.browsing.path_of(FAULTY)
    assert path is not None
    QTest.mouseClick(page.choose.go, Qt.MouseButton.LeftButton)
    session.select(path)  # the window stays usable meanwhile
    qtbot.waitUntil(lambda: session.recording is not None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: session.learning.job is None, timeout=3 * WAIT_MS)
    assert session.learning.problem == ""
    assert session.learning.fit is not None
    (fitted,) = session.learning.fit.batches
    used = len(fitted.limits.normals)
    assert used + len(fitted.suspects) == 6
    assert f"{used} normal recordings set the limits" in page.tabs.widget(0).promise.text()
    page.grab().save(str(tmp_path / "page.png"))

    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(model), ""))
    QTest.mouseClick(page.use_button, Qt.MouseButton.LeftButton)
    assert model.is_file()
    page.close()

    window.activateWindow()
    qtbot.waitUntil(lambda: window.action("score").isEnabled(), timeout=WAIT_MS)
    window.action("score").trigger()
    qtbot.waitUntil(lambda: session.scored.final is not None, timeout=WAIT_MS)
    scores = session.scored.final
    assert scores is not None
    assert scores.model.name == "line"
    assert scores.notice == ""
    assert scores.anomalous
    assert scores.cause == "power"
    assert any(event.first < DIP.stop and event.last >= DIP.start for event in scores.events)
    assert "expected row" in scores.measures

    window.action("next_event").trigger()
    qtbot.waitUntil(lambda: window.action("heat_map").isEnabled(), timeout=WAIT_MS)
    window.action("heat_map").trigger()
    qtbot.waitUntil(lambda: session.heat_maps.shown is not None, timeout=WAIT_MS)
    heat = session.heat_maps.shown
    assert heat is not None
    assert session.recording is not None
    assert heat.shape == tuple(session.recording.frame_shape)
    assert np.isfinite(heat).all()
    keep_picture(window, "story-learn")
    assert sorted(p.suffix for p in batch.rglob("*") if p.is_file()).count(".onnx") == 0
