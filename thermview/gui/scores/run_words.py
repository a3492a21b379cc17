"""What the run chart says in words; no Qt here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from thermview.gui.parts.plain_words import THIN, count_text, p_text, percent_text, score_text
from thermview.inference.card import ModelId
from thermview.review.run_chart import RunChart
from thermview.review.run_table import RunTable
from thermview.thermal.ticks import number_text

MOST_ALARMS = 30
"""Alarms that are listed one by one."""
MOST_DRIFTS = 6
"""Stretches of drift that are listed one by one, the longest."""


@dataclass(frozen=True)
class Finding:
    """One line below the chart; `at` is the recording it leads to, as an index into the table."""

    text: str
    at: int | None = None
    alarm: bool = False


def short_name(recording: str) -> str:
    """A recording's name without its folder."""
    return recording.rpartition("/")[2]


def batch_name(batch: str) -> str:
    """A batch as it is offered for choice."""
    return batch or "(no folder)"


def headline(table: RunTable) -> str:
    """How the batch did: "Type16: 114 recordings, 1 alarm, 7 outside the control limits"."""
    chart = table.chart
    known = int(np.isfinite(chart.values).sum())
    parts = [count_text(known, "recording"), count_text(len(chart.alarms), "alarm")]
    if chart.limits is not None:
        parts.append(f"{count_text(len(chart.beyond))} outside the control limits")
    text = f"{batch_name(table.batch)}: {', '.join(parts)}"
    return f"{text} by {table.method}" if table.charts_theirs else text


def comparison_words(table: RunTable) -> str:
    """How far another tool agrees; empty where nothing was imported."""
    compared = table.comparison
    if not table.method or table.charts_theirs:
        return ""
    if not np.isfinite(table.theirs).any():
        return f"{table.method} has no scores of this batch."
    if compared.spearman is None:
        return f"{table.method}: {count_text(compared.common, 'recording')} in common, too few to compare."
    agree = f"Spearman {number_text(compared.spearman, 2)} over {count_text(compared.common, 'recording')}"
    return f"{table.method}: {agree}{_highest(table)}."


def _highest(table: RunTable) -> str:
    """What the other tool says of the recording that we put first."""
    ours, theirs = table.comparison.our_ranks, table.comparison.their_ranks
    both = np.isfinite(ours) & np.isfinite(theirs)
    if not both.any():
        return ""
    first = int(np.flatnonzero(both)[np.argmin(ours[both])])
    rank = number_text(float(theirs[first]), 0)
    return f"; our highest, {short_name(table.recordings[first])}, is its number {rank}"


def findings(table: RunTable) -> list[Finding]:
    """What a person should look at: alarms first, then what came before them, then the course of the batch."""
    return [*_alarms(table), *_precursors(table), *_clusters(table), *_shifts(table), *_drifts(table)]


def _alarms(table: RunTable) -> Iterator[Finding]:
    alarms = sorted(table.chart.alarms, key=lambda n: -table.chart.values[n])
    for n in alarms[:MOST_ALARMS]:
        yield Finding(f"▲ {short_name(table.recordings[n])}: {_judgement(table, n)}", n, alarm=True)
    if len(alarms) > MOST_ALARMS:
        yield Finding(f"{count_text(len(alarms) - MOST_ALARMS, 'more alarm')}")


def _judgement(table: RunTable, n: int) -> str:
    item = table.judged[n]
    parts = [f"score {score_text(float(table.chart.values[n]))}"]
    if item is not None and not table.charts_theirs:
        parts += [item.cause if item.anomalous else "", p_text(item.p_value), _whose(table, n)]
    elif table.chart.limits is not None:
        limits = table.chart.limits
        parts.append(f"{score_text((float(table.chart.values[n]) - limits.centre) / limits.sigma)}{THIN}σ")
    return ", ".join(part for part in parts if part)


def _whose(table: RunTable, n: int) -> str:
    """By which other model a score is that stands apart; empty for the others."""
    item = table.judged[n]
    return f"by {other_model(item.model, table.model)}" if item is not None and n in table.chart.apart else ""


def other_model(model: ModelId | None, usual: ModelId | None) -> str:
    """A model's name where another one gave most scores; two of one name are two versions."""
    name = model.name if model is not None else "another model"
    return f"another version of {name}" if usual is not None and usual.name == name else name


def _precursors(table: RunTable) -> Iterator[Finding]:
    for item in table.chart.precursors:
        signs = " and ".join(item.signs)
        names = short_name(table.recordings[item.alarm]), short_name(table.recordings[item.first])
        yield Finding(f"Before {names[0]}: {signs}, from {names[1]} on", item.first)


def _clusters(table: RunTable) -> Iterator[Finding]:
    for cluster in table.chart.clusters:
        names = [short_name(table.recordings[n]) for n in cluster.members]
        told = ", ".join(names) if len(names) <= 6 else f"{names[0]} to {names[-1]} ({len(names)})"
        yield Finding(f"Micro-events: {told} raised; by chance {percent_text(cluster.chance)}", cluster.first)


def _shifts(table: RunTable) -> Iterator[Finding]:
    for shift in table.chart.shifts:
        way = "up" if shift.sigmas > 0 else "down"
        sigmas = f"{number_text(abs(shift.sigmas), 1)}{THIN}σ"
        values = f"{score_text(shift.before)} to {score_text(shift.after)}"
        name = short_name(table.recordings[shift.at])
        yield Finding(f"Level {way} by {sigmas} ({values}) from {name} on", shift.at)


