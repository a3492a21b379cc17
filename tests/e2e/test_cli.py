"""The command line as its contract states it: keys, numbers, exit statuses, what goes to which stream."""

from __future__ import annotations

import csv
import json
import math
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest
import tifffile
from cli_runs import here, program
from PIL import Image
from small_capture_files import FRAMES, metadata_of, write_batch, write_picture

import thermview
from thermview.review.flags import Flag
from thermview.review.store import ReviewStore
from thermview.sample.laser import make_batch, simulate

INFO_KEYS = [
    "path", "name", "kind", "frames", "rows", "columns", "frame_rate_hz", "quantity", "unit", "estimated",
    "min", "max", "mean", "metadata", "issues",
]  # fmt: skip
SCORE_KEYS = {
    "recording", "path", "frames", "score", "threshold", "p_value", "anomalous", "cause", "events", "model",
    "seconds", "frames_per_s",
}  # fmt: skip
TINY = ["--batches", 1, "--recordings-per-batch", 2, "--faulty-per-batch", 1, "--frames", 150,
        "--pictures", 1, "--crops-per-session", 1, "--frames-per-session", 0, "--drawn-sessions", 1]  # fmt: skip


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """A batch of two recordings, three pictures of a class, a table of temperatures, a file of no reader."""
    folder = tmp_path / "capture"
    rng = np.random.default_rng(5)
    write_batch(folder / "Type1", 1, 2, rng)
    for number in range(3):
        name = f"CAR_NOM_21.01.0{number + 1}_CIC_A1016-A1110_D3_00000{number}_bbox0.png"
        write_picture(folder / "Car-Normal" / name, rng)
    (folder / "table.csv").write_text("".join(f"{row}.5;{row};-4.5;21.25;\n" for row in range(4)))
    (folder / "notes.txt").write_text("nothing to see")
    return folder


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch whose second recording has the laser off for a while."""
    folder = tmp_path_factory.mktemp("faulty") / "Type7"
    folder.mkdir()
    batch = make_batch(7, 3, rows=15, columns=21, obstacles=0)
    metadata = {}
    for number, fault in enumerate((None, "power_drop")):
        recording = simulate(batch, number, 2000, fault=fault)
        np.savez_compressed(folder / f"000{number + 1}.npz", image=recording.frames)
        metadata[f"000{number + 1}"] = recording.metadata
    (folder / "metadata.pkl").write_bytes(pickle.dumps(metadata))
    return folder.parent


# --- usage --------------------------------------------------------------------------------------------


def test_help_names_every_command_and_comes_at_once() -> None:
    ran = here("--help")
    assert ran.status == 0
    for command in ("demo", "sample", "info", "score", "frame", "export", "evaluate", "bench"):
        assert f"\n  {command} " in ran.out
    heavy = "import sys, thermview.cli; print([n for n in ('numpy', 'cv2', 'rich', 'PySide6') if n in sys.modules])"
    told = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_version() -> None:
    assert program("--version").out == f"ThermView {thermview.__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        ["--nonsense"], ["scroe"], ["info"], ["info", "--wrong", "x"], ["frame", "x.npz", "-1"],
        ["frame", "x.npz", "one"], ["frame", "x.npz", "0", "-o", "x.doc"], ["export", "x", "-o", "out"],
        ["export", "x", "--events", "--flagged", "-o", "out"], ["export", "x", "--events"],
        ["export", "x", "--frames", "9-3", "-o", "out"],
        ["export", "x", "--frames", "0", "--format", "docx", "-o", "out"],
        ["export", "x", "--frames", "0", "--palette", "beige", "-o", "out"], ["score", "x", "--out", "scores.xls"],
        ["export", "x", "--flagged", "--store", "absent.sqlite", "-o", "out"], ["sample", "x", "--preset", "huge"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_is_two(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = here(*words)
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_mistyped_command_is_told_the_right_one() -> None:
    assert "Did you mean score?" in here("scroe").err


@pytest.mark.parametrize("words", [["scroe", "folder"], ["scroe", "folder", "-o", "x"]], ids=" ".join)
def test_a_mistyped_command_is_told_so_whatever_follows(words: list[str]) -> None:
    ran = here(*words)
    assert ran.status == 2
    assert "There is no command and no file or folder 'scroe'. Did you mean score?" in ran.err


def test_a_file_that_cannot_be_written_is_called_by_its_own_name(capture: Path, tmp_path: Path) -> None:
    for words in (
        ["frame", capture / "Type1" / "0001.npz", "0", "-o"],
        ["score", capture / "Type1" / "0001.npz", "--out"],
    ):
        out = tmp_path / "absent" / "x.csv"
        ran = here(*words, out)
        assert ran.status == 1
        assert ran.err.splitlines()[-1].startswith(f"{out}: ")


@pytest.mark.parametrize("command", [["info"], ["score"], []], ids=["info", "score", "window"])
def test_a_path_that_is_not_there_is_one(command: list[str], tmp_path: Path) -> None:
    ran = here(*command, tmp_path / "absent.npz")
    assert ran.status == 1
    assert "absent.npz: there is no such file or folder." in ran.err


def test_a_bare_path_reaches_the_window(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that is named like a command, behind ./; and the store goes along."""
    opened = []
    monkeypatch.setattr(
        "thermview.cli.window.open_window", lambda path, store=None: opened.append((path, store)) or 0
    )
    monkeypatch.chdir(capture.parent)
    (capture.parent / "demo").mkdir()
    assert here().status == 0
    assert here("capture").status == 0
    assert here("./demo", "--store", "flags.sqlite").status == 0
    assert here("--store", "flags.sqlite", "capture").status == 0
    store = Path("flags.sqlite")
    assert opened == [(None, None), (Path("capture"), None), (Path("demo"), store), (Path("capture"), store)]


