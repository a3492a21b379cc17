"""No command writes into the capture it reads."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from cli_runs import here


@pytest.mark.parametrize(
    "command",
    [
        ("frame", "capture/a.npy", "0", "-o", "capture/a.npy"),
        ("export", "capture", "--frames", "0", "--format", "npy", "-o", "capture/out"),
        ("score", "capture", "--out", "capture/scores.csv"),
    ],
)
def test_commands_leave_a_capture_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "capture").mkdir()
    np.save("capture/a.npy", np.arange(120, dtype=np.uint16).reshape(2, 6, 10))
    before = hashlib.sha256(Path("capture/a.npy").read_bytes()).hexdigest()
    result = here(*command)
    assert result.status == 1
    assert "never written to" in result.err
    assert [path.name for path in Path("capture").iterdir()] == ["a.npy"]
    assert hashlib.sha256(Path("capture/a.npy").read_bytes()).hexdigest() == before
