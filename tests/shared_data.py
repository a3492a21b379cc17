"""Where real files for tests lie: beside the checkout, read-only, and not on every machine."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the folder of real files is not on this machine"
)