def test_without_a_display_the_window_says_so(capture: Path) -> None:
    ran = program(capture, QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY="")
    assert ran.status == 1
    assert "no display" in ran.err


# --- info ---------------------------------------------------------------------------------------------


def test_info_tells_every_key_of_every_recording(capture: Path) -> None:
    ran = program("info", capture, "--json")
    assert (ran.status, ran.err) == (0, "")
    assert [list(record) for record in ran.records] == [INFO_KEYS] * 6
    by_name = {record["name"]: record for record in ran.records}

    laser = by_name["0001"]
    assert (laser["kind"], laser["frames"], laser["rows"], laser["columns"]) == (
        "laser video",
        FRAMES,
        12,
        16,
    )
    assert (laser["frame_rate_hz"], laser["unit"], laser["estimated"]) == (1000.0, "ΔDN", False)
    frames = np.load(capture / "Type1" / "0001.npz")["image"]
    assert (laser["min"], laser["max"]) == (frames.min(), frames.max())
    assert laser["mean"] == pytest.approx(frames.mean())
    assert metadata_of(1).items() <= laser["metadata"].items()
    assert laser["metadata"]["KeyfIniObstacle2"] == -1
    assert laser["metadata"]["recording"] == "Type1/0001"

    table = by_name["table"]
    assert (table["unit"], table["min"], table["max"], table["mean"]) == (
        "°C",
        -4.5,
        21.25,
        5.0625,
    )

    picture = by_name["CAR_NOM_21.01.01_CIC_A1016-A1110_D3_000000_bbox0"]
    assert picture["min"] is picture["max"] is picture["mean"] is None
    assert picture["metadata"]["class"] == "Car-Normal"
    assert picture["metadata"]["name_tokens"]["distance_m"] == 3.0


def test_info_counts_finite_values_only_and_nothing_becomes_nan_in_json(tmp_path: Path) -> None:
    np.save(tmp_path / "holes.npy", np.array([[[1.0, math.nan], [math.inf, 3.0]]], np.float32))
    np.save(tmp_path / "empty.npy", np.full((1, 2, 2), math.nan, np.float32))
    holes, empty = sorted(here("info", tmp_path, "--json").records, key=lambda record: record["name"])[::-1]
    assert (holes["min"], holes["max"], holes["mean"]) == (1.0, 3.0, 2.0)
    assert (empty["min"], empty["max"], empty["mean"]) == (None, None, None)


