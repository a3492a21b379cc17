"""Fit a model of normality: batches of normal recordings in, one ONNX model out.

Each batch is learnt from part of its recordings and calibrated on others. With few recordings each half
calibrates what the other half taught, so that all count. Recordings that stand out are left out and named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

import thermview
from thermview.capture.context import ContextFinder
from thermview.capture.ids import recording_id
from thermview.errors import ModelError, ReadError, ThermviewError
from thermview.inference import Lane
from thermview.jobs import Progress, Steps
from thermview.laser.evaluate_plan import KEPT_ASIDE, TRUTH_NAME, read_truth
from thermview.laser.normality.calibrate import RATE, Limits, calibrated
from thermview.laser.normality.lanes_of import LANES
from thermview.laser.normality.learn import PASSES, Learnt, Videos, learn, spread_over
from thermview.laser.normality.score import channel_maxima
from thermview.laser.videos import Source, Video, load_video
from thermview.readers import open_recording
from thermview.recording import Recording

LEAST_RECORDINGS = 4
"""Fewer cannot teach and calibrate."""
FEW_RECORDINGS = 10
"""With fewer a model is made, but its limits are guesses; that is said."""
MOST_LEARNT = 20
"""Recordings that one batch's pictures are learnt from: more change nothing that can be measured."""
CROSSED = 40
"""Below so many recordings each half calibrates what the other taught."""
CHECKED = 6
"""Teachers that a model learnt from all must still call normal, most of them."""
LEAST_FRAMES = 60
MOST_PIXELS = 64 * 64
DEFAULT_RATE_HZ = 1000.0


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
    `learnt_from` and `calibrated_on` are ids; `suspects` stood out and were left out; `problems` are sentences.
    """

    name: str
    learnt: Learnt
    limits: Limits
    learnt_from: tuple[str, ...]
    calibrated_on: tuple[str, ...]
    suspects: tuple[str, ...]
    problems: tuple[str, ...]
    seconds: float
    crossed: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of this batch, one sentence each."""
        said = []
        count = len(self.limits.normals)
        if count < FEW_RECORDINGS:
            said.append(f"{self.name}: only {count} normal recordings; its limits are rough.")
        if self.limits.promised > RATE:
            said.append(
                f"{self.name}: with {count} recordings no false-alarm rate below 1 in {count + 1} can be promised."
            )
        if self.suspects:
            said.append(
                f"{self.name}: {', '.join(self.suspects)} stood out from the others and taught nothing; look at them."
            )
        return (*said, *self.problems)


@dataclass(frozen=True, eq=False)
class Fit:
    """All batches, and what could not be used."""

    batches: tuple[BatchFit, ...]
    problems: tuple[str, ...]
    options: FitOptions
    fitted_on: str = field(default_factory=lambda: datetime.now(UTC).strftime("%Y-%m-%d"))
    version: str = thermview.__version__


def fit(folder: Path, paths: Sequence[Path], options: FitOptions | None = None) -> Steps:
    """Fit all batches of the recordings at `paths`, in the order of time, below `folder`.

    Progress counts looks at recordings; the last step's result is a Fit. Recordings that cannot be used are
    named in its problems. ReadError where no batch could be fitted.
    """
    options = options or FitOptions()
    groups, problems = _grouped(folder, paths, options)
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
            problems.append(_one_line(str(error)))
        done = end
    if not fits:
        raise ReadError(f"{folder.name}: no batch could be fitted ({' '.join(problems) or 'no recordings'})")
    yield Progress(total, total, Fit(tuple(fits), tuple(problems), options), "looks")


def _grouped(
    folder: Path, paths: Sequence[Path], options: FitOptions
) -> tuple[dict[str, list[Source]], list[str]]:
    """Batches by name, without what is excluded and what the publication keeps aside."""
    groups: dict[str, list[Source]] = {}
    seen: set[str] = set()
    truth = read_truth(folder).recordings
    problems: list[str] = []
    for path in paths:
        found = recording_id(folder, path)
        source = Source(found if "/" in found else f"{folder.stem}/{found}", path)
        if source.id in options.exclude or source.id.rpartition("/")[2] in options.exclude:
            continue
        if source.id in KEPT_ASIDE:
            problems.append(f"{source.id}: known not to be a sure normal, left out.")
        elif not truth.get(source.id, {}).get("normal", True):
            problems.append(f"{source.id}: {TRUTH_NAME} calls it faulty, left out.")
        elif source.id in seen:
            problems.append(f"{source.id}: there are two recordings of this name; the first one counts.")
        else:
            seen.add(source.id)
            groups.setdefault(source.batch, []).append(source)
    return groups, problems


