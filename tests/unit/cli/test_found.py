from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from small_capture_files import write_batch

from thermview.cli.failures import Tally
from thermview.cli.found import Found, find_recordings, laser_videos
from thermview.errors import ReadError


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    for name in ("Type10", "Type2"):
        write_batch(tmp_path / "capture" / name, 9, 2, rng)
    (tmp_path / "capture" / "notes.txt").write_text("not a recording")
    return tmp_path / "capture"


def test_a_folder_is_walked_in_natural_order_and_files_of_no_reader_are_left_out(capture: Path) -> None:
    tally = Tally()
    found = find_recordings([capture], tally)
    assert [item.id for item in found] == ["Type2/0009", "Type2/0010", "Type10/0009", "Type10/0010"]
    assert not any(item.named for item in found)
    assert tally.failed == 0


def test_a_named_file_comes_first_and_once(capture: Path) -> None:
    file = capture / "Type2" / "0010.npz"
    found = find_recordings([file, capture], Tally())
    assert [item.path for item in found].count(file) == 1
    assert found[0] == Found(file.parent, file, named=True)
    assert found[0].id == "0010"


def test_a_zip_stands_for_its_folder(capture: Path) -> None:
    archive = capture / "Type3.zip"
    with zipfile.ZipFile(archive, "w") as writer:
        writer.write(capture / "Type2" / "0009.npz", "Type3/0009.npz")
    (inside,) = find_recordings([archive], Tally())
    assert inside.path == archive / "Type3" / "0009.npz"
    (named,) = find_recordings([archive / "Type3" / "0009.npz"], Tally())
    assert named.named


def test_what_is_not_there_is_told_and_counted(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tally = Tally()
    found = find_recordings([capture / "absent", capture / "Type2"], tally)
    assert (len(found), tally.failed) == (2, 1)
    assert "absent: there is no such file or folder" in capsys.readouterr().err


def test_a_folder_without_recordings_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no file here is a recording"):
        find_recordings([tmp_path], Tally())


def test_a_sentence_names_the_place_below_the_root(capture: Path) -> None:
    walked = Found(capture, capture / "Type2" / "0009.npz", named=False)
    assert walked.told("0009.npz: cut off.") == "Type2/0009.npz: cut off."
    assert walked.told("It has no frames.") == "0009.npz: It has no frames."
    assert walked.told("0009: no spot.") == "0009.npz: no spot."
    named = Found(capture / "Type2", capture / "Type2" / "0009.npz", named=True)
    assert named.told("0009.npz: cut off.") == "0009.npz: cut off."


def test_a_table_of_scores_in_a_folder_is_told_and_left_out(
    capture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = Tally()
    before = {item.path for item in find_recordings([capture], tally)}
    (capture / "scores.csv").write_text("Name,AnomalyScore\n0001,0.5\n0002,0.7\n")
    assert {item.path for item in find_recordings([capture], tally)} == before
    assert not tally.failed
    assert "scores.csv: a table of scores, not a recording; left out." in capsys.readouterr().err


def test_what_lies_beside_laser_videos_in_another_form_is_told(
    capture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(laser_videos(capture, Tally())) == 4
    assert capsys.readouterr().err == ""
    for number in (1, 2):
        np.save(capture / "Type2" / f"000{number}.npy", np.zeros((9, 12, 16), np.uint16))
    (capture / "pictures").mkdir()
    np.save(capture / "pictures" / "still.npy", np.zeros((12, 16)))
    tally = Tally()
    assert len(laser_videos(capture, tally)) == 4
    assert tally.failed == 0
    assert "laser videos are .npz files: Type2/0001.npy and 1 more." in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_said_to_be_so(capture: Path) -> None:
    with pytest.raises(ReadError, match=r"^nowhere: there is no such folder\.$"):
        laser_videos(capture / "nowhere", Tally())
    with pytest.raises(ReadError, match=r"^notes\.txt: not a folder of laser recordings\.$"):
        laser_videos(capture / "notes.txt", Tally())
