"""Running the command line: in this process where speed matters, as a real program where it must be one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from thermview.cli import app


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    status: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """The JSON objects on stdout, one per line; no other line may stand there."""
        return [json.loads(line) for line in self.out.splitlines()]


def here(*words: object) -> Ran:
    """Run in this process; what is no clean exit fails the test with its own traceback."""
    result = CliRunner().invoke(app, [str(word) for word in words], prog_name="thermview")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def program(*words: object, cwd: Path | None = None, **environment: str) -> Ran:
    """Run as a program of its own, with the test's own folders."""
    done = subprocess.run(
        [sys.executable, "-m", "thermview", *(str(word) for word in words)],
        capture_output=True, text=True, check=False, timeout=240, cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), **environment},
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)
