"""A data engineer asks whether a set is fit to train on: thermview diagnose, its report, its fixes, its copy."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from cli_runs import here, program
from diagnosis_sets import tree_digest
from PIL import Image
from unit.diagnosis.small_capture import averaging_card, averaging_graph, name_of, picture

FILES = {"report.html", "report.json", "fixes"}


def write_set(root: Path) -> Path:
    """Three classes of six sessions, one session of cars among the pipes, a broken file, an RGBA picture, a copy."""
    rng = np.random.default_rng(3)
    plans = (("Car-Normal", "CAR", 8), ("Pipe-Normal", "PIP", 5), ("Pipe-Leak", "PIP", 3))
    for number, (name, code, frames) in enumerate(plans):
        middle = rng.uniform(40, 200, (4, 4, 3))
        for session in range(6):
            seen = np.clip(middle + rng.normal(0, 30, middle.shape), 0, 255)
            for frame in range(frames):
                file = root / name / f"{name_of(code, session + 6 * number, frame, 3.0)}.png"
                write_picture(file, picture(rng, seen), rgba=session % 2 == 0)
    stray = np.clip(rng.uniform(40, 200, (4, 4, 3)), 0, 255)
    for frame in range(4):
        write_picture(root / "Pipe-Leak" / f"{name_of('CAR', 25, frame, 20.0)}.png", picture(rng, stray))
    (root / "Car-Normal" / f"{name_of('CAR', 0, 90)}.png").write_bytes(b"\x89PNG broken")
    whole = sorted((root / "Car-Normal").glob("*.png"))[9]
    (root / "Car-Normal" / f"{name_of('CAR', 1, 91)}.png").write_bytes(whole.read_bytes())
    return root


def write_picture(file: Path, pixels: np.ndarray, *, rgba: bool = False) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    if rgba:
        pixels = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    Image.fromarray(pixels).save(file, compress_level=1)


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedding that takes no time: mean colours of a grid."""
    import onnx

    path = tmp_path_factory.mktemp("model") / "averages.onnx"
    onnx.save_model(averaging_graph(), path)
    path.with_suffix(".json").write_text(averaging_card().model_dump_json(), "utf-8")
    return path


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("sets") / "set")


def report_of(folder: Path) -> dict:
    report = json.loads((folder / "report.json").read_text("utf-8"))
    del report["run"]
    return report


def test_a_set_gets_its_report_and_stays_as_it_was(pictures, backbone, tmp_path):
    before = tree_digest(pictures)
    ran = here("diagnose", pictures, "-o", tmp_path / "out", "--model", backbone)
    assert ran.status == 0, ran.err
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES
    assert tree_digest(pictures) == before
    report = report_of(tmp_path / "out")
    assert report["overview"]["pictures"] == 102
    assert report["l1"]["unreadable_count"] == 1
    assert report["l1"]["duplicate_groups"] == 1
    assert report["model"]["name"] == "averages"
    stray = report["contamination"][0]
    assert (stray["class"], stray["n"]) == ("Pipe-Leak", 4)
    assert all("CAR_" in path for path in stray["evidence"])
    assert "pictures in 3 classes" in ran.out
    assert "report.html" in ran.err


def test_lines_of_json_tell_findings_and_where_the_report_is(pictures, backbone, tmp_path):
    ran = here("diagnose", pictures, "-o", tmp_path / "out", "--model", backbone, "--json")
    events = [record["event"] for record in ran.records]
    assert events[-1] == "report"
    assert "finding" in events
    last = ran.records[-1]
    assert Path(last["report"]) == tmp_path / "out" / "report.json"
    assert (last["pictures"], last["unreadable"], last["classes"]) == (102, 1, 3)
    assert sum(last["findings"].values()) == events.count("finding")
    assert {record["kind"] for record in ran.records if record["event"] == "finding"} >= {"contamination"}


def test_a_model_that_cannot_be_opened_leaves_the_first_level_and_status_3(pictures, tmp_path):
    broken = tmp_path / "own.onnx"
    broken.write_bytes(b"no model")
    ran = here("diagnose", pictures, "-o", tmp_path / "out", "--model", broken)
    assert ran.status == 3
    assert ran.err.count("own.onnx: not an ONNX model") == 1
    report = report_of(tmp_path / "out")
    assert report["model"] is None
    assert report["model_problem"].startswith("own.onnx: ")
    assert report["l2"]["missing"] == report["l3"]["missing"] == report["model_problem"]
    assert report["l1"]["unreadable_count"] == 1
    assert report["contamination"][0]["class"] == "Pipe-Leak"
    assert "own.onnx: not an ONNX model" in (tmp_path / "out" / "report.html").read_text("utf-8")
    other = here("diagnose", pictures, "-o", tmp_path / "two", "--beside", tmp_path / "out" / "report.json")
    assert other.status == 0


