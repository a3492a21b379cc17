"""Small but realistic values of a diagnosis: vectors of classes in capture sessions, and what hangs on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from thermview.capture.classes import is_normal_class
from thermview.capture.names import NameTokens, format_name
from thermview.diagnosis.density import (
    DEFINITION,
    PLAIN_DEFINITION,
    percentiles,
    plain_density,
    session_density,
)
from thermview.diagnosis.diagnose import concluding
from thermview.diagnosis.lenses import Lenses
from thermview.diagnosis.results import (
    Annotations,
    ClassBox,
    Contamination,
    Diagnosis,
    Finding,
    GreyZone,
    HeldOut,
    Hygiene,
    Interval,
    Lens,
    Measure,
    Pivot,
    Separation,
    Severity,
    TokenSplit,
)
from thermview.diagnosis.table import LOOK, Alpha, NameColumns, PictureTable, Status
from thermview.jobs import last_result
from thermview.scoring import ModelId

DIMENSIONS = 32
MEAN_SIDE = 16
ROOT = Path("simulated set")


@dataclass(frozen=True)
class ClassPlan:
    """A class of `sessions` capture sessions of `frames` pictures each.

    `spread`: how far sessions scatter about the class, and so how thin it is; `apart`: how far the state lies
    from the object's middle. `distances`: in turn by session; those of `far` lie elsewhere and scatter more.
    """

    name: str
    code: str
    state: str
    sessions: int
    frames: int
    spread: float = 0.45
    apart: float = 0.0
    distances: tuple[float, ...] = (3.0,)
    far: tuple[float, ...] = ()


PLANS = (
    ClassPlan("AC Outdoor-Normal", "AIR", "NOM", 10, 6),
    ClassPlan("AC Outdoor-Overheat", "AIR", "AON", 8, 4, spread=0.9, apart=0.8),
    ClassPlan("Car-Normal", "CAR", "NOM", 24, 12, distances=(3, 30, 3, 25), far=(25, 30)),
    ClassPlan("Car-Overheat", "CAR", "AON", 10, 5, spread=0.9, apart=0.8, distances=(5, 10, 20)),
    ClassPlan("Person-Anomaly-Identify", "HUM", "AON", 12, 8, spread=0.9, apart=0.8, distances=(5, 20)),
    ClassPlan("Person-Normal", "HUM", "NOM", 14, 8, distances=(5, 10)),
    ClassPlan("Pipe-Leak", "PIP", "AON", 7, 4, spread=0.9, apart=0.8, distances=(0.5, 1, 2)),
    ClassPlan("Pipe-Normal", "PIP", "NOM", 12, 7, distances=(1, 2)),
)


@dataclass(frozen=True, eq=False)
class SimulatedSet:
    """A table of pictures with a vector each; `mislabelled`: rows of a session that lies in a wrong class."""

    table: PictureTable
    vectors: np.ndarray
    mislabelled: np.ndarray


def simulated_set(
    plans: Sequence[ClassPlan] = PLANS,
    *,
    seed: int = 0,
    mislabelled: bool = True,
    dimensions: int = DIMENSIONS,
) -> SimulatedSet:
    """The set of these plans; `mislabelled` puts a session of overheated cars among the anomalous persons."""
    rng = np.random.default_rng(seed)
    entries: list[tuple[str, str, NameTokens, np.ndarray, bool]] = []
    for number, plan in enumerate(plans):
        for session in range(plan.sessions):
            entries += _session(rng, plan, number, session, dimensions)
    target = "Person-Anomaly-Identify"
    if mislabelled and {"CAR", "HUM"} <= {plan.code for plan in plans}:
        source = next(plan for plan in plans if plan.code == "CAR" and plan.state == "AON")
        wrong = replace(source, name=target, frames=9, distances=(20.0,))
        entries += _session(rng, wrong, 90, 0, dimensions, wrong=True)
    entries.sort(key=lambda entry: entry[0])
    table = table_of([(path, name, tokens) for path, name, tokens, _, _ in entries], seed=seed)
    vectors = np.array([entry[3] for entry in entries], np.float32).reshape(-1, dimensions)
    return SimulatedSet(table, vectors, np.flatnonzero([entry[4] for entry in entries]))


def _session(rng, plan, number, session, dimensions, *, wrong=False):
    home = np.random.default_rng([7, *plan.code.encode()]).normal(size=dimensions)
    off = np.random.default_rng([8, *plan.state.encode()]).normal(size=dimensions)
    distance = float(plan.distances[session % len(plan.distances)])
    far = distance in plan.far
    middle = home + plan.apart * off + (1.1 * np.roll(off, 3) if far else 0)
    middle = middle + plan.spread * (2.2 if far else 1.0) * rng.normal(size=dimensions)
    day = date(2020, 9, 1) + timedelta(days=int(rng.integers(181)))
    start = 9 * 60 + number * 5 + session * 7
    window = f"{_clock(start)}-{_clock(start + 6)}"
    site = ("CIC", "HIC")[int(rng.random() < 0.3)]
    for frame in range(plan.frames):
        tokens = NameTokens(plan.code, plan.state, day, site, window, distance, 1000 * session + frame, 0)
        path = f"crops/{plan.name}/{format_name(tokens)}.png"
        yield path, plan.name, tokens, middle + 0.08 * rng.normal(size=dimensions), wrong


def _clock(minute):
    return f"{'A' if minute < 720 else 'P'}{minute // 60:02d}{minute % 60:02d}"


def table_of(entries: Sequence[tuple[str, str, NameTokens | None]], *, seed: int = 0) -> PictureTable:
    """The table of (path, class, tokens) in the order of their paths, as if every picture had been read."""
    rng = np.random.default_rng(seed)
    class_names = tuple(sorted({name for _, name, _ in entries}))
    class_codes = np.array([class_names.index(name) for _, name, _ in entries], np.intp)
    keys = [tokens.session_key if tokens else path.rpartition("/")[0] for path, _, tokens in entries]
    session_names, session_codes = np.unique(np.array(keys, dtype=object), return_inverse=True)
    looks = np.zeros(len(entries), LOOK)
    looks["status"], looks["bits"] = Status.READ, 8
    rgba = np.random.default_rng(seed + 1).random(len(session_names))[session_codes] < 0.8
    looks["channels"], looks["alpha"] = np.where(rgba, 4, 3), np.where(rgba, Alpha.OPAQUE, Alpha.NONE)
    looks["columns"], looks["rows"] = rng.choice([88, 90, 96], len(entries)), 219
    looks["mean"], looks["sd"] = rng.uniform(60, 120, len(entries)), rng.uniform(20, 50, len(entries))
    looks["blur"] = rng.lognormal(5, 0.5, len(entries))
    looks["hash"] = rng.integers(1, 2**63, len(entries), dtype=np.uint64)
    looks["digest"] = [b"%016d" % number for number in range(len(entries))]
    return PictureTable(
        paths=tuple(path for path, _, _ in entries),
        class_names=class_names,
        class_normal=tuple(is_normal_class(name) for name in class_names),
        class_codes=class_codes,
        session_names=tuple(session_names.tolist()),
        session_codes=np.asarray(session_codes, np.intp),
        tokens=_columns([tokens for _, _, tokens in entries]),
        looks=looks,
        problems={},
        histograms=rng.integers(0, 5000, (len(class_names), 3, 256)).astype(np.int64),
        mean_pictures=_mean_pictures(rng, len(class_names)),
    )


def _columns(tokens: Sequence[NameTokens | None]) -> NameColumns:
    def coded(texts: list[str | None]) -> tuple[tuple[str, ...], np.ndarray]:
        names = sorted({text for text in texts if text is not None})
        return tuple(names), np.array([-1 if t is None else names.index(t) for t in texts], np.int32)

    objects, object_codes = coded([one.object if one else None for one in tokens])
    states, state_codes = coded([one.state if one else None for one in tokens])
    sites, site_codes = coded([one.site if one else None for one in tokens])
    windows = [one.window if one else None for one in tokens]
    return NameColumns(
        objects, object_codes, states, state_codes, sites, site_codes,
        days=np.array([one.day.toordinal() if one else 0 for one in tokens], np.int32),
        hours=np.array([window[0].hour if window else -1 for window in windows], np.int8),
        distances_m=np.array([one.distance_m if one else np.nan for one in tokens], np.float32),
    )  # fmt: skip


def _mean_pictures(rng: np.random.Generator, classes: int) -> np.ndarray:
    rows, columns = np.mgrid[0:MEAN_SIDE, 0:MEAN_SIDE] / MEAN_SIDE - 0.5
    pictures = [
        120 * np.exp(-((rows - r) ** 2 + (columns - c) ** 2) / 0.05)[..., None] * (1.0, 0.6, 0.9) + 40
        for r, c in rng.uniform(-0.3, 0.3, (classes, 2))
    ]
    return np.array(pictures, np.float32).reshape(classes, MEAN_SIDE, MEAN_SIDE, 3)


def hygiene_of(table: PictureTable, **changed) -> Hygiene:
    """Hygiene that goes with the table's looks; `changed` fields replace the clean ones."""
    counts = np.bincount(table.class_codes, minlength=len(table.class_names)).astype(np.intp)
    channels = {1: "grey", 2: "grey + alpha", 3: "RGB", 4: "RGBA"}
    read = table.looks[table.readable]
    sizes = Counter(zip(read["columns"].tolist(), read["rows"].tolist(), strict=True))
    nothing = np.zeros(0, np.intp)
    present = counts[counts > 0]
    values = {
        "channels": {channels[code]: n for code, n in sorted(Counter(read["channels"].tolist()).items())},
        "bit_depths": dict(Counter(read["bits"].tolist())),
        "sizes": dict(sizes.most_common()),
        "class_counts": counts,
        "class_weights": counts.sum() / np.maximum(len(counts) * counts, 1),
        "class_blur": np.random.default_rng(2).uniform(5, 60, len(counts)).astype(np.float32),
        "mean_count": float(counts.mean()) if len(counts) else 0.0,
        "sd_count": float(counts.std(ddof=1)) if len(counts) > 1 else 0.0,
        "max_min_ratio": float(present.max() / present.min()) if len(present) else float("nan"),
        "unreadable": np.flatnonzero(table.looks["status"] == Status.UNREADABLE),
        "empty": np.flatnonzero(table.looks["status"] == Status.EMPTY),
        "not_opaque": np.flatnonzero(table.looks["alpha"] == Alpha.TRANSPARENT),
        "duplicates": (),
        "near_duplicates": (),
        "near_in_session": 0,
        "annotations": Annotations(0, nothing, (), nothing, ()),
        "dates_outside": nothing,
        "odd_distances": nothing,
    }
    return Hygiene(**(values | changed))


