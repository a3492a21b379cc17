"""One level of a folder or zip, in steps."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.capture.listing import BATCH, Listing, list_all, list_folder, natural_key


def fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_names_are_sorted_into_their_kinds(tmp_path: Path) -> None:
    fill(
        tmp_path,
        "10.npz",
        "9.npz",
        "B/1.npz",
        "Type2.zip",
        "Type10.ZIP",
        "a.json",
        "metadata.pkl",
        "notes.docx",
        ".x.npz",
        ".h/1.npz",
    )
    assert list_all(tmp_path) == Listing(
        ("B", "Type2.zip", "Type10.ZIP"), ("9.npz", "10.npz"), ("a.json",), 1
    )


def test_large_folders_come_in_steps(tmp_path: Path) -> None:
    count = BATCH + 5
    fill(tmp_path, *(f"{index}.npz" for index in range(count)))
    steps = list(list_folder(tmp_path))
    assert [step.done for step in steps] == [BATCH, count]
    assert [len(step.result.recordings) for step in steps] == [BATCH, 5]
    assert len({name for step in steps for name in step.result.recordings}) == count


def test_an_empty_folder_is_one_empty_step(tmp_path: Path) -> None:
    assert [step.result for step in list_folder(tmp_path)] == [Listing()]


@pytest.mark.parametrize("name", ["gone", "gone/deeper", "file.npz"])
def test_what_cannot_be_listed_is_an_issue(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.npz").write_bytes(b"x")
    listing = list_all(tmp_path / name)
    assert listing.recordings == ()
    assert listing.issues == (f"{Path(name).name}: the folder is not there any more; refresh the capture",)


def test_a_forbidden_folder_is_an_issue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    (issue,) = list_all(tmp_path).issues
    assert issue.startswith(f"{tmp_path.name}: you have no permission")


def test_links_back_are_left_out(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "up").symlink_to(tmp_path, target_is_directory=True)
    (inner / "self").symlink_to(inner, target_is_directory=True)
    other = tmp_path / "other"
    other.mkdir()
    (inner / "aside").symlink_to(other, target_is_directory=True)
    listing = list_all(inner)
    assert listing.folders == ("aside",)
    assert sorted(listing.issues) == [
        f"{name}: a link back to its own folder; left out" for name in ("self", "up")
    ]


def test_a_link_to_itself_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    fill(tmp_path, "1.npz")
    listing = list_all(tmp_path)
    assert listing.folders == ()
    assert listing.recordings == ("1.npz",)


@pytest.mark.parametrize("inside", ["", "Type1", "Type1/deep"])
def test_a_zip_is_a_folder(tmp_path: Path, inside: str) -> None:
    archive = tmp_path / "Type1.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in (
            "1.npz",
            "Type1/2.npz",
            "Type1/deep/3.npz",
            "Type1/deep/inner.zip",
            "../evil.npz",
            "Type1/.4.npz",
        ):
            file.writestr(name, b"x")
    found = {
        "": Listing(("Type1",), ("1.npz",)),
        "Type1": Listing(("deep",), ("2.npz",)),
        "Type1/deep": Listing((), ("3.npz",)),
    }
    assert list_all(archive / inside) == found[inside]


def test_a_damaged_zip_is_an_issue(tmp_path: Path) -> None:
    (tmp_path / "Type1.zip").write_bytes(b"PK\x03\x04 cut")
    (issue,) = list_all(tmp_path / "Type1.zip").issues
    assert issue.startswith("Type1.zip: ")


def test_numbers_sort_by_value() -> None:
    names = ["Type10", "type2", "Type1", "10", "9", "a", "배2", "배10", "009", "x1y10", "x1y9"]
    assert sorted(names, key=natural_key) == [
        *("009", "9", "10", "a", "Type1", "type2", "Type10", "x1y9", "x1y10", "배2", "배10")
    ]


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_names_have_an_order(first: str, second: str) -> None:
    one, other = natural_key(first), natural_key(second)
    assert (one < other) + (one == other) + (one > other) == 1
    assert (one == other) == (first == second)


@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_numbered_names_follow_their_numbers(first: int, second: int) -> None:
    assert (natural_key(f"a{first}.npz") < natural_key(f"a{second}.npz")) == (first < second)
