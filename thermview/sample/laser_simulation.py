"""One simulated recording of a laser batch, with or without a fault, and figures to compare it by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.sample.laser_batch import LaserBatch
from thermview.sample.laser_faults import change_beam, change_motion, draw_fault, truth_of
from thermview.sample.laser_motion import Window, draw_motion, make_beam
from thermview.sample.laser_optics import difference_frames

MIN_FRAMES = 50
ABSENT = -1  # the data set's mark for an obstacle that a batch does not have


@dataclass(frozen=True, eq=False)
class SimulatedRecording:
    """Difference frames (n, rows, columns) with the ten metadata keys of the laser data set.

    `truth` is None for a normal recording, else a dict with kind, cause, first, last (inclusive), size,
    unit and words.
    """

    frames: NDArray[np.uint16]
    metadata: dict[str, int]
    truth: dict[str, Any] | None


def simulate(
    batch: LaserBatch,
    number: int,
    frames: int,
    *,
    fault: str | None = None,
    size: float | None = None,
    seed: int = 0,
) -> SimulatedRecording:
    """Recording `number` of a batch, `frames` long; the same arguments give the same recording.

    With a fault, all that is random stays as it is without: the frames before the fault are the same.
    `size` is in the fault's own unit (see FAULTS), drawn where None. ValueError for an unknown fault, one
    that the batch cannot have, or fewer than 50 frames.
    """
    if frames < MIN_FRAMES:
        raise ValueError(f"a laser recording needs at least {MIN_FRAMES} frames, not {frames}")
    streams = np.random.SeedSequence([batch.seed, batch.index, number, seed]).spawn(5)
    scan, laser, camera, about, luck = (np.random.default_rng(stream) for stream in streams)
    motion = draw_motion(batch, scan, frames)
    drawn = None if fault is None else draw_fault(fault, size, motion, luck)
    if drawn is not None:
        change_motion(motion, drawn)
    beam = make_beam(batch, motion, laser)
    if drawn is not None:
        change_beam(beam, drawn, batch)
    video = np.concatenate(list(difference_frames(beam, batch.camera, camera)))
    metadata = _metadata(batch, motion.windows, frames, about)
    return SimulatedRecording(video, metadata, None if drawn is None else truth_of(drawn))


def _metadata(
    batch: LaserBatch, windows: tuple[Window, ...], frames: int, rng: np.random.Generator
) -> dict[str, int]:
    """The ten keys. As in the real set, borders and lengths do not always agree with the array.

    The borders are called exclusive but sized with + 1, so some batches fit one reading and some the
    other; the length is sometimes given one too large, and a right border now and then two pixels off.
    """
    one = 0 if batch.borders_exclusive else 1
    slip = 2 if rng.random() < 0.03 else 0
    places = [*windows, *[(ABSENT, ABSENT)] * (2 - len(windows))]
    extra = int(batch.size_one_more or rng.random() < 0.02)
    return {
        "Index": batch.index,
        "KeyfIniObstacle1": places[0][0],
        "KeyfEndObstacle1": places[0][1],
        "KeyfIniObstacle2": places[1][0],
        "KeyfEndObstacle2": places[1][1],
        "LeftBordPx": batch.left,
        "RightBordPx": batch.left + batch.columns - one + slip,
        "SupBordPx": batch.top,
        "InfBordPx": batch.top + batch.rows - one,
        "SizeInFrames": frames + extra,
    }


def summary_statistics(frames: NDArray[Any]) -> dict[str, float]:
    """Figures that real and simulated difference frames (n, rows, columns) are compared by.

    Sums and counts of pixels above 10 are per frame; the background is what lies more than four pixels
    from any pixel above 3 in the same frame.
    """
    values = frames.astype(np.float64)
    sums = values.sum(axis=(1, 2))
    hot = (values > 10).sum(axis=(1, 2))
    near = np.ones((9, 9), np.uint8)
    lit = [cv2.dilate(frame, near) for frame in (values > 3).astype(np.uint8)]
    background = values[np.stack(lit) == 0]
    return {
        "max": float(values.max()),
        "sum_min": float(sums.min()),
        "sum_mean": float(sums.mean()),
        "sum_max": float(sums.max()),
        "hot_min": float(hot.min()),
        "hot_mean": float(hot.mean()),
        "hot_max": float(hot.max()),
        "zeros": float((values == 0).mean()),
        "background_zero": _share(background == 0),
        "background_one": _share(background == 1),
        "background_more": _share(background > 1),
    }


def _share(found: NDArray[np.bool_]) -> float:
    """The share of True; 0 where there is nothing to count."""
    return float(found.mean()) if found.size else 0.0
