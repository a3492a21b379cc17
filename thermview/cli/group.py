"""How words on the command line become a command: a name of one, or a path for the window."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from thermview.cli.failures import clean_failures

WINDOW = "window"
"""Inside name of the command that a bare path stands for; nobody types it."""
_WINDOW_OPTIONS = ("--store",)


class CommandOrPath(TyperGroup):
    """A first word that is no command is a path for the window; so is no word at all."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        if not args or args[0].partition("=")[0] in _WINDOW_OPTIONS:
            args = ["", *args]
        return list(super().parse_args(ctx, args))

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override]
        word = args[0]
        if word != WINDOW and word in self.commands:
            return super().resolve_command(ctx, args)
        if word and len(args) > 1 and not word.startswith("-") and not _may_be_path(word, args[1]):
            ctx.fail(no_such_command(word, self._names()))
        return "", self.commands[WINDOW], args if word else args[1:]

    def _names(self) -> list[str]:
        return [name for name, command in self.commands.items() if not command.hidden]

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        with clean_failures():
            return super().invoke(ctx)


def no_such_command(word: str, names: Iterable[str]) -> str:
    """What to say of a word that is neither a command nor a path."""
    near = get_close_matches(word, list(names), n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    return f"There is no command and no file or folder {word!r}.{meant}"


def _may_be_path(word: str, following: str) -> bool:
    """True where the words that follow may belong to the window and not to a mistyped command."""
    window_option = following.partition("=")[0] in (*_WINDOW_OPTIONS, "--help")
    return window_option or Path(word).name != word or bool(Path(word).suffix) or Path(word).exists()
