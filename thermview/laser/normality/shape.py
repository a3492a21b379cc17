"""What of a batch the order of its frames depends on, whether its tables or its card tell it."""

from __future__ import annotations

from dataclasses import dataclass

from thermview.inference import NormalBatch
from thermview.laser.normality.tables import BatchTables, Unsure


@dataclass(frozen=True)
class Shape:
    """See BatchTables."""

    rows: int
    columns: int
    period: float
    stirring: float
    quiet: float
    glow: float = 0.0
    unsure: Unsure = ()

    @classmethod
    def of(cls, batch: BatchTables | NormalBatch) -> Shape:
        """That of a batch, as its tables or its card have it."""
        return cls(
            batch.rows, batch.columns, batch.period, batch.stirring, batch.quiet, batch.glow, batch.unsure
        )
