"""Which capture is open, what lies in it, and what the filter leaves."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from thermview.capture.context import ContextFinder
from thermview.capture.filter import parse_filter
from thermview.capture.ids import id_of
from thermview.capture.index import CaptureIndex, Known
from thermview.capture.listing import Listing
from thermview.gui.parts.natural_order import order_steps
from thermview.gui.work.glances import Glance, glance_steps
from thermview.jobs import Job, Progress, Steps
from thermview.readers.zipped import split_zip_path

if TYPE_CHECKING:
    from thermview.gui.session import Session

RECENT = 12
_GROWTH_EVERY_MS = 200
_MATCHES_AT_ONCE = 2000
_LOOKING = "Looking at files"


@dataclass(frozen=True)
class InOrder:
    """Result of a job's step: names of a folder's recordings, or all matches of a filter, in natural order.

    `tables`: how many of the matches are tables of scores.
    """

    names: list[str]
    folder: str = ""
    tables: int = 0


class Browsing(QObject):
    """The open capture: its index as it grows, its errors, its flags per recording, its filter."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.root: Path | None = None
        self.index: CaptureIndex | None = None
        self.finder: ContextFinder
        self.flag_counts: dict[str, int] = {}
        self.errors: dict[str, str] = {}
        """Why a file could not be opened, by its path below the root."""
        self.glances: dict[str, Glance] = {}
        """Kind, frames and duration of the files that were looked at, by path below the root."""
        self.folders: dict[str, list[str]] = {}
        """Names of sub-folders by folder below the root, as far as found."""
        self.filter_text = ""
        self.filter_problem = ""
        self.selections: Mapping[str, Collection[str]] = {}
        """Paths below the root by the name under which the filter's `selection:` knows them."""
        self.matches: list[str] | None = None
        """Paths below the root that the filter leaves, in order; None where there is no filter."""
        self.matching_tables = 0
        """How many of these are tables of scores and no recordings, once all are found."""
        self.scanning = False
        self.orders = 0
        """How many lists were put into natural order so far: a view that shows one must look again."""
        self._order: dict[str, list[str]] = {}
        self._sequence: tuple[str, list[str], list[str]] = ("", [], [])
        self._filter_job: Job | None = None
        self._grown = QTimer(self, interval=_GROWTH_EVERY_MS, singleShot=True)
        self._grown.timeout.connect(session.capture_changed)

    def open(self, path: Path) -> None:
        """Open a folder or zipped batch, or the folder of a file and then that file."""
        # os.path, not Path: a path that must not be looked at, or is too long, is no error but no file
        path = Path(os.path.expanduser(path)).absolute()
        if not os.path.exists(path) and split_zip_path(path) is None:
            self._session.message.emit(f"{path.name}: there is no such file or folder any more.")
            self._forget_recent(path)
            return
        root, file = (
            (path, None) if os.path.isdir(path) or path.suffix.lower() == ".zip" else (path.parent, path)
        )
        for worker in (self._session.scan_worker, self._session.peek_worker):
            worker.cancel_all()
        self._session.score_worker.cancel_all()
        self.root, self.index, self.finder = root, CaptureIndex(root), ContextFinder(root)
        self.errors, self.flag_counts, self.glances, self.folders, self._order = {}, {}, {}, {}, {}
        self.filter_text, self.filter_problem, self.matches, self.matching_tables = "", "", None, 0
        self._session.forget_shown()
        self._remember_recent(path)
        self.scanning = True
        job = Job("Reading the folder", partial(_scan_steps, self.index))
        self._session.submit(self._session.scan_worker, job, self._listed, self._scan_ended)
        self._session.capture_changed.emit()
        if file is not None:
            self._session.select(file)

    def open_several(self, paths: Sequence[Path]) -> None:
        """Open the folder that several files share and list those files alone; reading it again lists all."""
        files = [Path(os.path.expanduser(path)).absolute() for path in paths]
        if len(files) < 2:
            for path in files:
                self.open(path)
            return
        try:
            root = Path(os.path.commonpath([path.parent for path in files]))
        except ValueError:  # on Windows files may lie on different drives
            self._session.message.emit("Files on different drives cannot be opened together.")
            return
        self.open(root)
        if self.root == root:
            self.matches = [path.relative_to(root).as_posix() for path in files if path.is_file()]
            self._session.capture_changed.emit()
            if self.matches:
                self._session.select(root / self.matches[0])

    def read_again(self) -> None:
        """List the open capture again; what is shown is shown again as it is in the file now."""
        if self.root is None:
            return
        selected = self._session.selected
        self.open(self.root)
        if selected is not None and self.root is not None and selected.is_relative_to(self.root):
            self._session.select(selected)

    def _listed(self, progress: Progress) -> None:
        if isinstance(progress.result, InOrder):
            self._order[progress.result.folder] = progress.result.names
            self.orders += 1
        elif progress.result is not None:
            folder, part = progress.result
            assert isinstance(part, Listing)
            if part.folders:
                self.folders.setdefault(folder, []).extend(part.folders)
        self._tell_growth()

    def names_in(self, folder: str) -> Sequence[str]:
        """Names of the recordings directly in a folder: in natural order, or as found while it is being read."""
        if folder in self._order:
            return self._order[folder]
        return list(self.index.folders.get(folder, ())) if self.index is not None else []

    def _tell_growth(self) -> None:
        if not self._grown.isActive():
            self._grown.start()

    def _scan_ended(self, job: Job) -> None:
        if job.cancelled:
            return
        self.scanning = False
        self._session.scored.find_kept()
        if text := self.filter_text:  # so far it has seen a part of the capture only
            self.filter_text = ""
            self.set_filter(text)
        elif self.matches is not None and self.index is not None:  # files that were chosen
            self.matching_tables = len(self.index.tables.intersection(self.matches))
        self._session.capture_changed.emit()

    def look_at(self, relatives: Sequence[str]) -> None:
        """Find kind, length and readability of files in the background: of those in sight, once each."""
        new = [r for r in relatives if r not in self.glances and r not in self.errors]
        self._session.peek_worker.cancel_named(_LOOKING)
        if self.root is None or not new:
            return
        root = self.root
        job = Job(_LOOKING, lambda: glance_steps(root, new))
        self._session.submit(self._session.peek_worker, job, self._looked)

    def _looked(self, progress: Progress) -> None:
        relative, found = progress.result
        if isinstance(found, Glance):
            self.glances[relative] = found
            if not found.frames and self.index is not None:
                self.index.note_table(relative)
        else:
            self.errors[relative] = found
        self._tell_growth()

    def note_error(self, path: Path, text: str) -> None:
        """Keep why a file did not open, to be shown in its row."""
        if self.root is not None and path.is_relative_to(self.root):
            self.errors[path.relative_to(self.root).as_posix()] = text
            self._session.capture_changed.emit()

    def forget_error(self, path: Path) -> None:
        """A file opened that did not earlier: its row says nothing of that any more."""
        if self.root is None or not path.is_relative_to(self.root):
            return
        if self.errors.pop(path.relative_to(self.root).as_posix(), None) is not None:
            self._session.capture_changed.emit()

    def path_of(self, recording: str) -> Path | None:
        """The file of a recording id, or None where the capture has none (any more)."""
        if self.root is None or self.index is None:
            return None
        return next((self.root / path for path in self.index.paths() if id_of(path) == recording), None)

    # -- order and filter --------------------------------------------------------------------------

    def sequence(self, relative: str) -> list[str]:
        """The recordings that next and previous go through: the filter's, else those of the same folder."""
        if self.matches is not None:
            return self.matches
        folder, _, _ = relative.rpartition("/")
        order = self._order.get(folder)
        if order is None or self._sequence[:1] != (folder,) or self._sequence[1] is not order:
            names = list(self.names_in(folder))
            paths = [f"{folder}/{name}" if folder else name for name in names]
            self._sequence = (folder, names if order is None else order, paths)
        return self._sequence[2]

    def go(self, steps: int) -> None:
        """Select the recording so many places further on."""
        selected = self._session.selected
        if self.root is None or selected is None or not selected.is_relative_to(self.root):
            return
        relative = selected.relative_to(self.root).as_posix()
        sequence = self.sequence(relative)
        if not sequence:
            return
        here = sequence.index(relative) if relative in sequence else -1
        target = min(max(here + steps, 0), len(sequence) - 1)
        if sequence[target] != relative:
            self._session.select(self.root / sequence[target])

    def set_filter(self, text: str) -> None:
        """Show only what matches; the search runs in the background."""
        if text == self.filter_text or self.index is None:
            return
        self.filter_text = text
        if self._filter_job is not None:
            self._filter_job.cancel()
        wanted = parse_filter(text, self.selections)
        self.filter_problem = wanted.problem
        if not text.strip() or wanted.problem:
            self.matches = None
            self._session.capture_changed.emit()
            return
        self.matches, self.matching_tables = [], 0
        self._filter_job = Job("Filtering", self._filter_steps(text))
        worker = self._session.scan_worker
        self._session.submit(worker, self._filter_job, self._matched, self._filtered, urgent=True)
        self._session.capture_changed.emit()

    def _filter_steps(self, text: str) -> Callable[[], Steps]:
        index, wanted = self.index, parse_filter(text, self.selections)
        assert index is not None
        scored, flags = self._session.scored, dict(self.flag_counts)
        errors = {id_of(relative): error for relative, error in self.errors.items()}

        def known(relative: str) -> Known:
            key = id_of(relative)
            badge = scored.badge_of(key)
            return Known(badge.score if badge else None, flags.get(key, 0), errors.get(key, ""))

        def steps() -> Steps:
            total = index.count
            every: list[str] = []
            told = 0
            for relative in index.find(wanted, known):
                every.append(relative)
                if len(every) - told == _MATCHES_AT_ONCE:
                    yield Progress(len(every), total, tuple(every[told:]), "recordings")
                    told = len(every)
            tables = len(index.tables.intersection(every))
            order = yield from _ordering(every, Progress(len(every), total, None, "recordings"))
            yield Progress(total, total, InOrder(order, tables=tables), "recordings")

        return steps

    def _matched(self, progress: Progress) -> None:
        if self.matches is None or progress.result is None:
            return
        if isinstance(progress.result, InOrder):
            self.matches, self.matching_tables = progress.result.names, progress.result.tables
            self.orders += 1
        else:
            self.matches.extend(progress.result)
        self._tell_growth()

    def _filtered(self, job: Job) -> None:
        if not job.cancelled and job is self._filter_job:
            self._session.capture_changed.emit()

    # -- recent captures ---------------------------------------------------------------------------

    @property
    def recent(self) -> list[Path]:
        """Captures opened lately, newest first."""
        return [Path(text) for text in self._session.settings["recent"] if isinstance(text, str)]

    def _remember_recent(self, path: Path) -> None:
        others = [str(p) for p in self.recent if p != path]
        self._session.keep_setting("recent", [str(path), *others][:RECENT])

    def _forget_recent(self, path: Path) -> None:
        self._session.keep_setting("recent", [str(p) for p in self.recent if p != path])


def _scan_steps(index: CaptureIndex) -> Steps:
    """The steps of the scan, and after the last one of each folder its names in natural order."""
    reading = ""
    for progress in index.scan():
        folder, _ = progress.result
        if folder != reading or index.complete:
            yield from _folder_in_order(index, reading, progress)
        reading = folder
        yield progress


def _folder_in_order(index: CaptureIndex, folder: str, at: Progress) -> Steps:
    names = index.folders.get(folder, ())
    if names:
        now = Progress(at.done, at.total, None, at.unit)
        order = yield from _ordering(names, now)
        yield Progress(at.done, at.total, InOrder(order, folder), at.unit)


def _ordering(names: Sequence[str], now: Progress) -> Generator[Progress, None, list[str]]:
    """Sort names; every pause of the sort is a step that tells nothing new but can be cancelled at."""
    steps = order_steps(names)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return list(end.value)
        yield now
