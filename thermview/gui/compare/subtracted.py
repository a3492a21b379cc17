"""A minus B: a frame of its own, with a scale that has zero in the middle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from thermview.capture.context import Context
from thermview.gui.compare.beside import Beside, SeenThrough
from thermview.gui.parts.shown import Seen
from thermview.gui.scale import Scale
from thermview.recording import Frame, Quantity, Recording
from thermview.thermal.difference import difference, means_difference, why_no_difference
from thermview.thermal.display import Display
from thermview.thermal.palettes import DIVERGING
from thermview.thermal.temperature_units import Unit, shown_unit

if TYPE_CHECKING:
    from thermview.gui.browsing import Browsing
    from thermview.gui.session import Session


class Subtracted(QObject):
    """Worked out anew when both frames are there, while someone looks."""

    recording_changed = Signal()
    frame_changed = Signal()
    display_changed = Signal()
    annotations_changed = Signal()

    def __init__(self, session: Session, beside: Beside, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._beside = session, beside
        self.scale = Scale(Display(palette=DIVERGING[0]))
        self.scale.centred = True
        self.filtering: Seen = SeenThrough(always=True)
        self.context = Context("")
        self.recording: Recording | None = None
        self.frame: Frame | None = None
        self.quantity: Quantity | None = None
        self.problem = ""
        self.frame_index, self.held_frames = 0, 1

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

    @property
    def unit(self) -> Unit:
        """Kelvins or counts."""
        return shown_unit(self.quantity, self._session.settings["temperature_unit"])

    @property
    def display(self) -> Display:
        """How it is shown."""
        return self.scale.display

    @property
    def limits(self) -> tuple[float, float]:
        """The values at the two ends of its colour bar."""
        return self.scale.ends

    @property
    def overlays(self) -> set[str]:
        """Those of the session that concern pixels."""
        return self._session.overlays

    @property
    def browsing(self) -> Browsing:
        """The open capture."""
        return self._session.browsing

    def time_of(self, index: int) -> float | None:
        """A difference has no time of its own."""
        return None

    def set_display(self, **changes: Any) -> None:
        """Change fields of its display."""
        if self.scale.change(self.frame, **changes):
            self.display_changed.emit()

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
