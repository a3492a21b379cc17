"""What a region measures in one frame: extremes with their places, mean, deviation, profile, differences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.recording import Frame, Recording
from thermview.thermal.regions import Line, Mask, Region, line_points, mask_of

Statistic = Literal["minimum", "maximum", "mean", "deviation"]
STATISTICS: tuple[Statistic, ...] = ("minimum", "maximum", "mean", "deviation")
EVERYTHING = (-math.inf, math.inf)
_OPENCV_TYPES = ("u1", "i1", "u2", "i2", "i4", "f4", "f8")


@dataclass(frozen=True)
class Statistics:
    """Numbers of the valid pixels of a region, NaN where it has none.

    `area`: pixels of the region; `count` of them are valid, `left_out` are not: NaN, infinite or outside the
    camera's measuring range. `deviation` is the standard deviation of the valid pixels themselves (divided by
    their count). Places are (column, row) of pixels, the first in the order of reading where several are equal.
    """

    minimum: float
    maximum: float
    mean: float
    deviation: float
    area: int
    count: int
    at_minimum: tuple[int, int] | None = None
    at_maximum: tuple[int, int] | None = None

    @property
    def left_out(self) -> int:
        """How many pixels are not valid."""
        return self.area - self.count

    def value(self, statistic: Statistic) -> float:
        """One of the numbers by its name."""
        return float(getattr(self, statistic))


@dataclass(frozen=True, eq=False)
class Profile:
    """Values along a line: `distance` (n,) pixels from its start, `values` (n,) with NaN where a pixel is not valid.

    Each value is that of the pixel the point falls into: nothing is interpolated.
    """

    distance: NDArray[np.float64]
    values: NDArray[np.float64]


def valid_range(recording: Recording) -> tuple[float, float]:
    """Lowest and highest value that the camera measures, where the recording states them; else everything.

    A pixel outside is one that the camera marks as below its range or saturated.
    """
    if recording.quantity.unit != "°C":
        return EVERYTHING
    stated: Mapping[str, Any] = recording.metadata
    low, high = stated.get("measuring_range_low_c"), stated.get("measuring_range_high_c")
    if isinstance(low, int | float) and isinstance(high, int | float) and low < high:
        return float(low), float(high)
    return EVERYTHING


def statistics_of(frame: Frame, region: Region, valid: tuple[float, float] = EVERYTHING) -> Statistics:
    """What a region measures in a frame (rows, columns); `valid` are the lowest and highest valid value."""
    return masked_statistics(frame, mask_of(region, frame.shape[0], frame.shape[1]), valid)


def masked_statistics(frame: Frame, mask: Mask, valid: tuple[float, float] = EVERYTHING) -> Statistics:
    """The same for a mask that was made before."""
    window = _for_opencv(frame[mask.window])
    area = mask.area if not mask.full else mask.inside.size
    good, count = _valid_pixels(window, mask, area, valid)
    if count == 0:
        return Statistics(math.nan, math.nan, math.nan, math.nan, area, 0)
    bytes_of = None if good is None else good.view(np.uint8)
    low, high, at_low, at_high = cv2.minMaxLoc(window, mask=bytes_of)
    here = [(column + mask.column, row + mask.row) for column, row in (at_low, at_high)]
    if low == high:
        return Statistics(low, high, low, 0.0, area, count, here[0], here[1])
    average, spread = cv2.meanStdDev(window, mask=bytes_of)
    mean = min(max(average.item(), low), high)  # a sum is rounded
    return Statistics(low, high, mean, spread.item(), area, count, here[0], here[1])


def _for_opencv(window: Frame) -> Frame:
    """The pixels in a type that OpenCV calculates with; float64 for those that it does not know."""
    known = window.dtype.isnative and window.dtype.str[1:] in _OPENCV_TYPES
    return window if known else window.astype(np.float64)


def _valid_pixels(
    window: Frame, mask: Mask, area: int, valid: tuple[float, float]
) -> tuple[NDArray[np.bool_] | None, int]:
    """The valid pixels of a window, None where that is all of them; and how many they are."""
    known = None if mask.full else mask.inside
    if window.size == 0 or (window.dtype.kind in "iu" and valid == EVERYTHING):
        return known, area
    good = np.isfinite(window)
    if valid != EVERYTHING:
        good &= (window >= valid[0]) & (window <= valid[1])
    if good.all():
        return known, area
    good &= mask.inside
    return good, int(np.count_nonzero(good))


def profile_of(frame: Frame, line: Line, valid: tuple[float, float] = EVERYTHING) -> Profile:
    """The values along a line, as far as it lies within the frame."""
    points = line_points(line)
    inside = (points >= 0).all(axis=1) & (points < (frame.shape[1], frame.shape[0])).all(axis=1)
    points = points[inside]
    distance = np.hypot(*(points - np.array(line.start, np.float64)).T)
    columns, rows = np.floor(points).astype(np.intp).T
    values = frame[rows, columns].astype(np.float64)
    values[~(np.isfinite(values) & (values >= valid[0]) & (values <= valid[1]))] = np.nan
    return Profile(distance, values)


def difference_of(first: Statistics, second: Statistics, statistic: Statistic) -> float:
    """The first region's number less the second's; NaN where one of them has none."""
    return first.value(statistic) - second.value(statistic)
