"""The process engineer: open a batch, find the fault, flag it, take it away; by keys, in the real window."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window_story import WAIT_MS, keep_picture

from thermview.gui.app import make_application, make_window
from thermview.gui.flags.export_dialog import flag_items, run_export
from thermview.gui.main_window import MainWindow
from thermview.jobs import last_result
from thermview.readers import open_recording
from thermview.review.export import ExportOptions
from thermview.review.store import ReviewStore
from thermview.sample.laser import write_laser
from thermview.settings import Settings


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two simulated batches with faults and their truth; the second one zipped."""
    folder = tmp_path_factory.mktemp("capture") / "laser"
    last_result(
        write_laser(
            folder,
            batches=2,
            recordings_per_batch=7,
            faulty_per_batch=3,
            frames=3000,
            seed=11,
            full_length=3000,
        )
    )
    return folder


def press(
    window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """One key, as typed by a person."""
    QTest.keyClick(window, key, modifiers)


def faulty(batches: Path, kinds: set[str]) -> dict[str, dict[str, object]]:
    """Recordings of the truth file with one of these faults."""
    truth = json.loads((batches / "laser_truth.json").read_text("utf-8"))["recordings"]
    return {
        name: row["fault"]
        for name, row in truth.items()
        if not row["normal"] and row["fault"]["kind"] in kinds
    }


def test_find_flag_and_export_a_fault(qtbot, window: MainWindow, batches: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    session = window.session
    session.open_capture(batches)
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    assert session.browsing.index is not None
    assert session.browsing.index.count == 14
    keep_picture(window, "capture")

    plain = [path for path in session.browsing.index.paths() if ".zip" not in path]
    truth = json.loads((batches / "laser_truth.json").read_text("utf-8"))["recordings"]
    found = None
    for relative in plain:
        if truth[relative.removesuffix(".npz")]["normal"]:
            continue
        session.select(batches / relative)
        qtbot.waitUntil(
            lambda: session.opening is None and window.action("score").isEnabled(), timeout=WAIT_MS
        )
        press(window, Qt.Key.Key_S)
        qtbot.waitUntil(lambda: session.scored.final is not None, timeout=WAIT_MS)
        if session.scored.final.events:
            found = relative
            break
    assert found is not None, "no injected fault of this batch was found"
    keep_picture(window, "scored")

    qtbot.waitUntil(lambda: window.action("next_event").isEnabled(), timeout=WAIT_MS)
    press(window, Qt.Key.Key_Home)
    press(window, Qt.Key.Key_E)
    event = next(e for e in session.scored.final.events if e.first > 0)
    qtbot.waitUntil(lambda: session.frame_index == event.first, timeout=WAIT_MS)
    press(window, Qt.Key.Key_Right)
    press(window, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: session.frame_index == event.first, timeout=WAIT_MS)
    press(window, Qt.Key.Key_F)
    assert [(flag.first, flag.reason) for flag in session.flagged.flags] == [(event.first, event.cause)]
    qtbot.waitUntil(lambda: window.action("undo").isEnabled(), timeout=WAIT_MS)
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.flagged.flags == []
    qtbot.waitUntil(lambda: window.action("redo").isEnabled(), timeout=WAIT_MS)
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert len(session.flagged.flags) == 1
    keep_picture(window, "flagged")

    out = tmp_path / "out"
    run_export(
        session,
        flag_items(session, session.flagged.flags),
        ["png", "tiff", "npy", "h5"],
        out,
        ExportOptions(),
    )
    qtbot.waitUntil(lambda: session.last_export is not None, timeout=WAIT_MS)
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert len(list(out.glob("*.png"))) == 1
    numbers = np.load(next(iter(out.glob("*.npy"))))
    np.testing.assert_array_equal(numbers, open_recording(batches / found).frame(event.first))
    assert json.dumps(manifest).count(event.cause) >= 1


def test_export_into_the_capture_is_refused(qtbot, window: MainWindow, batches: Path) -> None:  # type: ignore[no-untyped-def]
    session = window.session
    session.open_capture(batches)
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    before = sorted(batches.rglob("*"))
    with qtbot.waitSignal(session.message, timeout=WAIT_MS) as said:
        run_export(session, lambda: [], ["png"], batches / "export", ExportOptions())
    assert "never written to" in said.args[0]
    assert sorted(batches.rglob("*")) == before


def test_flags_survive_a_killed_program(tmp_path: Path) -> None:
    store = tmp_path / "review.sqlite"
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from thermview.review.flags import Flag\n"
        "from thermview.review.store import ReviewStore\n"
        "store = ReviewStore(Path(sys.argv[1]))\n"
        "store.add_flag(Path(sys.argv[2]), Flag('Type1/0001', 5, 9, 'power'))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", program, str(store), str(tmp_path)], env=os.environ, check=False
    )
    assert killed.returncode == -9
    with ReviewStore(store) as again:
        assert [(flag.first, flag.last) for flag in again.flags(tmp_path)] == [(5, 9)]


def test_a_closed_window_comes_back_as_it_was(qtbot, tmp_path: Path, batches: Path) -> None:  # type: ignore[no-untyped-def]
    make_application()
    places = (Settings(tmp_path / "settings.json"), tmp_path / "review.sqlite")
    first = make_window(*places)
    first.resize(1280, 800)
    first.show()
    first.docks["Details"].setFloating(False)
    first.docks["Histogram"].hide()
    first.session.open_capture(batches)
    first.close()
    again = make_window(Settings(tmp_path / "settings.json"), tmp_path / "review.sqlite")
    again.show()
    assert again.docks["Histogram"].isHidden()
    assert not again.docks["Flags"].isHidden()
    assert again.session.browsing.recent == [batches]
    again.close()
