"""--fusion on the command line: what it takes, pictures that show it, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from cli_runs import here
from flir_files import fff_of, flir_with_visible, jpeg_with
from PIL import Image

from thermview.cli.options import look_of
from thermview.errors import ThermviewError
from thermview.thermal.fusion import Look

GREEN = np.full((48, 64, 3), (20, 200, 40), np.uint8)


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    folder = tmp_path / "capture"
    folder.mkdir()
    (folder / "inside.jpg").write_bytes(flir_with_visible(GREEN))
    (folder / "alone.jpg").write_bytes(jpeg_with(fff_of()))
    return folder


def test_modes_and_shares() -> None:
    assert look_of("blend:0.3") == Look("blend", blend=0.3)
    assert look_of("edges:1") == Look("edges", edges=1.0)
    assert look_of("picture-in-picture") == Look("picture in picture")
    for text in ("msx", "blend:2", "blend:x", "side-by-side:0.5", ""):
        with pytest.raises(ThermviewError):
            look_of(text)


def test_a_frame_with_its_visible_picture(capture: Path, tmp_path: Path) -> None:
    out = tmp_path / "both.png"
    assert here("frame", capture / "inside.jpg", 0, "-o", out, "--fusion", "blend:1").status == 0
    with Image.open(out) as picture:
        pixels, about = np.asarray(picture), picture.text  # type: ignore[attr-defined]
    assert (np.abs(pixels.astype(int) - GREEN[0, 0]).max(axis=2) < 8).mean() > 0.3
    assert "inside.jpg" in about["Description"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("frame", "alone.jpg", 0, "-o", "x.png", "--fusion", "blend"), 1),
        (("frame", "inside.jpg", 0, "-o", "x.csv", "--fusion", "blend"), 1),
        (("frame", "inside.jpg", 0, "--fusion", "blend"), 1),
        (("frame", "inside.jpg", 0, "-o", "x.png", "--fusion", "msx"), 2),
    ],
)
def test_refusals(capture: Path, tmp_path: Path, words: tuple[object, ...], status: int) -> None:
    placed = [
        capture / word
        if str(word).endswith(".jpg")
        else tmp_path / str(word)
        if str(word).startswith("x.")
        else word
        for word in words
    ]
    ran = here(*placed)
    assert ran.status == status
    assert "visible picture" in " ".join(ran.err.split())
    assert list(tmp_path.glob("x.*")) == []


def test_an_export_shows_those_that_have_one(capture: Path, tmp_path: Path) -> None:
    ran = here("export", capture, "--frames", "0", "-o", tmp_path / "out", "--fusion", "side-by-side")
    assert ran.status == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    shown = {row["recording"]: bool(row["fusion"]) for row in manifest["frames"]}
    assert shown == {"inside": True, "alone": False}
    assert len(manifest["notes"]) == 1
