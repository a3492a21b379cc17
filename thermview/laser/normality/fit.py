"""Fit a model of normality: batches of normal recordings in, one ONNX model out.

Each batch is learnt from part of its recordings and calibrated on others. With few recordings each half
calibrates what the other half taught, so that all count. Recordings that stand out are left out and named.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import thermview
from thermview.capture.context import ContextFinder
from thermview.counts import counted
from thermview.errors import ReadError, ThermviewError
from thermview.jobs import Progress, Steps
from thermview.laser.normality.batch_videos import BatchVideos
from thermview.laser.normality.calibrate import RATE, Limits
from thermview.laser.normality.groups import first_of, grouped
from thermview.laser.normality.judging import (
    CHECKED,
    MOST_LEARNT,
    judged_by_others,
    judged_crosswise,
    teachers_of,
)
from thermview.laser.normality.learn import PASSES, Learnt, plain_part
from thermview.laser.normality.self_check import SelfCheck, self_check
from thermview.laser.normality.unwatched import unwatched
from thermview.laser.videos import Source
from thermview.readers.failures import printable

LEAST_RECORDINGS = 4
"""Fewer cannot teach and calibrate."""
FEW_RECORDINGS = 10
"""With fewer a model is made, but its limits are guesses; that is said."""
MOST_REASONS = 3
"""Sentences that say why nothing could be fitted."""
MUCH_UNMET = 0.1
"""Share of a path's cycle that recordings may leave out without a word: pictures beside it are near enough."""
MOST_PIXELS = 6
"""Pixels that are named in a sentence."""
CROSSED = 40
"""Below so many recordings each half calibrates what the other taught."""


@dataclass(frozen=True)
class FitOptions:
    """What to leave out (ids such as `Type16/1673`, or names such as `1673`), and the false-alarm rate aimed at."""

    exclude: frozenset[str] = frozenset()
    rate: float = RATE
    name: str = "laser_normality"


@dataclass(frozen=True, eq=False)
class BatchFit:
    """One batch as it was fitted.

    `promised`: false alarms per normal recording at the threshold 1, which `limits.normals` stay below.
    `learnt_from` and `calibrated_on` are ids; `suspects` stood out and were left out; `problems` are sentences, and
    `doubts` those of them that are about the metadata of recordings that were used.
    `scores` has for each recording that was judged, suspects too, what limits of the others say of it, `why` for
    each suspect what stands out in it, in a few words; `bands` is between which the normal recordings' means over a
    cycle lie, by measure.
    """

    name: str
    learnt: Learnt
    limits: Limits
    learnt_from: tuple[str, ...]
    calibrated_on: tuple[str, ...]
    suspects: tuple[str, ...]
    problems: tuple[str, ...]
    doubts: tuple[str, ...]
    seconds: float
    crossed: bool
    scores: Mapping[str, float]
    why: Mapping[str, str]
    bands: Mapping[str, tuple[float, float]]
    ground: int
    """Counts that pixels without light show."""
    check: SelfCheck | None = None
    """Of the first recording that taught; None where it shows no cycle by itself."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of this batch, one sentence each."""
        said = []
        count = len(self.limits.normals)
        if count < FEW_RECORDINGS:
            said.append(f"{self.name}: only {counted(count, 'normal recording')}; its limits are rough.")
        if self.limits.promised > RATE:
            said.append(
                f"{self.name}: with {counted(count, 'recording')} no false-alarm rate below 1 in {count + 1} "
                "can be promised."
            )
        if names := [suspect.rpartition("/")[2] for suspect in self.suspects]:
            said.append(
                f"{self.name}: {first_of(names, most=len(names))} stood out from the others and taught nothing; "
                f"look at {'it' if len(names) == 1 else 'them'}."
            )
        if self.ground:
            said.append(
                f"{self.name}: pixels without light show {counted(self.ground, 'count')}; so many are taken off each "
                "pixel of every frame."
            )
        if (detours := self.learnt.tables.patterns - 1) and not self.learnt.stages.known:
            said.append(
                f"{self.name}: no recording states its obstacles; when the {counted(detours, 'detour')} found "
                f"{'is' if detours == 1 else 'are'} made is not judged."
            )
        if (unmet := max(self.learnt.unmet, default=0.0)) > MUCH_UNMET:
            said.append(
                f"{self.name}: its recordings met only {1.0 - unmet:.0%} of the cycle on one of its paths, as camera "
                "and scan are nearly in step; a normal recording that meets the rest may raise an alarm. More of them "
                "would teach it."
            )
        if pixels := [str(pixel) for pixel in unwatched(self.learnt.tables)]:
            are = "is" if len(pixels) == 1 else "are"
            said.append(
                f"{self.name}: {counted(len(pixels), 'pixel')} {are} dead or unreliable in normal recordings and "
                f"{are} not watched; (row, column): {first_of(pixels, most=MOST_PIXELS)}."
            )
        return (*said, *self.problems)


