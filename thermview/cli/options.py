"""Checks of option values, so that a wrong one is wrong usage and told before anything is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

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


def condition(name: str) -> Callable[[float | None], float | None]:
    """A check that temperatures can be worked out with a measuring condition."""

    def check(value: float | None) -> float | None:
        from thermview.errors import ThermviewError
        from thermview.thermal.conditions import checked

        try:
            return None if value is None else checked({name: value})[name]
        except ThermviewError as error:
            raise typer.BadParameter(str(error)) from None

    return check


def changes_of(**values: float | None) -> dict[str, float]:
    """Those conditions that were given; the file's hold for the others."""
    return {name: value for name, value in values.items() if value is not None}


_PANEL = "Measuring conditions in place of those of the camera's file"


def _condition(option: str, name: str, help: str) -> Any:
    return typer.Option(option, callback=condition(name), help=help, rich_help_panel=_PANEL)


Emissivity = Annotated[float | None, _condition("--emissivity", "emissivity", "Emissivity, 0 to 1.")]
Reflected = Annotated[float | None, _condition("--reflected", "reflected_c", "Reflected temperature, °C.")]
Atmosphere = Annotated[
    float | None, _condition("--atmosphere", "atmosphere_c", "Temperature of the air, °C.")
]
Distance = Annotated[float | None, _condition("--distance", "distance_m", "Distance, m.")]
Humidity = Annotated[float | None, _condition("--humidity", "humidity", "Relative humidity, 0 to 1.")]
Window = Annotated[
    float | None, _condition("--window", "window_transmission", "Transmission of a window, 0 to 1.")
]
WindowTemperature = Annotated[
    float | None, _condition("--window-temperature", "window_c", "Temperature of the window, °C.")
]


def _checked(text: str, check: Callable[[str], object]) -> str:
    try:
        check(text)
    except ThermviewError as error:
        raise typer.BadParameter(str(error)) from None
    return text