def test_info_goes_on_after_a_bad_file_and_leaves_with_three(capture: Path) -> None:
    (capture / "Type1" / "0003.npz").write_bytes(b"this is no archive")
    ran = here("info", capture, "--json")
    assert ran.status == 3
    assert len(ran.records) == 6
    assert ran.err.startswith("Type1/0003.npz: ")
    assert here("info", capture / "Type1" / "0003.npz").status == 1


def test_info_names_a_file_of_no_reader_only_where_it_was_asked_about(capture: Path) -> None:
    assert "notes" not in here("info", capture).err
    ran = here("info", capture / "notes.txt")
    assert ran.status == 1
    assert "notes.txt: no reader for this kind of file" in ran.err


def test_info_for_people_has_a_line_each_and_details_of_one(capture: Path) -> None:
    lines = here("info", capture).out.splitlines()
    assert len(lines) == 6
    assert any(line.startswith("Type1/0002") and "400 x 12 x 16" in line for line in lines)
    details = here("info", capture / "Type1" / "0001.npz").out
    assert "KeyfIniObstacle1" in details
    assert "1000 frames/s" in details


# --- score --------------------------------------------------------------------------------------------


def test_score_says_what_the_contract_says(faulty: Path) -> None:
    ran = program("score", faulty, "--json")
    assert (ran.status, ran.err) == (0, "")
    normal, fault = ran.records
    for record in (normal, fault):
        assert record.keys() >= SCORE_KEYS
        assert record["model"].keys() == {"name", "sha256"}
        assert record["frames"] == 2000
        assert record["frames_per_s"] == pytest.approx(2000 / record["seconds"])
    assert (normal["recording"], fault["recording"]) == ("Type7/0001", "Type7/0002")
    assert normal["score"] < fault["score"]
    assert fault["anomalous"] is (fault["score"] > fault["threshold"])
    for event in fault["events"]:
        assert event.keys() == {"first", "last", "peak", "score", "cause", "p_value", "text"}
        assert 0 <= event["first"] <= event["peak"] <= event["last"] < 2000


def test_a_name_with_the_end_of_a_line_stays_on_its_line(faulty: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(faulty, tmp_path / "own"))
    try:
        (own / "Type7" / "0001.npz").rename(own / "Type7" / "00\n01\x1b.npz")
    except OSError:
        pytest.skip("this file system takes no such names")
    for command in ("score", "info"):
        lines = here(command, own).out.splitlines()
        assert sum(line.startswith("Type7/00") for line in lines) == 2
        assert not any(line.startswith("01") for line in lines)


def test_score_finds_the_planted_fault(faulty: Path) -> None:
    fault = here("score", faulty / "Type7" / "0002.npz", "--json").records[0]
    assert fault["anomalous"]
    assert fault["cause"] == "power"


def test_scores_kept_from_an_earlier_run_are_the_same_and_fresh_ones_too(faulty: Path) -> None:
    def verdicts(*more: str) -> list[dict[str, object]]:
        return [
            {key: value for key, value in record.items() if key != "s" and "second" not in key and "per_s" not in key}
            for record in here("score", faulty, "--json", *more).records
        ]  # fmt: skip

    first = verdicts()
    assert verdicts() == first
    assert verdicts("--fresh") == first


def test_scores_of_every_frame_go_into_a_file(faulty: Path, tmp_path: Path) -> None:
    table, document = tmp_path / "scores.csv", tmp_path / "scores.h5"
    fault = here("score", faulty, "--out", table, "--json").records[1]
    assert here("score", faulty, "--out", document).status == 0
    rows = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    assert len(rows) == 4000
    assert list(rows[0])[:3] == ["recording", "frame", "score"]
    assert {"power", "position", "timing"} <= rows[0].keys()
    in_fault = [float(row["score"]) for row in rows if row["recording"] == "Type7/0002" and row["score"]]
    assert max(in_fault) == pytest.approx(fault["score"], rel=1e-5)
    with h5py.File(document) as file:
        assert file["Type7/0002/score"].shape == (2000,)
        assert np.nanmax(file["Type7/0002/score"][:]) == pytest.approx(fault["score"])
        assert "power" in file["Type7/0002/lanes"]


