"""Whatever lies in the folder: one sentence for each recording that cannot be used, and the rest is fitted."""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from laser_fits import PLAIN, fitted, simulated, write_batch, write_frames, write_metadata

from thermview.cli.failures import Tally
from thermview.cli.found import find_recordings
from thermview.errors import ReadError
from thermview.inference import open_model
from thermview.jobs import last_result
from thermview.laser.normality.fit import BatchFit, Fit, FitOptions, fit
from thermview.laser.normality.model import write_model
from thermview.readers import open_recording
from thermview.sample.laser import SimulatedRecording, simulate
from thermview.scoring import Scores, score_recording

COUNT, FRAMES = 5, 400


@pytest.fixture(scope="module")
def normals() -> list[SimulatedRecording]:
    return simulated(PLAIN, COUNT, FRAMES)


@pytest.fixture
def batch(tmp_path: Path, normals: list[SimulatedRecording]) -> Path:
    """Type4 with five usable recordings in a capture of its own."""
    write_batch(tmp_path / "capture" / "Type4", normals)
    return tmp_path / "capture" / "Type4"


def only(result: Fit) -> BatchFit:
    (batch,) = result.batches
    return batch


def used(result: BatchFit) -> set[str]:
    return {*result.learnt_from, *result.calibrated_on, *result.suspects}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def is_sentence(text: str) -> bool:
    return text.endswith(".") and "\n" not in text and "Traceback" not in text and len(text) < 400


def truncated(path: Path) -> None:
    write_frames(path, np.ones((FRAMES, 12, 16), np.uint16))
    path.write_bytes(path.read_bytes()[:5000])


def with_another_checksum(path: Path) -> None:
    np.savez_compressed(path, image=simulate(PLAIN, 30, FRAMES).frames)
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 16] ^= 0x01
    path.write_bytes(content)


