"""The heat map of one frame: by how much each of its pixels differs from what its batch shows there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ModelError
from thermview.inference import Model
from thermview.laser.frames import clean_frames
from thermview.laser.normality.recognise import recognise
from thermview.laser.normality.stream import compared_by
from thermview.recording import Recording


def heat_map(
    recording: Recording, model: Model, obstacles: Sequence[Any], index: int, *, recording_id: str = ""
) -> NDArray[np.float32]:
    """|difference| of each pixel of frame `index` in spreads of normal frames, (rows, columns).

    ModelError where the model knows no batch like this. `obstacles` play no part: the pattern that the
    frames show is what each is compared with.
    """
    if not model.card.normality:
        raise ModelError(f"{model.card.name} gives no heat map; one that is fitted to the batch does")
    found = recognise(recording, model, recording_id)
    if not found.batch:
        raise ModelError(f"{recording.name}: no heat map. {found.notice}")
    batch = model.card.normality[found.batch]
    total, side = len(recording), 2 * batch.half
    first, stop = max(index - side, 0), min(index + side + 1, total)
    pixels, _ = clean_frames(recording.frames(first, stop), batch.ground)
    residual = compared_by(model, batch, pixels, first, total).residual
    return np.asarray(np.abs(residual[index - first]), np.float32)