def blemished(table: PictureTable) -> tuple[PictureTable, Hygiene]:
    """The same set with a broken, an empty and a transparent picture, duplicates and faulty annotations."""
    looks = table.looks.copy()
    looks["status"][3], looks["status"][9] = Status.UNREADABLE, Status.EMPTY
    looks["alpha"][20], looks["channels"][20] = Alpha.TRANSPARENT, 4
    problems = {
        3: f"{table.paths[3]}: not a readable picture (cut short).",
        9: f"{table.paths[9]}: empty file.",
    }
    spoilt = replace(table, looks=looks, problems=problems)
    annotations = Annotations(
        files=4,
        missing=np.array([5, 6]),
        dangling=("frames/CAR_NOM_gone.png",),
        outside=np.array([7]),
        issues=("frames.json: annotation 12 has a negative width; it is left out.",),
    )
    last = len(table) - 1
    return spoilt, hygiene_of(
        spoilt,
        duplicates=(np.array([0, 1]),),
        near_duplicates=(np.array([2, last]),),
        near_in_session=4,
        annotations=annotations,
        dates_outside=np.array([8]),
        odd_distances=np.array([11]),
    )


def lens_of(table: PictureTable, vectors: np.ndarray, name: str = "L2") -> Lens:
    """A lens with real densities of all readable pictures; its separation has made-up intervals."""
    rows = np.flatnonzero(table.readable)
    shown, classes = np.asarray(vectors)[rows], table.class_codes[rows]
    density = last_result(session_density(shown, table.session_codes[rows], classes, table.class_names))
    plain = last_result(plain_density(shown))
    values, known = density.values, np.isfinite(density.values)
    order = rows[known][np.argsort(values[known], kind="stable")]
    centred = shown - shown.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)
    plane = (centred @ axes[2][:2].T).astype(np.float32)
    shares = axes[1] ** 2 / np.sum(axes[1] ** 2)
    boxes = [_box(code, values[known & (classes == code)]) for code in np.unique(classes[known])]
    domain = name == "L3"
    held_out = HeldOut(
        Interval(0.81, 0.74, 0.87),
        0.93,
        tuple(np.linspace(0.42, 0.59, 20)),
        0.58,
        "The domain lens separates.",
    )
    return Lens(
        name=name,
        dimensions=vectors.shape[1],
        definition=DEFINITION,
        plain_definition=PLAIN_DEFINITION,
        rows=rows,
        values=values,
        plain_values=plain.values,
        percentiles=percentiles(values, classes),
        neighbours=np.where(density.neighbours >= 0, rows[density.neighbours], -1).astype(np.int32),
        separation=_separation(values, table.normal[rows]),
        plain_separation=_separation(plain.values, table.normal[rows]),
        boxes=tuple(sorted(boxes, key=lambda box: box.median)),
        plane=plane,
        plane_mean=(float(plane[:, 0].min()), float(plane[:, 1].max())),
        plane_share=(float(shares[0]), float(shares[1])),
        spread_map=plane[:, ::-1].copy(),
        lowest=order[:20],
        highest=order[::-1][:20],
        pivots=tuple(_pivot(code, rows, shown, values, classes) for code in np.unique(classes[known])),
        vectors=shown,
        held_out=held_out if domain else None,
        notices=density.notices,
    )


