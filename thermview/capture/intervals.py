"""A stretch of frames with a name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """A named stretch of frames, `first` to `last` inclusive, such as an obstacle of the workpiece."""

    name: str
    first: int
    last: int
