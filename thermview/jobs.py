"""Long work as generators: the CLI drives them in a loop, the window in a thread."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from threading import Event
from time import perf_counter
from typing import Any

from thermview.errors import ThermviewError, reason


@dataclass(frozen=True)
class Progress:
    """How much of a job is done, and what its last step gave.

    `total` is 0 while it is not known. `unit` names what is counted ("frames", "files").
    """

    done: int
    total: int
    result: Any = None
    unit: str = ""


Steps = Generator[Progress, None, None]


@dataclass(eq=False)
class Job:
    """One piece of long work; cancelling it asks it to stop at its next step.

    A job is its own generation token: whoever holds it can tell whether a late result still matters.
    """

    name: str
    steps: Callable[[], Steps]
    error: Exception | None = None
    done: int = 0
    total: int = 0
    unit: str = ""
    started: float | None = None
    _cancelled: Event = field(default_factory=Event, repr=False)
    _stage_began: float | None = field(default=None, repr=False)
    _stage_first: int = field(default=0, repr=False)

    def cancel(self) -> None:
        """Ask the job to stop; nothing it yields after this is delivered."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """True once someone asked it to stop."""
        return self._cancelled.is_set()

    @property
    def rate_per_s(self) -> float:
        """Units done per second since it started, or since it began to count in another unit; 0 before."""
        began = self.started if self._stage_began is None else self._stage_began
        if began is None:
            return 0.0
        return (self.done - self._stage_first) / max(perf_counter() - began, 1e-6)

    @property
    def remaining_s(self) -> float | None:
        """Estimated seconds to the end, or None while that cannot be said."""
        if self.total <= 0 or self.done <= self._stage_first:
            return None
        return max(self.total - self.done, 0) / max(self.rate_per_s, 1e-9)

    @property
    def error_text(self) -> str:
        """One sentence for the user, empty when all went well."""
        if self.error is None:
            return ""
        if isinstance(self.error, ThermviewError):
            return str(self.error)
        return f"{self.name} stopped: {reason(self.error)}"

    def run(self, report: Callable[[Progress], None]) -> None:
        """Run to the end, to a cancel or to an error, which is kept in `error`."""
        self.started = perf_counter()
        steps = self.steps()
        try:
            for progress in steps:
                if self.cancelled:
                    break
                if self.unit and progress.unit != self.unit:  # scanned files say nothing of the rate of fits
                    self._stage_began, self._stage_first = perf_counter(), progress.done
                self.done, self.total, self.unit = progress.done, progress.total, progress.unit
                report(progress)
        except Exception as error:
            self.error = error
        finally:
            steps.close()  # runs the generator's own finally: files are closed here


def last_result(steps: Steps) -> Any:
    """Run a job's steps to the end where no progress is wanted; give the last step's result."""
    result = None
    for progress in steps:
        result = progress.result
    return result
