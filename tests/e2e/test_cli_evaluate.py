"""An engineer asks how far a score may be trusted: thermview evaluate on a capture of simulated batches."""

import json

import pytest
from cli_runs import here

from thermview.jobs import last_result
from thermview.sample.laser import write_laser


@pytest.fixture(scope="module")
def capture(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "laser"
    made = write_laser(
        folder, batches=2, recordings_per_batch=6, faulty_per_batch=1, frames=900, seed=3, full_length=0
    )
    last_result(made)
    return folder


def contents(folder):
    return {path.relative_to(folder): path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_the_report_says_what_the_numbers_say(capture, tmp_path):
    before = contents(capture)
    result = here("evaluate", capture, "--trials", 1, "-o", tmp_path / "report", "--json")
    assert result.status == 0, result.err
    (record,) = result.records
    assert record["simulated"] is True
    assert sum(row["fit"] + row["calibration"] + row["test"] for row in record["split"]) == 10
    assert len(record["known"]) == 2
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == ["report.html", "report.json"]
    assert json.loads((tmp_path / "report" / "report.json").read_text("utf-8")) == record
    page = (tmp_path / "report" / "report.html").read_text("utf-8")
    for row in record["known"]:
        assert row["recording"] in page
    for rule in record["rules"]:
        assert rule["rule"] in page
    for row in record["held_out"]:
        assert f"{row['hits']} of {row['of']}" in page.partition("recording that taught nothing")[2]
    assert contents(capture) == before


def test_without_a_folder_for_the_report_there_is_a_table(capture):
    result = here("evaluate", capture, "--trials", 0, "--no-baselines", "--no-noise")
    assert result.status == 0
    assert "SIMULATED recordings of 2 batches" in result.out
    assert "laser_generic, own threshold" in result.out
    held_out = result.out.partition("own threshold, all that taught nothing")[2]
    assert [line.split()[0] for line in held_out.splitlines()[1:4]] == ["laser_generic", "Type1", "Type7"]
    assert " of 6 (" in held_out.splitlines()[1]  # ten normal recordings, four of which teach
    assert "KDE-AMD" not in result.out
    assert "noise" not in result.out


def test_nothing_is_written_into_the_capture(capture):
    before = contents(capture)
    result = here("evaluate", capture, "-o", capture / "report")
    assert result.status == 1
    assert "never written to" in result.err
    assert contents(capture) == before


def test_a_second_report_does_not_replace_the_first(capture, tmp_path):
    (tmp_path / "report.json").write_text("mine", "utf-8")
    result = here("evaluate", capture, "--trials", 0, "--no-baselines", "-o", tmp_path)
    assert result.status == 0
    assert (tmp_path / "report.json").read_text("utf-8") == "mine"
    assert (tmp_path / "export-1" / "report.html").is_file()


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("no-such-folder",), 1, "no-such-folder"),
        ((".", "--rate", "0.9"), 2, "--rate"),
        ((".", "--recordings", "2"), 2, "--recordings"),
    ],
)
def test_what_cannot_be_evaluated_is_said(tmp_path, monkeypatch, words, status, said):
    monkeypatch.chdir(tmp_path)
    result = here("evaluate", *words)
    assert result.status == status
    assert said in result.err
    assert "Traceback" not in result.err


def test_a_capture_that_loses_a_file_is_evaluated_without_it(capture, tmp_path):
    broken = tmp_path / "laser" / "Type"
    broken.mkdir(parents=True)
    batch = next(path for path in capture.iterdir() if path.is_dir())
    for path in batch.iterdir():
        (broken / path.name).write_bytes(path.read_bytes())
    last = sorted(broken.glob("*.npz"))[0]
    last.write_bytes(last.read_bytes()[:100])
    result = here("evaluate", tmp_path / "laser", "--trials", 0, "--no-baselines")
    assert result.status == 3
    assert last.stem in result.err
    assert "normal ones tested" in result.out
