"""The words of the filter box."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.capture.filter import parse_filter
from thermview.capture.names import parse_name

PICTURE = "set/Person-Anomaly-Identify/CAR_AON_21.02.05_CIC_P1301-P1400_D20_000017_bbox1.png"
KOREAN = "이송배관-정상/PIP_NOM_21.03.15_HIC_A1016-A1110_D0.5_003078.png"
VIDEO = "Type16/1673.npz"


@pytest.mark.parametrize(
    ("text", "path", "matches"),
    [
        ("", VIDEO, True),
        ("1673", VIDEO, True),
        ("type16", VIDEO, True),
        ("type16 1674", VIDEO, False),
        ("type16 1673", VIDEO, True),
        ('"16/16"', VIDEO, True),
        ("배관", KOREAN, True),
        ("class:person", PICTURE, True),
        ("class:car", PICTURE, False),
        ('class:"anomaly-identify"', PICTURE, True),
        ("class:정상", KOREAN, True),
        ("class:x", VIDEO, False),
        ("object:CAR", PICTURE, True),
        ("object:person", PICTURE, True),
        ("object:PIP", PICTURE, False),
        ("object:이송배관", KOREAN, True),
        ("state:aon", PICTURE, True),
        ("state:normal", PICTURE, False),
        ("state:anomaly", PICTURE, True),
        ("state:normal", KOREAN, True),
        ("state:anomaly", VIDEO, False),
        ("state:identify", PICTURE, True),
        ("distance:20", PICTURE, True),
        ("distance:20m", PICTURE, True),
        ("distance:3-30", PICTURE, True),
        ("distance:30-3", PICTURE, True),
        ("distance:>10", PICTURE, True),
        ("distance:>20", PICTURE, False),
        ("distance:>=20", PICTURE, True),
        ("distance:<1", KOREAN, True),
        ("distance:0.5", KOREAN, True),
        ("distance:>0", VIDEO, False),
        ("site:cic", PICTURE, True),
        ("site:ci", PICTURE, False),
        ("date:2021-02", PICTURE, True),
        ("date:21.02.05", PICTURE, True),
        ("date:2021", PICTURE, True),
        ("date:21.02.06", PICTURE, False),
        ("date:2021-02", KOREAN, False),
        ("object:car distance:20 site:CIC", PICTURE, True),
        ("object:car distance:21 site:CIC", PICTURE, False),
    ],
)
def test_words_decide_by_the_path(text: str, path: str, matches: bool) -> None:
    wanted = parse_filter(text)
    assert wanted.problem == ""
    assert not wanted.needs_known
    assert wanted.matches(path) is matches
    assert wanted.matches(path, tokens=parse_name(path.rpartition("/")[2].rpartition(".")[0])) is matches


def test_letters_are_compared_however_they_are_composed() -> None:
    decomposed = unicodedata.normalize("NFD", KOREAN)
    assert parse_filter("이송배관").matches(decomposed)
    assert parse_filter("class:이송배관").matches(decomposed)
    assert parse_filter(unicodedata.normalize("NFD", "class:이송배관")).matches(KOREAN)


@pytest.mark.parametrize(
    ("text", "score", "flags", "error", "matches"),
    [
        ("score>3", 3.5, 0, "", True),
        ("score>3", 3.0, 0, "", False),
        ("score>=3", 3.0, 0, "", True),
        ("score<1", 0.5, 0, "", True),
        ("score:>3", 4.0, 0, "", True),
        ("SCORE<-1", -2.0, 0, "", True),
        ("score>3", None, 0, "", False),
        ("score<3", None, 0, "", False),
        ("flagged", None, 2, "", True),
        ("flagged", None, 0, "", False),
        ("flagged:no", None, 0, "", True),
        ("flagged:yes", None, 1, "", True),
        ("error", None, 0, "cut off", True),
        ("error", None, 0, "", False),
        ("error:no", None, 0, "", True),
        ("flagged score>3", 4.0, 0, "", False),
    ],
)
def test_words_decide_by_what_is_known(
    text: str, score: float | None, flags: int, error: str, matches: bool
) -> None:
    wanted = parse_filter(text)
    assert wanted.problem == ""
    assert wanted.needs_known
    assert wanted.matches(VIDEO, score=score, flags=flags, error=error) is matches


@pytest.mark.parametrize(
    "text",
    [
        "clas:x",
        "class:",
        "distance:near",
        "distance:",
        "date:yesterday",
        "date:2021-2-3-4",
        "score",
        "score>",
        "score>high",
        "score:3",
        "flagged:maybe",
        'class:"x',
    ],
)
def test_a_wrong_word_is_one_sentence_and_hides_nothing(text: str) -> None:
    wanted = parse_filter(text)
    assert wanted.problem.endswith(".")
    assert "\n" not in wanted.problem
    assert wanted.matches(VIDEO) or text == 'class:"x'
    assert parse_filter(f"{text} 1674" if '"' not in text else text).matches(VIDEO) is False


@given(st.text(max_size=60))
def test_any_text_makes_a_filter(text: str) -> None:
    wanted = parse_filter(text)
    assert wanted.matches(PICTURE, score=1.0, flags=1, error="x") in (True, False)
    assert wanted.text == text


@given(
    st.sampled_from(["1673", "object:car", "distance:20", "Type", "date:2021"]),
    st.sampled_from(["bbox", "state:aon", "16"]),
)
def test_all_words_must_be_met(first: str, second: str) -> None:
    for path in (PICTURE, KOREAN, VIDEO):
        both = parse_filter(f"{first} {second}").matches(path)
        assert both == (parse_filter(first).matches(path) and parse_filter(second).matches(path))


def test_a_selection_is_a_word_like_any_other():
    selections = {"Near-Misses": frozenset({VIDEO, PICTURE})}
    assert parse_filter("selection:near-misses", selections).matches(VIDEO)
    assert not parse_filter("selection:near-misses", selections).matches(KOREAN)
    both = parse_filter("selection:near-misses class:person", selections)
    assert both.matches(PICTURE)
    assert not both.matches(VIDEO)


def test_a_selection_that_is_not_there_is_said_with_those_that_are():
    wrong = parse_filter("selection:x", {"far": frozenset()})
    assert wrong.problem == 'There is no selection named "x"; known are far.'
    assert not wrong
    assert "none is kept" in parse_filter("selection:x").problem
