"""Tables of regions: units, places, names that are no formulas, never into a capture, whole or not at all."""

import csv
from pathlib import Path

import numpy as np
import pytest

from thermview.errors import ExportError
from thermview.jobs import last_result
from thermview.recording import APPARENT_TEMPERATURE, ESTIMATED_TEMPERATURE, ArrayRecording
from thermview.review.region_tables import measure, write_region_series, write_region_table
from thermview.thermal.region_series import series_steps
from thermview.thermal.region_sets import Difference, RegionSet
from thermview.thermal.regions import Line, Rectangle, Spot

REGIONS = RegionSet(
    (Rectangle("R1", 0, 0, 4, 3), Spot("=S1", 1, 2), Line("gone", (90, 0), (99, 0))),
    (Difference("R1", "=S1"),),
)


@pytest.fixture
def recording():
    data = np.arange(3 * 5 * 6, dtype=np.float32).reshape(3, 5, 6) / 4
    data[1, 0, 0] = np.nan
    return ArrayRecording("x", Path("x.npy"), "array", data, APPARENT_TEMPERATURE, 50.0)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def test_a_table_states_units_places_and_what_was_left_out(tmp_path, recording):
    write_region_table(tmp_path / "t.csv", measure("=Type1/x", recording, 1, REGIONS))
    rows = rows_of(tmp_path / "t.csv")
    assert rows[:5] == [
        ["# recording", "'=Type1/x"], ["# quantity", "apparent temperature"], ["# unit", "°C"], ["# frame", "1"],
        ["# time_s", "0.020000"],
    ]  # fmt: skip
    table = [dict(zip(rows[5], row, strict=True)) for row in rows[6:]]
    assert table[0]["minimum (°C)"] == "7.75"
    assert "deviation (K)" in table[0]
    assert (table[0]["area (px)"], table[0]["left out (px)"]) == ("12", "1")
    assert (table[0]["column of maximum"], table[0]["row of maximum"]) == ("3", "2")
    assert (table[1]["region"], table[1]["maximum (°C)"]) == ("'=S1", "10.75")
    assert (table[2]["mean (°C)"], table[2]["area (px)"]) == ("", "0")
    assert (table[3]["region"], table[3]["kind"]) == ("R1 - =S1", "difference in K")
    assert float(table[3]["maximum (°C)"]) == 11.25 - 10.75


def test_a_series_has_a_row_per_frame(tmp_path, recording):
    series = last_result(series_steps(recording, REGIONS.regions))
    write_region_series(tmp_path / "s.csv", "x", recording, series)
    rows = rows_of(tmp_path / "s.csv")
    table = [dict(zip(rows[3], row, strict=True)) for row in rows[4:]]
    assert [row["frame"] for row in table] == ["0", "1", "2"]
    assert [row["time_s"] for row in table] == ["0.000000", "0.020000", "0.040000"]
    assert [row["'=S1 mean (°C)"] for row in table] == ["3.25", "10.75", "18.25"]
    assert table[0]["gone maximum (°C)"] == ""


def test_estimated_temperatures_are_called_so(tmp_path, recording):
    recording.quantity = ESTIMATED_TEMPERATURE
    write_region_table(tmp_path / "t.csv", measure("x", recording, 0, REGIONS))
    assert rows_of(tmp_path / "t.csv")[1] == ["# quantity", "estimated temperature"]


def test_nothing_is_written_into_a_capture(tmp_path, recording):
    with pytest.raises(ExportError, match="never written to"):
        write_region_table(tmp_path / "t.csv", measure("x", recording, 0, REGIONS), [tmp_path])
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_one_sentence_and_leaves_nothing(tmp_path, recording):
    (tmp_path / "folder").mkdir()
    series = last_result(series_steps(recording, REGIONS.regions))
    for place in (tmp_path / "folder", tmp_path / "missing" / "s.csv"):
        with pytest.raises(ExportError, match="cannot be written"):
            write_region_series(place, "x", recording, series)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
