"""What a diagnosis lets one mend: weights, classes to correct, pictures to leave out, sub-classes, channels, a split.

A fix is a proposal with its reason. Nothing here touches a picture; `fixes_copy` applies fixes to a copy.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from thermview.counts import counted
from thermview.diagnosis.results import Contamination, Diagnosis
from thermview.diagnosis.table import PictureTable, Status
from thermview.review.fixes_split import SessionSplit, session_split

SURE_SHARE = 0.8
"""So much of the pictures with a code must lie in one class before that class is proposed for a stray one."""
WHOLE_SHARE = 0.5
"""Where more of a class than this carries a foreign code, the folder's name is as suspect as the pictures are."""
STRANGERS = "neighbours disagree"
"""The kind of finding whose pictures are listed to be looked at, without a class to move them to."""
STEP_M = 1.0
LAYOUTS = {1: "grey", 2: "grey + alpha", 3: "RGB", 4: "RGBA"}


@dataclass(frozen=True)
class Relabel:
    """A picture whose class should be another; `target` is "" where the set does not say which one."""

    row: int
    target: str
    reason: str


@dataclass(frozen=True)
class Exclude:
    """A picture to leave out. `sure` False: a person should look first, and a copy keeps it."""

    row: int
    sure: bool
    reason: str


@dataclass(frozen=True)
class SubClass:
    """Pictures of a class at one distance step. `split` True: the class was found to depend on distance.

    `name` is a folder below the class, so that the class stays what it was.
    """

    class_code: int
    metres: float
    name: str
    count: int
    median_density: float
    lens: str
    split: bool


@dataclass(frozen=True)
class ChannelPlan:
    """Which channel layout all pictures should get; `counts` (classes,) by layout of each class."""

    target: str
    counts: tuple[dict[str, int], ...]
    to_change: int
    loses_alpha: int
    reason: str


@dataclass(frozen=True, eq=False)
class Fixes:
    """All proposals of one diagnosis; `dataclasses.replace` makes those of a person who decided otherwise.

    `class_weights` (classes,): of a loss, mean 1 over pictures; NaN for an empty class. `classes` (n,): code into
    `class_names` after relabelling, `class_names` those of the table and new ones. `kept` (n,): False for what is
    surely left out.
    """

    class_names: tuple[str, ...]
    class_weights: NDArray[np.float64]
    relabel: tuple[Relabel, ...]
    exclude: tuple[Exclude, ...]
    subclasses: tuple[SubClass, ...]
    channels: ChannelPlan
    split: SessionSplit
    notices: tuple[str, ...] = field(default=())


def fixes_of(diagnosis: Diagnosis, *, shares: tuple[float, float, float] = (0.7, 0.15, 0.15)) -> Fixes:
    """The fixes that follow from a diagnosis; the same diagnosis gives the same ones.

    `shares`: of train, validation and test.
    """
    table = diagnosis.table
    relabel = _relabels(diagnosis)
    exclude = _excludes(diagnosis)
    classes = corrected_classes(table, relabel)
    kept = kept_rows(table, exclude)
    together = (*diagnosis.hygiene.duplicates, *diagnosis.hygiene.near_duplicates)
    return Fixes(
        class_names=table.class_names,
        class_weights=np.asarray(diagnosis.hygiene.class_weights, np.float64),
        relabel=relabel,
        exclude=exclude,
        subclasses=_subclasses(diagnosis),
        channels=_channels(table),
        split=session_split(table, classes, kept, together, shares),
        notices=_notices(relabel, exclude),
    )


def corrected_classes(table: PictureTable, relabel: tuple[Relabel, ...]) -> NDArray[np.intp]:
    """Class codes (n,) once the relabelling is done; those without a known target keep theirs."""
    codes = {name: code for code, name in enumerate(table.class_names)}
    classes = np.array(table.class_codes, np.intp)
    for change in relabel:
        if change.target in codes:
            classes[change.row] = codes[change.target]
    return classes


def kept_rows(table: PictureTable, exclude: tuple[Exclude, ...]) -> NDArray[np.bool_]:
    """(n,): True for what stays."""
    kept = np.ones(len(table), np.bool_)
    kept[[each.row for each in exclude if each.sure]] = False
    return kept


