"""The threads behind the window: each runs its jobs one after another, in the order they came."""

from __future__ import annotations

import queue
from threading import Semaphore

from PySide6.QtCore import QObject, QThread, Signal, Slot

from thermview.jobs import Job, Progress

IN_FLIGHT = 4  # steps that may wait for the window before the worker waits for it


class Worker(QThread):
    """Runs jobs in the order they came; everything it emits arrives in the GUI thread."""

    stepped = Signal(object, object)
    """Job, Progress: a step of a job that nobody cancelled."""
    ended = Signal(object)
    """Job: done, cancelled or failed (then `job.error` says why)."""
    _step = Signal(object, object)
    _end = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._credit = Semaphore(IN_FLIGHT)
        self._jobs: list[Job] = []
        self._closed = False
        self._step.connect(self._deliver)
        self._end.connect(self._deliver_end)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """What runs and what waits, first the one that runs."""
        return tuple(self._jobs)

    def submit(self, job: Job) -> Job:
        """Append a job; the thread starts with the first one. After `close` nothing starts any more."""
        if self._closed:
            job.cancel()
            return job
        self._jobs.append(job)
        self._queue.put(job)
        if not self.isRunning():
            self.start()
        return job

    def cancel_all(self) -> None:
        """Ask everything that runs or waits to stop."""
        for job in self._jobs:
            job.cancel()

    def cancel_named(self, name: str) -> None:
        """Ask the jobs of this name to stop."""
        for job in self._jobs:
            if job.name == name:
                job.cancel()

    def close(self) -> None:
        """Cancel everything and wait for the thread: call before the window goes."""
        self._closed = True
        self.cancel_all()
        self._queue.put(None)
        self.wait()

    def run(self) -> None:
        """The thread: no event loop, just jobs until None comes."""
        while (job := self._queue.get()) is not None:
            if not job.cancelled:
                job.run(lambda progress, job=job: self._report(job, progress))  # type: ignore[misc]
            self._end.emit(job)

    def _report(self, job: Job, progress: Progress) -> None:
        while not self._credit.acquire(timeout=0.05):
            if job.cancelled:
                return
        self._step.emit(job, progress)

    @Slot(object, object)
    def _deliver(self, job: Job, progress: Progress) -> None:
        self._credit.release()
        if not job.cancelled:  # the one place where stale results are dropped
            self.stepped.emit(job, progress)

    @Slot(object)
    def _deliver_end(self, job: Job) -> None:
        self._jobs.remove(job)
        self.ended.emit(job)
