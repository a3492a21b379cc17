"""Where the laser spot is in each frame, how bright and how large: read out of the pixels alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.errors import CutShortError
from thermview.jobs import Progress, Steps
from thermview.recording import Recording

Floats = NDArray[np.float32]

CHUNK = 1024
FAINT = 3.0
"""Counts above the frame's own ground below which a pixel is background and does not pull at the centre."""
FAINT_SHARE = 0.1
"""The same as a share of the frame's brightest pixel: the noise of a raw frame grows with its ground."""


@dataclass(frozen=True, eq=False)
class Tracks:
    """The spot of each frame, each array (frames,); NaN where a frame shows no light.

    `row` and `column` are the centre of the light in pixels, the middle of the first pixel being 0.
    `light` is the sum of the counts above the frame's ground, `size` the squared radius of the spot (px²,
    mean of both directions).
    """

    row: Floats
    column: Floats
    light: Floats
    size: Floats

    def __len__(self) -> int:
        return len(self.row)

    def first(self, count: int) -> Tracks:
        """Those of the first frames."""
        return Tracks(*(part[:count] for part in (self.row, self.column, self.light, self.size)))

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return sum(part.nbytes for part in (self.row, self.column, self.light, self.size))


def tracks_of(frames: NDArray[Any]) -> Tracks:
    """The spot in frames (n, rows, columns) of counts or count differences.

    The ground is the frame's median: 0 in a difference frame, the dark level in a raw one.
    """
    light = frames.astype(np.float32)
    light[~np.isfinite(light)] = 0.0
    light -= np.median(light, axis=(1, 2), keepdims=True)
    brightest = light.max(axis=(1, 2), keepdims=True, initial=0.0)
    light[light < np.maximum(FAINT, FAINT_SHARE * brightest)] = 0.0
    down, across = light.sum(axis=2, dtype=np.float64), light.sum(axis=1, dtype=np.float64)
    total = down.sum(axis=1)
    total[total <= 0] = np.nan
    row, spread_down = _centre(down, total)
    column, spread_across = _centre(across, total)
    size = 0.5 * (spread_down + spread_across)
    return Tracks(*(np.asarray(part, np.float32) for part in (row, column, total, size)))


def _centre(
    profile: NDArray[np.float64], total: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean place and variance of the light along one direction; (n,) each."""
    places = np.arange(profile.shape[1])
    mean = profile @ places / total
    return mean, profile @ places**2 / total - mean**2


def track_steps(recording: Recording) -> Steps:
    """Reads the whole recording in pieces; the last step's result is its Tracks, NaN behind the cut of a cut file."""
    total, parts = len(recording), []
    for first in range(0, total, CHUNK):
        try:
            parts.append(tracks_of(recording.frames(first, first + CHUNK)))
        except CutShortError as error:
            if not error.whole:
                raise
            parts.append(tracks_of(recording.frames(first, error.whole)))
            parts.append(_unknown(total - max(first, error.whole)))
            break
        yield Progress(min(first + CHUNK, total), total, None, "frames")
    whole = Tracks(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("row", "column", "light", "size")
        )
    )
    yield Progress(total, total, whole, "frames")


def _unknown(count: int) -> Tracks:
    return Tracks(*(np.full(count, np.nan, np.float32) for _ in range(4)))