def _relabels(diagnosis: Diagnosis) -> tuple[Relabel, ...]:
    found: dict[int, Relabel] = {}
    whole = _wholly_suspect(diagnosis)
    for suspects in diagnosis.contamination:
        own = diagnosis.table.class_names[suspects.class_code]
        if _looks_right(diagnosis, suspects):
            target, why = (
                "",
                f"their nearest pictures are of {own}, as if the names were wrong; a person must say",
            )
        elif suspects.class_code in whole:
            target, why = (
                "",
                f"so does most of {own}: its folder may have the wrong name, or that code's; a person must say",
            )
        else:
            target, why = _target(diagnosis.table, suspects)
        near = "" if np.isnan(suspects.agreement) else _near(suspects, target)
        reason = (
            f"file name says {suspects.code}, class says {own}; session {suspects.session}, "
            f"{counted(len(suspects.rows), 'picture')}{near}; {why}"
        )
        for row in suspects.rows:
            found.setdefault(int(row), Relabel(int(row), target, reason))
    for finding in diagnosis.findings:
        if finding.kind == STRANGERS:
            other = str(finding.numbers.get("other class") or "another class")
            reason = f"its session lies among pictures of {other}; look whether the class is right"
            for row in finding.rows:
                found.setdefault(int(row), Relabel(int(row), "", reason))
    return tuple(found[row] for row in sorted(found))


def _wholly_suspect(diagnosis: Diagnosis) -> set[int]:
    """Classes of which most carries a foreign code: no list may empty them."""
    shares: Counter[int] = Counter()
    for suspects in diagnosis.contamination:
        shares[suspects.class_code] += suspects.share  # type: ignore[assignment]
    return {code for code, share in shares.items() if share > WHOLE_SHARE}


def _looks_right(diagnosis: Diagnosis, suspects: Contamination) -> bool:
    """True where the generic lens places these pictures in the class that they lie in."""
    lens = diagnosis.generic
    if lens is None:
        return False
    near = lens.neighbours[np.isin(lens.rows, suspects.rows)]
    near = near[near >= 0]
    return bool(len(near) and np.mean(diagnosis.table.class_codes[near] == suspects.class_code) >= SURE_SHARE)


def _near(suspects: Contamination, target: str) -> str:
    there = target or "the class of that code"
    return f"; {100 * suspects.agreement:.0f} % of their nearest pictures of other sessions lie in {there}"


def _target(table: PictureTable, suspects: Contamination) -> tuple[str, str]:
    """The class that pictures with this code lie in elsewhere, and why it is or is not proposed."""
    tokens = table.tokens
    row = int(suspects.rows[0])
    same = (tokens.object_codes == tokens.object_codes[row]) & (tokens.state_codes == tokens.state_codes[row])
    elsewhere = table.class_codes[same & (table.class_codes != suspects.class_code)]
    if not len(elsewhere) or tokens.object_codes[row] < 0:
        return "", "no other class holds this code, so a person must say where they belong"
    (code, most), *others = Counter(elsewhere.tolist()).most_common()
    name = table.class_names[code]
    share = most / len(elsewhere)
    if share >= SURE_SHARE:
        return name, f"{100 * share:.0f} % of the pictures with this code elsewhere lie in {name}"
    listed = ", ".join([name, *(table.class_names[other] for other, _ in others[:3])])
    return "", f"pictures with this code lie in several classes ({listed}), so a person must say which"


def _excludes(diagnosis: Diagnosis) -> tuple[Exclude, ...]:
    table, hygiene = diagnosis.table, diagnosis.hygiene
    found: dict[int, Exclude] = {}
    words = {Status.UNREADABLE: "cannot be read", Status.EMPTY: "file of no bytes", Status.GONE: "gone"}
    for row in np.flatnonzero(~table.readable):
        said = table.problems.get(int(row)) or words[Status(int(table.looks["status"][row]))]
        found[int(row)] = Exclude(int(row), True, said)
    for group in hygiene.duplicates:
        _exclude_copies(found, table, [int(row) for row in group], "the same file as", sure=True)
    for group in hygiene.near_duplicates:
        _exclude_copies(found, table, [int(row) for row in group], "nearly the same picture as", sure=False)
    return tuple(found[row] for row in sorted(found))


