"""The beginning of a recording that cannot be read to its end, scored as a recording of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from thermview.errors import CutShortError
from thermview.readers.around import RecordingAround
from thermview.recording import Frame, Recording, check_index
from thermview.scoring.types import Scores


class Beginning(RecordingAround):
    """The first `count` frames of a recording."""

    def __init__(self, inner: Recording, count: int) -> None:
        super().__init__(inner)
        self._count = count

    @property
    def timestamps(self) -> NDArray[np.float64] | None:
        times = self.inner.timestamps
        return None if times is None else times[: self._count]

    @property
    def loaded(self) -> int:
        return min(self.inner.loaded, self._count)

    def __len__(self) -> int:
        return self._count

    def frame(self, index: int) -> Frame:
        """One frame; IndexError behind the beginning."""
        check_index(index, self._count)
        return self.inner.frame(index)

    def frames(self, first: int, stop: int) -> Frame:
        """Frames first .. stop - 1, clipped to the beginning."""
        return self.inner.frames(first, min(stop, self._count))


def of_the_whole(scores: Scores, recording: Recording, error: CutShortError) -> Scores:
    """Scores of a recording's beginning as those of all its frames: NaN where none can be read, which is told."""
    said = str(error).rstrip(".").removeprefix(f"{recording.path.name}: ")
    notice = f"{said[:1].upper()}{said[1:]}. Only those frames are scored. {scores.notice}"
    return replace(
        scores,
        values=_filled(scores.values, len(recording)),
        lanes={cause: _filled(lane, len(recording)) for cause, lane in scores.lanes.items()},
        measures={name: _filled(measure, len(recording)) for name, measure in scores.measures.items()},
        notice=notice.rstrip(),
    )


def _filled(values: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    return np.concatenate([values, np.full(length - len(values), np.nan, values.dtype)])
