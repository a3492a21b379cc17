"""Which capture is open, what lies in it, and what the filter leaves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from thermview.capture.context import ContextFinder
from thermview.capture.filter import parse_filter
from thermview.capture.index import CaptureIndex, natural_key, recording_id
from thermview.errors import StoreError
from thermview.jobs import Job, Progress, Steps
from thermview.readers.zipped import split_zip_path

if TYPE_CHECKING:
    from thermview.gui.session import Session

RECENT = 12
_GROWTH_EVERY_MS = 200


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
        self._session.scan_worker.cancel_all()
        self._session.score_worker.cancel_all()
        self.root, self.index, self.finder = root, CaptureIndex(root), ContextFinder(root)
        self.errors, self.flag_counts = {}, {}
        self.filter_text, self.filter_problem, self.matches = "", "", None
        self._session.forget_shown()
        self._remember_recent(path)
        self.scanning = True
        job = Job("Reading the folder", self.index.scan)
        self._session.submit(self._session.scan_worker, job, self._scanned, self._scan_ended)
        self._session.capture_changed.emit()
        if file is not None:
            self._session.select(file)

    def _scanned(self, progress: Progress) -> None:
        if not self._grown.isActive():
            self._grown.start()

    def _scan_ended(self, job: Job) -> None:
        if job.cancelled:
            return
        self.scanning = False
        self._session.capture_changed.emit()

    def id_of(self, relative: str) -> str:
        """The recording id of a path below the root."""
        assert self.root is not None
        return recording_id(self.root, self.root / relative)

    def note_error(self, path: Path, text: str) -> None:
        """Keep why a file did not open, to be shown in its row."""
        if self.root is not None and path.is_relative_to(self.root):
            self.errors[path.relative_to(self.root).as_posix()] = text
            self._session.capture_changed.emit()

    # -- order and filter --------------------------------------------------------------------------

    def sequence(self, relative: str) -> list[str]:
        """The recordings that next and previous go through: the filter's, else those of the same folder."""
        if self.matches is not None:
            return self.matches
        if self.index is None:
            return []
        folder, _, _ = relative.rpartition("/")
        names = sorted(self.index.recordings(folder), key=natural_key)
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

    def _filter_steps(self, text: str):  # type: ignore[no-untyped-def]
        index, wanted = self.index, parse_filter(text)
        assert index is not None
        badges, flags, errors = dict(self._session.scored.badges), dict(self.flag_counts), dict(self.errors)

        def steps() -> Steps:
            found: list[str] = []
            total = index.count
            for done, relative in enumerate(index.paths(), 1):
                key = relative.rpartition(".")[0]
                badge = badges.get(key)
                score = None if badge is None else badge.score
                if wanted.matches(relative, score=score, flags=flags.get(key, 0), error=relative in errors):
                    found.append(relative)
                if done % 5000 == 0:
                    yield Progress(done, total, tuple(found), "files")
                    found.clear()
            yield Progress(total, total, tuple(found), "files")

        return steps

    def _matched(self, progress: Progress) -> None:
        if self.matches is not None and progress.result:
            self.matches.extend(progress.result)
            self._scanned(progress)

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
