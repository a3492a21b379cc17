"""thermview demo: the sample capture in the window, or toured off-screen where there is no display."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from thermview.cli.output import say, show
from thermview.cli.progress import follow


def demo(
    out: Annotated[Path, typer.Option(help="Where the off-screen tour leaves pictures and exports.")] = Path(
        "demo-output"
    ),
    capture: Annotated[
        Path | None, typer.Option(help="Tour this capture instead of the sample.", show_default=False)
    ] = None,
) -> None:
    """Open the sample capture, made if missing; without a display tour it off-screen and leave pictures."""
    from thermview.cli.window import has_display, open_window, tour_off_screen

    path = capture if capture is not None else _sample_capture()
    if has_display():
        raise typer.Exit(open_window(path))
    say(f"There is no display: the tour runs off-screen and leaves pictures and exports in {out}.")
    for made in tour_off_screen(path, out):
        show(str(made))


def _sample_capture() -> Path:
    """The sample capture in the user's data folder, made or completed where necessary."""
    from thermview.paths import data_folder
    from thermview.sample import make_sample

    folder = data_folder() / "sample"
    for _ in follow(make_sample(folder), "Making the sample"):
        pass
    return folder
