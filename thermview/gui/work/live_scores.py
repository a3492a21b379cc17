"""Scores while they come in: filled chunk by chunk, replaced by the final ones at the end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thermview.scoring import ScoreChunk, Scores


class LiveScores:
    """Values (frames,) and one lane (frames,) per cause of the shown recording; NaN where not scored yet."""

    def __init__(self, frames: int) -> None:
        self.values: NDArray[np.float32] = np.full(frames, np.nan, np.float32)
        self.lanes: dict[str, NDArray[np.float32]] = {}
        self.final: Scores | None = None
        self.first = frames
        self.stop = 0

    def add(self, chunk: ScoreChunk) -> None:
        """Take in a chunk; what lies outside the recording is left out."""
        stop = min(chunk.first + len(chunk.values), len(self.values))
        n = max(stop - chunk.first, 0)
        self.values[chunk.first : stop] = chunk.values[:n]
        for name, lane in chunk.lanes.items():
            whole = self.lanes.setdefault(name, np.full(len(self.values), np.nan, np.float32))
            whole[chunk.first : stop] = lane[:n]
        self.first, self.stop = min(self.first, chunk.first), max(self.stop, stop)

    def finish(self, scores: Scores) -> None:
        """Put the finished scores in place."""
        self.values, self.lanes, self.final = scores.values, dict(scores.lanes), scores
        self.first, self.stop = 0, len(scores.values)

    def taken_range(self) -> tuple[int, int]:
        """First and stop of what changed since the last call; first >= stop where nothing did."""
        changed = (self.first, self.stop)
        self.first, self.stop = len(self.values), 0
        return changed