def frames_of(made: Callable[[], np.ndarray]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        write_frames(path, made())

    return write


def with_nan() -> np.ndarray:
    frames = simulate(PLAIN, 30, FRAMES).frames.astype(np.float32)
    frames[100:105, 3, 3] = np.nan
    return frames


UNUSABLE: dict[str, tuple[Callable[[Path], None], str]] = {
    "another size": (frames_of(lambda: simulate(PLAIN, 30, 400).frames[:, :10, :14]), "10 x 14 pixels"),
    "too short": (frames_of(lambda: simulate(PLAIN, 30, 400).frames[:40]), "40 frames"),
    "one frame": (frames_of(lambda: simulate(PLAIN, 30, 400).frames[:1]), ""),
    "all zero": (frames_of(lambda: np.zeros((FRAMES, 12, 16), np.uint16)), "zero"),
    "saturated": (frames_of(lambda: np.full((FRAMES, 12, 16), 1023, np.uint16)), "saturated"),
    "saturated for a while": (
        frames_of(lambda: np.where(np.arange(400)[:, None, None] // 100 == 2, 1023, simulate(PLAIN, 30, 400).frames)),
        "saturated",
    ),
    "constant": (frames_of(lambda: np.ones((FRAMES, 12, 16), np.uint16)), "nothing moves"),
    "words": (frames_of(lambda: np.full((FRAMES, 12, 16), "hot")), ""),
    "more than a camera counts": (
        frames_of(lambda: simulate(PLAIN, 30, 400).frames * 1e300),
        "more than a camera counts",
    ),
    "without numbers in places": (frames_of(with_nan), "no numbers"),
    "truncated": (truncated, "cut short"),
    "damaged": (with_another_checksum, "its checksum differs"),
    "no npz": (lambda path: path.write_bytes(b"not a zip at all"), ""),
    "empty": (lambda path: path.write_bytes(b""), ""),
    "pictures in colour": (frames_of(lambda: np.zeros((FRAMES, 12, 16, 3), np.uint8)), ""),
    "large frames": (frames_of(lambda: np.ones((70, 200, 200), np.uint16)), ""),
}  # fmt: skip


@pytest.mark.parametrize("what", list(UNUSABLE))
def test_what_cannot_be_used_is_told_and_the_rest_is_fitted(batch: Path, what: str) -> None:
    write, said = UNUSABLE[what]
    write(batch / "0006.npz")
    before = contents(batch)
    result = only(fitted(batch.parent))
    assert contents(batch) == before
    (problem,) = result.problems
    assert is_sentence(problem)
    assert "0006" in problem
    assert said in problem
    assert used(result) == {f"Type4/{number:04d}" for number in range(1, 6)}
    assert not result.suspects


def test_what_is_no_scan_stands_out_and_teaches_nothing(batch: Path) -> None:
    write_frames(batch / "0006.npz", simulate(PLAIN, 30, 400).frames > 5)
    result = only(fitted(batch.parent))
    assert result.suspects == ("Type4/0006",)
    assert "Type4/0006" not in {*result.learnt_from, *result.calibrated_on}
    assert any("0006 stood out from the others" in note for note in result.notes)


def test_counts_as_floats_teach_what_counts_teach(batch: Path, normals: list[SimulatedRecording]) -> None:
    plain = only(fitted(batch.parent))
    for number, recording in enumerate(normals, 1):
        write_frames(batch / f"{number:04d}.npz", recording.frames.astype(np.float64))
    again = only(fitted(batch.parent))
    assert again.limits.normals == plain.limits.normals
    assert again.problems == ()


def test_negative_counts_do_no_harm(batch: Path, normals: list[SimulatedRecording]) -> None:
    signed = normals[0].frames.astype(np.int16) - 1
    write_frames(batch / "0001.npz", signed)
    result = only(fitted(batch.parent))
    assert used(result) == {f"Type4/{number:04d}" for number in range(1, 6)}


# --- what belongs to a recording -----------------------------------------------------------------------


def test_without_metadata_a_batch_is_fitted(batch: Path) -> None:
    (batch / "metadata.pkl").unlink()
    assert len(used(only(fitted(batch.parent)))) == COUNT


@pytest.mark.parametrize(
    "metadata",
    [
        b"",
        b"no pickle",
        pickle.dumps([1, 2, 3]),
        pickle.dumps({}),
        pickle.dumps({"0001": {}}),
        pickle.dumps({f"{n:04d}": {"KeyfIniObstacle1": "x", "KeyfEndObstacle1": None} for n in range(1, 6)}),
        pickle.dumps({f"{n:04d}": {"KeyfIniObstacle1": 100} for n in range(1, 6)}),
    ],
    ids=["empty", "no pickle", "a list", "no entries", "no keys", "no numbers", "no end"],
)
def test_metadata_that_says_nothing_does_no_harm_and_is_told(batch: Path, metadata: bytes) -> None:
    (batch / "metadata.pkl").write_bytes(metadata)
    result = only(fitted(batch.parent))
    assert len(used(result)) == COUNT
    assert any("bstacle" in problem or "has no entry" in problem for problem in result.problems)
    assert all(is_sentence(problem) for problem in result.problems)


def test_metadata_that_cannot_be_read_is_told_once(batch: Path) -> None:
    (batch / "metadata.pkl").write_bytes(b"no pickle")
    (problem,) = only(fitted(batch.parent)).problems
    assert problem.startswith(
        f"Type4: {COUNT} recordings used without knowing where obstacles are. metadata.pkl"
    )
    assert "nothing in it was executed" in problem


@pytest.mark.parametrize(
    "stated",
    [
        (-500, -300),
        (5000, 6000),
        (300, 100),
        (100, 250),
        (100, 10**12),
    ],
)
def test_obstacles_that_no_frame_shows_do_no_harm(
    batch: Path, normals: list[SimulatedRecording], stated: tuple[int, int]
) -> None:
    said = {"KeyfIniObstacle1": stated[0], "KeyfEndObstacle1": stated[1]}
    write_metadata(batch, {f"{n:04d}": {**each.metadata, **said} for n, each in enumerate(normals, 1)})
    assert len(used(only(fitted(batch.parent)))) == COUNT


def test_metadata_of_another_batch_is_said_once(batch: Path, normals: list[SimulatedRecording]) -> None:
    write_metadata(batch, {f"{n:04d}": each.metadata for n, each in enumerate(normals, 901)})
    result = only(fitted(batch.parent))
    assert len(used(result)) == COUNT
    (problem,) = result.problems
    assert is_sentence(problem)
    assert problem == (
        f"Type4: metadata.pkl may be another batch's, it has no entry for any of the {COUNT} recordings; used all the "
        "same, without knowing where obstacles are."
    )


def test_recordings_that_lack_their_entry_are_counted_and_named(
    batch: Path, normals: list[SimulatedRecording]
) -> None:
    entries = {f"{n:04d}": each.metadata for n, each in enumerate(normals, 1)}
    del entries["0003"]
    write_metadata(batch, entries)
    (problem,) = only(fitted(batch.parent)).problems
    assert problem == (
        f"Type4: metadata.pkl has no entry for 1 of {COUNT} recordings (0003); used all the same, without knowing "
        "where its obstacles are."
    )


def test_entries_that_name_another_batch_are_counted(batch: Path, normals: list[SimulatedRecording]) -> None:
    entries = {f"{n:04d}": {**each.metadata, "Index": 7} for n, each in enumerate(normals, 1)}
    entries["0001"] = normals[0].metadata
    write_metadata(batch, entries)
    (problem,) = only(fitted(batch.parent)).problems
    assert problem == (
        f"Type4: the metadata may be another batch's, it says so of 4 of {COUNT} recordings, used all the same "
        "(Type4/0002: The metadata says batch 7, the folder says 4)."
    )


def test_the_batchs_own_metadata_is_not_doubted(batch: Path) -> None:
    assert not only(fitted(batch.parent)).problems


# --- names ------------------------------------------------------------------------------------------------


def zipped(folder: Path, *, inner: str = "") -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as into:
        for file in sorted(folder.iterdir()):
            into.write(file, f"{inner}{file.name}")
    return path


def found_and_fitted(folder: Path) -> Fit:
    """As the command does it: the capture's index says what there is."""
    paths = [item.path for item in find_recordings([folder], Tally())]
    result: Fit = last_result(fit(folder, [path for path in paths if path.suffix == ".npz"]))
    return result


@pytest.mark.parametrize("inner", ["", "Type4/"])
def test_a_batch_in_a_zip_is_the_batch(batch: Path, inner: str) -> None:
    plain = only(fitted(batch.parent))
    zipped(batch, inner=inner)
    shutil.rmtree(batch)
    result = only(found_and_fitted(batch.parent))
    assert result.name == "Type4"
    assert used(result) == used(plain)
    np.testing.assert_array_equal(result.learnt.tables.codes, plain.learnt.tables.codes)
    assert result.limits.normals == plain.limits.normals


def test_recordings_of_one_name_count_once(batch: Path) -> None:
    zipped(batch)
    result = found_and_fitted(batch.parent)
    assert len(used(only(result))) == COUNT
    (problem,) = result.problems
    assert problem.startswith(f"{COUNT} recordings are there twice")
    assert is_sentence(problem)


def test_of_recordings_of_one_name_the_one_that_is_said_teaches(batch: Path, tmp_path: Path) -> None:
    plain = only(fitted(batch.parent))
    again = tmp_path / "again" / "Type4"
    write_batch(again, [simulate(PLAIN, 40 + number, FRAMES) for number in range(COUNT)])
    other = only(fitted(again.parent))
    shutil.move(zipped(again), batch.parent / "Type4.zip")
    result = found_and_fitted(batch.parent)
    assert used(only(result)) == used(plain)
    (problem,) = result.problems
    taught = other if "what lies in Type4.zip counts" in problem else plain
    np.testing.assert_array_equal(only(result).learnt.tables.codes, taught.learnt.tables.codes)
    assert is_sentence(problem)
    assert "is left out" in problem


def test_recordings_of_one_name_in_two_batches_are_two(batch: Path) -> None:
    write_batch(batch.parent / "Type5", [simulate(PLAIN, 50 + number, FRAMES) for number in range(COUNT)])
    result = fitted(batch.parent)
    assert [(each.name, len(used(each))) for each in result.batches] == [("Type4", COUNT), ("Type5", COUNT)]
    assert not result.problems


@pytest.mark.parametrize(
    "name", ["Type4 <b>&amp;", "[red]Type4[bold]", "Typ\u00e94 \U0001f600", "Type 4\nnext"]
)
def test_any_name_of_a_folder_is_a_name(batch: Path, tmp_path: Path, name: str) -> None:
    shutil.move(batch, batch.parent / name)
    result = fitted(batch.parent)
    assert only(result).name == name
    write_model(result, tmp_path / "odd.onnx")
    assert set(open_model(tmp_path / "odd.onnx").card.normality) == {name}


def test_names_that_are_no_text_are_names(batch: Path, tmp_path: Path) -> None:
    folder = batch.parent / os.fsdecode(b"Type\xff4")
    try:
        shutil.move(batch, folder)
        shutil.move(folder / "0001.npz", folder / os.fsdecode(b"\xfe.npz"))
    except (OSError, ValueError):
        pytest.skip("this file system takes names that are text only")
    write_model(fitted(batch.parent), tmp_path / "odd.onnx")
    model = open_model(tmp_path / "odd.onnx")
    (known,) = model.card.normality.values()
    assert "Type\\udcff4/\\udcfe" in (*known.learnt_from, *known.calibrated_on, *known.suspects)
    with contextlib.closing(open_recording(folder / "0002.npz")) as recording:
        scores: Scores = last_result(score_recording(recording, model, recording_id=f"{folder.name}/0002"))
    assert "batch" not in scores.notice
    assert np.isfinite(scores.score)


def test_a_model_whose_own_name_is_no_text_is_written(batch: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.onnx"
    card = write_model(fitted(batch.parent, FitOptions(name="mine\udcff")), path)
    assert card.name == open_model(path).card.name == "mine\\udcff"
    assert card.description.count("Type4") == 1


def test_problems_stay_on_one_line_whatever_the_names(batch: Path) -> None:
    shutil.move(batch, batch.parent / "Type\n4")
    write_frames(batch.parent / "Type\n4" / "00\n06.npz", np.zeros((FRAMES, 12, 16), np.uint16))
    for problem in only(fitted(batch.parent)).problems:
        assert is_sentence(problem)


# --- too little ---------------------------------------------------------------------------------------------


def refused(folder: Path) -> str:
    with pytest.raises(ReadError) as caught:
        fitted(folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert "There are no laser videos" in refused(tmp_path)


def test_three_recordings_are_too_few(batch: Path) -> None:
    for number in (4, 5):
        (batch / f"{number:04d}.npz").unlink()
    assert "3 normal recordings can be used; 4 at least are needed" in refused(batch.parent)


def test_what_is_excluded_may_leave_too_few(batch: Path) -> None:
    with pytest.raises(ReadError, match="3 normal recordings"):
        fitted(batch.parent, FitOptions(exclude=frozenset({"0001", "Type4/0002"})))


def test_excluded_recordings_are_not_looked_at(batch: Path) -> None:
    (batch / "0006.npz").write_bytes(b"")
    result = only(fitted(batch.parent, FitOptions(exclude=frozenset({"0006"}))))
    assert result.problems == ()


def test_recordings_of_noise_show_no_cycle(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    (tmp_path / "Type1").mkdir()
    for number in range(5):
        write_frames(tmp_path / "Type1" / f"{number}.npz", rng.poisson(5, (300, 12, 16)).astype(np.uint16))
    assert "no cycle" in refused(tmp_path)


@pytest.mark.parametrize("level", [1, 7])
def test_recordings_that_never_change_show_no_cycle(tmp_path: Path, level: int) -> None:
    (tmp_path / "Type1").mkdir()
    for number in range(5):
        write_frames(tmp_path / "Type1" / f"{number}.npz", np.full((600, 15, 21), level, np.uint16))
    assert "nothing moves, all its frames are the same" in refused(tmp_path)


def test_recordings_that_are_all_the_same_are_fitted(
    tmp_path: Path, normals: list[SimulatedRecording]
) -> None:
    write_batch(tmp_path / "Type4", [normals[0]] * 6)
    result = only(fitted(tmp_path))
    assert result.suspects == ()
    assert all(np.isfinite(channel.limit) for lane in result.limits.lanes for channel in lane.channels)
    assert 0 < result.limits.normals[-1] < 1


def test_one_broken_batch_leaves_the_others(batch: Path) -> None:
    other = batch.parent / "Type5"
    other.mkdir()
    for number in range(5):
        truncated(other / f"{number:04d}.npz")
    result = fitted(batch.parent)
    assert only(result).name == "Type4"
    (problem,) = result.problems
    assert problem.startswith("Type5: no recording can be used")
    assert problem.endswith(".")


def test_the_known_anomaly_of_the_published_set_is_never_learnt_from(
    tmp_path: Path, normals: list[SimulatedRecording]
) -> None:
    write_batch(tmp_path / "Type16", [*normals, normals[0]], first=1661)
    result = fitted(tmp_path)
    assert used(only(result)) == {f"Type16/{number}" for number in range(1661, 1666)}
    (words,) = result.left_out
    assert "1666" in words


def test_progress_reaches_its_end_and_never_turns_back(batch: Path) -> None:
    seen = [(step.done, step.total) for step in fit(batch.parent, sorted(batch.glob("*.npz")))]
    assert seen == sorted(seen)
    assert len({total for _, total in seen}) == 1
    assert seen[-1][0] == seen[-1][1]
