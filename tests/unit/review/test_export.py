"""Exports keep the numbers, name everything, overwrite nothing and leave nothing half-written."""

from __future__ import annotations

import csv
import json
import math
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import h5py
import numpy as np
import pytest
import tifffile
from PIL import Image

import thermview
from thermview.annotation import Annotation, BoundingBox
from thermview.capture.context import Context
from thermview.errors import ExportError, ReadError
from thermview.jobs import last_result
from thermview.readers import open_recording
from thermview.recording import (
    APPARENT_TEMPERATURE,
    COUNT_DIFFERENCE,
    ESTIMATED_TEMPERATURE,
    RAW_COUNTS,
    ArrayRecording,
    Quantity,
)
from thermview.review.export import ExportItem, ExportOptions, ExportResult, export_frames
from thermview.review.exporters import EXPORTERS
from thermview.review.flags import Flag
from thermview.scoring import Event, ModelId, Scores
from thermview.thermal.display import Display, paint

REPOSITORY = Path(__file__).parents[3]
FORMATS = tuple(exporter.name for exporter in EXPORTERS)
LASER = np.random.default_rng(1).integers(0, 1024, (40, 15, 21)).astype(np.uint16)


def recording(data: Any = LASER, quantity=COUNT_DIFFERENCE, path: Path = Path("/c/1.npz"), **more) -> Any:
    more.setdefault("frame_rate", 1000.0)
    return ArrayRecording(path.stem, path, "test", data, quantity, **more)


def warm(rows: int = 24, columns: int = 32) -> np.ndarray:
    row, column = np.mgrid[:rows, :columns]
    frames = np.stack([20 + n + 5 * np.exp(-((row - 9) ** 2 + (column - 12) ** 2) / 40) for n in range(3)])
    return frames.astype(np.float32)


def export(selection, formats, folder, **options) -> ExportResult:
    result = last_result(
        export_frames(selection, formats=formats, folder=folder, options=ExportOptions(**options))
    )
    assert isinstance(result, ExportResult)
    return result


def manifest_of(folder: Path) -> dict[str, Any]:
    found = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# every format reads back ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tiff", "csv", "npy", "h5"])
def test_numbers_read_back_as_they_were(tmp_path, name):
    data = warm()
    data[1, 3, 4] = 1 / 3
    result = export([ExportItem(recording(data, APPARENT_TEMPERATURE), "a", [1])], [name], tmp_path / "out")
    [file] = [path for path in result.folder.iterdir() if not path.name.startswith("manifest")]
    back = open_recording(file)
    try:
        assert len(back) == 1
        np.testing.assert_array_equal(back.frame(0), data[1])
        if name != "npy":  # a bare array cannot say what it holds
            assert back.quantity == APPARENT_TEMPERATURE
    finally:
        back.close()


@pytest.mark.parametrize("name", ["tiff", "csv", "npy", "h5"])
def test_counts_read_back_as_they_were(tmp_path, name):
    result = export([ExportItem(recording(quantity=RAW_COUNTS), "a", [7])], [name], tmp_path / "out")
    [file] = [path for path in result.folder.iterdir() if not path.name.startswith("manifest")]
    back = open_recording(file)
    try:
        np.testing.assert_array_equal(back.frame(0), LASER[7])
    finally:
        back.close()


@pytest.mark.parametrize("name", ["png", "jpeg", "mp4", "gif"])
def test_pictures_open(tmp_path, name):
    result = export([ExportItem(recording(), "a", [7])], [name], tmp_path / "out", clip_margin=3)
    [file] = [path for path in result.folder.iterdir() if not path.name.startswith("manifest")]
    with_frames = 7 if name in ("mp4", "gif") else 1
    if name == "gif":
        with Image.open(file) as picture:
            assert picture.n_frames == with_frames
            assert picture.height >= 480
        return
    back = open_recording(file)
    try:
        assert len(back) == with_frames
        assert back.frame_shape[0] >= 480
        assert back.frame(0).std() > 5
    finally:
        back.close()


