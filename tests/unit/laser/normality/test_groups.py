from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from thermview.laser.evaluate_plan import TRUTH_NAME, truth_about
from thermview.laser.normality.groups import first_of, grouped

NOTHING: frozenset[str] = frozenset()


def paths_of(folder: Path, *below: str) -> list[Path]:
    return [folder / each for each in below]


def truth(folder: Path, **normal: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rows = {f"Type4/{name.removeprefix('n')}": {"normal": said} for name, said in normal.items()}
    (folder / TRUTH_NAME).write_text(json.dumps({"simulated": True, "recordings": rows}), "utf-8")


def ids(groups: Mapping[str, list]) -> dict[str, list[str]]:
    return {batch: [source.id for source in sources] for batch, sources in groups.items()}


@pytest.mark.parametrize("above", ["", "line/", "2026/monday/"])
def test_a_batch_is_the_folder_that_its_recordings_lie_in(tmp_path: Path, above: str) -> None:
    paths = paths_of(
        tmp_path, f"{above}Type4/0001.npz", f"{above}Type4/0002.npz", f"{above}Type5.zip/0003.npz"
    )
    found = grouped(tmp_path, paths, NOTHING)
    assert ids(found.batches) == {"Type4": ["Type4/0001", "Type4/0002"], "Type5": ["Type5/0003"]}
    assert not found.problems


def test_days_of_one_batch_are_one_batch(tmp_path: Path) -> None:
    found = grouped(tmp_path, paths_of(tmp_path, "monday/Type4/0001.npz", "tuesday/Type4/0002.npz"), NOTHING)
    assert ids(found.batches) == {"Type4": ["Type4/0001", "Type4/0002"]}


def test_a_copy_of_a_batch_is_told_in_one_sentence_and_the_one_nearer_the_top_counts(tmp_path: Path) -> None:
    paths = paths_of(tmp_path, *(f"again/Type4/{n:04d}.npz" for n in range(9)))
    paths += paths_of(tmp_path, *(f"Type4/{n:04d}.npz" for n in range(9)))
    found = grouped(tmp_path, paths, NOTHING)
    assert [source.path for source in found.batches["Type4"]] == paths[9:]
    assert found.problems == [
        "9 recordings are there twice (0000.npz, 0001.npz, 0002.npz and 6 more): what lies in Type4 counts, "
        "what lies in again/Type4 is left out."
    ]


def test_what_is_known_to_be_faulty_is_told_once_for_a_batch_and_is_no_problem(tmp_path: Path) -> None:
    truth(tmp_path, n1=True, n2=False, n3=False)
    found = grouped(tmp_path, paths_of(tmp_path, *(f"Type4/{n}.npz" for n in (1, 2, 3))), NOTHING)
    assert ids(found.batches) == {"Type4": ["Type4/1"]}
    assert found.left_out == ["Type4: laser_truth.json calls 2 and 3 faulty, left out."]
    assert not found.problems


def test_the_truth_of_a_folder_of_batches_holds_where_more_is_given(tmp_path: Path) -> None:
    truth(tmp_path / "line", n1=True, n2=False)
    paths = paths_of(tmp_path, "line/Type4/1.npz", "line/Type4/2.npz")
    assert ids(grouped(tmp_path, paths, NOTHING).batches) == {"Type4": ["Type4/1"]}
    assert truth_about(tmp_path, paths).simulated is True
    truth(tmp_path, n1=False, n2=True)  # the folder's own is the one that counts
    assert ids(grouped(tmp_path, paths, NOTHING).batches) == {"Type4": ["Type4/2"]}


def test_a_name_to_leave_out_that_nobody_bears_is_told(tmp_path: Path) -> None:
    paths = paths_of(tmp_path, *(f"Type4/{n}.npz" for n in (1, 2, 3)))
    found = grouped(tmp_path, paths, frozenset({"1", "Type4/2", "Type4/9", "77"}))
    assert ids(found.batches) == {"Type4": ["Type4/3"]}
    assert found.problems == ["No recording to leave out is called 77 or Type4/9."]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("a", "a"),
        ("ab", "a and b"),
        ("abc", "a, b and c"),
        ("abcd", "a, b, c and d"),
        ("abcde", "a, b, c and 2 more"),
    ],
)
def test_names_of_many_are_a_few(names: str, said: str) -> None:
    assert first_of(list(names)) == said
