"""The fitted model in an evaluation: learnt from the recordings that teach, timed, and shown what it does not know."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ReadError
from thermview.inference import Model, NormalBatch, default_model, open_model
from thermview.laser.evaluate_methods import scores_of
from thermview.laser.evaluate_plan import Plan
from thermview.laser.lanes import LaneStream
from thermview.laser.normality.fit import Fit, FitOptions, fit
from thermview.laser.normality.model import write_model
from thermview.laser.normality.sequence import COLUMNS
from thermview.laser.normality.stream import NormalityStream
from thermview.laser.videos import Source, Video
from thermview.readers import open_recording

NAME = "fitted"
TIMED = 2000
"""Frames of a recording that are pushed one by one to time them."""
RUNS = 5
"""How often: what else a machine does in one run it does not in most."""
STRANGER = "Elsewhere"
"""A batch name that no model knows."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """The fit, its model as read back from the file it was written to, and what that took."""

    fit: Fit
    model: Model
    seconds: float

    @property
    def problems(self) -> list[str]:
        """What a person should know, one sentence each, without what is told of all recordings that are evaluated."""
        said = list(self.fit.problems)
        for batch in self.fit.batches:
            said += [problem for problem in batch.problems if problem not in batch.doubts]
        return said


def fitted(folder: Path, plan: Plan, into: Path) -> Generator[float, None, Fitted]:
    """Fit one model to all batches' teaching recordings and write it below `into`; yields the share done.

    ReadError where no batch has enough of them.
    """
    began = perf_counter()
    paths = [source.path for batch in plan.batches for source in batch.fit]
    result: Fit | None = None
    for step in fit(folder, paths, FitOptions(name=NAME)):
        if step.result is not None:
            result = step.result
        yield step.done / max(step.total or 1, 1)
    if result is None:
        raise ReadError(f"{folder.name}: no batch could be fitted.")
    path = into / f"{NAME}.onnx"
    write_model(result, path)
    return Fitted(result, open_model(path), perf_counter() - began)


def without(found: Fitted, batch: str, into: Path) -> Model:
    """The model as if it had been fitted without a batch: batches are learnt one by one, so nothing else changes."""
    path = into / f"{NAME}_without.onnx"
    kept = tuple(each for each in found.fit.batches if each.name != batch)
    write_model(replace(found.fit, batches=kept), path)
    return open_model(path)


def unknown_row(batch: str, videos: list[Video], full: Model, others: Model | None) -> dict[str, Any]:
    """What is said of a batch that the model does not know (`others`), and of one whose name it does not know.

    Counts of recordings: `noticed` fell back to the generic model and said so, `as_generic` got its scores
    too, `mistaken` were taken for another batch; under a changed name `recognised` were known by their
    looks, `same_scores` got the same scores as under their own.
    """
    generic = open_model(default_model("laser score"))
    row = {"noticed": 0, "as_generic": 0, "mistaken": 0, "recognised": 0, "same_scores": 0}
    for video in videos:
        if others is not None:
            told = scores_of(video, others)
            fell_back = "scored by the generic model instead" in told.notice
            row["noticed"] += fell_back
            row["as_generic"] += np.array_equal(told.values, scores_of(video, generic).values, equal_nan=True)
            row["mistaken"] += not fell_back
        renamed = replace(video, id=f"{STRANGER}/{video.path.stem}", path=Path(STRANGER) / video.path.name)
        told = scores_of(renamed, full)
        row["recognised"] += told.notice.startswith("Its batch is not named") and batch in told.notice
        own = scores_of(video, full)
        row["same_scores"] += np.array_equal(own.values, told.values, equal_nan=True)
    return {"batch": batch, "recordings": len(videos), "left_out": others is not None, **row}


@dataclass(frozen=True, eq=False)
class Timing:
    """One recording: `seconds` (RUNS, frames) of each frame pushed alone, `tens` of ten frames pushed together.

    `whole` is what reading, decoding and scoring of all `frames` took; a score is known `delay` frames later.
    """

    seconds: NDArray[np.float64]
    tens: NDArray[np.float64]
    whole: float
    frames: int
    delay: int


def timing_of(source: Source, video: Video, model: Model, batch: NormalBatch) -> Timing:
    """Push frames through comparison and lanes as a camera would; then read and score the file."""
    single = np.stack([_pushed(video, model, batch, 1)[0] for _ in range(RUNS)])
    tens, delay = _pushed(video, model, batch, 10)
    began = perf_counter()
    recording = open_recording(source.path)
    try:
        frames = recording.frames(0, len(recording))
    finally:
        recording.close()
    scores_of(video.changed(frames), model)
    return Timing(single, tens, perf_counter() - began, len(frames), delay)


def _pushed(video: Video, model: Model, batch: NormalBatch, size: int) -> tuple[NDArray[np.float64], int]:
    """Seconds of each push of so many frames, and the delay in frames.

    A stream that has not given a frame yet does no work to time: these pushes are left out.
    """
    stream = NormalityStream(model, batch, len(video.frames), video.stated)
    lanes = LaneStream(batch.lanes, COLUMNS, len(video.frames))
    delay = stream.delay + lanes.lookahead
    taken = []
    for first in range(0, min(TIMED, len(video.frames)), size):
        began = perf_counter()
        piece = stream.push(video.frames[first : first + size])
        if len(piece.bad):
            lanes.push(piece.features)
        taken.append(perf_counter() - began)
    return np.array(taken[-(-delay // size) :]), delay


def cost_of(found: Fitted, timings: list[Timing]) -> dict[str, Any]:
    """What fitting and scoring take, in plain numbers; times are wall clock, ONNX Runtime with one thread.

    Of each frame's median of several runs is left what the frame takes; single runs have what else the machine did too.
    """
    single = np.concatenate([each.seconds for each in timings], axis=1) if timings else np.empty((RUNS, 0))
    tens = np.concatenate([each.tens for each in timings]) if timings else np.empty(0)
    whole = sum(each.whole for each in timings)
    return {
        "fit_seconds": round(found.seconds, 2),
        "batches": [
            {
                "batch": batch.name,
                "learnt_from": len(batch.learnt_from),
                "calibrated_on": len(batch.calibrated_on),
                "suspects": list(batch.suspects),
                "promised": round(batch.limits.promised, 5),
                "seconds": round(batch.seconds, 2),
            }
            for batch in found.fit.batches
        ],
        "model_bytes": found.model.path.stat().st_size,
        "delay_frames": max((each.delay for each in timings), default=None),
        "frames_timed": single.shape[1],
        "runs_timed": RUNS,
        "frame_ms_p50": _milliseconds(single, 0.5),
        "frame_ms_p99": _milliseconds(single, 0.99),
        "frame_ms_p99_of_medians": _milliseconds(np.median(single, axis=0), 0.99),
        "frames_per_s_single": round(1.0 / float(single.mean())) if single.size else None,
        "frames_per_s_tens": round(10.0 / float(tens.mean())) if len(tens) else None,
        "frames_per_s_decoding": round(sum(each.frames for each in timings) / whole) if timings else None,
    }


def _milliseconds(seconds: NDArray[np.float64], share: float) -> float | None:
    return round(1000 * float(np.quantile(seconds, share)), 3) if seconds.size else None