def test_tiff_says_what_it_holds(tmp_path):
    item = ExportItem(recording(), "Type16/1673", [7])
    export([item], ["tiff"], tmp_path / "out")
    with tifffile.TiffFile(tmp_path / "out" / "Type16-1673_frame_000007.tiff") as document:
        about = json.loads(document.pages[0].description)
        assert document.pages[0].dtype == np.uint16
    assert about == {
        "program": f"ThermView {thermview.__version__}", "recording": "Type16/1673",
        "source": str(Path("/c/1.npz")), "frame": 7, "time_s": 0.007, "quantity": "count difference",
        "unit": "ΔDN", "estimated": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("dtype", "values", "stored"),
    [
        (np.uint8, (0, 255), np.uint16),
        (np.int16, (-300, 300), np.int16),
        (np.int64, (0, 65535), np.uint16),
        (np.int32, (0, 70000), np.uint32),
        (np.float64, (0.5, 2.0), np.float32),
        (np.float64, (0.1, 2.0), np.float64),
        (np.float16, (0.1, np.nan), np.float32),
    ],
)
def test_tiff_keeps_every_value(tmp_path, dtype, values, stored):
    data = np.tile(np.array(values, dtype), (1, 6, 5))
    export([ExportItem(recording(data), "a", [0])], ["tiff"], tmp_path / "out")
    pixels = tifffile.imread(tmp_path / "out" / "a_frame_000000.tiff")
    assert pixels.dtype == stored
    np.testing.assert_array_equal(pixels, data[0])


