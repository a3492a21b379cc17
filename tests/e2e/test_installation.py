"""Installed as a plain wheel, away from the checkout, the program finds its models and resources."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FOUND = """
import thermview
from thermview import paths
from thermview.inference import catalogue
from thermview.review import typeface
print(thermview.__file__)
print(*sorted(entry.path.name for entry in catalogue() if entry.shipped and entry.card))
print(*sorted(path.name for path in paths.resources_folder().iterdir()))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package alone in a folder; what it depends on is where this Python has it."""
    if not (PROJECT / "README.md").is_file():
        pytest.fail("the wheel cannot be built: README.md, which pyproject.toml names, is not there")
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run(
        [*pip, "--target", str(target), str(PROJECT)],
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture
def environment(installed: Path) -> dict[str, str]:
    """Programs and modules of the installed package come first; nothing of the checkout is on the path."""
    return {
        **os.environ,
        "PYTHONPATH": str(installed),
        "PATH": os.pathsep.join([str(installed / "bin"), os.environ["PATH"]]),
    }


def test_models_and_resources_are_in_the_wheel(
    installed: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FOUND],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    where, models, resources = done.stdout.splitlines()
    assert Path(where).is_relative_to(installed)
    assert {"laser_generic.onnx", "picture_embedding.onnx"} <= set(models.split())
    assert {"fonts", "icons"} <= set(resources.split())
    assert not list(installed.rglob("train")), "the training scripts are no part of an installation"


def test_the_installed_program_works_and_its_window_gets_ready(
    environment: dict[str, str], tmp_path: Path
) -> None:
    smoke_test = PROJECT / "packaging" / "smoke_test.py"
    done = subprocess.run(
        [sys.executable, str(smoke_test), "thermview"],
        capture_output=True, text=True, check=False, env=environment, cwd=tmp_path, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == "smoke test: the installation works\n"