@dataclass(frozen=True, eq=False)
class Fit:
    """All batches, what could not be used, and what is known not to be normal and was `left_out` for it."""

    batches: tuple[BatchFit, ...]
    problems: tuple[str, ...]
    options: FitOptions
    left_out: tuple[str, ...] = ()
    fitted_on: str = field(default_factory=lambda: datetime.now(UTC).strftime("%Y-%m-%d"))
    version: str = thermview.__version__


def fit(folder: Path, paths: Sequence[Path], options: FitOptions | None = None) -> Steps:
    """Fit all batches of the recordings at `paths`, in the order of time, below `folder`.

    Progress counts looks at recordings; the last step's result is a Fit. Recordings that cannot be used are
    named in its problems. ReadError where no batch could be fitted.
    """
    options = options or FitOptions()
    begun = grouped(folder, paths, options.exclude)
    groups, problems = begun.batches, begun.problems
    total = sum(_looks(len(sources)) for sources in groups.values())
    finder, done, fits = ContextFinder(folder), 0, []
    for name, sources in groups.items():
        run = _fit_batch(name, sources, finder, options)
        end = done + _looks(len(sources))
        try:
            while True:
                done = min(done + next(run), end)
                yield Progress(done, total, unit="looks")
        except StopIteration as stop:
            fits.append(stop.value)
        except ThermviewError as error:
            problems.append(printable(str(error)))
        done = end
    if not fits:
        why = (
            " ".join([*begun.left_out, *problems][:MOST_REASONS]) or "There are no laser videos (.npz) in it."
        )
        raise ReadError(f"{folder.name}: no batch could be fitted. {why}")
    result = Fit(tuple(fits), tuple(problems), options, left_out=tuple(begun.left_out))
    yield Progress(total, total, result, "looks")


def _looks(count: int) -> int:
    """Looks at recordings that fitting a batch of so many takes: several of those that teach, one for limits."""
    learnt = min(teachers_of(count), MOST_LEARNT) * PASSES + 1
    if count >= CROSSED:
        return learnt + count
    return 2 * learnt + min(count, MOST_LEARNT) * PASSES + 1 + count + min(count, CHECKED)


BatchSteps = Generator[int, None, BatchFit]


def _fit_batch(name: str, sources: list[Source], finder: ContextFinder, options: FitOptions) -> BatchSteps:
    began = perf_counter()
    batch = BatchVideos(name, sources, finder)
    usable = yield from batch.usable()
    if len(usable) < LEAST_RECORDINGS:
        count = counted(len(usable), "normal recording") if usable else "no recording"
        why = " ".join(["", *batch.problems[:MOST_REASONS]])
        if (more := len(batch.problems) - MOST_REASONS) > 0:
            why += f" And {more} more of the kind."
        raise ReadError(f"{name}: {count} can be used; {LEAST_RECORDINGS} at least are needed.{why}")
    crossed = len(usable) < CROSSED
    fitted = yield from (judged_crosswise if crossed else judged_by_others)(batch, usable, options.rate)
    learnt, limits, teachers, judged = fitted.learnt, fitted.limits, fitted.teachers, fitted.judged
    return BatchFit(
        name=name,
        learnt=learnt,
        limits=limits,
        learnt_from=tuple(source.id for source in teachers),
        calibrated_on=tuple(s.id for place, s in enumerate(judged) if place not in limits.suspects),
        suspects=tuple(judged[place].id for place in limits.suspects),
        problems=(*batch.problems, *batch.doubts.sentences),
        doubts=tuple(batch.doubts.sentences),
        seconds=perf_counter() - began,
        crossed=crossed,
        scores={source.id: score for source, score in zip(judged, limits.scores, strict=True)},
        why={judged[row].id: words for row, words in zip(limits.suspects, limits.why, strict=True)},
        bands=fitted.bands,
        ground=batch.ground,
        check=_check(batch, teachers[0]),
    )


def _check(batch: BatchVideos, source: Source) -> SelfCheck | None:
    try:
        video = batch.load(source)
        return self_check(video.frames, plain_part(video))
    except ThermviewError:
        return None
