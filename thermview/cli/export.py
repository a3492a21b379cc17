"""thermview export: frames as pictures, numbers and clips, with a manifest."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from thermview.cli.failures import Tally
from thermview.cli.holders import with_holders
from thermview.cli.options import (
    Ends,
    Fusion,
    drawn_in,
    export_formats,
    frame_ranges,
    look_of,
    palette_option,
)
from thermview.cli.output import say, show, write_json
from thermview.cli.progress import result_of
from thermview.cli.region_options import Regions
from thermview.cli.stated import Filter, Stated, StatedOptions
from thermview.counts import counted

if TYPE_CHECKING:
    from thermview.review.export import ExportResult
    from thermview.review.selection import ExportItem
    from thermview.thermal.fusion import Look


@dataclass(frozen=True)
class Which:
    """The options that say which frames, of which one is to be given."""

    frames: Annotated[
        str | None,
        typer.Option(metavar="RANGES", callback=frame_ranges, help="Indices from 0, such as 0,5,10-20."),
    ] = None
    events: Annotated[bool, typer.Option("--events", help="The frames of all events, scoring first.")] = False
    flagged: Annotated[bool, typer.Option("--flagged", help="The frames that were flagged.")] = False

    @property
    def given(self) -> int:
        """How many of them were given."""
        return [self.frames is not None, self.events, self.flagged].count(True)


@dataclass(frozen=True)
class What:
    """The options that say what is written of each frame."""

    formats: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="LIST",
            callback=export_formats,
            help="Of png,jpeg,tiff,csv,npy,h5,mp4,gif; png, or with --regions none, where nothing is said.",
        ),
    ] = None
    filters: Filter = None
    regions: Regions = None
    over_time: Annotated[
        bool,
        typer.Option("--over-time", help="With --regions: a table over all frames of each recording too."),
    ] = False

    @property
    def names(self) -> list[str]:
        """The formats by name."""
        if self.formats:
            return self.formats.split(",")
        return ["png"] if self.regions is None else []


@dataclass(frozen=True)
class Drawn:
    """The options that say how pictures are drawn."""

    clean: Annotated[bool, typer.Option("--clean", help="Pictures without colour bar and caption.")] = False
    palette: Annotated[str | None, palette_option("pictures are")] = None
    ends: Ends = None
    fusion: Fusion = None

    @property
    def look(self) -> Look | None:
        """How the visible picture is shown, None where it is not."""
        return look_of(self.fusion) if self.fusion is not None else None


@dataclass(frozen=True)
class Known:
    """The options that say where scores and flags come from."""

    model: Annotated[Path | None, typer.Option(help="The model of events and scores.")] = None
    store: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Where the flags are kept, if not as usual."),
    ] = None


@with_holders
def export(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files, folders or zipped batches.")],
    out: Annotated[Path, typer.Option("-o", "--out", metavar="DIR", help="Folder for files and manifest.")],
    *,
    which: Which,
    what: What,
    drawn: Drawn,
    known: Known,
    measuring: StatedOptions,
    json: Annotated[bool, typer.Option("--json", help="Say as JSON what was written.")] = False,
) -> None:
    """Export frames of recordings: those named, those of events, or those flagged.

    No events is no failure; no flags where flagged frames are asked for is one.
    """
    if what.over_time and what.regions is None:
        context.fail("--over-time is for the table of --regions.")
    if which.given != 1:
        context.fail("Choose which frames: one of --frames, --events and --flagged.")
    from thermview.cli.exporting import as_stated
    from thermview.review.evidence import check_outside
    from thermview.review.export import ExportOptions, export_frames
    from thermview.review.region_files import read_regions

    stated = measuring.with_looks(drawn.ends, drawn.palette, what.filters)
    measured = None if what.regions is None else read_regions(what.regions)
    tally = Tally()
    check_outside(out, paths)
    items = _items(paths, which, drawn, known, stated, tally)
    if items:
        steps = export_frames(
            as_stated(items, stated),
            formats=what.names,
            folder=out,
            options=ExportOptions(clean=drawn.clean, regions=measured, over_time=what.over_time),
            captures=paths,
        )
        _report(result_of(steps, "Exporting"), json, tally)
    else:
        say(f"Nothing was exported: there are no {'flags' if which.flagged else 'such frames'} here.")
        tally.failed += which.flagged
    tally.end()


def _items(
    paths: list[Path], which: Which, drawn: Drawn, known: Known, stated: Stated, tally: Tally
) -> list[ExportItem]:
    """What is exported: the frames asked for of the recordings found, drawn as was said."""
    from thermview.cli.exporting import items_of_events, items_of_flags, items_of_frames, with_visible
    from thermview.cli.found import find_recordings

    look, display = drawn.look, drawn_in(drawn.palette, stated.compares)
    found = find_recordings(paths, tally)
    if which.frames is not None:
        items = items_of_frames(found, which.frames, display, tally)
    elif which.events:
        items = items_of_events(found, known.model, display, tally)
    else:
        items = items_of_flags(paths, found, known.store, known.model, display, look)
    return items if look is None else with_visible(items, look)


def _report(result: ExportResult, json: bool, tally: Tally) -> None:
    tally.done += result.frames
    for problem in result.problems:
        tally.fail(problem)
    if json:
        write_json(asdict(result))
    else:
        show(f"{counted(result.frames, 'frame')} in {counted(len(result.files), 'file')}: {result.folder}")
