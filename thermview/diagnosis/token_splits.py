"""Classes whose density depends on what file names say: distance, site, hour, date.

Pictures of one session are near-copies, so the tests take whole sessions: the median density of each session
(at each distance) is one observation, and so is the mean of its vectors, since two kinds of picture can be
equally dense in two places. What the token says is dealt anew to these observations (Anderson, "A new method
for non-parametric multivariate analysis of variance", Austral Ecology 26, 2001). All tests of one token are
corrected together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.nearest import unit_rows
from thermview.diagnosis.results import Lens, TokenSplit
from thermview.diagnosis.table import NameColumns, PictureTable

LEVEL = 0.05
DEALS = 19_999
_FIRST_DEALS, _AT_ONCE = 199, 100
_LEAST_SESSIONS, _MOST_SESSIONS = 6, 500
_SEEN_OF_SESSION, _COMPONENTS = 4, 30
_HOW = "values dealt anew to whole sessions, Holm-corrected within the token"
TESTS = (
    (
        f"Kruskal-Wallis on the median density of sessions, {_HOW}",
        f"rank correlation of the median density of sessions, {_HOW}",
    ),
    (
        f"PERMANOVA on the mean embedding of sessions, {_HOW}",
        f"trend of the mean embedding of sessions, {_HOW}",
    ),
)
"""Of density and of places in the embedding; for any difference between values, and for a trend."""


@dataclass(frozen=True, eq=False)
class Token:
    """What a token says of each picture: `codes` (n,) of its `values`, in their order, -1 where unknown.

    `ordered`: tested for a trend, not for any difference between the values. `places` (values,): where they lie;
    a value of one session alone is tested together with the nearest other. None where they lie nowhere.
    """

    name: str
    values: tuple[str, ...]
    codes: NDArray[np.intp]
    ordered: bool = False
    places: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class _Units:
    """Sessions of a class: a table row of each, `ranks` (n, 1) of its median density, `places` (n, r) of its
    mean vector in principal components."""

    rows: NDArray[np.intp]
    ranks: NDArray[np.float64]
    places: NDArray[np.float64]


def tokens_of(columns: NameColumns) -> tuple[Token, ...]:
    """The tokens that can be tested."""
    metres, distance_codes = _coded(columns.distances_m, np.isfinite(columns.distances_m))
    hours, hour_codes = _coded(columns.hours, columns.hours >= 0)
    months, month_codes = _coded(_months(columns.days), columns.days > 0)
    return (
        Token(
            "distance",
            tuple(f"{value:g} m" for value in metres),
            distance_codes,
            places=np.log(np.maximum(metres, 0.01)),
        ),
        Token("site", columns.site_names, columns.site_codes.astype(np.intp)),
        Token("hour", tuple(f"{int(value):02d} h" for value in hours), hour_codes, places=hours),
        Token("date", tuple(f"{int(m) // 12}-{int(m) % 12 + 1:02d}" for m in months), month_codes, True),
    )


def _months(days: NDArray[np.int32]) -> NDArray[np.intp]:
    """Months since year 0 of proleptic ordinals, by the few distinct days there are."""
    distinct, inverse = np.unique(days, return_inverse=True)
    dates = [date.fromordinal(int(day)) if day > 0 else None for day in distinct]
    months = [0 if one is None else one.year * 12 + one.month - 1 for one in dates]
    return np.asarray(np.array(months, np.intp)[inverse], np.intp)


def _coded(
    numbers: NDArray[np.float32] | NDArray[np.int8] | NDArray[np.intp], known: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    codes = np.full(len(numbers), -1, np.intp)
    values, inverse = np.unique(numbers[known], return_inverse=True)
    codes[known] = inverse
    return values.astype(np.float64), codes


def find_splits(table: PictureTable, lenses: Sequence[Lens], *, seed: int = 0) -> tuple[TokenSplit, ...]:
    """Every class and token on which density or place in the embedding depends beyond chance, the surest first.

    Of the tests of one class, token and lens the surest stands. Places are compared in the first lens only.
    """
    tested = [
        result
        for number, lens in enumerate(lenses)
        for result in _tested(table, lens, places=number == 0, seed=seed)
    ]
    surest: dict[tuple[str, int, str], tuple[float, _Tested]] = {}
    for name in dict.fromkeys(result.token.name for result in tested):
        family = [result for result in tested if result.token.name == name]
        for p, result in zip(holm([one.p for one in family]), family, strict=True):
            key = result.lens.name, result.class_code, name
            if p < LEVEL and (key not in surest or p < surest[key][0]):
                surest[key] = p, result
    found = [_split(table, result, p) for p, result in surest.values()]
    return tuple(sorted(found, key=lambda split: (split.p, split.class_code, split.token, split.lens)))


@dataclass(frozen=True, eq=False)
class _Tested:
    p: float
    test: str
    lens: Lens
    class_code: int
    token: Token


def _tested(table: PictureTable, lens: Lens, *, places: bool, seed: int) -> Iterator[_Tested]:
    tokens = tokens_of(table.tokens)
    classes = table.class_codes[lens.rows]
    for code in np.unique(classes[np.isfinite(lens.values)]):
        if not table.class_names[code]:
            continue
        here = np.flatnonzero((classes == code) & np.isfinite(lens.values))
        units = _units(table, lens, here, tokens[0], places, np.random.default_rng([seed, int(code)]))
        for number, token in enumerate(tokens):
            codes = _joined(token.codes[units.rows], token.places)
            tests = TESTS if places else TESTS[:1]
            for factor, names in zip((units.ranks, units.places), tests, strict=False):
                rng = np.random.default_rng([seed, int(code), number])
                p = _p_value(factor, codes, token.ordered, rng)
                if np.isfinite(p):
                    yield _Tested(p, names[token.ordered], lens, int(code), token)


def _units(
    table: PictureTable,
    lens: Lens,
    here: NDArray[np.intp],
    distance: Token,
    places: bool,
    rng: np.random.Generator,
) -> _Units:
    """Sessions of a class, parted by distance, which alone varies within one; a random 500 of more."""
    values, rows = lens.values[here], lens.rows[here]
    keys = table.session_codes[rows] * (len(distance.values) + 1) + distance.codes[rows] + 1
    order = np.lexsort((values, keys))
    _, starts, counts = np.unique(keys[order], return_index=True, return_counts=True)
    if len(starts) > _MOST_SESSIONS:
        chosen = np.sort(rng.permutation(len(starts))[:_MOST_SESSIONS])
        starts, counts = starts[chosen], counts[chosen]
    low, high = order[starts + (counts - 1) // 2], order[starts + counts // 2]
    medians = (values[low].astype(np.float64) + values[high]) / 2
    ranks = _ranks(medians) - (len(medians) + 1) / 2
    middles = np.zeros((len(starts), 1))
    if places:
        steps = np.linspace(0, 1, _SEEN_OF_SESSION)[:, None] * (counts - 1)
        seen = order[starts + np.rint(steps).astype(np.intp)]
        middles = np.mean([unit_rows(lens.vectors[here[some]]) for some in seen], axis=0, dtype=np.float64)
    return _Units(rows[low], ranks[:, None], _main_components(middles))


def _main_components(middles: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = middles - middles.mean(axis=0)
    left, lengths, _ = np.linalg.svd(centred, full_matrices=False)
    return np.asarray((left * lengths)[:, :_COMPONENTS])


def _p_value(
    factor: NDArray[np.float64], codes: NDArray[np.intp], ordered: bool, rng: np.random.Generator
) -> float:
    """Of dealing `codes` (n,) anew to sessions described by `factor` (n, r); NaN with too few to test."""
    known = codes >= 0
    counts = np.bincount(codes[known], minlength=1)
    kept = known & (counts[codes] >= (1 if ordered else 2))
    codes, factor = np.unique(codes[kept], return_inverse=True)[1], factor[kept]
    if len(codes) < _LEAST_SESSIONS or codes.max() < 1:
        return float("nan")
    factor = factor - factor.mean(axis=0)
    weights = _trend(codes) if ordered else _groups(codes)
    measured = float(_statistic(factor[None], weights)[0]) * (1 - 1e-9)
    above = done = 0
    for deals in (_FIRST_DEALS, DEALS - _FIRST_DEALS):
        for first in range(0, deals, _AT_ONCE):
            order = np.argsort(rng.random((min(_AT_ONCE, deals - first), len(codes))), axis=1)
            above += int(np.sum(_statistic(factor[order], weights) >= measured))
        done += deals
        if above > 3:  # no deal more could make this sure
            break
    return (above + 1) / (done + 1)


def _joined(codes: NDArray[np.intp], places: NDArray[np.float64] | None) -> NDArray[np.intp]:
    """Codes (n,) in which a value that one session alone has goes with the nearest other value."""
    if places is None:
        return codes
    codes = codes.copy()
    while True:
        values, counts = np.unique(codes[codes >= 0], return_counts=True)
        if len(values) < 2 or counts.min() > 1:
            return codes
        alone = values[counts.argmin()]
        others = values[values != alone]
        codes[codes == alone] = others[np.abs(places[others] - places[alone]).argmin()]


def _groups(codes: NDArray[np.intp]) -> NDArray[np.float64]:
    """(sessions, groups): ranks times this, squared and summed, are what Kruskal and Wallis compare."""
    member = codes[:, None] == np.arange(int(codes.max()) + 1)
    return np.asarray(member / np.sqrt(member.sum(axis=0)))


def _trend(codes: NDArray[np.intp]) -> NDArray[np.float64]:
    places = _ranks(codes.astype(np.float64))
    return np.asarray((places - places.mean())[:, None])


def _statistic(factors: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """(deals,) of (deals, sessions, r): what the values of the token explain of the scatter."""
    return np.asarray(np.sum((factors.transpose(0, 2, 1) @ weights) ** 2, axis=(1, 2)))


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """From 1, the middle of ties."""
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, "left")
    return np.asarray((below + np.searchsorted(ordered, values, "right") + 1) / 2)


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values corrected for there being so many (Holm, Scandinavian Journal of Statistics 6, 1979)."""
    count = len(p_values)
    order = np.argsort(np.asarray(p_values, np.float64), kind="stable")
    adjusted, least = [0.0] * count, 0.0
    for place, at in enumerate(order):
        least = max(least, min(1.0, p_values[at] * (count - place)))
        adjusted[at] = least
    return adjusted


def _split(table: PictureTable, result: _Tested, p: float) -> TokenSplit:
    lens, code, token = result.lens, result.class_code, result.token
    here = np.flatnonzero((table.class_codes[lens.rows] == code) & np.isfinite(lens.values))
    codes = token.codes[lens.rows[here]]
    present = [value for value in np.unique(codes) if value >= 0]
    groups = [here[codes == value] for value in present]
    medians = [float(np.median(lens.values[group])) for group in groups]
    lowest = groups[int(np.argmin(medians))]
    return TokenSplit(
        class_code=code,
        token=token.name,
        lens=lens.name,
        values=tuple(token.values[value] for value in present),
        medians=tuple(medians),
        counts=tuple(len(group) for group in groups),
        p=p,
        test=result.test,
        rows=lens.rows[lowest[np.argsort(lens.values[lowest], kind="stable")]],
    )
