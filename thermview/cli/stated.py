"""What the command line states of recordings beyond their files: what colours or numbers mean, conditions, filters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer

from thermview.cli.options import (
    Atmosphere,
    Colours,
    Distance,
    Emissivity,
    Humidity,
    Reflected,
    Window,
    WindowTemperature,
    changes_of,
    colours_of,
)
from thermview.errors import ThermviewError

if TYPE_CHECKING:
    from thermview.readers.count_scale import CountScale
    from thermview.readers.filter_words import FilterPlan
    from thermview.recording import Recording
    from thermview.thermal.conditions import Changes


def known_meaning(text: str | None) -> str | None:
    """The text, if it names what plain numbers can be."""
    if text not in (None, "celsius", "kelvin"):
        raise typer.BadParameter(f"{text!r} is neither celsius nor kelvin.")
    return text


def _within(low: float, high: float) -> Callable[[float | None], float | None]:
    def check(value: float | None) -> float | None:
        if value is not None and not low <= value <= high:  # NaN lies nowhere
            raise typer.BadParameter(f"it must lie between {low:g} and {high:g}.")
        return value

    return check


_PANEL = "Numbers without a meaning"

Values = Annotated[
    str | None,
    typer.Option(
        "--values",
        metavar="celsius|kelvin",
        callback=known_meaning,
        help="What the numbers of a TIFF, NumPy or HDF5 file are that does not say so: °C or K.",
        rich_help_panel=_PANEL,
    ),
]
KelvinPerCount = Annotated[
    float | None,
    typer.Option(
        "--kelvin-per-count",
        metavar="GAIN",
        callback=_within(1e-6, 1e3),
        help="Such numbers are counts of so many kelvins, as 0.04.",
        rich_help_panel=_PANEL,
    ),
]
CelsiusAtZero = Annotated[
    float | None,
    typer.Option(
        "--celsius-at-zero",
        metavar="°C",
        callback=_within(-1e6, 1e6),
        help="With --kelvin-per-count: °C at count 0, else absolute zero.",
        rich_help_panel=_PANEL,
    ),
]


def filter_words(words: list[str] | None) -> list[str] | None:
    """The words, if they state filters."""
    from thermview.readers.filter_words import plan_of

    try:
        plan_of(words or ())
    except ThermviewError as error:
        raise typer.BadParameter(str(error)) from None
    return words


Filter = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        metavar="FILTER",
        callback=filter_words,
        help="Filter frames, said in all that is written: maximum:10, minimum:10, mean:25, maximum:since=120, "
        "minus:0, minus:mean, median; can be given several times.",
    ),
]


def scale_of(
    values: str | None, kelvin_per_count: float | None, celsius_at_zero: float | None
) -> CountScale | None:
    """The scale that three options state; None without any, wrong usage where they contradict each other."""
    from thermview.readers.count_scale import IN_CELSIUS, IN_KELVIN, CountScale

    if values is not None and (kelvin_per_count, celsius_at_zero) != (None, None):
        raise typer.BadParameter(
            "say either --values, or --kelvin-per-count with or without --celsius-at-zero."
        )
    if values is not None:
        return IN_CELSIUS if values == "celsius" else IN_KELVIN
    if kelvin_per_count is None:
        if celsius_at_zero is not None:
            raise typer.BadParameter("--celsius-at-zero needs --kelvin-per-count.")
        return None
    return (
        CountScale(kelvin_per_count)
        if celsius_at_zero is None
        else CountScale(kelvin_per_count, celsius_at_zero)
    )


def plan_of_words(words: list[str] | None) -> FilterPlan | None:
    """The filters that are stated, or None."""
    from thermview.readers.filter_words import plan_of

    return plan_of(words) if words else None


@dataclass(frozen=True)
class Stated:
    """All that one command states; what is None or empty is left as each file has it."""

    colours: Colours | None = None
    scale: CountScale | None = None
    changes: Changes = field(default_factory=dict)
    plan: FilterPlan | None = None

    def __post_init__(self) -> None:
        if self.colours is not None and self.scale is not None:
            raise typer.BadParameter(
                "--ends is for colours, --values and --kelvin-per-count for numbers; say one."
            )

    @property
    def anything(self) -> bool:
        """True where recordings are seen otherwise than their files say."""
        return bool(self.changes) or (self.colours, self.scale, self.plan) != (None, None, None)

    @property
    def compares(self) -> bool:
        """True where what comes out are differences."""
        return self.plan is not None and self.plan.compares

    def open(self, recording: Recording) -> Recording:
        """A recording just opened, as it is stated to be; closed, with ReadError, where it cannot be that."""
        from thermview.review.measured import opened_under, scaled_by

        if self.colours is not None:
            recording = self.colours.open(recording)
        if self.scale is not None:
            recording = scaled_by(recording, self.scale)
        recording = opened_under(recording, self.changes)
        if self.plan is None:
            return recording
        try:
            return self.plan.around(recording)
        except BaseException:
            recording.close()
            raise


@dataclass(frozen=True)
class StatedOptions:
    """The options that say what numbers mean: measuring conditions, and what a count stands for."""

    emissivity: Emissivity = None
    reflected: Reflected = None
    atmosphere: Atmosphere = None
    distance: Distance = None
    humidity: Humidity = None
    window: Window = None
    window_temperature: WindowTemperature = None
    values: Values = None
    kelvin_per_count: KelvinPerCount = None
    celsius_at_zero: CelsiusAtZero = None

    def with_looks(self, ends: str | None, palette: str | None, filters: list[str] | None) -> Stated:
        """All that is stated, together with what is said of colours and filters."""
        changes = changes_of(
            emissivity=self.emissivity, reflected_c=self.reflected, atmosphere_c=self.atmosphere,
            distance_m=self.distance, humidity=self.humidity, window_transmission=self.window,
            window_c=self.window_temperature,
        )  # fmt: skip
        scale = scale_of(self.values, self.kelvin_per_count, self.celsius_at_zero)
        return Stated(colours_of(ends, palette), scale, changes, plan_of_words(filters))
