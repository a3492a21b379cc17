"""Regions on the command line: read from a file, measured, told as a table."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from thermview.cli.output import say, write_json
from thermview.errors import ExportError

if TYPE_CHECKING:
    from thermview.recording import Recording
    from thermview.thermal.region_sets import RegionSet

Regions = Annotated[
    Path | None,
    typer.Option(
        "--regions",
        metavar="FILE.json",
        exists=True,
        dir_okay=False,
        help="Measure the regions of a file that the window saved (Save regions\u2026).",
    ),
]


def tell_table(
    recording: Recording, recording_id: str, index: int, regions: RegionSet, out: Path | None, json: bool
) -> None:
    """Measure regions in one frame: into a CSV file, as JSON lines, or as CSV rows on stdout.

    On stdout what the rows mean is a message, as with the numbers of a frame.
    """
    from thermview.review.exported_regions import outside
    from thermview.review.region_tables import measure, table_records, write_region_table

    if out is not None and out.suffix.lower() != ".csv":
        raise ExportError(f"{out.name}: what regions measure is a table; use -o FILE.csv.")
    measured = measure(recording_id, recording, index, regions)
    if empty := outside(measured):
        say(f"No pixel of the frame lies in {', '.join(empty)}.")
    if out is not None:
        write_region_table(out, measured, [recording.path])
    if json:
        for record in table_records(measured):
            write_json(record)
    elif out is None:
        with TemporaryDirectory() as folder:
            table = Path(folder) / "regions.csv"
            write_region_table(table, measured)
            print_table(table)


def print_table(table: Path) -> None:
    """The rows of a CSV file on stdout, its lines that begin with # on stderr, so that a pipe gets rows alone."""
    with table.open(encoding="utf-8-sig", newline="") as lines:
        for line in lines:
            is_about = line.lstrip('"').startswith("#")
            (sys.stderr if is_about else sys.stdout).write(line)
