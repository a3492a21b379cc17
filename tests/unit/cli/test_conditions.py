"""Conditions given on the command line hold for that one call and are said in what it writes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from flir_files import CONDITIONS, CONSTANTS, COUNTS, fff_of, jpeg_with
from typer.testing import CliRunner

from thermview.cli import app
from thermview.thermal.radiometry import object_celsius


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    folder = tmp_path / "capture"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(jpeg_with(fff_of()))
    return folder / "a.jpg"


def run(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_frame_under_other_conditions(picture: Path, tmp_path: Path) -> None:
    out = tmp_path / "frame.npy"
    done = run("frame", picture, 0, "--celsius", "--emissivity", 0.5, "--humidity", 0.1, "-o", out)
    assert done.exit_code == 0, done.output
    expected = object_celsius(COUNTS, CONSTANTS, replace(CONDITIONS, emissivity=0.5, humidity=0.1))
    np.testing.assert_allclose(np.load(out), expected, atol=2e-3)


def test_the_file_s_own_hold_without_options(picture: Path, tmp_path: Path) -> None:
    out = tmp_path / "frame.npy"
    assert run("frame", picture, 0, "--celsius", "-o", out).exit_code == 0
    np.testing.assert_allclose(np.load(out), object_celsius(COUNTS, CONSTANTS, CONDITIONS), atol=2e-3)


def test_a_value_that_cannot_be_is_wrong_usage(picture: Path) -> None:
    done = run("frame", picture, 0, "--emissivity", 0)
    assert done.exit_code == 2
    assert "emissivity must lie between" in " ".join(done.output.split())


def test_without_counts_of_a_camera_it_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", COUNTS)
    done = run("frame", tmp_path / "a.npy", 0, "--emissivity", 0.9)
    assert done.exit_code == 1


def test_an_export_under_other_conditions_says_so(picture: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("export", picture, "--frames", 0, "--format", "npy", "--distance", 30, "-o", out)
    assert done.exit_code == 0, done.output
    (row,) = json.loads((out / "manifest.json").read_text("utf-8"))["frames"]
    assert row["conditions"]["distance_m"] == 30
    assert set(row["conditions"]["changed_from_file"]) == {"distance_m"}
    (numbers,) = out.glob("*.npy")
    expected = object_celsius(COUNTS, CONSTANTS, replace(CONDITIONS, distance_m=30.0))
    np.testing.assert_allclose(np.load(numbers), expected, atol=2e-3)


def test_info_tells_the_conditions_of_the_file(picture: Path) -> None:
    done = run("info", picture, "--json")
    metadata = json.loads(done.stdout)["metadata"]
    assert metadata["emissivity"] == CONDITIONS.emissivity
    assert "file_conditions" not in metadata
