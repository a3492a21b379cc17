"""Stories through the real window; on the virtual screen where the test command provides one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from qt_fixtures import collected_in_this_thread, qapp

from thermview.gui.app import make_application, make_window
from thermview.gui.main_window import MainWindow
from thermview.gui.parts import theme
from thermview.settings import Settings

__all__ = ["collected_in_this_thread", "qapp"]


@pytest.fixture
def window_size() -> tuple[int, int]:
    """Width and height of the story's window; a story may have its own."""
    return 1280, 800


@pytest.fixture
def window(tmp_path: Path, window_size: tuple[int, int]) -> Iterator[MainWindow]:
    """The program's window with the keyboard, on settings and flags of its own."""
    application = make_application()
    made = make_window(Settings(tmp_path / "settings.json"), tmp_path / "review.sqlite")
    made.resize(*window_size)
    made.reset_layout()
    made.show()
    made.activateWindow()
    assert QTest.qWaitForWindowActive(made, 5000)
    yield made
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, 0)
    QApplication.processEvents()
    theme.wear(application, "dark")
