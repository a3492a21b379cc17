from __future__ import annotations

import errno

import pytest
import typer

from thermview.cli.failures import Tally, clean_failures
from thermview.errors import ReadError


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (ReadError("0001.npz: cut off."), 1, "0001.npz: cut off."),
        (OSError(errno.ENOSPC, "No space left on device", "scores.csv"), 1, "scores.csv: No space left"),
        (KeyboardInterrupt(), 130, "Stopped."),
    ],
)
def test_a_failure_becomes_one_sentence_and_a_status(
    error: BaseException, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as left, clean_failures():
        raise error
    assert left.value.exit_code == status
    told = capsys.readouterr().err
    assert told.startswith(said)
    assert told.count("\n") == 1


def test_a_fault_of_the_program_itself_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), clean_failures():
        raise ZeroDivisionError


@pytest.mark.parametrize(("done", "failed", "status"), [(2, 1, 3), (0, 1, 1)])
def test_the_status_tells_some_from_all(done: int, failed: int, status: int) -> None:
    with pytest.raises(typer.Exit) as left:
        Tally(done, failed).end()
    assert left.value.exit_code == status


def test_without_failures_nothing_is_raised() -> None:
    Tally(done=2).end()
    Tally().end()
