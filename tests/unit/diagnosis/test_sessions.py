"""Sessions and classes from paths, and from looks where paths are silent."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from unit.diagnosis.small_capture import name_of, picture

from thermview.diagnosis.sessions import differing_bits, find_sessions, picture_classes, picture_hash


def hashes(*values):
    return np.array(values, dtype=np.uint64)


def test_the_name_tells_the_session_whatever_the_class():
    paths = [
        f"Car-Normal/{name_of('CAR', 1, 0)}.png",
        f"Person-Anomaly/{name_of('CAR', 1, 1)}.png",
        f"Car-Normal/{name_of('CAR', 2, 2)}.png",
    ]
    sessions = find_sessions(paths, picture_classes(paths), hashes(0, 2**64 - 1, 0))
    assert sessions.codes[0] == sessions.codes[1] != sessions.codes[2]
    assert sessions.names[sessions.codes[0]] == "2021-02-02_CIC_A901-A902"
    assert not sessions.notices


def test_a_folder_below_the_class_is_a_session():
    paths = ["Pipe-Leak/monday/1.png", "Pipe-Leak/monday/2.png", "Pipe-Leak/tuesday/1.png"]
    sessions = find_sessions(paths, picture_classes(paths), hashes(0, 2**64 - 1, 2))
    assert sessions.codes[0] == sessions.codes[1] != sessions.codes[2]
    assert "folder" in sessions.notices[0]


def test_one_folder_of_everything_is_no_session():
    paths = ["pictures/1.png", "pictures/2.png"]
    assert find_sessions(paths, ["Pipe-Leak", "Pipe-Normal"], hashes(0, 2**64 - 1)).codes.tolist() == [0, 1]


def test_in_a_class_folder_runs_of_near_equal_pictures_are_sessions():
    paths = [f"Pipe-Leak/{number}.png" for number in (1, 10, 2, 3)]  # 10 comes last
    sessions = find_sessions(paths, picture_classes(paths), hashes(0, 2**64 - 1, 3, 2**40 - 1))
    assert sessions.codes[0] == sessions.codes[2]
    assert len(set(sessions.codes.tolist())) == 3
    assert "near-equal" in sessions.notices[0]


def test_no_picture_no_session():
    assert find_sessions([], [], hashes()).codes.shape == (0,)


def test_classes_come_from_class_folders():
    paths = ["Pipe-Normal/2021-03-15/x.png", "frames/x.png", "x.png"]
    assert picture_classes(paths) == ["Pipe-Normal", "", ""]


def test_where_no_folder_is_named_like_a_class_any_folder_is_one():
    assert picture_classes(["set/cats/x.png", "set/dogs/x.png", "x.png"]) == ["cats", "dogs", ""]


def test_noise_hardly_changes_the_hash_and_another_picture_does():
    rng = np.random.default_rng(0)
    middle = rng.uniform(0, 255, size=(4, 4, 3))
    first, again, other = (
        picture_hash(picture(rng, seen)) for seen in (middle, middle, rng.uniform(0, 255, size=(4, 4, 3)))
    )
    assert differing_bits(hashes(first), hashes(again))[0] <= 10
    assert differing_bits(hashes(first), hashes(other))[0] > 14


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_differing_bits_are_counted(a, b):
    assert differing_bits(hashes(a), hashes(b))[0] == (a ^ b).bit_count()
