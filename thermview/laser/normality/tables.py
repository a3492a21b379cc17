"""What is known of one batch: its pictures at every phase, and how far normal frames differ from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Unsure = tuple[tuple[int, int, float], ...]
"""Pixels (row, column, counts) that normal recordings show dark where so few counts are due to them."""

PHASES = 128
"""Places in the cycle at which a batch's pictures are kept; between two of them it is a straight line."""
FACTS = ("light", "row", "column", "log size")
FEATURES = ("power", "row", "column", "size", "shape", "spatter", "spike")


@dataclass(frozen=True, eq=False)
class BatchTables:
    """Tables of one batch; n pixels, p patterns (0 is the plain path), k codes.

    `period` in frames; `half` frames on each side are looked at together, about one cycle in all.
    `white` (n,) scales pixels before they are compared, `basis` (n, k) what of them is compared, `codes`
    (p, PHASES, k) the pictures. `gain` (n,) is the camera's fixed pattern, `noise` (n,) in counts.
    `facts` (p, PHASES, 4) are what frames show there, `spread` (p, PHASES, features) how far normal ones differ.
    `distance` is how far normal frames lie from their pictures, `light` the mean counts of a frame,
    `stirring` how many pixels of a frame noise alone lights, `glow` what share of its light a pixel has left a frame
    later: 0 where frames are differences to the frame before. `unsure` pixels (row, column, counts) look dead in normal
    recordings unless more counts are due to them in a few cycles.
    """

    rows: int
    columns: int
    period: float
    half: int
    white: Floats
    basis: Floats
    codes: Floats
    gain: Floats
    noise: Floats
    facts: Floats
    spread: Floats
    distance: float
    light: float
    stirring: float
    glow: float = 0.0
    unsure: Unsure = ()

    @property
    def quiet(self) -> float:
        """Counts below which a pixel shows noise."""
        return 2.0 * float(np.median(self.noise))

    @property
    def gains(self) -> Floats:
        """The fixed pattern as (rows, columns)."""
        return self.gain.reshape(self.rows, self.columns)

    @property
    def patterns(self) -> int:
        """How many patterns the batch has, the plain path included."""
        return len(self.codes)
