"""Under which conditions the shown recording is measured; the state that the conditions' views show and change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from thermview.gui.parts.kept_edits import EditKeeper, Place
from thermview.readers.colour_estimate import EstimatedRecording, RefusedRecording, colours_in
from thermview.readers.count_scale import CountScale, ScaledRecording, lacks_scale, stated_scale
from thermview.readers.hdf5 import Hdf5Recording
from thermview.recording import Recording
from thermview.review.measured import AXES_OF, FRAME_AXIS, axes_key, colours_key, scale_key, seen_by
from thermview.review.store import EVERY_RECORDING
from thermview.thermal.colour_scale import ColourScale, kept_values, stated_colours
from thermview.thermal.conditions import BY_NAME, Changes, ConditionsError, Radiometric, checked, usable

if TYPE_CHECKING:
    from thermview.gui.session import Session


class UsedConditions(EditKeeper):
    """Changes hold at once; what is kept of them can be undone. A verb that changes nothing emits nothing."""

    changed = Signal()
    """the shown recording is measured otherwise than before, be it for a moment while a slider is held"""
    kept = Signal()
    """what is kept of the shown recording was read again: for views that take their time"""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        session.recording_changed.connect(self.changed)

    # -- what holds --------------------------------------------------------------------------------

    @property
    def recording(self) -> Radiometric | None:
        """The shown recording where its conditions can be changed, else None."""
        shown = self._session.recording
        return shown if isinstance(shown, Radiometric) else None

    @property
    def changes(self) -> Changes:
        """What differs from the file."""
        recording = self.recording
        return recording.changes if recording is not None else {}

    @property
    def of_camera(self) -> bool:
        """True where what differs was applied to all recordings of this camera."""
        place = self._place()
        if place is None or self.recording is None:
            return False
        kept = self._read(place)
        return self._session.recording_id not in kept and EVERY_RECORDING in kept

    @property
    def counts(self) -> Recording | None:
        """The shown recording's counts where a scale makes temperatures of them, or could; else None."""
        shown = self._session.recording
        if isinstance(shown, ScaledRecording):
            return shown.counts_recording
        return shown if shown is not None and lacks_scale(shown) else None

    @property
    def scale(self) -> CountScale | None:
        """The scale that was stated for the shown counts."""
        shown = self._session.recording
        return shown.scale if isinstance(shown, ScaledRecording) else None

    @property
    def colours(self) -> Recording | None:
        """The shown recording's colours where temperatures are estimated from them, or could be; else None."""
        return colours_in(self._session.recording)

    @property
    def colour_scale(self) -> ColourScale | None:
        """What was stated of the shown colours, be it that it does not fit them."""
        shown = self._session.recording
        return shown.scale if isinstance(shown, EstimatedRecording | RefusedRecording) else None

    @property
    def of_folder(self) -> bool:
        """True where what was stated of the shown colours holds for all pictures of this size in the folder."""
        place = self._place()
        kept = self._read(place) if place is not None and self.colours is not None else {}
        return EVERY_RECORDING in kept and self._session.recording_id not in kept

    # -- verbs -------------------------------------------------------------------------------------

    def try_out(self, name: str, value: float) -> None:
        """Show the recording with another value, without keeping it yet: for every move of a slider."""
        recording = self.recording
        if recording is None:
            return
        try:
            self._measure({**recording.changes, **checked({name: value})})
        except ConditionsError as error:
            self._session.message.emit(str(error))

    def change(self, name: str, value: float) -> None:
        """Use and keep another value of a condition; that of the file makes it unchanged again."""
        if self.recording is None:
            return
        changes = {**self.changes, name: value}
        if BY_NAME[name].same(value, getattr(self.recording.file_conditions, name)):
            del changes[name]
        self._keep(changes, f"{name} of {self._session.recording_id}")

    def reset(self, name: str | None = None) -> None:
        """Use the file's value again; without a name, all of them."""
        self._keep({key: value for key, value in self.changes.items() if name not in (None, key)}, "")

    def apply_to_camera(self) -> None:
        """Measure every recording of this camera in the capture as the shown one."""
        place = self._place()
        if place is not None and self.recording is not None and self.can_apply:
            kept = {EVERY_RECORDING: dict(self.changes)} if self.changes else {}
            self._push(place, kept, "conditions of a camera", "")

    @property
    def can_apply(self) -> bool:
        """True where the camera tells its serial number, so that its other recordings can be told."""
        recording = self.recording
        return recording is not None and recording.camera_id != ""

    def state_scale(self, scale: CountScale | None) -> None:
        """Say how many kelvins a count of this camera is; None: show counts again."""
        place = self._place()
        if place is None or self.counts is None:
            return
        values = (
            {"kelvin_per_count": scale.kelvin_per_count, "celsius_at_zero": scale.celsius_at_zero}
            if scale
            else {}
        )
        self._push(place, {EVERY_RECORDING: values} if values else {}, "scale of counts", "")

    @property
    def turnable(self) -> Hdf5Recording | None:
        """The shown recording where nothing in its file says which axis counts frames, else None."""
        shown = self._session.recording
        inner = shown.counts_recording if isinstance(shown, ScaledRecording) else shown
        return inner if isinstance(inner, Hdf5Recording) and inner.open_axis is not None else None

    def state_frame_axis(self, axis: int) -> None:
        """Say which axis of the shown file, and of those like it, counts frames."""
        capture, recording = self._session.capture, self.turnable
        if capture is not None and recording is not None and axis != recording.open_axis:
            place = Place(*axes_key(recording, capture))
            self._push(place, {EVERY_RECORDING: {FRAME_AXIS: axis}}, "frame axis", "")

    def state_colours(self, scale: ColourScale | None) -> None:
        """Say which temperatures the shown colours stand for; None: show colours again."""
        place = self._place()
        if place is None or self.colours is None:
            return
        kept, id = self._read(place), self._session.recording_id
        others = {key: value for key, value in kept.items() if key != id}
        values = kept_values(scale) if scale is not None else {}
        own = {id: values} if values or EVERY_RECORDING in others else {}
        self._push(place, {**others, **own}, "colour scale" if scale else "colours again", "")

    def apply_colours(self) -> None:
        """Let every picture of this size in the folder have the shown one's colour scale."""
        place, scale = self._place(), self.colour_scale
        if place is not None and scale is not None:
            self._push(place, {EVERY_RECORDING: kept_values(scale)}, "colour scale of a folder", "")

    # -- keeping and showing -----------------------------------------------------------------------

    def _keep(self, changes: Changes, field: str) -> None:
        place, recording = self._place(), self.recording
        if place is None or recording is None:
            return
        try:
            changes = checked(changes)
        except ConditionsError as error:
            self._session.message.emit(str(error))
            return
        kept, id = self._read(place), self._session.recording_id
        others = {key: value for key, value in kept.items() if key != id}
        # the camera's changes hold for recordings without a row: an empty one says "as in the file"
        own = {id: dict(changes)} if changes or EVERY_RECORDING in others else {}
        self._push(place, {**others, **own}, "conditions", field)

    def _kept_changed(self, place: Place) -> None:
        if place.camera.startswith(AXES_OF):
            self._session.open_again()  # it has another number of frames
        else:
            self.look_again()

    def look_again(self) -> None:
        """Measure the shown recording by what is kept now."""
        place = self._place()
        if place is None:
            return
        kept = self._read(place)
        own: Mapping[str, Any] = kept.get(self._session.recording_id, kept.get(EVERY_RECORDING, {}))
        if self.recording is not None:
            if not self._measure(usable(own)):
                self.changed.emit()  # whether it holds for the camera may differ
        elif self.counts is not None:
            self._scale(stated_scale(own))
        elif self.colours is not None and not self._estimate(stated_colours(own)):
            self.changed.emit()  # whether it holds for the folder may differ
        self.kept.emit()

    def _measure(self, changes: Changes) -> bool:
        """Show the recording under these changes; False where they are those that hold."""
        recording = self.recording
        if recording is None or changes == recording.changes:
            return False
        self._session.show_measured(recording.with_changes(changes))
        self.changed.emit()
        return True

    def _scale(self, scale: CountScale | None) -> None:
        counts = self.counts
        if counts is not None and scale != self.scale:
            self._session.show_measured(ScaledRecording(counts, scale) if scale else counts)
            self._session.recording_changed.emit()  # another quantity: names, units and axes differ

    def _estimate(self, scale: ColourScale | None) -> bool:
        """Show the colours as these temperatures; False where that is how they are shown."""
        colours = self.colours
        if colours is None or scale == self.colour_scale:
            return False
        self._session.show_measured(seen_by(colours, scale))
        self._session.recording_changed.emit()
        return True

    def _place(self) -> Place | None:
        """Where what is stated of the shown recording is kept; None where nothing can be stated."""
        capture, shown = self._session.capture, self._session.recording
        if capture is None or shown is None:
            return None
        if isinstance(shown, Radiometric):
            return Place(capture, shown.camera_id)
        if (counts := self.counts) is not None:
            return Place(*scale_key(counts, capture))
        if (colours := self.colours) is not None:
            return Place(*colours_key(colours, capture, self._session.recording_id))
        return None
