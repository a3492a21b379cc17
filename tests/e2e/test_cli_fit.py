"""An engineer lets the program learn a batch: thermview fit, and thermview score with what it learnt."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from cli_runs import here, program
from laser_fits import PLAIN, simulated, write_batch, write_frames

from thermview.inference import open_model
from thermview.sample.laser import simulate

COUNT, FRAMES = 5, 500


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "capture"
    write_batch(folder / "Type4", simulated(PLAIN, COUNT, FRAMES))
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A capture that a test may spoil before it is fitted."""
    write_batch(tmp_path / "capture" / "Type4", simulated(PLAIN, COUNT, FRAMES))
    return tmp_path / "capture"


def contents(folder: Path) -> dict[Path, tuple[int, int]]:
    return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*")}


def one_sentence(text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip()]
    return "Traceback" not in text and len(lines) == 1


def test_a_batch_is_learnt_and_the_capture_left_alone(capture: Path, tmp_path: Path) -> None:
    before, model = contents(capture), tmp_path / "own.onnx"
    result = here("fit", capture, "-o", model, "--json")
    assert result.status == 0, result.err
    assert contents(capture) == before
    (record,) = result.records
    assert record["model"]["name"] == "own"
    assert record["model"]["sha256"] == hashlib.sha256(model.read_bytes()).hexdigest()
    assert record["bytes"] == model.stat().st_size
    assert record["threshold"] == 1.0
    assert record["problems"] == []
    (batch,) = record["batches"]
    assert (batch["batch"], batch["rows"], batch["columns"], batch["patterns"]) == ("Type4", 12, 16, 1)
    assert batch["period_frames"] == pytest.approx(PLAIN.period, rel=1e-3)
    assert batch["false_alarm_rate"] == pytest.approx(1 / (COUNT + 1), abs=1e-4)
    assert len({*batch["learnt_from"], *batch["calibrated_on"]}) == COUNT
    assert "5 normal recordings" in result.err
    assert open_model(model).card.name == "own"
    assert list(tmp_path.iterdir()) == [model]


def test_a_person_reads_what_was_learnt(capture: Path, tmp_path: Path) -> None:
    result = here("fit", capture, "-o", tmp_path / "own.onnx")
    assert result.status == 0
    for part in ("own.onnx", "Type4", "16 x 12 pixels", "frames", "no detour", "16.7 %"):
        assert part in result.out


def test_what_was_fitted_scores(capture: Path, tmp_path: Path) -> None:
    model = tmp_path / "own.onnx"
    assert here("fit", capture, "-o", model).status == 0
    new = tmp_path / "new" / "Type4"
    new.mkdir(parents=True)
    write_frames(new / "0090.npz", simulate(PLAIN, 90, FRAMES).frames)
    write_frames(new / "0091.npz", simulate(PLAIN, 91, FRAMES, fault="path_offset", size=1.4).frames)
    (tmp_path / "Type4").mkdir()
    without = write_frames(tmp_path / "Type4" / "0092.npz", np.full((FRAMES, 12, 16), np.nan, np.float32))
    failed = here("score", without, "--model", model)
    assert failed.status == 1
    assert "not scored: 500 of 500 frames hold no numbers" in failed.out
    result = here("score", new.parent, "--model", model, "--json")
    assert result.status == 0, result.err
    normal, spoilt = sorted(result.records, key=lambda record: str(record["recording"]))
    assert spoilt["anomalous"] is True
    assert normal["score"] < 2.0 < spoilt["score"]


def test_fitting_twice_gives_the_same_file(capture: Path, tmp_path: Path) -> None:
    digests = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        assert here("fit", capture, "-o", tmp_path / folder / "own.onnx").status == 0
        digests.append(hashlib.sha256((tmp_path / folder / "own.onnx").read_bytes()).hexdigest())
    assert digests[0] == digests[1]


