"""Tables of what regions measure, written in the background; regions themselves kept as files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from thermview.errors import ThermviewError
from thermview.gui.parts.export_folder import export_folder
from thermview.gui.parts.plain_words import count_text
from thermview.jobs import Job, Progress, Steps
from thermview.review.file_names import safe_name
from thermview.review.region_files import read_regions, write_regions
from thermview.review.region_tables import measure, write_region_series, write_region_table
from thermview.thermal.region_series import RegionSeries, series_steps

if TYPE_CHECKING:
    from thermview.gui.session import Session


def ask_where(session: Session, ending: str, parent: QWidget) -> Path | None:
    """Which CSV file to write; None where nobody wants to."""
    folder = export_folder(session.capture)
    name = f"{safe_name(session.recording_id)}-{ending}.csv"
    start = folder if folder.is_dir() else folder.parent.parent
    path, _ = QFileDialog.getSaveFileName(parent, "Export regions", str(start / name), "CSV tables (*.csv)")
    if not path:
        return None
    return Path(path) if Path(path).suffix else Path(f"{path}.csv")


def ask_regions_file(session: Session, parent: QWidget, save: bool) -> Path | None:
    """Which file of regions to write or to read; None where nobody wants to."""
    folder = export_folder(session.capture)
    start = folder if folder.is_dir() else folder.parent.parent
    kinds = "Regions (*.json)"
    if save:
        name = str(start / f"{safe_name(session.recording_id)}-regions.json")
        path, _ = QFileDialog.getSaveFileName(parent, "Save regions", name, kinds)
    else:
        path, _ = QFileDialog.getOpenFileName(parent, "Load regions", str(start), kinds)
    if not path:
        return None
    return Path(path) if Path(path).suffix or not save else Path(f"{path}.json")


def save_regions(session: Session, path: Path) -> None:
    """Write the regions to a file that any recording and the command line can load."""
    regions = session.measuring.regions
    try:
        write_regions(path, regions, _captures(session))
    except ThermviewError as error:
        session.message.emit(str(error))
    else:
        session.message.emit(f"{count_text(len(regions.regions), 'region')} saved to {path}.")


def load_regions(session: Session, path: Path) -> None:
    """Add the regions of a file to those there are."""
    try:
        found = read_regions(path)
    except ThermviewError as error:
        session.message.emit(str(error))
    else:
        session.measuring.add(found, "load regions")
        session.message.emit(f"{count_text(len(found.regions), 'region')} loaded from {path.name}.")


def export_table(session: Session, path: Path) -> Job | None:
    """Write what the regions measure in the shown frame."""
    recording, shown = session.recording, session.recording_id
    frame, regions, captures = session.frame_index, session.measuring.regions, _captures(session)
    if recording is None or not regions.regions:
        return None

    def steps() -> Steps:
        write_region_table(path, measure(shown, recording, frame, regions), captures)
        yield Progress(1, 1, path, "tables")

    return _run(session, path, steps)


def export_series(session: Session, path: Path) -> Job | None:
    """Write what the regions measure in every frame, reading the recording where that was not done yet."""
    recording, shown = session.recording, session.recording_id
    regions, known, captures = (
        session.measuring.regions,
        session.measuring.courses.series(),
        _captures(session),
    )
    if recording is None or not regions.regions:
        return None

    def steps() -> Steps:
        series = known
        if series is None:
            for progress in series_steps(recording, regions.regions):
                yield Progress(progress.done, progress.total, None, progress.unit)
                series = progress.result if isinstance(progress.result, RegionSeries) else None
        assert series is not None
        write_region_series(path, shown, recording, series, captures)
        yield Progress(len(recording), len(recording), path, "frames")

    return _run(session, path, steps)


def _captures(session: Session) -> list[Path]:
    return [session.capture] if session.capture else []


def _run(session: Session, path: Path, steps: Callable[[], Steps]) -> Job:
    def ended(job: Job) -> None:
        if job.error is None and not job.cancelled:
            session.message.emit(f"Regions exported to {path}.")

    job = Job("Exporting regions", steps)
    return session.submit(session.export_worker, job, lambda progress: None, ended)