def test_score_reads_a_zipped_batch_as_it_was_downloaded(faulty: Path, tmp_path: Path) -> None:
    archive = tmp_path / "Type7.zip"
    with zipfile.ZipFile(archive, "w") as writer:
        for path in sorted((faulty / "Type7").iterdir()):
            writer.write(path, f"Type7/{path.name}")
    zipped = here("score", tmp_path, "--json").records
    plain = here("score", faulty, "--json").records
    assert [record["recording"] for record in zipped] == ["Type7/0001", "Type7/0002"]
    assert [record["score"] for record in zipped] == [record["score"] for record in plain]


def test_pictures_of_a_folder_are_scored_among_themselves(capture: Path) -> None:
    records = here("score", capture / "Car-Normal", "--json").records
    assert len(records) == 3
    for record in records:
        assert record.keys() >= SCORE_KEYS
        assert record["frames"] == 1
    alone = here("score", *sorted((capture / "Car-Normal").iterdir())[:1])
    assert alone.status == 1
    assert "give the folder" in alone.err


def test_what_a_model_does_not_score_is_left_out_of_a_folder_and_refused_by_name(capture: Path) -> None:
    ran = here("score", capture, "--json")
    assert ran.status == 0
    assert {record["recording"].split("/")[0] for record in ran.records} == {"Type1", "Car-Normal"}
    assert "Left out" in ran.err
    assert here("score", capture / "table.csv").status == 1


def test_a_model_that_is_not_there_is_one(faulty: Path, tmp_path: Path) -> None:
    ran = here("score", faulty, "--model", tmp_path / "absent.onnx")
    assert ran.status == 1
    assert "absent.onnx" in ran.err


# --- frame --------------------------------------------------------------------------------------------


def test_a_frame_as_numbers_on_stdout(capture: Path) -> None:
    ran = program("frame", capture / "Type1" / "0001.npz", 7)
    assert ran.status == 0
    numbers = np.array([row for row in csv.reader(ran.out.splitlines())], int)
    np.testing.assert_array_equal(numbers, np.load(capture / "Type1" / "0001.npz")["image"][7])
    assert "count difference" in ran.err


@pytest.mark.parametrize("suffix", [".npy", ".csv", ".tiff", ".png"])
def test_a_frame_as_a_file(capture: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"frame{suffix}"
    assert here("frame", capture / "table.csv", 0, "--celsius", "-o", out).status == 0
    expected = [[row + 0.5, row, -4.5, 21.25] for row in range(4)]
    if suffix == ".npy":
        np.testing.assert_array_equal(np.load(out), np.float32(expected))
    elif suffix == ".tiff":
        np.testing.assert_array_equal(tifffile.imread(out), np.float32(expected))
    elif suffix == ".csv":
        np.testing.assert_array_equal(np.loadtxt(out, delimiter=","), expected)
    else:
        assert out.read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in tmp_path.iterdir() if path != capture] == [out.name]


def test_no_frame_and_no_temperature_are_sentences(capture: Path) -> None:
    laser = capture / "Type1" / "0001.npz"
    beyond = here("frame", laser, FRAMES)
    assert (beyond.status, beyond.out) == (1, "")
    assert f"frames 0 to {FRAMES - 1}" in beyond.err
    counts = here("frame", laser, 0, "--celsius")
    assert (counts.status, counts.out) == (1, "")
    assert "no temperature" in counts.err
    picture = here("frame", next((capture / "Car-Normal").iterdir()), 0, "--celsius")
    assert "no temperature data in this picture" in picture.err


# --- export -------------------------------------------------------------------------------------------


