"""The ends of the colour bar: automatic, typed, or locked across recordings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from thermview.recording import Frame, Recording, is_colour
from thermview.thermal.display import Display, Isotherm, limits, ordered

ZERO_INSIDE = ", zero in the middle"
OF_BOTH = ", of A and B"
"""What `text` ends with where two frames share the ends."""


class Scale:
    """Keeps the display and the two values at the ends of the colour bar.

    In a recording of several frames the automatic min-max scale only ever widens while frames are shown:
    it neither flickers nor cuts off a lone hot pixel.
    """

    def __init__(self, display: Display) -> None:
        self.display = display
        self.locked = False
        self.widening = False
        self.centred = False
        """Zero lies in the middle: for differences."""
        self.ends = (0.0, 1.0)
        self.region_ends: Callable[[Frame], tuple[float, float] | None] = lambda frame: None
        """Lowest and highest value of a frame within the chosen region, None where there is none."""
        self.beside: Frame | None = None
        """Another frame that is shown by the same colours: the ends hold for both."""
        self._automatic = display.scale_mode
        self._region_found = False
        self._fresh = True
        self._known: tuple[tuple[Frame, Display, tuple[float, float]], ...] = ()  # of the last two frames

    def new_recording(self, recording: Recording, frame: Frame) -> None:
        """Start over for another recording, unless the ends are locked."""
        self.widening = len(recording) > 1
        self._fresh = True
        if self.display.scale_mode == "manual" and not self.locked:
            self.display = replace(self.display, scale_mode=self._automatic)
        if not is_colour(recording):
            self.new_frame(frame)

    def measured_anew(self) -> None:
        """The same frames have other values from now on: what was the widest so far is so no more."""
        self._fresh = True

    def other_quantity(self) -> None:
        """The same frames mean something else from now on: ends and isotherms of before mean nothing any more."""
        self.locked, self._fresh = False, True
        mode = self._automatic if self.display.scale_mode == "manual" else self.display.scale_mode
        self.display = replace(self.display, scale_mode=mode, isotherm=Isotherm())

    def new_frame(self, frame: Frame) -> None:
        """Work out the ends for a frame."""
        if frame.ndim == 3:
            return
        ends = self._ends_of(frame)
        if self.beside is not None and self.display.scale_mode != "manual":
            other = self._ends_of(self.beside)
            ends = (min(ends[0], other[0]), max(ends[1], other[1]))
        if self.centred and self.display.scale_mode != "manual":
            farthest = max(abs(ends[0]), abs(ends[1]))
            ends = ordered(-farthest, farthest)
        if self.display.scale_mode == "min-max" and self.widening and not self._fresh:
            ends = (min(ends[0], self.ends[0]), max(ends[1], self.ends[1]))
        self.ends, self._fresh = ends, False

    def _ends_of(self, frame: Frame) -> tuple[float, float]:
        found = self.region_ends(frame) if self.display.scale_mode == "region" else None
        self._region_found = found is not None
        return self._limits(frame) if found is None else ordered(*found)

    def _limits(self, frame: Frame) -> tuple[float, float]:
        """The ends of a frame; with two on screen each is asked for whenever one of them changes."""
        for known, display, ends in self._known:
            if known is frame and display == self.display:
                return ends
        ends = limits(frame, self.display)
        if self.beside is not None:
            self._known = ((frame, self.display, ends), *self._known[:1])
        return ends

    def change(self, frame: Frame | None, **changes: Any) -> bool:
        """Change fields of the display; True where that made a difference."""
        new = replace(self.display, **changes)
        if new == self.display:
            return False
        if new.scale_mode != "manual":
            self._automatic = new.scale_mode
            self.locked = False
        self._fresh = self._fresh or new.scale_mode != self.display.scale_mode
        self.display = new
        if frame is not None:
            self.new_frame(frame)
        return True

    def lock(self, locked: bool) -> bool:
        """Keep the present ends for every recording, or let each find its own again."""
        if locked == self.locked:
            return False
        self.locked = locked
        low, high = self.ends
        mode = "manual" if locked else self._automatic
        self.display = replace(self.display, scale_mode=mode, low=low, high=high)
        return True

    def show_beside(self, beside: Frame | None, frame: Frame | None) -> bool:
        """Let the ends hold for another frame too, or for none any more; True where they changed."""
        if beside is self.beside:
            return False
        if beside is None:
            self._known = ()
            self._fresh = True  # what widened them is not shown any more
        self.beside, before = beside, self.ends
        if frame is not None:
            self.new_frame(frame)
        return self.ends != before

    @property
    def text(self) -> str:
        """How the ends come about, in words for the status line."""
        if self.beside is not None and self.display.scale_mode not in ("manual", "region"):
            return self._own_text + OF_BOTH
        return self._own_text

    @property
    def _own_text(self) -> str:
        if self.locked:
            return "locked for all recordings"
        if self.display.scale_mode == "manual":
            return "set by hand"
        zero = ZERO_INSIDE if self.centred else ""
        if self.display.scale_mode == "min-max" and self.widening:
            return f"min-max, widest so far{zero}"
        if self.display.scale_mode == "region":
            return ("within the region" if self._region_found else "min-max: no region chosen") + zero
        return {"percentile": "percentiles 1-99"}.get(self.display.scale_mode, self.display.scale_mode) + zero
