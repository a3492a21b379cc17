"""What a diagnosis says: the values that its report, its window pages and its fixes are made from.

Rows are those of the diagnosis' PictureTable throughout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.embedding_cache import EmbeddingRows
from thermview.diagnosis.table import PictureTable
from thermview.scoring import ModelId

Rows = NDArray[np.intp]


class Severity(StrEnum):
    """How much a finding matters for training on the set."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, eq=False)
class Finding:
    """A statement on the set with its evidence.

    `kind`: what sort ("contamination", "distance split"). `numbers`: what the sentence rests on, by name.
    `rows`: pictures as evidence, the most telling first. `standard`: the code of the data quality measure of
    ISO/IEC 5259-2 that it belongs to, "" where there is none. `advice`: what to do, one sentence.
    """

    kind: str
    severity: Severity
    sentence: str
    numbers: Mapping[str, float | int | str]
    rows: Rows
    standard: str = ""
    advice: str = ""


@dataclass(frozen=True)
class Measure:
    """A line of the score card: a measure of ISO/IEC 5259-2 by its code and name, with its value here."""

    code: str
    name: str
    value: float | int | str
    unit: str
    meaning: str


@dataclass(frozen=True, eq=False)
class Annotations:
    """How pictures and annotation files agree.

    `files`: how many were read. `missing`: rows without a record, where the set has records. `dangling`:
    pictures that records speak of and that are not there; `orphans`: annotations that point at no picture of their own
    file. `outside`: rows with a box that reaches out of its
    picture. `issues`: a sentence for each thing wrong in a file. `gaps`: rows whose records leave out what
    others of the set state, by what it is ("ambient_temperature_c", see annotation.PictureRecord).
    """

    files: int
    missing: Rows
    dangling: tuple[str, ...]
    outside: Rows
    issues: tuple[str, ...]
    gaps: Mapping[str, Rows] = field(default_factory=dict)
    orphans: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Hygiene:
    """L1: what can be said without understanding a picture.

    `channels`: "RGB", "RGBA", "grey", "grey + alpha" to number of pictures; `sizes`: (columns, rows) to
    number, the most frequent first. `class_counts`, `class_weights`, `class_blur` (classes,), the last of
    the class's mean picture; no weight (NaN) for pictures of no class (""), which `mean_count`, `sd_count` and
    `max_min_ratio` leave out too. `duplicates`: groups of rows of equal files. `near_duplicates`: groups of
    rows of near-equal pictures in different sessions or classes, or in two boxes of one frame;
    `near_in_session`: how many pictures are near-equal to another of their own session. `notices`: what the
    rows rest on that the set does not state, such as dates far from all others.
    """

    channels: Mapping[str, int]
    bit_depths: Mapping[int, int]
    sizes: Mapping[tuple[int, int], int]
    class_counts: NDArray[np.intp]
    class_weights: NDArray[np.float64]
    class_blur: NDArray[np.float32]
    mean_count: float
    sd_count: float
    max_min_ratio: float
    unreadable: Rows
    empty: Rows
    not_opaque: Rows
    duplicates: tuple[Rows, ...]
    near_duplicates: tuple[Rows, ...]
    near_in_session: int
    annotations: Annotations
    dates_outside: Rows
    odd_distances: Rows
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Interval:
    """A measured value with its 95 % interval by resampling sessions; NaN where it cannot be said."""

    value: float
    low: float = float("nan")
    high: float = float("nan")


@dataclass(frozen=True)
class Separation:
    """How far normal pictures lie above anomalies in density.

    `gap`: difference of the medians, in the lens' own unit; `gap_iqr`: the same over the mean of both sides'
    interquartile ranges; `auroc`: chance that a random normal picture is denser than a random anomaly. The last two
    can be compared between lenses, the first cannot.
    """

    gap: Interval
    gap_iqr: Interval
    auroc: Interval


@dataclass(frozen=True)
class ClassBox:
    """A class in a box chart of densities; whiskers reach to the last value within 1.5 quartile ranges."""

    class_code: int
    count: int
    low: float
    q1: float
    median: float
    q3: float
    high: float


@dataclass(frozen=True, eq=False)
class Pivot:
    """The densest picture of a class and its ten nearest neighbours, nearest first, of any session."""

    class_code: int
    row: int
    neighbours: Rows