def _exclude_copies(
    found: dict[int, Exclude], table: PictureTable, group: list[int], what: str, *, sure: bool
) -> None:
    """All of a group but its first; with two classes in it nobody can say which is right, so none is sure."""
    first, *others = group
    two_classes = len({int(table.class_codes[row]) for row in group}) > 1
    for row in group if two_classes else others:
        other = next(one for one in group if one != row) if row == first else first
        reason = f"{what} {table.paths[other]}"
        if two_classes:
            reason += ", which stands in another class: look which one is right"
        found.setdefault(row, Exclude(row, sure and not two_classes, reason))


def _subclasses(diagnosis: Diagnosis) -> tuple[SubClass, ...]:
    """Each class by distance in steps of 1 m; below 1 m as named, for there a step would be the distance itself."""
    table = diagnosis.table
    split = {each.class_code for each in diagnosis.splits if each.token == "distance"}
    lens = diagnosis.domain or diagnosis.generic
    densities = np.full(len(table), np.nan)
    if lens is not None:
        densities[lens.rows] = lens.values
    steps = distance_steps(table)
    found = []
    for code, class_name in enumerate(table.class_names):
        members = table.members(code) if class_name else np.zeros(0, np.intp)
        for metres in np.unique(steps[members][np.isfinite(steps[members])]):
            here = members[steps[members] == metres]
            known = densities[here][np.isfinite(densities[here])]
            median = float(np.median(known)) if len(known) else float("nan")
            found.append(
                SubClass(
                    code, float(metres), distance_name(float(metres)), len(here), median,
                    lens.name if lens else "", code in split,
                )
            )  # fmt: skip
    return tuple(found)


def distance_steps(table: PictureTable) -> NDArray[np.float64]:
    """(n,): each picture's distance in metres, to 1 m, below 1 m as it is; NaN where unknown."""
    metres = np.asarray(table.tokens.distances_m, np.float64)
    return np.where(metres < STEP_M, np.round(metres, 2), np.floor(metres / STEP_M + 0.5) * STEP_M)


def distance_name(metres: float) -> str:
    """The folder name of a distance step: D3, D0.5."""
    return f"D{metres:g}"


def _channels(table: PictureTable) -> ChannelPlan:
    """RGB for all where any picture has colours: what alpha there is says nothing of the scene."""
    looks = table.looks
    counts = tuple(
        {
            LAYOUTS.get(int(layout), f"{layout} channels"): int(n)
            for layout, n in zip(
                *np.unique(looks["channels"][rows[table.readable[rows]]], return_counts=True), strict=True
            )
        }
        for rows in (table.members(code) for code in range(len(table.class_names)))
    )
    layouts = {layout for each in counts for layout in each}
    grey = not layouts & {"RGB", "RGBA"}
    target = ("grey" if grey else "RGB") if layouts else ""
    wanted = {"grey": 1, "RGB": 3}.get(target, 0)
    other = table.readable & (looks["channels"] != wanted)
    if len(layouts) < 2:
        reason = "all pictures have the same channels already"
    else:
        reason = (
            f"{len(layouts)} layouts are mixed; without one layout the same scene is two different inputs"
        )
    loses = int((table.readable & (looks["alpha"] == 2)).sum())
    return ChannelPlan(target, counts, int(other.sum()), loses, reason)


def _notices(relabel: tuple[Relabel, ...], exclude: tuple[Exclude, ...]) -> tuple[str, ...]:
    notices = []
    if unknown := sum(not change.target for change in relabel):
        notices.append(
            f"For {counted(unknown, 'suspect picture')} the set does not say which class is right."
        )
    if unsure := sum(not each.sure for each in exclude):
        notices.append(
            f"{counted(unsure, 'picture is', 'pictures are')} listed to be looked at; a copy keeps them."
        )
    return tuple(notices)
