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
_SURE = 2.6
"""Standard deviations; of 20 shufflings the highest alone would be too weak a bar."""

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


@dataclass(frozen=True, eq=False)
class Trial:
    """A lens learnt on `pupils` and judged on `judges`, which are of other sessions."""

    pupils: Sample
    judges: Sample
    variances: NDArray[np.float64]
    settings: Settings
    state_of: StateOf

    def matrix(self) -> NDArray[np.float64]:
        """What the pupils teach."""
        return learn(self.pupils, self.variances, self.settings)

    def shuffled(self, rng: np.random.Generator) -> tuple[float, float]:
        """Held-out AUROC and agreement of neighbours with labels shuffled between sessions."""
        judges = _shuffled(self.judges, rng)
        projected = judges.rows @ learn(_shuffled(self.pupils, rng), self.variances, self.settings)
        return _auroc(judges, projected, self.state_of), agreement(judges, projected)


def learn_domain_lens(
    vectors: Vectors, axes: tuple[Axes, Axes], taught: Half, judged: Half, state_of: StateOf, *, seed: int = 0
) -> Steps:
    """Learn on `taught`, judge on `judged`; the last result is a LearntLens.

    `axes`: principal axes of the taught and of the judged half's vectors. `state_of`: class codes to 1 normal, 0
    anomaly, -1 unknown. Both halves must hold at least two classes. The halves also change places once:
    a lens that parts well in one direction only has been lucky with its sessions. Progress counts fits.
    """
    total = 2 * PERMUTATIONS + 2
    there = _trial(vectors, axes[0], taught, judged, state_of, seed)
    yield Progress(1, total, unit="fits")
    back = _trial(vectors, axes[1], judged, taught, state_of, seed)
    yield Progress(2, total, unit="fits")
    learnt = there.matrix()
    held_out = _separation(there.judges, there.judges.rows @ learnt, state_of, seed)
    own = there.pupils.subset(
        choose_reference(there.pupils.sessions, there.pupils.classes, limit=_JUDGED_LIMIT, seed=seed)
    )
    generic = _auroc(there.judges, unit_rows(vectors[judged.rows[_chosen(judged, seed)]]), state_of)
    rng = np.random.default_rng(seed)
    shuffled, shuffled_back = [], []
    for number in range(PERMUTATIONS):
        shuffled.append(there.shuffled(rng))
        yield Progress(2 * number + 3, total, unit="fits")
        shuffled_back.append(back.shuffled(rng)[0])
        yield Progress(2 * number + 4, total, unit="fits")
    figures = Figures(
        held_out.auroc,
        _separation(own, own.rows @ learnt, state_of, seed).auroc.value,
        _auroc(back.judges, back.judges.rows @ back.matrix(), state_of),
        generic,
        tuple(area for area, _ in shuffled),
        tuple(shuffled_back),
    )
    same = agreement(there.judges, there.judges.rows @ learnt)
    notices = (
        _agreement_notice(same, [share for _, share in shuffled]),
        _settings_notice(there.settings, taught, judged),
    )
    projection = Projection.of(axes[0], learnt, there.settings)
    yield Progress(total, total, LearntLens(projection, figures.held_out(), notices), "fits")


def _trial(vectors: Vectors, axes: Axes, taught: Half, judged: Half, state_of: StateOf, seed: int) -> Trial:
    pupils = taught.sample(vectors, axes, _TAUGHT_PER_SESSION, _TAUGHT_LIMIT, seed)
    judges = judged.sample(vectors, axes, 2, _JUDGED_LIMIT, seed)
    return Trial(pupils, judges, axes.variances, choose_settings(pupils, axes.variances, seed), state_of)


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


@dataclass(frozen=True)
class Figures:
    """AUROC of normal over anomaly: where the lens did not learn, where it did, with the halves in each other's
    place, in the generic lens on the same pictures, and with shuffled labels in both directions."""

    there: Interval
    training: float
    back: float
    generic: float
    shuffled: tuple[float, ...]
    shuffled_back: tuple[float, ...]

    def held_out(self) -> HeldOut:
        """As it is reported."""
        known = np.isfinite(self.shuffled)
        chance = float(np.percentile(np.array(self.shuffled)[known], 95)) if known.any() else _UNKNOWN
        sentence, separates = self._sentence(chance), self.separates(chance)
        return HeldOut(self.there, self.training, self.shuffled, chance, sentence, separates)

    def _sureness(self) -> float:
        """How many standard deviations of shuffled labels both directions together lie above their mean."""
        both = (np.array(self.shuffled) + np.array(self.shuffled_back)) / 2
        both = both[np.isfinite(both)]
        if len(both) < 2 or not np.isfinite(self.back):
            return 0.0
        return float(((self.there.value + self.back) / 2 - both.mean()) / max(both.std(ddof=1), 1e-9))

    def _sentence(self, chance: float) -> str:
        value = self.there.value
        if not np.isfinite(value) or not np.isfinite(chance):
            return "How far the domain lens parts normal from anomaly cannot be said: too few are known as either."
        figures = (
            f"AUROC {value:.2f} on sessions it did not learn from, {self.back:.2f} with the halves in each other's "
            f"place, {chance:.2f} reached by shuffled labels, {self.generic:.2f} by the generic lens"
        )
        if self.there.high < 0.5 and self._sureness() < -_SURE:
            return f"In the domain lens anomalies are denser than normal pictures, not rarer ({figures})."
        if value <= chance:
            return f"The domain lens finds no real separation ({figures})."
        if not self.separates(chance):
            return f"The domain lens finds no separation to rely on ({figures})."
        if value <= self.generic:
            return (
                f"The domain lens parts normal from anomaly, but no better than the generic lens ({figures})."
            )
        return f"The domain lens parts normal from anomaly ({figures})."

    def separates(self, chance: float) -> bool:
        """Whether the lens may be said to part normal from anomaly."""
        large = self.there.value > max(chance, LEAST_GAIN) and self.there.low > 0.5
        return large and self._sureness() >= _SURE


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
