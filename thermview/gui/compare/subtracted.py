"""A minus B: a frame of its own, with a scale that has zero in the middle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from thermview.gui.compare.beside import Beside
from thermview.gui.parts.shown import OnScreen, SeenThrough
from thermview.recording import Frame, Quantity
from thermview.thermal.difference import difference, means_difference, why_no_difference
from thermview.thermal.display import Display
from thermview.thermal.palettes import DIVERGING

if TYPE_CHECKING:
    from thermview.gui.session import Session


class Subtracted(OnScreen):
    """Worked out anew when both frames are there, while someone looks."""

    def __init__(self, session: Session, beside: Beside, parent: QObject) -> None:
        super().__init__(session, Display(palette=DIVERGING[0]), SeenThrough(always=True), parent)
        self._beside = beside
        self.scale.centred = True

    @property
    def opening(self) -> Path | None:
        """The file of B while it is on its way."""
        return self._beside.opening

    @property
    def selected(self) -> Path | None:
        """There is no file of it."""
        return None

    @property
    def recording_id(self) -> str:
        """What it is, with its unit."""
        return "" if self.quantity is None else self.quantity.label

    @property
    def has_quantity(self) -> bool:
        """True where there is a difference."""
        return self.quantity is not None

    def time_of(self, index: int) -> float | None:
        """A difference has no time of its own."""
        return None

    def start_over(self) -> None:
        """Other recordings: what was the widest so far is so no more."""
        self.scale.measured_anew()

    def work_out(self) -> None:
        """Subtract the frames on screen, or say why that makes no sense."""
        session, beside = self._session, self._beside
        a, b, means_a, means_b = session.frame, beside.frame, session.quantity, beside.quantity
        if a is None or b is None or means_a is None or means_b is None:
            self._show(None, None, session.problem or beside.problem)
            return
        problem = why_no_difference((a, means_a), (b, means_b))
        if problem:
            self._show(None, None, problem)
        else:
            self._show(difference(a, b), means_difference(means_a, means_b), "")

    def forget(self) -> None:
        """Nothing is compared any more."""
        self._show(None, None, "")
        self.recording = None

    def _show(self, frame: Frame | None, quantity: Quantity | None, problem: str) -> None:
        self.frame, self.problem = frame, problem
        self.recording = self._session.recording
        several = any(r is not None and len(r) > 1 for r in (self.recording, self._beside.recording))
        self.scale.widening = several
        means_other, self.quantity = quantity != self.quantity, quantity
        if means_other:
            self.scale.other_quantity()
        if frame is not None:
            self.scale.new_frame(frame)
        if means_other:
            self.recording_changed.emit()
        self.frame_changed.emit()
