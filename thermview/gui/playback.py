"""The play clock: which frame is due now, and which frames passed since the last repaint."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

if TYPE_CHECKING:
    from thermview.gui.session import Session

REPAINT_HZ = 60
SPEEDS = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2000, 5000)
"""frames per second that the speed keys go through"""


class Playback(QObject):
    """Moves the session's frame along while it plays.

    In every-frame mode no frame is skipped, however long that takes. Otherwise the clock decides, and with
    peak hold on each repaint shows the maximum over all frames that were due since the last one.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.speed = 100.0
        self.reverse = False
        self.loop = True
        self.every_frame = False
        self._timer = QTimer(self, interval=round(1000 / REPAINT_HZ), timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        session.frame_changed.connect(self._frame_shown)
        self._started_s = 0.0
        self._start_index = 0
        self._shown = 0
        self._waiting = False

    @property
    def playing(self) -> bool:
        """True while the clock runs."""
        return self._timer.isActive()

    @property
    def peak_hold(self) -> bool:
        """Whether skipped frames are shown by their maximum."""
        return bool(self._session.settings["peak_hold"])

    def set_peak_hold(self, on: bool) -> None:
        """Switch peak hold and remember it."""
        try:
            self._session.settings["peak_hold"] = on
        finally:
            self._session.playback_changed.emit()

    def set_every_frame(self, on: bool) -> None:
        """Show every single frame, or keep to the clock."""
        self.every_frame = on
        self._restart_clock()
        self._session.playback_changed.emit()

    def set_speed(self, frames_per_s: float) -> None:
        """How many frames of the recording pass in a second of the viewer's time."""
        self.speed = min(max(frames_per_s, 0.5), 100_000.0)
        self._restart_clock()
        self._session.playback_changed.emit()

    def faster(self, steps: int = 1) -> None:
        """The next speed up (or down) of SPEEDS."""
        nearest = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - self.speed))
        self.set_speed(SPEEDS[min(max(nearest + steps, 0), len(SPEEDS) - 1)])

    def set_reverse(self, reverse: bool) -> None:
        """Play backwards or forwards."""
        self.reverse = reverse
        self._restart_clock()
        self._session.playback_changed.emit()

    def set_loop(self, loop: bool) -> None:
        """Start over at the end (of the marked range where there is one), or stop there."""
        self.loop = loop
        self._session.playback_changed.emit()

    def toggle(self) -> None:
        """Play or pause."""
        if self.playing:
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """Start; from the other end where the recording stands at its end."""
        recording = self._session.recording
        if recording is None or len(recording) < 2 or self.playing:
            return
        first, last = self._bounds()
        at_end = self._session.frame_index == (first if self.reverse else last)
        if at_end or not first <= self._session.frame_index <= last:
            self._session.seek(last if self.reverse else first)
        self._waiting = False
        self._timer.start()
        self._restart_clock()
        self._session.playback_changed.emit()

    def pause(self) -> None:
        """Stop and show the frame itself where a held maximum was shown."""
        if not self.playing:
            return
        self._timer.stop()
        if self._session.held_frames > 1:
            self._session.seek(self._session.frame_index)
        self._session.playback_changed.emit()

    def _frame_shown(self) -> None:
        """What was asked for is on screen: the next may be asked."""
        self._waiting = False
        self._shown = self._session.frame_index

    def _restart_clock(self) -> None:
        self._started_s = perf_counter()
        self._start_index = self._shown = self._session.frame_index

    def _bounds(self) -> tuple[int, int]:
        session = self._session
        assert session.recording is not None
        return session.range or (0, len(session.recording) - 1)

    def _due(self) -> int:
        if self.every_frame:
            return self._shown + (-1 if self.reverse else 1)
        passed = int((perf_counter() - self._started_s) * self.speed)
        return self._start_index + (-passed if self.reverse else passed)

    def _tick(self) -> None:
        if self._waiting or self._session.compared.behind:
            return  # what was asked for has not come yet: asking anew each time could put it off for ever
        first, last = self._bounds()
        due = self._due()
        if due == self._shown:
            return
        target = due if first <= due <= last else self._at_end(first, last)
        if target is None:
            return
        self._waiting = True
        self._session.seek(target, hold_from=self._hold_from(target))

    def _at_end(self, first: int, last: int) -> int | None:
        """Where to go when the end is passed: first the end itself, then round again or stop."""
        end, start = (first, last) if self.reverse else (last, first)
        if self._shown != end:
            return end
        if not self.loop:
            self.pause()
            return None
        self._session.seek(start)
        self._restart_clock()
        self._start_index = self._shown = start
        return None

    def _hold_from(self, due: int) -> int | None:
        """The first frame since the last repaint, where several passed and peaks are held."""
        if not self.peak_hold or self.every_frame or abs(due - self._shown) < 2:
            return None
        return self._shown + (-1 if self.reverse else 1)
