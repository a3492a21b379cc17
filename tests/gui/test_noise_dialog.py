"""The dialog of noise and drift: sentences that can be copied, or why there are none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from conftest_values import WAIT_MS
from PySide6.QtGui import QGuiApplication

from thermview.gui.noise_dialog import NoiseDialog
from thermview.gui.session import Session
from thermview.recording import APPARENT_TEMPERATURE, ArrayRecording


def recording(frames: np.ndarray) -> ArrayRecording:
    return ArrayRecording("plate", Path("plate.npy"), "array", frames, APPARENT_TEMPERATURE, 50.0)


def test_what_is_found_can_be_copied(qtbot, session: Session) -> None:  # type: ignore[no-untyped-def]
    frames = 30 + np.random.default_rng(0).normal(0, 0.04, (80, 20, 20)).astype(np.float32)
    dialog = NoiseDialog(session, recording(frames))
    dialog.show()
    qtbot.waitUntil(dialog.copy.isEnabled, timeout=WAIT_MS)
    assert dialog.words.text().startswith("NETD (temporal noise): ")
    dialog.copy.click()
    assert QGuiApplication.clipboard().text().startswith("plate\nNETD")
    dialog.close()


def test_what_cannot_be_told_says_why(qtbot, session: Session) -> None:  # type: ignore[no-untyped-def]
    dialog = NoiseDialog(session, recording(np.zeros((3, 20, 20), np.float32)))
    dialog.show()
    qtbot.waitUntil(lambda: "at least 8 frames" in dialog.words.text(), timeout=WAIT_MS)
    assert not dialog.copy.isEnabled()
    dialog.close()
