"""The regions of the shown recording: drawn, changed, kept and measured in the shown frame."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from thermview.errors import ThermviewError
from thermview.gui.regions.region_courses import RegionCourses
from thermview.gui.regions.region_edits import ApplyToAll, EditRegions
from thermview.recording import Frame, Recording
from thermview.thermal.conditions import Radiometric
from thermview.thermal.region_alarms import Alarm
from thermview.thermal.region_conditions import own_conditions, seen_by_region
from thermview.thermal.region_sets import Difference, RegionSet, from_json, to_json
from thermview.thermal.region_statistics import Statistics, statistics_of, valid_range
from thermview.thermal.regions import Kind, Line, Region, moved
from thermview.thermal.temperature_units import Unit, shown_unit

if TYPE_CHECKING:
    from thermview.gui.session import Session

OVERLAY = "regions"
_PASTED_AWAY_PX = 4  # a pasted region that would lie exactly on another is set off by so much


class Measuring(QObject):
    """Regions as they are on screen; every edit goes through the undo stack into the review store.

    While something is dragged, `regions` is ahead of what is kept: `preview` shows, `commit` keeps it.
    """

    changed = Signal()
    """the regions, differences or alarms"""
    chosen_changed = Signal()
    tool_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.regions = RegionSet()
        self.chosen = ""
        """Name of the chosen region; empty for none."""
        self.tool: Kind | None = None
        """What the mouse draws on the frame; None: it chooses and moves."""
        self._kept = self.regions
        self._shown: tuple[Recording | None, str] = (None, "")
        self._numbers: tuple[Frame | None, RegionSet, list[Statistics]] = (None, self.regions, [])
        self.courses = RegionCourses(session)
        session.recording_changed.connect(self._recording_changed)
        session.frame_changed.connect(self.follow_values)
        self.changed.connect(self._scale_by_region)
        self.chosen_changed.connect(self._scale_by_region)

    # -- what is shown -----------------------------------------------------------------------------

    @property
    def possible(self) -> bool:
        """True where pixels are numbers of one quantity."""
        return self._session.has_quantity

    @property
    def unit(self) -> str:
        """The unit in which values are shown."""
        return self._session.unit.name

    @property
    def recorded_unit(self) -> Unit:
        """The unit of courses and alarms, which measure frames as recorded whatever filters are on."""
        recording = self._session.recording
        quantity = None if recording is None else recording.quantity
        return shown_unit(quantity, self._session.settings["temperature_unit"])

    @property
    def chosen_region(self) -> Region | None:
        """The chosen region."""
        return self.regions.region(self.chosen)

    @property
    def profile_line(self) -> Line | None:
        """The line whose profile is shown: the chosen one, else the first."""
        if isinstance(chosen := self.chosen_region, Line):
            return chosen
        return next((region for region in self.regions.regions if isinstance(region, Line)), None)

    @property
    def valid(self) -> tuple[float, float]:
        """Lowest and highest value that counts; differences have no such bounds."""
        if self._session.filtering.compares:
            return -math.inf, math.inf
        recording = self._session.recording
        assert recording is not None
        return valid_range(recording)

    def numbers(self) -> list[Statistics]:
        """What the regions, in their order, measure in the frame on screen; empty where none is."""
        frame = self._session.frame
        if frame is None or frame.ndim != 2:
            return []
        if self._numbers[0] is not frame or self._numbers[1] is not self.regions:
            valid = self.valid
            found = [statistics_of(self.frame_of(region), region, valid) for region in self.regions.regions]
            self._numbers = (frame, self.regions, found)
        return self._numbers[2]

    def frame_of(self, region: Region) -> Frame:
        """The frame on screen as a region measures it; nothing but NaN where that cannot be had of a held or
        filtered frame."""
        session, frame = self._session, self._session.frame
        assert frame is not None
        if session.recording is None or not own_conditions(region):
            return frame
        seen = seen_by_region(session.recording, region)
        if seen is session.recording:
            return frame
        if session.held_frames > 1 or session.filtering.on:
            return np.full(frame.shape, np.nan, np.float32)
        try:
            return seen.frame(session.frame_index)  # its counts were decoded for the screen: a look-up
        except ThermviewError:
            return np.full(frame.shape, np.nan, np.float32)

    @property
    def can_have_own(self) -> bool:
        """True where regions may have conditions of their own: the camera's counts are known."""
        return isinstance(self._session.recording, Radiometric)

    def set_own(self, name: str, emissivity: float | None, reflected_c: float | None) -> None:
        """Measure a region under another emissivity and reflected temperature; None: like the rest of the frame."""
        region = self.regions.region(name)
        if region is not None:
            changed = replace(region, emissivity=emissivity, reflected_c=reflected_c)
            self.edit(self.regions.with_region(changed), f"conditions of {name}")

    def ends_within(self, frame: Frame) -> tuple[float, float] | None:
        """Lowest and highest value of a frame within the chosen region, or the first; None where there is none."""
        region = self.chosen_region or next(iter(self.regions.regions), None)
        if region is None or frame.ndim != 2:
            return None
        found = statistics_of(frame, region, self.valid)
        return (found.minimum, found.maximum) if math.isfinite(found.minimum) else None

    def _scale_by_region(self) -> None:
        """Another region, or the same elsewhere: the ends of the colour bar follow where they are those within it."""
        session = self._session
        if session.display.scale_mode == "region" and session.frame is not None:
            session.scale.new_frame(session.frame)
            session.display_changed.emit()

    def _recording_changed(self) -> None:
        session = self._session
        if session.recording is not self._shown[0] or session.recording_id != self._shown[1]:
            self._shown = (session.recording, session.recording_id)
            self.courses.show(session.recording)
            self.choose_tool(None)
            self.choose("")
            self.reload()

    def follow_values(self) -> None:
        """Where the frames of the shown recording have other values than before, so have its regions."""
        recording = self._session.recording
        if recording is not None and recording is not self._shown[0]:
            self._shown = (recording, self._session.recording_id)
            self.courses.measure_anew(recording)

    def reload(self) -> None:
        """Read the shown recording's regions again, after an edit or an undo."""
        session = self._session
        capture, kept = session.capture, RegionSet()
        if capture is not None and session.recording_id:
            try:
                text = session.store.regions(capture, session.recording_id)
                kept = from_json(text) if text else kept
            except ThermviewError as error:
                session.message.emit(str(error))
        self._kept = kept
        self.preview(kept)
        self.courses.follow(kept)

    # -- choosing ----------------------------------------------------------------------------------

    def choose(self, name: str) -> None:
        """Choose a region by name; empty for none."""
        if name != self.chosen:
            self.chosen = name
            self.chosen_changed.emit()

    def choose_tool(self, tool: Kind | None) -> None:
        """Draw regions of this kind from now on; the tool that is chosen already is put away."""
        tool = None if tool == self.tool or not self.possible else tool
        if tool != self.tool:
            self.tool = tool
            if tool is not None and OVERLAY not in self._session.overlays:
                self._session.toggle_overlay(OVERLAY)  # what is drawn must be seen
            self.tool_changed.emit()

    # -- editing -----------------------------------------------------------------------------------

    def preview(self, regions: RegionSet) -> None:
        """Show other regions without keeping them."""
        if regions == self.regions:
            return
        self.regions = regions
        if self.chosen not in regions.names:
            self.choose("")
        self.changed.emit()

    def revert(self) -> None:
        """Show what is kept again."""
        self.preview(self._kept)

    def commit(self, words: str) -> None:
        """Keep what is shown; `words` name the edit in the undo list."""
        session = self._session
        if self.regions == self._kept or session.capture is None or not session.recording_id:
            return
        edit = EditRegions(session, self.reload, to_json(self.regions), words)
        session.undo_stack.push(edit)

    def edit(self, regions: RegionSet, words: str) -> None:
        """Show other regions and keep them."""
        self.preview(regions)
        self.commit(words)

    def remove_chosen(self) -> None:
        """Take the chosen region away."""
        if self.chosen_region is not None:
            name = self.chosen
            self.edit(self.regions.without(name), f"remove {name}")

    def remove_all(self) -> None:
        """Take all regions away."""
        self.edit(RegionSet(), "remove all regions")

    def rename(self, old: str, new: str) -> None:
        """Give a region another name; a name that cannot be is said."""
        try:
            renamed = self.regions.renamed(old, new)
        except ThermviewError as error:
            self._session.message.emit(str(error))
            return
        was_chosen = self.chosen == old
        self.edit(renamed, f"rename {old}")
        if was_chosen and old not in self.regions.names:
            self.choose(" ".join(new.split()) if new.strip() in self.regions.names else "")

    def add_difference(self, first: str, second: str) -> None:
        """Show what one region measures less another."""
        pair = Difference(first, second)
        if pair not in self.regions.differences:
            new = replace(self.regions, differences=(*self.regions.differences, pair))
            self.edit(new, "difference")

    def remove_difference(self, pair: Difference) -> None:
        """Show a difference no longer."""
        left = tuple(other for other in self.regions.differences if other != pair)
        self.edit(replace(self.regions, differences=left), "remove difference")

    def set_alarms(self, alarms: tuple[Alarm, ...], words: str = "alarm") -> None:
        """Watch these limits."""
        self.edit(replace(self.regions, alarms=alarms), words)

    # -- copying -----------------------------------------------------------------------------------

    def apply_to_all(self) -> None:
        """Give the shown regions to every recording of the capture in place of what it had."""
        session = self._session
        if session.capture is not None and self.regions.regions:
            session.undo_stack.push(ApplyToAll(session, self.reload, to_json(self.regions)))
            session.message.emit("These regions are now those of every recording of the capture.")

    def text(self) -> str:
        """The regions as JSON, for the clipboard."""
        return to_json(self.regions)

    def paste(self, text: str) -> None:
        """Add the regions of a JSON text; a name that is taken gets another one."""
        try:
            pasted = from_json(text)
        except ThermviewError:
            self._session.message.emit("There are no regions on the clipboard: copy some first.")
            return
        self.add(pasted, "paste regions")

    def add(self, regions: RegionSet, what: str) -> None:
        """Add regions as one step that can be undone; a name that is taken gets another one."""
        if regions.regions:
            self.edit(_joined(self.regions, regions), what)


def _joined(there: RegionSet, pasted: RegionSet) -> RegionSet:
    """Both sets; names that are taken count on, what lies exactly on another is set off a little."""
    shapes = {replace(region, name="") for region in there.regions}
    for region in pasted.regions:
        old = region.name
        while replace(region, name="") in shapes:
            region = moved(region, _PASTED_AWAY_PX, _PASTED_AWAY_PX)
        if old in there.names:
            free = RegionSet((*there.regions, *pasted.regions)).free_name(region.kind)
            pasted, region = pasted.renamed(old, free), replace(region, name=free)
        there = there.with_region(region)
    return RegionSet(
        there.regions, (*there.differences, *pasted.differences), (*there.alarms, *pasted.alarms)
    )