def test_export_of_frames_with_manifest(capture: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = program(
        "export", capture / "Type1", "--frames", "0,5,10-12", "--format", "png,npy,h5", "-o", out, "--json"
    )
    assert (ran.status, ran.err) == (0, "")
    (record,) = ran.records
    assert (record["frames"], record["problems"]) == (10, [])
    assert sorted(path.name for path in out.iterdir()) == sorted(record["files"])
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert [row["frame"] for row in manifest["frames"]][:5] == [0, 5, 10, 11, 12]
    with h5py.File(out / "0001.h5") as file:
        assert file["entry/data/frames"].shape == (5, 12, 16)


def test_export_says_which_frames_there_are_not(capture: Path, tmp_path: Path) -> None:
    ran = here("export", capture / "Type1", "--frames", f"0,{FRAMES}", "-o", tmp_path / "out")
    assert ran.status == 3
    assert f"there is no frame {FRAMES}" in ran.err
    assert ran.out.startswith("2 frames in")


def test_export_of_flags_of_a_capture_and_of_one_file(capture: Path, tmp_path: Path) -> None:
    store = tmp_path / "flags.sqlite"
    with ReviewStore(store) as kept:
        kept.add_flag(capture, Flag("Type1/0001", 3, 5, "spatter", author="Kim"))
        kept.add_flag(capture / "Type1", Flag("0002", 8, 8, "odd"))
    common = ("--flagged", "--store", store, "--format", "npy", "-o")
    assert here("export", capture, *common, tmp_path / "a").status == 0
    rows = json.loads((tmp_path / "a" / "manifest.json").read_text("utf-8"))["frames"]
    assert [(row["recording"], row["frame"], row["flag"]["author"]) for row in rows] == [
        ("Type1/0001", frame, "Kim") for frame in (3, 4, 5)
    ]
    assert here("export", capture / "Type1" / "0002.npz", *common, tmp_path / "b").status == 0
    rows = json.loads((tmp_path / "b" / "manifest.json").read_text("utf-8"))["frames"]
    assert [(row["recording"], row["frame"]) for row in rows] == [("0002", 8)]
    nothing = here("export", capture / "Type1" / "0001.npz", *common, tmp_path / "c")
    assert nothing.status == 1
    assert "no flags" in nothing.err
    assert not (tmp_path / "c").exists()


def test_export_of_events_names_their_cause(faulty: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert here("export", faulty, "--events", "--format", "npy", "-o", out).status == 0
    rows = json.loads((out / "manifest.json").read_text("utf-8"))["frames"]
    fault = [row for row in rows if row["recording"] == "Type7/0002"]
    assert any(row["cause"] == "power" and row["score"] > row["threshold"] for row in fault)
    assert all(row["model"]["sha256"] for row in fault)


def test_export_where_a_file_stands_in_the_way_is_one(capture: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way")
    ran = here("export", capture / "Type1", "--frames", "0", "-o", tmp_path / "out")
    assert ran.status == 1
    assert "out is a file" in ran.err


# --- sample and demo ----------------------------------------------------------------------------------


def test_sample_is_made_and_its_refusals_are_sentences(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    ran = program("sample", folder, *TINY)
    assert (ran.status, ran.out) == (0, "")
    assert (folder / "sample.json").is_file()
    assert here("sample", folder, *TINY).status == 0
    other = here("sample", folder, *TINY, "--seed", 2)
    assert other.status == 1
    assert "another sample capture" in other.err
    impossible = here("sample", tmp_path / "b", "--recordings-per-batch", 2, "--faulty-per-batch", 5)
    assert impossible.status == 1
    assert not (tmp_path / "b").exists()


def test_demo_without_a_display_tours_the_sample_it_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tour itself is a story of the window; here: what it is given and what is said."""
    made, toured = [], []

    def make_sample(folder: Path) -> Iterator[object]:
        made.append(folder)
        return iter(())

    def tour(path: Path, out: Path) -> list[Path]:
        toured.append((path, out))
        return [out / "01-start.png"]

    monkeypatch.setattr("thermview.sample.make_sample", lambda folder: (step for step in make_sample(folder)))
    monkeypatch.setattr("thermview.cli.window.tour_off_screen", tour)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    sample = Path(os.environ["THERMVIEW_DATA_DIR"]) / "sample"
    ran = here("demo", "--out", tmp_path / "out")
    assert (ran.status, made, toured) == (0, [sample], [(sample, tmp_path / "out")])
    assert ran.out == f"{tmp_path / 'out' / '01-start.png'}\n"
    assert "off-screen" in ran.err


def test_demo_leaves_pictures_and_an_export(faulty: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = program("demo", "--capture", faulty, "--out", out, QT_QPA_PLATFORM="offscreen")
    assert ran.status == 0, ran.err
    left = [Path(line) for line in ran.out.splitlines()]
    assert [path for path in left if not path.exists()] == []
    assert sum(path.suffix == ".png" for path in left) >= 5
    assert (out / "export" / "manifest.json").is_file()
    assert "propagateSizeHints" not in ran.err


# --- streams and signals ------------------------------------------------------------------------------


def test_a_reader_that_goes_away_is_no_trouble(capture: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-m", "thermview", "info", str(capture), "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert writer.stdout is not None
    writer.stdout.close()
    assert writer.wait(timeout=120) == 141
    assert writer.stderr is not None
    assert writer.stderr.read() == ""
    writer.stderr.close()


@pytest.mark.skipif(os.name == "nt", reason="no signals of this kind")
def test_ctrl_c_stops_cleanly_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    np.savez(tmp_path / "long.npz", image=np.zeros((200_000, 15, 21), np.uint16))
    out = tmp_path / "out"
    export = subprocess.Popen(
        [sys.executable, "-m", "thermview", "export", str(tmp_path / "long.npz"), "--frames", "0-199999", "--format",
         "npy", "-o", str(out)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ},
    )  # fmt: skip
    begun = time.monotonic()
    while len(list(tmp_path.glob(".out*/*"))) < 3:
        assert export.poll() is None
        assert time.monotonic() - begun < 60
        time.sleep(0.02)
    export.send_signal(signal.SIGINT)
    told = export.communicate(timeout=60)[1]
    assert (export.returncode, told) == (130, "Stopped.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["long.npz"]


# --- bench --------------------------------------------------------------------------------------------


def test_bench_measures_against_the_goals() -> None:
    ran = program("bench", "--json")
    assert ran.status == 0
    figures = {record["name"]: record for record in ran.records}
    assert {
        "laser recording scored",
        "pictures embedded",
        "first frame of a laser recording",
    } <= figures.keys()
    for figure in figures.values():
        assert figure.keys() == {"name", "value", "unit", "goal", "more_is_better", "reached"}
        assert figure["value"] > 0
        assert (figure["reached"] is None) is (figure["goal"] is None)


def test_info_tells_noise_where_it_is_asked_for(tmp_path: Path) -> None:
    still = 25 + np.random.default_rng(0).normal(0, 0.05, (40, 24, 32)).astype(np.float32)
    np.save(tmp_path / "still_celsius.npy", still)
    np.save(tmp_path / "short_celsius.npy", still[:3])
    (record,) = here("info", tmp_path / "still_celsius.npy", "--noise", "--json").records
    assert list(record) == [*INFO_KEYS, "noise"]
    assert record["noise"]["temporal"] == pytest.approx(0.05, rel=0.1)
    assert "NETD" in record["noise"]["sentences"][0]
    (short,) = here("info", tmp_path / "short_celsius.npy", "--noise", "--json").records
    assert "at least 8 frames" in short["noise"]["problem"]
    (plain,) = here("info", tmp_path / "still_celsius.npy", "--json").records
    assert list(plain) == INFO_KEYS


def test_a_damaged_picture_is_told_in_our_words_alone(tmp_path: Path) -> None:
    """Libraries warn of what they find damaged; a person gets no lines of theirs."""
    exif = Image.Exif()
    exif[0x010E] = "x" * 60
    path = tmp_path / "a.jpg"
    Image.new("RGB", (20, 10), "red").save(path, exif=exif)
    content, count = path.read_bytes(), (61).to_bytes(4, "big")  # of letters, with the end of the text
    assert content.count(count) == 1
    path.write_bytes(content.replace(count, (9000).to_bytes(4, "big")))
    ran = program("info", path, "--json")
    assert (ran.status, ran.err) == (0, "")
    assert ran.records[0]["kind"] == "picture"
