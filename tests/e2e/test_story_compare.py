"""Is it the process or the sensor: a suspicious recording beside a normal one, by keys, in the real window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window_story import WAIT_MS, keep_picture

from thermview.gui.main_window import MainWindow
from thermview.jobs import last_result
from thermview.laser.tracks import tracks_of
from thermview.sample.laser import write_laser

NONE = Qt.KeyboardModifier.NoModifier
CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One simulated batch; its last recording is faulty."""
    folder = tmp_path_factory.mktemp("capture") / "laser"
    last_result(
        write_laser(
            folder,
            batches=1,
            recordings_per_batch=4,
            faulty_per_batch=1,
            frames=1200,
            seed=4,
            full_length=1200,
        )
    )
    return folder


def test_a_suspicious_recording_beside_a_normal_one(qtbot, window: MainWindow, batch: Path) -> None:  # type: ignore[no-untyped-def]
    session, compared = window.session, window.session.compared
    session.open_capture(batch)
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    assert session.browsing.index is not None
    paths = sorted(session.browsing.index.paths())
    session.select(batch / paths[-1])
    qtbot.waitUntil(lambda: session.recording is not None, timeout=WAIT_MS)

    def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        window._refresh()
        QTest.keyClick(window, key, modifiers)

    def in_step() -> bool:
        return session.frame_index == session.wished_index and not compared.behind

    press(Qt.Key.Key_7)
    qtbot.waitUntil(lambda: compared.beside.recording is not None and in_step(), timeout=WAIT_MS)
    assert compared.beside.selected == batch / paths[-2]
    press(Qt.Key.Key_9, CTRL)
    qtbot.waitUntil(
        lambda: compared.links.link is not None and compared.links.link.kind == "phase", timeout=WAIT_MS
    )
    session.seek(600)
    qtbot.waitUntil(in_step, timeout=WAIT_MS)
    # at one phase both spots are at the same place of the path: much nearer than a frame of movement
    off = []
    for _ in range(20):
        press(Qt.Key.Key_Right)
        qtbot.waitUntil(in_step, timeout=WAIT_MS)
        assert session.frame is not None
        assert compared.beside.frame is not None
        a, b = (tracks_of(frame[None]) for frame in (session.frame, compared.beside.frame))
        off.append(float(np.hypot(a.row[0] - b.row[0], a.column[0] - b.column[0])))
    assert session.frame_index == 620
    assert np.median(off) < 2.5
    press(Qt.Key.Key_9)
    assert compared.views == "difference"
    assert session.quantity is not None
    assert window.panes.difference.title.name.text() == "in ΔDN"
    keep_picture(window, "compare")
    press(Qt.Key.Key_Right, ALT)
    assert window.compare_bar.offset.text() == "B +1 cycle"

    press(Qt.Key.Key_F)
    assert [flag.recording for flag in session.flagged.flags] == ["Type1/0004"]  # A's, not B's
    press(Qt.Key.Key_Escape, SHIFT)
    assert not compared.on
    assert window.title_line.isVisible()
    assert session.frame_index == 620