def test_the_folder_of_a_single_batch_is_one(capture: Path, tmp_path: Path) -> None:
    result = here("fit", capture / "Type4", "-o", tmp_path / "own.onnx", "--json")
    assert result.status == 0, result.err
    (batch,) = result.records[0]["batches"]
    assert batch["batch"] == "Type4"
    assert set(batch["learnt_from"]) <= {f"Type4/{number:04d}" for number in range(1, COUNT + 1)}


@pytest.mark.parametrize("inner", ["", "Type4/"])
def test_a_zip_is_a_capture(capture: Path, tmp_path: Path, inner: str) -> None:
    path = tmp_path / "Type4.zip"
    with zipfile.ZipFile(path, "w") as into:
        for file in sorted((capture / "Type4").iterdir()):
            into.write(file, f"{inner}{file.name}")
    result = here("fit", path, "-o", tmp_path / "own.onnx", "--json")
    assert result.status == 0, result.err
    assert [batch["batch"] for batch in result.records[0]["batches"]] == ["Type4"]


def test_what_cannot_be_used_is_told_and_the_status_says_so(own: Path, tmp_path: Path) -> None:
    (own / "Type4" / "0006.npz").write_bytes(b"broken")
    write_frames(own / "Type4" / "0007.npz", np.zeros((FRAMES, 12, 16), np.uint16))
    before = contents(own)
    result = here("fit", own, "-o", tmp_path / "own.onnx", "--json")
    assert result.status == 3
    assert result.err.count("0006") == result.err.count("0007") == 1
    assert len(result.records[0]["batches"][0]["learnt_from"]) == COUNT
    assert contents(own) == before


def test_a_broken_batch_leaves_the_other(own: Path, tmp_path: Path) -> None:
    (own / "Type5").mkdir()
    for number in range(5):
        (own / "Type5" / f"{number}.npz").write_bytes(b"broken")
    result = here("fit", own, "-o", tmp_path / "own.onnx", "--json")
    assert result.status == 3
    assert [batch["batch"] for batch in result.records[0]["batches"]] == ["Type4"]
    assert "Type5" in result.err
    assert "Traceback" not in result.err


def test_three_recordings_are_too_few_and_nothing_is_written(own: Path, tmp_path: Path) -> None:
    for number in (4, 5):
        (own / "Type4" / f"{number:04d}.npz").unlink()
    result = here("fit", own, "-o", tmp_path / "own.onnx")
    assert result.status == 1
    assert "3 normal recordings can be used" in result.err
    assert one_sentence(result.err)
    assert not (tmp_path / "own.onnx").exists()


def test_noise_is_refused(tmp_path: Path) -> None:
    (tmp_path / "noise" / "Type1").mkdir(parents=True)
    rng = np.random.default_rng(0)
    for number in range(4):
        frames = rng.poisson(5, (300, 12, 16)).astype(np.uint16)
        write_frames(tmp_path / "noise" / "Type1" / f"{number}.npz", frames)
    result = here("fit", tmp_path / "noise", "-o", tmp_path / "own.onnx")
    assert result.status == 1
    assert "no cycle" in result.err
    assert one_sentence(result.err)


def test_an_existing_model_is_whole_or_stays(own: Path, tmp_path: Path) -> None:
    model = tmp_path / "own.onnx"
    model.write_bytes(b"what was there")
    for path in (own / "Type4").glob("*.npz"):
        path.write_bytes(b"broken")
    assert here("fit", own, "-o", model).status == 1
    assert model.read_bytes() == b"what was there"


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("no-such-folder", "-o", "m.onnx"), 1, "no-such-folder"),
        (("empty", "-o", "m.onnx"), 1, "empty"),
        (("file.npz", "-o", "m.onnx"), 1, "file.npz"),
        (("empty", "-o", "model.bin"), 2, ".onnx"),
        (("empty",), 2, "--output"),
        (("empty", "-o", "m.onnx", "--rate", "0.9"), 2, "--rate"),
        (("empty", "-o", "m.onnx", "--rate", "0"), 2, "--rate"),
        (("empty", "-o", "empty/m.onnx"), 1, "never written to"),
    ],
)
def test_what_cannot_be_fitted_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], status: int, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.npz").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    result = here("fit", *words)
    assert result.status == status
    assert said in result.err
    assert "Traceback" not in result.err
    assert not list(tmp_path.rglob("*.onnx"))


