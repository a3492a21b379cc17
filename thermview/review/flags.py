"""A flag: a person's mark on a frame or a range of frames."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Flag:
    """Frames `first` to `last` (inclusive) of a recording, why, and who said so.

    `id` is 0 until the store has given it one. `recording` is the recording id below its capture.
    """

    recording: str
    first: int
    last: int
    reason: str = ""
    note: str = ""
    author: str = ""
    created: datetime | None = None
    id: int = 0
