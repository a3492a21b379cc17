"""The export dialog: what it counts and refuses, and where it writes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from conftest_values import WAIT_MS

from thermview.gui.flags import export_dialog
from thermview.gui.flags.export_dialog import ExportDialog, default_folder, flag_items, run_export
from thermview.gui.session import Session
from thermview.jobs import Job, Steps
from thermview.review.export import ExportOptions
from thermview.review.flags import Flag


@pytest.fixture
def ask(qtbot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(export_dialog, "default_folder", lambda session: tmp_path / "out")

    def made(session: Session) -> ExportDialog:
        dialog = ExportDialog(session)
        qtbot.addWidget(dialog)
        return dialog

    return made


def wait(qtbot, session: Session) -> None:
    qtbot.waitUntil(lambda: not session.jobs, timeout=WAIT_MS)


def test_the_button_says_how_many_frames(ask, shown: Session, capture: Path) -> None:
    shown.flagged.flag(0, 9)
    shown.flagged.flag(5, 14)  # five frames are flagged twice
    shown.store.add_flag(capture, Flag("Type1/0002", 3, 3))
    dialog = ask(shown)
    texts = []
    for place in range(dialog.what.count()):
        dialog.what.setCurrentIndex(place)
        texts.append(dialog.go.text())
    assert texts == ["Export 16 frames", "Export 15 frames", "Export 1 frame"]
    assert dialog.go.isEnabled()


def test_a_flag_over_a_billion_frames_is_counted_at_once(ask, shown: Session, capture: Path) -> None:
    shown.store.add_flag(capture, Flag("Type1/0001", 0, 10**9 - 1))
    assert ask(shown).go.text() == "Export 1\u2009000\u2009000\u2009000 frames"


def test_without_formats_folder_or_frames_there_is_nothing_to_press(ask, shown: Session) -> None:
    dialog = ask(shown)
    assert dialog.go.isEnabled()  # the frame shown now
    dialog.folder.setText("   ")
    assert not dialog.go.isEnabled()
    dialog.folder.setText("/somewhere")
    for box in dialog.formats.values():
        box.setChecked(False)
    assert not dialog.go.isEnabled()


def test_nothing_flagged_and_nothing_shown_says_how_to_flag(ask, opened: Session) -> None:
    dialog = ask(opened)
    assert dialog.what.count() == 0
    assert not dialog.go.isEnabled()
    assert "F flags the frame" in dialog.hint.text()


def test_flagged_frames_are_written(qtbot, ask, shown: Session, tmp_path: Path) -> None:
    shown.flagged.flag(7, 8, "power")
    dialog = ask(shown)
    for name, box in dialog.formats.items():
        box.setChecked(name in ("png", "npy"))
    dialog.start()
    wait(qtbot, shown)
    assert len(list((tmp_path / "out").glob("*.png"))) == 2
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert "power" in json.dumps(manifest)


def test_the_shown_frame_is_written_though_nothing_is_flagged(qtbot, ask, shown: Session, tmp_path) -> None:
    shown.seek(5)
    qtbot.waitUntil(lambda: shown.frame_index == 5, timeout=WAIT_MS)
    dialog = ask(shown)
    for name, box in dialog.formats.items():
        box.setChecked(name == "npy")
    frame = np.array(shown.frame)
    dialog.start()
    wait(qtbot, shown)
    (written,) = (tmp_path / "out").glob("*.npy")
    np.testing.assert_array_equal(np.load(written).squeeze(), frame)


@pytest.mark.parametrize("inside", ["", "Type1", "Type1/../new/deeper"])
def test_a_target_inside_the_capture_is_refused_with_a_sentence(
    qtbot, shown: Session, capture: Path, inside: str
) -> None:
    shown.flagged.flag(1, 1)
    before = sorted(capture.rglob("*"))
    with qtbot.waitSignal(shown.message, timeout=WAIT_MS) as said:
        run_export(shown, flag_items(shown, shown.flagged.flags), ["png"], capture / inside, ExportOptions())
    assert "never written to" in said.args[0]
    wait(qtbot, shown)
    assert sorted(capture.rglob("*")) == before
    assert shown.last_export is None


@pytest.mark.parametrize("folder", ["~nobody-of-that-name/x", "a\0b", "/proc/no/such", "x" * 5000])
def test_a_folder_that_cannot_be_made_is_said(
    qtbot, ask, shown: Session, folder: str, monkeypatch, tmp_path
) -> None:
    monkeypatch.chdir(tmp_path)
    shown.flagged.flag(1, 1)
    dialog = ask(shown)
    said: list[str] = []
    shown.message.connect(said.append)
    dialog.folder.setText(folder)
    dialog.start()
    wait(qtbot, shown)
    assert len(said) == 1
    assert "\n" not in said[0]


def test_flags_of_a_file_that_is_gone_are_told(qtbot, shown: Session, capture: Path, tmp_path: Path) -> None:
    flags = [shown.store.add_flag(capture, Flag(f"Type1/{name}", 1, 1)) for name in ("0001", "0002", "lost")]
    (capture / "Type1" / "0002.npz").unlink()
    with qtbot.waitSignal(shown.message, timeout=WAIT_MS) as said:
        run_export(shown, flag_items(shown, flags), ["png"], tmp_path / "out", ExportOptions())
    assert said.args[0].startswith("1 frame exported to")
    assert "2 problems" in said.args[0]
    wait(qtbot, shown)


def test_an_export_keeps_to_the_capture_it_was_asked_for(
    qtbot, shown: Session, capture: Path, tmp_path: Path
) -> None:
    """Another folder may be open when its turn comes."""
    other = tmp_path / "other"
    other.mkdir()
    flags = [shown.store.add_flag(capture, Flag("Type1/0001", 1, 1))]
    import threading

    go = threading.Event()

    def holding() -> Steps:
        go.wait(WAIT_MS / 1000)
        yield from ()

    shown.submit(shown.export_worker, Job("busy", holding), lambda progress: None)
    run_export(shown, flag_items(shown, flags), ["npy"], tmp_path / "out", ExportOptions())
    refused = run_export(shown, flag_items(shown, flags), ["npy"], capture / "out", ExportOptions())
    shown.open_capture(other)
    go.set()
    wait(qtbot, shown)
    assert len(list((tmp_path / "out").glob("*.npy"))) == 1
    assert "never written to" in refused.error_text
    assert not (capture / "out").exists()


def test_the_usual_folder_is_named_after_the_capture(opened: Session, tmp_path: Path) -> None:
    assert default_folder(opened).name == "capture"
    dotted = tmp_path / "line.2021.02"
    dotted.mkdir()
    opened.open_capture(dotted)
    assert default_folder(opened).name == "line.2021.02"
