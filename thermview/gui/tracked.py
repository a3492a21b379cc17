"""What the window knows of the laser spot of the shown recording: from its scores, else read out of its frames."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from thermview.capture.cache import Fingerprint, fingerprint
from thermview.capture.context import Context
from thermview.gui.work.latest import Latest
from thermview.jobs import Job, Progress, Steps
from thermview.laser.folding import cycle_of, frame_near, typical_path
from thermview.laser.spot_facts import Measured, SpotFacts, facts_of, measure_steps
from thermview.laser.tracks import tracks_of
from thermview.readers.zipped import split_zip_path
from thermview.recording import Recording, is_colour

if TYPE_CHECKING:
    from thermview.gui.session import Session

TRACK_CYCLES = (1, 2, 50)
"""Cycles of the spot's track over the frame: least, usual, most."""
_KEPT_BYTES = 32 * 2**20
_MEASURING = "Measuring the spot's path"
_BORDER = "LeftBordPx"


@dataclass(frozen=True, eq=False)
class Path2D:
    """One cycle of the spot's path at the phases of `folding.bin_middles`: rows and columns in pixels.

    `expected` is True where a model says so, False where it is the median of what was measured.
    """

    rows: NDArray[np.float32]
    columns: NDArray[np.float32]
    expected: bool


