"""Frames of a recording through a fitted model, block by block, with the same result whatever the blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.inference import Model, NormalBatch
from thermview.laser.frames import clean_frames
from thermview.laser.normality.compare import Compared, centres
from thermview.laser.normality.graph import OUTPUTS
from thermview.laser.normality.sequence import Sequel, Shape
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
        shape = Shape(batch.rows, batch.columns, batch.period, batch.stirring, batch.quiet)
        self._sequel = Sequel(shape, stages_of(batch), batch.patterns, frames, stated)
        self._held = np.empty((0, batch.rows, batch.columns), np.float32)
        self._bad = np.empty(0, np.bool_)
        self._held_first = 0
        self._given = 0

    def push(self, frames: NDArray[Any]) -> Piece:
        """The next frames (n, rows, columns); a Piece of k frames, k 0 or more."""
        pixels, bad = clean_frames(frames)
        self._held = np.concatenate([self._held, pixels])
        self._bad = np.concatenate([self._bad, bad])
        known = self._held_first + len(self._held)
        stop = self._frames if known >= self._frames else max(known - self.delay, self._given)
        first, self._given = self._given, stop
        if stop == first:
            return Piece(first, *_nothing())
        inner = slice(first - self._held_first, stop - self._held_first)
        found = self._compared(inner)
        rows = self._sequel.push(self._held[inner], found)
        rows.features[self._bad[inner]] = 0.0
        piece = Piece(first, rows.features, rows.measures, self._bad[inner])
        drop = max(stop - self.delay - self._held_first, 0)
        self._held, self._bad = self._held[drop:], self._bad[drop:]
        self._held_first += drop
        return piece

    def _compared(self, inner: slice) -> Compared:
        return compared_by(self._model, self._batch, self._held, self._held_first, self._frames).rows(inner)


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
    return Stages(marks, batch.early, batch.late)


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
