"""The fit under way and what came of it: held by the session, so that a closed page loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from thermview.jobs import Job, Progress, Steps
from thermview.review.evidence import check_file_place

if TYPE_CHECKING:
    from thermview.gui.session import Session
    from thermview.laser.normality.fit import Fit

LEARNING = "Learning normality"


class Learning(QObject):
    """Runs one fit at a time, beside everything else the window does."""

    changed = Signal()
    """A fit began, ended or failed, or its model was saved."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.job: Job | None = None
        """The fit that runs or waits, or None."""
        self.fit: Fit | None = None
        """The last fit, or None."""
        self.capture: Path | None = None
        """The capture that `fit` or `job` learns from."""
        self.saved: Path | None = None
        """Where the model of `fit` was written, None while it is in memory alone."""
        self.problem = ""
        """Why the last fit gave nothing; empty when all is well."""

    def start(self, folder: Path, paths: Sequence[Path]) -> None:
        """Learn from the recordings at these paths, in the order of time, below a folder of batches."""
        if self.job is not None or not paths:
            return
        chosen = tuple(paths)

        def steps() -> Steps:
            # imported where it is needed: most starts of the window learn nothing
            from thermview.laser.normality.fit import fit

            yield Progress(0, 0, None, "looks")
            yield from fit(folder, chosen)

        self.problem, self.capture = "", self._session.capture
        self.job = Job(LEARNING, steps)
        self._session.submit(self._session.scan_worker, self.job, self._came, self._ended)
        self.changed.emit()

    def cancel(self) -> None:
        """Stop the fit; nothing of it is kept."""
        if self.job is not None:
            self.job.cancel()
            self._session.jobs_changed.emit()

    def forget(self) -> None:
        """The last fit is no longer wanted."""
        self.fit, self.saved, self.problem = None, None, ""
        self.changed.emit()

    def save(self, path: Path) -> None:
        """Write the model of the fit; ExportError where it would lie in a capture, ModelError where it cannot be."""
        if self.fit is None:
            return
        from thermview.laser.normality.model import renamed, write_model

        captures = {place for place in (self.capture, self._session.capture) if place is not None}
        check_file_place(path, captures)
        write_model(renamed(self.fit, path.stem), path)
        self.saved = path
        self._session.heat_maps.forget_models()
        self._session.message.emit(f"{path.name} written to {path.parent}.")
        if self.used:  # what the file said before it was written anew is void
            self.use()
        self.changed.emit()

    def use(self) -> None:
        """Score with the saved model from now on."""
        if self.saved is None:
            return
        scored = self._session.scored
        if scored.chosen_model == self.saved:  # the file is another one now: what it said before is void
            scored.choose_model(None)
        scored.choose_model(self.saved)
        self._session.message.emit(f"Recordings are scored with {self.saved.name} from now on.")
        self.changed.emit()

    @property
    def used(self) -> bool:
        """True where the saved model is the one that scores."""
        return self.saved is not None and self._session.scored.chosen_model == self.saved

    def _came(self, progress: Progress) -> None:
        if progress.result is not None:
            self.fit, self.saved = progress.result, None

    def _ended(self, job: Job) -> None:
        self.job = None
        self.problem = "" if job.cancelled else job.error_text
        if job.cancelled:
            self._session.message.emit("Learning was stopped; nothing of it is kept.")
        if job.error is None and not job.cancelled and self.fit is not None:
            self._session.message.emit("Normality is learnt: look at what came of it, then save the model.")
        self.changed.emit()
