"""Captures are evidence: nothing that ThermView writes may land in one, or on a recording."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from thermview.errors import ExportError


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
