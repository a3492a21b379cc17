"""Checks of option values, so that a wrong one is wrong usage and told before anything is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from thermview.errors import ThermviewError


def ends_in(*suffixes: str) -> Callable[[Path | None], Path | None]:
    """A check that a file name has one of these suffixes."""

    def check(path: Path | None) -> Path | None:
        if path is not None and path.suffix.lower() not in suffixes:
            raise typer.BadParameter(f"the name must end in one of {', '.join(suffixes)}.")
        return path

    return check


def known_palette(name: str) -> str:
    """The name, if there is a palette of it."""
    from thermview.thermal.palettes import palette

    return _checked(name, palette)


def frame_ranges(text: str | None) -> str | None:
    """The text, if it names frames as 0,5,10-20 does."""
    from thermview.review.frame_ranges import parse_ranges

    return None if text is None else _checked(text, parse_ranges)


def export_formats(text: str) -> str:
    """The text, if it is a list of export formats."""
    from thermview.review.exporters import exporters_of

    return _checked(text, lambda names: exporters_of(names.split(",")))


def _checked(text: str, check: Callable[[str], object]) -> str:
    try:
        check(text)
    except ThermviewError as error:
        raise typer.BadParameter(str(error)) from None
    return text
