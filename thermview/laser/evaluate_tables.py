"""Tables of an evaluation: plain numbers for JSON, made of what was counted and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from thermview.inference import Model
from thermview.laser.evaluate_findings import CALIBRATION, TEST, Findings, column
from thermview.laser.evaluate_methods import Method
from thermview.laser.evaluate_plan import Options, Plan
from thermview.laser.evaluate_rules import Level, Rule, Told, auc
from thermview.laser.faults import INJECTIONS
from thermview.scoring.calibration import p_value
from thermview.scoring.intervals import clopper_pearson

FOUND_SHARE = 0.9
"""A size counts as found where at least this share of its trials is, and of every larger size."""
NOISE_RATE = 0.01
PUBLISHED = (
    ("KDE-AMD 35 x 35, lambda 200", 0.989, 0.76),
    ("MLP next position", 0.992, 0.92),
    ("Global KDE", 0.932, 0.24),
    ("Kalman filter", 0.731, 0.08),
    ("D-Markov 40 x 40", 0.543, 0.00),
)
PUBLISHED_SOURCE = (
    "Real set of 4,223 recordings (doi 10.21227/7zbf-se57), noise added to the centroids themselves; "
    "recomputed from the anomaly scores that the authors of KDE-AMD published."
)


def tables(
    plan: Plan,
    model: Model,
    options: Options,
    methods: Sequence[Method],
    rules: Sequence[Rule],
    levels: Sequence[Mapping[str, Level]],
    findings: Findings,
) -> dict[str, Any]:
    """All numbers, as stated in the guide's page on evaluation."""
    cells = _cells(findings, len(rules))
    return {
        "simulated": plan.simulated,
        "model": {"name": model.id.name, "sha256": model.id.sha256},
        "options": {
            "recordings": options.recordings, "trials": options.trials, "rate": options.rate,
            "seed": options.seed, "kinds": list(options.kinds),
        },
        "split": [_split_row(name, findings) for name in levels[0]],
        "rules": [_rule_row(rule, model, methods, findings) for rule in rules],
        "false_alarms": [row for rule in rules for row in _alarm_rows(rule, findings)],
        "detection": [_cell_row(key, told, rules) for key, told in cells.items()],
        "smallest": smallest(cells, rules),
        "confusion": confusion(findings, model.card.causes),
        "known": [_known_row(*row, rules, levels, findings) for row in findings.aside],
        "known_found": _known_found(findings, rules),
        "noise": [_noise_row(place, method, findings) for place, method in enumerate(methods)],
        "published": [{"method": name, "auc": area, "tpr": tpr} for name, area, tpr in PUBLISHED],
        "published_source": PUBLISHED_SOURCE,
        "problems": list(findings.problems),
    }  # fmt: skip


def share(hits: int, trials: int) -> dict[str, Any]:
    """A counted share with its 95 % Clopper-Pearson interval."""
    low, high = clopper_pearson(hits, trials)
    rate = hits / trials if trials else None
    return {"hits": hits, "of": trials, "rate": rate, "interval": [round(low, 4), round(high, 4)]}


def _split_row(batch: str, findings: Findings) -> dict[str, Any]:
    return {"batch": batch, **{role: len(rows[batch]) for role, rows in findings.normals.items()}}


def _rule_row(rule: Rule, model: Model, methods: Sequence[Method], findings: Findings) -> dict[str, Any]:
    """`rate_asked` is the card's where the threshold is the model's own; nothing is stated for it then."""
    seconds = findings.seconds[rule.method]
    own = model.card.thresholds[0].false_alarm_rate if model.card.thresholds else None
    return {
        "rule": rule.name,
        "rate_asked": own if rule.asked is None else rule.asked,
        "rate_stated": rule.rate,
        "normals": rule.normals,
        "limits": {batch: round(limit, 4) for batch, limit in rule.limits.items()},
        "lookahead_frames": methods[rule.method].lookahead,
        "frames_per_s": round(findings.frames[rule.method] / seconds) if seconds > 0 else None,
    }


def _alarm_rows(rule: Rule, findings: Findings) -> Iterable[dict[str, Any]]:
    """Per batch, then all: tested recordings above the rule's threshold."""
    hits, count = 0, 0
    for batch, limit in rule.limits.items():
        scores = column(findings.normals[TEST][batch], rule.method)
        over = sum(score > limit for score in scores)
        hits, count = hits + over, count + len(scores)
        yield {"rule": rule.name, "batch": batch, **share(over, len(scores))}
    yield {"rule": rule.name, "batch": "all", **share(hits, count)}


Key = tuple[str, float, int]
Cells = dict[Key, list[tuple[float | None, Sequence[Told]]]]


def _cells(findings: Findings, rules: int) -> Cells:
    """Trials by kind, size and duration, in the order they were planned."""
    cells: Cells = {key: [] for key in sorted({_key(t) for t, _, _ in findings.told}, key=_order)}
    for trial, rate, told in findings.told:
        cells[_key(trial)].append((rate, told))
    return cells


def _key(trial: Any) -> Key:
    return trial.kind, trial.size, trial.duration


def _order(key: Key) -> tuple[int, int, float]:
    return list(INJECTIONS).index(key[0]), key[2], key[1]


