"""Checks of option values, so that a wrong one is wrong usage and told before anything is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from thermview.errors import ThermviewError

if TYPE_CHECKING:
    from thermview.recording import Recording
    from thermview.thermal.display import Display
    from thermview.thermal.fusion import Look


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


def palette_or_file(name: str | None) -> str | None:
    """The name, if there is a palette of it or a file that it may be in."""
    if name is None or Path(name).is_file():
        return name
    return known_palette(name)


def palette_option(pictures: str) -> Any:
    """The option --palette of a command that draws; `pictures`, with its verb, says what --ends takes for coloured."""
    return typer.Option(
        callback=palette_or_file,
        metavar="NAME",
        help=f"Palette to draw in (inferno); with --ends, the one that {pictures} drawn in: a name, or a file.",
    )


def colour_ends(text: str | None) -> str | None:
    """The text, if it is two temperatures, the lower one first."""
    return None if text is None else _checked(text, ends_of)


def ends_of(text: str) -> tuple[float, float]:
    """Lowest and highest temperature, °C, of a text such as "11,24"; ThermviewError where it is none."""
    from thermview.thermal.colour_scale import checked_ends

    try:
        low, high = (float(word) for word in text.split(","))
    except ValueError:
        raise ThermviewError("give two temperatures in °C, such as 11,24") from None
    return checked_ends(low, high)


Ends = Annotated[
    str | None,
    typer.Option(
        "--ends",
        metavar="LOW,HIGH",
        callback=colour_ends,
        help="Estimate temperatures from colours: °C at the two ends of the picture's colour bar.",
    ),
]


@dataclass(frozen=True)
class Colours:
    """What was stated of the colours of pictures: the ends of the colour bar and, maybe, the palette."""

    low_c: float
    high_c: float
    palette: str | None

    def open(self, recording: Recording) -> Recording:
        """A recording just opened, as estimated temperatures; closed, with ThermviewError, where that cannot be."""
        from thermview.readers.palette_files import read_palette
        from thermview.review.measured import estimated_by
        from thermview.thermal.colour_scale import ColourScale

        name, own = self.palette or "", b""
        try:
            if self.palette is not None and Path(self.palette).is_file():
                name, table = read_palette(Path(self.palette))
                own = table.tobytes()
        except BaseException:
            recording.close()
            raise
        return estimated_by(recording, ColourScale(name, self.low_c, self.high_c, own), guess=not name)


def fusion_mode(text: str | None) -> str | None:
    """The text, if it names a way to show the visible picture."""
    return None if text is None else _checked(text, look_of)


def look_of(text: str) -> Look:
    """How the visible picture is shown: a mode, or a mode and a share as in blend:0.3; ThermviewError for others."""
    from thermview.thermal.fusion import MODES, Look

    name, _, share = text.partition(":")
    modes = {mode.replace(" ", "-"): mode for mode in MODES}
    if name not in modes:
        raise ThermviewError(f"{name!r} is no way to show the visible picture; known are {', '.join(modes)}.")
    look = Look(modes[name])
    if not share:
        return look
    try:
        part = float(share)
    except ValueError:
        part = -1.0
    if not 0 <= part <= 1 or look.mode not in ("blend", "edges"):
        raise ThermviewError(f"{text!r}: blend and edges take a share from 0 to 1, the others none.")
    return look.with_share(part)


Fusion = Annotated[
    str | None,
    typer.Option(
        "--fusion",
        metavar="MODE",
        callback=fusion_mode,
        help="Show the visible picture with the frame, inside the file or beside it: side-by-side, blend, "
        "picture-in-picture or edges; blend:0.3 sets its share.",
    ),
]


def colours_of(ends: str | None, palette: str | None) -> Colours | None:
    """What two options state of colours; None without ends."""
    return None if ends is None else Colours(*ends_of(ends), palette)


def drawn_in(palette: str | None, differences: bool = False) -> Display:
    """How pictures are drawn, of a palette option that may also name a file or nothing.

    Differences get a palette with a middle, unless another is named, and zero in the middle of it.
    """
    from thermview.thermal.display import Display
    from thermview.thermal.palettes import DIVERGING, NAMES

    usual = DIVERGING[0] if differences else "inferno"
    known = palette is not None and palette in (*NAMES, *DIVERGING)
    return Display(palette=palette if known and palette is not None else usual, centred=differences)


def frame_ranges(text: str | None) -> str | None:
    """The text, if it names frames as 0,5,10-20 does."""
    from thermview.review.frame_ranges import parse_ranges

    return None if text is None else _checked(text, parse_ranges)


def export_formats(text: str | None) -> str | None:
    """The text, if it is a list of export formats."""
    from thermview.review.exporters import exporters_of

    return None if text is None else _checked(text, lambda names: exporters_of(names.split(",")))


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
