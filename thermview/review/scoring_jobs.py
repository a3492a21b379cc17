"""Scoring with the cache: what was scored before by the same model is not scored again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path

from thermview.capture.context import Context, ContextFinder
from thermview.capture.ids import recording_id
from thermview.capture.intervals import Interval
from thermview.errors import NoRecordingError, ThermviewError
from thermview.inference import Model, ModelCard, default_model, open_model
from thermview.inference.card import ModelId
from thermview.jobs import Progress, Steps
from thermview.laser.normality.recognise import batch_names
from thermview.readers import open_recording
from thermview.recording import Recording
from thermview.review import score_cache
from thermview.scoring import Scores, score_recording

Stated = Sequence[Interval] | None
"""Obstacles as the metadata states them; None where nobody says."""


@dataclass(frozen=True)
class Failed:
    """A recording that could not be scored, and why in one sentence."""

    recording: str
    path: Path
    text: str


def scorer(path: Path | None) -> Model:
    """The model of this file (None: the shipped one for laser videos), opened once while the file stays as it is.

    Raises ModelError where it cannot be used.
    """
    path = path or default_model("laser score")
    stat = path.stat() if path.is_file() else None
    return _opened(path, stat.st_mtime_ns if stat else 0, stat.st_size if stat else 0)


@lru_cache(maxsize=4)
def _opened(path: Path, changed_ns: int, size: int) -> Model:
    return open_model(path)


def kept_scores(path: Path, recording: str, stated: Stated, model: Path | None) -> Scores | None:
    """The scores that a model (None: the shipped one) gave this file earlier, as this recording and with these stated
    obstacles, or None. Raises ModelError where the model cannot be used."""
    own = scorer(model)
    circumstances = _circumstances(own.card, path, recording, stated)
    return score_cache.load(path, own.id, recording, circumstances=circumstances)


def _circumstances(card: ModelCard, path: Path, recording: str, stated: Stated) -> str:
    """What scores hang on beside file and model: as which batch's, and with which obstacles the recording is judged."""
    first, *others = batch_names(recording, path)
    known, names = (card.normality, (first, *others)) if card.normality else (card.batches, (first,))
    batch = next((name for name in names if name in known), "")
    return repr((batch, None if stated is None else [(item.first, item.last) for item in stated]))


def cached_steps(recording: Recording, model: Path | None, context: Context) -> Steps:
    """One step with the Scores that are kept from an earlier run, or none at all."""
    kept = kept_scores(recording.path, context.recording_id, context.stated_obstacles, model)
    if kept is not None:
        yield Progress(len(recording), len(recording), _minding(kept, context), "frames")


def _minding(scores: Scores, context: Context) -> Scores:
    """The scores with a word on what is stated and cannot be so; it is not kept with them: metadata can be mended."""
    doubts = [*context.length_issues, *context.obstacle_issues]
    if not doubts:
        return scores
    said = f"{' '.join(doubts)} The recording is scored all the same."
    return replace(scores, notice=f"{said} {scores.notice}".rstrip())


def score_steps(recording: Recording, model: Path | None, context: Context, *, fresh: bool = False) -> Steps:
    """Score a recording, or give what is kept of an earlier run; results are ScoreChunk, the last one Scores.

    Raises ModelError and ReadError; with `fresh` the cache is not asked.
    """
    if not fresh:
        done = False
        for progress in cached_steps(recording, model, context):
            done = True
            yield progress
        if done:
            return
    own, stated = scorer(model), context.stated_obstacles
    circumstances = _circumstances(own.card, recording.path, context.recording_id, stated)
    run = score_recording(recording, own, recording_id=context.recording_id, obstacles=stated)
    for progress in run:
        if isinstance(progress.result, Scores):
            score_cache.save(recording.path, progress.result, asked=own.id, circumstances=circumstances)
            progress = replace(progress, result=_minding(progress.result, context))
        yield progress


@dataclass(frozen=True)
class KeptVerdict:
    """What an earlier run said of a recording, without its curves."""

    recording: str
    score: float
    anomalous: bool
    cause: str
    p_value: float | None
    threshold: float
    model: ModelId


def kept_steps(paths: Sequence[Path], model: Path | None, capture: Path) -> Steps:
    """Look up what is kept of these recordings; each step's result is a KeptVerdict, or None where nothing is.

    Nothing at all is done where no score was ever kept. Raises ModelError where the model cannot be used.
    """
    if not score_cache.any_kept():
        return
    own, finder = scorer(model), ContextFinder(capture)
    for done, path in enumerate(paths, 1):
        recording = recording_id(capture, path)
        circumstances = _circumstances(own.card, path, recording, finder.stated_obstacles(path))
        kept = score_cache.load_summary(path, own.id, circumstances=circumstances)
        verdict = None
        if kept is not None:
            said = {name: kept[name] for name in _VERDICT}
            verdict = KeptVerdict(**said | {"recording": recording})
        yield Progress(done, len(paths), verdict, "recordings")


_VERDICT = tuple(field.name for field in fields(KeptVerdict))


def score_many(
    paths: Sequence[Path],
    model: Path | None,
    capture: Path,
    *,
    fresh: bool = False,
    finder: ContextFinder | None = None,
) -> Steps:
    """Score recordings one after another; each step's result is Scores or Failed, one per path, or None between.

    Of a table of scores that lies among them nothing is said.
    `done` and `total` count recordings. Raises ModelError before the first where the model cannot be used.
    """
    scorer(model)
    finder = finder or ContextFinder(capture)
    for done, path in enumerate(paths):
        result: Scores | Failed | None = Failed(recording_id(capture, path), path, "It has no frames.")
        try:
            recording = open_recording(path)
            try:
                for progress in score_steps(recording, model, finder.context(recording), fresh=fresh):
                    if isinstance(progress.result, Scores):
                        result = progress.result
                    yield Progress(done, len(paths), None, "recordings")
            finally:
                recording.close()
        except NoRecordingError:
            result = None
        except ThermviewError as error:
            result = Failed(recording_id(capture, path), path, str(error))
        yield Progress(done + 1, len(paths), result, "recordings")
