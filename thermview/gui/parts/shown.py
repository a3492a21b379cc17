"""What a frame on screen needs to be known of, be it the session's own or one that is shown beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from thermview.capture.context import Context
from thermview.gui.scale import Scale
from thermview.recording import Frame, Quantity, Recording
from thermview.thermal.display import Display
from thermview.thermal.filters import Filters
from thermview.thermal.temperature_units import Unit, shown_unit

if TYPE_CHECKING:
    from thermview.gui.browsing import Browsing
    from thermview.gui.compare.subtracted import Subtracted
    from thermview.gui.filters.filtering import Filtering
    from thermview.gui.session import Session
    from thermview.gui.shown_recording import ShownRecording

NO_FILTERS = Filters()
Seen: TypeAlias = "Filtering | SeenThrough"
"""Through what frames are seen."""
Shown: TypeAlias = "Session | ShownRecording | Subtracted"
"""What a view of a frame asks for it."""


@dataclass(frozen=True)
class SeenThrough:
    """The filters that a frame is seen through."""

    filters: Filters = NO_FILTERS
    always: bool = False
    """Differences whatever the filters are."""

    @property
    def on(self) -> bool:
        """True where there is one."""
        return self.filters.on

    @property
    def compares(self) -> bool:
        """True where what is on screen are differences."""
        return self.always or self.filters.reference is not None


class OnScreen(QObject):
    """A frame, what its pixels mean and how they are coloured. Signals say what changed, never the new value."""

    recording_changed = Signal()
    frame_changed = Signal()
    display_changed = Signal()
    annotations_changed = Signal()

    def __init__(self, session: Session, display: Display, filtering: Seen, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self.filtering = session, filtering
        self.own_scale = Scale(display)
        self.context: Context = Context("")
        self.problem: str = ""
        """Why the selected recording or its frame cannot be shown; empty when all is well."""
        self.recording: Recording | None = None
        self.frame: Frame | None = None
        self.quantity: Quantity | None = None
        """What the pixels of `frame` mean: filtered, they may be differences of what the recording holds."""
        self.frame_index: int = 0
        self.held_frames: int = 1
        """Of how many frames `frame` is the per-pixel maximum; 1: it is the frame itself."""

    @property
    def unit(self) -> Unit:
        """What values are read in: the chosen unit for temperatures, else their own."""
        return shown_unit(self.quantity, self._session.settings["temperature_unit"])

    @property
    def scale(self) -> Scale:
        """Whose ends hold."""
        return self.own_scale

    @property
    def display(self) -> Display:
        """How frames are shown."""
        return self.scale.display

    @property
    def limits(self) -> tuple[float, float]:
        """The values at the two ends of the colour bar for the shown frame."""
        return self.scale.ends

    @property
    def overlays(self) -> set[str]:
        """Those that are switched on in the window."""
        return self._session.overlays

    @property
    def browsing(self) -> Browsing:
        """The open capture."""
        return self._session.browsing

    def set_display(self, **changes: Any) -> None:
        """Change fields of the display (palette, scale_mode, low, high, inverted, isotherm)."""
        if self.own_scale.change(self.frame, **changes):
            self.display_changed.emit()
