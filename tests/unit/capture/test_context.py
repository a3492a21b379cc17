"""What is found around a recording."""

from __future__ import annotations

import json
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from thermview.annotation import BoundingBox, reading
from thermview.capture import labels
from thermview.capture.context import Context, ContextFinder, Interval
from thermview.recording import ArrayRecording

STEM = "CAR_AON_21.02.05_CIC_P1301-P1400_D20_000017"
VIDEO = {
    **dict.fromkeys(("KeyfIniObstacle2", "KeyfEndObstacle2"), -1),
    **{"Index": 16, "KeyfIniObstacle1": 10, "KeyfEndObstacle1": 20, "SizeInFrames": 50},
    **{"LeftBordPx": 0, "RightBordPx": 7, "SupBordPx": 0, "InfBordPx": 5},
}


def recording(path: Path, frames: int = 1) -> ArrayRecording:
    return ArrayRecording(path.stem, path, "test", np.zeros((frames, 6, 8), np.uint16))


def coco(*file_names: str, **environment: Any) -> dict[str, Any]:
    return {
        "categories": [{"id": 1, "name": "Car-Overheat"}],
        "images": [
            {"id": index, "file_name": name, "width": 640, "height": 480, **environment}
            for index, name in enumerate(file_names)
        ],
        "annotations": [
            {"id": index, "image_id": index, "category_id": 1, "bbox": [index, 2, 3, 4]}
            for index in range(len(file_names))
        ],
    }