def _one_line(text: str) -> str:
    """A sentence in which names that hold line breaks break no lines."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _looks(count: int) -> int:
    """Looks at recordings that fitting a batch of so many takes."""
    learnt = min(_teachers(count), MOST_LEARNT) * (PASSES + 1)
    return learnt + count if count >= CROSSED else 2 * learnt + min(count, MOST_LEARNT) * (PASSES + 1) + count


def _teachers(count: int) -> int:
    return count // 2


BatchSteps = Generator[int, None, BatchFit]


@dataclass(eq=False)
class _Batch:
    """The recordings of one batch while it is fitted."""

    name: str
    sources: list[Source]
    finder: ContextFinder
    shape: tuple[int, int] = (0, 0)
    problems: list[str] = field(default_factory=list)

    def check(self, recording: Recording) -> None:
        """ReadError where a recording cannot be one of this batch's normal ones."""
        check_normal(recording)
        rows, columns = recording.frame_shape[:2]
        if self.shape == (0, 0):
            self.shape = rows, columns
        elif self.shape != (rows, columns):
            raise ReadError(
                f"{recording.name}: has {rows} x {columns} pixels, the others of {self.name} "
                f"{self.shape[0]} x {self.shape[1]}; left out"
            )

    def load(self, source: Source) -> Video:
        """A recording, checked; ReadError."""
        video = load_video(source, self.finder, self.check)
        if not np.isfinite(video.frames).all():
            raise ReadError(f"{source.id}: some frames hold no numbers; left out")
        top = float(video.frames.max(initial=0))
        if top <= 0:
            raise ReadError(f"{source.id}: every frame is zero; left out")
        full = (video.frames >= 1023).mean(axis=(1, 2)) if top >= 1023 else np.zeros(1)
        if float(full.max()) > 0.5:
            raise ReadError(f"{source.id}: frames are saturated; left out")
        return video

    def usable(self) -> Generator[int, None, list[Source]]:
        """Those that can be read and belong together; what cannot is told."""
        self.shape = self._usual_shape()
        kept = []
        for source in self.sources:
            try:
                self.load(source)
                kept.append(source)
            except ThermviewError as error:
                self.problems.append(_one_line(f"{str(error).rstrip('.')}."))
            yield 1
        return kept

    def _usual_shape(self) -> tuple[int, int]:
        """The size that most recordings have."""
        sizes: Counter[tuple[int, int]] = Counter()
        for source in self.sources:
            try:
                recording = open_recording(source.path)
                sizes[(recording.frame_shape[0], recording.frame_shape[1])] += 1
                recording.close()
            except ThermviewError:
                continue  # it is told when its turn comes
        return sizes.most_common(1)[0][0] if sizes else (0, 0)


def check_normal(recording: Recording) -> None:
    """ReadError, one sentence, where a recording is no laser video that could be learnt from."""
    name, shape = recording.name, recording.frame_shape
    if len(shape) != 2 or 0 in shape or shape[0] * shape[1] > MOST_PIXELS or min(shape) < 4:
        raise ReadError(f"{name}: frames of {' x '.join(map(str, shape))} are not a laser video; left out")
    if len(recording) < LEAST_FRAMES:
        raise ReadError(f"{name}: has {len(recording)} frames, too few to show three cycles; left out")
    if not np.issubdtype(recording.dtype, np.number):
        raise ReadError(f"{name}: holds {recording.dtype}, not numbers; left out")


def _fit_batch(name: str, sources: list[Source], finder: ContextFinder, options: FitOptions) -> BatchSteps:
    began = perf_counter()
    batch = _Batch(name, sources, finder)
    usable = yield from batch.usable()
    if len(usable) < LEAST_RECORDINGS:
        said = f" ({' '.join(batch.problems)})" if batch.problems else ""
        raise ReadError(
            f"{name}: {len(usable)} normal recordings can be used; {LEAST_RECORDINGS} at least are needed{said}."
        )
    crossed = len(usable) < CROSSED
    fitted = yield from (_fit_crossed if crossed else _fit_split)(batch, usable, options)
    learnt, limits, teachers, judged = fitted
    return BatchFit(
        name=name,
        learnt=learnt,
        limits=limits,
        learnt_from=tuple(source.id for source in teachers),
        calibrated_on=tuple(s.id for place, s in enumerate(judged) if place not in limits.suspects),
        suspects=tuple(judged[place].id for place in limits.suspects),
        problems=tuple(batch.problems),
        seconds=perf_counter() - began,
        crossed=crossed,
    )


Fitted = tuple[Learnt, Limits, list[Source], list[Source]]


