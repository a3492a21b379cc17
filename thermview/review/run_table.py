"""A batch in the order of production: our scores, those of another tool, and how they compare."""

from __future__ import annotations

import csv
import io
import math
import os
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mode
from typing import Protocol

import numpy as np

from thermview.capture.listing import natural_key
from thermview.errors import ExportError, reason
from thermview.inference.card import ModelId
from thermview.review.evidence import check_outside
from thermview.review.robust import Floats, ranks, robust_z, spearman
from thermview.review.run_chart import RunChart, run_chart


class Judged(Protocol):
    """What is known of a scored recording."""

    @property
    def score(self) -> float: ...
    @property
    def anomalous(self) -> bool: ...
    @property
    def cause(self) -> str: ...
    @property
    def p_value(self) -> float | None: ...
    @property
    def threshold(self) -> float | None: ...
    @property
    def model(self) -> ModelId | None: ...


@dataclass(frozen=True)
class Comparison:
    """Two rows of scores (n,) of the same recordings side by side; NaN where one has none.

    Ranks count from 1 for the highest score; z are robust, against all others of the batch. `spearman` is the rank
    correlation over the `common` recordings that both have scored, None for fewer than three.
    """

    our_ranks: Floats
    our_z: Floats
    their_ranks: Floats
    their_z: Floats
    common: int
    spearman: float | None


@dataclass(frozen=True)
class RunTable:
    """One batch in the order of production; all rows are (n,).

    `ours` and `theirs` are scores, NaN where there is none; `judged` is what we know beyond the score. The chart
    is of our scores, or of theirs where `charts_theirs`. `model` gave most of ours: only its scores are compared with
    each other, those of other models stand apart in the chart.
    """

    batch: str
    recordings: tuple[str, ...]
    judged: tuple[Judged | None, ...]
    ours: Floats
    theirs: Floats
    method: str
    chart: RunChart
    charts_theirs: bool
    comparison: Comparison
    model: ModelId | None = None


def batch_of(recording: str) -> str:
    """The batch of a recording: the folder that it lies in."""
    return recording.rpartition("/")[0]


def batches_of(*scored: Iterable[str]) -> tuple[str, ...]:
    """The batches of these recordings in natural order."""
    return tuple(sorted({batch_of(name) for names in scored for name in names}, key=natural_key))


def run_table(
    batch: str,
    ours: Mapping[str, Judged],
    theirs: Mapping[str, float] | None = None,
    method: str = "",
    *,
    reference: int | None = None,
) -> RunTable:
    """The table of a batch, from scores by recording id.

    `reference`: the first so many scores make the limits. The chart is of our scores; where we have none, of theirs.
    """
    theirs = theirs or {}
    names = {name for name in (*ours, *theirs) if batch_of(name) == batch}
    order = tuple(sorted(names, key=natural_key))
    judged = tuple(ours.get(name) for name in order)
    scores = np.array([np.nan if item is None else item.score for item in judged], np.float64)
    other = np.array([theirs.get(name, np.nan) for name in order], np.float64)
    charts_theirs = not np.isfinite(scores).any()
    model = _model(judged)
    apart = np.array([item is not None and item.model != model for item in judged], np.bool_)
    if charts_theirs:
        chart = run_chart(other, reference=reference)
    else:
        alarmed = [item is not None and item.anomalous for item in judged]
        level = _threshold(judged, model)
        chart = run_chart(scores, threshold=level, alarmed=alarmed, apart=apart, reference=reference)
    compared = compare(np.where(apart, np.nan, scores), other)
    return RunTable(batch, order, judged, scores, other, method, chart, charts_theirs, compared, model)


def _model(judged: Sequence[Judged | None]) -> ModelId | None:
    """Whose scores most of these are: of equally many the first's."""
    known = [item.model for item in judged if item is not None and math.isfinite(item.score)]
    return mode(known) if known else None


