"""The threads behind the window: each runs its jobs one after another, in the order they came."""

from __future__ import annotations

import queue
from collections import deque
from threading import Semaphore

from PySide6.QtCore import QObject, QThread, Signal, Slot

from thermview.jobs import Job, Progress, Steps

_WAKE = Job("wake", lambda: _nothing())  # put into the queue so that an idle thread sees an urgent job
IN_FLIGHT = 4  # steps that may wait for the window before the worker waits for it


def _nothing() -> Steps:
    yield from ()


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
        self._urgent: deque[Job] = deque()
        self._within = False
        self._credit = Semaphore(IN_FLIGHT)
        self._jobs: list[Job] = []
        self._closed = False
        self._step.connect(self._deliver)
        self._end.connect(self._deliver_end)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """What runs and what waits, first the one that runs."""
        return tuple(self._jobs)

    def submit(self, job: Job, *, urgent: bool = False) -> Job:
        """Append a job; the thread starts with the first one. After `close` nothing starts any more.

        An urgent job does not wait for the end of what runs: it is done between two of its steps.
        """
        if self._closed:
            job.cancel()
            return job
        self._jobs.append(job)
        if urgent:
            self._urgent.append(job)
        self._queue.put(_WAKE if urgent else job)
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
            self._run_urgent()
            if job is not _WAKE:
                self._run_job(job)

    def _run_job(self, job: Job) -> None:
        if not job.cancelled:
            job.run(lambda progress: self._report(job, progress))
        self._end.emit(job)

    def _run_urgent(self) -> None:
        if self._within:
            return  # urgent jobs come one after another, not within each other
        self._within = True
        while self._urgent:
            self._run_job(self._urgent.popleft())
        self._within = False

    def _report(self, job: Job, progress: Progress) -> None:
        self._run_urgent()
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
