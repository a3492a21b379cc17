"""What a scan knows of every picture of a set: one row a picture, one array a column."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Status(IntEnum):
    """Whether a file could be read."""

    READ = 0
    UNREADABLE = 1
    EMPTY = 2
    """A file of no bytes."""
    GONE = 3
    """Listed, but no longer there when it was opened."""


class Alpha(IntEnum):
    """A fourth channel: none, opaque everywhere, or not."""

    NONE = 0
    OPAQUE = 1
    TRANSPARENT = 2


LOOK = np.dtype(
    [
        ("status", "u1"),  # a Status
        ("channels", "u1"),  # as stored in the file: 1, 2 (grey and alpha), 3, 4
        ("bits", "u1"),  # per channel
        ("alpha", "u1"),  # an Alpha
        ("columns", "<u4"),
        ("rows", "<u4"),
        ("mean", "<f4"),  # of all colour channels, 0 to 255 (16 bits are brought to that range)
        ("sd", "<f4"),
        ("blur", "<f4"),  # variance of the Laplacian of the grey picture: small is blurred
        ("hash", "<u8"),  # sessions.picture_hash
        ("digest", "S16"),  # of the file's bytes: equal files have equal digests
    ]
)
"""What one look at a picture's file gave; zeros where it could not be read."""


@dataclass(frozen=True, eq=False)
class NameColumns:
    """What file names say, see capture.names. Codes (n,) index their names, -1 where a name says nothing.

    `days` (n,): proleptic ordinal of the date, 0 where unknown. `hours` (n,): hour in which the session
    began, -1 where unknown. `distances_m` (n,): NaN where unknown.
    """

    object_names: tuple[str, ...]
    object_codes: NDArray[np.int32]
    state_names: tuple[str, ...]
    state_codes: NDArray[np.int32]
    site_names: tuple[str, ...]
    site_codes: NDArray[np.int32]
    days: NDArray[np.int32]
    hours: NDArray[np.int8]
    distances_m: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class PictureTable:
    """The n pictures of a set in the order of their paths.

    `class_codes` (n,) index `class_names`, `session_codes` (n,) index `session_names`. The class "" stands for
    pictures of no class, beside classes or alone. `class_normal`: True for a normal class, False for an
    anomaly, None where nobody can say. `looks` (n,): see LOOK. `problems`: row to sentence for each file
    that could not be read. `histograms` (classes, 3, 256): pixels of each class by channel red, green, blue
    and value. `mean_pictures` (classes, side, side, 3): mean of the class's pictures brought to one size, NaN
    for a class without one. `notices`: what to keep in mind.
    """

    paths: tuple[str, ...]
    class_names: tuple[str, ...]
    class_normal: tuple[bool | None, ...]
    class_codes: NDArray[np.intp]
    session_names: tuple[str, ...]
    session_codes: NDArray[np.intp]
    tokens: NameColumns
    looks: NDArray[Any]
    problems: dict[int, str]
    histograms: NDArray[np.int64]
    mean_pictures: NDArray[np.float32]
    notices: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.paths)

    @cached_property
    def readable(self) -> NDArray[np.bool_]:
        """(n,): True for pictures that could be read."""
        return np.asarray(self.looks["status"] == Status.READ)

    @cached_property
    def normal(self) -> NDArray[np.int8]:
        """(n,): 1 for pictures of normal classes, 0 for anomalies, -1 where nobody can say."""
        known = np.array([-1 if said is None else int(said) for said in self.class_normal], np.int8)
        return known[self.class_codes] if len(self) else np.zeros(0, np.int8)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Path to row."""
        return {path: row for row, path in enumerate(self.paths)}

    def members(self, class_code: int) -> NDArray[np.intp]:
        """Rows of a class's pictures."""
        return np.flatnonzero(self.class_codes == class_code)
