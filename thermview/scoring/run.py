"""Scoring one recording with one model: in pieces, with progress, on one core."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.counts import counted
from thermview.errors import CutShortError, ModelError
from thermview.inference import Model, ModelCard
from thermview.jobs import Progress, Steps
from thermview.laser.frames import FULL
from thermview.laser.lanes import LaneStream
from thermview.readers.failures import damage
from thermview.recording import Recording
from thermview.scoring.beginning import Beginning, of_the_whole
from thermview.scoring.calibration import p_value
from thermview.scoring.events import events_of
from thermview.scoring.judge import Judge, judge_of
from thermview.scoring.types import ScoreChunk, Scores

CHUNK = 512
"""Frames per call of the graph: long enough to be fast, short enough for smooth progress."""
MOST_PIXELS = 128 * 128
"""Pixels a frame of a laser video may have; the sensor has 32 x 32."""
LOOKED_AT = 7
"""Frames of a recording that are looked at to see whether anything moves at all."""
SATURATED = 0.5
"""Share of a frame's pixels at its largest count, the camera's, from which it shows nothing."""
LEAST_CYCLES = 3
"""Cycles of the scan below which a recording says next to nothing."""

Floats = NDArray[np.float32]


def score_recording(
    recording: Recording,
    model: Model,
    *,
    recording_id: str,
    obstacles: Sequence[Any] | None = None,
    chunk: int = CHUNK,
) -> Steps:
    """Score every frame: Progress with a ScoreChunk each, the last one with the Scores.

    Progress without result comes first, while the frames that serve as reference are read.
    `recording_id` is the path below the capture without suffix; its first part names the batch.
    `obstacles` are the stated detours, anything with `first` and `last` (capture's Interval); None where
    nobody says: then a fitted model does not judge when detours are made, and the generic one takes long
    changes of the pattern for detours. The scores do not depend on `chunk`.
    Of a recording that cannot be read to its end what can be read is scored, from the first frame on once more.
    ModelError, one sentence, where the recording is not what the model takes; ReadError where not a frame can be read.
    """
    try:
        yield from _steps(recording, model, recording_id, obstacles, chunk)
    except CutShortError as error:
        if not error.whole:
            raise
        part = Beginning(recording, error.whole)
        for step in _steps(part, model, recording_id, obstacles, chunk):
            result = step.result
            if isinstance(result, Scores):
                result = of_the_whole(result, recording, error)
            yield replace(step, result=result)


def _steps(
    recording: Recording, model: Model, recording_id: str, obstacles: Sequence[Any] | None, chunk: int
) -> Steps:
    started = perf_counter()
    check_recording(recording, model.card)
    stated = None if obstacles is None else tuple((int(item.first), int(item.last)) for item in obstacles)
    judge = judge_of(recording, model, recording_id)
    if judge.model is not model:
        check_recording(recording, judge.model.card)
    pieces = yield from judge.pieces(recording, stated, chunk)
    stream = LaneStream(judge.lanes, judge.columns, len(recording))
    chunks: list[ScoreChunk] = []
    measures: list[Floats] = []
    bad = np.zeros(len(recording), np.bool_)
    done = 0
    for piece in pieces:
        measures.append(piece.measures)
        bad[piece.first : piece.first + len(piece.bad)] = piece.bad
        lanes = stream.push(piece.features)
        part = _chunk(done, lanes, bad[done : done + len(lanes)], judge.causes)
        chunks.append(part)
        done += len(lanes)
        yield Progress(done, len(recording), part, "frames")
    seconds = perf_counter() - started
    scores = _scores(recording, judge, recording_id, chunks, np.concatenate(measures), seconds, stated)
    yield Progress(done, len(recording), scores, "frames")


def check_recording(recording: Recording, card: ModelCard) -> None:
    """ModelError where a recording cannot be scored with a model of this card."""
    name = recording.name
    if card.kind != "laser score":
        raise ModelError(
            f"{card.name} is a model of kind {card.kind!r}; recordings are scored by a 'laser score'"
        )
    shape = recording.frame_shape
    if len(shape) != 2:
        raise ModelError(f"{name}: holds colours; {card.name} scores frames of counts")
    if 0 in shape or shape[0] * shape[1] > MOST_PIXELS or min(shape) < 4:
        raise ModelError(f"{name}: frames of {shape[0]} x {shape[1]} pixels are not a laser video")
    for wanted, given, what in zip(
        (card.input.rows, card.input.columns), shape, ("rows", "columns"), strict=True
    ):
        if wanted is not None and wanted != given:
            raise ModelError(f"{name}: has {given} {what}, {card.name} was made for {wanted}")
    least = card.reference.least_frames if card.reference is not None else 1
    if len(recording) < max(least, 1):
        raise ModelError(
            f"{name}: has {counted(len(recording), 'frame')}; {card.name} needs {least} at least"
        )


def _chunk(first: int, lanes: Floats, bad: NDArray[np.bool_], causes: Sequence[str]) -> ScoreChunk:
    lanes = lanes.copy()
    lanes[bad] = np.nan
    return ScoreChunk(first, lanes.max(axis=1), {cause: lanes[:, at] for at, cause in enumerate(causes)})


def _scores(
    recording: Recording,
    judge: Judge,
    recording_id: str,
    chunks: list[ScoreChunk],
    measures: Floats,
    seconds: float,
    stated: Any,
) -> Scores:
    card, calibration = judge.model.card, judge.calibration
    values = np.concatenate([part.values for part in chunks])
    lanes = {cause: np.concatenate([part.lanes[cause] for part in chunks]) for cause in judge.causes}
    named = dict(zip(judge.measures, measures.T, strict=False))
    threshold = card.threshold if card.threshold is not None else float("inf")
    plain = Scores(
        recording=recording_id,
        values=values,
        lanes=lanes,
        threshold=threshold,
        score=float(np.nanmax(values)) if np.isfinite(values).any() else float("nan"),
        p_value=None,
        anomalous=False,
        cause="",
        events=(),
        model=judge.model.id,
        seconds=seconds,
        notice=_notice(recording, judge, values, told=stated is not None),
        measures=named,
        normals=calibration.normals if calibration is not None else (),
        frame_rate=recording.frame_rate,
        heads=calibration.heads if calibration is not None else {},
        bands=judge.batch.bands if judge.batch is not None else {},
    )
    return rescored(replace(plain, p_value=p_value(plain.score, plain.normals)), threshold)


def rescored(scores: Scores, threshold: float) -> Scores:
    """The same scores with another threshold: events, causes and verdict anew, in milliseconds.

    The cause is that of the highest event; "" where no frame is above the threshold.
    """
    events = events_of(
        scores.values,
        threshold,
        scores.lanes,
        measures=scores.measures,
        normals=scores.normals,
        heads=scores.heads,
        frame_rate=scores.frame_rate,
    )
    highest = max(events, key=lambda event: event.score, default=None)
    cause = highest.cause if highest is not None else ""
    return replace(scores, threshold=threshold, events=events, anomalous=bool(events), cause=cause)


def _notice(recording: Recording, judge: Judge, values: Floats, *, told: bool) -> str:
    """What to mind about the scores; `told` says whether someone states where obstacles are."""
    card, count = judge.model.card, len(values)
    said = [judge.notice] if judge.notice else []
    unknown = int(np.isnan(values).sum())
    if unknown:
        said.append(f"{unknown} of {count} frames hold no numbers that a camera counts and have no score.")
    if judge.batch is not None and judge.batch.allowed and not told:
        said.append("Nothing states where its obstacles are: when detours are made is not judged.")
    said += damage(recording.issues)
    said += _of_its_frames(recording)
    if card.reference is not None and count < card.reference.sure_frames:
        said.append(
            f"Only {counted(count, 'frame')}: with fewer than {card.reference.sure_frames} "
            "faults are found less surely than the card states."
        )
    if judge.batch is not None and count < LEAST_CYCLES * judge.batch.period:
        said.append(
            f"Only {counted(count, 'frame')}, fewer than {LEAST_CYCLES} cycles of the scan: hardly a fault can be seen."
        )
    if "temperature" in recording.quantity.name:
        said.append(f"{card.name} was made for count differences, not for temperatures.")
    return " ".join(said)


def _of_its_frames(recording: Recording) -> list[str]:
    """What frames from the beginning to the end show that no score says: one sentence each."""
    places = np.unique(np.linspace(0, len(recording) - 1, LOOKED_AT).astype(np.int64)).tolist()
    first, *others = frames = [recording.frames(place, place + 1) for place in places]
    said = []
    if others and all(np.array_equal(first, other) for other in others):
        said.append(
            "Nothing moves: the frames looked at are the same in every pixel, so there is no scan to judge."
        )
    full = sum(bool(frame.max() >= FULL and (frame == frame.max()).mean() > SATURATED) for frame in frames)
    if full:
        said.append(
            f"Saturated: {full} of {counted(len(frames), 'frame')} looked at "
            f"{'has' if full == 1 else 'have'} most pixels at the end of the camera's range."
        )
    return said
