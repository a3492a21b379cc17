"""Filters as words: what they state, what they refuse, and the frames that come out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermview.errors import ReadError, ThermviewError
from thermview.readers.filter_words import FilterPlan, plan_of
from thermview.recording import APPARENT_TEMPERATURE, ArrayRecording
from thermview.thermal.filters import Filters

FRAMES = np.random.default_rng(3).normal(20, 2, (9, 6, 7)).astype(np.float32)


def recording(frames: np.ndarray = FRAMES) -> ArrayRecording:
    return ArrayRecording("a", Path("a.npy"), "array", frames, APPARENT_TEMPERATURE)


def test_words_together() -> None:
    assert plan_of(["maximum:10", "median", "minus:3"]) == FilterPlan(
        Filters("maximum", 10, median=True), minus=3
    )
    assert plan_of(["mean:since=120"]) == FilterPlan(Filters("mean", since=120))
    assert plan_of(["minus:mean"]) == FilterPlan(minus="mean")
    assert not plan_of([]).on


@pytest.mark.parametrize(
    "words",
    [["max"], ["maximum"], ["maximum:1"], ["maximum:1001"], ["mean:-3"], ["mean:x"], ["mean:since="], ["minus"],
     ["minus:-1"], ["minus:²"], ["minus:9999999999"], ["median:3"], [""], ["none"], ["none:3"], ["maximum:2", "mean:2"],
     ["minus:0", "minus:mean"], ["median", "median"]],
)  # fmt: skip
def test_what_states_no_filter(words: list[str]) -> None:
    with pytest.raises(ThermviewError):
        plan_of(words)


@given(st.text(max_size=30))
def test_any_word_is_a_plan_or_one_sentence(word: str) -> None:
    try:
        assert plan_of([word]).on
    except ThermviewError as error:
        said = str(error)
    else:
        said = "a plan"
    assert said.isprintable()


def test_a_hold_and_a_reference() -> None:
    seen = plan_of(["maximum:3", "minus:2"]).around(recording())
    np.testing.assert_allclose(seen.frame(5), FRAMES[3:6].max(axis=0) - FRAMES[2], atol=1e-5)
    assert (seen.quantity.name, seen.quantity.unit) == ("apparent temperature difference", "K")
    mean = plan_of(["minus:mean"]).around(recording())
    np.testing.assert_allclose(mean.frames(0, 9).mean(axis=0), 0, atol=1e-4)


def test_frames_are_counted_from_0_in_files_and_from_1_on_screen() -> None:
    filters = plan_of(["maximum:since=4", "minus:2"]).around(recording()).filters  # type: ignore[attr-defined]
    assert filters.words(0) == "maximum of all frames since frame 4, minus frame 2"
    assert filters.words() == "maximum of all frames since frame 5, minus frame 3"


def test_without_filters_it_is_the_recording() -> None:
    plain = recording()
    assert plan_of([]).around(plain) is plain


def test_colours_and_frames_that_are_not_there_are_refused() -> None:
    with pytest.raises(ReadError, match=r"a\.npy: colours cannot be filtered"):
        plan_of(["median"]).around(recording(np.zeros((2, 4, 5, 3), np.uint8)))
    for word in ("minus:9", "maximum:since=9"):
        with pytest.raises(ReadError, match=r"there is no frame 9 .* frames 0 to 8"):
            plan_of([word]).around(recording())
