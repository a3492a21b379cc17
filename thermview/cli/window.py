"""thermview [PATH]: the window. The one place outside gui/ that knows where the window is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from thermview.cli.failures import FAILED
from thermview.cli.group import no_such_command
from thermview.cli.output import say


def window(
    context: typer.Context,
    path: Annotated[
        Path | None, typer.Argument(metavar="PATH", help="A capture folder, a zipped batch or one file.")
    ] = None,
    store: Annotated[Path | None, typer.Option(help="Keep flags in this file.")] = None,
) -> None:
    """Open the window, on a capture where one is given."""
    if path is not None and not _is_there(path):
        _refuse_missing(path, context)
    if not has_display() and not os.environ.get("QT_QPA_PLATFORM"):
        say("There is no display here. The commands work without one, and so does thermview demo.")
        raise typer.Exit(FAILED)
    raise typer.Exit(open_window(path, store))


def open_window(path: Path | None, store: Path | None = None) -> int:
    """Show the window until it is closed; gives the exit status."""
    from thermview.gui.app import run_window

    return run_window(path, store=store)


def tour_off_screen(path: Path, out: Path) -> list[Path]:
    """Perform the demonstration on a capture without a screen; gives the files it leaves in `out`.

    Its flags go to a store of its own: a demonstration leaves none among the user's.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")  # what this platform lacks is no news
    from thermview.gui.tour import tour

    with TemporaryDirectory() as folder:
        return tour(path, out, store=Path(folder) / "review.sqlite")


def has_display() -> bool:
    """False where no window can be seen: off-screen was asked for, or no display server is there."""
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform:
        return platform not in ("offscreen", "minimal", "vnc")
    if not sys.platform.startswith(("linux", "freebsd")):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _is_there(path: Path) -> bool:
    from thermview.readers.zipped import split_zip_path

    return path.exists() or split_zip_path(path) is not None


def _refuse_missing(path: Path, context: typer.Context) -> None:
    """A bare word is taken for a mistyped command, anything else for a path that is not there."""
    word = str(path)
    if path.suffix or path.name != word:
        say(f"{word}: there is no such file or folder.")
        raise typer.Exit(FAILED)
    group = context.parent.command if context.parent else None
    names = [name for name, command in getattr(group, "commands", {}).items() if not command.hidden]
    (context.parent or context).fail(no_such_command(word, names))
