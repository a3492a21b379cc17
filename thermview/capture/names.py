"""Tokens of a thermal picture's file name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class NameTokens:
    """PIP_NOM_21.03.15_CIC_A1016-A1110_D1_003078_bbox0: what the name says; the class is never in the name."""

    object: str
    state: str
    day: date
    site: str
    session: str
    distance_m: float
    sequence: int
    box: int | None = None
