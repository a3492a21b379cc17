"""The folder that one export fills, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from thermview.jobs import Progress
from thermview.review.file_names import NameBook
from thermview.review.formats import Exporter, ExportOptions
from thermview.review.manifest import CSV_NAME, JSON_NAME, Manifest


@dataclass
class Destination:
    """Where the recordings of one export go, and how far it is.

    `total` is what is known of the number of frames, `unknown` the number of recordings that may add to it.
    """

    folder: Path
    exporters: Sequence[Exporter]
    options: ExportOptions
    manifest: Manifest
    done: int = 0
    total: int = 0
    unknown: int = 0
    frames: int = 0
    files: list[str] = field(default_factory=lambda: [JSON_NAME, CSV_NAME])
    names: NameBook = field(default_factory=lambda: NameBook((JSON_NAME, CSV_NAME)))
    stems: NameBook = field(default_factory=NameBook)

    def progress(self) -> Progress:
        """How far the export is; its total is not known while a recording may still add to it."""
        return Progress(self.done, 0 if self.unknown else max(self.total, self.done), unit="frames")
