"""What the kept regions measure over the whole recording, read in the background and remembered by shape."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from thermview.gui.parts.plain_words import count_text
from thermview.jobs import Job, Progress
from thermview.recording import Recording, is_colour
from thermview.thermal.region_alarms import AlarmEvent, alarm_events
from thermview.thermal.region_series import RegionSeries, SeriesChunk, series_steps
from thermview.thermal.region_sets import RegionSet
from thermview.thermal.region_statistics import STATISTICS, Statistic
from thermview.thermal.regions import Region

if TYPE_CHECKING:
    from thermview.gui.session import Session

Floats = NDArray[np.float64]

READ_AT_ONCE_BYTES = 512 << 20
"""Recordings up to this size are measured without being asked; larger ones when someone wants it."""
_SETTLE_MS = 300
_SIGNAL_EVERY_MS = 100
_REMEMBERED = 64  # shapes: an edit that is undone needs no second reading


class RegionCourses(QObject):
    """Series of the shown recording's regions; only shapes that were not measured yet are read for."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._recording: Recording | None = None
        self._regions = RegionSet()
        self._values: dict[Region, Floats] = {}
        self._growing: dict[Region, Floats] = {}
        self._events: tuple[AlarmEvent, ...] | None = None
        self._job: Job | None = None
        self.problem = ""
        """Why the last measurement stopped; empty when all is well."""
        self._wanting: set[QObject] = set()
        self._agreed = False
        self._soon = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._soon.timeout.connect(self._start_wanted)
        self._flush = QTimer(self, singleShot=True, interval=_SIGNAL_EVERY_MS)
        self._flush.timeout.connect(self.changed)

    # -- what is asked -----------------------------------------------------------------------------

    @property
    def possible(self) -> bool:
        """True for a recording of several frames of a quantity."""
        recording = self._recording
        return recording is not None and len(recording) > 1 and not is_colour(recording)

    @property
    def running(self) -> Job | None:
        """The job that measures now."""
        return self._job

    @property
    def needs_consent(self) -> bool:
        """True where the recording is so large that it is read only when someone asks for it."""
        recording = self._recording
        if recording is None or self._agreed:
            return False
        size = len(recording) * int(np.prod(recording.frame_shape)) * recording.dtype.itemsize
        return size > READ_AT_ONCE_BYTES

    @property
    def complete(self) -> bool:
        """True where every kept region was measured in every frame."""
        return self.possible and not self._missing()

    def values(self, name: str, statistic: Statistic) -> Floats | None:
        """One statistic (frames,) of a kept region, NaN where not measured yet; None where nothing is known."""
        region = self._regions.region(name)
        if region is None:
            return None
        shape = _shape(region)
        found = self._values.get(shape, self._growing.get(shape))
        return None if found is None else found[STATISTICS.index(statistic)]

    def series(self) -> RegionSeries | None:
        """All of it, once every region was measured."""
        if not self.complete or not self._regions.regions:
            return None
        regions = self._regions.regions
        return RegionSeries(regions, np.stack([self._values[_shape(region)] for region in regions]))

    def events(self) -> tuple[AlarmEvent, ...]:
        """The events of all alarms whose regions were measured, in the order of frames."""
        if self._events is None:
            found: list[AlarmEvent] = []
            for alarm in self._regions.alarms:
                region = self._regions.region(alarm.region)
                values = self._values.get(_shape(region)) if region is not None else None
                if values is not None:
                    found += alarm_events(values[STATISTICS.index(alarm.statistic)], alarm)
            self._events = tuple(sorted(found, key=lambda event: (event.first, event.last)))
        return self._events

    # -- keeping in step ---------------------------------------------------------------------------

    def show(self, recording: Recording | None) -> None:
        """Another recording is shown: nothing of it is measured yet."""
        self._stop()
        self._recording, self._agreed, self.problem = recording, False, ""
        self._values.clear()
        self._regions, self._events = RegionSet(), None
        self.changed.emit()

    def measure_anew(self, recording: Recording) -> None:
        """The same recording with other values, as under another emissivity: nothing measured before holds."""
        regions, agreed = self._regions, self._agreed
        self.show(recording)
        self._agreed = agreed
        self.follow(regions)

    def follow(self, regions: RegionSet) -> None:
        """These regions are kept now."""
        self._regions, self._events = regions, None
        self.changed.emit()
        if self._missing():
            self._soon.start()

    def want(self, view: QObject, wanted: bool) -> None:
        """A view that shows series came into sight or went out of it: while none is, nothing is read."""
        if not wanted:
            self._wanting.discard(view)
            return
        self._wanting.add(view)
        if self._missing():
            self._soon.start()

    def start(self) -> None:
        """Measure now, whatever the size."""
        self._agreed, self.problem = True, ""
        self._start()

    def _start_wanted(self) -> None:
        if self._wanting and not self.needs_consent and not self.problem:
            self._start()

    def _missing(self) -> list[Region]:
        if not self.possible:
            return []
        shapes = dict.fromkeys(_shape(region) for region in self._regions.regions)
        return [shape for shape in shapes if shape not in self._values]

    def _start(self) -> None:
        recording, missing = self._recording, self._missing()
        if recording is None or not missing or (self._job is not None and set(missing) <= set(self._growing)):
            return
        self._stop()
        self._growing = {shape: np.full((len(STATISTICS), len(recording)), np.nan) for shape in missing}
        job = Job(f"Measuring {count_text(len(missing), 'region')}", lambda: series_steps(recording, missing))
        self._job = job
        session = self._session
        session.submit(session.score_worker, job, self._came, self._ended, urgent=True)
        self.changed.emit()

    def _stop(self) -> None:
        self._soon.stop()
        if self._job is not None:
            self._job.cancel()
        self._job, self._growing = None, {}

    def _came(self, progress: Progress) -> None:
        result = progress.result
        if isinstance(result, SeriesChunk):
            stop = result.first + result.values.shape[2]
            for values, part in zip(self._growing.values(), result.values, strict=True):
                values[:, result.first : stop] = part
        if not self._flush.isActive():
            self._flush.start()

    def _ended(self, job: Job) -> None:
        if job is not self._job:
            return
        if job.cancelled:
            self.problem = "Measuring was cancelled."
        elif job.error is not None:
            self.problem = job.error_text
        else:
            self._values.update(self._growing)
            self._forget_oldest()
        self._job, self._growing, self._events = None, {}, None
        self.changed.emit()
        if not self.problem and self._missing():
            self._soon.start()

    def _forget_oldest(self) -> None:
        used = {_shape(region) for region in self._regions.regions}
        unused = [shape for shape in self._values if shape not in used]
        for shape in unused[: max(len(self._values) - _REMEMBERED, 0)]:
            del self._values[shape]


def _shape(region: Region) -> Region:
    """The region without its name: what is measured does not depend on it."""
    return replace(region, name="")
