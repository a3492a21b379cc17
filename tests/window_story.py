"""What the stories in the real window share: how long they wait, and where their pictures are kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtTest import QTest

from thermview.gui.main_window import MainWindow

WAIT_MS = 60_000
ARTEFACTS = Path(__file__).resolve().parents[1] / "artefacts"


def keep_picture(window: MainWindow, name: str) -> None:
    """A screenshot among the build's artefacts."""
    ARTEFACTS.mkdir(exist_ok=True)
    QTest.qWait(100)
    assert window.grab().save(str(ARTEFACTS / f"{name}.png"))
