"""Scores of other tools, read from tables in text files: each capture keeps its own until the program ends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from thermview.gui.parts.plain_words import count_text
from thermview.jobs import Job, Progress, Steps
from thermview.review.other_scores import OtherScores, OtherSeries

if TYPE_CHECKING:
    from thermview.gui.session import Session


class ImportedScores(QObject):
    """What was imported for the open capture, and which method of it is compared with."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._files: dict[Path, dict[Path, OtherScores]] = {}
        self._chosen: dict[Path, str] = {}
        session.capture_changed.connect(self._capture_changed)
        self._told_for: Path | None = None

    @property
    def files(self) -> tuple[OtherScores, ...]:
        """The files imported for the open capture, in order."""
        capture = self._session.capture
        return tuple(self._files.get(capture, {}).values()) if capture is not None else ()

    @property
    def series(self) -> dict[str, OtherSeries]:
        """Every method by what it is called; with its file's name where two files have the same."""
        found: dict[str, OtherSeries] = {}
        for file in self.files:
            for item in file.series:
                name = item.method if item.method not in found else f"{item.method} ({file.path.name})"
                found[name] = item
        return found

    @property
    def chosen(self) -> str:
        """The method to compare with; empty where nothing was imported."""
        capture = self._session.capture
        return self._chosen.get(capture, "") if capture is not None else ""

    def choose(self, method: str) -> None:
        """Compare with another method (a key of `series`)."""
        capture = self._session.capture
        if capture is not None and method in self.series and method != self.chosen:
            self._chosen[capture] = method
            self.changed.emit()

    def read(self, path: Path) -> None:
        """Read a file in the background; a message says what came of it. Reading it again replaces it."""
        session, capture = self._session, self._session.capture
        if capture is None:
            return

        def steps() -> Steps:
            from thermview.review.other_scores import read_other_scores

            yield Progress(1, 1, read_other_scores(path))

        def came(progress: Progress) -> None:
            self._take(capture, progress.result)

        session.submit(session.peek_worker, Job(f"Reading {path.name}", steps), came)

    def _take(self, capture: Path, scores: OtherScores) -> None:
        files = self._files.setdefault(capture, {})
        files.pop(scores.path, None)
        files[scores.path] = scores
        count = len({name for item in scores.series for name in item.values})
        words = f"{scores.path.name}: {count_text(len(scores.series), 'method')}, {count_text(count, 'recording')}"
        if scores.issues:
            words += f", {count_text(len(scores.issues), 'thing')} to mind: see the run chart"
        self._session.message.emit(f"{words}.")
        if capture == self._session.capture:
            names = self.series
            first = scores.series[0]
            self._chosen[capture] = next(name for name, item in names.items() if item is first)
            self.changed.emit()

    def _capture_changed(self) -> None:
        if self._session.capture != self._told_for:
            self._told_for = self._session.capture
            self.changed.emit()
