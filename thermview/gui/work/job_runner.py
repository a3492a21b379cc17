"""Long work of the window: four threads that run jobs, and who hears of each step and end."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from thermview.gui.work.workers import Worker
from thermview.jobs import Job, Progress

_SIGNAL_EVERY_MS = 100  # figures of running jobs reach the views at most this often


class JobRunner(QObject):
    """Runs jobs in workers; their steps and ends come back in the GUI thread."""

    jobs_changed = Signal()
    message = Signal(str)
    """one sentence for the status line"""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.scan_worker, self.score_worker, self.export_worker, self.peek_worker = (
            Worker(name, self) for name in ("scan", "score", "export", "peek")
        )
        self._handlers: dict[Job, tuple[Callable[[Progress], None], Callable[[Job], None]]] = {}
        self._told_jobs = QTimer(self, interval=_SIGNAL_EVERY_MS, singleShot=True)
        self._told_jobs.timeout.connect(self.jobs_changed)
        for worker in self.workers:
            worker.stepped.connect(self._job_stepped)
            worker.ended.connect(self._job_ended)

    @property
    def workers(self) -> tuple[Worker, ...]:
        """The threads that run jobs; `peek` does what takes milliseconds: lengths and thumbnails of files in sight."""
        return (self.scan_worker, self.score_worker, self.export_worker, self.peek_worker)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The long work that runs or waits."""
        told = (self.scan_worker, self.score_worker, self.export_worker)
        return tuple(job for worker in told for job in worker.jobs if not job.cancelled)

    def submit(
        self,
        worker: Worker,
        job: Job,
        on_step: Callable[[Progress], None],
        on_end: Callable[[Job], None] = lambda job: None,
        *,
        urgent: bool = False,
    ) -> Job:
        """Run a job in a worker; its steps and its end come back in the GUI thread.

        What a person waits for now is `urgent`: it is done between two steps of what runs.
        """
        self._handlers[job] = (on_step, on_end)
        worker.submit(job, urgent=urgent)
        self.jobs_changed.emit()
        return job

    def cancel_jobs(self) -> None:
        """Stop all long work."""
        for job in self.jobs:
            job.cancel()
        self.jobs_changed.emit()

    def _job_stepped(self, job: Job, progress: Progress) -> None:
        self._handlers[job][0](progress)
        if not self._told_jobs.isActive():
            self._told_jobs.start()

    def _job_ended(self, job: Job) -> None:
        _, on_end = self._handlers.pop(job)
        if job.error_text and not job.cancelled:
            self.message.emit(job.error_text)
        on_end(job)
        self.jobs_changed.emit()

    def close_workers(self) -> None:
        """Cancel everything and wait for the threads."""
        for worker in self.workers:
            worker.close()
