"""The laser half of the sample capture, read back with the program's own readers."""

from __future__ import annotations

import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from thermview.capture.batch import BATCH_KEYS, check, read_batch
from thermview.errors import ExportError
from thermview.readers import open_recording
from thermview.sample.laser import FAULT_KINDS, write_laser

SMALL: dict[str, Any] = {
    "batches": 4,
    "recordings_per_batch": 7,
    "faulty_per_batch": 3,
    "frames": (300, 400),
    "seed": 3,
    "full_length": 700,
}


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("capture") / "laser"
    steps = list(write_laser(folder, **SMALL))
    assert [(step.done, step.total, step.unit) for step in steps] == [
        (n, 28, "recordings") for n in range(1, 29)
    ]
    return folder


def _truth(capture: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((capture / "laser_truth.json").read_text())
    assert document["simulated"] is True
    recordings: dict[str, Any] = document["recordings"]
    return recordings


def test_layout_is_that_of_the_real_set(capture: Path) -> None:
    names = sorted(path.name for path in capture.iterdir())
    assert names == ["Type1", "Type16", "Type25.zip", "Type7", "laser_truth.json"]
    assert [path.name for path in sorted((capture / "Type7").iterdir())] == [
        *(f"{number:04d}.npz" for number in range(8, 15)),
        "metadata.pkl",
    ]
    with zipfile.ZipFile(capture / "Type25.zip") as archive:
        assert set(archive.namelist()) == {
            "Type25/metadata.pkl",
            *(f"Type25/{number:04d}.npz" for number in range(22, 29)),
        }


def test_the_same_seed_gives_the_same_bytes(capture: Path, tmp_path: Path) -> None:
    for _ in write_laser(tmp_path, **SMALL):
        pass
    for path in capture.rglob("*"):
        if path.is_file():
            assert (tmp_path / path.relative_to(capture)).read_bytes() == path.read_bytes(), path.name


def test_every_recording_reads_with_its_metadata(capture: Path) -> None:
    truth = _truth(capture)
    for name, entry in truth.items():
        batch, number = name.split("/")
        path = capture / batch / f"{number}.npz"
        if not path.exists():
            path = capture / f"{batch}.zip" / batch / f"{number}.npz"
        recording = open_recording(path)
        try:
            assert len(recording) == entry["frames"]
            assert recording.dtype == np.uint16
        finally:
            recording.close()
        video = read_batch(path.parent / "metadata.pkl").videos[number]
        assert set(video) == set(BATCH_KEYS)
        issues = check(video, recording.frame_shape, len(recording), int(batch.removeprefix("Type")))
        assert all("RightBordPx" in issue or "wide" in issue or "column" in issue for issue in issues), issues


def test_numpy_reads_the_files_without_pickles(capture: Path) -> None:
    with np.load(capture / "Type1" / "0001.npz", allow_pickle=False) as file:
        assert file.files == ["image"]
        assert file["image"].shape[1:] == (15, 21)
    content = (capture / "Type1" / "metadata.pkl").read_bytes()
    assert content[:2] == bytes([0x80, 2])
    assert sorted(pickle.loads(content)) == [f"{n:04d}" for n in range(1, 8)]  # noqa: S301 - written just now


def test_normal_recordings_come_first_and_faults_are_all_different(capture: Path) -> None:
    truth = _truth(capture)
    assert list(truth) == sorted(truth, key=lambda name: name.split("/")[1])
    kinds = []
    for batch in ("Type1", "Type7", "Type16", "Type25"):
        entries = [entry for name, entry in truth.items() if name.startswith(f"{batch}/")]
        faults = [entry["fault"] for entry in entries]
        assert faults[0] is None
        assert faults[-1] is None
        assert sum(fault is not None for fault in faults) == 3
        assert [entry["normal"] for entry in entries] == [fault is None for fault in faults]
        kinds += [fault["kind"] for fault in faults if fault is not None]
    assert len(set(kinds)) == 12
    assert set(kinds) <= set(FAULT_KINDS)


def test_one_normal_recording_has_the_full_length(capture: Path) -> None:
    long = [entry for entry in _truth(capture).values() if entry["frames"] == 700]
    assert long == [{"normal": True, "frames": 700, "fault": None}]


def test_stopping_leaves_no_half_written_file(tmp_path: Path) -> None:
    steps = write_laser(tmp_path, **{**SMALL, "batches": 1})
    next(steps)
    steps.close()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(ExportError, match=r"file: the laser sample cannot be written \(.+\); choose another"):
        next(write_laser(blocked, **SMALL))


@pytest.mark.parametrize("wrong", [{"batches": 0}, {"batches": 37}, {"faulty_per_batch": 7}])
def test_numbers_that_do_not_fit_are_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"not within|no normal one"):
        next(write_laser(tmp_path, **{**SMALL, **wrong}))
