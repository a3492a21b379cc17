"""The one progress bar of all commands; it stays away where stderr is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from thermview.cli.failures import stop_if_interrupted
from thermview.jobs import Progress, Steps

if TYPE_CHECKING:
    from rich.progress import Progress as Bar


def follow(steps: Steps, what: str) -> Iterator[Progress]:
    """The steps of a job, one by one, with a bar while they come; the job is closed at the end."""
    with closing(steps):
        if not sys.stderr.isatty():
            for step in steps:
                yield step
                stop_if_interrupted()
            return
        with _bar() as bar:
            task = bar.add_task(what, total=None, rate="")
            for step in steps:
                speed = bar.tasks[task].speed
                rate = f"{speed:,.0f} {step.unit}/s" if speed else step.unit
                bar.update(task, completed=step.done, total=step.total or None, rate=rate)
                yield step
                stop_if_interrupted()


def result_of(steps: Steps, what: str) -> Any:
    """Run a job to its end with a bar; the last result that a step gave."""
    result = None
    for step in follow(steps, what):
        if step.result is not None:
            result = step.result
    return result


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
        transient=True,
        # Lines of output go above the bar where both share a terminal; into a file they go untouched.
        redirect_stdout=sys.stdout.isatty(),
    )