def _separation(values: np.ndarray, normal: np.ndarray) -> Separation:
    high, low = (values[(normal == side) & np.isfinite(values)] for side in (1, 0))
    if not len(high) or not len(low):
        return Separation(Interval(float("nan")), Interval(float("nan")), Interval(float("nan")))
    gap = float(np.median(high) - np.median(low))
    quartiles = np.percentile(np.concatenate([high, low]), [25, 75])
    auroc = float(np.mean(high[:, None] > low[None]))
    scaled = gap / float(quartiles[1] - quartiles[0])
    return Separation(*(Interval(value, value - 0.06, value + 0.05) for value in (gap, scaled, auroc)))


def _box(code: int, values: np.ndarray) -> ClassBox:
    q1, median, q3 = np.percentile(values, [25, 50, 75])
    inside = values[(values >= q1 - 1.5 * (q3 - q1)) & (values <= q3 + 1.5 * (q3 - q1))]
    ends = [float(value) for value in (inside.min(), q1, median, q3, inside.max())]
    return ClassBox(int(code), len(values), *ends)


def _pivot(code, rows, vectors, values, classes) -> Pivot:
    members = np.flatnonzero((classes == code) & np.isfinite(values))
    row = members[values[members].argmax()]
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    near = np.argsort(-(unit @ unit[row]), kind="stable")
    return Pivot(int(code), int(rows[row]), rows[near[near != row][:10]])


