"""How a frame becomes a picture: palette, level and span, scale mode, isotherm."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from thermview.recording import Frame
from thermview.thermal.palettes import palette

ScaleMode = Literal["min-max", "percentile", "3 sigma", "region", "manual"]
SCALE_MODES: tuple[ScaleMode, ...] = ("min-max", "percentile", "3 sigma", "region", "manual")
IsothermKind = Literal["none", "above", "below", "interval"]
ISOTHERM_KINDS: tuple[IsothermKind, ...] = ("none", "above", "below", "interval")
ISOTHERM_COLOUR = 0xFF00E676
MISSING_COLOUR = 0xFF808080

PERCENTILES = (1.0, 99.0)
_BAND_PIXELS = 32_768
_SAMPLED_PIXELS = 50_000  # percentiles and sigma are taken from about this many pixels
_FARTHEST_END, _FARTHEST_SAMPLE = 1e300, 1e150  # so that spans and squares stay finite
_LEAST_SPAN = 1e-290
_SINGLE_PRECISION = (1e-30, 1e30)  # spans that float32 arithmetic divides without overflow


@dataclass(frozen=True)
class Isotherm:
    """Marks the pixels above `low`, below `high`, or between both, in one colour."""

    kind: IsothermKind = "none"
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True)
class Display:
    """How frames are shown. `low` and `high` count only in the manual scale mode.

    `centred`: outside the manual mode both ends lie equally far from zero, as differences want it.
    The scale mode "region" is that of whoever knows a region: by itself a display has the whole frame's min-max then.
    """

    palette: str = "inferno"
    scale_mode: ScaleMode = "min-max"
    low: float = 0.0
    high: float = 1.0
    inverted: bool = False
    isotherm: Isotherm = Isotherm()
    centred: bool = False


def limits(frame: Frame, display: Display) -> tuple[float, float]:
    """The values that get the first and the last colour, always low < high.

    The min-max limits look at every pixel, so that a lone hot one is never missed; percentile and sigma
    limits come from a regular sample of them. NaN and infinite pixels are left out.
    """
    if display.scale_mode == "manual":
        return ordered(display.low, display.high)
    values = finite(frame)
    if values.size == 0:
        return 0.0, 1.0
    low, high = _ends_of(values, display)
    if display.centred:
        high = max(abs(low), abs(high))
        return ordered(-high, high)
    return low, high


def _ends_of(values: NDArray[Any], display: Display) -> tuple[float, float]:
    if display.scale_mode in ("min-max", "region"):
        return ordered(float(values.min()), float(values.max()))
    sample = values.reshape(-1)[:: max(1, values.size // _SAMPLED_PIXELS)].astype(np.float64)
    np.clip(sample, -_FARTHEST_SAMPLE, _FARTHEST_SAMPLE, out=sample)
    if display.scale_mode == "percentile":
        low, high = np.percentile(sample, PERCENTILES)
        return ordered(float(low), float(high))
    mean, deviation = float(sample.mean()), float(sample.std())
    return ordered(mean - 3 * deviation, mean + 3 * deviation)


def ordered(low: float, high: float) -> tuple[float, float]:
    """Two finite ends with low < high and a span that can be divided by, whatever came in."""
    low, high = (
        0.0 if math.isnan(v) else min(max(float(v), -_FARTHEST_END), _FARTHEST_END) for v in (low, high)
    )
    if low > high:
        low, high = high, low
    return (low, high) if high - low > _LEAST_SPAN else (low, low + max(abs(low) * 1e-6, 1.0))


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
    packed = paint_packed(frame, display, ends)
    return np.ascontiguousarray(packed.view(np.uint8).reshape(*packed.shape, 4)[..., 2::-1])


def paint_packed(
    frame: Frame, display: Display, ends: tuple[float, float] | None = None
) -> NDArray[np.uint32]:
    """The same picture as (rows, columns) uint32 0xffRRGGBB, the form that screens take at once."""
    if frame.ndim == 3:
        return _pack(frame[..., :3])
    low, high = limits(frame, display) if ends is None else ordered(*ends)
    colours = _packed_palette(display.palette, display.inverted)
    if frame.dtype.kind in "ub" and frame.dtype.itemsize <= 2:
        picture = np.take(
            _per_count(frame, colours, low, high), frame, mode="wrap"
        )  # none is outside: no checks
    else:
        picture = _by_arithmetic(frame, colours, low, high)
    mark_isotherm(picture, frame, display.isotherm)
    return picture


def _pack(rgb: NDArray[Any]) -> NDArray[np.uint32]:
    packed = np.full((*rgb.shape[:-1], 4), 255, np.uint8)
    packed[..., 2::-1] = rgb
    return packed.view(np.uint32)[..., 0]


@cache
def _packed_palette(name: str, inverted: bool) -> NDArray[np.uint32]:
    table = palette(name)
    return _pack(table[::-1] if inverted else table)


def _per_count(frame: Frame, colours: NDArray[np.uint32], low: float, high: float) -> NDArray[np.uint32]:
    """Counts have few values: one colour for each of them is cheaper than arithmetic per pixel."""
    values = np.arange(int(frame.max(initial=0)) + 1, dtype=np.float64)
    steps = len(colours) - 1
    return colours[(np.clip((values - low) * (steps / (high - low)), 0, steps) + 0.5).astype(np.uint8)]


def _by_arithmetic(frame: Frame, colours: NDArray[np.uint32], low: float, high: float) -> NDArray[np.uint32]:
    """One band of rows after another: memory for a whole frame's steps in between would cost more than the steps."""
    narrow = frame.dtype.itemsize <= 4 and frame.dtype.kind == "f"
    narrow &= _SINGLE_PRECISION[0] < high - low and max(abs(low), abs(high)) < _SINGLE_PRECISION[1]
    wide = np.float32 if narrow else np.float64
    picture = np.empty(frame.shape, np.uint32)
    rows = max(_BAND_PIXELS // max(frame.shape[1], 1), 1)
    for first in range(0, len(frame), rows):
        band = slice(first, first + rows)
        _paint_band(frame[band], colours, (low, high), wide, picture[band])
    return picture


def _paint_band(
    frame: Frame,
    colours: NDArray[np.uint32],
    ends: tuple[float, float],
    wide: type[np.floating[Any]],
    picture: NDArray[np.uint32],
) -> None:
    steps = len(colours) - 1
    scaled: NDArray[Any] = frame.astype(wide)
    with np.errstate(invalid="ignore", over="ignore"):
        scaled -= ends[0]
        scaled *= steps / (ends[1] - ends[0])
    good = np.isfinite(frame)
    missing = not good.all()
    if missing:
        scaled[~good] = 0
    np.clip(scaled, 0, steps, out=scaled)
    scaled += 0.5
    np.take(colours, scaled.astype(np.uint8), out=picture, mode="wrap")  # in place; no index lies outside
    if missing:
        picture[~good] = MISSING_COLOUR


def mark_isotherm(picture: NDArray[np.uint32], frame: Frame, isotherm: Isotherm) -> None:
    """Colour the isotherm's pixels of a packed picture in place."""
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
