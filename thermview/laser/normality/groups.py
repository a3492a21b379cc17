"""Which recordings a fit begins with, batch by batch, and what is left out before any of them is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from thermview.laser.evaluate_plan import KEPT_ASIDE, TRUTH_NAME, truth_about
from thermview.laser.videos import Source, source_of
from thermview.readers.failures import printable

NAMED = 3
"""Recordings that a sentence names; of more it says how many there are."""


@dataclass
class Groups:
    """Recordings by batch, in the order they came in; `left_out` is told and was wished, `problems` were not."""

    batches: dict[str, list[Source]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def grouped(folder: Path, paths: Sequence[Path], exclude: frozenset[str]) -> Groups:
    """Batches below `folder`, without what is excluded (ids or names) and what is known not to be normal.

    A recording belongs to the batch that the folder it lies in is named after, wherever that folder is.
    """
    truth = truth_about(folder, paths).recordings
    groups, seen = Groups(), dict[str, Path]()
    faulty: dict[str, list[str]] = {}
    twice: dict[tuple[Path, Path], list[Path]] = {}
    for path in sorted(paths, key=lambda path: len(path.parts)):  # of two alike the one nearer the top counts
        source = source_of(folder, path)
        if exclude & {source.id, source.name}:
            seen.setdefault(source.id, path)
        elif source.id in KEPT_ASIDE:
            groups.left_out.append(f"{source.id}: known not to be a sure normal, left out.")
        elif not truth.get(source.id, {}).get("normal", True):
            faulty.setdefault(source.batch, []).append(source.name)
        elif source.id in seen:
            twice.setdefault((seen[source.id].parent, path.parent), []).append(path)
        else:
            seen[source.id] = path
            groups.batches.setdefault(source.batch, []).append(source)
    groups.left_out += [printable(f"{batch}: {_faulty(names)}.") for batch, names in faulty.items()]
    groups.problems += [printable(_twice(folder, *places, left)) for places, left in twice.items()]
    known = {each for id in seen for each in (id, id.rpartition("/")[2])}
    if strangers := sorted(exclude - known - {each for names in faulty.values() for each in names}):
        groups.problems.append(printable(f"No recording to leave out is called {first_of(strangers, 'or')}."))
    return groups


def first_of(names: Sequence[str], link: str = "and", most: int = NAMED) -> str:
    """The first names of many, and how many more there are."""
    more = len(names) - most
    shown = names if more <= 1 else names[:most]
    last = shown[-1]
    if len(shown) < len(names):
        shown, last = [*shown, ""], f"{more} more"
    return f" {link} ".join(filter(None, [", ".join(shown[:-1]), last]))


def _faulty(names: Sequence[str]) -> str:
    return f"{TRUTH_NAME} calls {first_of(names)} faulty, left out"


def _twice(folder: Path, kept: Path, left: Path, paths: Sequence[Path]) -> str:
    """What is said of recordings in one folder that have the names of those in another, or in the same."""
    names = [path.name for path in paths]
    if kept == left:
        return f"{_place(folder, left)}: {first_of(names)} have the names of others there and are left out."
    what = (
        f"{names[0]} is there twice" if len(names) == 1 else f"{len(names)} recordings are there twice ("
        f"{first_of(names)})"
    )  # fmt: skip
    return f"{what}: what lies in {_place(folder, kept)} counts, what lies in {_place(folder, left)} is left out."


def _place(folder: Path, path: Path) -> str:
    """A folder as it is called below the one that is fitted."""
    below = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
    return folder.name if below == "." else below
