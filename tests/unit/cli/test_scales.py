"""--values and --kelvin-per-count: temperatures of numbers that do not say what they are, only where stated."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tifffile
from cli_runs import here
from flir_files import fff_of

COUNTS = np.arange(7000, 7030, dtype=np.uint16).reshape(5, 6)


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    folder = tmp_path / "capture"
    folder.mkdir()
    tifffile.imwrite(folder / "counts.tiff", COUNTS)
    np.save(folder / "kelvin.npy", COUNTS.astype(np.float32) / 25)
    return folder


def test_without_a_scale_there_are_no_temperatures_and_it_is_said_how(capture: Path) -> None:
    ran = here("frame", capture / "counts.tiff", 0, "--celsius")
    assert ran.status == 1
    assert "--kelvin-per-count" in ran.err


def test_counts_by_their_scale(capture: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.npy"
    words = ("frame", capture / "counts.tiff", 0, "--celsius", "-o", out)
    assert here(*words, "--kelvin-per-count", 0.04).status == 0
    np.testing.assert_allclose(np.load(out), COUNTS * 0.04 - 273.15, atol=1e-3)
    assert here(*words, "--kelvin-per-count", 0.1, "--celsius-at-zero", -40).status == 0
    np.testing.assert_allclose(np.load(out), COUNTS * 0.1 - 40, atol=1e-3)


def test_values_that_are_kelvin_already(capture: Path) -> None:
    told = here("info", capture / "kelvin.npy", "--values", "kelvin", "--json").records[0]
    assert (told["quantity"], told["unit"]) == ("apparent temperature", "°C")
    assert told["min"] == pytest.approx(7000 / 25 - 273.15, abs=1e-3)
    assert told["metadata"]["stated_scale"] == "values taken as K"
    assert "as was stated" in told["issues"][0]


def test_exports_say_what_was_stated(capture: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = here("export", capture, "--frames", 0, "--values", "celsius", "--format", "csv,png", "-o", out)
    assert ran.status == 0
    for row in json.loads((out / "manifest.json").read_text("utf-8"))["frames"]:
        assert (row["unit"], row["conditions"]["stated_by"]) == ("°C", "the user")
    assert "stated_by=the user" in next(out.glob("kelvin_*.csv")).read_text("utf-8")


@pytest.mark.parametrize(
    "words",
    [("--values", "fahrenheit"), ("--kelvin-per-count", 0), ("--kelvin-per-count", "nan"), ("--kelvin-per-count", "x"),
     ("--celsius-at-zero", 4), ("--values", "kelvin", "--kelvin-per-count", 1),
     ("--values", "kelvin", "--ends", "3,4")],
)  # fmt: skip
def test_contradictions_are_wrong_usage(capture: Path, tmp_path: Path, words: tuple[object, ...]) -> None:
    assert here("info", capture / "counts.tiff", *words).status == 2
    assert here("frame", capture / "counts.tiff", 0, *words).status == 2
    assert here("export", capture, "--frames", 0, *words, "-o", tmp_path / "out").status == 2
    assert not (tmp_path / "out").exists()


def test_what_says_its_meaning_itself_is_refused_and_the_rest_goes_on(capture: Path) -> None:
    (capture / "camera.fff").write_bytes(fff_of())
    ran = here("info", capture, "--kelvin-per-count", 0.04, "--json")
    assert ran.status == 3
    assert len(ran.records) == 2
    assert "camera.fff: no scale can be stated of it" in ran.err
