"""Small captures of simulated laser batches and models that are fitted to them."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.jobs import last_result
from thermview.laser.normality.fit import Fit, FitOptions, fit
from thermview.laser.normality.learn import Learnt, Videos, learn
from thermview.laser.videos import Video
from thermview.recording import Quantity
from thermview.sample.laser import LaserBatch, SimulatedRecording, make_batch, simulate

Frames = NDArray[Any]

WITH_OBSTACLE = make_batch(3, 5, rows=15, columns=21, obstacles=1)
PLAIN = make_batch(4, 5, rows=12, columns=16, obstacles=0)


def simulated(batch: LaserBatch, count: int, frames: int) -> list[SimulatedRecording]:
    """Normal recordings of a batch."""
    return [simulate(batch, number, frames) for number in range(1, count + 1)]


def write_batch(
    folder: Path, recordings: Sequence[SimulatedRecording], *, metadata: bool = True, first: int = 1
) -> list[Path]:
    """Write recordings as 0001.npz and so on with their metadata.pkl; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number:04d}.npz" for number in range(first, first + len(recordings))]
    for path, recording in zip(paths, recordings, strict=True):
        write_frames(path, recording.frames)
    if metadata:
        write_metadata(folder, {p.stem: r.metadata for p, r in zip(paths, recordings, strict=True)})
    return paths


def write_frames(path: Path, frames: Frames) -> Path:
    """One recording in the data set's layout; not compressed, which is faster."""
    np.savez(path, image=frames)
    return path


def write_metadata(folder: Path, entries: Mapping[str, Mapping[str, Any]]) -> None:
    """The batch's metadata.pkl."""
    (folder / "metadata.pkl").write_bytes(pickle.dumps(dict(entries)))


def fitted(folder: Path, options: FitOptions | None = None) -> Fit:
    """Fit all recordings below a folder."""
    result: Fit = last_result(fit(folder, sorted(folder.rglob("*.npz")), options))
    return result


def video(
    frames: Frames, obstacles: tuple[tuple[int, int], ...] = (), *, states: bool = False, ground: int = 0
) -> Video:
    """A recording in memory."""
    quantity, path = Quantity("counts", ""), Path("Type1/0001.npz")
    return Video("Type1/0001", path, frames, obstacles, quantity, None, states, ground=ground)


def learnt(videos: Sequence[Video]) -> Learnt:
    """What is learnt from recordings in memory."""
    run = learn(Videos(lambda number: videos[number], len(videos)))
    while True:
        try:
            next(run)
        except StopIteration as stop:
            result: Learnt = stop.value
            return result


def window_of(recording: SimulatedRecording) -> tuple[int, int]:
    """First and last frame of the first obstacle, as the metadata states it."""
    return recording.metadata["KeyfIniObstacle1"], recording.metadata["KeyfEndObstacle1"]
