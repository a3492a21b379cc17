"""Pieces of a diagnosis report's sections: pictures with words, densities and numbers as text, classes in order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermview.capture.classes import split_class
from thermview.diagnosis.results import Diagnosis, Lens
from thermview.diagnosis.table import PictureTable
from thermview.review.diagnosis_figures import CLASSES_AT_MOST
from thermview.review.diagnosis_pictures import Thumbnail
from thermview.review.diagnosis_words import class_label, count_text
from thermview.review.lens_densities import density_of
from thermview.thermal.ticks import value_text

EVIDENCE = 6
"""Pictures shown of a finding; report.json lists more."""


@dataclass(frozen=True)
class Tile:
    """A picture with words below it."""

    thumbnail: Thumbnail
    words: str = ""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.thumbnail.path.rpartition("/")[2]


def number_words(value: float | int | str) -> str:
    """A number of a finding as text, a dash for what is unknown."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | np.integer):
        return count_text(int(value))
    if not np.isfinite(value):
        return "–"
    return f"{float(value):.3g}" if abs(value) < 1000 else count_text(round(float(value)))


def shown_codes(diagnosis: Diagnosis) -> list[int]:
    """Classes that get a card: those of one object side by side, its normal ones first."""
    table = diagnosis.table
    counts = diagnosis.hygiene.class_counts
    codes = [code for code, name in enumerate(table.class_names) if name]
    if len(codes) > CLASSES_AT_MOST:
        codes = sorted(sorted(codes, key=lambda code: -counts[code])[:CLASSES_AT_MOST])
    rank: dict[bool | None, int] = {True: 0, False: 1, None: 2}
    return sorted(
        codes,
        key=lambda code: (
            split_class(table.class_names[code])[0],
            rank[table.class_normal[code]],
            table.class_names[code],
        ),
    )


def place_text(table: PictureTable, row: int) -> str:
    """A picture's class and distance."""
    metres = float(table.tokens.distances_m[row])
    where = f", {metres:g} m" if np.isfinite(metres) else ""
    return f"{class_label(table, table.class_codes[row])}{where}"


def density_text(lens: Lens | None, row: int) -> str:
    """A picture's density in a lens, a dash where it has none."""
    if lens is None:
        return "–"
    finite = lens.values[np.isfinite(lens.values)]
    return value_text(density_of(lens, row), float(np.ptp(finite)) if len(finite) else 1.0)


def densities_text(diagnosis: Diagnosis, row: int) -> str:
    """A picture's densities in each lens."""
    return ", ".join(f"{lens.name} {density_text(lens, row)}" for lens in diagnosis.lenses)
