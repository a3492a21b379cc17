"""Recordings of temperatures that say which of their pixels cannot be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.readers.base import Content, FileRecording

Celsius = NDArray[np.float32]


class CelsiusRecording(FileRecording):
    """Frames of °C; pixels that cannot be measured are told once for each kind, and never clipped."""

    def __init__(self, path: Path, content: Content) -> None:
        super().__init__(path, content)
        self._said: set[str] = set()

    def _note_limits(
        self, celsius: Celsius, index: int, range_c: tuple[float, float], others: Mapping[str, NDArray[Any]]
    ) -> None:
        """Tell how many pixels of a frame are empty, outside the measuring range, or of other kinds.

        `others` gives masks by what is to be said of their pixels. Only the first frame with such is told.
        """
        low, high = range_c
        kinds = {
            "have no temperature and are left empty": np.isnan(celsius),
            f"are below the camera's measuring range, which begins at {low:.4g} °C": celsius < low,
            f"are above the camera's measuring range, which ends at {high:.4g} °C": celsius > high,
            **others,
        }
        where = f" of frame index {index}" if len(self) > 1 else ""
        for words, pixels in kinds.items():
            number = int(np.count_nonzero(pixels))
            if number and words not in self._said:
                self._said.add(words)
                self._issues.append(f"{number:,} of {celsius.size:,} pixels{where} {words}.")