class Tracked(QObject):
    """Facts of the spot, and steps from cycle to cycle.

    The frames are read for it once somebody looks (`want`), in the background, and kept within a bound.
    """

    changed = Signal()
    """what is known of the spot"""
    look_changed = Signal()
    """how it is shown"""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.facts = SpotFacts()
        self.measured: Measured | None = None
        self.problem = ""
        """Why the frames could not be read for it; empty when all is well."""
        self.cycles_shown = TRACK_CYCLES[1]
        self.slices = Latest("slices", self)
        self._kept: OrderedDict[Fingerprint, Measured] = OrderedDict()  # touched by the scan thread alone
        self._job: Job | None = None
        self._shown: Recording | None = None
        self._scores: object = None
        self._paths: dict[int, Path2D | None] = {}
        self._pending = 0
        self._landed: tuple[int, float] | None = None
        session.recording_changed.connect(self._recording_changed)
        session.scores_changed.connect(self._scores_changed)

    # -- what is known -----------------------------------------------------------------------------

    @property
    def is_laser(self) -> bool:
        """True where a laser video is shown, be it stored in another format than the data set's."""
        return is_laser(self._session.recording, self._session.context)

    @property
    def bands(self) -> Mapping[str, Sequence[float]]:
        """Between which values measures lie in the model's normal recordings; empty without such a model."""
        final = self._session.scored.final
        return final.bands if final is not None and self.is_laser else {}

    @property
    def measuring(self) -> bool:
        """True while the frames are read."""
        return self._job is not None

    def want(self) -> None:
        """Somebody looks: read the recording's frames in the background, unless that is done or under way."""
        session, recording = self._session, self._session.recording
        if recording is None or not self.is_laser or self.measured is not None or self._job or self.problem:
            return
        job = Job(_MEASURING, lambda: self.steps(recording))
        self._job = job
        session.submit(session.scan_worker, job, self._came, self._ended, urgent=True)

    def steps(self, recording: Recording) -> Steps:
        """In the scan thread: what is kept of this state of the file, else its frames; the last result is Measured."""
        state = _state_of(recording.path)
        if state is not None and state in self._kept:
            self._kept.move_to_end(state)
            yield Progress(len(recording), len(recording), self._kept[state], "frames")
            return
        for progress in measure_steps(recording):
            if progress.result is not None and state is not None:
                self._keep(state, progress.result)
            yield progress

    def _keep(self, state: Fingerprint, measured: Measured) -> None:
        self._kept[state] = measured
        used = sum(kept.nbytes for kept in self._kept.values())
        while used > _KEPT_BYTES and len(self._kept) > 1:
            used -= self._kept.popitem(last=False)[1].nbytes

    def _came(self, progress: Progress) -> None:
        if isinstance(progress.result, Measured):
            self.measured = progress.result
            self._gather()

    def _ended(self, job: Job) -> None:
        if job is not self._job:
            return
        self._job = None
        if job.error_text:
            self.problem = job.error_text
            self.changed.emit()
        if self._pending and self.facts.total is not None:
            self.step_cycles(self._pending)
        elif self._pending:
            self._session.message.emit(NO_CYCLE)
        self._pending = 0

    def _recording_changed(self) -> None:
        recording = self._session.recording
        if recording is self._shown:
            return
        if self._job is not None:
            self._job.cancel()
        self._shown, self._job, self.measured, self.problem = recording, None, None, ""
        self._scores, self._landed, self._pending = None, None, 0
        self.slices.forget()
        self._gather()

    def _scores_changed(self, first: int, stop: int) -> None:
        final = self._session.scored.final
        measures = final.measures if final is not None else None
        if measures is not self._scores:  # another threshold leaves the measures what they were
            self._scores = measures
            self._gather()

    def _gather(self) -> None:
        recording, final = self._session.recording, self._session.scored.final
        if recording is None or not self.is_laser:
            self.facts = SpotFacts()
        else:
            measures = final.measures if final is not None else {}
            model = final.model.name if final is not None else ""
            self.facts = facts_of(len(recording), measures, model, self.measured)
        self._paths = {}
        self.changed.emit()

    def spot_on_screen(self) -> tuple[float, float] | None:
        """(row, column) of the spot in the frame on screen, while no series knows it; None without light.

        The maximum of several frames shows no spot of one moment: None as well.
        """
        session = self._session
        if (
            self.facts.row is not None
            or session.frame is None
            or session.held_frames > 1
            or session.filtering.on
            or not self.is_laser
        ):
            return None
        spot = tracks_of(session.frame[None])
        row, column = float(spot.row[0]), float(spot.column[0])
        return (row, column) if np.isfinite(row) else None

    # -- cycles ------------------------------------------------------------------------------------

    def step_cycles(self, cycles: int) -> None:
        """To the frame of the same phase so many cycles on; reads the recording first where no cycle is known yet."""
        total, session = self.facts.total, self._session
        if total is None:
            self._pending += cycles
            self.want()
            if self._job is None and self._pending:
                self._pending = 0
                session.message.emit(self.problem or NO_CYCLE)
            return
        here = session.wished_index
        # the phase that was set out from, not that of the frame nearest to it: else every step would drift a little
        set_out = self._landed[1] if self._landed and self._landed[0] == here else float(total[here])
        wanted = set_out + cycles
        target = frame_near(total, wanted)
        session.playback.pause()
        near = 0.5 * float(total[-1] - total[0]) / len(total)  # half a frame: rounding is no end
        if not total[0] - near <= wanted <= total[-1] + near:
            session.message.emit("There is no further cycle in this direction.")
            return
        session.seek(target)
        self._landed = (target, wanted)

    def pattern_at(self, index: int) -> int:
        """The pattern of the path at a frame: 0 the plain one, and where none is known."""
        pattern = self.facts.pattern
        if pattern is None or not np.isfinite(pattern[index]):
            return 0
        return round(float(pattern[index]))

    def path_of(self, pattern: int) -> Path2D | None:
        """The path of a pattern, None where no cycle is known; worked out once."""
        if pattern not in self._paths:
            self._paths[pattern] = _path(self.facts, pattern)
        return self._paths[pattern]

    def track_span(self, index: int) -> tuple[int, int]:
        """First frame and the one after the last of the track that is shown at a frame."""
        total = self.facts.total
        if total is None or not np.isfinite(total[index]):
            return index, index + 1
        return int(np.searchsorted(total, total[index] - self.cycles_shown)), index + 1

    def cycle_at(self, index: int) -> tuple[int, int]:
        """First frame and the one after the last of the cycle that a frame belongs to."""
        total = self.facts.total
        return (index, index + 1) if total is None else cycle_of(total, index)

    def show_cycles(self, cycles: int) -> None:
        """How many cycles the track over the frame goes back."""
        cycles = min(max(cycles, TRACK_CYCLES[0]), TRACK_CYCLES[2])
        if cycles != self.cycles_shown:
            self.cycles_shown = cycles
            self.look_changed.emit()

    def close(self) -> None:
        """End the thread; call before the window goes."""
        self.slices.close()


def is_laser(recording: Recording | None, context: Context) -> bool:
    """True for a laser video, be it stored in another format than the data set's."""
    if recording is None or len(recording) < 2 or is_colour(recording):
        return False
    return recording.kind == "laser video" or _BORDER in context.metadata


def _path(facts: SpotFacts, pattern: int) -> Path2D | None:
    rows, columns, expected = facts.expected_row, facts.expected_column, True
    if rows is None or columns is None:
        rows, columns, expected = facts.row, facts.column, False
    if rows is None or columns is None or facts.total is None:
        return None
    here = np.ones(len(facts.total), bool) if facts.pattern is None else facts.pattern == pattern
    phase = facts.total[here]
    return Path2D(typical_path(phase, rows[here]), typical_path(phase, columns[here]), expected)


NO_CYCLE = "The spot's movement does not repeat: there are no cycles to go by in this recording."


def _state_of(path: Path) -> Fingerprint | None:
    """Which state of its file a recording is read from; None where the file cannot be looked at."""
    split: Any = split_zip_path(path)
    try:
        return fingerprint(split[0] if split else path, str(path))
    except OSError:
        return None
