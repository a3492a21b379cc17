"""Which recordings of a capture could teach what is normal, and what speaks against some of them; no Qt here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from thermview.capture.ids import id_of
from thermview.capture.listing import natural_key
from thermview.gui.parts.plain_words import count_text, one_line, percent_text, score_text
from thermview.laser.evaluate_plan import KEPT_ASIDE, read_truth
from thermview.laser.normality.calibrate import RATE
from thermview.laser.normality.fit import FEW_RECORDINGS, LEAST_RECORDINGS

MOST = 20_000
"""Recordings that are offered at most: no batch comes near."""


@dataclass(frozen=True)
class Candidate:
    """A recording: `id` as a model names it (`Type16/1673`), `shown_id` as the window does below the capture.

    `barred`: it is left out whatever a person says, because it is known to be faulty. `remark` says what is
    known of it, empty for nothing; `doubtful` recordings are not chosen at first.
    """

    id: str
    shown_id: str
    path: Path
    remark: str = ""
    barred: bool = False
    doubtful: bool = False

    @property
    def name(self) -> str:
        """The last part of the id, on one line."""
        return one_line(self.id.rpartition("/")[2])


@dataclass(frozen=True)
class Choices:
    """Candidates by batch, both in natural order, below `folder`, which is what is fitted."""

    folder: Path
    batches: Mapping[str, tuple[Candidate, ...]]

    @property
    def count(self) -> int:
        """Candidates of all batches."""
        return sum(len(found) for found in self.batches.values())


@dataclass(frozen=True)
class Known:
    """What the window knows of recordings, asked for by their id below the capture."""

    badge_of: Callable[[str], Any] = lambda shown_id: None
    flags: Mapping[str, int] | None = None


def choices_of(root: Path, relatives: Iterable[str], known: Known) -> tuple[Choices, ...]:
    """Candidates of each folder of batches below `root`, most recordings first.

    `relatives` are paths below it. A capture may hold a laser folder beside pictures: what counts as a batch is
    the folder that recordings lie in. ReadError where a truth file is there and cannot be used.
    """
    folders: dict[str, dict[str, list[tuple[str, str]]]] = {}
    videos = (relative for relative in relatives if relative.lower().endswith(".npz"))
    for relative in islice(videos, MOST):
        above, _, batch = id_of(relative).rpartition("/")[0].rpartition("/")
        folders.setdefault(above, {}).setdefault(batch, []).append((id_of(relative), relative))
    found = [_choices(root, above, batches, known) for above, batches in folders.items()]
    return tuple(sorted(found, key=lambda choices: -choices.count))


def _choices(root: Path, above: str, batches: Mapping[str, list[tuple[str, str]]], known: Known) -> Choices:
    folder = root / above if above else root
    truth = read_truth(folder).recordings
    rows: dict[str, tuple[Candidate, ...]] = {}
    for batch in sorted(batches, key=natural_key):
        name = batch or root.stem  # the batch's own folder is open
        pairs = sorted(batches[batch], key=lambda pair: natural_key(pair[0]))
        rows[name] = tuple(
            _candidate(f"{name}/{shown.rpartition('/')[2]}", shown, root / relative, truth, known)
            for shown, relative in pairs
        )
    return Choices(folder, rows)


def _candidate(name: str, shown: str, path: Path, truth: Mapping[str, Any], known: Known) -> Candidate:
    said = truth.get(name, {})
    if name in KEPT_ASIDE:
        return Candidate(name, shown, path, "known not to be a sure normal: left out", barred=True)
    if not said.get("normal", True):
        fault = fault_words(said.get("fault"))
        return Candidate(
            name,
            shown,
            path,
            f"faulty by the truth file{f' ({fault})' if fault else ''}: left out",
            barred=True,
        )
    remarks = []
    badge = known.badge_of(shown)
    alarmed = badge is not None and badge.anomalous
    if badge is not None and alarmed:
        remarks.append(f"alarm: {badge.cause or 'score'} {score_text(badge.score)}")
    if flags := (known.flags or {}).get(shown, 0):
        remarks.append(count_text(flags, "flag"))
    return Candidate(name, shown, path, ", ".join(remarks), doubtful=bool(flags))


def fault_words(fault: Any) -> str:
    """What a truth file says of a fault, short; empty where it says nothing."""
    kind = fault.get("kind", "") if isinstance(fault, Mapping) else fault or ""
    return one_line(str(kind)).replace("_", " ")[:60]


def promise_words(count: int, rate: float = RATE) -> str:
    """What so many normal recordings of one batch can promise, in one sentence."""
    if count < LEAST_RECORDINGS:
        return f"{count_text(count, 'recording')}: at least {LEAST_RECORDINGS} are needed."
    best = max(rate, 1 / (count + 1))
    said = f"false alarms in at most {percent_text(best)} of normal recordings"
    if count < FEW_RECORDINGS:
        return f"{count_text(count, 'recording')}: limits will be rough ({said})."
    return f"{count_text(count, 'recording')}: {said}."


def choice_words(counts: Mapping[str, int]) -> str:
    """What the chosen recordings of each batch add up to."""
    chosen = {batch: count for batch, count in counts.items() if count}
    if not chosen:
        return "Nothing is chosen: check the recordings that you take for normal."
    enough = {batch: count for batch, count in chosen.items() if count >= LEAST_RECORDINGS}
    if not enough:
        return f"A batch needs at least {LEAST_RECORDINGS} normal recordings; check more, or open a folder with more."
    words = (
        f"{count_text(sum(enough.values()), 'recording')} of {count_text(len(enough), 'batch', 'batches')}"
    )
    short = [batch for batch in chosen if batch not in enough]
    left = f" Too few, and left out: {', '.join(short[:5])}." if short else ""
    fewest = min(enough.values())
    best = percent_text(max(RATE, 1 / (fewest + 1)))
    sure = (
        f" With n recordings no rate below 1 in n + 1 can be promised: {best} here for the smallest batch, "
        f"99 reach {percent_text(RATE)}."
        if fewest < round(1 / RATE) - 1
        else f" False alarms in at most {best} of normal recordings can be promised."
    )
    return f"{words}.{sure}{left}"
