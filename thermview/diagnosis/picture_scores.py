"""How atypical each picture is among its class and among the normal pictures: a score, never a verdict.

The p-value of a picture is the share of the pictures it is compared with that are no denser than itself,
itself counted: under "it is like them", a p-value of 1 % or less comes up for 1 % of pictures. There are
two, against its own class and against all normal pictures; the smaller of them, doubled because there were
two chances, is the picture's, and its score is -log10 of it. Pictures of one session are counted one by
one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.densities import PictureDensities
from thermview.scoring import Event, Scores

FALSE_ALARM_RATE = 0.01
CLASS_CAUSE = "atypical in its class"
NORMALS_CAUSE = "atypical among normal pictures"
NOTICE = "Atypical in this capture; that need not mean faulty."
DEFINITION = (
    "Score = -log10 p; p = share of pictures at most as dense, within the class and among all normal "
    "pictures, the smaller of the two doubled."
)


@dataclass(frozen=True)
class PictureScores:
    """Scores of the n pictures of `densities`.

    `p_class`, `p_normals`, `p_values`, `values` (n,): NaN where unknown. `values` are comparable with
    `threshold`, chosen for `false_alarm_rate`.
    """

    densities: PictureDensities
    p_class: NDArray[np.float64]
    p_normals: NDArray[np.float64]
    p_values: NDArray[np.float64]
    values: NDArray[np.float32]
    threshold: float
    false_alarm_rate: float

    def of(self, recording_id: str) -> Scores | None:
        """Everything there is to say of one picture, or None for one that was not embedded."""
        row = self.densities.index.get(recording_id)
        return None if row is None else self._scores(row)

    def __iter__(self) -> Iterator[Scores]:
        return (self._scores(row) for row in range(len(self.densities)))

    def __len__(self) -> int:
        return len(self.densities)

    def cause(self, row: int) -> str:
        """Against which of the two a picture is the less typical."""
        return NORMALS_CAUSE if self.p_normals[row] < self.p_class[row] else CLASS_CAUSE

    def text(self, row: int) -> str:
        """One sentence: less dense than how much of what, and what its neighbours are."""
        if not np.isfinite(self.p_values[row]):
            return "No density can be said of this picture."
        among_normals = self.cause(row) == NORMALS_CAUSE
        p = self.p_normals[row] if among_normals else self.p_class[row]
        name = self.densities.class_names[self.densities.class_codes[row]]
        whom = "all normal pictures" if among_normals else name or "the pictures here"
        return f"less dense than {_percent(1 - p)} % of {whom}; {self._neighbours(row)}"

    def _neighbours(self, row: int) -> str:
        near = self.densities.neighbours[row]
        codes, counts = np.unique(self.densities.class_codes[near[near >= 0]], return_counts=True)
        most = int(counts.argmax())
        name = self.densities.class_names[codes[most]] or "of no class"
        share = f"({counts[most]} of {counts.sum()})"
        if 2 * counts[most] < counts.sum():
            return f"nearest neighbours in other sessions are of many classes, most often {name} {share}"
        return f"nearest neighbours in other sessions are {name} {share}"

    def _scores(self, row: int) -> Scores:
        densities, known = self.densities, bool(np.isfinite(self.p_values[row]))
        score = float(self.values[row])
        anomalous = known and score > self.threshold
        p_value = float(self.p_values[row]) if known else None
        cause = self.cause(row) if anomalous else ""
        events = (Event(0, 0, 0, score, cause, p_value, self.text(row)),) if anomalous else ()
        lanes = {CLASS_CAUSE: self.p_class, NORMALS_CAUSE: self.p_normals}
        return Scores(
            recording=densities.names[row],
            values=self.values[row : row + 1],
            lanes={name: -np.log10(p[row : row + 1]).astype(np.float32) for name, p in lanes.items()},
            threshold=self.threshold,
            score=score,
            p_value=p_value,
            anomalous=anomalous,
            cause=cause,
            events=events,
            model=densities.model,
            seconds=densities.seconds / max(len(densities), 1),
            notice=self._notice(row, known, anomalous),
        )

    def _notice(self, row: int, known: bool, anomalous: bool) -> str:
        """What must be known to read the verdict: why there is none, or what it does not mean."""
        name = self.densities.class_names[self.densities.class_codes[row]]
        if not known:
            start = f"{name or 'No class'}:"
            about = [notice for notice in self.densities.notices if notice.startswith(start)]
            return about[0] if about else self.text(row)
        chances = 2 if np.isfinite(self.p_normals[row]) else 1
        if chances / self._counts[self.densities.class_codes[row]] >= self.false_alarm_rate:
            return f"{name or 'The set'} has too few pictures to call one of them atypical at this false-alarm rate."
        return NOTICE if anomalous else ""

    @cached_property
    def _counts(self) -> NDArray[np.intp]:
        """Pictures with a density by class."""
        known = np.isfinite(self.p_class)
        return np.bincount(self.densities.class_codes[known], minlength=len(self.densities.class_names))


def picture_scores(
    densities: PictureDensities, *, false_alarm_rate: float = FALSE_ALARM_RATE
) -> PictureScores:
    """Score every picture; ValueError for a rate outside 0 .. 1."""
    if not 0 < false_alarm_rate < 1:
        raise ValueError("a false-alarm rate lies between 0 and 1")
    values, codes = densities.values, densities.class_codes
    p_class = np.full(len(values), np.nan)
    for code in range(len(densities.class_names)):
        here = codes == code
        p_class[here] = _p_values(values[here], values[here], among=True)
    normal = np.array([densities.is_normal(name) is True for name in densities.class_names], dtype=bool)
    is_normal = normal[codes] if len(codes) else np.zeros(0, dtype=bool)
    p_normals = np.full(len(values), np.nan)
    if np.isfinite(values[is_normal]).any():
        p_normals[is_normal] = _p_values(values[is_normal], values[is_normal], among=True)
        p_normals[~is_normal] = _p_values(values[~is_normal], values[is_normal], among=False)
    both = np.isfinite(p_normals)
    p_values = np.where(both, np.minimum(2 * np.fmin(p_class, p_normals), 1.0), p_class)
    scores = -np.log10(p_values).astype(np.float32) + np.float32(0)  # no minus before a zero
    threshold = float(-np.log10(false_alarm_rate))
    return PictureScores(densities, p_class, p_normals, p_values, scores, threshold, false_alarm_rate)


def _p_values(
    values: NDArray[np.float32], reference: NDArray[np.float32], *, among: bool
) -> NDArray[np.float64]:
    """Share of `reference` at most as dense as each value, the value itself counted; NaN stays NaN."""
    ordered = np.sort(reference[np.isfinite(reference)])
    at_most = np.searchsorted(ordered, values, "right")
    p = at_most / max(len(ordered), 1) if among else (at_most + 1) / (len(ordered) + 1)
    return np.where(np.isfinite(values), p, np.nan)


def _percent(share: float) -> str:
    """As many digits as tell it from 100 %, cut, not rounded up."""
    percent = 100 * max(share, 0.0)
    for digits in (0, 1, 2):
        cut = np.floor(percent * 10**digits + 1e-9) / 10**digits
        if cut < 100 and (digits == 2 or percent < 100 - 10.0 ** (-digits)):
            return f"{cut:.{digits}f}"
    return f"{min(percent, 99.99):.2f}"
