"""A recording seen through something: another meaning of its pixels, everything else as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.recording import Frame, Quantity, Recording


class RecordingAround:
    """The recording `inner` under its own name; subclasses give other values. Closing it closes the inner one."""

    def __init__(self, inner: Recording) -> None:
        self.inner = inner

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def path(self) -> Path:
        return self.inner.path

    @property
    def kind(self) -> str:
        return self.inner.kind

    @property
    def quantity(self) -> Quantity:
        return self.inner.quantity

    @property
    def frame_rate(self) -> float | None:
        return self.inner.frame_rate

    @property
    def timestamps(self) -> NDArray[np.float64] | None:
        return self.inner.timestamps

    @property
    def metadata(self) -> Mapping[str, Any]:
        return self.inner.metadata

    @property
    def issues(self) -> Sequence[str]:
        return self.inner.issues

    @property
    def frame_shape(self) -> tuple[int, ...]:
        return self.inner.frame_shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.inner.dtype

    @property
    def loaded(self) -> int:
        return self.inner.loaded

    def __len__(self) -> int:
        return len(self.inner)

    def frame(self, index: int) -> Frame:
        """One frame; IndexError and ReadError as of the inner recording."""
        return self.inner.frame(index)

    def frames(self, first: int, stop: int) -> Frame:
        """Frames first .. stop - 1, clipped to the recording."""
        return self.inner.frames(first, stop)

    def close(self) -> None:
        """Let go of the file."""
        self.inner.close()
