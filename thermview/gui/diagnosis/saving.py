"""Writes what a diagnosis came to: report with fixes, or a corrected copy; in the export thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from thermview.gui.parts.plain_words import count_text
from thermview.jobs import Job, Progress, Steps

if TYPE_CHECKING:
    from thermview.gui.session import Session

Shares = tuple[float, float, float]
USUAL_SHARES: Shares = (0.7, 0.15, 0.15)
_SAVING, _COPYING = "Writing the report", "Making a corrected copy"


def ask_report(session: Session, parent: QWidget, shares: Shares = USUAL_SHARES) -> None:
    """Ask where the report and fixes go, and write them there into a folder of their own."""
    capture = session.capture
    if capture is None or session.diagnosing.prepared is None:
        return
    folder = _asked(parent, "Save the report and the fixes into this folder")
    if folder is not None:
        save_report(session, folder / f"{capture.name} diagnosis", shares)


def ask_copy(
    session: Session, parent: QWidget, shares: Shares = USUAL_SHARES, *, split: bool, subclasses: bool
) -> None:
    """Ask where a corrected copy goes, and make it there in a folder of its own."""
    capture = session.capture
    if capture is None or session.diagnosing.prepared is None:
        return
    folder = _asked(parent, "Make the corrected copy in this folder")
    if folder is not None:
        target = _free(folder / f"{capture.name} corrected")
        save_copy(session, target, shares, split=split, subclasses=subclasses)


def save_report(session: Session, folder: Path, shares: Shares = USUAL_SHARES) -> Job | None:
    """Write report.html, report.json and fixes/ into a folder; what was decided by hand counts."""
    prepared, choices = session.diagnosing.prepared, session.diagnosing.choices
    if prepared is None:
        return None
    diagnosis = prepared.diagnosis

    def steps() -> Steps:
        from thermview.gui.diagnosis.own_fixes import fixes_with
        from thermview.review.diagnosis_output import write_diagnosis

        yield Progress(0, 0)
        yield from write_diagnosis(diagnosis, folder, fixes=fixes_with(diagnosis, choices, shares))

    return _submit(
        session, _SAVING, steps, lambda result: f"report.html, report.json and fixes are in {result.folder}."
    )


def save_copy(
    session: Session,
    folder: Path,
    shares: Shares = USUAL_SHARES,
    *,
    split: bool = False,
    subclasses: bool = False,
) -> Job | None:
    """Write a corrected copy of the set, read back and checked."""
    prepared, choices = session.diagnosing.prepared, session.diagnosing.choices
    if prepared is None:
        return None
    diagnosis = prepared.diagnosis

    def steps() -> Steps:
        from thermview.gui.diagnosis.own_fixes import fixes_with
        from thermview.review.fixes_copy import CopyOptions, apply_fixes

        yield Progress(0, 0)
        fixes = fixes_with(diagnosis, choices, shares)
        options = CopyOptions(split=split, subclasses=subclasses)
        yield from apply_fixes(diagnosis.root, diagnosis.table, fixes, folder, options)

    return _submit(session, _COPYING, steps, _copy_words)


def _copy_words(result: Any) -> str:
    lost = (
        f", {count_text(len(result.problems))} could not be copied ({result.problems[0]})"
        if result.problems
        else ""
    )
    return (
        f"{count_text(result.pictures, 'picture')} copied and checked, {count_text(result.relabelled)} in "
        f"another class, {count_text(result.left_out)} left out{lost}: {result.folder}"
    )


def _submit(
    session: Session, name: str, steps: Callable[[], Steps], words: Callable[[Any], str]
) -> Job | None:
    """Run it once at a time; say where it went when it is done."""
    if any(job.name == name for job in session.jobs):
        return None
    results: list[Any] = []

    def came(progress: Progress) -> None:
        if progress.result is not None:
            results.append(progress.result)

    def ended(job: Job) -> None:
        if results and job.error is None and not job.cancelled:
            session.diagnosing.saved = Path(results[-1].folder)
            session.message.emit(words(results[-1]))
            session.diagnosing.changed.emit()

    return session.submit(session.export_worker, Job(name, steps), came, ended)


def _asked(parent: QWidget, title: str) -> Path | None:
    places = QStandardPaths.StandardLocation
    start = QStandardPaths.writableLocation(places.DocumentsLocation) or str(Path.home())
    chosen = QFileDialog.getExistingDirectory(parent, title, start)
    return Path(chosen) if chosen else None


def _free(folder: Path) -> Path:
    """The folder, or one with a number where it is taken."""
    number, free = 1, folder
    while free.exists():
        number += 1
        free = folder.with_name(f"{folder.name} {number}")
    return free
