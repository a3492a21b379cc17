"""The sample capture as a whole: same seed same bytes, foreign folders left alone, stopped runs completed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from thermview.errors import ExportError, ThermviewError
from thermview.jobs import last_result
from thermview.sample import MARKER, PRESETS, make_sample

TINY = {
    "batches": 2,
    "recordings_per_batch": 3,
    "faulty_per_batch": 1,
    "frames": 120,
    "pictures": 60,
    "crops_per_session": 12,
    "frames_per_session": 0,
}


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "one"
    last_result(make_sample(folder, seed=5, **TINY))
    return folder


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(made: Path, tmp_path: Path) -> None:
    last_result(make_sample(tmp_path / "same", seed=5, **TINY))
    last_result(make_sample(tmp_path / "other", seed=6, **TINY))
    first, same, other = (contents(path) for path in (made, tmp_path / "same", tmp_path / "other"))
    assert same == first
    assert other["thermal/radiometric/heating_spot.h5"] != first["thermal/radiometric/heating_spot.h5"]
    crops = {digest for name, digest in first.items() if "/crops/" in name}
    assert len(crops & {digest for name, digest in other.items() if "/crops/" in name}) <= 1  # the empty one


def test_every_file_is_a_step_and_the_last_one_reaches_the_total(tmp_path: Path) -> None:
    steps = list(make_sample(tmp_path / "new", seed=5, **TINY))
    assert [step.done for step in steps] == sorted({step.done for step in steps})
    assert steps[-1].done == steps[-1].total
    assert len({step.total for step in steps}) == 1
    assert all(step.unit == "files" for step in steps)
    plain = [step.result for step in steps if ".zip" not in str(step.result)]
    assert all(path.is_file() for path in plain)
    assert set(contents(tmp_path / "new")) >= {
        "README.txt", MARKER, "thermal_truth.json", "laser/laser_truth.json", "laser/Type1/metadata.pkl",
    }  # fmt: skip


def test_the_readme_says_that_nothing_is_real(made: Path) -> None:
    assert "EVERYTHING IN THIS FOLDER IS SIMULATED" in (made / "README.txt").read_text("utf-8")
    assert json.loads((made / "thermal_truth.json").read_text("utf-8"))["simulated"] is True


def test_a_complete_sample_is_left_alone(made: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*")}
    steps = list(make_sample(made, seed=5, **TINY))
    assert [(step.done, step.total) for step in steps] == [(1, 1)]
    assert {path: path.stat().st_mtime_ns for path in made.rglob("*")} == before


def test_a_stopped_run_is_recognised_and_completed(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "stopped"
    steps = make_sample(folder, seed=5, **TINY)
    for _ in range(20):
        written = next(steps).result
    steps.close()
    assert json.loads((folder / MARKER).read_text("utf-8"))["complete"] is False
    written.write_bytes(b"half of it")
    last_result(make_sample(folder, seed=5, **TINY))
    assert contents(folder) == contents(made)


def test_a_folder_with_other_things_in_it_is_refused_and_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ExportError, match="is not empty"):
        last_result(make_sample(tmp_path, **TINY))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("text", ['{"what": "another program"}', "[1, 2]", "not JSON", '{"complete": true}'])
def test_a_marker_that_is_not_ours_counts_as_foreign(tmp_path: Path, text: str) -> None:
    (tmp_path / MARKER).write_text(text)
    with pytest.raises(ExportError, match="is not empty"):
        last_result(make_sample(tmp_path, **TINY))
    assert (tmp_path / MARKER).read_text() == text


def test_a_sample_of_another_seed_is_refused(made: Path) -> None:
    with pytest.raises(ExportError, match=r"another sample capture .*seed 5"):
        last_result(make_sample(made, seed=7, **TINY))


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="is a file"):
        last_result(make_sample(tmp_path / "file", **TINY))


def test_a_folder_that_cannot_be_written_gives_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(ExportError, match=r"No space left on device.*choose another folder"):
        last_result(make_sample(tmp_path / "new", **TINY))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colours": 3}, "no size 'colours'"),
        ({"pictures": 0}, "pictures cannot be 0"),
        ({"frames": 10}, "frames cannot be 10"),
        ({"faulty_per_batch": 3}, "more recordings_per_batch"),
    ],
)
def test_impossible_sizes_are_said_before_anything_is_written(
    tmp_path: Path, changes: dict[str, int], said: str
) -> None:
    with pytest.raises(ThermviewError, match=said):
        last_result(make_sample(tmp_path / "new", **(TINY | changes)))
    assert not (tmp_path / "new").exists()


def test_an_unknown_preset_is_said(tmp_path: Path) -> None:
    with pytest.raises(ThermviewError, match="no sample preset 'huge'; choose one of small, full"):
        last_result(make_sample(tmp_path / "new", preset="huge"))  # type: ignore[arg-type]


def test_the_full_preset_is_as_large_as_the_published_sets() -> None:
    full = PRESETS["full"]
    assert full.pictures == 1_223_849
    assert full.batches == 36
    assert 4_000 < full.batches * full.recordings_per_batch < 4_400
