"""The diagnosis of the open capture and what is picked out of it: held by the session, shown by the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from thermview.capture.ids import id_of
from thermview.errors import StoreError
from thermview.gui.diagnosis.choices import KEPT_PICTURES, Choices
from thermview.gui.diagnosis.edits import ChangeChoices, FlagPictures
from thermview.gui.diagnosis.prepared import Prepared, prepared_steps
from thermview.gui.diagnosis.tasks import diagnosis_steps
from thermview.gui.parts.plain_words import count_text
from thermview.gui.work.latest import Latest
from thermview.jobs import Job, Progress, Steps
from thermview.review.flags import Flag

if TYPE_CHECKING:
    from thermview.diagnosis.results import Diagnosis
    from thermview.gui.session import Session

DIAGNOSING = "Diagnosing the picture set"
FLAGGED_AT_ONCE = 2000
_SAVED_AT_ONCE = 5000
_STATE = "\0diagnosis"
"""Under what choices are kept: no recording is named like this."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """Pictures picked out, as table rows, and the words that say which they are."""

    rows: NDArray[np.intp]
    words: str


class Diagnosing(QObject):
    """Runs the diagnosis, opens its pages, and carries what is picked out to tree, viewer, flags and lists."""

    changed = Signal()
    """A diagnosis began, ended, failed, or gave something to show."""
    chosen_changed = Signal()
    choices_changed = Signal()
    page_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.job: Job | None = None
        """The diagnosis that runs or waits, or None."""
        self.prepared: Prepared | None = None
        """The last diagnosis of the open capture, or as much as is known of one under way."""
        self.problem = ""
        """Why the last diagnosis gave nothing; empty when all is well."""
        self.stopped = False
        """Whether the last one was stopped before its end."""
        self.saved: Path | None = None
        """Where the last report or copy was written."""
        self.open = False
        """Whether the pages stand in place of the frame."""
        self.chosen: Chosen | None = None
        self.choices = Choices()
        self.steps_of: Callable[[Path, Callable[[], Path]], Callable[[], Steps]] = diagnosis_steps
        self.map_work, self.cloud_work, self.pick_work, self.group_work, self.fix_work = (
            Latest(f"diagnosis {name}", self) for name in ("map", "cloud", "lasso", "groups", "fixes")
        )
        self._opened_at: Path | None = None
        session.recording_changed.connect(self._recording_changed)
        session.capture_changed.connect(self._capture_changed)

    @property
    def diagnosis(self) -> Diagnosis | None:
        """What the last diagnosis says, or None."""
        return self.prepared.diagnosis if self.prepared is not None else None

    # -- the diagnosis -----------------------------------------------------------------------------

    def start(self) -> None:
        """Diagnose the open capture; what was kept of an earlier run is read instead of measured."""
        capture = self._session.capture
        if capture is None or self.job is not None:
            return
        steps = self.steps_of(capture, self._session.picture_model.wanted)
        self.problem, self.stopped = "", False
        self.job = Job(DIAGNOSING, lambda: prepared_steps(steps()))
        self._session.submit(self._session.score_worker, self.job, self._came, self._ended)
        self.changed.emit()

    def cancel(self) -> None:
        """Stop it; what was read so far is kept for the next time."""
        if self.job is not None:
            self.job.cancel()
            self._session.jobs_changed.emit()

    def forget(self) -> None:
        """Another capture is open, or the same is read again."""
        if self.job is not None:
            self.job.cancel()
        self.job, self.prepared, self.problem, self.stopped = None, None, "", False
        self.chosen, self.saved = None, None
        self.choices = Choices()
        capture = self._session.capture
        if capture is not None:
            try:
                self.choices = Choices.of_state(self._session.store.state(capture, _STATE))
            except StoreError as error:
                self._session.message.emit(str(error))
        self._tell_filter()
        for signal in (self.changed, self.chosen_changed, self.choices_changed):
            signal.emit()

    def _came(self, progress: Progress) -> None:
        if not isinstance(progress.result, Prepared):
            return
        self.prepared, self.chosen = progress.result, None
        session, generic = self._session, progress.result.diagnosis.generic
        densities = progress.result.densities.get(generic.name) if generic is not None else None
        if densities is not None:
            session.densities = densities
            if progress.result.scores is not None:
                session.scored.take_pictures(progress.result.scores)
            session.densities_changed.emit()
        self.changed.emit()
        self.chosen_changed.emit()

    def _ended(self, job: Job) -> None:
        if job is not self.job:
            return
        self.job, self.stopped = None, job.cancelled
        self.problem = "" if job.cancelled else job.error_text
        self.changed.emit()

    # -- pages and viewer --------------------------------------------------------------------------

    def show_pages(self, shown: bool = True) -> None:
        """Put the pages in place of the frame, or the frame back."""
        shown = shown and self._session.capture is not None
        self._opened_at = self._session.selected
        if shown != self.open:
            self.open = shown
            self.page_changed.emit()

    def show_picture(self, row: int) -> None:
        """Open a picture in the viewer."""
        capture, prepared = self._session.capture, self.prepared
        if capture is None or prepared is None:
            return
        self._session.select(capture / prepared.table.paths[row])
        self.show_pages(False)
        self._session.message.emit("Backspace goes back to the diagnosis.")

    def _recording_changed(self) -> None:
        """Whoever opens a picture elsewhere wants to see it."""
        selected = self._session.selected
        if self.open and selected is not None and selected != self._opened_at:
            self.show_pages(False)

    def _capture_changed(self) -> None:
        if self._session.capture is None:
            self.show_pages(False)

    # -- what is picked out ------------------------------------------------------------------------

    def choose(self, rows: Sequence[int] | NDArray[np.intp], words: str) -> None:
        """Pick out pictures by table row; none of them clears what was picked out."""
        found = np.asarray(rows, np.intp)
        self.chosen = Chosen(found, words) if len(found) else None
        self.chosen_changed.emit()

    def paths_of(self, rows: NDArray[np.intp]) -> list[str]:
        """Paths below the capture."""
        paths = self.prepared.table.paths if self.prepared is not None else ()
        return list(map(paths.__getitem__, rows.tolist())) if len(paths) else []

    def filter_chosen(self) -> None:
        """Show only these in the list, as a selection with a name, which the filter box knows from now on."""
        chosen, capture = self.chosen, self._session.capture
        if chosen is None or capture is None:
            return
        paths = tuple(self.paths_of(chosen.rows))
        known = (name for name, kept in self.choices.selections.items() if kept == paths)
        name = next(known, "")
        if not name:
            name = self.choices.free_name(chosen.words)
            self._change(self.choices.with_selection(name, paths), f"keep the selection {name}")
        self._session.browsing.set_filter(f"selection:{name}")
        if len(paths) > KEPT_PICTURES:
            self._session.message.emit(
                f"Selections of more than {count_text(KEPT_PICTURES)} pictures are kept until the capture is closed."
            )

    def browse_chosen(self) -> None:
        """Open the first of them; the next and previous keys go through them alone."""
        if self.chosen is not None:
            self.filter_chosen()
            self.show_picture(int(self.chosen.rows[0]))

    def flag_chosen(self) -> None:
        """Flag each of them, undone in one step."""
        chosen, capture = self.chosen, self._session.capture
        if chosen is None or capture is None:
            return
        if len(chosen.rows) > FLAGGED_AT_ONCE:
            self._session.message.emit(
                f"At most {count_text(FLAGGED_AT_ONCE)} pictures are flagged at once: filter the list by them instead."
            )
            return
        author = self._session.flagged.author
        flags = [Flag(id_of(path), 0, 0, chosen.words, "", author) for path in self.paths_of(chosen.rows)]
        self._session.undo_stack.push(FlagPictures(self._session, capture, flags))
        self._session.message.emit(f"{count_text(len(flags), 'picture')} flagged.")

    def exclude(self, rows: NDArray[np.intp], why: str) -> None:
        """Put pictures on the list of what to leave out; can be undone."""
        self._change(self.choices.excluding(self.paths_of(rows), why), "exclude pictures")

    def relabel(self, rows: NDArray[np.intp], class_name: str) -> None:
        """Put pictures on the list of what belongs to another class; can be undone.

        Those that lie in that class already stay as they are.
        """
        table = self.prepared.table if self.prepared is not None else None
        if table is None or class_name not in table.class_names:
            return
        here = table.class_codes[rows] == table.class_names.index(class_name)
        after = self.choices.relabelling(self.paths_of(rows[~here]), class_name)
        self._change(after.leaving(self.paths_of(rows[here])), "relabel pictures")

    def keep_as_it_is(self, rows: NDArray[np.intp]) -> None:
        """Take pictures off both lists, also off what the diagnosis proposes; can be undone."""
        self._change(self.choices.leaving(self.paths_of(rows)), "leave pictures as they are")

    def _change(self, after: Choices, text: str) -> None:
        capture = self._session.capture
        if capture is not None and after != self.choices:
            self._session.undo_stack.push(ChangeChoices(self, capture, (self.choices, after), text))

    def keep_choices(self, capture: Path, choices: Choices) -> None:
        """Take choices over and keep them for the next time; for the undo commands."""
        if capture == self._session.capture:
            self.choices = choices
            self._tell_filter()
        self._save(capture, choices)
        self.choices_changed.emit()

    def _save(self, capture: Path, choices: Choices) -> None:
        store, state = self._session.store, choices.as_state()

        def steps() -> Steps:
            store.save_state(capture, _STATE, state)
            yield Progress(1, 1)

        if (
            choices.size > _SAVED_AT_ONCE
        ):  # writing so many paths would be felt; another capture cancels no export
            job = Job("Keeping selections", steps)
            self._session.submit(self._session.export_worker, job, lambda progress: None, urgent=True)
            return
        try:
            store.save_state(capture, _STATE, state)
        except StoreError as error:
            self._session.message.emit(str(error))

    def _tell_filter(self) -> None:
        self._session.browsing.selections = self.choices.selections

    def close(self) -> None:
        """End the threads; call before the window goes."""
        for work in (self.map_work, self.cloud_work, self.pick_work, self.group_work, self.fix_work):
            work.close()
