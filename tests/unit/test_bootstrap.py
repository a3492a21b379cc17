"""Decisions of packaging/bootstrap.py; what it does with the network and apt-get is done by every CI run."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, for a project in the test's own folder."""
    spec = importlib.util.spec_from_file_location("bootstrap", PROJECT / "packaging" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "PROJECT", tmp_path)
    monkeypatch.setattr(module, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "installed-from")
    (tmp_path / "pyproject.toml").write_text("[project]")
    return module


@pytest.fixture
def calls(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been run in the foreground; everything succeeds."""
    made: list[str] = []

    def call(command: list[object], environment: object = None) -> int:
        made.append(" ".join(str(word) for word in command))
        if "venv" in made[-1].split():
            python = bootstrap._python()
            python.parent.mkdir(parents=True)
            python.touch()
        return 0

    monkeypatch.setattr(bootstrap, "_call", call)
    monkeypatch.setattr(bootstrap, "_works", lambda python: python.is_file())
    monkeypatch.setattr(bootstrap, "_missing_libraries", set)
    return made


def test_it_needs_nothing_but_the_standard_library() -> None:
    script = PROJECT / "packaging" / "bootstrap.py"
    alone = [sys.executable, "-I", "-S", str(script), "--help"]  # -S: no installed packages
    done = subprocess.run(alone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "bootstrap.py demo" in done.stdout


def test_an_old_python_is_refused_with_a_sentence(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 10, 4))
    assert bootstrap.main(["demo"]) == 1
    assert "needs Python 3.11 or newer" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "status"), [([], 2), (["dance"], 2), (["--help"], 0)])
def test_without_an_order_it_explains_itself(
    bootstrap: ModuleType, words: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bootstrap.main(words) == status
    assert "bootstrap.py test [ARGS]" in capsys.readouterr().out


def test_it_installs_once_and_again_only_where_pyproject_changed(
    bootstrap: ModuleType, calls: list[str], tmp_path: Path
) -> None:
    assert bootstrap.main(["prepare"]) == 0
    assert len(calls) == 2
    assert "-m venv" in calls[0]
    assert calls[1].endswith(f"--editable {tmp_path}[test]")
    assert bootstrap.main(["prepare"]) == 0
    assert len(calls) == 2
    (tmp_path / "pyproject.toml").write_text("[project] # changed")
    assert bootstrap.main(["prepare"]) == 0
    assert len(calls) == 3


def test_a_failed_installation_is_tried_again(
    bootstrap: ModuleType,
    calls: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    succeed = bootstrap._call
    monkeypatch.setattr(bootstrap, "_call", lambda command: succeed(command) or ("pip" in list(command)))
    assert bootstrap.main(["run"]) == 1
    assert "Installing failed" in capsys.readouterr().err
    assert not bootstrap.STAMP.exists()


def test_orders_become_commands(bootstrap: ModuleType, calls: list[str]) -> None:
    bootstrap.main(["prepare"])
    del calls[:]
    bootstrap.main(["demo", "--out", "here"])
    bootstrap.main(["run", "info", "a.npz"])
    assert [call.partition(" ")[2] for call in calls] == [
        "-m thermview demo --out here",
        "-m thermview info a.npz",
    ]


@pytest.mark.parametrize("screen", [True, False])
def test_tests_run_on_a_virtual_screen_where_there_is_one(
    bootstrap: ModuleType, calls: list[str], monkeypatch: pytest.MonkeyPatch, screen: bool
) -> None:
    monkeypatch.setattr(bootstrap, "_install", lambda packages: False)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}" if screen else None)
    bootstrap.main(["prepare"])
    bootstrap.main(["test", "-k", "words"])
    assert calls[-1].startswith("xvfb-run") is screen
    assert calls[-1].endswith("-m pytest -k words")


def test_who_is_not_root_gets_the_one_command(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    assert bootstrap._install(["libegl1", "libxcb-cursor0"]) is False
    assert "sudo apt-get update && sudo apt-get install -y libegl1 libxcb-cursor0" in capsys.readouterr().err


def test_a_program_without_its_libraries_is_not_ready(
    bootstrap: ModuleType,
    calls: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wanted: list[str] = []
    monkeypatch.setattr(bootstrap, "_missing_libraries", lambda: {"libEGL.so.1", "libodd.so.7"})
    monkeypatch.setattr(bootstrap, "_install", lambda packages: wanted.extend(packages))
    assert bootstrap.main(["prepare"]) == 1
    assert wanted == ["libegl1"]
    assert "libodd.so.7" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("ldd") is None, reason="the loader's own tool is not on this machine")
def test_libraries_that_qt_lacks_are_found(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_python", lambda: Path(sys.executable))
    real, asked = subprocess.run, []

    def run(command, **more):  # type: ignore[no-untyped-def]
        if command[0] != "ldd":
            return real(command, **more)
        asked.extend(Path(part).name for part in command[1:])
        told = "libqxcb.so:\n\tlibxcb-cursor.so.0 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n"
        return subprocess.CompletedProcess(command, 1, told, "")

    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    assert bootstrap._missing_libraries() == {"libxcb-cursor.so.0"}
    assert {"libqxcb.so", "libQt6Gui.so.6"} <= set(asked)
