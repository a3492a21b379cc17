"""Equal files and equal looks are found; similar scenes and frames of one session are not."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.diagnosis.picture_sets import scanned, scene, write, write_set
from unit.diagnosis.small_capture import name_of

from thermview.diagnosis import duplicates
from thermview.diagnosis.duplicates import NEAR_BITS, exact_duplicates, near_duplicates
from thermview.diagnosis.sessions import differing_bits
from thermview.jobs import last_result


def paths_of(table, groups):
    return [[table.paths[row] for row in group] for group in groups]


@pytest.fixture
def root(tmp_path):
    write_set(tmp_path / "set")
    return tmp_path / "set"


def test_equal_files_make_a_group_wherever_they_lie(root, tmp_path):
    first = f"Car-Normal/{name_of('CAR', 0, 0)}.png"
    for copy in ("Car-Normal/a.png", "Pipe-Leak/b.png"):
        (root / copy).write_bytes((root / first).read_bytes())
    (root / "Pipe-Leak/empty.png").write_bytes(b"")
    (root / "Pipe-Leak/empty too.png").write_bytes(b"")
    table = scanned(root, tmp_path / "cache")
    assert paths_of(table, exact_duplicates(table)) == [[first, "Car-Normal/a.png", "Pipe-Leak/b.png"]]


def test_a_crop_that_is_its_whole_frame_is_no_duplicate(tmp_path):
    name = name_of("CAR", 0, 0)
    write(tmp_path / "set" / "frames" / f"{name}.png", scene())
    write(tmp_path / "set" / "Car-Normal" / f"{name}_bbox0.png", scene())
    table = scanned(tmp_path / "set", tmp_path / "cache")
    assert exact_duplicates(table) == ()
    assert last_result(near_duplicates(tmp_path / "set", table)).groups == ()


def test_the_same_to_the_eye_in_another_session_or_class(root, tmp_path):
    for number in range(2):
        write(root / "Car-Normal" / f"{name_of('CAR', number, 9)}.png", scene(number, 200, 300))
    brighter = np.clip(scene(0, 200, 300).astype(int) + 2, 0, 255).astype(np.uint8)[:-1]
    write(root / "Car-Normal" / f"{name_of('CAR', 25, 7)}.png", brighter)
    write(root / "Pipe-Leak" / f"{name_of('PIP', 26, 7)}.jpg", scene(1, 200, 300), quality=95)
    table = scanned(root, tmp_path / "cache")
    found = last_result(near_duplicates(root, table))
    groups = paths_of(table, found.groups)
    assert len(groups) == 2
    assert any(path.endswith(f"{name_of('CAR', 25, 7)}.png") for path in groups[0])
    assert any(path.endswith(".jpg") for path in groups[1])
    assert found.in_session >= 36  # every frame has others of its session, but for the two


def test_a_box_entered_twice_is_found_within_its_session(root, tmp_path):
    frame = name_of("CAR", 3, 5)
    write(root / "Car-Normal" / f"{frame}_bbox0.png", scene(5))
    write(
        root / "Car-Normal" / f"{frame}_bbox3.png", np.clip(scene(5).astype(int) + 1, 0, 255).astype(np.uint8)
    )
    write(root / "Car-Normal" / f"{frame}_bbox4.png", scene(6))
    table = scanned(root, tmp_path / "cache")
    groups = paths_of(table, last_result(near_duplicates(root, table)).groups)
    assert groups == [[f"Car-Normal/{frame}_bbox0.png", f"Car-Normal/{frame}_bbox3.png"]]


def test_what_shares_a_hash_and_not_its_pixels_is_no_duplicate(tmp_path):
    flat = np.full((40, 60, 3), 90, np.uint8)
    other = flat.copy()
    other[:, 30:] = 97  # a step that is all there is
    write(tmp_path / "set" / "A-Normal" / f"{name_of('CAR', 0, 0)}.png", other)
    steep = np.clip(other.astype(int) * 2 - 90, 0, 255).astype(np.uint8)
    write(tmp_path / "set" / "A-Normal" / f"{name_of('CAR', 1, 0)}.png", steep)
    table = scanned(tmp_path / "set", tmp_path / "cache")
    assert table.looks["hash"][0] == table.looks["hash"][1]
    assert last_result(near_duplicates(tmp_path / "set", table)).groups == ()


def test_too_many_to_compare_is_said(root, tmp_path, monkeypatch):
    monkeypatch.setattr(duplicates, "MOST_COMPARED", 4)
    for number in range(4):
        name = f"{name_of('CAR', 20 + number, 7)}.png"
        write(root / "Car-Normal" / name, np.clip(scene(0).astype(int) + number, 0, 255).astype(np.uint8))
    table = scanned(root, tmp_path / "cache")
    found = last_result(near_duplicates(root, table))
    assert any("only" in notice for notice in found.notices)
    assert len(found.groups) == 1


@given(seed=st.integers(0, 10_000), count=st.integers(2, 60))
def test_the_join_finds_every_near_pair(seed, count):
    """Against all pairs, where no value of two parts is shared by more than the window holds."""
    rng = np.random.default_rng(seed)
    hashes = rng.integers(0, 2**63, count).astype(np.uint64)
    for row in range(1, count, 2):
        flips = rng.choice(64, rng.integers(0, NEAR_BITS + 3), replace=False)
        hashes[row] = hashes[row - 1] ^ np.bitwise_or.reduce(
            np.uint64(1) << flips.astype(np.uint64), initial=np.uint64(0)
        )
    looks = np.zeros(
        count, [("hash", "<u8"), ("mean", "f4"), ("sd", "f4"), ("rows", "<u4"), ("columns", "<u4")]
    )
    looks["hash"], looks["rows"], looks["columns"] = hashes, 10, 10

    class Table:
        session_codes = class_codes = np.arange(count)

    Table.looks = looks
    join = duplicates._Join(Table, np.arange(count))
    for parts in combinations(range(6), 2):
        join.run(parts)
    a, b = np.triu_indices(count, 1)
    near = differing_bits(hashes[a], hashes[b]) <= NEAR_BITS
    found = {tuple(pair) for pair in join.pairs().tolist()}
    assert found == set(zip(a[near].tolist(), b[near].tolist(), strict=True))