def _threshold(judged: Sequence[Judged | None], model: ModelId | None) -> float | None:
    """The threshold of a model's scores in the batch; where one was dragged elsewhere, that of the others."""
    own = [item for item in judged if item is not None and item.model == model]
    stated = [item.threshold for item in own if item.threshold is not None]
    return mode(stated) if stated else None


def compare(ours: Floats, theirs: Floats) -> Comparison:
    """Two rows of scores (n,) side by side; NaN is no score."""
    both = np.isfinite(ours) & np.isfinite(theirs)
    return Comparison(
        _among_known(ours, _from_highest), _among_known(ours, robust_z),
        _among_known(theirs, _from_highest), _among_known(theirs, robust_z),
        int(both.sum()), spearman(ours[both], theirs[both]),
    )  # fmt: skip


def _from_highest(values: Floats) -> Floats:
    return ranks(-values)


def _among_known(values: Floats, measure: Callable[[Floats], Floats]) -> Floats:
    known = np.isfinite(values)
    result = np.full(values.shape, np.nan)
    result[known] = measure(values[known])
    return result


# -- as a file -------------------------------------------------------------------------------------


def table_rows(table: RunTable) -> list[list[str]]:
    """Header and rows of a table as text; a cell is empty where nothing is known."""
    chart, compared = table.chart, table.comparison
    limits, ewma = chart.limits, chart.ewma
    clusters = {n: str(k) for k, cluster in enumerate(chart.clusters, 1) for n in cluster.members}
    header = [
        "number", "name", "score", "threshold", "charted", "alarm", "cause", "p_value", "rank", "robust_z",
        "centre", "lower_limit", "upper_limit", "outside_limits", "ewma", "ewma_lower", "ewma_upper",
        "ewma_outside", "level_shift", "micro_event_cluster", "precursor_of",
        "other_method", "other_score", "other_rank", "other_robust_z", "model", "apart",
    ]  # fmt: skip
    shifts = {shift.at: shift.sigmas for shift in chart.shifts}
    warned = {p.first: table.recordings[p.alarm] for p in chart.precursors}
    rows = [header]
    for n, name in enumerate(table.recordings):
        item = table.judged[n]
        band = (limits.centre, limits.lower, limits.upper) if limits else (None,) * 3
        line = (ewma.values[n], ewma.lower[n], ewma.upper[n]) if ewma else (None,) * 3
        rows.append([
            str(n + 1), name, _cell(table.ours[n]), _cell(item.threshold if item else None),
            table.method if table.charts_theirs else "score",
            _yes(n in chart.alarms), item.cause if item and item.anomalous else "",
            _cell(item.p_value if item else None), _cell(compared.our_ranks[n]), _cell(compared.our_z[n]),
            *map(_cell, band), _yes(n in chart.beyond), *map(_cell, line),
            _yes(ewma is not None and n in ewma.signals), _cell(shifts.get(n)), clusters.get(n, ""),
            warned.get(n, ""), table.method, _cell(table.theirs[n]), _cell(compared.their_ranks[n]),
            _cell(compared.their_z[n]), item.model.name if item and item.model else "", _yes(n in chart.apart),
        ])  # fmt: skip
    return rows


def write_table(table: RunTable, target: Path, captures: Iterable[Path]) -> None:
    """Write a table as CSV, whole or not at all. ExportError where that fails or `target` lies in a capture."""
    check_outside(target, captures)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table_rows(table))
    temporary = target.with_name(f".{target.name[:40]}.{uuid.uuid4().hex[:12]}.part")
    try:
        try:
            temporary.write_text(text.getvalue(), "utf-8")
            os.replace(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        why = error.strerror or reason(error)
        raise ExportError(f"{target} cannot be written ({why}); choose another place.") from error


def _cell(value: float | None) -> str:
    return "" if value is None or not np.isfinite(value) else f"{value:.9g}"


def _yes(true: bool) -> str:
    return "yes" if true else ""
