"""Tables of an evaluation: plain numbers for JSON, made of what was counted and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from thermview.inference import Model
from thermview.laser.evaluate_findings import CALIBRATION, TEST, Findings, column
from thermview.laser.evaluate_fitted import NAME as FITTED
from thermview.laser.evaluate_methods import Method
from thermview.laser.evaluate_plan import Options, Plan
from thermview.laser.evaluate_rules import Level, Rule, Told, auc
from thermview.laser.evaluate_trials import GOALS
from thermview.laser.faults import INJECTIONS
from thermview.scoring.calibration import p_value
from thermview.scoring.intervals import clopper_pearson

FOUND_SHARE = 0.9
"""A size counts as found where at least this share of its trials is, and of every larger size."""
NOISE_RATE = 0.01
SLACK = 1.5
"""More false alarms than so many times the promised rate are too many."""
AT_ONCE = 10
"""Frames off a fault's first within which its event begins where the fault does."""
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
    cells = _cells(findings)
    lead = _lead(rules, methods)
    return {
        "simulated": plan.simulated,
        "model": {"name": model.id.name, "sha256": model.id.sha256},
        "options": {
            "recordings": options.recordings, "trials": options.trials, "goals": options.goals,
            "rate": options.rate, "seed": options.seed, "kinds": list(options.kinds),
            "noise": options.noise,
        },
        "lead": rules[lead].name,
        "split": [_split_row(name, findings) for name in levels[0]],
        "rules": [_rule_row(rule, methods, findings) for rule in rules],
        "false_alarms": [row for rule in rules for row in _alarm_rows(rule, methods, findings, (TEST,))],
        "held_out": [
            row
            for rule in rules
            if rule.rate is None
            for row in _alarm_rows(rule, methods, findings, (CALIBRATION, TEST))
        ],
        "detection": [_cell_row(key, told, rules, methods) for key, told in cells.items()],
        "goals": goals(cells, rules, methods),
        "smallest": smallest(cells, rules),
        "confusion": [
            confusion(findings, place, rule, methods[rule.method].causes)
            for place, rule in enumerate(rules)
            if methods[rule.method].causes
        ],
        "known": [_known_row(*row, lead, rules, levels, methods, findings) for row in findings.aside],
        "known_found": _known_found(findings, rules, methods),
        "cost": findings.cost,
        "unknown": list(findings.unknown),
        "noise": [_noise_row(n, method, findings) for n, method in enumerate(methods) if options.noise],
        "noise_on": "simulated recordings, noise on pixels" if plan.simulated else "noise on pixels",
        "published_on": "real recordings, noise on centroids",
        "published": [{"method": name, "auc": area, "tpr": tpr} for name, area, tpr in PUBLISHED],
        "published_source": PUBLISHED_SOURCE,
        "notices": list(findings.notices),
        "problems": list(findings.problems),
    }  # fmt: skip


def share(hits: int, trials: int) -> dict[str, Any]:
    """A counted share with its 95 % Clopper-Pearson interval."""
    low, high = clopper_pearson(hits, trials)
    rate = hits / trials if trials else None
    return {"hits": hits, "of": trials, "rate": rate, "interval": [round(low, 4), round(high, 4)]}


def _split_row(batch: str, findings: Findings) -> dict[str, Any]:
    return {"batch": batch, **{role: len(rows[batch]) for role, rows in findings.normals.items()}}


def _lead(rules: Sequence[Rule], methods: Sequence[Method]) -> int:
    """The rule that is shown where only one can be: the fitted model's first one, else the first of all."""
    places = [place for place, rule in enumerate(rules) if methods[rule.method].name == FITTED]
    return places[0] if places else 0


def _rule_row(rule: Rule, methods: Sequence[Method], findings: Findings) -> dict[str, Any]:
    """`rate_asked` is the model's promise where the threshold is its own; nothing is stated for it then."""
    seconds = findings.seconds[rule.method]
    promised = [_promised(rule, methods, batch) for batch in rule.limits]
    return {
        "rule": rule.name,
        "rate_asked": max((p for p in promised if p is not None), default=None)
        if rule.asked is None
        else rule.asked,
        "rate_stated": rule.rate,
        "normals": rule.normals,
        "limits": {batch: round(limit, 4) for batch, limit in rule.limits.items()},
        "lookahead_frames": methods[rule.method].lookahead,
        "frames_per_s": round(findings.frames[rule.method] / seconds) if seconds > 0 else None,
    }


def _promised(rule: Rule, methods: Sequence[Method], batch: str) -> float | None:
    return methods[rule.method].promised(batch) if rule.rate is None else rule.rate


