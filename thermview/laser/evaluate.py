"""How well laser scores do: false alarms on normals, faults found by size and duration, time to alarm.

The unit is a recording. In each batch the first recordings teach (what can be taught), the next set the
thresholds, the rest are tested: no recording does two of these. A model of normality is fitted to those that
teach, with limits of its own, and judged beside the model that was asked for. Known faulty recordings are only scored.
Faults are injected into the tested recordings, pixel by pixel; the published centroid-noise test is done
on pixels too. Everything that is counted ends up in one mapping of plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from thermview.capture.context import ContextFinder
from thermview.errors import ModelError, ReadError, ThermviewError
from thermview.inference import Model
from thermview.jobs import Progress, Steps
from thermview.laser.evaluate_findings import CALIBRATION, FIT, TEST, Findings, column
from thermview.laser.evaluate_fitted import (
    Fitted,
    Timing,
    cost_of,
    fitted,
    timing_of,
    unknown_row,
    without,
)
from thermview.laser.evaluate_methods import Judged, load, methods_of, track_of
from thermview.laser.evaluate_plan import (
    Aside,
    BatchPlan,
    Options,
    Plan,
    in_turn,
    plan_of,
    truth_about,
)
from thermview.laser.evaluate_rules import Level, Rule, calibrated_rule, own_rule, tell, tell_new
from thermview.laser.evaluate_tables import tables
from thermview.laser.evaluate_trials import Trial, faulty, shared_out, trials_of
from thermview.laser.fault_gains import camera_gain
from thermview.laser.faults import jittered
from thermview.laser.metadata_doubts import MetadataDoubts
from thermview.laser.videos import Source, Video, check_light

NOISE_PX = 0.141
"""Standard deviation of the published centroid noise, each way."""
SHOWN_AS_UNKNOWN = 3
"""Tested recordings of a batch that are shown to a model that does not know it."""


def evaluate(folder: Path, paths: Sequence[Path], model: Model, options: Options | None = None) -> Steps:
    """Evaluate on the laser recordings at `paths` (in the order of time) below `folder`.

    Progress counts scored recordings; the last step's result is the mapping of all numbers. Recordings
    that cannot be used are told in its `problems`. ModelError where the model scores no recordings,
    ReadError where no batch has enough normal ones.
    """
    options = options or Options()
    if model.card.kind != "laser score":
        raise ModelError(
            f"{model.card.name}: a model of kind {model.card.kind!r} does not score laser videos."
        )
    plan = plan_of(folder, paths, truth_about(folder, paths), options)
    yield from _Evaluation(folder, plan, model, options).run()


@dataclass
class _Evaluation:
    folder: Path
    plan: Plan
    model: Model
    options: Options
    findings: Findings = field(default_factory=Findings)

    def __post_init__(self) -> None:
        self._began = perf_counter()
        self._finder = ContextFinder(self.folder)
        self._trials = list(trials_of(self.options))
        self._fitted: Fitted | None = None
        self._gains: dict[str, NDArray[np.float32] | None] = {}
        self._done = 0
        self._moves = 2 if self.options.noise else 0  # of each tested recording: with noise, and its control
        self._lost: set[str] = set()
        self._taught = sum(len(b.fit) for b in self.plan.batches) if self.options.fit else 0
        normals = sum(len(b.fit) + len(b.calibration) + len(b.test) for b in self.plan.batches)
        tests = sum(len(b.test) for b in self.plan.batches)
        self._total = self._taught + normals + len(self.plan.aside) + len(self._trials)
        self._total += (1 + self._moves) * tests
        self.findings.problems += self.plan.notices

    def run(self) -> Steps:
        """Everything; what was fitted lies in a temporary folder meanwhile."""
        with TemporaryDirectory(prefix="thermview-") as place:
            yield from self._fit(Path(place))
            yield from self._measure(Path(place))

    def _fit(self, place: Path) -> Steps:
        """One model for all batches, from the recordings that teach; without it where none can be fitted."""
        models = [self.model]
        try:
            if self.options.fit:
                self._fitted = yield from self._learn(place)
                models.append(self._fitted.model)
                self.findings.notices += self._fitted.problems
        except ThermviewError as error:
            self.findings.notices.append(f"No model of normality was fitted: {str(error).rstrip('.')}.")
        self._done = self._taught
        self._methods = methods_of(models, self.options.baselines)
        self.findings.frames = [0] * len(self._methods)
        self.findings.seconds = [0.0] * len(self._methods)

    def _learn(self, place: Path) -> Generator[Progress, None, Fitted]:
        run = fitted(self.folder, self.plan, place)
        while True:
            try:
                share = next(run)
            except StopIteration as stop:
                found: Fitted = stop.value
                return found
            yield Progress(int(share * self._taught), self._total, None, "recordings")

    def _measure(self, place: Path) -> Steps:
        for batch in self.plan.batches:
            yield from self._normals(batch)
            if not self.findings.complete(batch.name):
                self.findings.problems.append(
                    f"{batch.name}: too few of its recordings can be used, left out."
                )
        usable = [batch for batch in self.plan.batches if self.findings.complete(batch.name)]
        if not usable:
            said = f" ({self.findings.problems[-1]})" if self.findings.problems else ""
            raise ReadError(f"{self.folder.name}: no batch could be evaluated{said}.")
        names = [batch.name for batch in usable]
        levels = [self._levels(place, names) for place in range(len(self._methods))]
        rules = self._rules(names)
        for item in self.plan.aside:
            yield from self._aside(item, rules, names)
        if self._fitted is not None:
            yield from self._of_fitted(self._fitted, usable, place)
        tested = [s for s in in_turn([batch.test for batch in usable]) if s.id not in self._lost]
        self._done = self._total - len(self._trials) - 3 * len(tested)  # of the lost nothing more is asked
        for source, trials in zip(tested, shared_out(self._trials, len(tested)), strict=True):
            yield from self._faults(source, trials, rules)
        self.findings.tell_once()
        result = tables(self.plan, self.model, self.options, self._methods, rules, levels, self.findings)
        result = {"folder": self.folder.name, "seconds": round(perf_counter() - self._began, 1), **result}
        yield Progress(self._total, self._total, result, "recordings")

    def _of_fitted(self, found: Fitted, usable: Sequence[BatchPlan], place: Path) -> Steps:
        """What the fitted model costs, and what it says of batches that it does not know."""
        known = found.model.card.normality
        timings: list[Timing] = []
        for plan in usable:
            sources = [source for source in plan.test if source.id not in self._lost][:SHOWN_AS_UNKNOWN]
            videos = [video for video in map(self._load, sources) if video is not None]
            batch = known.get(plan.name)
            if batch is None or not videos:
                continue
            timings.append(timing_of(sources[0], videos[0], found.model, batch))
            others = without(found, plan.name, place) if len(known) > 1 else None
            self.findings.unknown.append(unknown_row(plan.name, videos, found.model, others))
            yield Progress(self._done, self._total, None, "recordings")
        self.findings.cost = cost_of(found, timings)

    def _normals(self, batch: BatchPlan) -> Steps:
        """Teach the methods that learn, then score the batch's normal recordings, those that taught first."""
        tracks, doubts = [], MetadataDoubts(batch.name)
        for source in batch.fit:
            video = self._normal(source)
            if video is not None:
                tracks.append(track_of(video))
            yield Progress(self._done, self._total, None, "recordings")
        if not tracks:
            self._done += len(batch.fit) + len(batch.calibration) + len(batch.test)
            return
        for method in self._methods:
            method.fit(batch.name, tracks)
        for role, sources in ((FIT, batch.fit), (CALIBRATION, batch.calibration), (TEST, batch.test)):
            for source in sources:
                video = self._normal(source, again=role == FIT)
                judged = None if video is None else self._judge(video)
                if video is None or judged is None:
                    self._lost.add(source.id)
                else:
                    doubts.add(video)
                    self.findings.add_normal(role, batch.name, [item.score for item in judged])
                yield self._step()
        self.findings.notices += doubts.sentences

    def _aside(self, item: Aside, rules: Sequence[Rule], names: Sequence[str]) -> Steps:
        video = self._load(item.source) if item.source.batch in names else None
        judged = None if video is None else self._judge(video)
        if video is not None and judged is not None:
            first, last = item.span(len(video.frames))
            told = [tell(judged[r.method], r.limits[video.batch], first, last) for r in rules]
            self.findings.aside.append((item, [one.score for one in judged], told))
        yield self._step()

    def _faults(self, source: Source, trials: Sequence[Trial], rules: Sequence[Rule]) -> Steps:
        """Put one fault after another into a tested recording; then the noise, and its control."""
        video = self._load(source, again=True)
        untouched = None if video is None else self._judge(video)
        if video is None or untouched is None:
            self._done += len(trials) + 1 + self._moves
            return
        yield self._step()
        for trial in trials:
            made = faulty(video, trial, self._gain(video))
            judged = None if made is None else self._judge(made[0])
            if made is not None and judged is not None:
                span = made[1]["first"], made[1]["last"]
                told = [
                    tell_new(judged[r.method], untouched[r.method], r.limits[video.batch], *span)
                    for r in rules
                ]
                self.findings.told.append((trial, video.frame_rate, told))
            yield self._step()
        if self.options.noise:
            yield from self._noise(video)

    def _noise(self, video: Video) -> Steps:
        """The published noise, then the same interpolation without it."""
        seed, gain = self.options.seed + self._done, self._gain(video)
        for steady, kept in ((False, self.findings.noisy), (True, self.findings.moved)):
            judged = self._judge(video.relit(jittered(video.light, NOISE_PX, seed, steady=steady, gain=gain)))
            if judged is not None:
                kept.setdefault(video.batch, []).append([item.score for item in judged])
            yield self._step()

    def _gain(self, video: Video) -> NDArray[np.float32] | None:
        """Of the batch's camera, by the first recording that is asked about; None where it cannot be told."""
        if video.batch not in self._gains:
            self._gains[video.batch] = camera_gain(video.light, video.obstacles)
            if self._gains[video.batch] is None:
                self.findings.notices.append(
                    f"{video.batch}: its camera's gains are not known; moved light takes them along."
                )
        return self._gains[video.batch]

    def _levels(self, place: int, names: Sequence[str]) -> dict[str, Level]:
        """Per batch, from the calibration recordings: methods that learn know those that taught better than others."""
        return {name: Level.of(column(self.findings.normals[CALIBRATION][name], place)) for name in names}

    def _rules(self, names: Sequence[str]) -> list[Rule]:
        rules = []
        for place, method in enumerate(self._methods):
            own = own_rule(method, place, names)
            normals = {name: column(self.findings.normals[CALIBRATION][name], place) for name in names}
            rules += [own] if own is not None else []
            rules.append(calibrated_rule(method, place, normals, self.options.rate))
        return rules

    def _normal(self, source: Source, *, again: bool = False) -> Video | None:
        """A recording that counts as normal; None where it cannot be used or shows no usable light."""
        return self._load(source, again=again, check=check_light)

    def _load(
        self, source: Source, *, again: bool = False, check: Callable[[Video], None] | None = None
    ) -> Video | None:
        """None where it cannot be used, which is told once."""
        try:
            video = load(source, self._finder, self.model.card)
            if check is not None:
                check(video)
            return video
        except ThermviewError as error:
            if not again:
                self.findings.problems.append(source.told(error))
            return None

    def _judge(self, video: Video) -> list[Judged] | None:
        try:
            judged = [method.judge(video) for method in self._methods]
        except ThermviewError as error:
            self.findings.problems.append(Source(video.id, video.path).told(error))
            return None
        if not all(isfinite(item.score) for item in judged):
            self.findings.problems.append(f"{video.id}: no frame could be scored.")
            return None
        for place, item in enumerate(judged):
            self.findings.frames[place] += item.frames
            self.findings.seconds[place] += item.seconds
        return judged

    def _step(self) -> Progress:
        self._done += 1
        return Progress(self._done, self._total, None, "recordings")
