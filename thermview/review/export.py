"""Exporting frames as pictures, numbers and clips with a manifest: whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from thermview.errors import ReadError
from thermview.jobs import Progress, Steps
from thermview.review.destination import Destination
from thermview.review.evidence import check_outside
from thermview.review.exporters import exporters_of
from thermview.review.formats import ExportOptions
from thermview.review.frame_ranges import parse_ranges
from thermview.review.manifest import Manifest
from thermview.review.recording_export import RecordingExport
from thermview.review.selection import ExportItem, count_known, grouped, opened
from thermview.review.staging import staged

__all__ = ["ExportItem", "ExportOptions", "ExportResult", "export_frames"]


@dataclass(frozen=True)
class ExportResult:
    """What came of an export: where it is, its frames and files, and what went wrong, one sentence each."""

    folder: Path
    frames: int
    files: tuple[str, ...]
    problems: tuple[str, ...]


def export_frames(
    selection: Sequence[ExportItem], *, formats: Sequence[str], folder: Path,
    options: ExportOptions | None = None, captures: Sequence[Path] = (),
) -> Steps:  # fmt: skip
    """Write the selected frames in these formats; the last step's result is an ExportResult.

    A folder that is new or empty is filled, in any other a new folder `export-1`, `export-2`, ... is
    made. Until the end all is kept under a temporary name; closing the generator leaves nothing. A
    recording or frame that cannot be read is a problem in the manifest, and the rest goes on. Where the
    options hold regions their tables are written too, and no format is needed. Raises
    ExportError where nothing can be written or asked for wrongly, and where `folder` lies in one of `captures`:
    a capture is never written to.
    """
    check_outside(folder, captures)
    options = options or ExportOptions()
    chosen = exporters_of(formats) if formats or options.regions is None else []
    for item in selection:
        if isinstance(item.frames, str):
            parse_ranges(item.frames)
    manifest = Manifest([exporter.name for exporter in chosen], asdict(options))
    with staged(folder) as staging:
        to = Destination(staging.path, chosen, options, manifest)
        groups = grouped(selection)
        counts = [count_known(group) for group in groups]
        to.total, to.unknown = sum(count or 0 for count in counts), counts.count(None)
        for group, count in zip(groups, counts, strict=True):
            yield from _recording_steps(group, count, to)
        manifest.write(staging.path)
        place = staging.publish()
    result = ExportResult(place, to.frames, tuple(to.files), tuple(manifest.problems))
    yield Progress(to.done, to.done, result, "frames")


def _recording_steps(group: Sequence[ExportItem], count: int | None, to: Destination) -> Steps:
    """One recording; where it cannot be opened, a problem."""
    to.unknown -= count is None
    try:
        with opened(group[0]) as recording:
            export = RecordingExport(recording, group, to)
            to.total += export.count - (count or 0)
            yield from export.steps()
    except ReadError as error:
        to.manifest.problems.append(f"{group[0].recording_id}: {error}")
        to.done += count or 0
        yield to.progress()
