"""How words on the command line become a command: a name of one, or a path for the window."""

from __future__ import annotations

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
        return "", self.commands[WINDOW], args if word else args[1:]

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        with clean_failures():
            return super().invoke(ctx)