def _drifts(table: RunTable) -> Iterator[Finding]:
    ewma = table.chart.ewma
    if ewma is None:
        return
    runs = _runs(ewma.signals)
    longest = sorted(runs, key=lambda run: run[0] - run[1])[:MOST_DRIFTS]
    for first, last in sorted(longest):
        side = "above" if ewma.values[first] > ewma.upper[first] else "below"
        names = short_name(table.recordings[first]), short_name(table.recordings[last])
        where = f"at {names[0]}" if first == last else f"from {names[0]} to {names[1]}"
        yield Finding(f"Drift: EWMA {side} its limit {where}", first)
    if len(runs) > MOST_DRIFTS:
        more = count_text(len(runs) - MOST_DRIFTS, "shorter stretch", "shorter stretches")
        yield Finding(f"Drift: {more} more outside its limits")


def _runs(indices: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each run of neighbouring indices."""
    runs: list[tuple[int, int]] = []
    for n in indices:
        if runs and n == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], n)
        else:
            runs.append((n, n))
    return runs


def point_words(table: RunTable, n: int, *, here: bool) -> str:
    """Everything about one recording, line by line; `here`: the capture has it."""
    item, compared = table.judged[n], table.comparison
    lines = [f"{table.recordings[n]}, number {count_text(n + 1)} of the batch"]
    if item is not None:
        verdict = f"alarm, {item.cause}" if item.anomalous else "no alarm"
        lines.append(
            ", ".join(t for t in (f"score {score_text(item.score)}", verdict, p_text(item.p_value)) if t)
        )
        if whose := _whose(table, n):
            lines.append(f"{whose}: on another scale, not part of limits and average")
        else:
            lines.append(_standing("ours", compared.our_ranks[n], compared.our_z[n]))
    if np.isfinite(table.theirs[n]):
        lines.append(f"{table.method} {score_text(float(table.theirs[n]))}")
        lines.append(_standing(table.method, compared.their_ranks[n], compared.their_z[n]))
    signs = _signs(table.chart, n)
    lines += [signs] if signs else []
    lines.append("Click to open it." if here else "This recording is not in the capture.")
    return "\n".join(lines)


def _standing(who: str, rank: float, z: float) -> str:
    where = f"{who}: rank {number_text(float(rank), 0)}"
    return f"{where}, robust z {score_text(float(z))}" if np.isfinite(z) else where


def _signs(chart: RunChart, n: int) -> str:
    signs = {
        "outside the control limits": n in chart.beyond,
        "drift (EWMA outside its limits)": chart.ewma is not None and n in chart.ewma.signals,
        "micro-event": any(n in cluster.members for cluster in chart.clusters),
        "level shift": any(n == shift.at for shift in chart.shifts),
    }
    return ", ".join(sign for sign, true in signs.items() if true)


def caption(table: RunTable, cut_above: float | None, cut: int, threshold_in_sight: bool) -> str:
    """What the lines mean, and what is not to be seen."""
    chart = table.chart
    parts = list(chart.notices)
    if chart.limits is not None and chart.ewma is not None:
        reference = count_text(chart.limits.reference, "recording")
        parts.append(
            f"Dashed: ±3{THIN}σ from {reference} (shaded). Line: EWMA, w {chart.ewma.weight:g}, without alarms. "
            "Strong: outside. Diamonds: micro-events. Upright: level shifts."
        )
    if cut_above is not None:
        largest = score_text(float(np.nanmax(chart.values)))
        parts.append(
            f"{count_text(cut, 'score')} above {score_text(cut_above)} cut off; the largest is {largest}."
        )
    parts += filter(None, (_others(table), _other_thresholds(table)))
    if not threshold_in_sight and chart.threshold is not None:
        parts.append(f"The threshold, {score_text(chart.threshold)}, lies far above.")
    return " ".join(parts)


def _others(table: RunTable) -> str:
    """Of scores by another model than most: where they are drawn, and that they take part in nothing."""
    items = [table.judged[n] for n in table.chart.apart]
    names = dict.fromkeys(other_model(item.model, table.model) for item in items if item is not None)
    if not names:
        return ""
    of = " and ".join([*list(names)[:2], *(["others"] if len(names) > 2 else [])])
    usual = f" than those of {table.model.name}" if table.model is not None else ""
    take = "it takes" if len(items) == 1 else "they take"
    scores = count_text(len(items), "score")
    return f"Hollow: {scores} of {of}, on another scale{usual}: {take} no part in limits and average."


def _other_thresholds(table: RunTable) -> str:
    """Of scores that were held against another threshold than the chart's, which changes no score."""
    if table.charts_theirs or table.chart.threshold is None:
        return ""
    own = [item for item in table.judged if item is not None and item.model == table.model]
    others = [item.threshold for item in own if item.threshold not in (None, table.chart.threshold)]
    if not others:
        return ""
    values = ", ".join(score_text(each) for each in sorted({each for each in others if each is not None})[:3])
    held = f"{count_text(len(others), 'score')} held against another threshold ({values})"
    return f"{held}, set by hand: alarms differ, limits do not."