def _cell_row(
    key: Key, trials: Sequence[tuple[float | None, Sequence[Told]]], rules: Sequence[Rule]
) -> dict[str, Any]:
    kind, size, frames = key
    row = INJECTIONS[kind]
    told = {
        rule.name: _cell(row.cause, [(rate, answers[place]) for rate, answers in trials])
        for place, rule in enumerate(rules)
    }
    return {"kind": kind, "cause": row.cause, "size": size, "unit": row.unit, "frames": frames, "told": told}


def _cell(cause: str, answers: Sequence[tuple[float | None, Told]]) -> dict[str, Any]:
    found = [(rate, told) for rate, told in answers if told.found]
    delays = [1000 * told.delay / rate for rate, told in found if told.delay is not None and rate]
    return {
        **share(len(found), len(answers)),
        "cause_right": sum(told.cause == cause for _, told in found),
        "alarm_ms_median": round(float(np.median(delays)), 1) + 0.0 if delays else None,
        "alarm_ms_latest": round(max(delays), 1) if delays else None,
    }


def smallest(cells: Cells, rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Per kind and duration the smallest size found, by every rule; None where not even the largest is."""
    rows = []
    for kind, frames in dict.fromkeys((kind, frames) for kind, _, frames in cells):
        sizes = sorted(size for other, size, lasting in cells if (other, lasting) == (kind, frames))
        found: dict[str, float | None] = {}
        for place, rule in enumerate(rules):
            found[rule.name] = None
            for size in reversed(sizes):
                trials = cells[kind, size, frames]
                if sum(told[place].found for _, told in trials) < FOUND_SHARE * len(trials):
                    break
                found[rule.name] = size
        rows.append({"kind": kind, "frames": frames, "unit": INJECTIONS[kind].unit, "size": found})
    return rows


def confusion(findings: Findings, causes: Sequence[str]) -> dict[str, Any]:
    """True cause against the cause told by the first rule, injected faults only; "not found" comes last."""
    true = list(dict.fromkeys(INJECTIONS[trial.kind].cause for trial, _, _ in findings.told))
    columns = [*causes, "not found"]
    counts = {cause: dict.fromkeys(columns, 0) for cause in true}
    for trial, _, told in findings.told:
        answer = told[0].cause if told[0].found else "not found"
        row = counts[INJECTIONS[trial.kind].cause]
        row[answer] = row.get(answer, 0) + 1
    return {"columns": columns, "rows": counts}


def _known_row(
    item: Any,
    scores: Sequence[float],
    told: Sequence[Told],
    rules: Sequence[Rule],
    levels: Sequence[Mapping[str, Level]],
    findings: Findings,
) -> dict[str, Any]:
    """A recording that was kept aside: how far above its batch, and what the rules say of its fault.

    Rank and p-value are among the batch's normal recordings that taught nothing, by the first method.
    """
    batch = item.source.batch
    normals = column(findings.normals[CALIBRATION][batch] + findings.normals[TEST][batch], 0)
    truth = item.truth or {}
    return {
        "recording": item.source.id,
        "kind": str(truth.get("kind", "")),
        "cause": str(truth.get("cause", "")),
        "words": str(truth.get("words", "not stated")),
        "score": round(scores[0], 4),
        "z": round(levels[0][batch].z(scores[0]), 2),
        "rank": 1 + sum(score > scores[0] for score in normals),
        "of": len(normals) + 1,
        "p_value": p_value(scores[0], sorted(normals)),
        "found": {rule.name: answer.found for rule, answer in zip(rules, told, strict=True)},
        "told": told[0].cause,
    }


def _known_found(findings: Findings, rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Faults of the truth file found by each rule."""
    rows = [(item.truth, told) for item, _, told in findings.aside if item.truth is not None]
    return [
        {
            "rule": rule.name,
            **share(sum(told[place].found for _, told in rows), len(rows)),
            "cause_right": sum(told[place].found and told[place].cause == t.get("cause") for t, told in rows),
        }
        for place, rule in enumerate(rules)
    ]


def _noise_row(place: int, method: Method, findings: Findings) -> dict[str, Any]:
    """Area per batch between normal recordings and those with noise; share found with batches pooled.

    Each batch's scores are put as z by its normal recordings, as for the published figures.
    """
    areas, control, normals_z, noisy_z = {}, {}, [], []
    for batch, rows in findings.noisy.items():
        normals = column(findings.normals[CALIBRATION][batch] + findings.normals[TEST][batch], place)
        noisy = column(rows, place)
        areas[batch] = round(auc(normals, noisy), 4)
        control[batch] = round(auc(normals, column(findings.moved[batch], place)), 4)
        level = Level.of(normals)
        normals_z += [level.z(score) for score in normals]
        noisy_z += [level.z(score) for score in noisy]
    allowed = int(NOISE_RATE * len(normals_z))
    limit = sorted(normals_z, reverse=True)[allowed] if normals_z else 0.0
    return {
        "method": method.name,
        "auc_by_batch": areas,
        "auc": round(float(np.mean(list(areas.values()))), 4) if areas else None,
        "control_auc": round(float(np.mean(list(control.values()))), 4) if control else None,
        "tpr": share(sum(z > limit for z in noisy_z), len(noisy_z)),
        "normals": len(normals_z),
        "rate": max(NOISE_RATE, 1.0 / (len(normals_z) + 1)),
    }
