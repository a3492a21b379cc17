"""File names as tokens, and back."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.capture.names import NameTokens, format_name, full_frame_stem, parse_name

EXAMPLE = "PIP_NOM_21.03.15_CIC_A1016-A1110_D1_003078_bbox0"

_CODES = st.text(st.characters(exclude_characters="_", exclude_categories=("Cs",)), min_size=1, max_size=12)
_TOKENS = st.builds(
    NameTokens,
    object=_CODES,
    state=_CODES,
    day=st.dates(),
    site=_CODES,
    session=_CODES,
    distance_m=st.floats(0, 1e12, exclude_max=True),
    sequence=st.integers(0, 10**18 - 1),
    box=st.none() | st.integers(0, 10**9 - 1),
)


def test_the_example_says_all_its_tokens() -> None:
    tokens = parse_name(EXAMPLE)
    assert tokens == NameTokens("PIP", "NOM", date(2021, 3, 15), "CIC", "A1016-A1110", 1.0, 3078, 0)
    assert format_name(tokens) == EXAMPLE
    assert tokens.session_key == "2021-03-15_CIC_A1016-A1110"
    assert tokens.window == (time(10, 16), time(11, 10))


@given(_TOKENS)
def test_parsing_undoes_formatting(tokens: NameTokens) -> None:
    assert parse_name(format_name(tokens)) == tokens


@given(st.text(max_size=80))
def test_any_name_is_parsed_or_is_none(name: str) -> None:
    tokens = parse_name(name)
    assert tokens is None or parse_name(format_name(tokens)) == tokens


@pytest.mark.parametrize(
    ("name", "distance", "box"),
    [
        ("CAR_AON_21.02.05_HIC_P1301-P1400_D0.5_000001", 0.5, None),
        ("차량_이상_2021-02-05_창원_A0900-P1300_D200_1_box12", 200.0, 12),
        ("X9_ZZZ_20210205_S1_morning_D30_0000000012_BBOX3", 30.0, 3),
    ],
)
def test_unknown_codes_and_other_writings_are_read(name: str, distance: float, box: int | None) -> None:
    tokens = parse_name(name)
    assert tokens is not None
    assert (tokens.day, tokens.distance_m, tokens.box) == (date(2021, 2, 5), distance, box)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "0001",
        EXAMPLE.replace("21.03.15", "21.13.15"),
        EXAMPLE.replace("21.03.15", "21.03-15"),
        EXAMPLE.replace("_D1_", "_1_"),
        EXAMPLE.replace("PIP_", "_"),
        EXAMPLE + "_more",
        EXAMPLE + ".png",
        EXAMPLE.replace("003078", "٣"),
    ],
)
def test_other_names_are_none(name: str) -> None:
    assert parse_name(name) is None


@pytest.mark.parametrize(
    "change", [{"object": "A_B"}, {"site": ""}, {"distance_m": float("nan")}, {"sequence": -1}]
)
def test_tokens_that_fit_no_name_are_refused(change: dict[str, object]) -> None:
    tokens = parse_name(EXAMPLE)
    assert tokens is not None
    with pytest.raises(ValueError, match=r"must|fit"):
        format_name(NameTokens(**{**vars(tokens), **change}))


@pytest.mark.parametrize(
    ("session", "window"),
    [
        ("A0900-P1310", (time(9), time(13, 10))),
        ("P0110-P0200", (time(13, 10), time(14))),
        ("1016-1110", (time(10, 16), time(11, 10))),
        ("A2516-A1110", None),
        ("morning", None),
    ],
)
def test_the_window_is_read_where_there_is_one(session: str, window: object) -> None:
    tokens = parse_name(EXAMPLE.replace("A1016-A1110", session))
    assert tokens is not None
    assert tokens.session == session
    assert tokens.window == window


def test_a_crop_knows_its_full_frame() -> None:
    assert full_frame_stem(EXAMPLE) == EXAMPLE.removesuffix("_bbox0")
    assert full_frame_stem("0001") == "0001"