def diagnosis_of(seed: int = 0) -> Diagnosis:
    """A whole diagnosis of the blemished set: two lenses, findings of each severity, a score card."""
    made = simulated_set(seed=seed)
    table, hygiene = blemished(made.table)
    mixing = np.random.default_rng(3).normal(size=(made.vectors.shape[1], 12))
    generic, domain = lens_of(table, made.vectors), lens_of(table, made.vectors @ mixing, "L3")
    person = table.class_names.index("Person-Anomaly-Identify")
    session = table.session_names[table.session_codes[made.mislabelled[0]]]
    share = len(made.mislabelled) / len(table.members(person))
    suspects = Contamination(person, "CAR_AON", session, made.mislabelled, share, 0.87)
    return Diagnosis(
        root=ROOT,
        table=table,
        hygiene=hygiene,
        generic=generic,
        domain=domain,
        shared_lowest=generic.lowest[np.isin(generic.lowest, domain.lowest)],
        contamination=(suspects,),
        splits=(_split(table, generic),),
        grey_zones=(_grey_zone(table, generic),),
        findings=_findings(table, suspects),
        score_card=_score_card(),
        model=ModelId("simulated embedding", "0" * 64),
        seconds=12.5,
        notices=("Two pictures could not be read.",),
    )


def _split(table: PictureTable, lens: Lens) -> TokenSplit:
    car = table.class_names.index("Car-Normal")
    here = table.class_codes[lens.rows] == car
    meters = table.tokens.distances_m[lens.rows]
    groups = [lens.values[here & (meters == metre)] for metre in (3, 25, 30)]
    medians = tuple(float(np.nanmedian(group)) for group in groups)
    rows = lens.rows[here & (meters == 30)]
    counts = tuple(len(group) for group in groups)
    test = "Kruskal-Wallis on session medians"
    return TokenSplit(car, "distance", lens.name, ("3 m", "25 m", "30 m"), medians, counts, 0.004, test, rows)


