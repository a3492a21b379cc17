"""Tables of scores that lie in a capture: told from tables of temperatures, and never taken for recordings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from thermview.errors import NoRecordingError
from thermview.readers import open_recording
from thermview.readers.score_tables import is_score_table

TABLES = [
    "Name,AnomalyScore\n0001,0.5\n0002,0.7\n",
    "\nname;score\r\n0001;0,5\r\n0002;0,7\r\n",
    "batch,video,kde,mlp\nType1,0001,0.1,2\nType1,0002,0.2,3\n",
    "recording,frame,score,power\n" + "".join(f"Type1/0001,{n},0.{n},0\n" for n in range(9)),
    "video,kde,mlp,kalman,markov\n" + "".join(f"{n},1.0,2.0,3.0,4.0\n" for n in range(9)),
    "0001,0.5\n0002,0.7\n",
    "1673;0,5\r\n1674;12\r\n",
    "Type16/1673\t0.5\nType16/1674\t-1e-3\n",
    "IR_2021-03-15_0042.jpg, 0.5\nIR_2021-03-15_0043.jpg, 0.7\n",
    "sep=;\nName;AnomalyScore\n0001;0,5\n",
]
OTHERS = [
    "1.0;2.0;3.0;4.0\n" * 6,
    "file;a.jpg\nemissivity;0.95\n" + "20.1;20.2;20.3;20.4\n" * 6,
    "name,0,1,2,3\n" + "0,20.1,20.2,20.3,20.4\n" * 6,
    "Name,Cause\n0001,power\n0002,none\n",
    "Name,AnomalyScore\n",
    "",
    "0001,0.5\n",  # one row says nothing
    "0001,0.5\n0001,0.7\n",  # what has two scores is no recording
    "0001,0.5\n0002,nan\n",
    "0001,0.5\n0002,power\n",
    "0001,0.5,1\n0002,0.7,2\n",
    "emissivity,0.95\ndistance,1.2\n",  # settings
    "1,20.5\n2,20.7\n",  # along a line
    "9999,20.5\n10000,20.7\n",
    "0.001,20.5\n0.002,20.7\n",  # over time
    "1e-3,20.5\n2e-3,20.7\n",
    "12:00:01,20.5\n12:00:02,20.7\n",
    "2021-03-15,20.5\n2021-03-16,20.7\n",
    "2021-03-15T12:00,20.5\n2021-03-15T12:01,20.7\n",
    "20210315T120000,20.5\n20210315T120100,20.7\n",
    "15-Mar-2021,20.5\n16-Mar-2021,20.7\n",
    "15 Mar 2021,20.5\n16 Mar 2021,20.7\n",
    "20,5\n21,5\n22,7\n",  # one column with decimal commas
]


@pytest.mark.parametrize("text", TABLES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_of_scores_is_no_recording(text: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_bytes(text.encode(encoding))
    assert is_score_table(path)
    with pytest.raises(NoRecordingError, match="a table of scores, not a recording"):
        open_recording(path)


@pytest.mark.parametrize("text", OTHERS)
def test_what_else_is_written_as_text_is_not_taken_for_scores(text: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text)
    assert not is_score_table(path)


def test_a_file_that_is_not_there_or_not_text_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(bytes(range(256)) * 400)
    assert not is_score_table(tmp_path / "a.csv")
    assert not is_score_table(tmp_path / "none.csv")
    assert not is_score_table(tmp_path / "0001.npz")


def test_a_pipe_keeps_nobody_waiting_and_a_huge_file_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.csv")
        assert not is_score_table(tmp_path / "pipe.csv")
    (tmp_path / "scores.csv").write_text(TABLES[0])
    assert is_score_table(tmp_path / "scores.csv")
    monkeypatch.setattr("thermview.readers.score_tables.MOST_BYTES", 10)
    assert not is_score_table(tmp_path / "scores.csv")