def test_a_folder_given_as_a_dot_has_its_own_name(pictures, backbone, tmp_path, monkeypatch):
    monkeypatch.chdir(pictures)
    assert here("diagnose", ".", "-o", tmp_path / "out", "--model", backbone).status == 0
    assert report_of(tmp_path / "out")["set"] == "set"
    assert "Is set fit to train on?" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_another_report_stands_beside(pictures, backbone, tmp_path):
    words = ("diagnose", pictures, "--model", backbone, "-o")
    assert here(*words, tmp_path / "first").status == 0
    assert here(*words, tmp_path / "out", "--beside", tmp_path / "first" / "report.json").status == 0
    assert "Beside other sets" in (tmp_path / "out" / "report.html").read_text("utf-8")
    ran = here(*words, tmp_path / "no", "--beside", tmp_path / "first" / "report.html")
    assert (ran.status, ran.err.count("\n")) == (1, 1)


def test_a_second_run_says_the_same_and_keeps_the_first(pictures, backbone, tmp_path):
    for _ in range(2):
        assert here("diagnose", pictures, "-o", tmp_path, "--model", backbone).status == 0
    assert {path.name for path in tmp_path.iterdir()} == {*FILES, "earlier-1"}
    assert report_of(tmp_path) == report_of(tmp_path / "earlier-1")


