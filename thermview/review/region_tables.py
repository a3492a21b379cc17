"""What regions measure, as CSV with units: a table of one frame, and a series over the frames of a recording."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

from thermview.errors import ExportError, ThermviewError, reason
from thermview.recording import Quantity, Recording, is_colour, time_of
from thermview.review.evidence import check_outside
from thermview.review.manifest import safe_cell
from thermview.review.measured import conditions_of, conditions_text, filtered_text
from thermview.thermal.filters import difference_of as quantity_of_difference
from thermview.thermal.region_conditions import FramesByRegion, own_words_in
from thermview.thermal.region_series import RegionSeries
from thermview.thermal.region_sets import RegionSet
from thermview.thermal.region_statistics import (
    STATISTICS,
    Statistic,
    Statistics,
    difference_of,
    statistics_of,
    valid_range,
)


@dataclass(frozen=True)
class Measured:
    """A frame of a recording that regions were measured in; `frame` counts from 0."""

    recording_id: str
    recording: Recording
    frame: int
    regions: RegionSet
    numbers: Sequence[Statistics]
    """of the regions in their order"""


def measure(recording_id: str, recording: Recording, frame: int, regions: RegionSet) -> Measured:
    """Measure regions in one frame of a recording; ReadError where the frame cannot be read.

    ThermviewError for pictures of colours, which hold no quantity.
    """
    if is_colour(recording):
        raise ThermviewError(f"{recording.name}: colours are no quantity, so nothing can be measured.")
    each = FramesByRegion(recording, regions.regions).frames(frame, frame + 1)
    valid = valid_range(recording)
    numbers = [
        statistics_of(pixels[0], region, valid) for pixels, region in zip(each, regions.regions, strict=True)
    ]
    return Measured(recording_id, recording, frame, regions, numbers)


def write_region_table(path: Path, measured: Measured, captures: Iterable[Path] = ()) -> None:
    """One row per region and one per difference; ExportError where the file cannot be written or lies in a capture."""
    with _csv_file(path, captures) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows(_header(measured.recording_id, measured.recording))
        writer.writerow(["# frame", measured.frame])
        writer.writerow(["# time_s", _clock(measured)])
        writer.writerow(_table_columns(measured.recording.quantity))
        writer.writerows(_table_rows(measured))


def write_region_tables(path: Path, measured: Sequence[Measured], captures: Iterable[Path] = ()) -> None:
    """The tables of several frames of one recording below each other, frame and time in the first two columns.

    ExportError as for the table of one frame.
    """
    with _csv_file(path, captures) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows(_header(measured[0].recording_id, measured[0].recording))
        writer.writerow(["frame", "time_s", *_table_columns(measured[0].recording.quantity)])
        for one in measured:
            writer.writerows([one.frame, _clock(one), *row] for row in _table_rows(one))


def table_records(measured: Measured) -> Iterator[dict[str, Any]]:
    """The table of one frame as one record per region and difference, for JSON; what is unknown is None."""
    recording, found = measured.recording, dict(zip(measured.regions.names, measured.numbers, strict=True))
    quantity = recording.quantity
    about = {
        "recording": measured.recording_id,
        "frame": measured.frame,
        "time_s": time_of(recording, measured.frame),
        "quantity": quantity.name,
        "estimated": quantity.estimated,
        "conditions": conditions_of(recording),
        "filter": filtered_text(recording),
    }
    for region, one in zip(measured.regions.regions, measured.numbers, strict=True):
        yield {
            **about,
            "region": region.name,
            "kind": region.kind,
            "unit": quantity.unit,
            **{name: one.value(name) for name in STATISTICS},
            "deviation_unit": _unit_of_deviation(quantity),
            "area_px": one.area,
            "left_out_px": one.left_out,
            "minimum_at": one.at_minimum,
            "maximum_at": one.at_maximum,
            "own_conditions": own_words_in(recording, region),
        }
    for pair in measured.regions.differences:
        first, second = found[pair.first], found[pair.second]
        yield {
            **about,
            "region": f"{pair.first} - {pair.second}",
            "kind": "difference",
            "unit": quantity_of_difference(quantity).unit,
            **{name: difference_of(first, second, name) for name in STATISTICS[:3]},
        }


def _table_columns(quantity: Quantity) -> list[str]:
    return ["region", "kind", *(_column(name, quantity) for name in STATISTICS), "area (px)", "left out (px)",
            "column of minimum", "row of minimum", "column of maximum", "row of maximum", "own conditions"]  # fmt: skip


def _clock(measured: Measured) -> str:
    time_s = time_of(measured.recording, measured.frame)
    return "" if time_s is None else f"{time_s:.6f}"


def _table_rows(measured: Measured) -> Iterator[list[Any]]:
    found = dict(zip(measured.regions.names, measured.numbers, strict=True))
    unit = quantity_of_difference(measured.recording.quantity).unit
    kind = f"difference in {unit}" if unit else "difference"
    for region, one in zip(measured.regions.regions, measured.numbers, strict=True):
        numbers = [_number(one.value(name)) for name in STATISTICS]
        places = [*(one.at_minimum or ("", "")), *(one.at_maximum or ("", ""))]
        own = own_words_in(measured.recording, region)
        yield [safe_cell(region.name), region.kind, *numbers, one.area, one.left_out, *places, own]
    for pair in measured.regions.differences:
        first, second = found[pair.first], found[pair.second]
        numbers = [_number(difference_of(first, second, name)) for name in STATISTICS[:3]]
        yield [safe_cell(f"{pair.first} - {pair.second}"), kind, *numbers, *[""] * 8]


def write_region_series(
    path: Path, recording_id: str, recording: Recording, series: RegionSeries, captures: Iterable[Path] = ()
) -> None:
    """One row per frame with four numbers per region; ExportError as for the table."""
    with _csv_file(path, captures) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows(_header(recording_id, recording))
        for region in series.regions:
            if own := own_words_in(recording, region):
                writer.writerow(["# own conditions", safe_cell(region.name), own])
        columns = [_column(name, recording.quantity) for name in STATISTICS]
        names = (f"{region.name} {column}" for region in series.regions for column in columns)
        writer.writerow(["frame", "time_s", *(safe_cell(name) for name in names)])
        for frame in range(series.values.shape[2]):
            time_s = time_of(recording, frame)
            clock = "" if time_s is None else f"{time_s:.6f}"
            numbers = series.values[:, :, frame].reshape(-1).tolist()
            writer.writerow([frame, clock, *map(_number, numbers)])


def _header(recording_id: str, recording: Recording) -> list[list[Any]]:
    quantity = recording.quantity
    estimated = "estimated " if quantity.estimated and "estimated" not in quantity.name else ""
    return [
        ["# recording", safe_cell(recording_id)],
        ["# quantity", f"{estimated}{quantity.name}"],
        ["# unit", quantity.unit or "none"],
        *([["# conditions", safe_cell(words)]] if (words := conditions_text(recording)) else []),
        *([["# filter", safe_cell(words)]] if (words := filtered_text(recording)) else []),
    ]


def _column(name: Statistic, quantity: Quantity) -> str:
    unit = _unit_of_deviation(quantity) if name == "deviation" else quantity.unit
    return f"{name} ({unit})" if unit else name


def _unit_of_deviation(quantity: Quantity) -> str:
    return "K" if quantity.unit == "°C" else quantity.unit


def _number(value: float) -> str:
    return f"{value:.9g}" if math.isfinite(value) else ""


@contextmanager
def _csv_file(path: Path, captures: Iterable[Path]) -> Iterator[TextIO]:
    """A file to write that appears under its name when all went well, and else not at all."""
    path = path.expanduser().absolute()
    check_outside(path, captures)
    partial = path.with_name(f".{path.name[:60]}.part-{uuid4().hex[:8]}")
    try:
        try:
            with partial.open("w", encoding="utf-8-sig", newline="") as stream:
                yield stream
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise ExportError(f"{path} cannot be written ({error.strerror or reason(error)}).") from error
