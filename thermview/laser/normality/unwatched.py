"""Pixels of which a model cannot say that they died: normal recordings show them dead, or now and then."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thermview.laser.normality.dead_pixels import BLOCKS, LEAST_COUNTS
from thermview.laser.normality.pictures import pictures_of
from thermview.laser.normality.tables import BatchTables

Floats = NDArray[np.float32]

DARK = 0.04
"""Share of what the pixels around see below which a pixel is dead: those that answer weakly see twice as much."""
_AROUND = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if (down, right) != (0, 0)]


def unwatched(tables: BatchTables) -> list[tuple[int, int]]:
    """Their (row, column), in order."""
    shape = (tables.rows, tables.columns)
    cycles = BLOCKS * round(tables.period) * pictures_of(tables).mean(axis=1)
    due = cycles.max(axis=0).reshape(shape)
    around = _median_around(due)
    dead = (around >= 2.0 * LEAST_COUNTS) & (due < DARK * around)
    for row, column, counts in tables.unsure:
        dead[row, column] |= due[row, column] < counts
    return [(int(row), int(column)) for row, column in np.argwhere(dead)]


def _median_around(due: Floats) -> Floats:
    """The median of the eight pixels around each, at the edges of those that there are."""
    padded = np.pad(due, 1, constant_values=np.nan)
    rows, columns = due.shape
    shifted = [padded[1 + down : 1 + down + rows, 1 + right : 1 + right + columns] for down, right in _AROUND]
    return np.asarray(np.nanmedian(np.stack(shifted), axis=0))
