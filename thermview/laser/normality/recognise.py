"""Which of a model's batches a recording belongs to: by its name, else by its size and what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from thermview.capture.ids import storable
from thermview.inference import Model, NormalBatch
from thermview.laser.frames import clean_frames
from thermview.laser.normality.stream import compared_by
from thermview.laser.normality.tables import FEATURES
from thermview.recording import Recording

LOOK_FRAMES = 240
"""Frames that are looked at where the name says nothing."""
LIKE = 2.2
"""Spreads of normal frames from their pictures within which a recording counts as one of a batch."""


@dataclass(frozen=True)
class Recognised:
    """The batch's name, or "" where none fits; `notice` is what a person should know about it."""

    batch: str
    notice: str = ""


def recognise(recording: Recording, model: Model, recording_id: str) -> Recognised:
    """The batch whose normal process a recording is compared with.

    Its id's first part, else the folder it lies in, names the batch. A known name with frames of another
    size is not believed. Without a known name the batch of this size is taken that its frames look like.
    """
    known = model.card.normality
    shape = recording.frame_shape
    for name in batch_names(recording_id, recording.path):
        batch = known.get(name)
        if batch is not None:
            if (batch.rows, batch.columns) == tuple(shape):
                return Recognised(name)
            said = (
                f"{model.card.name} knows {name} with {batch.rows} x {batch.columns} pixels, "
                f"here it has {shape[0]} x {shape[1]}"
            )
            return Recognised("", f"{said}: scored by the generic model instead.")
    return _by_looks(recording, model)


def batch_names(recording_id: str, path: Path) -> tuple[str, ...]:
    """What a recording's batch may be called, likeliest first: by its id, by the folder, by the zip it lies in."""
    first, folder, stem = map(storable, (recording_id.partition("/")[0], path.parent.name, path.parent.stem))
    return first, folder, stem


def _by_looks(recording: Recording, model: Model) -> Recognised:
    shape = tuple(recording.frame_shape)
    fitting = {n: b for n, b in model.card.normality.items() if (b.rows, b.columns) == shape}
    if fitting:
        away = {name: unlikeness(recording, model, batch) for name, batch in fitting.items()}
        nearest = min(away, key=lambda name: away[name])
        if away[nearest] < LIKE:
            return Recognised(nearest, f"Its batch is not named; its frames look like those of {nearest}.")
    known = ", ".join(list(model.card.normality)[:6])
    return Recognised(
        "", f"{model.card.name} knows {known} and no batch like this: scored by the generic model instead."
    )


def unlikeness(recording: Recording, model: Model, batch: NormalBatch) -> float:
    """How many spreads of normal frames a recording's frames mostly lie from the batch's pictures."""
    total = len(recording)
    count = min(LOOK_FRAMES, total)
    first = max((total - count) // 3, 0)
    pixels, _ = clean_frames(recording.frames(first, first + count), batch.ground)
    found = compared_by(model, batch, pixels, 0, count)
    shape = found.features[:, FEATURES.index("shape")]
    lit = found.facts[:, 0] > 0
    return float(np.median(shape[lit])) if lit.any() else float("inf")
