"""What the pages say of one picture; no Qt here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thermview.gui.parts.plain_words import THIN, significant_text
from thermview.thermal.ticks import number_text

if TYPE_CHECKING:
    from thermview.gui.diagnosis.prepared import Prepared


def distance_text(prepared: Prepared, row: int) -> str:
    """The distance in a picture's name, "3 m"; empty where it says none."""
    metres = float(prepared.table.tokens.distances_m[row])
    return f"{significant_text(metres)}{THIN}m" if np.isfinite(metres) else ""


def caption_of(prepared: Prepared, row: int) -> str:
    """A few words under a thumbnail: its distance and its percentile of density in the class by lens ("L2 28")."""
    parts = [distance_text(prepared, row)]
    for lens in prepared.diagnosis.lenses:
        percentile = prepared.percentile(lens, row)
        if np.isfinite(percentile):
            parts.append(f"{lens.name} {number_text(percentile, 0)}")
    return " ".join(part for part in parts if part)


def picture_words(prepared: Prepared, row: int) -> str:
    """Lines on a picture for a tip: path, class, session, distance, density and percentile by lens."""
    table = prepared.table
    lines = [
        table.paths[row],
        f"class {prepared.class_of(row) or 'none'}, session {prepared.session_of(row)}",
    ]
    if distance := distance_text(prepared, row):
        lines.append(f"distance {distance}")
    for lens in prepared.diagnosis.lenses:
        density = prepared.density(lens, row)
        if np.isfinite(density):
            percentile = number_text(prepared.percentile(lens, row), 0)
            lines.append(
                f"{lens.name} density {significant_text(density)}, percentile {percentile} in its class"
            )
    if problem := table.problems.get(row):
        lines.append(problem)
    return "\n".join(lines)