@pytest.mark.parametrize(
    "values", [[20.1, 19.25], [0.125, 1e-9], [math.nan, math.inf], [1 / 3, -273.15], [1e20, -0.0]]
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_csv_keeps_every_value_below_its_header(tmp_path, values, dtype):
    data = np.tile(np.array(values, dtype), (1, 4, 3))
    export([ExportItem(recording(data, APPARENT_TEMPERATURE), "a", [0])], ["csv"], tmp_path / "out")
    lines = (tmp_path / "out" / "a_frame_000000.csv").read_text("utf-8").splitlines()
    header = [line for line in lines if line.startswith("#")]
    assert "# quantity: apparent temperature" in header
    assert "# unit: °C" in header
    back = np.loadtxt(lines[len(header) :], delimiter=",", dtype=dtype)
    np.testing.assert_array_equal(back, data[0])


def test_h5_is_nxdata_with_units_frames_and_times(tmp_path):
    times = np.arange(40) * 0.01 + 0.5
    export([ExportItem(recording(timestamps=times), "Type16/1673", [3, 5, 30])], ["h5"], tmp_path / "out")
    with h5py.File(tmp_path / "out" / "Type16-1673.h5") as file:
        data = file["entry/data"]
        assert data.attrs["NX_class"] == "NXdata"
        assert data.attrs["signal"] == "frames"
        assert list(data.attrs["axes"]) == ["time", "row", "column"]
        assert data["frames"].attrs["units"] == "ΔDN"
        assert data["frame_index"][()].tolist() == [3, 5, 30]
        np.testing.assert_array_equal(data["time"][()], times[[3, 5, 30]])
        np.testing.assert_array_equal(data["frames"][()], LASER[[3, 5, 30]])
        assert data["frames"].dtype == np.uint16
        assert data.attrs["axes"].shape == (data["frames"].ndim,)


def test_h5_without_a_clock_counts_frames(tmp_path):
    export([ExportItem(recording(frame_rate=None), "a", [3, 5])], ["h5"], tmp_path / "out")
    with h5py.File(tmp_path / "out" / "a.h5") as file:
        assert list(file["entry/data"].attrs["axes"]) == ["frame_index", "row", "column"]
        assert "time" not in file["entry/data"]


def test_the_same_export_gives_the_same_h5_bytes(tmp_path):
    for folder in ("a", "b"):
        export([ExportItem(recording(), "x", [3])], ["h5"], tmp_path / folder)
    assert (tmp_path / "a" / "x.h5").read_bytes() == (tmp_path / "b" / "x.h5").read_bytes()


def test_estimated_temperatures_say_so_in_numbers(tmp_path):
    item = ExportItem(recording(warm(), ESTIMATED_TEMPERATURE), "a", [0])
    export([item], ["csv", "h5", "tiff"], tmp_path / "out")
    assert "# quantity: estimated temperature" in (tmp_path / "out/a_frame_000000.csv").read_text("utf-8")
    with h5py.File(tmp_path / "out/a.h5") as file:
        assert file["entry/data/frames"].attrs["estimated"]
    [row] = manifest_of(tmp_path / "out")["frames"]
    assert row["estimated"] is True
    back = open_recording(tmp_path / "out/a_frame_000000.tiff")
    assert back.quantity == ESTIMATED_TEMPERATURE
    back.close()


@pytest.mark.parametrize("channels", [3, 4])
def test_colours_stay_colours_and_never_get_a_unit(tmp_path, channels):
    colours = np.random.default_rng(0).integers(0, 256, (1, 30, 40, channels)).astype(np.uint8)
    item = ExportItem(recording(colours, APPARENT_TEMPERATURE, frame_rate=None), "a", [0])
    export([item], ["tiff", "csv", "npy", "h5", "png", "mp4"], tmp_path / "out", clean=True)
    out = tmp_path / "out"
    np.testing.assert_array_equal(np.load(out / "a_frame_000000.npy"), colours[0])
    np.testing.assert_array_equal(tifffile.imread(out / "a_frame_000000.tiff"), colours[0])
    with Image.open(out / "a_frame_000000.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), colours[0, ..., :3])
    text = (out / "a_frame_000000.csv").read_text("utf-8")
    assert "colours (no temperature), per pixel red green blue" in text
    assert len(text.splitlines()[-1].split(",")) == 40 * channels
    with h5py.File(out / "a.h5") as file:
        assert file["entry/data/frames"].attrs["quantity"] == "colours"
        assert len(file["entry/data"].attrs["axes"]) == 4
    for file in out.iterdir():
        if file.suffix in (".csv", ".tiff", ".h5", ".json"):
            assert "°C" not in file.read_bytes().decode("utf-8", "ignore")
            assert "\\u00b0C" not in file.read_bytes().decode("utf-8", "ignore")


# pictures ---------------------------------------------------------------------------------------------


def test_clean_pictures_are_the_painted_pixels(tmp_path):
    display = Display(palette="iron", scale_mode="manual", low=100, high=900, inverted=True)
    export([ExportItem(recording(), "a", [7], display)], ["png"], tmp_path / "out", clean=True)
    with Image.open(tmp_path / "out" / "a_frame_000007.png") as picture:
        np.testing.assert_array_equal(np.asarray(picture), paint(LASER[7], display))


def test_shown_pictures_hold_the_crisp_frame_and_more(tmp_path):
    display = Display(palette="viridis")
    export([ExportItem(recording(), "a", [7], display)], ["png"], tmp_path / "out")
    with Image.open(tmp_path / "out" / "a_frame_000007.png") as picture:
        shown = np.asarray(picture)
        assert json.loads(picture.text["Description"])["unit"] == "ΔDN"
    big = paint(LASER[7], display).repeat(32, axis=0).repeat(32, axis=1)
    assert shown.shape[0] > big.shape[0] >= 480
    assert shown.shape[1] > big.shape[1]
    places = [
        column
        for column in range(shown.shape[1] - big.shape[1])
        if np.array_equal(shown[14 : 14 + big.shape[0], column : column + big.shape[1]], big)
    ]
    assert len(places) == 1


def test_clips_show_the_frames_around_with_one_scale(tmp_path):
    data = np.full((40, 15, 21), 10, np.uint16)
    data[:, 0, 0], data[20, 7, 10] = 0, 1000
    item = ExportItem(recording(data), "a", [20])
    result = export([item], ["mp4"], tmp_path / "out", clip_margin=5, clean=True)
    clip = cv2.VideoCapture(str(result.folder / "a_frames_000015-000025.mp4"))
    pictures = [clip.read()[1] for _ in range(11)]
    clip.release()
    assert all(picture is not None for picture in pictures)
    calm = [int(picture[64:, 64:].max()) for n, picture in enumerate(pictures) if n != 5]
    assert max(calm) < 40, "a calm frame keeps its colour beside a hot one"
    assert pictures[5].max() > 150
    [row] = manifest_of(result.folder)["frames"]
    assert row["files"] == ["a_frames_000015-000025.mp4"]
    assert "40 times slower" in manifest_of(result.folder)["notes"][0]


def test_far_frames_give_clips_of_their_own(tmp_path):
    item = ExportItem(recording(), "a", [0, 2, 39])
    result = export([item], ["mp4"], tmp_path / "out", clip_margin=3)
    assert {"a_frames_000000-000005.mp4", "a_frames_000036-000039.mp4"} < names(result.folder)


# manifest ---------------------------------------------------------------------------------------------


def _scores() -> Scores:
    values = np.linspace(0, 4, 40, dtype=np.float32)
    values[9] = np.nan
    event = Event(30, 39, 39, 4.0, "power", 0.004, "power 12 % below for 10 ms")
    model = ModelId("normality", "ab" * 32)
    return Scores("a", values, {}, 3.0, 4.0, 0.004, True, "power", (event,), model, 0.1)


def test_manifest_tells_everything(tmp_path):
    path = tmp_path / "1673.npz"
    np.savez(path, image=LASER)
    flag = Flag("Type16/1673", 30, 31, "power", "see chiller", "Kim", datetime(2026, 3, 1, tzinfo=UTC), 7)
    context = Context("Type16/1673", picture_class="hardening", environment={"distance_m": 1.0})
    item = ExportItem(
        open_recording(path), "Type16/1673", range(30, 32), Display(), (Annotation("spot"),), flag,
        _scores(), context,
    )  # fmt: skip
    result = export([item], ["png", "h5"], tmp_path / "out")
    item.recording.close()
    about = manifest_of(result.folder)
    assert about["version"] == thermview.__version__
    assert about["formats"] == ["png", "h5"]
    assert about["problems"] == []
    first, second = about["frames"]
    assert [first["frame"], second["frame"]] == [30, 31]
    assert first["source"] == str(path)
    assert len(first["fingerprint"]) == 32
    assert first["score"] == pytest.approx(4 * 30 / 39)
    assert (first["threshold"], first["cause"]) == (3.0, "power")
    assert first["event"]["text"] == "power 12 % below for 10 ms"
    assert (first["event"]["first"], first["event"]["last"]) == (30, 39)
    assert first["model"] == {"name": "normality", "sha256": "ab" * 32}
    assert first["flag"] == {
        "recording": "Type16/1673", "first": 30, "last": 31, "reason": "power", "note": "see chiller",
        "author": "Kim", "created": "2026-03-01T00:00:00+00:00", "id": 7,
    }  # fmt: skip
    assert (first["class"], first["categories"]) == ("hardening", ["spot"])
    assert first["files"] == ["Type16-1673_frame_000030.png", "Type16-1673.h5"]
    assert {file for row in about["frames"] for file in row["files"]} < names(result.folder)
    assert set(result.files) == names(result.folder)
    assert result.frames == 2
    with (result.folder / "manifest.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["frame"] for row in rows] == ["30", "31"]
    assert rows[0]["flag_note"] == "see chiller"
    assert rows[0]["model_sha256"] == "ab" * 32
    assert rows[0]["event_text"] == "power 12 % below for 10 ms"
    assert rows[1]["files"] == "Type16-1673_frame_000031.png; Type16-1673.h5"


def test_scores_outside_events_and_not_scored(tmp_path):
    item = ExportItem(recording(), "a", [0, 9], scores=_scores())
    zero, nine = manifest_of(export([item], ["npy"], tmp_path / "out").folder)["frames"]
    assert (zero["score"], zero["cause"], zero["event"]) == (0.0, "", None)
    assert nine["score"] is None


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", " =1", "＝1"])
def test_no_cell_is_a_formula(tmp_path, text):
    flag = Flag(text, 0, 0, text, text, text)
    item = ExportItem(recording(path=Path("/c") / text.strip().replace("/", "")), text, [0], flag=flag)
    result = export([item], ["csv"], tmp_path / "out")
    assert manifest_of(result.folder)["frames"][0]["flag"]["note"] == text
    for file in result.folder.glob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        assert not [cell for cell in cells if cell.lstrip()[:1] in tuple("=+@＝") and cell]
        assert text.strip() not in cells


def test_names_with_separators_stay_in_their_cell(tmp_path):
    item = ExportItem(recording(), 'a",=cmd(),"', [0])
    result = export([item], ["csv"], tmp_path / "out")
    [file] = [path for path in result.folder.glob("*.csv") if path.name != "manifest.csv"]
    with file.open(encoding="utf-8", newline="") as stream:
        assert next(csv.reader(stream)) == ['# recording: a",=cmd(),"']


def test_no_markup_in_the_manifest(tmp_path):
    text = "<img src=x onerror=alert(1)>"
    item = ExportItem(recording(), text, [0], flag=Flag(text, 0, 0, text))
    result = export([item], ["png"], tmp_path / "out")
    for name in ("manifest.json", "manifest.csv"):
        assert "<" not in (result.folder / name).read_text("utf-8")
    assert manifest_of(result.folder)["frames"][0]["flag"]["reason"] == text
    assert not [name for name in names(result.folder) if "<" in name]


def test_names_that_are_no_unicode(tmp_path):
    name = os.fsdecode(b"cut \xff off")
    item = ExportItem(recording(path=Path("/c") / name), name, [0], flag=Flag(name, 0, 0, name))
    result = export([item], FORMATS, tmp_path / "out", clip_margin=1)
    assert len(names(result.folder)) == 2 + len(FORMATS)
    assert manifest_of(result.folder)["frames"][0]["frame"] == 0


# names and places -------------------------------------------------------------------------------------


def test_equal_names_of_two_batches_and_two_captures(tmp_path):
    ids = ["Type1/0001", "Type2/0001", "Type1/0001", "TYPE1/0001", "Type1-0001", "CON", "..", "a/../b"]
    selection = [ExportItem(recording(LASER[n : n + 1]), id, [0]) for n, id in enumerate(ids)]
    result = export(selection, ["npy", "h5"], tmp_path / "out")
    arrays = sorted(result.folder.glob("*.npy"))
    assert len(arrays) == len(ids)
    assert len({path.name.casefold() for path in result.folder.iterdir()}) == 2 * len(ids) + 2
    for row, frame in zip(manifest_of(result.folder)["frames"], LASER, strict=False):
        np.testing.assert_array_equal(np.load(result.folder / row["files"][0]), frame)


def test_one_frame_under_two_flags_is_written_once(tmp_path):
    one = recording()
    flags = [Flag("a", 3, 5, "first", id=1), Flag("a", 5, 6, "second", id=2)]
    selection = [ExportItem(one, "a", range(flag.first, flag.last + 1), flag=flag) for flag in flags]
    result = export(selection, ["npy"], tmp_path / "out")
    assert len(list(result.folder.glob("*.npy"))) == 4
    rows = [(row["frame"], row["flag"]["reason"]) for row in manifest_of(result.folder)["frames"]]
    assert rows == [(3, "first"), (4, "first"), (5, "first"), (5, "second"), (6, "second")]
    assert result.frames == 4


def test_a_full_folder_gets_a_new_one_inside(tmp_path):
    out = tmp_path / "out"
    first = export([ExportItem(recording(), "a", [0])], ["npy"], out)
    assert first.folder == out
    before = (out / "a_frame_000000.npy").read_bytes()
    second = export([ExportItem(recording(), "a", [1])], ["npy"], out)
    third = export([ExportItem(recording(), "a", [1])], ["npy"], out)
    assert (second.folder, third.folder) == (out / "export-1", out / "export-2")
    assert (out / "a_frame_000000.npy").read_bytes() == before
    assert names(out / "export-1") == {"a_frame_000001.npy", "manifest.json", "manifest.csv"}


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "out").mkdir()
    result = export([ExportItem(recording(), "a", [0])], ["npy"], tmp_path / "out")
    assert result.folder == tmp_path / "out"
    assert names(tmp_path / "out") == {"a_frame_000000.npy", "manifest.json", "manifest.csv"}


def test_a_folder_made_meanwhile_is_not_overwritten(tmp_path):
    steps = export_frames([ExportItem(recording(), "a", [0, 1])], formats=["npy"], folder=tmp_path / "out")
    next(steps)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    result = last_result(steps)
    assert result.folder.parent == tmp_path / "out"
    assert (tmp_path / "out" / "mine.txt").read_text() == "mine"
    assert "manifest.json" in names(result.folder)


def test_captures_are_not_written_to(tmp_path):
    capture = tmp_path / "capture"
    capture.mkdir()
    np.savez(capture / "0001.npz", image=LASER)
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in capture.iterdir()}
    export(
        [ExportItem(lambda: open_recording(capture / "0001.npz"), "0001", "0-3")], FORMATS, tmp_path / "out"
    )
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in capture.iterdir()} == before


