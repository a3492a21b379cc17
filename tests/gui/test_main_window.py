"""The window as a whole: every action in every state, docks, themes, drops, and an end without threads left."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest_values import WAIT_MS
from PySide6.QtCore import QByteArray, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog

from thermview.errors import ReadError, StoreError
from thermview.gui.actions import ACTIONS
from thermview.gui.app import make_window, run_window
from thermview.gui.dialogs import Ask
from thermview.gui.main_window import MainWindow, dropped_paths
from thermview.gui.parts import theme
from thermview.gui.session import Session
from thermview.jobs import Job, Progress, Steps
from thermview.review.store import ReviewStore
from thermview.settings import Settings

STATES = ("nothing open", "capture open", "laser recording", "picture", "file that fails", "frame that fails")


@pytest.fixture
def window(qtbot, session: Session) -> MainWindow:
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    return made


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No dialog is shown; every question is answered with no."""

    def refuse(dialog) -> bool:
        dialog.deleteLater()
        return False

    monkeypatch.setattr(Ask, "run", staticmethod(refuse))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: "")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: ("", ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: ("", ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *args: ([], ""))
    monkeypatch.setattr(QInputDialog, "getText", lambda *args: ("", False))


def fail_frames(session: Session, monkeypatch: pytest.MonkeyPatch, bad: set[int]) -> None:
    """From now on some frames of the shown recording cannot be read."""
    recording = session.recording
    assert recording is not None
    really = recording.frame

    def frame(index: int) -> np.ndarray:
        if index in bad:
            raise ReadError(f"0001.npz: frame {index} is damaged.")
        return really(index)

    monkeypatch.setattr(recording, "frame", frame, raising=False)
    session.shown.loader.cache.clear()


def press(qtbot, window: MainWindow, key: str) -> None:
    """Trigger an action as soon as it can be done."""
    qtbot.waitUntil(window.action(key).isEnabled, timeout=WAIT_MS)
    window.action(key).trigger()


def bring_to(state: str, qtbot, session: Session, capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if state == "nothing open":
        return
    session.open_capture(capture)
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    files = {
        "laser recording": capture / "Type1" / "0001.npz",
        "frame that fails": capture / "Type1" / "0001.npz",
        "picture": next((capture / "Car-Normal").iterdir()),
        "file that fails": capture / "Type1" / "broken.npz",
    }
    if state not in files:
        return
    session.select(files[state])
    qtbot.waitUntil(lambda: session.opening is None, timeout=WAIT_MS)
    if state == "frame that fails":
        fail_frames(session, monkeypatch, set(range(400)))
        session.seek(200)
        qtbot.waitUntil(lambda: session.problem != "", timeout=WAIT_MS)


# -- actions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_every_action_can_be_triggered_in_every_state(
    qtbot, window: MainWindow, session: Session, capture: Path, silent, monkeypatch, state: str
) -> None:
    monkeypatch.setattr(session, "open_sample", lambda: None)  # making it takes long and is tested elsewhere
    bring_to(state, qtbot, session, capture, monkeypatch)
    for row in ACTIONS:
        if row.key == "quit":
            continue
        window.do(row)
        window.action(row.key).trigger()
        qtbot.wait(1)
    for job in session.jobs:
        job.cancel()
    qtbot.waitUntil(lambda: not session.jobs, timeout=WAIT_MS)
    window.grab()


@pytest.mark.parametrize("state", STATES)
def test_every_view_can_be_painted_in_every_state_and_dress(
    qtbot, window: MainWindow, session: Session, capture: Path, monkeypatch, state: str
) -> None:
    bring_to(state, qtbot, session, capture, monkeypatch)
    for dress in ("light", "dark"):
        theme.wear(QApplication.instance(), dress)
        for dock in window.docks.values():
            dock.raise_()
            dock.grab()
        picture = window.grab().toImage()
        ground = picture.pixelColor(picture.width() // 2, picture.height() - 3).lightness()
        assert (ground > 128) == (dress == "light")


def test_an_action_that_cannot_be_done_now_does_nothing(window: MainWindow, session: Session) -> None:
    said: list[str] = []
    session.message.connect(said.append)
    for row in ACTIONS:
        if not row.enabled(session):
            window.do(row)
    assert said == []
    assert session.capture is None


def test_actions_are_enabled_as_the_state_changes(qtbot, window: MainWindow, shown: Session) -> None:
    qtbot.waitUntil(lambda: window.action("play").isEnabled(), timeout=WAIT_MS)
    assert not window.action("undo").isEnabled()
    shown.flagged.flag(1, 1)
    qtbot.waitUntil(lambda: window.action("undo").isEnabled(), timeout=WAIT_MS)
    assert window.action("lock_scale").isChecked() is False
    window.action("lock_scale").trigger()
    qtbot.waitUntil(lambda: window.action("lock_scale").isChecked(), timeout=WAIT_MS)


def test_keys_go_on_past_a_file_that_cannot_be_read(
    qtbot, window: MainWindow, opened: Session, capture
) -> None:
    pictures = sorted((capture / "Car-Normal").iterdir())
    pictures[0].write_bytes(b"")
    opened.select(pictures[0])
    qtbot.waitUntil(lambda: opened.problem != "", timeout=WAIT_MS)
    press(qtbot, window, "next_frame")
    qtbot.waitUntil(lambda: opened.recording is not None, timeout=WAIT_MS)
    assert opened.recording.path == pictures[1]


def test_a_damaged_frame_is_said_and_the_others_still_go(
    qtbot, window: MainWindow, shown: Session, monkeypatch
) -> None:
    fail_frames(shown, monkeypatch, {50})
    shown.seek(50)
    qtbot.waitUntil(lambda: "frame 50 is damaged" in shown.problem, timeout=WAIT_MS)
    press(qtbot, window, "next_frame")
    qtbot.waitUntil(lambda: shown.frame_index == 51 and shown.frame is not None, timeout=WAIT_MS)
    assert shown.problem == ""
    press(qtbot, window, "previous_frame")
    qtbot.waitUntil(lambda: shown.problem != "", timeout=WAIT_MS)
    press(qtbot, window, "previous_frame")
    qtbot.waitUntil(lambda: shown.frame_index == 49 and shown.problem == "", timeout=WAIT_MS)


def test_playing_into_damage_stops_there_and_says_so(
    qtbot, window: MainWindow, shown: Session, monkeypatch
) -> None:
    recording = shown.recording
    assert recording is not None
    really = recording.frames

    def frames(first: int, stop: int) -> np.ndarray:
        if stop > 200:
            raise ReadError("0001.npz: damaged behind frame 199.")
        return really(first, stop)

    monkeypatch.setattr(recording, "frames", frames, raising=False)
    fail_frames(shown, monkeypatch, set(range(200, 400)))
    shown.playback.set_speed(1000)
    shown.playback.play()
    qtbot.waitUntil(lambda: shown.problem != "", timeout=WAIT_MS)
    assert not shown.playback.playing
    qtbot.wait(50)
    assert "damaged" in shown.problem  # and it stays where it can be read


# -- flags and what is kept --------------------------------------------------------------------------------


def test_another_capture_has_nothing_to_undo(
    qtbot, window: MainWindow, shown: Session, tmp_path: Path
) -> None:
    shown.flagged.flag(1, 1)
    first = shown.capture
    (tmp_path / "other").mkdir()
    shown.open_capture(tmp_path / "other")
    assert not shown.undo_stack.canUndo()
    window.action("undo").trigger()
    assert first is not None
    assert len(shown.store.flags(first)) == 1


def test_a_store_that_fails_is_said_and_nothing_can_be_undone(
    qtbot, window: MainWindow, shown: Session, monkeypatch
) -> None:
    def full(*args: object) -> None:
        raise StoreError("Flags could not be kept (No space left on device).")

    monkeypatch.setattr(shown.store, "add_flag", full)
    with qtbot.waitSignal(shown.message) as said:
        press(qtbot, window, "flag")
    assert "No space left" in said.args[0]
    assert shown.flagged.flags == []
    assert not shown.undo_stack.canUndo()


def test_an_undo_that_fails_is_said(qtbot, window: MainWindow, shown: Session, monkeypatch) -> None:
    shown.flagged.flag(1, 1)

    def full(*args: object) -> None:
        raise StoreError("Flags could not be kept (disk gone).")

    monkeypatch.setattr(shown.store, "remove_flag", full)
    with qtbot.waitSignal(shown.message) as said:
        shown.undo_stack.undo()
    assert "disk gone" in said.args[0]
    assert len(shown.flagged.flags) == 1


def broken_settings(tmp_path: Path) -> Settings:
    """Settings that can never be saved."""
    (tmp_path / "taken").write_text("a file where the folder should be")
    return Settings(tmp_path / "taken" / "settings.json")


def test_settings_that_cannot_be_kept_stop_nothing(qtbot, qapp, tmp_path: Path, capture: Path) -> None:
    session = Session(broken_settings(tmp_path), ReviewStore(tmp_path / "review.sqlite"))
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    said: list[str] = []
    session.message.connect(said.append)
    session.open_capture(capture)
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    session.select(capture / "Type1" / "0001.npz")
    qtbot.waitUntil(lambda: session.recording is not None, timeout=WAIT_MS)
    for key in ("theme", "palette", "peak_hold"):
        qtbot.waitUntil(window.action(key).isEnabled, timeout=WAIT_MS)
        said.clear()
        window.action(key).trigger()
        assert any("could not be saved" in text for text in said), key
    assert session.display.palette != "inferno"
    assert session.playback.peak_hold is False
    window.close()
    assert not any(worker.isRunning() for worker in session.workers)
    theme.wear(qapp, "dark")


def test_a_palette_nobody_knows_falls_back(qtbot, tmp_path: Path, capture: Path) -> None:
    (tmp_path / "settings.json").write_text('{"palette": "nope", "window": {"geometry": 5, "state": "%%"}}')
    window = make_window(Settings(tmp_path / "settings.json"), tmp_path / "review.sqlite")
    qtbot.addWidget(window)
    assert window.session.display.palette == "inferno"
    window.close()


def test_a_store_that_is_a_folder_ends_the_start_with_a_sentence(qapp, tmp_path: Path, capsys) -> None:
    (tmp_path / "review.sqlite").mkdir()
    assert run_window(None, store=tmp_path / "review.sqlite") == 1
    said = capsys.readouterr().err
    assert "review.sqlite" in said
    assert said.count("\n") == 1


# -- docks, dress, drops -----------------------------------------------------------------------------------


def test_docks_can_be_hidden_floated_and_put_back(qtbot, window: MainWindow) -> None:
    for dock in window.docks.values():
        dock.hide()
    window.docks["Flags"].setFloating(True)
    window.action("reset_layout").trigger()
    assert not any(dock.isHidden() or dock.isFloating() for dock in window.docks.values())
    assert window.width() <= 1280


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
def test_long_names_never_widen_the_window(
    qtbot, window: MainWindow, session: Session, tmp_path, size
) -> None:
    folder = tmp_path / ("f" * 200)
    folder.mkdir()
    name = "n" * 190
    np.savez(folder / f"{name}.npz", image=np.zeros((30, 4, 4), np.uint16))
    window.resize(*size)
    window.reset_layout()
    session.open_capture(folder)
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    session.select(folder / f"{name}.npz")
    qtbot.waitUntil(lambda: session.recording is not None, timeout=WAIT_MS)
    session.flagged.flag(0, 0, "r" * 300, "n" * 3000)
    session.score()
    for dock in window.docks.values():
        dock.raise_()
        qtbot.wait(1)
    assert window.minimumSizeHint().width() <= 1280
    assert (window.width(), window.height()) == size
    qtbot.waitUntil(lambda: not session.jobs, timeout=WAIT_MS)


def test_the_theme_is_switched_and_every_icon_and_picture_follows(
    qtbot, window: MainWindow, shown, qapp
) -> None:
    theme.wear(qapp, "dark")
    dark = window.action("open_folder").icon().pixmap(20, 20).toImage()
    window.action("theme").trigger()
    assert theme.current().name == "light"
    assert shown.settings["theme"] == "light"
    assert window.action("open_folder").icon().pixmap(20, 20).toImage() != dark
    window.action("theme").trigger()
    assert window.action("open_folder").icon().pixmap(20, 20).toImage() == dark


def drop(window: MainWindow, data: QMimeData) -> bool:
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(100, 100), Qt.DropAction.CopyAction, data, left, none)
    event.ignore()
    window.dropEvent(event)
    return event.isAccepted()


def mime(*urls: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    return data


def test_a_folder_and_a_file_can_be_dropped(
    qtbot, window: MainWindow, session: Session, capture: Path
) -> None:
    assert drop(window, mime(QUrl.fromLocalFile(str(capture)).toString()))
    assert session.capture == capture
    assert drop(window, mime(QUrl.fromLocalFile(str(capture / "Type1" / "0002.npz")).toString()))
    qtbot.waitUntil(lambda: session.recording_id == "0002", timeout=WAIT_MS)


def test_several_files_can_be_dropped_and_are_listed_alone(
    qtbot, window: MainWindow, session: Session, capture: Path
) -> None:
    files = [capture / "Type1" / "0002.npz", capture / "Type10" / "0004.npz"]
    assert drop(window, mime(*(QUrl.fromLocalFile(str(file)).toString() for file in files)))
    qtbot.waitUntil(lambda: session.recording_id == "Type1/0002", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    assert session.capture == capture
    assert session.browsing.sequence("Type1/0002.npz") == ["Type1/0002.npz", "Type10/0004.npz"]
    assert "2 of 11 recordings were chosen" in window.tree.line.text()
    session.browsing.go(1)
    qtbot.waitUntil(lambda: session.recording_id == "Type10/0004", timeout=WAIT_MS)
    session.browsing.read_again()
    assert session.browsing.matches is None


@pytest.mark.parametrize("urls", [(), ("https://example.org/x.npz",), ("mailto:x",)])
def test_what_is_no_file_is_not_taken(window: MainWindow, session: Session, urls: tuple[str, ...]) -> None:
    assert dropped_paths(mime(*urls)) == []
    assert not drop(window, mime(*urls))
    text = QMimeData()
    text.setData("text/plain", QByteArray(b"/etc/passwd"))
    assert not drop(window, text)
    assert session.capture is None


def test_recent_captures_are_offered_in_the_menu(
    qtbot, window: MainWindow, session: Session, tmp_path
) -> None:
    window.controls.recent.aboutToShow.emit()
    assert [action.text() for action in window.controls.recent.actions()] == ["Nothing opened yet"]
    for name in ("a&b", "c"):
        (tmp_path / name).mkdir()
        session.open_capture(tmp_path / name)
    window.controls.recent.aboutToShow.emit()
    first, second = window.controls.recent.actions()
    assert first.text().endswith("/c")
    assert second.text().endswith("/a&&b")
    second.trigger()
    assert session.capture == tmp_path / "a&b"


def test_the_picture_can_be_copied_also_when_it_is_out_of_sight(qtbot, window: MainWindow, shown) -> None:
    press(qtbot, window, "copy_picture")
    assert not QGuiApplication.clipboard().image().isNull()
    view = window.frame_view
    view.set_view(view._view.panned(QPointF(10_000, 10_000), view.frame_size, (500.0, 400.0)))
    window.action("copy_picture").trigger()
    window.grab()


def test_the_front_tab_follows_the_kind_of_recording(
    qtbot, window: MainWindow, opened, capture: Path
) -> None:
    opened.select(next((capture / "Car-Normal").iterdir()))
    qtbot.waitUntil(lambda: opened.recording is not None, timeout=WAIT_MS)
    assert not window.docks["Density"].visibleRegion().isEmpty()
    opened.select(capture / "Type1" / "0001.npz")
    qtbot.waitUntil(lambda: len(opened.recording or ()) > 1, timeout=WAIT_MS)
    assert not window.docks["Scores"].visibleRegion().isEmpty()


# -- the end -----------------------------------------------------------------------------------------------


def test_closing_ends_every_thread_while_jobs_run(qtbot, window: MainWindow, shown: Session) -> None:
    started: set[str] = set()
    closed: set[str] = set()

    def endless(name: str):
        def steps() -> Steps:
            try:
                started.add(name)
                while True:
                    yield Progress(1, 0, None, "steps")
            finally:
                closed.add(name)

        return steps

    names = {worker.objectName() for worker in shown.workers}
    for worker in shown.workers:
        name = worker.objectName()
        shown.submit(worker, Job(name, endless(name)), lambda progress: None)
        shown.submit(worker, Job(f"{name} waiting", endless(f"{name} waiting")), lambda progress: None)
    qtbot.waitUntil(lambda: started == names, timeout=WAIT_MS)
    shown.playback.play()
    window.close()
    assert started == closed == names
    assert not any(thread.isRunning() for thread in (*shown.workers, shown.shown.loader))
    assert not shown.playback.playing


def test_nothing_starts_any_more_after_the_end(qtbot, window: MainWindow, shown: Session) -> None:
    window.close()
    late = shown.submit(shown.scan_worker, Job("late", lambda: iter(())), lambda progress: None)  # type: ignore[arg-type, return-value]
    shown.browsing.look_at(["Type1/0002.npz"])
    shown.seek(300)
    qtbot.wait(20)
    assert late.cancelled
    assert not any(worker.isRunning() for worker in shown.workers)
    window.close()
    shown.shown.loader.close()