def _fit_split(batch: _Batch, usable: list[Source], options: FitOptions) -> Generator[int, None, Fitted]:
    """Some of the first half teach, all others calibrate; teachers that stand out make it teach again without them."""
    half = _teachers(len(usable))
    teachers = _some(usable[:half])
    judged = [source for source in usable if source not in teachers]
    learnt = yield from _learn(batch, teachers)
    maxima = yield from _maxima(batch, judged, learnt)
    limits = calibrated(maxima, LANES, options.rate)
    own = yield from _maxima(batch, teachers, learnt)
    doubtful = _above(own, limits)
    if doubtful:
        teachers, out = _without(teachers, doubtful)
        learnt = yield from _learn(batch, teachers)
        maxima = yield from _maxima(batch, judged, learnt)
        limits = calibrated(maxima, LANES, options.rate)
        limits = Limits(
            limits.lanes,
            limits.normals,
            (*limits.suspects, *range(len(judged), len(judged) + len(out))),
            limits.promised,
        )
        judged = [*judged, *out]
    return learnt, limits, teachers, judged


def _fit_crossed(batch: _Batch, usable: list[Source], options: FitOptions) -> Generator[int, None, Fitted]:
    """Each half calibrates what the other taught; the model is then learnt from all that are not suspected."""
    maxima, groups = yield from _crossed_maxima(batch, usable)
    limits = calibrated(maxima, LANES, options.rate, groups)
    suspects = list(limits.suspects)
    clean, _ = _without(usable, suspects)
    if suspects:
        # what stood out also taught: the others' limits are measured again without it
        maxima, groups = yield from _crossed_maxima(batch, clean)
        limits = calibrated(maxima, LANES, options.rate, groups)
        suspects = sorted([*suspects, *(usable.index(clean[place]) for place in limits.suspects)])
        clean, _ = _without(usable, suspects)
    teachers = _some(clean)
    learnt = yield from _learn(batch, teachers)
    yield from _agreed(batch, teachers, learnt, limits)
    return learnt, replace(limits, suspects=tuple(suspects)), teachers, usable


def _agreed(
    batch: _Batch, teachers: list[Source], learnt: Learnt, limits: Limits
) -> Generator[int, None, None]:
    """ModelError where what all taught together does not know its own teachers: limits came from the halves."""
    maxima = yield from _maxima(batch, [teachers[p] for p in spread_over(len(teachers), CHECKED)], learnt)
    values = np.array([channel.limit for lane in limits.lanes for channel in lane.channels])
    if float(np.median((maxima / values).max(axis=1))) > 1.0:
        raise ModelError(
            f"{batch.name}: its recordings do not teach the same when they are taken together and by halves; "
            "give more of them, or leave out what is different"
        )


def _crossed_maxima(
    batch: _Batch, sources: list[Source]
) -> Generator[int, None, tuple[NDArray[np.float64], list[int]]]:
    """Each half judged by what the other taught, in the order of `sources`; and the half of each."""
    half = _teachers(len(sources))
    first, second = sources[:half], sources[half:]
    by_second = yield from _maxima(batch, first, (yield from _learn(batch, _some(second))))
    by_first = yield from _maxima(batch, second, (yield from _learn(batch, _some(first))))
    return np.concatenate([by_second, by_first]), [0] * len(first) + [1] * len(second)


def _some(sources: list[Source]) -> list[Source]:
    return [sources[place] for place in spread_over(len(sources), MOST_LEARNT)]


def _learn(batch: _Batch, teachers: list[Source]) -> Generator[int, None, Learnt]:
    return (yield from learn(Videos(lambda number: batch.load(teachers[number]), len(teachers))))


def _maxima(
    batch: _Batch, sources: Sequence[Source], learnt: Learnt
) -> Generator[int, None, NDArray[np.float64]]:
    """The largest value of each channel in each recording, limits being 1."""
    rows = []
    for source in sources:
        video = batch.load(source)
        rows.append(channel_maxima(video.frames, learnt.tables, learnt.stages, video.stated, UNLIMITED))
        yield 1
    return np.stack(rows)


UNLIMITED: tuple[Lane, ...] = tuple(
    lane.model_copy(
        update={"channels": tuple(channel.model_copy(update={"limit": 1.0}) for channel in lane.channels)}
    )
    for lane in LANES
)


def _above(maxima: NDArray[np.float64], limits: Limits) -> list[int]:
    """Teachers that their own pupil raises by far: rows of maxima."""
    values = np.array([channel.limit for lane in limits.lanes for channel in lane.channels])
    return [int(row) for row in np.flatnonzero((maxima / values).max(axis=1) > 1.5)]


def _without(sources: Sequence[Source], places: Sequence[int]) -> tuple[list[Source], list[Source]]:
    out = [sources[place] for place in places if place < len(sources)]
    kept = [source for place, source in enumerate(sources) if place not in set(places)]
    if len(kept) < 2:
        raise ModelError("too many of the recordings stand out from each other to say what is normal")
    return kept, out
