"""Laser recordings held in memory: what fitting learns from and evaluation puts faults into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.capture.context import ContextFinder
from thermview.capture.ids import recording_id
from thermview.errors import ReadError, ThermviewError
from thermview.laser.frames import FULL, MOST_COUNTS, above, ground_of
from thermview.readers import open_recording
from thermview.readers.failures import damage, shown_name
from thermview.recording import Quantity, Recording

MOST_BYTES = 2**30
"""A recording is held in memory whole."""
MOST_FULL = 0.5
"""Share of a frame's pixels at the camera's largest count beyond which it shows nothing."""


@dataclass(frozen=True)
class Source:
    """A recording to work with: `id` is `Type16/1673`, whichever folder was given."""

    id: str
    path: Path

    @property
    def batch(self) -> str:
        """The first part of the id."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """The last part of the id."""
        return self.id.rpartition("/")[2]

    def told(self, error: ThermviewError) -> str:
        """A sentence about it that begins with its id, which says the batch too; readers know files by name."""
        text = str(error).rstrip(".")
        for name in (self.id, shown_name(self.path), self.path.name, self.path.stem):
            text = text.removeprefix(f"{name}: ")
        return f"{self.id}: {text}."


def source_of(folder: Path, path: Path) -> Source:
    """A recording below a folder of batches, or of folders of them: its batch is the folder that it lies in."""
    found = recording_id(folder, path)
    if "/" not in found:  # the batch's own folder was given
        return Source(f"{folder.stem}/{found}", path)
    return Source("/".join(found.split("/")[-2:]), path)


@dataclass(frozen=True, eq=False)
class Video:
    """Frames (n, rows, columns) as they were recorded and stated obstacles as (first, last).

    `states` says whether the capture's metadata speaks of obstacles at all: with none stated there are none.
    `issues` are sentences about what is wrong with that metadata. `ground` is what a pixel without light shows, in
    counts: 0 where frames are differences, as in the published set.
    """

    id: str
    path: Path
    frames: NDArray[Any]
    obstacles: tuple[tuple[int, int], ...]
    quantity: Quantity
    frame_rate: float | None
    states: bool = True
    issues: tuple[str, ...] = ()
    ground: int = 0

    @property
    def batch(self) -> str:
        """The first part of the id."""
        return self.id.partition("/")[0]

    @property
    def stated(self) -> tuple[tuple[int, int], ...] | None:
        """The obstacles, or None where nobody says."""
        return self.obstacles if self.states or self.obstacles else None

    @property
    def light(self) -> NDArray[Any]:
        """Counts above the ground."""
        return above(self.frames, self.ground)

    def changed(self, frames: NDArray[Any]) -> Video:
        """The same recording with other frames."""
        return replace(self, frames=frames)

    def relit(self, light: NDArray[Any]) -> Video:
        """The same recording with other counts above the same ground."""
        return replace(self, frames=light + light.dtype.type(self.ground) if self.ground else light)


def load_video(source: Source, finder: ContextFinder, check: Callable[[Recording], None]) -> Video:
    """Read a recording whole; `check` may refuse it. ReadError, one sentence, where it cannot be held."""
    recording = open_recording(source.path)
    try:
        check(recording)
        size = len(recording) * int(np.prod(recording.frame_shape)) * recording.dtype.itemsize
        if size > MOST_BYTES:
            raise ReadError(
                f"{recording.name}: {size / 2**30:.1f} GiB of frames are too much to hold at once"
            )
        context = finder.context(recording)
        stated = tuple((int(item.first), int(item.last)) for item in context.obstacles)
        frames = recording.frames(0, len(recording))
        if damage(recording.issues):
            raise ReadError(
                f"{recording.name}: damaged, its checksum differs: pixel values may be wrong; left out"
            )
        return Video(
            source.id,
            source.path,
            frames,
            stated,
            recording.quantity,
            recording.frame_rate,
            context.states_obstacles,
            context.issues,
            ground_of(frames),
        )
    finally:
        recording.close()


def check_light(video: Video) -> None:
    """ReadError, one sentence, where frames do not show how the light of a spot moves, so that the recording is no
    normal one whatever else it is."""
    frames = video.frames
    if not np.isfinite(frames).all():
        raise ReadError(f"{video.id}: some frames hold no numbers; left out")
    top = float(frames.max(initial=0))
    if top <= 0:
        raise ReadError(f"{video.id}: no pixel of any frame is above zero; left out")
    if top > MOST_COUNTS:
        raise ReadError(f"{video.id}: its pixels reach {top:.3g}, more than a camera counts; left out")
    full = (frames >= FULL).mean(axis=(1, 2)) if top >= FULL else np.zeros(1)
    if float(full.max()) > MOST_FULL:
        raise ReadError(f"{video.id}: frames are saturated; left out")
    if np.array_equal(frames[0], frames[len(frames) // 2]) and bool((frames == frames[0]).all()):
        raise ReadError(f"{video.id}: nothing moves, all its frames are the same; left out")
