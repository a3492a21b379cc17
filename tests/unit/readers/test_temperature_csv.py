"""Temperature tables: whatever program wrote them, the same numbers come out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from thermview.errors import ReadError
from thermview.readers import open_recording
from thermview.recording import APPARENT_TEMPERATURE, INTENSITY, RAW_COUNTS, Quantity

Save = Callable[[str, bytes], Path]
VALUES = np.round(np.random.default_rng(0).normal(20, 15, (6, 8)), 2)


def table(values: object, separator: str, decimal: str = ".", end: str = "", start: str = "") -> str:
    rows = np.asarray(values)
    return "".join(
        start + separator.join(f"{v:.2f}".replace(".", decimal) for v in row) + end + "\r\n" for row in rows
    )


@pytest.mark.parametrize(
    "header", ["", "Camera;A65\r\nDate;2021\r\n\r\nEmissivity;0,95\r\n", "File:\tC:\\x.jpg\n"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    ("separator", "decimal", "end", "start"),
    [
        (";", ".", ";", ""),
        (";", ",", "", ""),
        ("\t", ".", "", ""),
        ("\t", ",", "\t", ""),
        (",", ".", "", ""),
        (",", ".", ",", ""),
        (" ", ",", "", ""),
        (";", ".", "", ";"),
        ("; ", ".", "", ""),
    ],
)
def test_all_ways_to_write_a_table(
    header: str, encoding: str, separator: str, decimal: str, end: str, start: str, save: Save
) -> None:
    content = header + table(VALUES, separator, decimal, end, start)
    recording = open_recording(save("a.csv", content.encode(encoding)))
    assert (recording.kind, recording.quantity) == ("temperature table", APPARENT_TEMPERATURE)
    assert (len(recording), recording.frame_shape) == (1, (6, 8))
    np.testing.assert_allclose(recording.frame(0), VALUES, atol=1e-4)
    assert bool(recording.metadata) == bool(header)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    values=arrays(
        np.float64,
        st.tuples(st.integers(4, 9), st.integers(4, 9)),
        elements=st.integers(-4000, 99999).map(lambda n: n / 100),
    ),
    way=st.sampled_from([(";", "."), (";", ","), ("\t", "."), (",", "."), (" ", ".")]),
)
def test_what_is_written_is_read(values: np.ndarray, way: tuple[str, str], save: Save) -> None:
    recording = open_recording(save("a.csv", table(values, *way).encode()))
    np.testing.assert_allclose(recording.frame(0), values, rtol=1e-6, atol=1e-4)


def test_whole_degrees_with_commas(save: Save) -> None:
    rows = "21,22,23,24,25\n" * 5
    np.testing.assert_array_equal(
        open_recording(save("a.csv", rows.encode())).frame(0), [[21, 22, 23, 24, 25]] * 5
    )


def test_a_damaged_row_is_named(save: Save) -> None:
    lines = table(VALUES, ";").splitlines()
    short = "\n".join([*lines[:3], "1.0;2.0", *lines[3:]])
    with pytest.raises(ReadError, match="line 4 holds 2 values where 8 are expected"):
        open_recording(save("a.csv", short.encode()))
    word = "\n".join([*lines[:3], lines[3].replace(";", ";x", 1), *lines[4:]])
    with pytest.raises(ReadError, match="line 4 holds something else"):
        open_recording(save("b.csv", word.encode()))


@pytest.mark.parametrize(
    "text",
    [
        "Name,Cause\n0001,power\n0002,none\n0003,none\n0004,order\n",
        "a,b,c,d,e\n" * 20,
        "1.0;2.0;3.0;4.0\n",
        "\n\n\n",
        "x",
    ],
)
def test_other_tables_are_not_taken_for_temperatures(text: str, save: Save) -> None:
    with pytest.raises(ReadError, match="not a table of temperatures"):
        open_recording(save("a.csv", text.encode()))


@pytest.mark.parametrize(
    ("line", "stored"),
    [
        ("Unit;K", VALUES + 273.15),
        ("units: °F", VALUES * 1.8 + 32),
        ("Unit;°C", VALUES),
        ("Unit cost;5", VALUES),
    ],
)
def test_a_stated_unit_is_converted(line: str, stored: np.ndarray, save: Save) -> None:
    recording = open_recording(save("a.csv", (line + "\n" + table(stored, ";")).encode()))
    assert recording.quantity == APPARENT_TEMPERATURE
    np.testing.assert_allclose(recording.frame(0), VALUES, atol=0.01)
    assert ("converted_from" in recording.metadata) == (stored is not VALUES)


@pytest.mark.parametrize(
    ("stated", "quantity"),
    [
        ('{"quantity": "raw counts", "unit": "DN"}', RAW_COUNTS),
        ('{"quantity": "apparent temperature", "unit": "°C"}', APPARENT_TEMPERATURE),
        ('{"quantity": "voltage", "unit": "mV"}', INTENSITY),
        ('{"frame": 3}', APPARENT_TEMPERATURE),
        ("{broken", APPARENT_TEMPERATURE),
    ],
)
def test_our_own_tables_say_what_they_hold(stated: str, quantity: Quantity, save: Save) -> None:
    recording = open_recording(save("a.csv", (f"# {stated}\n" + table(VALUES, ",")).encode()))
    assert recording.quantity == quantity


@pytest.mark.parametrize("start", [0, 1])
@pytest.mark.parametrize("corner", ["", "0"])
def test_a_column_and_a_row_that_number_the_pixels_are_no_temperatures(
    start: int, corner: str, save: Save
) -> None:
    head = ";".join([corner, *map(str, range(start, start + VALUES.shape[1]))]) + "\n"
    lines = table(VALUES, ";").splitlines()
    content = head + "\n".join(f"{start + number};{line}" for number, line in enumerate(lines))
    recording = open_recording(save("a.csv", content.encode()))
    np.testing.assert_allclose(recording.frame(0), VALUES, atol=1e-4)
    assert "The first column of the table numbers the rows and is left out." in recording.issues
    bare = open_recording(save("b.csv", content.partition("\n")[2].encode()))
    np.testing.assert_allclose(bare.frame(0), VALUES, atol=1e-4)


def test_temperatures_that_rise_by_whole_degrees_stay(save: Save) -> None:
    rows = np.add.outer(np.arange(20, 28), np.arange(6)).astype(float)
    recording = open_recording(save("a.csv", table(rows, ";").encode()))
    np.testing.assert_array_equal(recording.frame(0), rows)
    assert not recording.issues


def test_empty_fields_have_no_temperature_and_are_told(save: Save) -> None:
    lines = table(VALUES, ";").splitlines()
    fields = lines[2].split(";")
    lines[2] = ";".join([*fields[:3], "", *fields[4:]])
    recording = open_recording(save("a.csv", "\n".join(lines).encode()))
    assert np.isnan(recording.frame(0)[2, 3])
    assert np.isfinite(recording.frame(0)).sum() == VALUES.size - 1
    assert recording.issues == ("1 of 48 pixels have no temperature and are left empty.",)


def test_degrees_behind_each_value(save: Save) -> None:
    content = table(VALUES, ";").replace(";", " °C;").replace("\r\n", " °C\r\n")
    np.testing.assert_allclose(open_recording(save("a.csv", content.encode())).frame(0), VALUES, atol=1e-4)
