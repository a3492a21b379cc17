"""The questions the window asks: what an answer does, and what a wrong one does not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest_values import WAIT_MS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QInputDialog, QTextBrowser

from thermview.capture.context import Context
from thermview.gui.dialogs import Ask, FlagWords, Page, TwoValues, decimals_for, frame_of
from thermview.gui.main_window import MainWindow
from thermview.gui.parts import theme
from thermview.gui.session import Session
from thermview.gui.settings_dialog import SettingsDialog
from thermview.gui.work.frame_loader import Opened
from thermview.recording import RAW_COUNTS, ArrayRecording
from thermview.settings import Settings


@pytest.fixture
def window(qtbot, session: Session) -> MainWindow:
    made = MainWindow(session)
    qtbot.addWidget(made)
    return made


def show(session: Session, frames: np.ndarray, **more: object) -> None:
    recording = ArrayRecording("made", Path("made.npy"), "array", frames, RAW_COUNTS, **more)  # type: ignore[arg-type]
    session._opened(Opened(recording, Context("made"), frames[0], 0))


def answer(monkeypatch: pytest.MonkeyPatch, accept: bool, act=lambda dialog: None) -> list[QDialog]:
    """Answer every dialog without showing it."""
    asked: list[QDialog] = []

    def run(dialog: QDialog) -> bool:
        asked.append(dialog)
        act(dialog)
        dialog.deleteLater()
        return accept

    monkeypatch.setattr(Ask, "run", staticmethod(run))
    return asked


# -- frame or time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("1", 0), (" 400 ", 399), ("1\u2009000", None), ("1 00", 99), ("0", None), ("401", None), ("-1", None),
        ("0.1 s", 100), ("0,1s", 100), ("100 ms", 100), ("1e-1 s", 100), ("99 s", 399), ("0.25", 250),
        ("nan", None), ("inf s", None), ("1e400 s", None), ("", None), ("s", None), ("ms", None), ("x", None),
        ("9" * 5000, None), ("²", None), ("٣", 2), ("--", None), ("1;2", None), ("\ud800", None),
    ],
)  # fmt: skip
def test_a_frame_or_a_time_as_typed(session: Session, text: str, index: int | None) -> None:
    show(session, np.zeros((400, 2, 2), np.uint8), frame_rate=1000.0)
    assert frame_of(text, session) == index


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=12))
def test_whatever_is_typed_is_a_frame_or_nothing(session: Session, text: str) -> None:
    if session.recording is None:
        show(session, np.zeros((400, 2, 2), np.uint8), frame_rate=1000.0)
    found = frame_of(text, session)
    assert found is None or 0 <= found < 400


def test_without_a_clock_a_time_means_nothing(session: Session) -> None:
    assert frame_of("1", session) is None
    show(session, np.zeros((400, 2, 2), np.uint8))
    assert frame_of("0.1 s", session) is None
    assert frame_of("7", session) == 6


def test_go_to_goes_or_says_why_not(qtbot, window: MainWindow, shown: Session, monkeypatch) -> None:
    typed = iter([("50", True), ("nonsense", True), ("60", False)])
    monkeypatch.setattr(QInputDialog, "getText", lambda *args: next(typed))
    window.ask.go_to()
    qtbot.waitUntil(lambda: shown.frame_index == 49, timeout=WAIT_MS)
    with qtbot.waitSignal(shown.message) as said:
        window.ask.go_to()
    assert "'nonsense' is neither a frame from 1 to 400 nor a time" in said.args[0]
    window.ask.go_to()
    assert shown.wished_index == 49


# -- ends and isotherms ------------------------------------------------------------------------------------


@given(st.floats(-1e12, 1e12), st.floats(1e-9, 1e12))
def test_two_ends_can_be_told_apart_as_typed(low: float, span: float) -> None:
    high = low + span
    decimals = decimals_for((low, high))
    assert 1 <= decimals <= 15
    if span > 1e-6 and abs(low) < 1e6:
        assert round(low, decimals) < round(high, decimals)


def test_typed_ends_are_taken_in_either_order(window: MainWindow, session: Session, monkeypatch) -> None:
    show(session, np.array([[[0, 4000]]], np.uint16))

    def swap(dialog: TwoValues) -> None:
        assert dialog.values == (0, 4000)
        assert dialog._boxes[0].suffix() == " DN"
        dialog._boxes[0].setValue(3000)
        dialog._boxes[1].setValue(1000)

    answer(monkeypatch, True, swap)
    window.ask.scale_ends()
    assert session.limits == (1000, 3000)
    assert session.display.scale_mode == "manual"


def test_small_values_are_not_rounded_away(window: MainWindow, session: Session, monkeypatch) -> None:
    show(session, np.array([[[0.00012, 0.00034]]]))
    answer(monkeypatch, True)
    window.ask.scale_ends()
    assert session.limits == pytest.approx((0.00012, 0.00034), rel=1e-3)


def test_a_cancelled_question_changes_nothing(window: MainWindow, session: Session, monkeypatch) -> None:
    show(session, np.array([[[0, 4000]]], np.uint16))
    asked = answer(monkeypatch, False)
    before = session.display
    window.ask.scale_ends()
    window.ask.isotherm()
    window.ask.flag()
    window.ask.settings()
    assert len(asked) == 4
    assert session.display == before


def test_an_isotherm_is_asked_for_and_shown(window: MainWindow, session: Session, monkeypatch) -> None:
    show(session, np.array([[[0, 4000]]], np.uint16))

    def choose(dialog: TwoValues) -> None:
        assert dialog.values == (3000, 4000)
        assert dialog.choice.currentText() == "above"
        dialog.choice.setCurrentText("interval")

    answer(monkeypatch, True, choose)
    window.ask.isotherm()
    isotherm = session.display.isotherm
    assert (isotherm.kind, isotherm.low, isotherm.high) == ("interval", 3000, 4000)


def test_an_isotherm_above_asks_for_one_value_and_keeps_it(
    window: MainWindow, session: Session, monkeypatch
) -> None:
    show(session, np.array([[[0, 4000]]], np.uint16))

    def choose(dialog: TwoValues) -> None:
        low, high = dialog._boxes
        assert (low.isEnabled(), high.isEnabled()) == (True, False)
        low.setValue(9000)  # more than the other value, which does not count here

    answer(monkeypatch, True, choose)
    window.ask.isotherm()
    assert session.display.isotherm.kind == "above"
    assert session.display.isotherm.low == 9000


# -- flags, settings, files --------------------------------------------------------------------------------


def test_a_flag_gets_its_words(window: MainWindow, shown: Session, monkeypatch) -> None:
    def write(dialog: FlagWords) -> None:
        dialog.reason.setText("  power ")
        dialog.note.setText("<b>한국어</b>")

    answer(monkeypatch, True, write)
    shown.set_range(3, 8)
    window.ask.flag()
    assert [(f.first, f.last, f.reason, f.note) for f in shown.flagged.flags] == [
        (3, 8, "power", "<b>한국어</b>")
    ]


def test_every_setting_has_an_editor_that_keeps_its_value(qtbot, tmp_path: Path) -> None:
    kept = Settings(tmp_path / "settings.json")
    dialog = SettingsDialog(kept)
    qtbot.addWidget(dialog)
    dialog.apply()
    assert not (tmp_path / "settings.json").exists()
    assert {"theme", "palette", "author", "peak_hold", "frame_cache_mb"} <= set(dialog._read)


@pytest.mark.parametrize("size", [-5, 0, 10**12])
def test_an_odd_memory_setting_still_has_an_editor(qtbot, tmp_path: Path, size: int) -> None:
    (tmp_path / "settings.json").write_text(f'{{"frame_cache_mb": {size}, "palette": "nope"}}')
    dialog = SettingsDialog(Settings(tmp_path / "settings.json"))
    qtbot.addWidget(dialog)
    dialog.apply()
    assert 16 <= Settings(tmp_path / "settings.json")["frame_cache_mb"] <= 65_536


def test_settings_that_cannot_be_kept_are_said_and_hold(
    qtbot, window: MainWindow, session: Session, monkeypatch, tmp_path: Path
) -> None:
    session.settings._path = tmp_path / "settings.json" / "not" / "possible"
    (tmp_path / "settings.json").write_text("{}")

    def light(dialog: SettingsDialog) -> None:
        dialog._read["theme"] = lambda: "light"

    answer(monkeypatch, True, light)
    with qtbot.waitSignal(session.message) as said:
        window.action("settings").trigger()
    assert "could not be saved" in said.args[0]
    assert session.settings["theme"] == "light"
    assert theme.current().name == "light"
    theme.wear(QApplication.instance(), "dark")


def test_files_are_asked_for_and_opened(
    qtbot, window: MainWindow, session: Session, capture, monkeypatch
) -> None:
    file = capture / "Type1" / "0002.npz"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: str(capture))
    window.ask.open_folder()
    assert session.capture == capture
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *args: ([str(file)], ""))
    window.ask.open_file()
    qtbot.waitUntil(lambda: session.recording_id == "0002", timeout=WAIT_MS)
    assert session.capture == file.parent
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *args: ([], ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: ("", ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *args: "")
    window.ask.open_file()
    window.ask.open_folder()
    window.ask.choose_model()
    assert session.capture == file.parent


# -- pages -------------------------------------------------------------------------------------------------


def test_a_page_that_is_missing_says_so(qtbot, window: MainWindow, tmp_path: Path) -> None:
    page = Page("User guide", None, window, source=tmp_path / "gone.md")
    qtbot.addWidget(page)
    assert "missing" in page.findChild(QTextBrowser).toPlainText()


def test_every_page_has_words(qtbot, window: MainWindow, monkeypatch) -> None:
    words: list[str] = []
    answer(monkeypatch, False, lambda page: words.append(page.findChild(QTextBrowser).toPlainText()))
    for ask in (window.ask.shortcuts, window.ask.guide, window.ask.about):
        ask()
    assert all(len(text) > 60 for text in words)
    assert "Ctrl+O" in words[0]