# progress, cancel, failures ----------------------------------------------------------------------------


@pytest.mark.parametrize("formats", [["npy"], ["mp4"], ["gif", "h5"], FORMATS])
def test_progress_counts_up_to_its_total(tmp_path, formats):
    selection = [ExportItem(recording(), "a", [1, 30]), ExportItem(recording(), "b", "0-4")]
    steps = list(
        export_frames(selection, formats=formats, folder=tmp_path / "o", options=ExportOptions(clip_margin=2))
    )
    done = [step.done for step in steps]
    assert done == sorted(done)
    assert steps[-1].done == steps[-1].total > 0
    assert steps[-2].done == steps[-2].total == steps[-1].total
    assert all(step.unit == "frames" for step in steps)
    assert all(step.total == 0 or step.done <= step.total for step in steps)


@pytest.mark.parametrize("made", [False, True])
@pytest.mark.parametrize("after", [1, 4, 9, 14])
def test_cancel_leaves_nothing(tmp_path, made, after):
    out = tmp_path / "deep" / "er" / "out"
    if made:
        out.mkdir(parents=True)
    closed = []

    class Closing(ArrayRecording):
        def close(self) -> None:
            closed.append(self)

    item = ExportItem(lambda: Closing("a", Path("/c/a.npz"), "test", LASER), "a", range(5))
    steps = export_frames([item], formats=FORMATS, folder=out, options=ExportOptions(clip_margin=0))
    for _ in range(after):
        next(steps)
    assert [path for path in tmp_path.rglob("*") if path.is_file()], "files are being written"
    steps.close()
    assert closed
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert list(tmp_path.iterdir()) == ([tmp_path / "deep"] if made else [])
    if made:
        assert list(out.iterdir()) == []


