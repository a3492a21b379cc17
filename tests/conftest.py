"""Every test has settings, data and cache folders of its own, and no test opens a window on the screen."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples every time: a run that fails fails again. HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)  # a busy machine fails no law
settings.register_profile("search", derandomize=False, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

# Before anything loads NumPy: small matrices on many threads take ten times as long where other programs run too.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Before anything makes a QApplication: without a word from outside (bootstrap.py gives its virtual screen)
# windows are drawn off-screen.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def plain_arithmetic() -> None:
    """ONNX Runtime leaves the thread it worked in with the smallest numbers flushed to zero.

    Harmless for pixels, yet Hypothesis refuses to make floats like that; C's default environment ends it.
    """
    if sys.platform == "linux":
        default_environment = ctypes.c_void_p(-1)  # FE_DFL_ENV of glibc
        ctypes.CDLL("libm.so.6").fesetenv(default_environment)


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that holds this test's settings, data and cache; nothing of the user's is read or written."""
    folder = tmp_path_factory.mktemp("own", numbered=True)
    for name in ("CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"THERMVIEW_{name}_DIR", str(folder / name.lower()))
    return folder
