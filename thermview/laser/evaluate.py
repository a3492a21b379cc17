"""How well laser scores do: false alarms on normals, faults found by size and duration, time to alarm.

The unit is a recording. In each batch the first recordings teach (what can be taught), the next set the
thresholds, the rest are tested: no recording does two of these. Known faulty recordings are only scored.
Faults are injected into the tested recordings, pixel by pixel; the published centroid-noise test is done
on pixels too. Everything that is counted ends up in one mapping of plain values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from time import perf_counter

from thermview.capture.context import ContextFinder
from thermview.errors import ModelError, ReadError, ThermviewError
from thermview.inference import Model
from thermview.jobs import Progress, Steps
from thermview.laser.evaluate_findings import CALIBRATION, FIT, TEST, Findings, column
from thermview.laser.evaluate_methods import Judged, load, methods_of, track_of
from thermview.laser.evaluate_plan import (
    Aside,
    BatchPlan,
    Options,
    Plan,
    in_turn,
    plan_of,
    read_truth,
)
from thermview.laser.evaluate_rules import Level, Rule, calibrated_rule, own_rule, tell, tell_new
from thermview.laser.evaluate_tables import tables
from thermview.laser.evaluate_trials import Trial, shared_out, trials_of
from thermview.laser.faults import inject, jittered
from thermview.laser.videos import Source, Video

NOISE_PX = 0.141
"""Standard deviation of the published centroid noise, each way."""


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
    plan = plan_of(folder, paths, read_truth(folder), options)
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
        self._methods = methods_of(self.model, self.options.baselines)
        self._finder = ContextFinder(self.folder)
        self._trials = list(trials_of(self.options))
        self._done = 0
        self._lost: set[str] = set()
        normals = sum(len(b.fit) + len(b.calibration) + len(b.test) for b in self.plan.batches)
        tests = sum(len(b.test) for b in self.plan.batches)
        self._total = normals + len(self.plan.aside) + len(self._trials) + 3 * tests
        self.findings.frames = [0] * len(self._methods)
        self.findings.seconds = [0.0] * len(self._methods)
        self.findings.problems += self.plan.notices

    def run(self) -> Steps:
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
        rules = self._rules(levels, names)
        for item in self.plan.aside:
            yield from self._aside(item, rules, names)
        tested = [s for s in in_turn([batch.test for batch in usable]) if s.id not in self._lost]
        self._done = self._total - len(self._trials) - 3 * len(tested)  # of the lost nothing more is asked
        for source, trials in zip(tested, shared_out(self._trials, len(tested)), strict=True):
            yield from self._faults(source, trials, rules)
        result = tables(self.plan, self.model, self.options, self._methods, rules, levels, self.findings)
        result = {"folder": self.folder.name, "seconds": round(perf_counter() - self._began, 1), **result}
        yield Progress(self._total, self._total, result, "recordings")

    def _normals(self, batch: BatchPlan) -> Steps:
        """Teach the methods that learn, then score the batch's normal recordings, those that taught first."""
        tracks = []
        for source in batch.fit:
            video = self._load(source)
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
                video = self._load(source, again=role == FIT)
                judged = None if video is None else self._judge(video)
                if judged is None:
                    self._lost.add(source.id)
                else:
                    self.findings.add_normal(role, batch.name, [item.score for item in judged])
                yield self._step()

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
            self._done += len(trials) + 3
            return
        yield self._step()
        for trial in trials:
            frames, truth = inject(video.frames, trial.placed(len(video.frames)))
            judged = self._judge(video.changed(frames))
            if judged is not None:
                span = truth["first"], truth["last"]
                told = [
                    tell_new(judged[r.method], untouched[r.method], r.limits[video.batch], *span)
                    for r in rules
                ]
                self.findings.told.append((trial, video.frame_rate, told))
            yield self._step()
        yield from self._noise(video)

    def _noise(self, video: Video) -> Steps:
        """The published noise, then the same interpolation without it."""
        seed = self.options.seed + self._done
        for steady, kept in ((False, self.findings.noisy), (True, self.findings.moved)):
            judged = self._judge(video.changed(jittered(video.frames, NOISE_PX, seed, steady=steady)))
            if judged is not None:
                kept.setdefault(video.batch, []).append([item.score for item in judged])
            yield self._step()

    def _levels(self, place: int, names: Sequence[str]) -> dict[str, Level]:
        """Per batch, from the recordings that taught: methods that learn know these better than others, yet
        calibration and tested recordings are put on the same scale, so that thresholds stay honest."""
        return {name: Level.of(column(self.findings.normals[FIT][name], place)) for name in names}

    def _rules(self, levels: Sequence[dict[str, Level]], names: Sequence[str]) -> list[Rule]:
        rules = []
        for place, method in enumerate(self._methods):
            own = own_rule(method, place, names)
            normals = {name: column(self.findings.normals[CALIBRATION][name], place) for name in names}
            rules += [own] if own is not None else []
            rules.append(calibrated_rule(method, place, levels[place], normals, self.options.rate))
        return rules

    def _load(self, source: Source, *, again: bool = False) -> Video | None:
        """None where it cannot be used, which is told once."""
        try:
            return load(source, self._finder, self.model.card)
        except ThermviewError as error:
            if not again:
                self.findings.problems.append(f"{source.id}: {error}")
            return None

    def _judge(self, video: Video) -> list[Judged] | None:
        try:
            judged = [method.judge(video) for method in self._methods]
        except ThermviewError as error:
            self.findings.problems.append(f"{video.id}: {error}")
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
