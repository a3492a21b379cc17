"""Heat maps by fitted models, for the thread that computes them: a model is opened once and kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from thermview.capture.intervals import Interval
from thermview.errors import ModelError, ThermviewError
from thermview.recording import Recording

if TYPE_CHECKING:
    from thermview.inference import Model

NO_HEAT = "The shipped model gives no heat map: learn the batch's normal process and use that model."


class FittedHeat:
    """A HeatMapOf. Used by one thread at a time."""

    def __init__(self) -> None:
        self._open: tuple[tuple[Path, int, int], Model] | None = None

    def __call__(
        self, recording: Recording, model: Path | None, obstacles: Sequence[Interval], index: int
    ) -> NDArray[np.float32]:
        """|z| of each pixel of frame `index`, (rows, columns); ModelError where the model cannot tell."""
        from thermview.laser.normality.heat import heat_map

        if model is None:
            raise ModelError(NO_HEAT)
        return heat_map(recording, self._model(model), obstacles, index)

    def _model(self, path: Path) -> Model:
        from thermview.inference import open_model

        try:
            stat = path.stat()
        except OSError:
            raise ModelError(f"{path.name}: the model is not there any more; choose another one") from None
        key = (path, stat.st_mtime_ns, stat.st_size)
        if self._open is None or self._open[0] != key:
            self._open = (key, open_model(path))
        return self._open[1]


def why_no_heat(model: Path | None) -> str:
    """Why a model gives no heat maps, one sentence; empty where it does."""
    from thermview.inference.session import card_of

    if model is None:
        return NO_HEAT
    try:
        card = card_of(model)
    except ThermviewError as error:
        return str(error)
    if card.normality:
        return ""
    return f"{card.name} gives no heat map: one that has learnt the batch's normal process does."
