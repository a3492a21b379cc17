"""Scoring what a command line names: laser recordings one by one, pictures among their folder's."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from thermview.capture.context import ContextFinder
from thermview.cli.failures import Tally
from thermview.cli.found import Found
from thermview.cli.output import say
from thermview.cli.progress import follow, result_of
from thermview.counts import counted
from thermview.diagnosis.densities import PictureDensities, measure_densities
from thermview.diagnosis.picture_scores import CLASS_CAUSE, NORMALS_CAUSE, picture_scores
from thermview.errors import ModelError, ThermviewError
from thermview.inference import Model, default_model
from thermview.jobs import Progress, Steps
from thermview.readers import open_recording, reader_for
from thermview.readers.picture import KIND as PICTURE
from thermview.review.scoring_jobs import Failed, score_many, scorer
from thermview.scoring import Scores
from thermview.scoring.run import check_recording


@dataclass(frozen=True)
class Scored:
    """A recording of the command line with its scores."""

    found: Found
    scores: Scores


@dataclass
class Scoring:
    """What is to be scored with what. `model` None: the shipped model of either kind.

    Raises ModelError where there is no model for what was found, or the given one scores neither kind.
    """

    found: Sequence[Found]
    model: Path | None = None
    fresh: bool = False
    videos: list[Found] = field(init=False)
    pictures: list[Found] = field(init=False)
    video_model: Path | None = field(init=False, default=None)
    picture_model: Path | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.pictures = [item for item in self.found if _is_picture(item.path)]
        pictures = {item.path for item in self.pictures}
        self.videos = [item for item in self.found if item.path not in pictures]
        if self.model is None:
            self.video_model = default_model("laser score") if self.videos else None
            self.picture_model = default_model("embedding") if self.pictures else None
            return
        card = scorer(self.model).card
        if card.kind == "laser score":
            self.video_model = self.model
        elif card.kind == "embedding":
            self.picture_model = self.model
        else:
            raise ModelError(
                f"{self.model.name}: a model of kind {card.kind!r} gives no scores; "
                "recordings are scored by a 'laser score', pictures by an 'embedding'."
            )

    @property
    def lanes(self) -> tuple[str, ...]:
        """The causes that any of the models tells apart."""
        lanes = list(scorer(self.video_model).card.causes) if self.video_model else []
        if self.picture_model:
            lanes += [CLASS_CAUSE, NORMALS_CAUSE]
        return tuple(lanes)

    def run(self, tally: Tally) -> Iterator[Scored]:
        """Score everything; failures are told and counted as they come, what fits no model is left out."""
        for root, videos in groupby(self.videos, key=lambda item: item.root):
            yield from self._score_videos(root, list(videos), tally)
        for root, pictures in groupby(self.pictures, key=lambda item: item.root):
            yield from self._score_pictures(root, list(pictures), tally)

    def _score_videos(self, root: Path, videos: list[Found], tally: Tally) -> Iterator[Scored]:
        if self.video_model is None:
            _refuse(videos, "the model scores pictures only", tally)
            return
        by_path = {item.path: item for item in videos}
        left_out: list[str] = []
        for step in follow(_video_steps(root, videos, self.video_model, self.fresh, left_out), "Scoring"):
            if isinstance(step.result, Failed):
                tally.fail(by_path[step.result.path].told(step.result.text))
            elif step.result is not None:
                path, scores = step.result
                if math.isnan(scores.score):  # its own line says why
                    tally.failed += 1
                else:
                    tally.done += 1
                yield Scored(by_path[path], scores)
        if left_out:
            more = f" and {len(left_out) - 1} more" if len(left_out) > 1 else ""
            say(f"Left out, for the model does not score it: {left_out[0]}{more}.")

    def _score_pictures(self, root: Path, pictures: list[Found], tally: Tally) -> Iterator[Scored]:
        if self.picture_model is None:
            _refuse(pictures, "the model does not score pictures", tally)
            return
        walked = [item for item in pictures if not item.named]
        named = {item.path for item in pictures if item.named}
        if len(named) == len(pictures):
            _refuse(pictures, "a picture is scored among those of its folder; give the folder", tally)
            return
        relative = {item.path.relative_to(root).as_posix(): item for item in walked}
        densities = _densities(root, scorer(self.picture_model), list(relative))
        for problem in densities.problems:
            tally.fail(problem)
        for notice in densities.notices:
            say(notice)
        scores = picture_scores(densities)
        for path, of_picture in zip(densities.paths, scores, strict=True):
            tally.done += 1
            yield Scored(relative[path], of_picture)


def _is_picture(path: Path) -> bool:
    try:
        reader = reader_for(path)
    except ThermviewError:
        return False  # scoring it will say why
    return reader is not None and reader.name == PICTURE


def _refuse(items: list[Found], why: str, tally: Tally) -> None:
    """Files that were named fail; of those only found in a folder the number is told."""
    walked = 0
    for item in items:
        if item.named:
            tally.fail(f"{item.path.name}: {why}.")
        else:
            walked += 1
    if walked:
        say(f"{counted(walked, 'file was', 'files were')} left out: {why}.")


def _video_steps(root: Path, videos: list[Found], model: Path, fresh: bool, left_out: list[str]) -> Steps:
    """Results are (path, Scores) or Failed, one per recording that is not left out."""
    finder = ContextFinder(root)
    for done, item in enumerate(videos):
        if not item.named and not _fits(item.path, scorer(model)):
            left_out.append(item.id)
            yield Progress(done + 1, len(videos), None, "recordings")
            continue
        for step in score_many([item.path], model, root, fresh=fresh, finder=finder):
            result = (item.path, step.result) if isinstance(step.result, Scores) else step.result
            yield Progress(done + step.done, len(videos), result, "recordings")


def _fits(path: Path, model: Model) -> bool:
    """False where a readable recording is simply not of the kind that the model scores."""
    try:
        recording = open_recording(path)
    except ThermviewError:
        return True  # scoring it says what is wrong with it
    try:
        check_recording(recording, model.card)
    except ModelError:
        return False
    finally:
        recording.close()
    return True


def _densities(root: Path, model: Model, pictures: list[str]) -> PictureDensities:
    result = result_of(measure_densities(root, model, pictures=pictures), "Measuring densities")
    assert isinstance(result, PictureDensities)
    return result
