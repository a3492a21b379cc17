"""What recordings that read frames on demand have in common."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from threading import RLock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from thermview.readers.failures import failure, reading
from thermview.recording import INTENSITY, Frame, Quantity, check_index

MAX_SIDE = 100_000  # pixels; the largest thermal cameras have 1,280 and line scanners some thousands
MAX_FRAME_BYTES = 1 << 30


class Closable(Protocol):
    """Whatever is held open: a file, a document, a decoder."""

    def close(self) -> None: ...


@dataclass(frozen=True)
class Content:
    """What a file says it holds, known before any pixel is read.

    `frame_shape` is (rows, columns) or (rows, columns, 3 or 4); `dtype` is that of delivered frames.
    """

    kind: str
    length: int
    frame_shape: tuple[int, ...]
    dtype: np.dtype[Any]
    quantity: Quantity = INTENSITY
    frame_rate: float | None = None
    timestamps: NDArray[np.float64] | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    issues: tuple[str, ...] = ()


class FileRecording:
    """A recording whose frames are read from a file when asked for; one thread reads at a time.

    Subclasses give `_read`. Every failure of it becomes ReadError. Refuses, by ReadError, a content without
    frames or with frames too large to be a thermal picture.
    """

    def __init__(self, path: Path, content: Content) -> None:
        _check_content(path, content)
        self._path = path
        self._content = content
        self._issues = list(content.issues)
        self._lock = RLock()
        self._files: list[Closable] = []
        self._noted = False

    def _keep_open(self, file: Closable) -> None:
        """Close the file with the recording, at the latest when nobody holds the recording any more."""
        self._files.append(file)
        weakref.finalize(self, file.close)

    def _note_once(self, issue: str) -> None:
        """Keep one sentence about the pixel values, however often it is found."""
        if issue and not self._noted:
            self._noted = True
            self._issues.append(issue)

    def _read(self, first: int, stop: int) -> Frame:
        """Frames first .. stop - 1, 0 <= first < stop <= len; called by one thread at a time."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        return self._path.stem

    @property
    def path(self) -> Path:
        return self._path

    @property
    def kind(self) -> str:
        return self._content.kind

    @property
    def quantity(self) -> Quantity:
        return self._content.quantity

    @property
    def frame_rate(self) -> float | None:
        return self._content.frame_rate

    @property
    def timestamps(self) -> NDArray[np.float64] | None:
        return self._content.timestamps

    @property
    def metadata(self) -> Mapping[str, Any]:
        return self._content.metadata

    @property
    def issues(self) -> Sequence[str]:
        return tuple(self._issues)

    @property
    def frame_shape(self) -> tuple[int, ...]:
        return self._content.frame_shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._content.dtype

    @property
    def loaded(self) -> int:
        return len(self)

    def __len__(self) -> int:
        return self._content.length

    def frame(self, index: int) -> Frame:
        """One frame; IndexError outside 0 .. len - 1, ReadError where the file fails."""
        check_index(index, len(self))
        with reading(self._path, self.kind), self._lock:
            return self._read(index, index + 1)[0]  # type: ignore[no-any-return]

    def frames(self, first: int, stop: int) -> Frame:
        """Frames first .. stop - 1, clipped to the recording; ReadError where the file fails."""
        first, stop = max(first, 0), min(stop, len(self))
        if first >= stop:
            return np.empty((0, *self.frame_shape), self.dtype)
        with reading(self._path, self.kind), self._lock:
            return self._read(first, stop)

    def close(self) -> None:
        """Let go of the file; frames not read by then can no longer be read."""
        with self._lock:
            for file in self._files:
                file.close()


def _check_content(path: Path, content: Content) -> None:
    shape, kind = content.frame_shape, content.kind
    if content.length < 1:
        raise failure(path, f"this {kind} holds no frames; record it again, or leave it out")
    if min(shape) < 1:
        raise failure(
            path, f"this {kind} has frames without pixels; copy it again from where it was recorded"
        )
    sides = " x ".join(f"{side:,}" for side in shape)
    if max(shape[:2]) > MAX_SIDE or prod(shape) * content.dtype.itemsize > MAX_FRAME_BYTES:
        raise failure(path, f"frames of {sides} are too large to show; cut or bin the {kind} first")
