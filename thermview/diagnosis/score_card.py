"""The score card: a set's figures under the codes of the data quality measures of ISO/IEC 5259-2:2024.

Numbered codes are given where the figure is the measure of that number; where it only belongs to a family of
measures, the family's code stands alone. What the standard leaves to the user (target population, allowed
formats) is said in the meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.findings.balance import FEW_SESSIONS
from thermview.diagnosis.findings.known import Known
from thermview.diagnosis.results import Measure
from thermview.diagnosis.table import Status

Judge = Callable[[Known], Iterator[Measure]]


def score_card(known: Known) -> tuple[Measure, ...]:
    """Every measure that the set allows, by characteristic."""
    return tuple(measure for judge in _JUDGES for measure in judge(known))


def _completeness(known: Known) -> Iterator[Measure]:
    count = len(known.table)
    if not count:
        return
    filled = count - int(np.sum(known.table.looks["status"] == Status.EMPTY))
    yield _percent("Com-ML-4", "Record completeness", filled / count, "files that are not empty")
    readable = float(known.table.readable.mean())
    yield _percent("Com-ML-1", "Value completeness", readable, "files whose picture can be read whole")
    annotations = known.hygiene.annotations
    labelled = np.array([bool(name) for name in known.table.class_names], bool)[known.table.class_codes]
    if annotations.files:
        labelled[annotations.missing] = False
    yield _percent(
        "Com-ML-5", "Label completeness", float(labelled.mean()), "pictures with a class and annotation"
    )


def _accuracy(known: Known) -> Iterator[Measure]:
    codes = known.table.tokens.object_codes
    told = int(np.sum((codes >= 0) & _named(known)))
    if told:
        suspect = sum(len(found.rows) for found in known.contamination)
        meaning = "pictures whose file name's codes agree with their class, of those whose names say codes"
        yield _percent("Acc-ML-7", "Data label accuracy", 1 - suspect / told, meaning)


def _consistency(known: Known) -> Iterator[Measure]:
    count = len(known.table)
    if count:
        copies = sum(len(group) - 1 for group in known.hygiene.duplicates)
        yield _percent(
            "Con-ML-1", "Data record consistency", copies / count, "files that are copies of others"
        )
    for lens in (known.generic, known.domain):
        share = _same_class(known, lens.rows, lens.neighbours) if lens is not None else float("nan")
        if lens is not None and np.isfinite(share):
            meaning = f"nearest neighbours of other sessions that are of the same class, {lens.name}"
            yield _percent("Con-ML-2", "Data label consistency", share, meaning)
    channels = known.hygiene.channels
    if channels:
        share = max(channels.values()) / sum(channels.values())
        yield _percent(
            "Con-ML-3", "Data format consistency", share, "pictures in the most frequent channel layout"
        )


def _same_class(known: Known, rows: NDArray[np.intp], neighbours: NDArray[np.int32]) -> float:
    there = (neighbours >= 0) & _named(known)[rows][:, None]
    same = known.table.class_codes[neighbours] == known.table.class_codes[rows][:, None]
    return float(same[there].mean()) if there.any() else float("nan")


def _named(known: Known) -> NDArray[np.bool_]:
    return np.array([bool(name) for name in known.table.class_names], bool)[known.table.class_codes]


def _currentness(known: Known) -> Iterator[Measure]:
    dated = int(np.sum(known.table.tokens.days > 0))
    if dated:
        share = 1 - len(known.hygiene.dates_outside) / dated
        yield _percent("Cur-ML-2", "Record currentness", share, "dated pictures inside the collection window")


def _balance(known: Known) -> Iterator[Measure]:
    counts = known.counts[known.named].astype(np.float64)
    looks = known.table.looks[known.table.readable]
    reciprocal = "mean over largest deviation from it: large is balanced"
    if len(looks):
        yield _reciprocal("Bal-ML-1", "Brightness balance", looks["mean"], f"mean grey value, {reciprocal}")
        areas = looks["columns"].astype(np.float64) * looks["rows"]
        yield _reciprocal("Bal-ML-2", "Resolution balance", areas, f"pixels of a picture, {reciprocal}")
    if len(counts) > 1:
        meaning = f"pictures of a class, {reciprocal}"
        yield _reciprocal("Bal-ML-3", "Balance of images between categories", counts, meaning)
        shares = counts / counts.sum()
        divergence = float(np.sum(shares * np.log(shares * len(shares))))
        meaning = "Kullback-Leibler divergence of class shares from equal ones: 0 is balanced"
        yield Measure("Bal-ML-8", "Label distribution balance", round(divergence, 4), "nat", meaning)
        ratio = round(float(counts.max() / counts.min()), 3)
        yield Measure("Bal-ML", "Largest class over smallest", ratio, "", "1 is balanced")


def _reciprocal(code: str, name: str, values: NDArray[np.float64], meaning: str) -> Measure:
    numbers = np.asarray(values, np.float64)
    deviation = float(np.abs(numbers - numbers.mean()).max())
    value: float | str = round(float(numbers.mean()) / deviation, 4) if deviation > 0 else "no deviation"
    return Measure(code, name, value, "", meaning)


def _diversity(known: Known) -> Iterator[Measure]:
    count = len(known.named)
    if count:
        yield Measure("Div-ML", "Classes", count, "", "distinct labels in the set")
        sessions = len(np.unique(known.table.session_codes))
        yield Measure(
            "Div-ML", "Capture sessions", sessions, "", "date, site and window, or what stands for them"
        )
        few = sum(len(known.sessions_of(int(code))[0]) < FEW_SESSIONS for code in known.named)
        meaning = f"classes that come from fewer than {FEW_SESSIONS} capture sessions"
        yield _percent("Eft-ML-2", "Category size effectiveness", few / count, meaning)


def _similarity(known: Known) -> Iterator[Measure]:
    count = int(known.table.readable.sum())
    if count:
        near = sum(len(group) for group in known.hygiene.near_duplicates) + known.hygiene.near_in_session
        meaning = "pictures that are near-equal to another, by a hash of 64 bits"
        yield _percent("Sim-ML-1", "Sample similarity", min(near / count, 1.0), meaning)
    if known.generic is not None:
        share = float(sum(known.generic.plane_share))
        meaning = "variance that the first two principal components hold, L2: small is independent"
        yield _percent("Sim-ML-3", "Samples independency", share, meaning)


def _representativeness(known: Known) -> Iterator[Measure]:
    for lens in (known.generic, known.domain):
        if lens is None or not np.isfinite(lens.separation.auroc.value):
            continue
        area, scaled = lens.separation.auroc.value, lens.separation.gap_iqr.value
        held_out = lens.held_out is not None
        what = "on sessions that the lens did not learn from" if held_out else "on all pictures"
        name = f"Normal over anomaly, {lens.name}"
        meaning = f"AUROC of session-aware density, {what}: 0.5 is chance"
        yield Measure("Rep-ML", name, round(area, 4), "", meaning)
        meaning = "gap of medians over the mean quartile range of both sides"
        yield Measure("Rep-ML", f"{name}, gap over quartile range", round(scaled, 4), "", meaning)


def _percent(code: str, name: str, share: float, meaning: str) -> Measure:
    return Measure(code, name, round(100 * share, 3), "%", meaning)


_JUDGES: tuple[Judge, ...] = (
    _completeness,
    _accuracy,
    _consistency,
    _currentness,
    _balance,
    _diversity,
    _similarity,
    _representativeness,
)
