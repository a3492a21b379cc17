"""A laser batch's metadata: read, checked against its videos, never executed."""

from __future__ import annotations

import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from thermview.capture.batch import BATCH_KEYS, Batch, batch_index, check, find_batch, obstacles, read_batch
from thermview.capture.intervals import Interval
from thermview.errors import ReadError

VIDEO = {
    "Index": 16,
    "KeyfIniObstacle1": 2000,
    "KeyfEndObstacle1": 2900,
    "KeyfIniObstacle2": -1,
    "KeyfEndObstacle2": -1,
    "LeftBordPx": 6,
    "RightBordPx": 26,
    "SupBordPx": 9,
    "InfBordPx": 23,
    "SizeInFrames": 14571,
}
SHAPE = (15, 21)


def write(folder: Path, content: Any, protocol: int = 4) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "metadata.pkl"
    path.write_bytes(pickle.dumps(content, protocol))
    return path


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_all_ten_keys_are_read(tmp_path: Path, protocol: int) -> None:
    video = {key: np.int64(value) for key, value in VIDEO.items()}
    batch = read_batch(write(tmp_path, {"1673": video}, protocol))
    assert batch == Batch({"1673": VIDEO})
    assert tuple(batch.videos["1673"]) == BATCH_KEYS
    assert all(type(value) is int for value in batch.videos["1673"].values())


@pytest.mark.parametrize("name", ["0001", b"0001", 1, np.int64(1), "0001.npz", " 0001 "])
def test_videos_are_named_alike(tmp_path: Path, name: Any) -> None:
    assert list(read_batch(write(tmp_path, {name: VIDEO})).videos) == ["0001"]


@pytest.mark.parametrize("value", [7, 7.0, "7", b"7", np.uint8(7), np.float32(7), np.array([7]), np.array(7)])
def test_whole_numbers_are_read_however_written(tmp_path: Path, value: Any) -> None:
    batch = read_batch(write(tmp_path, {"1": {"Index": value}}))
    assert batch == Batch({"1": {"Index": 7}})


@pytest.mark.parametrize("value", [7.5, "seven", None, [7], np.array([7, 8]), float("nan"), True, 2**80])
def test_what_is_no_whole_number_is_listed_and_the_rest_is_read(tmp_path: Path, value: Any) -> None:
    batch = read_batch(write(tmp_path, {"0001": {"Index": value, "SizeInFrames": 9}, "0002": VIDEO}))
    assert batch.videos == {"0001": {"SizeInFrames": 9}, "0002": VIDEO}
    assert batch.issues == ("0001: Index is no whole number in the metadata and is left out.",)
    assert batch.issues_of("0001") == batch.issues
    assert batch.issues_of("0002") == ()


def test_odd_entries_are_listed(tmp_path: Path) -> None:
    batch = read_batch(
        write(tmp_path, {"0001": VIDEO, 1: {}, "0002": 5, None: VIDEO, "0003": {4: 5, b"Index": 3}})
    )
    assert batch.videos == {"0001": VIDEO, "0003": {"Index": 3}}
    assert len(batch.issues) == 4


class _Order:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.system, (f"touch {self.path}",)


def test_a_malicious_file_executes_nothing_and_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, {"0001": _Order(tmp_path / "executed")})
    with pytest.raises(ReadError, match=r"metadata\.pkl: not read, because it asks for .*system.*executed"):
        read_batch(path)
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("content", [b"", b"nonsense", pickle.dumps([1, 2]), pickle.dumps("text")])
def test_a_useless_file_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "metadata.pkl").write_bytes(content)
    with pytest.raises(ReadError, match=r"^metadata\.pkl: [^\n]+$"):
        read_batch(tmp_path / "metadata.pkl")


def test_a_missing_file_is_a_read_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="not there"):
        read_batch(tmp_path / "metadata.pkl")


@pytest.mark.parametrize("inner", ["", "Type1/"])
def test_a_zipped_batch_is_read_where_it_lies(tmp_path: Path, inner: str) -> None:
    archive = tmp_path / "Type1.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"{inner}metadata.pkl", pickle.dumps({"0001": VIDEO}))
        file.writestr(f"{inner}0001.npz", b"x")
    found = find_batch((archive / f"{inner}0001.npz").parent)
    assert found == archive / f"{inner}metadata.pkl"
    assert read_batch(found).videos == {"0001": VIDEO}
    assert find_batch(archive) == found


