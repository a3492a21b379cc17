"""What an evaluation has counted so far, before it is put into tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from thermview.laser.evaluate_plan import Aside
from thermview.laser.evaluate_rules import Told
from thermview.laser.evaluate_trials import Trial

FIT, CALIBRATION, TEST = "fit", "calibration", "test"
Rows = list[list[float]]
"""One row per recording, one score per method in it."""


@dataclass
class Findings:
    """`normals`: role -> batch -> rows; `noisy` and `moved` (the control): batch -> rows.

    `told` holds (trial, frame rate in Hz, one Told per rule), `aside` (item, one score per method, one
    Told per rule); `frames` and `seconds` are per method. `cost` and `unknown`
    are what evaluate_fitted measured of the fitted model. `notices` should be known, `problems` cost recordings.
    """

    normals: dict[str, dict[str, Rows]] = field(default_factory=lambda: {FIT: {}, CALIBRATION: {}, TEST: {}})
    noisy: dict[str, Rows] = field(default_factory=dict)
    moved: dict[str, Rows] = field(default_factory=dict)
    told: list[tuple[Trial, float | None, Sequence[Told]]] = field(default_factory=list)
    aside: list[tuple[Aside, Sequence[float], Sequence[Told]]] = field(default_factory=list)
    frames: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    cost: dict[str, Any] | None = None
    unknown: list[dict[str, Any]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add_normal(self, role: str, batch: str, scores: list[float]) -> None:
        """Keep the scores of one normal recording."""
        self.normals[role].setdefault(batch, []).append(scores)

    def tell_once(self) -> None:
        """Drop from the notices what fitting a model said of recordings that cost the evaluation as well."""
        self.notices = [notice for notice in self.notices if notice not in self.problems]

    def complete(self, batch: str) -> bool:
        """Whether every role of a batch has a recording."""
        return all(batch in rows for rows in self.normals.values())


def column(rows: Rows, method: int) -> list[float]:
    """The scores of one method."""
    return [row[method] for row in rows]
