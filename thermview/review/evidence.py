"""Captures are evidence: nothing that ThermView writes may land in one, or on a recording."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryFile

from thermview.errors import ExportError, reason


def check_outside(target: Path, captures: Iterable[Path]) -> None:
    """ExportError where `target`, to be written, lies in one of these folders or is one of these files.

    Links are followed, so that a capture cannot be reached by another name.
    """
    place = target.resolve()
    for capture in captures:
        evidence = capture.resolve()
        if place == evidence and not capture.is_dir():
            raise ExportError(
                f"{target} is the recording itself, which is never written to; choose another file."
            )
        if place.is_relative_to(evidence):
            raise ExportError(
                f"{target} lies in the capture, which is never written to; choose another place."
            )


def check_file_place(target: Path, captures: Iterable[Path]) -> None:
    """`check_outside`, and ExportError where a file cannot be written there; told before the work that it takes."""
    folder = target.absolute().parent
    if target.is_dir():
        raise ExportError(f"{target} is a folder; choose a name for the file.")
    if not folder.is_dir():
        raise ExportError(f"{target.name}: there is no folder {folder}; make it, or choose another place.")
    check_outside(target, captures)
    try:
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        why = error.strerror or reason(error)
        raise ExportError(f"{target}: nothing can be written there ({why}); choose another place.") from None
