"""--regions on the command line: tables of a frame and of exports, by the file that the window saves."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cli_runs import here
from flir_files import CONDITIONS, CONSTANTS, COUNTS, fff_of
from PIL import Image

from thermview.review.region_files import write_regions
from thermview.thermal.radiometry import object_celsius
from thermview.thermal.region_sets import Difference, RegionSet
from thermview.thermal.regions import Rectangle, Spot

REGIONS = RegionSet(
    (Rectangle("용접", 1, 1, 3, 2), Spot("=S1", 0, 0), Spot("out", 900, 900)), (Difference("용접", "=S1"),)
)


@pytest.fixture
def sequence(tmp_path: Path) -> Path:
    folder = tmp_path / "capture"
    folder.mkdir()
    (folder / "a.seq").write_bytes(fff_of() + fff_of(COUNTS + 90) + fff_of(COUNTS + 30))
    return folder / "a.seq"


@pytest.fixture
def regions(tmp_path: Path) -> Path:
    write_regions(tmp_path / "regions.json", REGIONS)
    return tmp_path / "regions.json"


def within(more: int) -> np.ndarray:
    return object_celsius(COUNTS + more, CONSTANTS, CONDITIONS)[1:3, 1:4]


def table_of(path: Path) -> tuple[list[list[str]], list[dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    about = [row for row in rows if row[0].startswith("#")]
    names = rows[len(about)]
    return about, [dict(zip(names, row, strict=True)) for row in rows[len(about) + 1 :]]


def test_the_table_of_a_frame_on_stdout(sequence: Path, regions: Path) -> None:
    ran = here("frame", sequence, 1, "--regions", regions)
    assert ran.status == 0
    table = list(csv.DictReader(ran.out.splitlines()))
    assert [row["region"] for row in table] == ["용접", "'=S1", "out", "용접 - =S1"]
    assert float(table[0]["mean (°C)"]) == pytest.approx(within(90).mean(), abs=2e-3)
    assert table[3]["kind"] == "difference in K"
    assert "# unit,°C" in ran.err
    assert "No pixel of the frame lies in out." in ran.err


def test_the_same_as_a_file_and_as_json(sequence: Path, regions: Path, tmp_path: Path) -> None:
    ran = here("frame", sequence, 2, "--regions", regions, "--json", "-o", tmp_path / "t.csv")
    assert ran.status == 0
    about, table = table_of(tmp_path / "t.csv")
    assert ["# frame", "2"] in about
    first, _, outside, difference = ran.records
    assert first["maximum"] == pytest.approx(float(table[0]["maximum (°C)"]))
    assert (first["unit"], first["frame"], first["filter"]) == ("°C", 2, "")
    assert (outside["mean"], outside["area_px"]) == (None, 0)
    assert (difference["kind"], difference["unit"]) == ("difference", "K")


def test_a_region_of_a_filtered_frame(sequence: Path, regions: Path, tmp_path: Path) -> None:
    out = tmp_path / "t.csv"
    assert here("frame", sequence, 1, "--regions", regions, "--filter", "minus:0", "-o", out).status == 0
    about, table = table_of(out)
    assert ["# filter", "minus frame 0"] in about
    assert float(table[0]["mean (K)"]) == pytest.approx((within(90) - within(0)).mean(), abs=2e-3)


@pytest.mark.parametrize("filtered", [False, True])
def test_a_region_s_own_emissivity_counts_where_there_are_counts(
    sequence: Path, tmp_path: Path, filtered: bool
) -> None:
    regions, out = tmp_path / "own.json", tmp_path / "t.csv"
    write_regions(regions, RegionSet((Rectangle("R1", 1, 1, 3, 2, emissivity=0.5),)))
    options = ("--filter", "median") if filtered else ()
    assert here("frame", sequence, 0, "--regions", regions, *options, "-o", out).status == 0
    _, table = table_of(out)
    assert table[0]["own conditions"] == ("not applied: " if filtered else "") + "emissivity 0.5"
    under = object_celsius(COUNTS, CONSTANTS, replace(CONDITIONS, emissivity=0.5))[1:3, 1:4]
    close = abs(float(table[0]["mean (°C)"]) - under.mean()) < 2e-3
    assert close != filtered


def test_an_export_of_tables_alone(sequence: Path, regions: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = here("export", sequence, "--frames", "0,2", "--regions", regions, "--over-time", "-o", out)
    assert ran.status == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "a_regions.csv", "a_regions_over_time.csv", "manifest.csv", "manifest.json",
    ]  # fmt: skip
    _, table = table_of(out / "a_regions.csv")
    assert [(row["frame"], row["region"]) for row in table[:5]] == [
        ("0", "용접"), ("0", "'=S1"), ("0", "out"), ("0", "용접 - =S1"), ("2", "용접"),
    ]  # fmt: skip
    _, series = table_of(out / "a_regions_over_time.csv")
    means = [float(row["용접 mean (°C)"]) for row in series]
    np.testing.assert_allclose(means, [within(more).mean() for more in (0, 90, 30)], atol=2e-3)
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert [row["files"] for row in manifest["frames"]] == [["a_regions.csv"]] * 2
    assert manifest["options"]["regions"]["regions"][0]["name"] == "용접"
    assert "no pixel lies in out" in manifest["notes"][0]


def test_tables_beside_pictures(sequence: Path, regions: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert (
        here("export", sequence, "--frames", "0", "--regions", regions, "--format", "png", "-o", out).status
        == 0
    )
    assert {path.suffix for path in out.iterdir()} == {".png", ".csv", ".json"}
    assert not list(out.glob("*over_time*"))


def test_colours_have_nothing_to_measure(sequence: Path, regions: Path, tmp_path: Path) -> None:
    Image.new("RGB", (20, 10), "red").save(sequence.with_name("colours.png"))
    ran = here("export", sequence.parent, "--frames", "0", "--regions", regions, "-o", tmp_path / "out")
    assert ran.status == 3
    assert "colours are no quantity" in ran.err
    assert (tmp_path / "out" / "a_regions.csv").is_file()
    assert here("frame", sequence.with_name("colours.png"), 0, "--regions", regions).status == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b'{"regions": []}', b"\xff\xfe\x00", b'{"regions": [{"kind": "blob", "name": "a"}]}'],
)
def test_what_are_no_regions_is_one_sentence(sequence: Path, tmp_path: Path, content: bytes) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_bytes(content)
    for words in (("frame", sequence, 0), ("export", sequence, "--frames", "0", "-o", tmp_path / "out")):
        ran = here(*words, "--regions", wrong)
        assert ran.status == 1
        assert ran.err.startswith("wrong.json: ")
        assert len(ran.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "status"),
    [(("--regions", "missing.json"), 2), (("--json",), 2), (("--regions", "regions.json", "-o", "t.png"), 1)],
)
def test_refusals(sequence: Path, regions: Path, words: tuple[str, ...], status: int) -> None:
    placed = [regions.parent / word if "." in word else word for word in words]
    assert here("frame", sequence, 0, *placed).status == status
    assert not (regions.parent / "t.png").exists()


def test_over_time_needs_regions(sequence: Path, tmp_path: Path) -> None:
    assert here("export", sequence, "--frames", "0", "--over-time", "-o", tmp_path / "out").status == 2


def test_nothing_is_written_into_the_capture(sequence: Path, regions: Path) -> None:
    ran = here(
        "export", sequence.parent, "--frames", "0", "--regions", regions, "-o", sequence.parent / "out"
    )
    assert ran.status == 1
    assert [path.name for path in sequence.parent.iterdir()] == ["a.seq"]
