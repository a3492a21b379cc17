"""Which capture is open, what lies in it, and what the filter leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from thermview.capture.context import ContextFinder
from thermview.capture.filter import parse_filter
from thermview.capture.ids import id_of
from thermview.capture.index import CaptureIndex, Known
from thermview.capture.listing import Listing, natural_key
from thermview.errors import StoreError
from thermview.gui.glances import Glance, glance_steps
from thermview.jobs import Job, Progress, Steps
from thermview.readers.zipped import split_zip_path

if TYPE_CHECKING:
    from thermview.gui.session import Session

RECENT = 12
_GROWTH_EVERY_MS = 200
_MATCHES_AT_ONCE = 2000
_LOOKING = "Looking at files"


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
        self.matches: list[str] | None = None
        """Paths below the root that the filter leaves, in order; None where there is no filter."""
        self.scanning = False
        self._filter_job: Job | None = None
        self._grown = QTimer(self, interval=_GROWTH_EVERY_MS, singleShot=True)
        self._grown.timeout.connect(session.capture_changed)

    def open(self, path: Path) -> None:
        """Open a folder or zipped batch, or the folder of a file and then that file."""
        path = Path(path).expanduser().absolute()
        if not path.exists() and split_zip_path(path) is None:
            self._session.message.emit(f"{path.name}: there is no such file or folder any more.")
            self._forget_recent(path)
            return
        root, file = (path, None) if path.is_dir() or path.suffix.lower() == ".zip" else (path.parent, path)
        for worker in (self._session.scan_worker, self._session.peek_worker):
            worker.cancel_all()
        self._session.score_worker.cancel_all()
        self.root, self.index, self.finder = root, CaptureIndex(root), ContextFinder(root)
        self.errors, self.flag_counts, self.glances, self.folders = {}, {}, {}, {}
        self.filter_text, self.filter_problem, self.matches = "", "", None
        self._session.forget_shown()
        self._remember_recent(path)
        self.scanning = True
        job = Job("Reading the folder", self.index.scan)
        self._session.submit(self._session.scan_worker, job, self._listed, self._scan_ended)
        self._session.capture_changed.emit()
        if file is not None:
            self._session.select(file)

    def read_again(self) -> None:
        """List the open capture again."""
        if self.root is not None:
            self.open(self.root)

    def _listed(self, progress: Progress) -> None:
        folder, part = progress.result
        assert isinstance(part, Listing)
        if part.folders:
            self.folders.setdefault(folder, []).extend(part.folders)
        self._tell_growth()

    def _tell_growth(self) -> None:
        if not self._grown.isActive():
            self._grown.start()

    def _scan_ended(self, job: Job) -> None:
        if job.cancelled:
            return
        self.scanning = False
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
        else:
            self.errors[relative] = found
        self._tell_growth()

    def note_error(self, path: Path, text: str) -> None:
        """Keep why a file did not open, to be shown in its row."""
        if self.root is not None and path.is_relative_to(self.root):
            self.errors[path.relative_to(self.root).as_posix()] = text
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
        if self.index is None:
            return []
        folder, _, _ = relative.rpartition("/")
        names = sorted(self.index.folders.get(folder, ()), key=natural_key)
        return [f"{folder}/{name}" if folder else name for name in names]

    def go(self, steps: int) -> None:
        """Select the recording so many places further on."""
        shown = self._session.opening or (self._session.recording and self._session.recording.path)
        if self.root is None or not shown or not Path(shown).is_relative_to(self.root):
            return
        relative = Path(shown).relative_to(self.root).as_posix()
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
        wanted = parse_filter(text)
        self.filter_problem = wanted.problem
        if not text.strip() or wanted.problem:
            self.matches = None
            self._session.capture_changed.emit()
            return
        self.matches = []
        self._filter_job = Job("Filtering", self._filter_steps(text))
        self._session.submit(self._session.scan_worker, self._filter_job, self._matched, self._filtered)
        self._session.capture_changed.emit()

    def _filter_steps(self, text: str) -> Callable[[], Steps]:
        index, wanted = self.index, parse_filter(text)
        assert index is not None
        badges, flags = dict(self._session.scored.badges), dict(self.flag_counts)
        errors = {id_of(relative): error for relative, error in self.errors.items()}

        def known(relative: str) -> Known:
            key = id_of(relative)
            badge = badges.get(key)
            return Known(badge.score if badge else None, flags.get(key, 0), errors.get(key, ""))

        def steps() -> Steps:
            total, found, done = index.count, [], 0
            for relative in index.find(wanted, known):
                found.append(relative)
                if len(found) == _MATCHES_AT_ONCE:
                    done += len(found)
                    yield Progress(done, total, tuple(found), "recordings")
                    found.clear()
            yield Progress(total, total, tuple(found), "recordings")

        return steps

    def _matched(self, progress: Progress) -> None:
        if self.matches is not None and progress.result:
            self.matches.extend(progress.result)
            self._tell_growth()

    def _filtered(self, job: Job) -> None:
        if job.cancelled or job is not self._filter_job or self.matches is None:
            return
        self.matches.sort(key=natural_key)
        self._session.capture_changed.emit()

    # -- recent captures ---------------------------------------------------------------------------

    @property
    def recent(self) -> list[Path]:
        """Captures opened lately, newest first."""
        return [Path(text) for text in self._session.settings["recent"] if isinstance(text, str)]

    def _remember_recent(self, path: Path) -> None:
        others = [str(p) for p in self.recent if p != path]
        self._save_recent([str(path), *others][:RECENT])

    def _forget_recent(self, path: Path) -> None:
        self._save_recent([str(p) for p in self.recent if p != path])

    def _save_recent(self, paths: list[str]) -> None:
        try:
            self._session.settings["recent"] = paths
        except StoreError as error:
            self._session.message.emit(str(error))
