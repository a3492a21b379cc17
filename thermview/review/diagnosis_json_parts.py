"""What several parts of report.json say alike: pictures by their paths, numbers or null."""

from __future__ import annotations

from typing import Any

import numpy as np

from thermview.diagnosis.results import Rows
from thermview.diagnosis.table import PictureTable

PATHS_AT_MOST = 1000
"""A list of pictures is cut after so many; the number of all stands beside it and the lists are in fixes/."""


def paths_of(table: PictureTable, rows: Rows) -> list[str]:
    """The pictures' paths below the folder, the first PATHS_AT_MOST."""
    return [table.paths[int(row)] for row in rows[:PATHS_AT_MOST]]


def about_picture(table: PictureTable, row: int) -> dict[str, Any]:
    """Which picture it is: its path below the folder, class, session and distance."""
    return {
        "path": table.paths[row],
        "class": table.class_names[table.class_codes[row]],
        "session": table.session_names[table.session_codes[row]],
        "distance_m": known(table.tokens.distances_m[row]),
    }


def known(value: Any) -> float | None:
    """A number, or null where there is none."""
    number = float(value)
    return number if np.isfinite(number) else None
