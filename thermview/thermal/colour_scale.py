"""Estimated temperatures: the colours of a picture read back by a palette and the two ends of its colour bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ThermviewError
from thermview.thermal.palette_bar import Bar, find_bar
from thermview.thermal.palette_fit import colours_of, pixel_tolerance
from thermview.thermal.palette_line import PaletteLine, line_of
from thermview.thermal.palettes import NAMES

Floats = NDArray[np.float32]

ENDS_LIMITS_C = (-273.15, 5000.0)
_LEAST_SPAN_K = 0.1
_HALF_STEP = 0.5  # whoever drew the picture rounded each temperature to a step of the palette
_ROUNDING = 0.9  # RGB units by which colours lie off their line because they are whole numbers
_LOSSY_ALONG = 2.2  # JPEG blurs along the line, from one temperature into the other, more than across it
_MOST_END_STEPS = 0.03  # of the palette: farther from its end no pixel is taken for saturated


@dataclass(frozen=True)
class ColourScale:
    """A palette by name, or with its own `colours`, and the temperatures of its first and last colour."""

    palette: str
    low_c: float
    high_c: float
    colours: bytes = b""
    """RGB after RGB, of a palette that is none of the program's."""

    def line(self) -> PaletteLine:
        """The palette's line; ThermviewError where there is no such palette."""
        if not self.colours:
            return line_of(self.palette)
        return own_line(self.palette, self.colours)

    def words(self) -> str:
        """The scale as a person reads it."""
        low, high = (f"{end:.6g}".replace("-", chr(0x2212)) for end in (self.low_c, self.high_c))
        return f"the palette {self.palette} from {low} to {high} °C"


class Estimate(NamedTuple):
    """What a picture's colours tell, each array (rows, columns).

    `celsius` is NaN where a colour is none of the palette's or of two places of it. Where it is the palette's
    first or last colour the temperature is not known but at most, at least, that of the end: the value lies just
    outside the ends there. `uncertainty_k` holds for 95 of 100 of the others.
    """

    celsius: Floats
    residual: Floats
    uncertainty_k: float


def checked_ends(low_c: float, high_c: float) -> tuple[float, float]:
    """The ends, where a colour bar can have them; ThermviewError with one sentence where not."""
    lowest, highest = ENDS_LIMITS_C
    if not (lowest <= low_c <= highest and lowest <= high_c <= highest):  # NaN too
        raise ThermviewError(f"The ends of a colour bar lie between {lowest:g} and {highest:g} °C.")
    if not high_c - low_c >= _LEAST_SPAN_K:
        raise ThermviewError(
            f"The colour bar's upper end ({high_c:g} °C) is not above its lower ({low_c:g} °C)."
        )
    return low_c, high_c


@lru_cache(maxsize=4)
def own_line(name: str, colours: bytes) -> PaletteLine:
    """The line of a palette that is none of the program's."""
    return PaletteLine(name, np.frombuffer(colours, np.uint8)[: len(colours) // 3 * 3].reshape(-1, 3))


def kept_values(scale: ColourScale) -> dict[str, Any]:
    """The scale as JSON keeps it."""
    own = {"colours": scale.colours.hex()} if scale.colours else {}
    return {"palette": scale.palette, "low_c": scale.low_c, "high_c": scale.high_c, **own}


def stated_colours(values: Mapping[str, Any]) -> ColourScale | None:
    """The scale that kept values make, or None where they make none."""
    name, low, high = (values.get(key) for key in ("palette", "low_c", "high_c"))
    colours = values.get("colours", "")
    numbers = all(isinstance(n, int | float) and not isinstance(n, bool) for n in (low, high))
    if not (numbers and isinstance(name, str) and isinstance(colours, str)):
        return None
    if not colours and name not in NAMES:
        return None
    try:
        scale = ColourScale(name, *checked_ends(float(low or 0), float(high or 0)), bytes.fromhex(colours))
        scale.line()
    except (ThermviewError, ValueError):
        return None
    return scale


def estimate(frame: NDArray[Any], scale: ColourScale, lossy: bool, bar: Bar | None = None) -> Estimate:
    """Temperatures of a picture (rows, columns[, 3 or 4]) of uint8, and how sure they are.

    Whether its colours are the palette's at all is to be asked before: see palette_fit.refusal. Nothing is told
    from the pixels of `bar`.
    """
    line = scale.line()
    places = line.look_up(colours_of(frame))
    own = (places.residual <= pixel_tolerance(lossy)) & line.is_clear(places)
    if bar is not None:
        own[bar.window] = False
    noise = _noise(places.residual[own])
    step_k = (scale.high_c - scale.low_c) / line.last
    celsius = np.float32(scale.low_c) + places.position * np.float32(step_k)
    cold, hot = (_end_steps(line, end, noise) for end in (0.0, float(line.last)))
    is_cold, is_hot = places.position <= cold, places.position >= line.last - hot
    celsius[is_cold] = np.nextafter(np.float32(scale.low_c), np.float32(-np.inf))
    celsius[is_hot] = np.nextafter(np.float32(scale.high_c), np.float32(np.inf))
    celsius[~own] = np.nan
    inner = places.position[own & ~is_cold & ~is_hot]
    along = noise * (_LOSSY_ALONG if lossy else 1.0)
    return Estimate(celsius, places.residual, step_k * _uncertain_steps(line, inner, along))


def bar_in(frame: NDArray[Any], scale: ColourScale, lossy: bool) -> Bar | None:
    """The colour bar that is drawn into a picture, or None."""
    line = scale.line()
    return find_bar(line.look_up(colours_of(frame)).position, line.last, lossy)


def _noise(residual: Floats) -> float:
    """RGB units by which colours lie off the line in each of the two directions across it."""
    return float(np.sqrt(np.mean(residual.astype(np.float64) ** 2) / 2)) if residual.size else 0.0


def _end_steps(line: PaletteLine, end: float, noise: float) -> float:
    """Steps from an end of the palette within which a colour cannot be told from the end's."""
    speed = float(line.speed(np.array([end], np.float32))[0])
    return min(
        _HALF_STEP + 2 * max(noise - _ROUNDING, 0.0) / speed, max(_MOST_END_STEPS * line.last, _HALF_STEP)
    )


def _uncertain_steps(line: PaletteLine, positions: Floats, noise: float) -> float:
    """Steps of the palette within which 95 of 100 positions are right: rounding, and noise over the slope."""
    if positions.size == 0:
        return _HALF_STEP
    slopes = line.speed(positions[:: max(1, positions.size // 20_000)])
    return float(np.percentile(_HALF_STEP + 1.5 * noise / slopes, 95))
