"""Where exports go unless someone says otherwise."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths


def export_folder(capture: Path | None) -> Path:
    """A folder of the user's named like the capture: never one within it."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    name = "export" if capture is None else capture.stem if capture.suffix.lower() == ".zip" else capture.name
    return Path(documents or Path.home()) / "ThermView exports" / name
