"""Learning the domain lens on half of the capture sessions and judging it on the other half.

A projection learnt with labels widens the gap on the pictures it learnt from whatever the labels are. So three
figures go together, always: where the lens did not learn, where it did, and where the labels were
shuffled between sessions before it learnt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.density import choose_reference, session_density
from thermview.diagnosis.lens_learning import (
    Projection,
    Sample,
    Settings,
    agreement,
    choose_settings,
    learn,
)
from thermview.diagnosis.nearest import Vectors, unit_rows
from thermview.diagnosis.planes import Axes
from thermview.diagnosis.results import HeldOut, Interval, Separation
from thermview.diagnosis.separation import auroc, measure_separation
from thermview.jobs import Progress, Steps, last_result

PERMUTATIONS = 20
LEAST_GAIN = 0.6
"""A held-out AUROC below this is called weak even where it is no chance."""
_TAUGHT_LIMIT, _JUDGED_LIMIT = 40_000, 6_000
_TAUGHT_PER_SESSION = 4
_UNKNOWN = float("nan")

StateOf = Callable[[NDArray[np.intp]], NDArray[np.int8]]


@dataclass(frozen=True, eq=False)
class LearntLens:
    """`projection` to the lens, how it does on pictures it did not learn from, and what to keep in mind."""

    projection: Projection
    held_out: HeldOut
    notices: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Half:
    """Pictures of half of the sessions: `rows` of the vectors, their `sessions` and `classes`."""

    rows: NDArray[np.intp]
    sessions: NDArray[np.intp]
    classes: NDArray[np.intp]

    def sample(self, vectors: Vectors, axes: Axes, per_session: int, limit: int, seed: int) -> Sample:
        """Some of them in principal components; a few of each session say what all do."""
        chosen = choose_reference(
            self.sessions, self.classes, per_session=per_session, limit=limit, seed=seed
        )
        components = (unit_rows(vectors[self.rows[chosen]]) - axes.mean.astype(np.float32)) @ (
            axes.directions.astype(np.float32)
        )
        return Sample(np.nan_to_num(components), self.sessions[chosen], self.classes[chosen])


def learn_domain_lens(
    vectors: Vectors, axes: Axes, taught: Half, judged: Half, state_of: StateOf, *, seed: int = 0
) -> Steps:
    """Learn on `taught`, judge on `judged`; the last result is a LearntLens.

    `axes`: principal axes of the taught half's vectors. `state_of`: class codes to 1 normal, 0 anomaly, -1
    unknown. Both halves must hold at least two classes. Progress counts fits.
    """
    pupils = taught.sample(vectors, axes, _TAUGHT_PER_SESSION, _TAUGHT_LIMIT, seed)
    judges = judged.sample(vectors, axes, 2, _JUDGED_LIMIT, seed)
    own = pupils.subset(choose_reference(pupils.sessions, pupils.classes, limit=_JUDGED_LIMIT, seed=seed))
    settings = choose_settings(pupils, axes.variances, seed)
    yield Progress(1, PERMUTATIONS + 2, unit="fits")
    learnt = learn(pupils, axes.variances, settings)
    held_out = _separation(judges, judges.rows @ learnt, state_of, seed)
    training = _separation(own, own.rows @ learnt, state_of, seed).auroc.value
    generic = _auroc(judges, unit_rows(vectors[judged.rows[_chosen(judged, seed)]]), state_of)
    same = agreement(judges, judges.rows @ learnt)
    yield Progress(2, PERMUTATIONS + 2, unit="fits")
    shuffled, shuffled_same = [], []
    rng = np.random.default_rng(seed)
    for number in range(PERMUTATIONS):
        pupils_there, judges_there = _shuffled(pupils, rng), _shuffled(judges, rng)
        projected = judges.rows @ learn(pupils_there, axes.variances, settings)
        shuffled.append(_auroc(judges_there, projected, state_of))
        shuffled_same.append(agreement(judges_there, projected))
        yield Progress(number + 3, PERMUTATIONS + 2, unit="fits")
    figures = _held_out(held_out.auroc, training, shuffled, generic)
    notices = (_agreement_notice(same, shuffled_same), _settings_notice(settings, taught, judged))
    result = LearntLens(Projection.of(axes, learnt, settings), figures, notices)
    yield Progress(PERMUTATIONS + 2, PERMUTATIONS + 2, result, "fits")


def _chosen(judged: Half, seed: int) -> NDArray[np.intp]:
    return choose_reference(judged.sessions, judged.classes, per_session=2, limit=_JUDGED_LIMIT, seed=seed)


def _densities(sample: Sample, projected: NDArray[np.float64]) -> NDArray[np.float32]:
    names = [""] * (int(sample.classes.max(initial=0)) + 1)
    return np.asarray(last_result(session_density(projected, sample.sessions, sample.classes, names)).values)


def _separation(sample: Sample, projected: NDArray[np.float64], state_of: StateOf, seed: int) -> Separation:
    densities = _densities(sample, projected)
    return measure_separation(densities, state_of(sample.classes), sample.sessions, seed=seed)


def _auroc(sample: Sample, projected: NDArray[np.float64] | NDArray[np.float32], state_of: StateOf) -> float:
    densities, states = _densities(sample, np.asarray(projected)), state_of(sample.classes)
    known = np.isfinite(densities)
    return auroc(densities[known & (states == 1)], densities[known & (states == 0)])


def _shuffled(sample: Sample, rng: np.random.Generator) -> Sample:
    """Classes change places between whole sessions (a session's pictures of one class stay together)."""
    width = int(sample.classes.max(initial=0)) + 1
    units, inverse = np.unique(sample.sessions * width + sample.classes, return_inverse=True)
    return sample.relabelled(rng.permutation(units % width)[inverse])


def _held_out(value: Interval, training: float, shuffled: list[float], generic: float) -> HeldOut:
    finite = [one for one in shuffled if np.isfinite(one)]
    chance = float(np.percentile(finite, 95)) if finite else _UNKNOWN
    least = float(np.percentile(finite, 5)) if finite else _UNKNOWN
    sentence = _sentence(value, chance, least, generic)
    return HeldOut(value, training, tuple(shuffled), chance, sentence)


def _sentence(value: Interval, chance: float, least: float, generic: float) -> str:
    if not np.isfinite(value.value) or not np.isfinite(chance):
        return (
            "How far the domain lens parts normal from anomaly cannot be said: no class is known as either."
        )
    figures = (
        f"AUROC {value.value:.2f} on sessions it did not learn from, {chance:.2f} reached by shuffled labels, "
        f"{generic:.2f} by the generic lens"
    )
    if value.value < least and value.high < 0.5:
        return f"In the domain lens anomalies are denser than normal pictures, not rarer ({figures})."
    if value.value <= chance:
        return f"The domain lens finds no real separation ({figures})."
    if value.value < LEAST_GAIN or not value.low > 0.5:
        return f"The domain lens finds no separation to rely on ({figures})."
    if value.value <= generic:
        return f"The domain lens parts normal from anomaly, but no better than the generic lens ({figures})."
    return f"The domain lens parts normal from anomaly ({figures})."


def _agreement_notice(same: float, shuffled: list[float]) -> str:
    chance = float(np.nanmean(shuffled)) if np.isfinite(shuffled).any() else _UNKNOWN
    return (
        f"Neighbours in sessions that the lens did not learn from are of the same class for {100 * same:.0f} %, "
        f"{100 * chance:.0f} % with shuffled labels (classes counted alike)."
    )


def _settings_notice(settings: Settings, taught: Half, judged: Half) -> str:
    return (
        f"Learnt on {len(np.unique(taught.sessions))} capture sessions, judged on {len(np.unique(judged.sessions))} "
        f"others; shrinkage {settings.shrinkage:g}, padding {settings.padding:g}, chosen on held-out sessions."
    )
