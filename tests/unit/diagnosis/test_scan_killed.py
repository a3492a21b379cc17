"""A scan that is killed, not stopped, at any moment goes on and gives the table of one run through."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from unit.diagnosis.picture_sets import assert_same_table, scanned, write_hostile, write_set

from thermview.diagnosis import scan_blocks

_SCAN = """
import sys
from pathlib import Path
from thermview.diagnosis import scan_blocks
from thermview.diagnosis.scan import scan_pictures
scan_blocks.BLOCK_FILES = 4
for _ in scan_pictures(Path(sys.argv[1]), cache=Path(sys.argv[2])):
    pass
"""
_LIMIT_S = 60


def kept(cache):
    return sum(path.stat().st_size for path in cache.glob("*"))


def test_killed_three_times(tmp_path, monkeypatch):
    monkeypatch.setattr(scan_blocks, "BLOCK_FILES", 4)
    root, cache = tmp_path / "set", tmp_path / "cache"
    write_set(root, sessions=8, frames=16)
    write_hostile(root)
    whole = scanned(root, tmp_path / "one run")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    killed = 0
    for _ in range(3):
        before = kept(cache)
        process = subprocess.Popen([sys.executable, "-c", _SCAN, str(root), str(cache)], env=environment)
        until = time.monotonic() + _LIMIT_S
        while process.poll() is None and kept(cache) < before + 8 * 31_000 and time.monotonic() < until:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
    assert killed == 3
    assert 0 < kept(cache) < kept(tmp_path / "one run")
    assert_same_table(scanned(root, cache), whole)
    assert kept(cache) <= kept(tmp_path / "one run") + 3 * 4 * 31_000  # what was in hand, at most
