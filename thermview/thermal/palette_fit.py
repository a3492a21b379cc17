"""Whether a picture's colours are those of a palette: judged by how far they lie off its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.thermal.palette_line import PaletteLine, line_of
from thermview.thermal.palettes import NAMES

LOSSLESS_TOLERANCE, LOSSY_TOLERANCE = 2.5, 6.0
"""RGB units that the middle pixel of a picture may lie off the palette's line.

On pictures drawn in a known palette it lies 0.6 to 1.0 off where stored without loss and 1.2 to 6 off where
stored as JPEG; off other palettes it lies 7 at the least, mostly 20 to 140.
"""
_PIXEL_FACTOR = 2.5
"""A pixel farther off than so many tolerances is none of the palette's: a logo, text, the colour bar's frame."""
_MOST_FOREIGN = 0.5  # share of such pixels above which the picture as a whole is refused
_CLEARLY = 2.0  # another palette is the right one where its residual is so many times less, and ...
_CLEARLY_UNITS = 2.0  # ... less by so many RGB units
_SAMPLED_PIXELS = 6000
_GREY_UNITS = 12  # between the channels of a pixel that is grey but for JPEG's rounding
_MOST_FOLDED = 0.1


@dataclass(frozen=True)
class Fit:
    """How a picture lies to one palette: RGB units off its line, and the share of pixels that are foreign to it."""

    palette: str
    median: float
    mean: float
    foreign: float


def pixel_tolerance(lossy: bool) -> float:
    """RGB units off the line up to which one pixel is taken for a colour of the palette."""
    return (LOSSY_TOLERANCE if lossy else LOSSLESS_TOLERANCE) * _PIXEL_FACTOR


def colours_of(frame: NDArray[Any]) -> NDArray[np.uint8]:
    """A picture (rows, columns[, 3 or 4]) of uint8 as (rows, columns, 3): greys thrice, alpha left out."""
    if frame.ndim == 2:
        return np.repeat(frame[..., None], 3, axis=2)
    return frame[..., :3]


def fit_of(frame: NDArray[Any], line: PaletteLine, lossy: bool) -> Fit:
    """How a regular sample of the picture's pixels lies to a palette."""
    return _fit(_sample(frame), line, lossy)


def fits_of(frame: NDArray[Any], lossy: bool, others: Sequence[PaletteLine] = ()) -> list[Fit]:
    """The same for every known palette and `others`, the nearest first."""
    colours = _sample(frame)
    lines = [line_of(name) for name in NAMES] + list(others)
    return sorted((_fit(colours, line, lossy) for line in lines), key=lambda fit: fit.median)


def _sample(frame: NDArray[Any]) -> NDArray[np.uint8]:
    colours = colours_of(frame).reshape(-1, 3)
    return np.ascontiguousarray(colours[:: max(1, len(colours) // _SAMPLED_PIXELS)])


def _fit(colours: NDArray[np.uint8], line: PaletteLine, lossy: bool) -> Fit:
    packed = colours.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    _, first, back = np.unique(packed, return_index=True, return_inverse=True)
    residual = line.project(colours[first]).residual[back.reshape(-1)]
    foreign = float(np.mean(residual > pixel_tolerance(lossy)))
    return Fit(line.name, float(np.median(residual)), float(residual.mean()), foreign)


def best_palette(fits: Sequence[Fit], lossy: bool) -> str | None:
    """The palette that a picture is drawn in, where one is clearly nearer than all others; else None."""
    best, *others = fits
    if not _accepted(best, lossy):
        return None
    return best.palette if all(_is_clearer(best, other) for other in others) else None


def refusal(frame: NDArray[Any], line: PaletteLine, lossy: bool) -> str | None:
    """One sentence why no temperatures can be told from this picture by this palette; None where they can."""
    if line.folded > _MOST_FOLDED:
        return (
            f"{line.name}: this palette comes back to its own colours over {line.folded * 100:.0f} % of its "
            "length, so a colour does not tell one temperature."
        )
    fits = fits_of(frame, lossy, () if line.name in NAMES else (line,))
    chosen = next(fit for fit in fits if fit.palette == line.name)
    better = next((fit for fit in fits if fit.palette != line.name and _is_clearer(fit, chosen)), None)
    if line.name != "grey" and is_grey(frame):
        return f"This picture holds greys only: its colours are not those of the palette {line.name}."
    if better is not None and _accepted(better, lossy):
        return (
            f"The colours are those of the palette {better.palette} (the middle pixel lies "
            f"{better.median:.1f} RGB units off it), not of {line.name} ({chosen.median:.1f} off)."
        )
    if not _accepted(chosen, lossy):
        return _why_not(chosen, lossy)
    return None


def _why_not(fit: Fit, lossy: bool) -> str:
    most = LOSSY_TOLERANCE if lossy else LOSSLESS_TOLERANCE
    if fit.median > most:
        loss = "; JPEG may have changed them too much" if lossy and fit.median < 2 * most else ""
        return (
            f"The colours are not those of the palette {fit.palette}: the middle pixel lies {fit.median:.1f} RGB "
            f"units off it, {most:g} is the most{loss}."
        )
    return f"{fit.foreign * 100:.0f} % of the pixels are no colours of the palette {fit.palette}."


def is_grey(frame: NDArray[Any]) -> bool:
    """True for a picture whose channels agree but for what JPEG makes of them."""
    if frame.ndim == 2:
        return True
    sample = _sample(frame).astype(np.int16)
    return bool(np.mean(np.ptp(sample, axis=1) <= _GREY_UNITS) > 0.99)


def _accepted(fit: Fit, lossy: bool) -> bool:
    return fit.median <= (LOSSY_TOLERANCE if lossy else LOSSLESS_TOLERANCE) and fit.foreign <= _MOST_FOREIGN


def _is_clearer(one: Fit, other: Fit) -> bool:
    return other.median > _CLEARLY * one.median and other.median > one.median + _CLEARLY_UNITS
