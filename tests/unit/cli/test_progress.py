from __future__ import annotations

import io
import sys

import pytest

from thermview.cli.progress import follow, result_of
from thermview.jobs import Progress, Steps


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def counting(closed: list[bool]) -> Steps:
    try:
        for number in range(3):
            yield Progress(number + 1, 3, number or None, "files")
    finally:
        closed.append(True)


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO()], ids=["terminal", "file"])
def test_all_steps_come_and_the_bar_shows_on_a_terminal_alone(
    stream: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", stream)
    closed: list[bool] = []
    assert [step.done for step in follow(counting(closed), "Counting")] == [1, 2, 3]
    assert closed == [True]
    assert ("Counting" in stream.getvalue()) is stream.isatty()


def test_the_last_result_counts() -> None:
    assert result_of(counting([]), "Counting") == 2


def test_leaving_early_closes_the_job() -> None:
    closed: list[bool] = []
    steps = follow(counting(closed), "Counting")
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert closed == [True]