def test_the_copy_is_mended_and_checked(pictures, backbone, tmp_path):
    copy = tmp_path / "copy"
    ran = here(
        "diagnose",
        pictures,
        "-o",
        tmp_path / "out",
        "--model",
        backbone,
        "--apply",
        copy,
        "--split",
        "--json",
    )
    assert ran.status == 0, ran.err
    said = ran.records[-1]
    assert said["event"] == "copy"
    assert (said["pictures"], said["relabelled"], said["left_out"]) == (100, 4, 2)
    files = list(copy.rglob("*.png"))
    assert len(files) == 100
    assert not list(copy.glob("*/Pipe-Leak/CAR_*"))
    assert len(list(copy.glob("*/Car-Normal/CAR_*_D20_*"))) == 4
    for file in files[::9]:
        with Image.open(file) as shown:
            assert shown.mode == "RGB"
    with (copy / "manifest.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert len(list(csv.DictReader(stream))) == 100


def test_what_is_said_of_the_set_is_held_against_it(pictures, backbone, tmp_path):
    words = ("--collected", "2021-02-01,2021-02-10", "--farthest", "5")
    assert here("diagnose", pictures, "-o", tmp_path / "out", "--model", backbone, *words).status == 0
    report = report_of(tmp_path / "out")
    assert report["l1"]["odd_distances_count"] == 4
    assert report["l1"]["dates_outside_count"] > 0


def test_edited_lists_are_what_is_done(pictures, backbone, tmp_path):
    words = ("diagnose", pictures, "--model", backbone, "-o", tmp_path / "out")
    assert here(*words).status == 0
    lists = tmp_path / "out" / "fixes"
    first, *rows = (lists / "relabel.csv").read_text("utf-8-sig").splitlines()
    (lists / "relabel.csv").write_text("\n".join([first, rows[0]]), "utf-8")
    ran = here(*words, "--fixes", lists, "--apply", tmp_path / "copy", "--json")
    assert ran.status == 0, ran.err
    assert ran.records[-1]["relabelled"] == 1
    assert len((tmp_path / "out" / "fixes" / "relabel.csv").read_text("utf-8-sig").splitlines()) == 2


@pytest.mark.parametrize(
    "words",
    [
        ("--split",), ("--subclasses",), ("--shard", "0/3"), ("--shard", "4/3"), ("--shard", "x"), ("--seed", "-1"),
        ("--collected", "2021"), ("--collected", "2021-02-01,2020-01-01"), ("--farthest", "-1"),
        ("--shard", "1/2", "--merge"), ("--dask", "tcp://x:1", "--merge"), ("--shard", "1/2", "--apply", "c"),
    ],
)  # fmt: skip
def test_wrong_usage_is_2(pictures, tmp_path, words):
    assert here("diagnose", pictures, "-o", tmp_path / "out", *words).status == 2


def test_what_cannot_be_done_is_one_sentence(pictures, backbone, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("no folder")
    for words, said in (
        ((tmp_path / "gone", "-o", tmp_path / "out"), "no such folder"),
        ((tmp_path / "file", "-o", tmp_path / "out"), "not a folder"),
        ((tmp_path / "empty", "-o", tmp_path / "out"), "no picture"),
        ((pictures, "-o", tmp_path / "file"), "is a file"),
        ((pictures, "-o", pictures / "out"), "never written to"),
        ((pictures, "-o", tmp_path / "out", "--apply", pictures / "copy"), "never written to"),
    ):
        ran = here("diagnose", *words, *(() if "--model" in words else ("--model", backbone)))
        assert ran.status == 1, ran.err
        assert said in ran.err.splitlines()[-1]
        assert "Traceback" not in ran.err
        assert not (tmp_path / "out").exists()


def test_shards_merged_say_what_one_run_says(pictures, backbone, tmp_path, monkeypatch):
    assert here("diagnose", pictures, "-o", tmp_path / "whole", "--model", backbone).status == 0
    for shard in ("2/3", "1/3"):
        ran = here(
            "diagnose", pictures, "-o", tmp_path / "out", "--model", backbone, "--shard", shard, "--json"
        )
        assert ran.status == 0, ran.err
        assert ran.records[-1]["event"] == "shard"
    early = here("diagnose", pictures, "-o", tmp_path / "out", "--model", backbone, "--merge")
    assert early.status == 1
    assert "3 of 3 is missing" in early.err
    assert (
        here("diagnose", pictures, "-o", tmp_path / "out", "--model", backbone, "--shard", "3/3").status == 0
    )
    monkeypatch.setenv("THERMVIEW_CACHE_DIR", str(tmp_path / "cache of the merging machine"))
    ran = here("diagnose", pictures, "-o", tmp_path / "out", "--model", backbone, "--merge")
    assert ran.status == 0, ran.err
    assert report_of(tmp_path / "out") == report_of(tmp_path / "whole")


def test_a_cluster_that_is_not_there_is_one_sentence(pictures, backbone, tmp_path):
    pytest.importorskip("distributed", reason="needs the extra thermview[cluster]")
    ran = here(
        "diagnose", pictures, "-o", tmp_path / "out", "--model", backbone, "--dask", "no address at all"
    )
    assert ran.status == 1
    assert "Traceback" not in ran.err


def test_hostile_names_are_pictures_like_others(backbone, tmp_path):
    rng = np.random.default_rng(5)
    root = tmp_path / "<b>set"
    for name in ("=1+1-Normal", "<script>-Leak", "정상-Normal", "a'b\"&-Leak"):
        for number in range(3):
            write_picture(
                root / name / f"{number}\u202e<img src=x>.png", picture(rng, rng.uniform(0, 255, (4, 4, 3)))
            )
    os.makedirs(os.fsencode(root) + b"/odd\xff-Normal")
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(tmp_path / "black.png")
    (tmp_path / "black.png").rename(os.fsdecode(os.fsencode(root) + b"/odd\xff-Normal/1.png"))
    ran = here("diagnose", root, "-o", tmp_path / "out", "--model", backbone, "--apply", tmp_path / "copy")
    assert ran.status == 0, ran.err
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "<script" not in page
    assert "<img src=x" not in page
    assert report_of(tmp_path / "out")["overview"]["pictures"] == 13
    assert len([file for file in (tmp_path / "copy").rglob("*") if file.is_file()]) == 13 + 2


def test_a_folder_without_classes_is_diagnosed_too(backbone, tmp_path):
    rng = np.random.default_rng(6)
    for number in range(12):
        write_picture(tmp_path / "flat" / f"{number:03d}.png", picture(rng, rng.uniform(0, 255, (4, 4, 3))))
    ran = here("diagnose", tmp_path / "flat", "-o", tmp_path / "out", "--model", backbone)
    assert ran.status == 0, ran.err
    report = report_of(tmp_path / "out")
    assert report["overview"]["pictures"] == 12
    assert report["contamination"] == []


def test_stopped_by_ctrl_c_it_leaves_nothing_and_goes_on_the_next_time(pictures, backbone, tmp_path):
    cache = tmp_path / "cache"
    environment = {
        **os.environ, "THERMVIEW_CACHE_DIR": str(cache),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }  # fmt: skip
    words = [
        sys.executable,
        "-m",
        "thermview",
        "diagnose",
        str(pictures),
        "-o",
        str(tmp_path / "out"),
        "--model",
        str(backbone),
    ]
    started = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and started.poll() is None and not any(cache.rglob("*")):
        time.sleep(0.01)
    started.send_signal(signal.SIGINT)
    started.communicate(timeout=60)
    assert started.returncode == 130
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".out*"))
    whole = program(
        "diagnose", pictures, "-o", tmp_path / "out", "--model", backbone, THERMVIEW_CACHE_DIR=str(cache)
    )
    assert whole.status == 0, whole.err
    assert here("diagnose", pictures, "-o", tmp_path / "fresh", "--model", backbone).status == 0
    assert report_of(tmp_path / "out") == report_of(tmp_path / "fresh")


def test_a_place_that_cannot_be_written_is_told_before_the_work(pictures, backbone, tmp_path):
    (tmp_path / "file").write_text("in the way")
    within = tmp_path / "file" / "out"
    for choices in (
        ["-o", within],
        ["-o", within, "--shard", "1/2"],
        ["-o", tmp_path / "out", "--apply", within],
    ):
        ran = here("diagnose", pictures, *choices, "--model", backbone, "--json")
        assert (ran.status, ran.out) == (1, "")
        assert "could not be written" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_copy_over_something_is_told_before_the_work(pictures, backbone, tmp_path):
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "mine.txt").write_text("stays")
    place = tmp_path / "copy"
    ran = here("diagnose", pictures, "-o", tmp_path / "out", "--apply", place, "--model", backbone, "--json")
    assert (ran.status, ran.out) == (1, "")
    assert "not empty" in ran.err
    assert not (tmp_path / "out").exists()