@dataclass(frozen=True)
class HeldOut:
    """How a learnt lens separates normal from anomaly: where it did not learn, where it did, and by chance.

    AUROC each. `shuffled`: (permutations,) held-out values with labels shuffled between sessions, `shuffled_95` their
    95 % point. `sentence`: what follows. `separates`: whether it says that the lens parts the two.
    """

    heldout: Interval
    training: float
    shuffled: tuple[float, ...]
    shuffled_95: float
    sentence: str
    separates: bool = False


@dataclass(frozen=True, eq=False)
class Lens:
    """The set seen through one embedding: L2, the generic one, or L3, learnt on the set itself.

    `rows` (m,): table rows of the pictures that have a vector; arrays below are in their order. `values`,
    `plain_values`, `percentiles` (m,): session-aware density, plain density, percentile of the former within the class;
    NaN where unknown. `neighbours` (m, 10): table rows, nearest first, -1 where there are fewer, of other
    sessions. `plane` (m, 2): first two principal components, `plane_mean` where the mean picture's vector lies,
    `plane_share` of variance that they hold. `spread_map` (m, 2): the plane that parts the classes best.
    `boxes`: sorted by median. `lowest`, `highest`: table rows by density, most extreme first.
    `vectors`: (m, dimensions), as kept.
    """

    name: str
    dimensions: int
    definition: str
    plain_definition: str
    rows: Rows
    values: NDArray[np.float32]
    plain_values: NDArray[np.float32]
    percentiles: NDArray[np.float32]
    neighbours: NDArray[np.int32]
    separation: Separation
    plain_separation: Separation
    boxes: tuple[ClassBox, ...]
    plane: NDArray[np.float32]
    plane_mean: tuple[float, float]
    plane_share: tuple[float, float]
    spread_map: NDArray[np.float32]
    lowest: Rows
    highest: Rows
    pivots: tuple[Pivot, ...]
    vectors: EmbeddingRows | NDArray[Any]
    held_out: HeldOut | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Contamination:
    """Pictures of one capture session whose name's object or state disagrees with their class.

    `share`: of the class's pictures. `agreement`: share of their nearest neighbours of other sessions that are of the
    class that the code belongs to elsewhere, NaN without densities. `rows`: all of them, the most suspect first.
    """

    class_code: int
    code: str
    session: str
    rows: Rows
    share: float
    agreement: float


@dataclass(frozen=True, eq=False)
class TokenSplit:
    """A class whose density depends on what a token of the names says (distance, site, hour, date).

    `values`, `medians`, `counts`: per value of the token, in its order. `p`: of the test named in `test`, which
    takes whole sessions, corrected for all tests made. `rows`: pictures of the lowest value's group.
    """

    class_code: int
    token: str
    lens: str
    values: tuple[str, ...]
    medians: tuple[float, ...]
    counts: tuple[int, ...]
    p: float
    test: str
    rows: Rows


@dataclass(frozen=True, eq=False)
class GreyZone:
    """Where an object's normal tail lies over its anomaly head, by density in one lens.

    `thresholds`, `missed`, `false_alarms` (t,): shares of anomalies above and of normals below a threshold.
    `low`, `high`: the zone's ends; `inside`: table rows within, of either state.
    """

    object_name: str
    lens: str
    normal_codes: tuple[int, ...]
    anomaly_codes: tuple[int, ...]
    low: float
    high: float
    thresholds: NDArray[np.float64]
    missed: NDArray[np.float64]
    false_alarms: NDArray[np.float64]
    inside: Rows


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """All of it. `generic` is L2, `domain` L3; None where the set gives no vectors or no two classes.

    `missing`: by a lens' name why it is None, one sentence each. `model_problem`: why the chosen embedding could not
    be used, "" where it could or none was wanted.
    """

    root: Path
    table: PictureTable
    hygiene: Hygiene
    generic: Lens | None
    domain: Lens | None
    shared_lowest: Rows
    contamination: tuple[Contamination, ...]
    splits: tuple[TokenSplit, ...]
    grey_zones: tuple[GreyZone, ...]
    findings: tuple[Finding, ...]
    score_card: tuple[Measure, ...]
    model: ModelId | None
    seconds: float
    notices: tuple[str, ...] = field(default=())
    missing: Mapping[str, str] = field(default_factory=dict)
    model_problem: str = ""

    @property
    def lenses(self) -> tuple[Lens, ...]:
        """Those there are."""
        return tuple(lens for lens in (self.generic, self.domain) if lens is not None)
