"""The index of a whole capture, while it grows and after."""

from __future__ import annotations

import zipfile
from pathlib import Path
from threading import Thread

import pytest

from thermview.capture.filter import parse_filter
from thermview.capture.index import CaptureIndex, Known
from thermview.jobs import last_result


def fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def scanned(root: Path) -> CaptureIndex:
    index = CaptureIndex(root)
    last_result(index.scan())
    return index


def test_everything_is_found_by_folder(tmp_path: Path) -> None:
    fill(tmp_path, "0.npz", "Type1/1.npz", "Type1/2.npz", "a/b/c/3.npz", "a/notes.doc", "a/set.json")
    with zipfile.ZipFile(tmp_path / "Type2.zip", "w") as file:
        file.writestr("Type2/4.npz", b"x")
    index = scanned(tmp_path)
    assert {folder: sorted(names) for folder, names in index.folders.items()} == {
        "": ["0.npz"],
        "Type1": ["1.npz", "2.npz"],
        "a/b/c": ["3.npz"],
        "Type2.zip/Type2": ["4.npz"],
    }
    assert index.annotations == {"a": ["set.json"]}
    assert (index.count, index.skipped, index.complete, index.issues) == (5, 1, True, ())


def test_tables_of_scores_are_listed_and_are_no_recordings(tmp_path: Path) -> None:
    fill(tmp_path, "Type1/1.npz", "Type1/2.npz", "Type1/heat.csv")
    for name in ("ours.csv", "Type1/theirs.TSV"):
        (tmp_path / name).write_text("Name;AnomalyScore\n1;0.5\n2;0.7\n")
    index = scanned(tmp_path)
    assert index.tables == {"ours.csv", "Type1/theirs.TSV"}
    assert index.count == 3
    assert len(list(index.paths())) == 5
    (tmp_path / "ours.csv").unlink()
    last_result(index.scan())
    assert index.tables == {"Type1/theirs.TSV"}


def test_a_capture_of_tables_is_not_read_to_count_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thermview.capture.index.MOST_TABLES", 2)
    for number in range(3):
        (tmp_path / f"{number}.csv").write_text("Name;AnomalyScore\n1;0.5\n2;0.7\n")
    index = scanned(tmp_path)
    assert (index.count, index.tables) == (3, frozenset())
    index.note_table("1.csv")  # someone looked at it
    assert (index.count, index.tables) == (2, {"1.csv"})


def test_the_walk_goes_breadth_first(tmp_path: Path) -> None:
    fill(tmp_path, "a/b/c/1.npz", "d/e/2.npz", "f/3.npz")
    depths = [step.result[0].count("/") + bool(step.result[0]) for step in CaptureIndex(tmp_path).scan()]
    assert depths[:-1] == sorted(depths[:-1])


def test_it_can_be_read_while_it_grows(tmp_path: Path) -> None:
    fill(tmp_path, *(f"{folder}/{name}.npz" for folder in range(60) for name in range(20)))
    index = CaptureIndex(tmp_path)
    failures: list[Exception] = []
    done: list[int] = []

    def read() -> None:
        try:
            while not index.complete:
                seen = index.count
                assert seen <= len(list(index.paths()))
                assert len(list(index.find(parse_filter("1.npz")))) <= 1200
        except Exception as error:
            failures.append(error)
        done.append(len(list(index.find(parse_filter("")))))

    readers = [Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    last_result(index.scan())
    for reader in readers:
        reader.join()
    assert failures == []
    assert done == [1200] * 3


def test_scanning_again_starts_afresh(tmp_path: Path) -> None:
    fill(tmp_path, "1.npz", "2.npz")
    index = scanned(tmp_path)
    (tmp_path / "2.npz").unlink()
    last_result(index.scan())
    assert list(index.paths()) == ["1.npz"]
    assert index.count == 1


def test_a_cancelled_scan_is_not_complete(tmp_path: Path) -> None:
    fill(tmp_path, "a/1.npz", "b/1.npz")
    index = CaptureIndex(tmp_path)
    steps = index.scan()
    next(steps)
    steps.close()
    assert not index.complete


def test_links_are_walked_once_and_never_in_circles(tmp_path: Path) -> None:
    root, disk = tmp_path / "capture", tmp_path / "disk"
    fill(root, "a/1.npz", "b/2.npz")
    fill(disk, "c/3.npz")
    (root / "a" / "to_b").symlink_to(root / "b", target_is_directory=True)
    (root / "b" / "to_a").symlink_to(root / "a", target_is_directory=True)
    (root / "disk").symlink_to(disk, target_is_directory=True)
    (root / "again").symlink_to(disk / "c", target_is_directory=True)
    (disk / "back").symlink_to(root, target_is_directory=True)
    (root / "all").symlink_to(tmp_path, target_is_directory=True)
    found = sorted(Path(path).name for path in scanned(root).paths())
    assert found == ["1.npz", "2.npz", "3.npz"]


def test_a_missing_capture_is_an_issue(tmp_path: Path) -> None:
    index = scanned(tmp_path / "gone")
    assert index.complete
    assert len(index.issues) == 1


def test_scores_flags_and_errors_are_asked_only_where_they_decide(tmp_path: Path) -> None:
    fill(tmp_path, "1.npz", "2.npz")
    index = scanned(tmp_path)
    assert sorted(
        index.find(parse_filter("score>3"), lambda path: Known(5.0 if path == "2.npz" else 1.0))
    ) == ["2.npz"]
    assert list(
        index.find(parse_filter("flagged"), lambda path: Known(flags=1 if path == "1.npz" else 0))
    ) == ["1.npz"]

    def never(path: str) -> Known:
        pytest.fail("asked")

    assert list(index.find(parse_filter("2"), never)) == ["2.npz"]
