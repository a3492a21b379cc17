"""The command line. One file per command; what a command needs is imported when it runs, not before."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Annotated

import typer

import thermview
from thermview.cli import bench, demo, diagnose, evaluate, export, fit, frame, info, sample, score, window
from thermview.cli.failures import note_interrupts
from thermview.cli.group import WINDOW, CommandOrPath

__all__ = ["app", "main"]

app = typer.Typer(
    cls=CommandOrPath,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich's help takes twice as long to come up
    subcommand_metavar="[PATH] | COMMAND [ARGS]...",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"ThermView {thermview.__version__}")
        raise typer.Exit


@app.callback()
def thermview_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Look at thermal images and 1 kHz laser videos: in a window, or by the commands below.

    With a PATH, or with nothing, the window opens; write ./demo for a folder that is named like a command.
    Exit status: 0 done, 1 failed for a reason you can mend, 2 wrong usage, 3 done but some files failed.
    """


app.command(WINDOW, hidden=True)(window.window)
app.command()(demo.demo)
app.command()(sample.sample)
app.command()(info.info)
app.command()(fit.fit)
app.command()(score.score)
app.command()(frame.frame)
app.command()(export.export)
app.command()(evaluate.evaluate)
app.command()(diagnose.diagnose)
app.command()(bench.bench)


def main() -> None:
    """Run the command line of this process."""
    # matrices here are small: a second thread of NumPy's spins more than it computes, and the window needs its core
    for threads in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(threads, "1")
    if not sys.warnoptions:
        warnings.simplefilter(
            "ignore"
        )  # of a damaged file its reader says what is wrong, not the libraries below it
    note_interrupts()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a file name need not be text of this locale
    app(prog_name="thermview")
