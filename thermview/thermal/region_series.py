"""What regions measure over a whole recording: a job that reads it once, in chunks, for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ThermviewError
from thermview.jobs import Progress, Steps
from thermview.recording import Frame, Recording, is_colour
from thermview.thermal.region_conditions import FramesByRegion
from thermview.thermal.region_statistics import (
    EVERYTHING,
    STATISTICS,
    Statistic,
    masked_statistics,
    valid_range,
)
from thermview.thermal.regions import Mask, Region, mask_of

Floats = NDArray[np.float64]

_CHUNK_BYTES = 8 << 20
_MOST_FRAMES = 512
_FEW_PIXELS = 2048  # up to here all frames of a chunk at once are faster than one after another


@dataclass(frozen=True, eq=False)
class SeriesChunk:
    """Numbers of frames first .. first + n - 1: `values` (regions, 4, n) in the order of STATISTICS."""

    first: int
    values: Floats


@dataclass(frozen=True, eq=False)
class RegionSeries:
    """What regions measure in every frame: `values` (regions, 4, frames) in the order of STATISTICS.

    NaN where a region has no valid pixel, or where a frame was not read.
    """

    regions: tuple[Region, ...]
    values: Floats

    def of(self, name: str, statistic: Statistic) -> Floats:
        """One statistic (frames,) of the region of this name; KeyError where there is none."""
        for row, region in enumerate(self.regions):
            if region.name == name:
                series: Floats = self.values[row, STATISTICS.index(statistic)]
                return series
        raise KeyError(name)


def series_steps(recording: Recording, regions: Sequence[Region]) -> Steps:
    """Measure regions in every frame; each step's result is a SeriesChunk, the last one's the RegionSeries.

    ThermviewError for pictures of colours, which hold no quantity; ReadError where the file fails.
    """
    if is_colour(recording):
        raise ThermviewError(f"{recording.name}: colours are no quantity, so nothing can be measured.")
    rows, columns = recording.frame_shape
    masks = [mask_of(region, rows, columns) for region in regions]
    valid, total = valid_range(recording), len(recording)
    values = np.full((len(masks), len(STATISTICS), total), np.nan)
    size = max(rows * columns * recording.dtype.itemsize, 1)
    length = min(max(_CHUNK_BYTES // size, 1), _MOST_FRAMES)
    source = FramesByRegion(recording, regions)
    for first in range(0, total, length):
        stop = min(first + length, total)
        each = zip(source.frames(first, stop), masks, strict=True)
        part = (
            np.stack([measured(frames, mask, valid) for frames, mask in each]) if masks else values[:, :, :0]
        )
        values[:, :, first : first + part.shape[2]] = part
        yield Progress(stop, total, SeriesChunk(first, part), "frames")
    yield Progress(total, total, RegionSeries(tuple(regions), values), "frames")


def measured(frames: Frame, mask: Mask, valid: tuple[float, float] = EVERYTHING) -> Floats:
    """(4, n) statistics of one region in n frames (n, rows, columns); the same numbers as frame by frame."""
    area = mask.area
    if area > _FEW_PIXELS:
        each = [masked_statistics(frame, mask, valid) for frame in frames]
        return np.array([[one.value(name) for one in each] for name in STATISTICS])
    if area == 0 or not len(frames):
        return np.full((len(STATISTICS), len(frames)), np.nan)
    flat = frames.reshape(len(frames), -1)
    return _of_few(np.take(flat, mask.places(frames.shape[2]), axis=1), valid)


def _of_few(pixels: Frame, valid: tuple[float, float]) -> Floats:
    """(4, n) of pixels (n, area)."""
    exact = pixels.astype(np.float64)
    good = np.isfinite(exact) & (exact >= valid[0]) & (exact <= valid[1])
    if good.all():
        return np.stack([exact.min(axis=1), exact.max(axis=1), exact.mean(axis=1), exact.std(axis=1)])
    count = np.count_nonzero(good, axis=1)
    low = np.min(exact, axis=1, initial=np.inf, where=good)
    high = np.max(exact, axis=1, initial=-np.inf, where=good)
    known = np.where(good, exact, 0.0)
    mean = known.sum(axis=1) / np.maximum(count, 1)
    spread = np.where(good, known - mean[:, None], 0.0)
    deviation = np.sqrt((spread**2).sum(axis=1) / np.maximum(count, 1))
    result = np.stack([low, high, mean, deviation])
    result[:, count == 0] = np.nan
    return result
