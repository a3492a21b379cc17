"""How far along their cycles the frames of two laser recordings are, found in the background when it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from thermview.gui.compare.beside import Beside
from thermview.gui.tracked import is_laser
from thermview.jobs import Job, Progress
from thermview.laser.spot_facts import Measured

if TYPE_CHECKING:
    from thermview.gui.session import Session

_MEASURING = "Measuring the cycle of B"
STOPPED = "the cycle was not looked for to the end. Link by phase once more to do so."
Phase = NDArray[Any]


class CyclesOf(QObject):
    """Both are measured from pixels: phases of two models may count from different places of the path."""

    changed = Signal()
    """a cycle was found, or cannot be"""

    def __init__(self, session: Session, beside: Beside, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._beside = session, beside
        self._measured: Measured | None = None
        self._problem = ""
        self._job: Job | None = None

    @property
    def phases(self) -> tuple[Phase | None, Phase | None]:
        """Cycles passed at each frame of A and of B, None where not known (yet)."""
        return _phase(self._session.tracked.measured), _phase(self._measured)

    @property
    def why_not(self) -> str:
        """Why there are no phases to link by; empty where there are, or may be."""
        beside, tracked = self._beside, self._session.tracked
        for name, laser, measured, problem in (
            ("A", tracked.is_laser, tracked.measured, tracked.problem),
            ("B", is_laser(beside.recording, beside.context), self._measured, self._problem),
        ):
            if not laser:
                return f"{name} is no laser recording: it has no cycle."
            if problem:
                return f"{name}: {problem}"
            if measured is not None and measured.cycles is None:
                return f"The spot's movement does not repeat in {name}: it has no cycle."
        return ""

    @property
    def looking(self) -> bool:
        """True while the cycles are looked for."""
        return self._job is not None or self._session.tracked.measuring

    def want(self) -> None:
        """Measure both in the background, unless that is done or under way."""
        recording = self._beside.recording
        if recording is None or self.why_not:
            return
        self._session.tracked.want()
        if self._measured is not None or self._job is not None:
            return
        job = self._job = Job(_MEASURING, lambda: self._session.tracked.steps(recording))
        self._session.submit(self._session.scan_worker, job, self._came, self._ended, urgent=True)

    def _came(self, progress: Progress) -> None:
        if isinstance(progress.result, Measured):
            self._measured = progress.result

    def _ended(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self._problem = STOPPED if job.cancelled else job.error_text
            self.changed.emit()

    def try_again(self) -> None:
        """Someone asks anew for what was stopped."""
        if self._problem == STOPPED:
            self._problem = ""

    def forget(self) -> None:
        """Another B, or none."""
        if self._job is not None:
            self._job.cancel()
        self._job, self._measured, self._problem = None, None, ""


def _phase(measured: Measured | None) -> Phase | None:
    return measured.cycles.phase if measured is not None and measured.cycles is not None else None