def _alarm_rows(
    rule: Rule, methods: Sequence[Method], findings: Findings, roles: Sequence[str]
) -> Iterable[dict[str, Any]]:
    """Per batch, then all: recordings of these roles above the rule's threshold. What a model brings with it
    was set by none of the calibration recordings, so that they are held out from it too."""
    hits, count, allowed = 0, 0, 0.0
    known = True
    for batch, limit in rule.limits.items():
        rows = [row for role in roles for row in findings.normals[role][batch]]
        scores = column(rows, rule.method)
        over = sum(score > limit for score in scores)
        promised = _promised(rule, methods, batch)
        hits, count = hits + over, count + len(scores)
        allowed += len(scores) * (promised or 0.0)
        known = known and promised is not None
        yield {"rule": rule.name, "batch": batch, **alarm_share(over, len(scores), promised)}
    pooled = allowed / count if known and count else None
    yield {"rule": rule.name, "batch": "all", **alarm_share(hits, count, pooled)}


def alarm_share(hits: int, count: int, promised: float | None) -> dict[str, Any]:
    """False alarms beside what was promised, SLACK times of which is allowed.

    `kept`: the counted share is within; `broken`: its whole interval is above; neither proves much with few
    recordings, and both are None where nothing was promised.
    """
    row = share(hits, count)
    allowed = None if promised is None else SLACK * promised
    return {
        **row,
        "promised": None if promised is None else round(promised, 5),
        "allowed": None if allowed is None else round(allowed, 5),
        "kept": None if allowed is None or row["rate"] is None else row["rate"] <= allowed,
        "broken": None if allowed is None else row["interval"][0] > allowed,
    }


Key = tuple[str, float, int]
Cells = dict[Key, list[tuple[float | None, Sequence[Told]]]]


def _cells(findings: Findings) -> Cells:
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
    key: Key,
    trials: Sequence[tuple[float | None, Sequence[Told]]],
    rules: Sequence[Rule],
    methods: Sequence[Method],
) -> dict[str, Any]:
    kind, size, frames = key
    row = INJECTIONS[kind]
    told = {
        rule.name: _cell(
            row.accepted(methods[rule.method].causes),
            [(rate, answers[place]) for rate, answers in trials],
            methods[rule.method].lookahead,
        )
        for place, rule in enumerate(rules)
    }
    return {
        "kind": kind, "cause": row.cause, "control": row.control, "size": size, "unit": row.unit,
        "frames": frames, "told": told,
    }  # fmt: skip


def _cell(
    causes: Sequence[str], answers: Sequence[tuple[float | None, Told]], lookahead: int
) -> dict[str, Any]:
    """`known`: the alarm's frame and those that must have come before its score is known."""
    found = [(rate, told) for rate, told in answers if told.found]
    timed = [(1000 / rate, told.delay) for rate, told in found if told.delay is not None and rate]
    delays = [ms * delay for ms, delay in timed]
    known = [ms * (delay + lookahead) for ms, delay in timed]
    return {
        **share(len(found), len(answers)),
        "cause_right": sum(told.cause in causes for _, told in found),
        "at_once": sum(told.begins is not None and abs(told.begins) <= AT_ONCE for _, told in found),
        "alarm_ms_median": round(float(np.median(delays)), 1) + 0.0 if delays else None,
        "alarm_ms_latest": round(max(delays), 1) if delays else None,
        "known_ms_median": round(float(np.median(known)), 1) + 0.0 if known else None,
        "known_ms_latest": round(max(known), 1) if known else None,
    }


def goals(cells: Cells, rules: Sequence[Rule], methods: Sequence[Method]) -> list[dict[str, Any]]:
    """The faults of GOALS by the thresholds that models bring with them."""
    rows = []
    for goal in GOALS:
        key = goal.kind, goal.size, goal.frames
        if key in cells:
            row = _cell_row(key, cells[key], rules, methods)
            own = {rule.name: row["told"][rule.name] for rule in rules if rule.rate is None}
            rows.append({**row, "words": goal.words, "told": own})
    return rows


