"""Temperatures from colours on the command line: only with stated ends, labelled, or refused in one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from thermview.cli import app
from thermview.thermal.display import Display, paint
from thermview.thermal.palettes import palette

CELSIUS = np.add.outer(np.linspace(3, 20, 40), np.linspace(0, 15, 60)).astype(np.float32)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    folder = tmp_path / "capture"
    folder.mkdir()
    Image.fromarray(paint(CELSIUS, Display(palette="iron"), (0.0, 40.0))).save(folder / "a.png")
    return folder / "a.png"


def run(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_without_ends_there_are_no_temperatures(picture: Path, tmp_path: Path) -> None:
    done = run("frame", picture, 0, "--celsius", "-o", tmp_path / "a.npy")
    assert done.exit_code == 1
    assert not (tmp_path / "a.npy").exists()


def test_with_ends_the_palette_is_recognised(picture: Path, tmp_path: Path) -> None:
    done = run("frame", picture, 0, "--celsius", "--ends", "0,40", "-o", tmp_path / "a.npy")
    assert done.exit_code == 0, done.output
    np.testing.assert_allclose(np.load(tmp_path / "a.npy"), CELSIUS, atol=0.3)


def test_a_palette_that_is_not_theirs_is_refused(picture: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.npy"
    assert run("frame", picture, 0, "--ends", "0,40", "--palette", "jet", "-o", out).exit_code == 1
    assert not out.exists()


def test_a_palette_s_file_serves_too(picture: Path, tmp_path: Path) -> None:
    table = tmp_path / "ours.csv"
    np.savetxt(table, palette("iron"), fmt="%d", delimiter=",")
    done = run("info", picture, "--ends", "0,40", "--palette", table, "--json")
    told = json.loads(done.stdout)
    assert (told["quantity"], told["unit"], told["estimated"]) == ("estimated temperature", "°C", True)
    assert told["mean"] == pytest.approx(CELSIUS.mean(), abs=0.05)
    assert told["metadata"]["estimated_with"].startswith("the palette ours from 0 to 40")


@pytest.mark.parametrize("ends", ["40,0", "1", "a,b", "0,0", "nan,4"])
def test_ends_that_cannot_be_are_wrong_usage(picture: Path, ends: str) -> None:
    assert run("info", picture, "--ends", ends).exit_code == 2


def test_exports_say_what_estimated_temperatures_rest_on(picture: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("export", picture, "--frames", 0, "--ends", "0,40", "--format", "csv,tiff,png", "-o", out)
    assert run(*words).exit_code == 0
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    row = manifest["frames"][0]
    assert "estimated" in json.dumps(row["quantity"])
    stated = row["conditions"]
    assert (stated["palette"], stated["low_c"], stated["high_c"]) == ("iron", 0, 40)
    assert stated["uncertainty_k"] > 0
    header = next(path for path in out.rglob("*.csv") if path.stem != "manifest")
    assert "# quantity: estimated temperature" in header.read_text("utf-8")