def test_no_batch_is_found_where_there_is_none(tmp_path: Path) -> None:
    assert find_batch(tmp_path) is None
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr("b/0001.npz", b"x")
    assert find_batch(tmp_path / "a.zip" / "b") is None


def test_a_forged_zip_size_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "Type1.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("metadata.pkl", bytes(50 << 20))
    with pytest.raises(ReadError, match="larger than"):
        read_batch(archive / "metadata.pkl")


def test_obstacles_are_the_stretches_that_are_there() -> None:
    assert obstacles(VIDEO) == (Interval("obstacle 1", 2000, 2900),)
    assert obstacles({**VIDEO, "KeyfIniObstacle2": 5, "KeyfEndObstacle2": 5})[1] == Interval(
        "obstacle 2", 5, 5
    )
    assert obstacles({}) == ()


def test_more_obstacles_than_the_data_set_has_are_read_alike() -> None:
    video = {**VIDEO, "KeyfIniObstacle10": 4000, "KeyfEndObstacle10": 4100, "KeyfIniObstacle3": 3000}
    video["KeyfEndObstacle3"] = 3100
    assert obstacles(video)[1:] == (Interval("obstacle 3", 3000, 3100), Interval("obstacle 10", 4000, 4100))
    late = {**VIDEO, "KeyfIniObstacle3": 3000, "KeyfEndObstacle3": 3100}
    assert any("Obstacle 3, frames 3000 to 3100" in issue for issue in check(late, (15, 21), 3050))


@pytest.mark.parametrize(("first", "last"), [(9, 8), (-1, 8), (8, -1)])
def test_contradictory_obstacles_are_left_out_and_said(first: int, last: int) -> None:
    video = {**VIDEO, "KeyfIniObstacle1": first, "KeyfEndObstacle1": last}
    assert obstacles(video) == ()
    issues = check(video, SHAPE, 14571, 16)
    assert len(issues) == 1
    assert issues[0].startswith("Obstacle 1 ")


def test_an_obstacle_beyond_the_recording_is_said() -> None:
    assert check(VIDEO, SHAPE, 14571, 16) == ()
    issues = check({**VIDEO, "SizeInFrames": 2500}, SHAPE, 2500)
    assert issues == ("Obstacle 1, frames 2000 to 2900, reaches beyond the recording's 2500 frames.",)


@pytest.mark.parametrize("length", [14570, 14571, 14572])
def test_one_frame_more_or_less_is_no_contradiction(length: int) -> None:
    assert check(VIDEO, SHAPE, length, 16) == ()


def test_contradictions_are_one_sentence_each() -> None:
    assert check(VIDEO, SHAPE, 14000, 16) == ("The metadata says 14571 frames, the recording has 14000.",)
    assert check(VIDEO, SHAPE, 14571, 17) == ("The metadata says batch 16, the folder says 17.",)
    assert check(VIDEO, (14, 20), 14571) == ()  # the keys read as exclusive
    assert check(VIDEO, (15, 30), 14571) == (
        "The metadata's borders 6 to 26 do not fit the recording's 30 columns.",
    )
    assert check(VIDEO, (11, 21), 14571) == (
        "The metadata's borders 9 to 23 do not fit the recording's 11 rows.",
    )
    beyond = {**VIDEO, "LeftBordPx": 20, "RightBordPx": 40}
    assert check(beyond, SHAPE, 14571) == ("The metadata's borders 20 to 40 are not on the 32-pixel sensor.",)
    assert check({"Index": 1}, SHAPE, 10) == tuple(f"The metadata lacks {key}." for key in BATCH_KEYS[1:])


@pytest.mark.parametrize(
    ("name", "number"), [("Type16", 16), ("type_07.zip", 7), ("Types", None), ("16", None)]
)
def test_a_batch_folder_says_its_number(name: str, number: int | None) -> None:
    assert batch_index(name) == number
