"""Starts the installed program as a user does and waits for its word that it is ready; for any installation.

    python packaging/smoke_test.py [PROGRAM]

PROGRAM is the installed command, `thermview` if left out. Where a display is (Xvfb will do), the window is
opened on a tiny sample capture, has to say that it is ready, and is closed; else its off-screen mode is used.
Needs nothing but Python.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

READY = "ThermView is ready."
PATIENCE_S = 120.0
TINY = {
    "batches": 1, "recordings-per-batch": 2, "faulty-per-batch": 1, "frames": 400, "pictures": 1,
    "crops-per-session": 1, "frames-per-session": 0, "drawn-sessions": 1,
}  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Run all checks; 0 where the installation works."""
    program = shutil.which(arguments[0] if arguments else "thermview")
    if program is None:
        print("smoke test: the program is not installed, or not on the path")
        return 1
    with TemporaryDirectory() as folder:
        environment = _own_folders(Path(folder))
        try:
            _check_commands(program, Path(folder), environment)
            _check_window(program, Path(folder) / "sample", environment)
        except AssertionError as error:
            print(f"smoke test: {error}")
            return 1
    print("smoke test: the installation works")
    return 0


def _own_folders(folder: Path) -> dict[str, str]:
    names = ("CONFIG", "DATA", "CACHE")
    return {**os.environ, **{f"THERMVIEW_{name}_DIR": str(folder / name.lower()) for name in names}}


def _check_commands(program: str, folder: Path, environment: dict[str, str]) -> None:
    """A sample is made, described and scored: readers, models and resources are all there."""
    sample = folder / "sample"
    sizes = [f"--{name}={value}" for name, value in TINY.items()]
    _ran([program, "sample", str(sample), *sizes], environment)
    laser = str(sample / "laser")
    described = [
        json.loads(line) for line in _ran([program, "info", laser, "--json"], environment).splitlines()
    ]
    assert len(described) == 2, f"info tells of {len(described)} recordings, not of 2"
    scored = [
        json.loads(line) for line in _ran([program, "score", laser, "--json"], environment).splitlines()
    ]
    assert len(scored) == 2, f"score tells of {len(scored)} recordings, not of 2"
    assert all(record["model"]["sha256"] for record in scored), "the scores name no model"
    exported = folder / "exported"
    _ran([program, "export", laser, "--frames", "0", "--format", "png", "-o", str(exported)], environment)
    assert (exported / "manifest.json").is_file(), "nothing was exported"


def _ran(command: Sequence[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )
    said = done.stderr.strip()
    assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}: {said}"
    return done.stdout


def _check_window(program: str, capture: Path, environment: dict[str, str]) -> None:
    """The window opens on the capture and says that it is ready."""
    if not any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        environment = {**environment, "QT_QPA_PLATFORM": "offscreen"}
    log = capture.parent / "window.log"
    with log.open("w") as stream:
        window = subprocess.Popen([program, str(capture)], env=environment, stderr=stream, stdout=stream)
        try:
            _wait_until_ready(window, log)
        finally:
            window.terminate()
            window.wait(timeout=PATIENCE_S)


def _wait_until_ready(window: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while READY not in log.read_text():
        assert window.poll() is None, f"the window ended with {window.returncode}: {log.read_text()}"
        assert time.monotonic() < end, f"the window was not ready after {PATIENCE_S:.0f} s: {log.read_text()}"
        time.sleep(0.1)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
