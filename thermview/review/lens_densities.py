"""Densities of a lens as pages and files ask for them: of one picture, and as a histogram."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.results import Lens

HISTOGRAM_BINS = 60


def density_histogram(
    lens: Lens, rows: NDArray[np.bool_] | None = None, bins: int = HISTOGRAM_BINS
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Counts (bins,) and edges (bins + 1,) of densities, or of those in the mask `rows` (m,).

    The edges are those of all pictures, so that histograms of one lens stand on one axis.
    """
    finite = lens.values[np.isfinite(lens.values)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    shown = finite if rows is None else lens.values[rows & np.isfinite(lens.values)]
    counts, edges = np.histogram(shown, bins=bins, range=(low, max(high, low + 1e-6)))
    return counts.astype(np.intp), edges


def place_in(lens: Lens, row: int) -> int | None:
    """Where a table row stands in the lens' arrays, None where it has no vector there."""
    at = int(np.searchsorted(lens.rows, row))
    return at if at < len(lens.rows) and lens.rows[at] == row else None


def density_of(lens: Lens | None, row: int) -> float:
    """The density of a table row in a lens, NaN where it has none."""
    at = None if lens is None else place_in(lens, row)
    return float("nan") if lens is None or at is None else float(lens.values[at])
