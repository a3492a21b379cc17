"""thermview frame: one frame as numbers or as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from thermview.cli.holders import with_holders
from thermview.cli.options import (
    Ends,
    Fusion,
    drawn_in,
    ends_in,
    look_of,
    palette_option,
)
from thermview.cli.region_options import Regions, print_table, tell_table
from thermview.cli.stated import Filter, StatedOptions

if TYPE_CHECKING:
    from thermview.recording import Recording
    from thermview.review.formats import ExportOptions, Shot
    from thermview.thermal.display import Display

_SUFFIXES = (".npy", ".csv", ".tiff", ".tif", ".png")


@dataclass(frozen=True)
class Drawn:
    """The options that say how the frame is drawn, and what is done to it before."""

    palette: Annotated[str | None, palette_option("the picture is")] = None
    ends: Ends = None
    fusion: Fusion = None
    filters: Filter = None


@with_holders
def frame(
    path: Annotated[Path, typer.Argument(help="A recording.")],
    index: Annotated[int, typer.Argument(min=0, help="Frame index, from 0.")],
    *,
    celsius: Annotated[bool, typer.Option("--celsius", help="Temperatures in °C, or a refusal.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", callback=ends_in(*_SUFFIXES), help=f"File, one of {' '.join(_SUFFIXES)}."
        ),
    ] = None,
    drawn: Drawn,
    regions: Regions = None,
    clean: Annotated[bool, typer.Option("--clean", help="Picture without colour bar and caption.")] = False,
    measuring: StatedOptions,
    json: Annotated[bool, typer.Option("--json", help="With --regions: one JSON object per region.")] = False,
) -> None:
    """Write one frame as numbers (CSV on stdout, or .npy, .csv, .tiff) or as a picture (.png).

    With --regions: the table of what they measure in it.
    """
    from thermview.capture.ids import recording_id
    from thermview.readers import open_recording
    from thermview.review.evidence import check_outside
    from thermview.review.region_files import read_regions

    stated = measuring.with_looks(drawn.ends, drawn.palette, drawn.filters)
    if json and regions is None:
        raise typer.BadParameter("--json is for the table of --regions.")
    if drawn.fusion is not None and regions is not None:
        raise typer.BadParameter("--fusion is for pictures, --regions gives a table; say one.")
    measured = None if regions is None else read_regions(regions)
    if out is not None:
        check_outside(out, [path])
    recording = stated.open(open_recording(path))
    try:
        _check(recording, index, celsius)
        if measured is not None:
            tell_table(recording, recording_id(path.parent, path), index, measured, out, json)
        else:
            shot = _shot(recording, path, index, drawn_in(drawn.palette, stated.compares))
            _write(shot, recording, drawn.fusion, out, clean)
    finally:
        recording.close()


def _check(recording: Recording, index: int, celsius: bool) -> None:
    """ReadError where the recording has no such frame, or no temperatures though they are wanted."""
    from thermview.errors import ReadError
    from thermview.readers.colour_estimate import holds_camera_data
    from thermview.readers.failures import failure

    length = len(recording)
    if index >= length:
        there = "only frame 0" if length == 1 else f"frames 0 to {length - 1}"
        raise failure(recording.path, f"there is no frame {index}; the recording has {there}.")
    if celsius and recording.quantity.unit == "K":
        raise ReadError(
            f"{recording.path.name}: with this filter its values are differences in K, no temperatures in °C; "
            "leave out --celsius, or the filter minus."
        )
    if celsius and recording.quantity.unit != "°C":
        raise ReadError(
            f"{recording.path.name}: no temperature is known of it; its values are "
            f"{recording.quantity.label or 'plain numbers'}.{_hint(recording)}"
            if len(recording.frame_shape) == 2
            else f"{recording.path.name}: {recording.issues[0]}"
            if holds_camera_data(recording) and recording.issues
            else f"{recording.path.name}: no temperature data in this picture, only colours; they can be estimated "
            "where the ends of its colour bar are known (--ends LOW,HIGH)."
        )


def _hint(recording: Recording) -> str:
    from thermview.readers.count_scale import lacks_scale

    return " --values or --kelvin-per-count state what they are." if lacks_scale(recording) else ""


def _shot(recording: Recording, path: Path, index: int, display: Display) -> Shot:
    from thermview.capture.ids import recording_id
    from thermview.review.facts import facts_of
    from thermview.review.formats import Shot
    from thermview.review.score_cache import fingerprint

    facts = facts_of(recording, recording_id(path.parent, path), fingerprint(path), index)
    return Shot(recording.frame(index), facts, display)


def _write(shot: Shot, recording: Recording, fusion: str | None, out: Path | None, clean: bool) -> None:
    """As a file, with the visible picture where that is asked for, or as numbers on stdout."""
    from thermview.review.formats import ExportOptions

    if fusion is not None:
        shot = _with_visible(shot, recording, fusion, out, clean)
    if out is None:
        _print_numbers(shot)
    else:
        _write_whole(shot, out, ExportOptions(clean=clean))


def _with_visible(shot: Shot, recording: Recording, fusion: str, out: Path | None, clean: bool) -> Shot:
    """The shot with the recording's visible picture; ThermviewError where it has none, or where none can be drawn."""
    from dataclasses import replace

    from thermview.errors import ThermviewError
    from thermview.review.visible import fusion_of

    if out is None or out.suffix.lower() != ".png" or clean:
        raise ThermviewError("Only a picture can show the visible picture: use -o FILE.png, without --clean.")
    found = fusion_of(recording, look_of(fusion), None, recording.path.parent, "")
    return replace(shot, fusion=found, facts=replace(shot.facts, fusion=found.words))


def _print_numbers(shot: Shot) -> None:
    """Numbers on stdout; what they mean is a message, so that a pipe gets rows of numbers alone."""
    from thermview.review.formats import ExportOptions
    from thermview.review.number_files import write_csv

    with TemporaryDirectory() as folder:
        table = Path(folder) / "frame.csv"
        write_csv(table, shot, ExportOptions())
        print_table(table)


def _write_whole(shot: Shot, out: Path, options: ExportOptions) -> None:
    """Write the file under another name first: a failure leaves nothing half-written."""
    from thermview.review.exporters import exporters_of

    exporter = exporters_of([out.suffix])[0]
    partial = out.with_name(f".{out.stem}.part{out.suffix}")
    try:
        writer = exporter.open(partial, options, 1)
        writer.add(shot)
        writer.close()
        partial.replace(out)
    except OSError as error:
        if error.filename:  # a person knows the file by the name that was asked for
            error.filename = str(out)
        raise
    finally:
        partial.unlink(missing_ok=True)
