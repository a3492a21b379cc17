"""Which recordings teach, which set thresholds, and which are tested: by time order, one recording a unit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from thermview.errors import ReadError, reason
from thermview.laser.faults import INJECTIONS
from thermview.laser.videos import Source, source_of

T = TypeVar("T")

TRUTH_NAME = "laser_truth.json"
TRUTH_LIMIT = 64 * 2**20
KEPT_ASIDE = frozenset(f"Type16/{number}" for number in range(1666, 1674))
"""In the published set 1673 is the known anomaly, and those just before it may announce it: they neither
teach nor set a threshold."""
FIT_SHARE, CALIBRATION_SHARE = 0.4, 0.3
LEAST_NORMALS = 3
"""Recordings that a batch must have: one to learn from, one for thresholds, one to test."""


@dataclass(frozen=True)
class Options:
    """What is measured, and how much of it.

    `recordings`: normal recordings used per batch at most; `trials`: faults injected per kind, size and
    duration, `goals` per fault of GOALS; `fit`: learn a model of normality too; `noise`: do the centroid-noise
    test; `rate`: false-alarm rate per recording that thresholds are set for; `kinds`: see INJECTIONS.
    """

    recordings: int = 30
    trials: int = 8
    goals: int = 12
    rate: float = 0.01
    seed: int = 1
    baselines: bool = True
    fit: bool = True
    noise: bool = True
    kinds: tuple[str, ...] = tuple(INJECTIONS)


@dataclass(frozen=True)
class BatchPlan:
    """The normal recordings of one batch in the order of time."""

    name: str
    fit: tuple[Source, ...]
    calibration: tuple[Source, ...]
    test: tuple[Source, ...]


@dataclass(frozen=True)
class Aside:
    """A recording that is only scored: known to be faulty by the truth file, or named by the publication."""

    source: Source
    truth: Mapping[str, Any] | None

    def span(self, frames: int) -> tuple[int, int]:
        """First and last frame of its fault; the whole recording where the truth does not say."""
        said = [(self.truth or {}).get(name) for name in ("first", "last")]
        first, last = (place if isinstance(place, int) else None for place in said)
        if first is None or last is None or not 0 <= first <= last < frames:
            return 0, frames - 1
        return first, last


@dataclass(frozen=True)
class Plan:
    """All that is evaluated. `simulated` None: nobody says."""

    batches: tuple[BatchPlan, ...]
    aside: tuple[Aside, ...]
    simulated: bool | None
    notices: tuple[str, ...]


@dataclass(frozen=True)
class Truth:
    """What a truth file says; without one every recording counts as normal."""

    recordings: Mapping[str, Any]
    simulated: bool | None = None
    path: Path | None = None


def read_truth(folder: Path) -> Truth:
    """The truth file in a folder or beside it; ReadError where it is there and cannot be used."""
    for path in (folder / TRUTH_NAME, folder.parent / TRUTH_NAME):
        if path.is_file():
            return _truth_in(path)
    return Truth({})


def truth_about(folder: Path, paths: Iterable[Path]) -> Truth:
    """What is known of recordings below a folder: its own truth file, or without one those of the folders of
    batches in it. ReadError where one is there and cannot be used."""
    own = read_truth(folder)
    if own.path is not None:
        return own
    folders = dict.fromkeys(above for path in paths for above in (path.parent.parent, path.parent))
    found = [_truth_in(each / TRUTH_NAME) for each in folders if (each / TRUTH_NAME).is_file()]
    rows: dict[str, Any] = {}
    for truth in found:  # a recording that any of them calls faulty is not used
        rows |= {key: row for key, row in truth.recordings.items() if rows.get(key, {}).get("normal", True)}
    simulated = {truth.simulated for truth in found}
    return Truth(rows, simulated.pop() if len(simulated) == 1 else None, found[0].path if found else None)


def _truth_in(path: Path) -> Truth:
    try:
        if path.stat().st_size > TRUTH_LIMIT:
            raise ReadError(f"{path.name}: too large for a truth file; move it away to go without")
        said = json.loads(path.read_bytes())
        rows = {str(key): dict(row) for key, row in said["recordings"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ReadError(f"{path.name}: not a usable truth file ({reason(error)})") from None
    simulated = said.get("simulated")
    return Truth(rows, simulated if isinstance(simulated, bool) else None, path)


def plan_of(folder: Path, paths: Sequence[Path], truth: Truth, options: Options) -> Plan:
    """Split the recordings at `paths`, which come in the order of time; ReadError where none suffices."""
    normals: dict[str, list[Source]] = {}
    aside: dict[str, list[Aside]] = {}
    for path in paths:
        source = source_of(folder, path)
        fault = _fault_of(truth.recordings.get(source.id))
        if fault is not None or source.id in KEPT_ASIDE:
            aside.setdefault(source.batch, []).append(Aside(source, fault))
        else:
            normals.setdefault(source.batch, []).append(source)
    plans = [_split(name, spread(found, options.recordings)) for name, found in normals.items()]
    batches = tuple(plan for plan in plans if plan is not None)
    if not batches:
        raise ReadError(
            f"{folder.name}: no batch has {LEAST_NORMALS} or more normal laser recordings; give a folder of batches."
        )
    chosen = tuple(item for plan in batches for item in spread(aside.get(plan.name, []), options.recordings))
    missing = dict.fromkeys([*normals, *aside])
    kept = {plan.name for plan in batches}
    notices = tuple(
        f"{name}: fewer than {LEAST_NORMALS} normal recordings, left out."
        for name in missing
        if name not in kept
    )
    return Plan(batches, chosen, truth.simulated, notices)


def spread(items: Sequence[T], most: int) -> list[T]:
    """At most so many of the items, evenly spread, in their order."""
    if len(items) <= most:
        return list(items)
    return [items[place * len(items) // most] for place in range(most)]


def in_turn(groups: Sequence[Sequence[T]]) -> list[T]:
    """The first of every group, then the second of every group, and so on."""
    longest = max((len(group) for group in groups), default=0)
    return [group[place] for place in range(longest) for group in groups if place < len(group)]


def _fault_of(row: Any) -> Mapping[str, Any] | None:
    """What the truth says of a faulty recording; an empty mapping where it says no more than that."""
    if not isinstance(row, Mapping) or row.get("normal", True):
        return None
    fault = row.get("fault")
    return fault if isinstance(fault, Mapping) else {}


def _split(name: str, found: list[Source]) -> BatchPlan | None:
    if len(found) < LEAST_NORMALS:
        return None
    fit = max(round(FIT_SHARE * len(found)), 1)
    stop = fit + max(round(CALIBRATION_SHARE * len(found)), 1)
    return BatchPlan(name, tuple(found[:fit]), tuple(found[fit:stop]), tuple(found[stop:]))
