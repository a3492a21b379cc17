"""thermview diagnose: is this picture set fit to train on?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from thermview.cli.failures import Tally
from thermview.cli.holders import with_holders

if TYPE_CHECKING:
    from thermview.cli.diagnosing import Diagnosing

_SHARD = re.compile(r"(\d{1,5})/(\d{1,5})", re.ASCII)


def shard_of(text: str) -> tuple[int, int]:
    """Shard number, from 1, and number of shards of a text such as 3/8; typer.BadParameter where it is none."""
    match = _SHARD.fullmatch(text)
    number, count = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= number <= count:
        raise typer.BadParameter("give a shard and how many there are, such as 3/8", param_hint="--shard")
    return number, count


def _check_shard(text: str | None) -> str | None:
    if text is not None:
        shard_of(text)
    return text


def days_of(text: str) -> tuple[date, date]:
    """First and last day of a text such as 2020-09-01,2021-02-28; typer.BadParameter where it is none."""
    try:
        first, last = (date.fromisoformat(word.strip()) for word in text.split(","))
    except ValueError:
        raise typer.BadParameter(
            "give two days, such as 2020-09-01,2021-02-28", param_hint="--collected"
        ) from None
    if first > last:
        raise typer.BadParameter("the first day is after the last", param_hint="--collected")
    return first, last


def _check_days(text: str | None) -> str | None:
    if text is not None:
        days_of(text)
    return text


@dataclass(frozen=True)
class Parts:
    """The options that share the work out."""

    dask: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Share the work out to a Dask cluster, such as tcp://host:8786."
        ),
    ] = None
    shard: Annotated[
        str | None,
        typer.Option(
            metavar="I/N",
            callback=_check_shard,
            help="Only this part of the set, into DIR, to be merged later.",
        ),
    ] = None
    merge: Annotated[bool, typer.Option("--merge", help="Join the shards in DIR into one report.")] = False

    def __post_init__(self) -> None:
        if self.shard and self.merge:
            raise typer.BadParameter("a shard is either made or merged", param_hint="--shard, --merge")
        if self.dask and (self.shard or self.merge):
            raise typer.BadParameter("the cluster shares the work out itself", param_hint="--dask")


@dataclass(frozen=True)
class Copy:
    """The options of a copy with the fixes applied."""

    apply: Annotated[
        Path | None,
        typer.Option("--apply", metavar="COPY", help="Write a copy of the set with the fixes applied."),
    ] = None
    fixes: Annotated[
        Path | None,
        typer.Option(
            "--fixes", metavar="FIXES", help="Lists that you have edited, in place of the proposals."
        ),
    ] = None
    split: Annotated[
        bool, typer.Option("--split", help="With --apply: in folders train, validation, test.")
    ] = False
    subclasses: Annotated[
        bool,
        typer.Option("--subclasses", help="With --apply: below each class by distance, in steps of 1 m."),
    ] = False

    def __post_init__(self) -> None:
        if (self.split or self.subclasses) and self.apply is None:
            raise typer.BadParameter("these say what --apply does", param_hint="--split, --subclasses")


@dataclass(frozen=True)
class Taken:
    """The options that say how the set was taken."""

    collected: Annotated[
        str | None,
        typer.Option(
            metavar="FIRST,LAST", callback=_check_days, help="When the set was taken: 2020-09-01,2021-02-28."
        ),
    ] = None
    farthest: Annotated[
        float | None, typer.Option(min=0.0, metavar="M", help="From how far pictures were taken at most, m.")
    ] = None

    @property
    def days(self) -> tuple[date, date] | None:
        """First and last day, None where nothing is said."""
        return days_of(self.collected) if self.collected else None


@with_holders
def diagnose(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A set of pictures, as a rule in class folders.")
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DIR", help="Gets report.html, report.json and fixes/."),
    ],
    model: Annotated[
        Path | None,
        typer.Option(metavar="BACKBONE.onnx", help="An embedding of your own instead of the shipped one."),
    ] = None,
    *,
    parts: Parts,
    beside: Annotated[
        list[Path] | None,
        typer.Option(
            "--beside", metavar="REPORT.json", help="The report of another set to compare with; repeatable."
        ),
    ] = None,
    copy: Copy,
    taken: Taken,
    seed: Annotated[int, typer.Option(min=0, help="Another seed draws other sessions for intervals.")] = 0,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line: progress, findings, report.")
    ] = False,
) -> None:
    """Diagnose a set of pictures: hygiene, densities, labels, distance, grey zones, and what to do about it.

    Nothing is written into FOLDER. What was read before is not read again, so a diagnosis that was stopped goes on
    where it was. Files that cannot be read are findings; the exit status is 3 where files were lost while it ran,
    or where the embedding could not be used: what needs none is then diagnosed alone.
    """
    from thermview.cli.diagnosing import Diagnosing
    from thermview.review.evidence import check_outside

    if parts.shard and copy.apply is not None:
        raise typer.BadParameter("apply after merging", param_hint="--apply")
    check_outside(output, [folder])
    if copy.apply is not None:
        check_outside(copy.apply, [folder])
    tally = Tally()
    work = Diagnosing(
        folder,
        output,
        model,
        seed,
        json,
        tally,
        collected=taken.days,
        farthest_m=taken.farthest,
        beside=beside or (),
        edited=copy.fixes,
    )
    _run(work, parts, copy)
    tally.end()


def _run(work: Diagnosing, parts: Parts, copy: Copy) -> None:
    """A shard, or the report and the copy that was asked for."""
    if parts.shard:
        work.make_shard(*shard_of(parts.shard))
        return
    if copy.apply is not None:
        work.check_copy(copy.apply)
    work.report(dask=parts.dask, merge=parts.merge)
    if copy.apply is not None:
        work.apply(copy.apply, split=copy.split, subclasses=copy.subclasses)
