"""--filter on the command line: said in all that is written, differences in K, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest
import tifffile
from cli_runs import here
from flir_files import CONDITIONS, CONSTANTS, COUNTS, fff_of
from PIL import Image

from thermview.thermal.radiometry import object_celsius

WORDS = "maximum of the last 2 frames, minus frame 0"


@pytest.fixture
def sequence(tmp_path: Path) -> Path:
    folder = tmp_path / "capture"
    folder.mkdir()
    (folder / "다리.seq").write_bytes(fff_of() + fff_of(COUNTS + 90) + fff_of(COUNTS + 30))
    return folder / "다리.seq"


def celsius(more: int) -> np.ndarray:
    return object_celsius(COUNTS + more, CONSTANTS, CONDITIONS)


def test_a_filtered_frame(sequence: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.npy"
    assert here("frame", sequence, 2, "--filter", "maximum:2", "--celsius", "-o", out).status == 0
    np.testing.assert_allclose(np.load(out), celsius(90), atol=2e-3)
    ran = here("frame", sequence, 2, "--filter", "minus:0")
    rows = np.array([[float(cell) for cell in line.split(",")] for line in ran.out.splitlines()])
    np.testing.assert_allclose(rows, celsius(30) - celsius(0), atol=3e-3)
    assert "# unit: K" in ran.err
    assert "# filter: minus frame 0" in ran.err


def test_differences_are_no_temperatures(sequence: Path, tmp_path: Path) -> None:
    ran = here("frame", sequence, 1, "--filter", "minus:mean", "--celsius", "-o", tmp_path / "a.npy")
    assert ran.status == 1
    assert "differences in K" in ran.err
    assert not (tmp_path / "a.npy").exists()


@pytest.mark.parametrize("words", [("median:3",), ("maximum:0",), ("median", "median")])
def test_what_is_no_filter_is_wrong_usage(sequence: Path, words: tuple[str, ...]) -> None:
    options = [part for word in words for part in ("--filter", word)]
    assert here("frame", sequence, 0, *options).status == 2


def test_everything_that_is_exported_says_so(sequence: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = here("export", sequence, "--frames", "2", "--filter", "maximum:2", "--filter", "minus:0",
               "--format", "png,csv,tiff,h5", "-o", out)  # fmt: skip
    assert ran.status == 0
    row = json.loads((out / "manifest.json").read_text("utf-8"))["frames"][0]
    assert (row["filter"], row["unit"]) == (WORDS, "K")
    assert all("_filtered" in name for name in row["files"])
    assert WORDS in (out / "manifest.csv").read_text("utf-8-sig")
    assert WORDS in next(out.glob("*_filtered_*.csv")).read_text("utf-8")
    with tifffile.TiffFile(next(out.glob("*.tiff"))) as tiff:
        assert json.loads(tiff.pages[0].description)["filter"] == WORDS
    with h5py.File(next(out.glob("*.h5"))) as file:
        frames = file["entry/data/frames"]
        assert (frames.attrs["filter"], frames.attrs["units"]) == (WORDS, "K")
        np.testing.assert_allclose(frames[0], celsius(90) - celsius(0), atol=3e-3)
    with Image.open(next(out.glob("*.png"))) as picture:
        described = json.loads(picture.text["Description"])  # type: ignore[attr-defined]
    assert described["filter"] == WORDS


def test_without_a_filter_nothing_is_said(sequence: Path, tmp_path: Path) -> None:
    assert here("export", sequence, "--frames", "1", "--format", "csv", "-o", tmp_path / "out").status == 0
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["frames"][0]["filter"] == ""
    assert "filter" not in next((tmp_path / "out").glob("*_frame_*.csv")).read_text("utf-8")


def test_a_recording_that_cannot_be_filtered_fails_and_the_rest_goes_on(
    sequence: Path, tmp_path: Path
) -> None:
    Image.new("RGB", (20, 10), "red").save(sequence.with_name("colours.png"))
    ran = here(
        "export",
        sequence.parent,
        "--frames",
        "0",
        "--filter",
        "median",
        "--format",
        "npy",
        "-o",
        tmp_path / "out",
    )
    assert ran.status == 3
    assert "colours cannot be filtered" in ran.err
    assert len(list((tmp_path / "out").glob("*.npy"))) == 1