def _grey_zone(table: PictureTable, lens: Lens) -> GreyZone:
    normal, anomaly = (table.class_names.index(f"Pipe-{state}") for state in ("Normal", "Leak"))
    classes = table.class_codes[lens.rows]
    sides = [lens.values[(classes == code) & np.isfinite(lens.values)] for code in (normal, anomaly)]
    thresholds = np.linspace(float(np.nanmin(lens.values)), float(np.nanmax(lens.values)), 50)
    low, high = sorted([float(np.percentile(sides[0], 5)), float(np.percentile(sides[1], 95))])
    inside = np.isin(classes, [normal, anomaly]) & (lens.values >= low) & (lens.values <= high)
    missed = np.array([np.mean(sides[1] >= threshold) for threshold in thresholds])
    false = np.array([np.mean(sides[0] < threshold) for threshold in thresholds])
    zone = lens.rows[inside]
    return GreyZone("Pipe", lens.name, (normal,), (anomaly,), low, high, thresholds, missed, false, zone)


def _findings(table: PictureTable, suspects: Contamination) -> tuple[Finding, ...]:
    count = len(suspects.rows)
    return (
        Finding(
            "contamination",
            Severity.HIGH,
            f"{count} pictures of session {suspects.session} in Person-Anomaly-Identify carry the code CAR_AON.",
            {"pictures": count, "share": suspects.share, "agreement": suspects.agreement},
            suspects.rows,
            "Acc-ML",
            "Look at this session and move it to the class it shows.",
        ),
        Finding(
            "channel mix",
            Severity.MEDIUM,
            "22 % of the pictures are RGB, 78 % RGBA.",
            {"RGB": 0.22, "RGBA": 0.78},
            np.flatnonzero(table.looks["channels"] == 3)[:50],
            "Con-ML",
            "Bring all pictures to one channel layout.",
        ),
        Finding(
            "unreadable", Severity.LOW, "Two files cannot be read.", {"files": 2}, np.array([3, 9]), "Com-ML"
        ),
    )


def _score_card() -> tuple[Measure, ...]:
    return (
        Measure("Com-ML", "Completeness", 99.7, "%", "pictures that can be read"),
        Measure("Bal-ML", "Balance", 10.3, "", "largest class over smallest"),
    )


def conclude(
    root: Path, table: PictureTable, hygiene: Hygiene, lenses: Lenses, model: ModelId | None
) -> Diagnosis:
    """What follows from everything that was measured, at once."""
    found: Diagnosis = last_result(concluding(root, table, hygiene, lenses, model))
    return found
