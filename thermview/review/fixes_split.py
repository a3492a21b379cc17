"""Train, validation and test by capture session: pictures taken in one go never stand in two parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.results import Rows
from thermview.diagnosis.table import PictureTable
from thermview.errors import ExportError

PARTS = ("train", "validation", "test")
LEFT_OUT = -1


@dataclass(frozen=True, eq=False)
class SessionSplit:
    """`parts` (n,): code into PARTS, -1 for pictures left out. `counts` (classes, 3).

    `groups`: how many sets of sessions had to stay together. `largest`: share of pictures in the largest one.
    """

    parts: NDArray[np.int8]
    counts: NDArray[np.intp]
    shares: tuple[float, float, float]
    groups: int
    largest: float
    notices: tuple[str, ...]


def session_split(
    table: PictureTable,
    classes: NDArray[np.intp],
    kept: NDArray[np.bool_],
    together: Sequence[Rows],
    shares: tuple[float, float, float],
) -> SessionSplit:
    """Part of each picture that is `kept` (n,), by its class after mending, `classes` (n,).

    Sessions that share a group of `together` (duplicates) stay in one part. Groups are dealt out, those of
    classes with the fewest first, to the part that then misses the wanted shares least; a class with three groups or
    more is in all parts. Deterministic.
    """
    groups = _groups(table, kept, together)
    names = np.unique(groups[kept])
    place = np.searchsorted(names, groups[kept])
    counts = np.zeros((len(names), len(table.class_names)), np.intp)
    np.add.at(counts, (place, classes[kept]), 1)
    part_of_group = _deal(counts, np.asarray(shares, np.float64))
    parts = np.full(len(table), LEFT_OUT, np.int8)
    parts[kept] = part_of_group[place]
    totals = np.stack([counts[part_of_group == part].sum(axis=0) for part in range(len(PARTS))], axis=1)
    largest = float(counts.sum(axis=1).max() / counts.sum()) if counts.sum() else 0.0
    notices = _notices(table, counts, totals, largest)
    split = SessionSplit(parts, totals.astype(np.intp), shares, len(names), largest, notices)
    check_split(table, split, together)
    return split


def check_split(table: PictureTable, split: SessionSplit, together: Sequence[Rows] = ()) -> None:
    """ExportError where a session, or a group of duplicates, stands in two parts: such a split is never written."""
    there = split.parts >= 0
    pairs = np.unique(np.stack([table.session_codes[there], split.parts[there]]), axis=1)
    if len(np.unique(pairs[0])) != pairs.shape[1]:
        raise ExportError("The split would put a session into two parts; it is not written.")
    for group in together:
        parts = split.parts[group]
        if len(np.unique(parts[parts >= 0])) > 1:
            raise ExportError("The split would put duplicates into two parts; it is not written.")


def _groups(table: PictureTable, kept: NDArray[np.bool_], together: Sequence[Rows]) -> NDArray[np.intp]:
    """(n,): the smallest session code of all that must stay together."""
    parent = list(range(len(table.session_names)))

    def root(session: int) -> int:
        while parent[session] != session:
            parent[session] = parent[parent[session]]
            session = parent[session]
        return session

    for group in together:
        sessions = {root(int(table.session_codes[row])) for row in group if kept[row]}
        for session in sessions:
            parent[session] = min(sessions)
    roots = np.array([root(session) for session in range(len(parent))], np.intp)
    return roots[table.session_codes] if len(table) else np.zeros(0, np.intp)


def _deal(counts: NDArray[np.intp], shares: NDArray[np.float64]) -> NDArray[np.int8]:
    """Part of each group, from its pictures by class (groups, classes)."""
    parts = np.full(len(counts), LEFT_OUT, np.int8)
    totals = np.maximum(counts.sum(axis=0), 1)
    groups_of_class = (counts > 0).sum(axis=0)
    rarest = np.where(counts > 0, groups_of_class, len(counts) + 1).min(axis=1, initial=len(counts) + 1)
    filled = np.zeros((len(PARTS), counts.shape[1]))
    wanted = shares[:, None] * totals
    for group in np.lexsort((np.arange(len(counts)), -counts.sum(axis=1), rarest)):
        here = counts[group]
        part = _best_part(here, filled, wanted, totals, groups_of_class)
        parts[group] = part
        filled[part] += here
    return parts


def _best_part(
    here: NDArray[np.intp],
    filled: NDArray[np.float64],
    wanted: NDArray[np.float64],
    totals: NDArray[np.intp],
    groups_of_class: NDArray[np.intp],
) -> int:
    """The part that lies least off its wanted share of the classes here; an empty one first.

    A class of one group goes to train, of two to train and test: what cannot be learnt need not be tested.
    """
    present = here > 0
    allowed = np.ones(len(PARTS), np.bool_)
    fewest = int(groups_of_class[present].min())
    scarce = present & (groups_of_class == fewest)
    if fewest <= len(PARTS):
        order = {1: (0,), 2: (0, 2), 3: (0, 2, 1)}[fewest]
        empty = [part for part in order if (filled[part, scarce] == 0).any()]
        return empty[0] if empty else order[0]
    over = (filled[:, present] + here[present] - wanted[:, present]) / totals[present]
    before = (filled[:, present] - wanted[:, present]) / totals[present]
    cost = (over**2 - before**2).sum(axis=1)
    missing = (filled[:, present] == 0).any(axis=1) & (wanted[:, present] > 0).all(axis=1)
    full = (before > 0).all(axis=1)
    allowed &= ~full | full.all()
    cost = cost - 10.0 * (missing & _running_out(here, filled, groups_of_class))
    return int(np.flatnonzero(allowed)[np.argmin(cost[allowed])])


def _running_out(
    here: NDArray[np.intp], filled: NDArray[np.float64], groups_of_class: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """(3,): parts that a class here with few groups is still missing from."""
    few = (here > 0) & (groups_of_class <= 2 * len(PARTS))
    return np.asarray((filled[:, few] == 0).any(axis=1), np.bool_)


def _notices(
    table: PictureTable, counts: NDArray[np.intp], totals: NDArray[np.intp], largest: float
) -> tuple[str, ...]:
    notices = []
    for code, name in enumerate(table.class_names):
        absent = [PARTS[part] for part in range(len(PARTS)) if not totals[code, part]]
        if totals[code].sum() and absent:
            groups = int((counts[:, code] > 0).sum())
            sessions = "one session" if groups == 1 else f"{groups} sessions or groups of them"
            notices.append(f"{name} comes from {sessions}; it is not in {' and '.join(absent)}.")
    if largest > 0.5:
        notices.append(
            f"{100 * largest:.0f} % of the pictures hang together by sessions and duplicates and stay in one part."
        )
    return tuple(notices)
