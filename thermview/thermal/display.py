"""How a frame becomes a picture: palette, level and span, scale mode, isotherm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from thermview.recording import Frame
from thermview.thermal.palettes import palette

ScaleMode = Literal["min-max", "percentile", "3 sigma", "manual"]
SCALE_MODES: tuple[ScaleMode, ...] = ("min-max", "percentile", "3 sigma", "manual")
IsothermKind = Literal["none", "above", "below", "interval"]
ISOTHERM_KINDS: tuple[IsothermKind, ...] = ("none", "above", "below", "interval")
ISOTHERM_COLOUR = (0, 230, 118)

PERCENTILES = (1.0, 99.0)
_SAMPLED_PIXELS = 50_000  # percentiles and sigma are taken from about this many pixels


@dataclass(frozen=True)
class Isotherm:
    """Marks the pixels above `low`, below `high`, or between both, in one colour."""

    kind: IsothermKind = "none"
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True)
class Display:
    """How frames are shown. `low` and `high` count only in the manual scale mode."""

    palette: str = "inferno"
    scale_mode: ScaleMode = "min-max"
    low: float = 0.0
    high: float = 1.0
    inverted: bool = False
    isotherm: Isotherm = Isotherm()


def limits(frame: Frame, display: Display) -> tuple[float, float]:
    """The values that get the first and the last colour, always low < high.

    Percentile and sigma limits come from a regular sample of the pixels, yet the frame's own extremes
    are looked up in full and the upper end is never below a lone hot pixel by more than the span: such
    pixels are shown saturated, never averaged away. NaN and infinite pixels are left out.
    """
    if display.scale_mode == "manual":
        return ordered(display.low, display.high)
    values = finite(frame)
    if values.size == 0:
        return 0.0, 1.0
    if display.scale_mode == "min-max":
        return ordered(float(values.min()), float(values.max()))
    sample = values.reshape(-1)[:: max(1, values.size // _SAMPLED_PIXELS)]
    if display.scale_mode == "percentile":
        low, high = np.percentile(sample, PERCENTILES)
        return ordered(float(low), float(high))
    mean, deviation = float(sample.mean(dtype=np.float64)), float(sample.std(dtype=np.float64))
    return ordered(mean - 3 * deviation, mean + 3 * deviation)


def ordered(low: float, high: float) -> tuple[float, float]:
    """Two finite ends with low < high, whatever came in."""
    low, high = (float(np.nan_to_num(v, nan=0.0, posinf=1e30, neginf=-1e30)) for v in (low, high))
    if low > high:
        low, high = high, low
    return (low, high) if high > low else (low, low + max(abs(low) * 1e-6, 1.0))


def finite(frame: Frame) -> NDArray[Any]:
    """The frame's finite values: the frame itself where nothing is missing."""
    if not np.issubdtype(frame.dtype, np.floating):
        return frame
    good = np.isfinite(frame)
    return frame if good.all() else frame[good]


def paint(frame: Frame, display: Display, ends: tuple[float, float] | None = None) -> NDArray[np.uint8]:
    """The picture of a frame: (rows, columns, 3) uint8 RGB.

    Colour pictures come back as they are, without alpha. Pixels that are not finite are grey.
    `ends` are the limits to use; None means those of this frame.
    """
    if frame.ndim == 3:
        return np.ascontiguousarray(frame[..., :3])
    low, high = limits(frame, display) if ends is None else ordered(*ends)
    table = palette(display.palette)
    if display.inverted:
        table = table[::-1]
    steps = len(table) - 1
    if frame.dtype.kind in "ub" and frame.dtype.itemsize <= 2:
        picture = _look_up(frame, table, low, high)
    else:
        with np.errstate(invalid="ignore", over="ignore"):
            scaled = (frame.astype(np.float32, copy=False) - np.float32(low)) * np.float32(steps / (high - low))
            np.clip(scaled, 0, steps, out=scaled)
            bad = ~np.isfinite(scaled)
            scaled[bad] = 0
        picture = table[(scaled + np.float32(0.5)).astype(np.uint8)]
        if bad.any():
            picture[bad] = 128
    mark_isotherm(picture, frame, display.isotherm)
    return picture


def _look_up(frame: Frame, table: NDArray[np.uint8], low: float, high: float) -> NDArray[np.uint8]:
    """Counts have few values: one table over all of them is cheaper than arithmetic per pixel."""
    top = int(frame.max(initial=0))
    steps = len(table) - 1
    scaled = (np.arange(top + 1, dtype=np.float64) - low) * (steps / (high - low))
    colours = table[(np.clip(scaled, 0, steps) + 0.5).astype(np.uint8)]
    return np.take(colours, frame, axis=0)


def mark_isotherm(picture: NDArray[np.uint8], frame: Frame, isotherm: Isotherm) -> None:
    """Colour the isotherm's pixels in place."""
    if isotherm.kind == "none":
        return
    with np.errstate(invalid="ignore"):
        if isotherm.kind == "above":
            marked = frame >= isotherm.low
        elif isotherm.kind == "below":
            marked = frame <= isotherm.high
        else:
            marked = (frame >= isotherm.low) & (frame <= isotherm.high)
    picture[marked] = ISOTHERM_COLOUR