def write(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")
    return path


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    folder = tmp_path / "Type16"
    folder.mkdir()
    (folder / "metadata.pkl").write_bytes(pickle.dumps({"1673": VIDEO, "0001": {**VIDEO, "Index": "x"}}))
    return tmp_path


def test_a_video_gets_its_batch_metadata(batch: Path) -> None:
    found = ContextFinder(batch).context(recording(batch / "Type16" / "1673.npz", 50))
    assert found == Context("Type16/1673", metadata=VIDEO, obstacles=(Interval("obstacle 1", 10, 20),))


def test_contradictions_and_lacking_entries_are_said(batch: Path) -> None:
    finder = ContextFinder(batch)
    assert finder.context(recording(batch / "Type16" / "1673.npz", 15)).issues == (
        "Obstacle 1, frames 10 to 20, reaches beyond the recording's 15 frames.",
        "The metadata says 50 frames, the recording has 15.",
    )
    first, second = finder.context(recording(batch / "Type16" / "0001.npz", 50)).issues
    assert first.startswith("0001: Index is no whole number")
    assert second == "The metadata lacks Index."
    assert finder.context(recording(batch / "Type16" / "9.npz", 5)).issues == (
        "metadata.pkl: has no entry for 9.",
    )


def test_a_zipped_batch_gives_the_same(batch: Path) -> None:
    archive = batch / "Type16.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(batch / "Type16" / "metadata.pkl", "Type16/metadata.pkl")
    found = ContextFinder(batch).context(recording(archive / "Type16" / "1673.npz", 50))
    assert found == ContextFinder(batch).context(recording(batch / "Type16" / "1673.npz", 50))


def test_hostile_metadata_is_an_issue(tmp_path: Path) -> None:
    (tmp_path / "metadata.pkl").write_bytes(b"cos\nsystem\n(S'touch executed'\ntR.")
    (issue,) = ContextFinder(tmp_path).context(recording(tmp_path / "0001.npz", 5)).issues
    assert "os.system" in issue


def test_metadata_is_read_once_until_it_changes(batch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from thermview.capture import context

    reads: list[Path] = []
    read = context.read_batch
    monkeypatch.setattr(context, "read_batch", lambda path: reads.append(path) or read(path))
    finder = ContextFinder(batch)
    for _ in range(3):
        finder.context(recording(batch / "Type16" / "1673.npz", 50))
    assert len(reads) == 1
    path = batch / "Type16" / "metadata.pkl"
    path.write_bytes(pickle.dumps({"1673": {**VIDEO, "SizeInFrames": 49, "Index": 5}}))
    os.utime(path, ns=(1, 1))
    assert finder.context(recording(batch / "Type16" / "1673.npz", 50)).metadata["Index"] == 5


def test_a_picture_without_anything_has_its_name_and_class(tmp_path: Path) -> None:
    found = ContextFinder(tmp_path).context(recording(tmp_path / "사람-이상-식별" / f"{STEM}.png"))
    assert (found.picture_class, found.annotations, found.issues) == ("사람-이상-식별", (), ())
    assert found.tokens is not None
    assert found.tokens.object == "CAR"


@pytest.mark.parametrize(
    "place",
    [
        "set/images/Car-Overheat/{stem}.json",
        "set/images/Car-Overheat/any.json",
        "set/images/Car-Overheat/annotations/any.json",
        "set/images/annotations/{stem}.png.json",
        "set/annotations/Car-Overheat/{stem}.json",
        "set/labels/images/Car-Overheat/{stem}.json",
        "set/Label/any.json",
        "set/라벨링데이터/any.json",
        "annotations/any.json",
        "any.json",
        "json/set/images/Car-Overheat/any.json",
    ],
)
def test_annotations_are_found_beside_and_above(tmp_path: Path, place: str) -> None:
    write(
        tmp_path / place.format(stem=STEM), coco("other.png", f"{STEM}.png", Environment_temperature="2.8°C")
    )
    found = ContextFinder(tmp_path).context(recording(tmp_path / "set/images/Car-Overheat" / f"{STEM}.png"))
    assert [annotation.box for annotation in found.annotations] == [BoundingBox(1, 2, 3, 4)]
    assert found.environment == {"ambient_temperature_c": 2.8}
    assert found.issues == ()


def test_nothing_above_the_capture_is_read(tmp_path: Path) -> None:
    write(tmp_path / "any.json", coco("a.png"))
    root = tmp_path / "capture"
    root.mkdir()
    assert ContextFinder(root).context(recording(root / "a.png")).annotations == ()


@pytest.mark.parametrize("name", [STEM, f"{STEM}.PNG", f"{STEM}.jpg", f"x\\y\\{STEM}.png"])
def test_records_are_found_whatever_suffix_they_state(tmp_path: Path, name: str) -> None:
    write(tmp_path / "any.json", coco(name))
    assert len(ContextFinder(tmp_path).context(recording(tmp_path / f"{STEM}.png")).annotations) == 1


def test_a_single_file_may_be_the_capture(tmp_path: Path) -> None:
    path = tmp_path / "Car-Normal" / "Pipe-Leak.png"
    write(path.with_suffix(".json"), coco(path.name))
    found = ContextFinder(path).context(recording(path))
    assert (found.recording_id, found.picture_class, len(found.annotations)) == ("Pipe-Leak", "Car-Normal", 1)


def test_a_crop_takes_the_environment_of_its_full_frame_but_not_its_boxes(tmp_path: Path) -> None:
    write(tmp_path / "any.json", coco(f"{STEM}.png", Inspection_distance="300cm"))
    found = ContextFinder(tmp_path).context(recording(tmp_path / f"{STEM}_bbox1.png"))
    assert found.environment == {"distance_m": 3.0}
    assert found.annotations == ()


def test_a_crops_own_record_comes_first(tmp_path: Path) -> None:
    write(tmp_path / "frames.json", coco(f"{STEM}.png", Inspection_distance="300cm", humidity="40%"))
    write(tmp_path / "crops.json", coco(f"{STEM}_bbox1.png", Inspection_distance="500cm"))
    found = ContextFinder(tmp_path).context(recording(tmp_path / f"{STEM}_bbox1.png"))
    assert found.environment == {"distance_m": 5.0, "humidity_percent": 40.0}
    assert len(found.annotations) == 1


def test_the_class_is_the_folder_else_the_category(tmp_path: Path) -> None:
    write(tmp_path / "any.json", coco("a.png"))
    finder = ContextFinder(tmp_path)
    assert finder.context(recording(tmp_path / "x" / "a.png")).picture_class == "Car-Overheat"
    assert finder.context(recording(tmp_path / "Car-Normal" / "a.png")).picture_class == "Car-Normal"


def test_pictures_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    write(tmp_path / "any.json", coco("x/a.png", "y/a.png", "/etc/y/../a.png"))
    finder = ContextFinder(tmp_path)
    for folder, column in (("x", 0), ("y", 1)):
        (annotation,) = finder.context(recording(tmp_path / folder / "a.png")).annotations
        assert annotation.box == BoundingBox(column, 2, 3, 4)


def test_file_names_in_annotations_are_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "capture"
    secret = write(tmp_path / "secret.json", coco("a.png"))
    write(root / "any.json", coco("../secret.json", str(secret), "a.png"))
    opened: list[Path] = []
    read = reading.Path.open

    def note(self: Path, *arguments: Any, **named: Any) -> Any:
        opened.append(self)
        return read(self, *arguments, **named)

    monkeypatch.setattr(reading.Path, "open", note)
    found = ContextFinder(root).context(recording(root / "a.png"))
    assert len(found.annotations) == 1
    assert opened == [root / "any.json"]


def test_a_damaged_annotation_file_is_an_issue_and_other_json_is_not(tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_text('{"images": [')
    write(tmp_path / "card.json", {"kind": "model"})
    found = ContextFinder(tmp_path).context(recording(tmp_path / "a.png"))
    assert len(found.issues) == 1
    assert found.issues[0].startswith("cut.json: ")


def test_only_the_pictures_own_issues_are_told(tmp_path: Path) -> None:
    content = coco("a.png", "b.png")
    content["annotations"][1]["bbox"] = [0, 0, -1, 5]
    write(tmp_path / "any.json", content)
    finder = ContextFinder(tmp_path)
    assert finder.context(recording(tmp_path / "a.png")).issues == ()
    assert len(finder.context(recording(tmp_path / "b.png")).issues) == 1


def test_a_folder_of_many_files_is_searched_by_name_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in range(labels.MAX_SET_FILES + 1):
        write(tmp_path / f"{index}.json", coco(f"{index}.png"))
    reads: list[Path] = []
    read = labels.read_annotations
    monkeypatch.setattr(labels, "read_annotations", lambda path: reads.append(path) or read(path))
    assert len(ContextFinder(tmp_path).context(recording(tmp_path / "7.png")).annotations) == 1
    assert ContextFinder(tmp_path).context(recording(tmp_path / "none.png")).annotations == ()
    assert reads == [tmp_path / "7.json"]


@pytest.mark.parametrize("name", [STEM, STEM.rpartition("_")[0], "Car-Overheat"])
def test_among_many_files_that_of_the_session_or_folder_is_found(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "annotations"
    for index in range(labels.MAX_SET_FILES + 1):
        write(folder / f"{index}.json", coco(f"{index}.png"))
    write(folder / f"{name}.json", coco(f"{STEM}.png", Inspection_distance="300cm"))
    finder = ContextFinder(tmp_path)
    found = finder.context(recording(tmp_path / "Car-Overheat" / f"{STEM}.png"))
    assert len(found.annotations) == 1
    crop = finder.context(recording(tmp_path / "Car-Overheat" / f"{STEM}_bbox0.png"))
    assert crop.environment == {"distance_m": 3.0}


def test_changed_and_new_annotation_files_are_seen(tmp_path: Path) -> None:
    finder = ContextFinder(tmp_path)
    assert finder.context(recording(tmp_path / "a.png")).annotations == ()
    path = write(tmp_path / "any.json", coco("a.png"))
    os.utime(tmp_path, ns=(2, 2))
    assert len(finder.context(recording(tmp_path / "a.png")).annotations) == 1
    write(path, coco("other.png"))
    os.utime(path, ns=(1, 1))
    assert finder.context(recording(tmp_path / "a.png")).annotations == ()


def test_several_threads_may_ask(batch: Path) -> None:
    write(batch / "any.json", coco(*(f"{index}.png" for index in range(50))))
    finder = ContextFinder(batch)
    found: list[int] = []

    def ask(context: Callable[[ArrayRecording], Context]) -> None:
        for index in range(50):
            found.append(len(context(recording(batch / f"{index}.png")).annotations))
            found.append(len(context(recording(batch / "Type16" / "1673.npz", 50)).obstacles))

    threads = [Thread(target=ask, args=(finder.context,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 400
