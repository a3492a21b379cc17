"""Under which conditions the shown recording is measured; the state that the conditions' views show and change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from thermview.errors import StoreError
from thermview.gui.conditions.edits import ChangeMeasuring, Kept, Place
from thermview.readers.count_scale import CountScale, ScaledRecording, lacks_scale, stated_scale
from thermview.recording import Recording
from thermview.review.measured import scale_key
from thermview.review.store import EVERY_RECORDING
from thermview.thermal.conditions import BY_NAME, Changes, ConditionsError, Radiometric, checked, usable

if TYPE_CHECKING:
    from thermview.gui.session import Session


class UsedConditions(QObject):
    """Changes hold at once; what is kept of them can be undone. A verb that changes nothing emits nothing."""

    changed = Signal()
    """the shown recording is measured otherwise than before, be it for a moment while a slider is held"""
    kept = Signal()
    """what is kept of the shown recording was read again: for views that take their time"""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
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
        kept = self._kept(place)
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
        kept, id = self._kept(place), self._session.recording_id
        others = {key: value for key, value in kept.items() if key != id}
        # the camera's changes hold for recordings without a row: an empty one says "as in the file"
        own = {id: dict(changes)} if changes or EVERY_RECORDING in others else {}
        self._push(place, {**others, **own}, "conditions", field)

    def _push(self, place: Place, after: Kept, text: str, field: str) -> None:
        before = self._kept(place)
        if before != after:
            self._session.undo_stack.push(ChangeMeasuring(self, place, (before, after), text, field))
        else:
            self.look_again()

    def store_kept(self, place: Place, kept: Kept) -> bool:
        """Write what is kept of a camera and measure what is shown by it; False, and said, where that fails."""
        try:
            self._session.store.replace_measuring(place.capture, place.camera, kept)
        except StoreError as error:
            self._session.message.emit(str(error))
            self.look_again()
            return False
        self.look_again()
        return True

    def look_again(self) -> None:
        """Measure the shown recording by what is kept now."""
        place = self._place()
        if place is None:
            return
        kept = self._kept(place)
        own: Mapping[str, Any] = kept.get(self._session.recording_id, kept.get(EVERY_RECORDING, {}))
        if self.recording is not None:
            if not self._measure(usable(own)):
                self.changed.emit()  # whether it holds for the camera may differ
        elif self.counts is not None:
            self._scale(stated_scale(own))
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

    def _place(self) -> Place | None:
        """Where what is stated of the shown recording is kept; None where nothing can be stated."""
        capture, shown = self._session.capture, self._session.recording
        if capture is None or shown is None:
            return None
        if isinstance(shown, Radiometric):
            return Place(capture, shown.camera_id)
        counts = self.counts
        return Place(*scale_key(counts, capture)) if counts is not None else None

    def _kept(self, place: Place) -> Kept:
        try:
            return self._session.store.kept_measuring(place.capture, place.camera)
        except StoreError as error:
            self._session.message.emit(str(error))
            return {}
