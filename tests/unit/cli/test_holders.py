from __future__ import annotations

from dataclasses import asdict, dataclass
from inspect import signature
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from thermview.cli import diagnose, evaluate, export, frame
from thermview.cli.holders import with_holders
from thermview.laser.evaluate_plan import Options


@dataclass(frozen=True)
class Ends:
    """Two options."""

    low: Annotated[float, typer.Option(help="The lower end.")] = 1.0
    high: Annotated[float, typer.Option("--top", help="The upper end.")] = 2.0


@with_holders
def command(name: str, *, ends: Ends, loud: Annotated[bool, typer.Option("--loud")] = False) -> None:
    """Say it."""
    print(name, ends, loud)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["a"], f"a {Ends()} False\n"),
        (["a", "--low", "3", "--top", "4", "--loud"], f"a {Ends(3.0, 4.0)} True\n"),
    ],
)
def test_options_of_a_holder_are_options_like_others(words: list[str], said: str) -> None:
    app = typer.Typer()
    app.command()(command)
    result = CliRunner().invoke(app, words)
    assert (result.exit_code, result.output) == (0, said)


def test_options_stand_where_their_holder_does() -> None:
    assert list(signature(command).parameters) == ["name", "low", "high", "loud"]


@pytest.mark.parametrize(
    ("of", "least"),
    [(export.export, 26), (diagnose.diagnose, 14), (frame.frame, 19), (evaluate.evaluate, 12)],
)  # the contract with scripts: none may be lost in a holder
def test_commands_keep_their_options(of, least) -> None:  # type: ignore[no-untyped-def]
    names = list(signature(of).parameters)
    assert len(names) == len(set(names)) >= least


def test_what_is_not_said_is_evaluated_as_the_evaluation_itself_would() -> None:
    assert Options(**asdict(evaluate.Measured())) == Options()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--shard", "1/2", "--merge"], "either made or merged"),
        (["--dask", "tcp://h:1", "--merge"], "shares the work out itself"),
        (["--split"], "what --apply does"),
        (["--shard", "1/2", "--apply", "copy"], "apply after merging"),
    ],
)
def test_parts_of_a_diagnosis_that_contradict_each_other_are_wrong_usage(words: list[str], said: str) -> None:
    app = typer.Typer()
    app.command()(diagnose.diagnose)
    result = CliRunner().invoke(app, ["set", "-o", "out", *words], env={"COLUMNS": "200"})
    assert result.exit_code == 2
    assert said in result.output
