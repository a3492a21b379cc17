"""What a frame on screen needs to be known of, be it the session's own or one that is shown beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from thermview.capture.context import Context
from thermview.recording import Frame, Quantity, Recording
from thermview.thermal.display import Display
from thermview.thermal.filters import Filters
from thermview.thermal.temperature_units import Unit

if TYPE_CHECKING:
    from thermview.gui.browsing import Browsing
    from thermview.gui.scale import Scale


class Seen(Protocol):
    """Through what frames are seen."""

    @property
    def on(self) -> bool:
        """True where what is on screen is not the frame as it was recorded."""

    @property
    def compares(self) -> bool:
        """True where what is on screen are differences."""

    @property
    def filters(self) -> Filters:
        """The filters, of which the words are said."""


class Shown(Protocol):
    """A recording of which one frame is on screen. Signals say what changed, never the new value."""

    recording_changed: Any
    frame_changed: Any
    display_changed: Any
    annotations_changed: Any

    @property
    def recording(self) -> Recording | None: ...

    @property
    def context(self) -> Context: ...

    @property
    def problem(self) -> str:
        """Why there is no frame; empty when all is well."""

    @property
    def opening(self) -> Path | None: ...

    @property
    def selected(self) -> Path | None: ...

    @property
    def recording_id(self) -> str: ...

    @property
    def frame(self) -> Frame | None: ...

    @property
    def frame_index(self) -> int: ...

    @property
    def held_frames(self) -> int:
        """Of how many frames `frame` is the per-pixel maximum; 1: it is the frame itself."""

    @property
    def quantity(self) -> Quantity | None:
        """What the pixels of `frame` mean."""

    @property
    def has_quantity(self) -> bool:
        """True where pixels are numbers of one quantity: there is a colour bar then."""

    @property
    def unit(self) -> Unit: ...

    @property
    def display(self) -> Display: ...

    @property
    def limits(self) -> tuple[float, float]: ...

    @property
    def scale(self) -> Scale: ...

    @property
    def overlays(self) -> set[str]: ...

    @property
    def filtering(self) -> Seen: ...

    @property
    def browsing(self) -> Browsing: ...

    def time_of(self, index: int) -> float | None:
        """Seconds from the first frame, or None where the recording has no clock."""

    def set_display(self, **changes: Any) -> None:
        """Change fields of the display."""
