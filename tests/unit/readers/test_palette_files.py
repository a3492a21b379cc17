"""Palettes of others: tables of colours, and what a camera put into its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from shared_data import SHARED, needs_shared

from thermview.errors import ReadError
from thermview.readers import open_recording
from thermview.readers.palette_files import read_palette
from thermview.readers.picture import open_picture
from thermview.thermal.palette_fit import fits_of
from thermview.thermal.palette_line import PaletteLine
from thermview.thermal.palettes import palette

FLIR = SHARED / "thermal" / "flir_tools"


@pytest.mark.parametrize("separator", [",", ";", "\t", " "])
@pytest.mark.parametrize("scale", [1, 255])
@pytest.mark.parametrize("numbered", [False, True])
def test_a_table_of_colours(tmp_path: Path, separator: str, scale: int, numbered: bool) -> None:
    table = palette("iron")[::5]
    rows = [([i] if numbered else []) + [value / scale for value in row] for i, row in enumerate(table)]
    text = "R G B\n" + "\n".join(separator.join(f"{value:.9g}" for value in row) for row in rows)
    path = tmp_path / "ours.csv"
    path.write_text(text, "utf-8")
    name, colours = read_palette(path)
    assert name == "ours"
    np.testing.assert_array_equal(colours, table)


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3", "1,2,3\n1,2,3,4\n", "a,b\nc,d", "300,2,3\n1,2,3", "-1,2,3\n1,2,3", "7,7,7\n7,7,7"],
)
def test_a_table_that_is_no_palette_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ReadError, match=r"^bad\.csv: "):
        read_palette(path)


def test_other_files_are_refused(tmp_path: Path) -> None:
    for name in ("x.docx", "missing.csv"):
        with pytest.raises(ReadError, match=name):
            read_palette(tmp_path / name)


@needs_shared
@pytest.mark.parametrize("name", ["Linear_load", "Solar_halo_thermal", "20080128191209!IRWaterCooler"])
def test_the_palette_in_a_camera_s_file_is_that_of_its_own_picture(name: str) -> None:
    path = FLIR / f"{name}.jpg"
    found, colours = read_palette(path)
    assert found == f"Iron of {path.name}"
    frame = open_picture(path).frame(0)
    best = fits_of(frame, lossy=True, others=[PaletteLine(found, colours)])[0]
    assert best.palette == found
    assert best.median < 4


@needs_shared
def test_a_camera_s_file_without_palette_says_so() -> None:
    path = SHARED / "thermal" / "drone_and_handheld" / "images_DJI_XT2.jpg"
    open_recording(path).close()
    with pytest.raises(ReadError, match="put no palette"):
        read_palette(path)