def test_a_folder_that_is_not_there_for_the_model_is_said_and_leaves_nothing(
    capture: Path, tmp_path: Path
) -> None:
    result = here("fit", capture, "-o", tmp_path / "missing" / "own.onnx")
    assert result.status == 1
    assert "own.onnx" in result.err
    assert list(tmp_path.iterdir()) == []


def test_recordings_can_be_left_out(own: Path, tmp_path: Path) -> None:
    result = here("fit", own, "-o", tmp_path / "own.onnx", "--exclude", "0002", "--json")
    assert result.status == 0
    assert "Type4/0002" not in json.dumps(result.records)


def test_what_the_truth_calls_faulty_teaches_nothing(own: Path, tmp_path: Path) -> None:
    truth = {"recordings": {"Type4/0003": {"normal": False, "kind": "power_drop"}}}
    (own / "laser_truth.json").write_text(json.dumps(truth), "utf-8")
    result = here("fit", own, "-o", tmp_path / "own.onnx", "--json")
    assert "Type4/0003" not in json.dumps(result.records[0]["batches"])
    assert "laser_truth.json" in " ".join(result.records[0]["problems"])


@pytest.mark.parametrize("name", ["Type4\nnext", "Type4 \x1b[31mred", "[bold]Type4", "-o"])
def test_names_that_a_terminal_would_obey_are_only_names(own: Path, tmp_path: Path, name: str) -> None:
    (own / "Type4").rename(own / name)
    (own / name / "0009.npz").write_bytes(b"broken")
    result = here("fit", own, "-o", tmp_path / "own.onnx")
    assert result.status == 3
    assert "\x1b" not in result.out + result.err
    assert "0009" in result.err


def test_as_a_program_it_ends_cleanly(capture: Path, tmp_path: Path) -> None:
    result = program("fit", capture, "-o", tmp_path / "own.onnx", "--json")
    assert result.status == 0, result.err
    assert len(result.records) == 1
    assert "Warning" not in result.err


def test_what_is_left_out_on_purpose_is_no_failure(own: Path, tmp_path: Path) -> None:
    truth = {"recordings": {"Type4/0003": {"normal": False}}}
    (own / "laser_truth.json").write_text(json.dumps(truth), "utf-8")
    result = here("fit", own.parent / "capture", "-o", tmp_path / "own.onnx")
    assert result.status == 0
    assert "laser_truth.json calls 0003 faulty" in result.err


def test_a_place_that_cannot_be_written_is_told_before_the_work(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thermview.cli.fitting.fit", lambda *_: pytest.fail("it was fitted all the same"))
    result = here("fit", own, "-o", tmp_path / "missing" / "own.onnx")
    assert (result.status, one_sentence(result.err)) == (1, True)
    assert "there is no folder" in result.err


def test_a_person_reads_once_that_the_generic_model_scored_instead(capture: Path, tmp_path: Path) -> None:
    model = tmp_path / "own.onnx"
    assert here("fit", capture, "-o", model).status == 0
    strange = tmp_path / "strange" / "Type9"
    strange.mkdir(parents=True)
    for number in (1, 2):
        write_frames(
            strange / f"000{number}.npz",
            np.pad(simulate(PLAIN, number, FRAMES).frames, ((0, 0), (1, 1), (2, 2))),
        )
    result = here("score", strange.parent, "--model", model)
    assert result.err.count("scored by the generic model instead") == 1
    assert "Type9/0001 and 1 more: " in result.err
