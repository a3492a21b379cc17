"""What has nothing to do with a fault and yet tells normal from anomaly: channels, bit depth, site, hour, date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.findings.known import Known, evidence, percent
from thermview.diagnosis.results import Finding, Rows, Severity
from thermview.diagnosis.token_splits import Token, tokens_of

_DEALS = 999
_SHORTCUT, _GRAVE_SHORTCUT = 0.5, 0.8
_LEAST_SESSIONS, _MOST_SESSIONS = 10, 4000


@dataclass(frozen=True, eq=False)
class _Units:
    """Capture sessions of an object in a state: `states` (u,), 1 normal, and a value `codes` (u,)."""

    objects: NDArray[np.intp]
    states: NDArray[np.intp]
    codes: NDArray[np.intp]

    def subset(self, chosen: NDArray[np.intp]) -> _Units:
        """Some of them."""
        return _Units(self.objects[chosen], self.states[chosen], self.codes[chosen])


def shortcuts(known: Known) -> Iterator[Finding]:
    """What has nothing to do with a fault and yet tells normal from anomaly: channels, bits, site, hour, date."""
    table = known.table
    looks = table.looks
    site, hour, month = tokens_of(table.tokens)[1:]
    layouts = Token("channel layout", ("", "grey", "grey + alpha", "RGB", "RGBA"), _seen(looks["channels"]))
    depths = Token("bit depth", tuple(f"{bits} bits" for bits in range(256)), _seen(looks["bits"]))
    candidates = (layouts, depths, site, hour, month)
    for number, token in enumerate(candidates):
        units = _session_units(known, token)
        excess, p = _excess(units, np.random.default_rng([0, number]))
        if not np.isfinite(p) or p * len(candidates) > 0.05 or excess < _SHORTCUT:
            continue
        yield Finding(
            kind="shortcut",
            severity=Severity.HIGH if excess >= _GRAVE_SHORTCUT else Severity.MEDIUM,
            sentence=(
                f"The {token.name} alone tells normal from anomaly in {percent(0.5 + excess / 2)} of capture sessions "
                f"(half by chance; p = {p:.2g}, whole sessions dealt anew within each object)."
            ),
            numbers={"excess": excess, "p": p, "what": token.name},
            rows=_typical(known, token),
            standard="Bal-ML-7",
            advice=f"Take both states with the same {token.name}, else a model learns that instead of the fault.",
        )


def _seen(column: NDArray[np.uint8]) -> NDArray[np.intp]:
    codes = column.astype(np.intp)
    return np.where(codes > 0, codes, -1)


def _session_units(known: Known, token: Token) -> _Units:
    table = known.table
    objects = known.subjects[1][table.class_codes]
    states = table.normal.astype(np.intp)
    here = np.flatnonzero((objects >= 0) & (states >= 0) & (token.codes >= 0))
    keys = (table.session_codes[here] * (int(objects.max(initial=0)) + 1) + objects[here]) * 2 + states[here]
    _, first = np.unique(keys, return_index=True)
    at = here[first]
    return _Units(objects[at], states[at], token.codes[at])


def _excess(units: _Units, rng: np.random.Generator) -> tuple[float, float]:
    """How much better than by chance the value tells the state within objects (0 to 1), and its p-value."""
    if len(units.objects) > _MOST_SESSIONS:
        units = units.subset(np.sort(rng.permutation(len(units.objects))[:_MOST_SESSIONS]))
    kept = np.zeros(len(units.objects), bool)
    for number in np.unique(units.objects):
        here = units.objects == number
        kept |= here & (len(np.unique(units.states[here])) == 2)
    objects, states, codes = units.objects[kept], units.states[kept], units.codes[kept]
    if min(np.sum(states == 1), np.sum(states == 0)) < _LEAST_SESSIONS or len(np.unique(codes)) < 2:
        return 0.0, float("nan")
    measured = _told(objects, states, codes)
    order = np.argsort(objects, kind="stable")
    objects, states, codes = objects[order], states[order], codes[order]
    dealt = []
    for _ in range(_DEALS):
        mixed = np.lexsort((rng.random(len(objects)), objects))
        dealt.append(_told(objects, states[mixed], codes))
    chance = float(np.mean(dealt))
    p = (1 + int(np.sum(np.array(dealt) >= measured - 1e-12))) / (_DEALS + 1)
    return (measured - chance) / max(1 - chance, 1e-9), p


def _told(objects: NDArray[np.intp], states: NDArray[np.intp], codes: NDArray[np.intp]) -> float:
    """Mean over objects of how far the two states' shares of the values lie apart (total variation, 0 to 1)."""
    width = int(codes.max()) + 1
    count = int(objects.max()) + 1
    tables = [
        np.bincount(objects[states == side] * width + codes[states == side], minlength=count * width)
        .reshape(count, width)
        .astype(np.float64)
        for side in (0, 1)
    ]
    present = tables[0].sum(axis=1) > 0
    shares = [table[present] / table[present].sum(axis=1, keepdims=True) for table in tables]
    return float(np.mean(np.abs(shares[0] - shares[1]).sum(axis=1) / 2))


def _typical(known: Known, token: Token) -> Rows:
    """Anomalies with the value that most of them have."""
    anomalies = np.flatnonzero((known.table.normal == 0) & (token.codes >= 0))
    values, counts = np.unique(token.codes[anomalies], return_counts=True)
    return evidence(anomalies[token.codes[anomalies] == values[counts.argmax()]])
