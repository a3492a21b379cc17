"""Which frames the detail strip shows."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

USUAL_FRAMES = 400.0
LEAST_FRAMES = 12.0
_LEAD = 0.1  # of the window that stays behind the cursor when the window jumps after it


class StripWindow(QObject):
    """A window of `frames` frames from `first`, both real numbers, inside a recording of `length` frames."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.length = 0
        self.first = 0.0
        self.frames = USUAL_FRAMES

    def start(self, length: int, index: int) -> None:
        """Another recording: the usual width, around a frame."""
        self.length = length
        self._place(index + 0.5 - USUAL_FRAMES / 2, USUAL_FRAMES)

    def follow(self, index: int) -> None:
        """Keep a frame in sight: turn over to the page that holds it, in the direction it went."""
        if self.first <= index and index + 1 <= self.first + self.frames:
            return
        near = self.frames / 4
        if self.first - near < index < self.first + self.frames + near:
            ahead = index >= self.first
            self._place(index - self.frames * (_LEAD if ahead else 1 - _LEAD), self.frames)
        else:
            self._place(index + 0.5 - self.frames / 2, self.frames)

    def zoom(self, factor: float, at: float) -> None:
        """Show `factor` times as many frames, the place `at` staying where it is."""
        frames = min(max(self.frames * factor, LEAST_FRAMES), max(float(self.length), LEAST_FRAMES))
        share = (at - self.first) / self.frames
        self._place(at - share * frames, frames)

    def move_to(self, first: float) -> None:
        """Begin at another frame."""
        self._place(first, self.frames)

    def _place(self, first: float, frames: float) -> None:
        frames = min(frames, max(float(self.length), LEAST_FRAMES))
        first = min(max(first, 0.0), max(self.length - frames, 0.0))
        if (first, frames) != (self.first, self.frames):
            self.first, self.frames = first, frames
            self.changed.emit()
