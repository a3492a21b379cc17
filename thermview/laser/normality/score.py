"""A whole recording compared with its batch, by the reference: what fitting looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermview.inference import Lane
from thermview.laser.folding import cycle_mean
from thermview.laser.lanes import LaneStream
from thermview.laser.normality.compare import Compared, centres, compared
from thermview.laser.normality.sequence import COLUMNS, MEASURES, Rows, Sequel
from thermview.laser.normality.shape import Shape
from thermview.laser.normality.stages import Stages
from thermview.laser.normality.tables import BatchTables

Floats = NDArray[np.float32]
CHUNK = 1024


def context(tables: BatchTables) -> int:
    """Frames on each side of a piece that its comparison looks at."""
    return 2 * tables.half


def compared_pieces(
    frames: NDArray[np.generic], tables: BatchTables
) -> Iterator[tuple[Floats, Compared, Floats]]:
    """Pieces of a recording (n, rows, columns) in order: the frames, how they compare, and the evidence (k, p) of
    the next half a cycle, less at the recording's end."""
    total, side = len(frames), context(tables)
    for first in range(0, total, CHUNK):
        begin, stop = max(first - side, 0), min(first + CHUNK + side, total)
        block = np.maximum(frames[begin:stop].astype(np.float32), 0.0)
        index = np.arange(begin, stop)
        found = compared(block, index, centres(begin, stop - begin, total, tables.half), tables)
        inner = slice(first - begin, min(first + CHUNK, total) - begin)
        yield block[inner], found.rows(inner), found.evidence[inner.stop : inner.stop + tables.half]


BANDS = ("power", "size", "period")
"""Measures whose means over a cycle have a normal band."""
WITHIN = (0.5, 99.5)
"""Percentiles of a normal recording's cycle means between which its band lies."""


@dataclass(frozen=True, eq=False)
class Look:
    """What is kept of a recording: `maxima` (channels,), the largest value of each channel; and `bands`
    (BANDS, 2), between which nearly all of its cycle means lie, NaN where there are none."""

    maxima: NDArray[np.float64]
    bands: NDArray[np.float64]


def look_at(
    frames: NDArray[np.generic],
    tables: BatchTables,
    stages: Stages,
    stated: Sequence[tuple[int, int]] | None,
    lanes: Sequence[Lane],
) -> Look:
    """A recording of a batch as its tables and these lanes see it."""
    sequel = Sequel(Shape.of(tables), stages, tables.patterns, len(frames), stated)
    stream = LaneStream(lanes, COLUMNS, len(frames))
    most = np.zeros(sum(len(lane.channels) for lane in lanes))
    measured = []
    for block, found, ahead in compared_pieces(frames, tables):
        rows: Rows = sequel.push(block, found, ahead)
        measured.append(rows.measures[:, _BAND_PLACES])
        values = stream.push_channels(rows.features)
        if len(values):
            most = np.maximum(most, values.max(axis=0))
    return Look(most, _bands(np.concatenate(measured), round(tables.period)))


_BAND_PLACES = [MEASURES.index(name) for name in BANDS]


def _bands(measures: Floats, cycle: int) -> NDArray[np.float64]:
    means = [cycle_mean(column, max(cycle, 1)) for column in measures.T]
    known = [mean[np.isfinite(mean)] for mean in means]
    return np.array([np.percentile(mean, WITHIN) if len(mean) else (np.nan, np.nan) for mean in known])
