from __future__ import annotations

import json
import math
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thermview.cli.output import printable, say, show, write_json

text_of_any_kind = st.text(st.characters(exclude_categories=()))


@given(text_of_any_kind)
def test_a_terminal_gets_nothing_to_obey(text: str) -> None:
    clean = printable(text)
    assert len(clean) == len(text)
    assert all(letter.isprintable() or letter in "\n\t" for letter in clean)
    assert printable(clean) == clean


@given(st.dictionaries(st.text(), st.one_of(st.floats(), st.integers(), text_of_any_kind, st.none())))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_record_is_one_line_of_plain_json(capsys: pytest.CaptureFixture[str], record: dict) -> None:  # type: ignore[type-arg]
    write_json(record)
    out = capsys.readouterr().out
    assert out.isascii()
    assert out.count("\n") == 1
    expected = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in record.items()}
    assert json.loads(out) == expected


def test_numbers_of_numpy_and_dates_become_plain(capsys: pytest.CaptureFixture[str]) -> None:
    write_json({"a": np.float32("nan"), "b": np.int64(3), "c": (np.bool_(True),), "d": date(2021, 3, 15)})
    assert json.loads(capsys.readouterr().out) == {"a": None, "b": 3, "c": [True], "d": "2021-03-15"}


def test_results_and_messages_go_apart(capsys: pytest.CaptureFixture[str]) -> None:
    show("a result")
    say("a \x1b[2J message")
    out, err = capsys.readouterr()
    assert out == "a result\n"
    assert err == "a \N{REPLACEMENT CHARACTER}[2J message\n"
