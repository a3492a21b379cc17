"""A whole recording compared with its batch, by the reference: what fitting looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from thermview.inference import Lane
from thermview.laser.lanes import LaneStream
from thermview.laser.normality.compare import Compared, centres, compared
from thermview.laser.normality.sequence import COLUMNS, Rows, Sequel, Shape
from thermview.laser.normality.stages import Stages
from thermview.laser.normality.tables import BatchTables

Floats = NDArray[np.float32]
CHUNK = 1024


def context(tables: BatchTables) -> int:
    """Frames on each side of a piece that its comparison looks at."""
    return 2 * tables.half


def compared_pieces(frames: NDArray[np.generic], tables: BatchTables) -> Iterator[tuple[Floats, Compared]]:
    """Pieces of a recording (n, rows, columns) in order: the frames and how they compare."""
    total, side = len(frames), context(tables)
    for first in range(0, total, CHUNK):
        begin, stop = max(first - side, 0), min(first + CHUNK + side, total)
        block = np.maximum(frames[begin:stop].astype(np.float32), 0.0)
        index = np.arange(begin, stop)
        found = compared(block, index, centres(begin, stop - begin, total, tables.half), tables)
        inner = slice(first - begin, min(first + CHUNK, total) - begin)
        yield block[inner], found.rows(inner)


def channel_maxima(
    frames: NDArray[np.generic],
    tables: BatchTables,
    stages: Stages,
    stated: Sequence[tuple[int, int]] | None,
    lanes: Sequence[Lane],
) -> NDArray[np.float64]:
    """The largest value of each channel over a recording, (channels,)."""
    shape = Shape(tables.rows, tables.columns, tables.period, tables.stirring, tables.quiet)
    sequel = Sequel(shape, stages, tables.patterns, len(frames), stated)
    stream = LaneStream(lanes, COLUMNS, len(frames))
    most = np.zeros(sum(len(lane.channels) for lane in lanes))
    for block, found in compared_pieces(frames, tables):
        rows: Rows = sequel.push(block, found)
        values = stream.push_channels(rows.features)
        if len(values):
            most = np.maximum(most, values.max(axis=0))
    return most