@dataclass
class Failing(ArrayRecording):
    """A file that vanished half-way."""

    def frame(self, index: int) -> Any:
        if index >= 3:
            raise ReadError(f"{self.path.name}: the file ends within frame {index}; copy it again.")
        return super().frame(index)


def test_what_cannot_be_read_is_listed_and_the_rest_goes_on(tmp_path):
    def gone() -> Any:
        raise ReadError("0002.npz: not a readable laser video; copy it again.")

    selection = [
        ExportItem(Failing("a", Path("/c/a.npz"), "test", LASER), "T/a", range(1, 6)),
        ExportItem(gone, "T/gone", [0, 1]),
        ExportItem(recording(), "T/b", [0, 40, 99]),
        ExportItem(recording(), "T/c", "38-45"),
    ]
    result = export(selection, ["npy", "h5", "mp4"], tmp_path / "out", clip_margin=0)
    about = manifest_of(result.folder)
    assert about["problems"] == list(result.problems) == [
        "T/a: frame 3 and 2 more could not be read (a.npz: the file ends within frame 3; copy it again.).",
        "T/gone: 0002.npz: not a readable laser video; copy it again.",
        "T/b: there is no frame 99; the recording's frames are 0 to 39.",
        "T/c: there is no frame 45; the recording's frames are 0 to 39.",
    ]  # fmt: skip
    exported = [(row["recording"], row["frame"]) for row in about["frames"]]
    assert exported == [("T/a", 1), ("T/a", 2), ("T/b", 0), ("T/c", 38), ("T/c", 39)]
    with h5py.File(result.folder / "T-a.h5") as file:
        assert file["entry/data/frames"].shape[0] == 2
    assert not list(result.folder.glob("T-gone*"))


