"""Frames of a recording through a fitted model, block by block, with the same result whatever the blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.inference import Model, NormalBatch
from thermview.laser.frames import clean_frames
from thermview.laser.normality.compare import Compared, centres
from thermview.laser.normality.following import Following
from thermview.laser.normality.graph import OUTPUTS
from thermview.laser.normality.sequence import Sequel
from thermview.laser.normality.shape import Shape
from thermview.laser.normality.stages import SHARES, Stages
from thermview.laser.pieces import Piece
from thermview.recording import Recording

Floats = NDArray[np.float32]
Stated = Sequence[tuple[int, int]] | None


class NormalityStream:
    """One recording of a known batch; push frames as they come, get what is known of the earlier ones.

    What a frame shows is known two half cycles later (`delay` frames); near the recording's ends at once.
    """

    def __init__(self, model: Model, batch: NormalBatch, frames: int, stated: Stated) -> None:
        """`frames` in all; `stated` obstacles as (first, last), None where nobody says."""
        self._model, self._batch, self._frames = model, batch, frames
        self.delay = 2 * batch.half
        self._sequel = Sequel(Shape.of(batch), stages_of(batch), batch.patterns, frames, stated)
        self._following = Following(model, batch, frames)
        self._bad = np.zeros(frames, np.bool_)
        self._came = self._given = 0

    def push(self, frames: NDArray[Any]) -> Piece:
        """The next frames (n, rows, columns); a Piece of k frames, k 0 or more."""
        pixels, bad = clean_frames(frames, self._batch.ground)
        self._bad[self._came : self._came + len(bad)] = bad
        self._came += len(bad)
        known = self._following.push(pixels) if len(pixels) else None
        first = self._given
        if known is None:
            return Piece(first, *_nothing())
        rows = self._sequel.push(*known)
        self._given += len(rows.features)
        bad = self._bad[first : self._given]
        if np.count_nonzero(bad):
            rows.features[bad] = 0.0
        return Piece(first, rows.features, rows.measures, bad)


def compared_by(model: Model, batch: NormalBatch, frames: Floats, first: int, total: int) -> Compared:
    """Consecutive frames from index `first` on, of a recording of `total`, by the model's graph."""
    given = model.run(
        frames,
        frame_index=np.arange(first, first + len(frames)),
        centre=centres(first, len(frames), total, batch.half),
        batch_number=np.array([batch.place]),
    )
    return Compared(**{name: given[name] for name in OUTPUTS})


def stages_of(batch: NormalBatch) -> Stages:
    """Which patterns belong where, as the card has it."""
    marks = np.array(batch.allowed, np.bool_).reshape(len(batch.allowed), SHARES, batch.patterns)
    return Stages(marks, batch.early, batch.late, np.array(batch.pace or [0.0] * batch.patterns))


def normal_pieces(
    recording: Recording, model: Model, batch: NormalBatch, stated: Stated, chunk: int
) -> Iterator[Piece]:
    """A recording's pieces in order, read once from beginning to end."""
    stream = NormalityStream(model, batch, len(recording), stated)
    for first in range(0, len(recording), chunk):
        piece = stream.push(recording.frames(first, min(first + chunk, len(recording))))
        if len(piece.bad):
            yield piece


def _nothing() -> tuple[Floats, Floats, NDArray[np.bool_]]:
    blank = np.empty((0, 0), np.float32)
    return blank, blank, np.empty(0, np.bool_)