def smallest(cells: Cells, rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Per kind and duration the smallest size found, by every rule; None where not even the largest is."""
    rows = []
    for kind, frames in dict.fromkeys((kind, frames) for kind, _, frames in cells):
        if INJECTIONS[kind].control or frames not in INJECTIONS[kind].durations:
            continue
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


def confusion(findings: Findings, place: int, rule: Rule, causes: Sequence[str]) -> dict[str, Any]:
    """True cause against the cause told by a rule, injected faults only; "not found" comes last.

    Rows have the answers that are right for this model in `accepted`.
    """
    columns = [*causes, "not found"]
    rows: dict[str, dict[str, Any]] = {}
    for trial, _, told in findings.told:
        kind = INJECTIONS[trial.kind]
        if kind.control:
            continue
        blank = {"accepted": list(kind.accepted(causes)), "told": dict.fromkeys(columns, 0)}
        counts = rows.setdefault(kind.cause, blank)["told"]
        answer = told[place].cause if told[place].found else "not found"
        counts[answer] = counts.get(answer, 0) + 1
    return {"rule": rule.name, "columns": columns, "rows": rows}


def right_causes(truth: Mapping[str, Any], known: Sequence[str]) -> tuple[str, ...]:
    """The right answers to a truth file's fault, of a model that knows these causes."""
    said, kind = str(truth.get("cause", "")), INJECTIONS.get(str(truth.get("kind", "")))
    if kind is None or kind.cause in known:
        return (said,) if kind is None else (kind.cause,)
    return (said, *kind.causes)


def _known_row(
    item: Any,
    scores: Sequence[float],
    told: Sequence[Told],
    lead: int,
    rules: Sequence[Rule],
    levels: Sequence[Mapping[str, Level]],
    methods: Sequence[Method],
    findings: Findings,
) -> dict[str, Any]:
    """A recording that was kept aside: how far above its batch, and what the rules say of its fault.

    Rank and p-value are among the batch's normal recordings that taught nothing, by the leading rule's method.
    """
    batch, place = item.source.batch, rules[lead].method
    normals = column(findings.normals[CALIBRATION][batch] + findings.normals[TEST][batch], place)
    truth = item.truth or {}
    return {
        "recording": item.source.id,
        "kind": str(truth.get("kind", "")),
        "cause": str(truth.get("cause", "")),
        "words": str(truth.get("words", "not stated")),
        "score": round(scores[place], 4),
        "z": round(levels[place][batch].z(scores[place]), 2),
        "rank": 1 + sum(score > scores[place] for score in normals),
        "of": len(normals) + 1,
        "p_value": p_value(scores[place], sorted(normals)),
        "found": {rule.name: answer.found for rule, answer in zip(rules, told, strict=True)},
        "told": told[lead].cause,
        "right": told[lead].cause in right_causes(truth, methods[place].causes),
    }


def _known_found(
    findings: Findings, rules: Sequence[Rule], methods: Sequence[Method]
) -> list[dict[str, Any]]:
    """Faults of the truth file found by each rule."""
    rows = [(item.truth, told) for item, _, told in findings.aside if item.truth is not None]
    return [
        {
            "rule": rule.name,
            **share(sum(told[place].found for _, told in rows), len(rows)),
            "cause_right": sum(
                told[place].found and told[place].cause in right_causes(truth, methods[rule.method].causes)
                for truth, told in rows
            ),
        }
        for place, rule in enumerate(rules)
    ]


def _noise_row(place: int, method: Method, findings: Findings) -> dict[str, Any]:
    """Area per batch between normal recordings and those with noise; share found with batches pooled.

    Each batch's scores are put as z by its normal recordings, as for the published figures; `tpr_by_batch` counts
    those above the highest normal recording of their own batch instead. The control is
    moved without noise: `control_auc` sets it apart from normal recordings, `beyond_control_auc` noise from it.
    """
    areas, control, beyond, normals_z, noisy_z = {}, {}, {}, [], []
    over = 0
    for batch, rows in findings.noisy.items():
        normals = column(findings.normals[CALIBRATION][batch] + findings.normals[TEST][batch], place)
        noisy = column(rows, place)
        areas[batch] = round(auc(normals, noisy), 4)
        control[batch] = round(auc(normals, column(findings.moved[batch], place)), 4)
        beyond[batch] = round(auc(column(findings.moved[batch], place), noisy), 4)
        over += sum(score > max(normals) for score in noisy)
        level = Level.of(normals)
        normals_z += [level.z(score) for score in normals]
        noisy_z += [level.z(score) for score in noisy]
    allowed = int(NOISE_RATE * len(normals_z))
    limit = sorted(normals_z, reverse=True)[allowed] if normals_z else 0.0
    return {
        "method": method.name,
        "auc_by_batch": areas,
        "auc": round(float(np.mean(list(areas.values()))), 4) if areas else None,
        "beyond_control_auc": round(float(np.mean(list(beyond.values()))), 4) if beyond else None,
        "control_auc": round(float(np.mean(list(control.values()))), 4) if control else None,
        "tpr": share(sum(z > limit for z in noisy_z), len(noisy_z)),
        "tpr_by_batch": share(over, len(noisy_z)),
        "normals": len(normals_z),
        "rate": max(NOISE_RATE, 1.0 / (len(normals_z) + 1)),
    }