def test_nothing_readable_still_says_why(tmp_path):
    failing = Failing("a", Path("/c/a.npz"), "test", LASER)
    result = export([ExportItem(failing, "a", [5])], FORMATS, tmp_path / "out", clip_margin=0)
    assert (result.frames, result.files) == (0, ("manifest.json", "manifest.csv"))
    assert names(result.folder) == {"manifest.json", "manifest.csv"}
    assert len(result.problems) == 1


def test_a_flag_far_beyond_the_end_costs_no_time(tmp_path):
    selection = [ExportItem(recording(), "a", range(38, 10**15)), ExportItem(recording(), "b", [-1, 0])]
    result = export(selection, ["npy"], tmp_path / "out")
    assert result.frames == 3
    assert [problem[:24] for problem in result.problems] == [
        "a: there is no frame 999",
        "b: there is no frame -1;",
    ]


@pytest.mark.parametrize(
    ("frames", "formats", "words"),
    [([0], ["bmp"], "no export format 'bmp'"), ([0], [], "at least one format"), ("1-x", ["png"], "1-x")],
)
def test_wrong_wishes_are_one_sentence(tmp_path, frames, formats, words):
    with pytest.raises(ExportError, match=words):
        export([ExportItem(recording(), "a", frames)], formats, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_formats_go_by_their_usual_names(tmp_path):
    result = export([ExportItem(recording(), "a", [0])], ["JPG", ".tif", "png", "PNG"], tmp_path / "out")
    assert {Path(name).suffix for name in result.files} == {".jpg", ".tiff", ".png", ".json", ".csv"}


def test_a_file_in_the_way_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ExportError) as raised:
            export([ExportItem(recording(), "a", [0])], ["png"], folder)
        assert "\n" not in str(raised.value)
    assert (tmp_path / "file").read_text() == "mine"


