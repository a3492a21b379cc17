"""Which file beside a thermal one is its visible picture, by name alone."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from thermview.readers.paired_files import paired_visible


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


@pytest.mark.parametrize(
    ("thermal", "visible"),
    [
        ("DJI_20230101_0007_T.JPG", "DJI_20230101_0007_V.JPG"),
        ("DJI_0007_T.JPG", "DJI_0007_W.JPG"),
        ("pump_thermal.tiff", "pump_rgb.png"),
        ("pump-ir.tiff", "pump-vis.jpg"),
        ("Thermal_0012.png", "Visible_0012.png"),
        ("thermal/0012.png", "rgb/0012.jpg"),
        ("infrared/190001.jpg", "visible/190001.jpg"),
        ("thermal_8_bit/FLIR_00001.jpeg", "RGB/FLIR_00001.jpg"),
        ("IR_0012.jpg", "DC_0013.jpg"),
        ("IR_0012.jpg", "DC_0012.jpg"),
        ("FLIR0012.jpg", "DC_0013.jpg"),
        ("motor.npy", "motor.jpg"),
        ("motor.csv", "motor.JPG"),
    ],
)
def test_pairs(tmp_path: Path, thermal: str, visible: str) -> None:
    touch(tmp_path, thermal, visible, "other_rgb.png", "DC_9999.jpg")
    assert paired_visible(tmp_path / thermal, is_colour=False) == tmp_path / visible


def test_a_mark_is_a_word_of_its_own(tmp_path: Path) -> None:
    touch(tmp_path, "stir_1.npy", "st_1.jpg", "srgb_1.jpg", "list.npy", "lisv.jpg")
    assert paired_visible(tmp_path / "stir_1.npy", False) is None
    assert paired_visible(tmp_path / "list.npy", False) is None


def test_colours_of_the_same_stem_are_the_same_picture(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "a.jpg", "b_ir.png", "b_rgb.png")
    assert paired_visible(tmp_path / "a.png", is_colour=True) is None
    assert paired_visible(tmp_path / "b_ir.png", is_colour=True) == tmp_path / "b_rgb.png"


def test_the_file_itself_an_empty_one_and_a_folder_are_no_pair(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    assert paired_visible(tmp_path / "a.jpg", False) is None
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "a.bmp").mkdir()
    assert paired_visible(tmp_path / "a.jpg", False) is None
    assert paired_visible(tmp_path / "gone" / "a.jpg", False) is None


def test_pairs_inside_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("a_ir.tiff", b"x")
        archive.writestr("a_rgb.png", b"x")
    assert paired_visible(tmp_path / "set.zip" / "a_ir.tiff", False) == tmp_path / "set.zip" / "a_rgb.png"
    assert paired_visible(tmp_path / "set.zip" / "b.tiff", False) is None
