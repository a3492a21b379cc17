"""thermview info: what recordings are and what is known of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from thermview.cli.failures import Tally
from thermview.cli.options import Ends, colours_of, palette_or_file
from thermview.cli.output import one_line, show, write_json
from thermview.cli.progress import follow
from thermview.cli.stated import CelsiusAtZero, KelvinPerCount, Stated, Values, scale_of

if TYPE_CHECKING:
    from thermview.capture.context import Context
    from thermview.recording import Recording

_CHUNK_BYTES = 16 << 20


def info(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files, folders or zipped batches.")],
    palette: Annotated[
        str | None,
        typer.Option(
            callback=palette_or_file,
            metavar="NAME",
            help="With --ends: the pictures' palette, a name or a file.",
        ),
    ] = None,
    ends: Ends = None,
    values: Values = None,
    kelvin_per_count: KelvinPerCount = None,
    celsius_at_zero: CelsiusAtZero = None,
    noise: Annotated[
        bool, typer.Option("--noise", help="Estimate noise (NETD) and drift too; reads some 600 frames.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object per recording.")] = False,
) -> None:
    """Say what recordings are: kind, frames, size, rate, quantity, extremes, metadata, issues."""
    from thermview.cli.found import find_recordings

    stated = Stated(colours_of(ends, palette), scale_of(values, kelvin_per_count, celsius_at_zero))
    tally = Tally()
    found = find_recordings(paths, tally)
    for step in follow(_steps(found, stated, noise), "Looking at recordings"):
        if isinstance(step.result, str):
            tally.fail(step.result)
        elif step.result is not None:
            tally.done += 1
            if json:
                write_json(step.result)
            elif len(found) == 1:
                _print_details(step.result)
            else:
                show(_line(step.result))
    tally.end()


def _steps(found: list[Any], stated: Stated, noise: bool) -> Any:
    """A job over all recordings; results are records, or sentences for what cannot be read."""
    from thermview.capture.context import ContextFinder
    from thermview.errors import ThermviewError
    from thermview.jobs import Progress
    from thermview.readers import open_recording

    finders: dict[Path, ContextFinder] = {}
    for done, item in enumerate(found, start=1):
        finder = finders.setdefault(item.root, ContextFinder(item.root))
        result: Any
        try:
            recording = stated.open(open_recording(item.path))
            try:
                result = describe(recording, finder.context(recording))
                if noise:
                    result["noise"] = _noise_of(recording)
            finally:
                recording.close()
        except ThermviewError as error:
            result = item.told(str(error))
        yield Progress(done, len(found), result, "recordings")


def describe(recording: Recording, context: Context) -> dict[str, Any]:
    """All that is known of a recording, with keys in the order of the contract; ReadError as it reads."""
    from thermview.recording import is_colour
    from thermview.review.facts import quantity_of

    quantity = quantity_of(recording)
    low, high, mean = (None, None, None) if is_colour(recording) else extremes(recording)
    return {
        "path": str(recording.path),
        "name": recording.name,
        "kind": recording.kind,
        "frames": len(recording),
        "rows": recording.frame_shape[0],
        "columns": recording.frame_shape[1],
        "frame_rate_hz": recording.frame_rate,
        "quantity": quantity.name,
        "unit": quantity.unit,
        "estimated": quantity.estimated,
        "min": low,
        "max": high,
        "mean": mean,
        "metadata": {**recording.metadata, **context.metadata, **_surroundings(context)},
        "issues": [*recording.issues, *context.issues],
    }


def _noise_of(recording: Recording) -> dict[str, Any]:
    """What is told of noise, or `problem`: why nothing can be."""
    from dataclasses import asdict

    from thermview.jobs import last_result
    from thermview.thermal.noise import NoiseError, noise_steps

    try:
        found = last_result(noise_steps(recording))
    except NoiseError as error:
        return {"problem": str(error)}
    return {**asdict(found), "sentences": list(found.sentences())}


def _surroundings(context: Context) -> dict[str, Any]:
    """What lies around the recording, only where there is some."""
    from dataclasses import asdict

    known = {
        "recording": context.recording_id,
        "class": context.picture_class,
        "environment": dict(context.environment),
        "name_tokens": asdict(context.tokens) if context.tokens else {},
        "obstacles": [asdict(interval) for interval in context.obstacles],
        "annotations": [_annotation(item) for item in context.annotations],
    }
    return {key: value for key, value in known.items() if value}


def _annotation(annotation: Any) -> dict[str, Any]:
    from dataclasses import asdict

    box = asdict(annotation.box) if annotation.box else None
    return {"category": annotation.category, "box": box, "attributes": dict(annotation.attributes)}


def extremes(recording: Recording) -> tuple[float | None, float | None, float | None]:
    """Smallest, largest and mean finite value of all frames, a few frames at a time; None without any.

    Of estimated temperatures those of which only a bound is known are left out.
    """
    import numpy as np

    from thermview.thermal.display import finite
    from thermview.thermal.region_statistics import valid_range

    per_frame = max(int(np.prod(recording.frame_shape)) * recording.dtype.itemsize, 1)
    chunk = max(_CHUNK_BYTES // per_frame, 1)
    lows, highs, total, count = [], [], 0.0, 0
    for first in range(0, len(recording), chunk):
        values = finite(recording.frames(first, first + chunk))
        if recording.quantity.estimated:
            low, high = valid_range(recording)
            values = values[(values >= low) & (values <= high)]
        if values.size:
            lows.append(values.min().item())
            highs.append(values.max().item())
            total += float(values.sum(dtype=np.float64))
            count += values.size
    return (min(lows), max(highs), total / count) if count else (None, None, None)


def _line(record: dict[str, Any]) -> str:
    """One recording in one line of a table."""
    size = f"{record['rows']} x {record['columns']}"
    name = record["metadata"].get("recording", record["name"])
    issues = "".join(f"\n    ! {one_line(issue)}" for issue in record["issues"])
    return f"{one_line(name):<40} {record['kind']:<18} {record['frames']:>8} x {size:<12} {_values(record)}{issues}"


def _values(record: dict[str, Any]) -> str:
    if record["mean"] is None:
        return str(record["quantity"])
    unit = f" {record['unit']}" if record["unit"] else ""
    low, high, mean = (f"{record[key]:.6g}" for key in ("min", "max", "mean"))
    return f"{low} to {high}{unit}, mean {mean}"


def _print_details(record: dict[str, Any]) -> None:
    """One recording in full."""
    rate = f"{record['frame_rate_hz']:g} frames/s" if record["frame_rate_hz"] else "unknown"
    estimated = "estimated " if record["estimated"] and "estimated" not in record["quantity"] else ""
    rows = {
        "path": record["path"],
        "kind": record["kind"],
        "frames": f"{record['frames']} of {record['rows']} x {record['columns']} pixels",
        "frame rate": rate,
        "quantity": f"{estimated}{record['quantity']}",
        "values": _values(record),
        **record["metadata"],
    }
    for key, value in rows.items():
        show(one_line(f"{key:<20} {value}"))
    for issue in record["issues"]:
        show(one_line(f"{'issue':<20} {issue}"))
