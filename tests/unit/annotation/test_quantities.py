"""Values with units, as people write them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.annotation.quantities import (
    is_missing,
    parse_distance_m,
    parse_measured,
    parse_number,
    parse_percent,
    parse_range_c,
    parse_speed_m_s,
    parse_temperature_c,
)

_ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=40),
    st.lists(st.text(max_size=5), max_size=3),
)


@pytest.mark.parametrize(
    ("value", "celsius"),
    [
        ("2.8°C", 2.8),
        ("2.8 ℃", 2.8),
        ("-3", -3.0),
        (2.8, 2.8),
        (0, 0.0),
        ("−5°C", -5.0),
        ("2,8°C", 2.8),
        ("50°F", 10.0),
        ("300.15 K", 27.0),
        ("1,000°C", 1000.0),
        ("-300°C", None),
        ("cold", None),
        ("2.8 m", None),
        (True, None),
        (float("nan"), None),
        ("nan", None),
        (None, None),
        ([2.8], None),
        ("9" * 400, None),
        (10**400, None),
    ],
)
def test_temperatures(value: Any, celsius: float | None) -> None:
    assert parse_temperature_c(value) == (None if celsius is None else pytest.approx(celsius))


@pytest.mark.parametrize(
    ("value", "ends"),
    [
        ("-3°C ~ 6°C", (-3.0, 6.0)),
        ("-3~6", (-3.0, 6.0)),
        ("-3℃～6℃", (-3.0, 6.0)),
        ("-3 to 6", (-3.0, 6.0)),
        ("-3-6", (-3.0, 6.0)),
        ("-3°C–-1°C", (-3.0, -1.0)),
        ("-3--1", (-3.0, -1.0)),
        ("[-3, 6]", (-3.0, 6.0)),
        ("6 ~ -3", (-3.0, 6.0)),
        ("32 ~ 50°F", (0.0, 10.0)),
        ("-20~1,000", (-20.0, 1000.0)),
        ([-3, "6°C"], (-3.0, 6.0)),
        ({"Min": "-3°C", "max": 6}, (-3.0, 6.0)),
        ("5", None),
        ("a ~ b", None),
        ([1, 2, 3], None),
        ([1, None], None),
        ({"min": 1}, None),
        (None, None),
    ],
)
def test_ranges(value: Any, ends: tuple[float, float] | None) -> None:
    found = parse_range_c(value)
    assert found == (None if ends is None else pytest.approx(ends))


@pytest.mark.parametrize(
    ("value", "metres"),
    [
        ("300cm", 3.0),
        ("9,000cm", 90.0),
        ("0.5 m", 0.5),
        ("20 CM", 0.2),
        (3, 3.0),
        ("-3m", None),
        (0, None),
        ("3 ft", None),
    ],
)
def test_distances(value: Any, metres: float | None) -> None:
    assert parse_distance_m(value) == (None if metres is None else pytest.approx(metres))


def test_a_bare_distance_takes_the_unit_it_is_told() -> None:
    assert parse_distance_m(300, "cm") == pytest.approx(3.0)
    assert parse_distance_m("3 m", "cm") == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("value", "percent"), [("45%", 45.0), (45, 45.0), ("45 %RH", 45.0), ("101%", None), (-1, None)]
)
def test_percent(value: Any, percent: float | None) -> None:
    assert parse_percent(value) == percent


@pytest.mark.parametrize(
    ("value", "speed"), [("1.2m/s", 1.2), (2, 2.0), ("3.6 km/h", 1.0), ("3 m", None), (-1, None)]
)
def test_speeds(value: Any, speed: float | None) -> None:
    assert parse_speed_m_s(value) == (None if speed is None else pytest.approx(speed))


@pytest.mark.parametrize("value", [None, "", " ", "-", "N/A", "null", "없음"])
def test_what_stands_for_nothing(value: Any) -> None:
    assert is_missing(value)


@pytest.mark.parametrize("value", [0, "0", "0°C", False, []])
def test_zero_is_not_nothing(value: Any) -> None:
    assert not is_missing(value)


@given(st.floats(-1e6, 1e6))
def test_numbers_come_back_from_their_text(number: float) -> None:
    assert parse_number(repr(number)) == number
    assert parse_number(number) == number


@given(st.floats(-200, 200), st.floats(-200, 200))
def test_ranges_come_back_in_order(first: float, second: float) -> None:
    for text in (f"{first!r}°C ~ {second!r}°C", f"{first!r}~{second!r}"):
        assert parse_range_c(text) == (min(first, second), max(first, second))


@given(_ANYTHING)
def test_anything_is_a_value_or_none(value: Any) -> None:
    for parse in (
        parse_measured,
        parse_temperature_c,
        parse_range_c,
        parse_distance_m,
        parse_percent,
        parse_speed_m_s,
    ):
        parse(value)