_FULL_DISK = """
import resource, sys
from pathlib import Path
import numpy as np
from thermview.errors import ExportError
from thermview.jobs import last_result
from thermview.recording import ArrayRecording
from thermview.review.export import ExportItem, export_frames
noise = np.random.default_rng(0).integers(0, 65536, (3, 300, 400)).astype(np.uint16)
item = ExportItem(ArrayRecording("a", Path("/c/a.npz"), "test", noise), "a", [0, 1, 2])
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
for name in sys.argv[2:]:
    try:
        last_result(export_frames([item], formats=[name], folder=Path(sys.argv[1]) / name))
    except ExportError as error:
        print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", _FULL_DISK, str(tmp_path), *FORMATS],
        capture_output=True, text=True, cwd=REPOSITORY, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    sentences = done.stdout.splitlines()
    assert len(sentences) == len(FORMATS)
    for name, sentence in zip(FORMATS, sentences, strict=True):
        assert sentence.startswith(f"The export could not be written to {tmp_path / name} (")
    assert list(tmp_path.iterdir()) == []


def test_boxes_are_drawn_and_told_apart(tmp_path):
    box = Annotation("leak", BoundingBox(4, 4, 10, 10))
    shown = {}
    for name, marks in {
        "none": (), "labelled": (box,), "predicted": (replace(box, origin="predicted", score=0.9),),
        "silly": tuple(Annotation("x", BoundingBox(at, 0, 2e9, 5)) for at in (math.nan, -1e9)),
    }.items():  # fmt: skip
        item = ExportItem(recording(warm(), APPARENT_TEMPERATURE), "a", [0], annotations=marks)
        export([item], ["png"], tmp_path / name)
        with Image.open(tmp_path / name / "a_frame_000000.png") as picture:
            shown[name] = np.asarray(picture)
    blue, orange = (86, 180, 233), (230, 159, 0)
    assert (shown["labelled"] == blue).all(axis=2).sum() > 500
    assert (shown["predicted"] == orange).all(axis=2).sum() > 200
    assert not (shown["none"] == blue).all(axis=2).any()
    assert not (shown["predicted"] == blue).all(axis=2).any()


@pytest.mark.parametrize(
    "quantity", [COUNT_DIFFERENCE, RAW_COUNTS, APPARENT_TEMPERATURE, ESTIMATED_TEMPERATURE]
)
@pytest.mark.parametrize("suffix", [".csv", ".h5", ".tiff"])
def test_a_quantity_reads_back_as_what_it_was(tmp_path: Path, quantity: Quantity, suffix: str) -> None:
    """A difference of counts must never come back as a temperature."""
    data = np.arange(60, dtype=np.uint16).reshape(3, 4, 5)
    recording = ArrayRecording("r", tmp_path / "r.npz", "array", data, quantity, 1000.0)
    item = ExportItem(recording, "r", [1])
    last_result(export_frames([item], formats=[suffix[1:]], folder=tmp_path / "out"))
    (written,) = (tmp_path / "out").glob(f"r*{suffix}")
    again = open_recording(written)
    assert again.quantity == quantity
    np.testing.assert_array_equal(again.frame(0), data[1])
