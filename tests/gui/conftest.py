"""A window on captures made in the test's own folder; settings, flags and caches are the test's own too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest_values import WAIT_MS
from qt_fixtures import collected_in_this_thread, qapp
from small_capture_files import write_batch, write_picture

from thermview.gui.session import Session
from thermview.review.store import ReviewStore
from thermview.settings import Settings

__all__ = ["collected_in_this_thread", "qapp"]


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """Two laser batches of three short recordings, four pictures in two classes, one broken file."""
    folder = tmp_path / "capture"
    rng = np.random.default_rng(5)
    write_batch(folder / "Type1", 1, 3, rng)
    write_batch(folder / "Type10", 4, 3, rng)
    for name in ("Car-Normal", "Car-Overheat"):
        for number in range(2):
            write_picture(
                folder / name / f"CAR_NOM_21.01.0{number + 1}_CIC_A1016-A1110_D3_00000{number}_bbox0.png", rng
            )
    (folder / "Type1" / "broken.npz").write_bytes(b"this is no archive")
    return folder


@pytest.fixture
def session(qapp: object, tmp_path: Path) -> Iterator[Session]:
    """A session whose flags and settings are the test's own."""
    made = Session(Settings(tmp_path / "settings.json"), ReviewStore(tmp_path / "review.sqlite"))
    yield made
    made.close()


@pytest.fixture
def opened(qtbot, session: Session, capture: Path) -> Session:  # type: ignore[no-untyped-def]
    """The session with the capture read to the end."""
    session.open_capture(capture)
    qtbot.waitUntil(lambda: not session.browsing.scanning, timeout=WAIT_MS)
    return session


@pytest.fixture
def shown(qtbot, opened: Session, capture: Path) -> Session:  # type: ignore[no-untyped-def]
    """The session with the first laser recording shown."""
    opened.select(capture / "Type1" / "0001.npz")
    qtbot.waitUntil(lambda: opened.recording is not None, timeout=WAIT_MS)
    return opened
