"""The header of a NumPy array file, checked before anything is believed.

Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any, Protocol

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from thermview.counts import counted
from thermview.recording import Frame

MAX_HEADER_BYTES = 10_000  # NumPy's own limit for headers it does not trust


class Readable(Protocol):
    """Anything that gives bytes in order."""

    def read(self, count: int, /) -> bytes: ...


@dataclass(frozen=True)
class ArrayHeader:
    """Shape, memory order and type of a stored array, and where its bytes begin."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]
    size: int

    @property
    def nbytes(self) -> int:
        """Bytes of the whole array, in unbounded integers: a header may say anything."""
        return prod(self.shape) * self.dtype.itemsize

    @property
    def numeric(self) -> bool:
        """True for real numbers and booleans."""
        return self.dtype.kind in "biuf"


class _Counted:
    """Counts what is read, because the header's length is known only after it has been read."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self.count = 0

    def read(self, count: int = -1, /) -> bytes:
        part = self._stream.read(count)
        self.count += len(part)
        return part


def read_header(stream: Readable) -> ArrayHeader:
    """Read and check an array's header; ValueError with one sentence where it cannot be used.

    Nothing is unpickled: arrays of Python objects are seen by their type and refused by the caller.
    """
    counted = _Counted(stream)
    version = npy_format.read_magic(counted)
    if version == (1, 0):
        read = npy_format.read_array_header_1_0
    elif version == (2, 0):
        read = npy_format.read_array_header_2_0
    else:
        raise ValueError(f"an array of format {version[0]}.{version[1]} holds records, not pixels")
    try:
        shape, fortran, dtype = read(counted, max_header_size=MAX_HEADER_BYTES)
    except Exception as error:  # NumPy parses the header as Python literals, which fail in many ways
        raise ValueError("the header of its array cannot be understood") from error
    if any(side < 0 for side in shape):
        raise ValueError("its header states a negative size")
    return ArrayHeader(tuple(int(side) for side in shape), bool(fortran), dtype, counted.count)


def complaint(header: ArrayHeader) -> str:
    """Why an array cannot be frames, with what to do; empty when it can."""
    if header.dtype.hasobject:
        return (
            "it holds Python objects, which may run programs and are never opened; save plain numbers instead"
        )
    if header.dtype.kind == "c":
        return "it holds complex numbers; save their magnitude or phase instead"
    if not header.numeric:
        return f"it holds {header.dtype}, which are no pixel values; save plain numbers instead"
    if len(frames_shape(header)) not in (3, 4):
        return f"it has {counted(len(header.shape), 'dimension')}; save (frames, rows, columns) or (rows, columns)"
    return ""


def frames_shape(header: ArrayHeader) -> tuple[int, ...]:
    """The shape as (frames, rows, columns[, channels]); two dimensions are one frame.

    Bytes with a last axis of 3 or 4 are colours: (rows, columns, 3) is one picture.
    """
    shape = header.shape
    colours = header.dtype == np.uint8 and len(shape) > 2 and shape[-1] in (3, 4)
    if len(shape) == 2 or (len(shape) == 3 and colours):
        return (1, *shape)
    return shape if len(shape) == 3 or (len(shape) == 4 and colours) else (*shape, 0, 0, 0, 0, 0)


def delivered_dtype(stored: np.dtype[Any]) -> np.dtype[Any]:
    """The type frames are given in: this machine's byte order, and one that picture libraries know."""
    if stored.kind == "b":
        return np.dtype(np.uint8)
    if stored.kind == "f" and stored.itemsize not in (4, 8):
        return np.dtype(np.float32 if stored.itemsize < 4 else np.float64)
    return stored.newbyteorder("=")


def delivered(frames: NDArray[Any]) -> Frame:
    """Frames in their delivered type; the same memory wherever possible, and never writable."""
    wanted = delivered_dtype(frames.dtype)
    given = frames if frames.dtype == wanted else frames.astype(wanted)
    given = given.view()
    given.flags.writeable = False
    return given
