from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from thermview.cli.found import Found
from thermview.cli.score import _text
from thermview.cli.score_files import score_file
from thermview.cli.scoring import Scored
from thermview.scoring import Event, ModelId, Scores

VALUES = np.array([0.5, np.nan, 2.5], np.float32)
SCORES = Scores(
    "Type1/0001", VALUES, {"power": VALUES * 2}, 1.0, 2.5, 0.01, True, "power",
    (Event(2, 2, 2, 2.5, "power", 0.01, "power 12 % below"),), ModelId("generic", "ab" * 32), 0.1,
)  # fmt: skip
OTHER = replace(SCORES, recording="=evil", lanes={"timing": VALUES}, p_value=None)


def test_csv_has_a_row_per_frame_and_a_column_per_cause(tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    with score_file(out, ("power", "timing")) as file:
        file.add(SCORES)
        file.add(OTHER)
    rows = list(csv.reader(out.read_text("utf-8").splitlines()))
    assert rows[0] == ["recording", "frame", "score", "power", "timing"]
    assert rows[1:4] == [
        ["Type1/0001", "0", "0.5", "1", ""], ["Type1/0001", "1", "", "", ""], ["Type1/0001", "2", "2.5", "5", ""],
    ]  # fmt: skip
    assert rows[4][1:] == ["0", "0.5", "", "0.5"]
    assert not rows[4][0].startswith("=")


def test_hdf5_has_a_group_per_recording_also_for_ids_that_meet(tmp_path: Path) -> None:
    out = tmp_path / "scores.h5"
    with score_file(out, ("power",)) as file:
        file.add(SCORES)
        file.add(SCORES)
        file.add(replace(SCORES, recording="Type1"))
        file.add(replace(SCORES, recording="bad\udcffname"))
    with h5py.File(out) as document:
        group = document["Type1/0001"]
        np.testing.assert_array_equal(group["score"][:], VALUES)
        np.testing.assert_array_equal(group["lanes/power"][:], VALUES * 2)
        assert group.attrs["anomalous"]
        assert json.loads(group["events"][()])[0]["last"] == 2
        assert json.loads(group["model"][()])["sha256"] == "ab" * 32
        assert {"Type1/0001 (2)", "Type1 (2)", "bad\\udcffname"} <= {
            *document, *(f"Type1/{name}" for name in document["Type1"])
        }  # fmt: skip


@pytest.mark.parametrize("suffix", [".csv", ".h5"])
def test_a_failure_leaves_nothing_and_an_older_file_as_it_was(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"scores{suffix}"
    out.write_text("older")

    def stopped() -> None:
        with score_file(out, ("power",)) as file:
            file.add(SCORES)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert out.read_text() == "older"
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


@pytest.mark.parametrize("suffix", [".csv", ".h5"])
def test_a_folder_that_is_not_there_is_an_os_error(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(OSError, match="No such file"), score_file(tmp_path / "no" / f"s{suffix}", ()):
        pytest.fail("nothing can be written here")


def test_a_recording_that_is_known_in_part_is_called_normal_in_that_part() -> None:
    found = Found(Path("c"), Path("c/Type1/0001.npz"), named=False)
    calm = replace(SCORES, anomalous=False, score=0.5, events=())
    part = _text(Scored(found, calm))
    assert part.endswith("normal in the 67 % of its frames that are scored")
    assert _text(Scored(found, replace(calm, values=np.ones(3, np.float32)))).endswith("  normal")
    assert "ANOMALOUS (power)\n" in _text(Scored(found, SCORES))
