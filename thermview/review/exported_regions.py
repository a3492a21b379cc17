"""What regions measure in the frames of an export, and over the whole of their recordings, as tables in its folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from thermview.errors import ReadError, ThermviewError, reason
from thermview.jobs import Steps
from thermview.recording import Recording
from thermview.review.destination import Destination
from thermview.review.region_tables import Measured, measure, write_region_series, write_region_tables
from thermview.thermal.region_series import RegionSeries, series_steps
from thermview.thermal.region_sets import RegionSet

Wrote = Callable[[int, str], None]
"""Told which frame is in which file."""


def region_steps(
    recording: Recording, recording_id: str, stem: str, frames: Sequence[int], to: Destination, wrote: Wrote
) -> Steps:
    """Measure the regions of the export's options in these frames and write the tables of one recording.

    What cannot be measured is a problem in the manifest. ExportError where a table cannot be written.
    """
    regions = to.options.regions
    assert regions is not None
    try:
        yield from _tables(recording, recording_id, stem, frames, regions, to, wrote)
        if to.options.over_time and frames:
            yield from _series(recording, recording_id, stem, regions, to)
    except _NotMeasured as error:
        to.manifest.problems.append(f"{recording_id}: regions were not measured; {error}")


class _NotMeasured(ThermviewError):
    """Why regions cannot be measured in a recording."""


def _tables(
    recording: Recording, recording_id: str, stem: str, frames: Sequence[int], regions: RegionSet,
    to: Destination, wrote: Wrote,
) -> Steps:  # fmt: skip
    found: list[Measured] = []
    to.total += len(frames)
    for index in frames:
        try:
            found.append(measure(recording_id, recording, index, regions))
        except ReadError as error:
            to.manifest.problems.append(f"{recording_id}: frame {index} was not measured ({reason(error)}).")
        except ThermviewError as error:
            to.total -= len(frames)
            raise _NotMeasured(str(error)) from error
        to.done += 1
        yield to.progress()
    if not found:
        return
    _note_empty(found[0], to)
    name = to.names.claim(f"{stem}_regions", ".csv")
    write_region_tables(to.folder / name, found)
    for one in found:
        wrote(one.frame, name)


def _note_empty(measured: Measured, to: Destination) -> None:
    empty = outside(measured)
    if empty:
        to.manifest.notes.append(
            f"{measured.recording_id}: no pixel lies in {', '.join(empty)}, so nothing is measured there."
        )


def outside(measured: Measured) -> list[str]:
    """The regions that hold no pixel of the frame."""
    pairs = zip(measured.regions.names, measured.numbers, strict=True)
    return [name for name, one in pairs if not one.area]


def _series(recording: Recording, recording_id: str, stem: str, regions: RegionSet, to: Destination) -> Steps:
    length, before, series = len(recording), to.done, None
    to.total += length
    try:
        for step in series_steps(recording, regions.regions):
            to.done = before + step.done
            if isinstance(step.result, RegionSeries):
                series = step.result
            yield to.progress()
    except ThermviewError as error:
        to.total -= length
        to.done = before
        raise _NotMeasured(str(error)) from error
    assert series is not None
    name = to.names.claim(f"{stem}_regions_over_time", ".csv")
    write_region_series(to.folder / name, recording_id, recording, series)
    to.files.append(name)
