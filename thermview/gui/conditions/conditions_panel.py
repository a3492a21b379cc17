"""The conditions under which the shown recording is measured, each beside what its file states; or its colours."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from thermview.gui.conditions.colours_page import ColoursPage
from thermview.gui.conditions.condition_row import ConditionRow
from thermview.gui.conditions.scale_dialog import ScaleDialog
from thermview.gui.parts.empty_state import EmptyState
from thermview.gui.parts.plain_words import breakable, count_text, tip
from thermview.readers.colour_estimate import CAMERA_DATA
from thermview.readers.count_scale import IN_CELSIUS, CountScale
from thermview.recording import Recording
from thermview.thermal.conditions import FIELDS, doubts
from thermview.thermal.temperature_units import TEMPERATURE_UNITS

if TYPE_CHECKING:
    from thermview.gui.session import Session

_NOTHING = (
    "Emissivity, reflected temperature and the other measuring conditions of a camera file appear here; "
    "a change is seen at once. Open a FLIR picture or sequence."
)
_FIXED = (
    "This recording holds no raw counts of a camera: its values are as the file gives them, "
    "so emissivity and the other conditions cannot be changed."
)
_UNSCALED = (
    "This file holds numbers and does not say what they mean: °C, K, or counts of so many kelvins. They are shown as "
    "they are until you state it; it is then remembered for this camera."
)


class ConditionsPanel(QWidget):
    """Sliders and numbers; a sentence where there is nothing to change."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.rows = {field.name: ConditionRow(field) for field in FIELDS}
        self.empty, self.colours = EmptyState(), ColoursPage(session)
        self.camera, self.scope, self.lost = (QLabel(wordWrap=True) for _ in range(3))
        self.reset = QPushButton("Reset all")
        self.apply = QPushButton("Apply to all of this camera")
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        self.reset.setToolTip("Use all values of the file again")
        for button in (self.reset, self.apply):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(10)
        for label, role in ((self.camera, "caption"), (self.scope, "caption"), (self.lost, "problem")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", role)
        column.addWidget(self.camera)
        for row in self.rows.values():
            column.addWidget(row)
        column.addWidget(self.lost)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.reset)
        buttons.addWidget(self.apply)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addWidget(self.scope)
        column.addStretch(1)
        self.page = QScrollArea(widgetResizable=True)
        self.page.setFrameShape(QFrame.Shape.NoFrame)
        self.page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page.setWidget(page)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.page)
        self._pages.addWidget(self.colours)

    def _connect(self) -> None:
        session, used = self._session, self._session.conditions
        for name, row in self.rows.items():
            row.tried.connect(partial(used.try_out, name))
            row.settled.connect(partial(used.change, name))
            row.reset_wanted.connect(partial(used.reset, name))
        self.reset.clicked.connect(lambda: used.reset())
        self.apply.clicked.connect(used.apply_to_camera)
        used.changed.connect(self.refresh)
        session.display_changed.connect(self._refresh_unit)

    # -- keeping in step ---------------------------------------------------------------------------

    def _refresh_unit(self) -> None:
        """The colour bar is dragged far more often than another unit is chosen."""
        if self._shown_unit != self._session.settings["temperature_unit"]:
            self.refresh()

    def refresh(self) -> None:
        """Show what holds for the shown recording."""
        session, used = self._session, self._session.conditions
        self._shown_unit = session.settings["temperature_unit"]
        if used.recording is not None:
            self._pages.setCurrentWidget(self.page)
            self._show_conditions()
            return
        if session.estimating.colours is not None:
            self._pages.setCurrentWidget(self.colours)
            self.colours.refresh()
            return
        self._pages.setCurrentWidget(self.empty)
        if used.scale is not None:
            words = f"Temperatures are worked out with {used.scale.words()}, as you stated for this camera."
            self.empty.say(words, "Change the scale…", self.ask_scale)
        elif used.counts is not None:
            self.empty.say(_UNSCALED, "State what they mean…", self.ask_scale)
        elif session.recording is None:
            self.empty.say(_NOTHING)
        else:
            self.empty.say(_FIXED if used.colours is None else CAMERA_DATA)

    def _show_conditions(self) -> None:
        used = self._session.conditions
        recording = used.recording
        assert recording is not None
        now, stated = recording.conditions, recording.file_conditions
        odd, unit = dict(doubts(now, recording.changes)), TEMPERATURE_UNITS[self._shown_unit]
        for name, row in self.rows.items():
            row.show_value(getattr(now, name), getattr(stated, name), odd.get(name, ""), unit)
        self.camera.setText(breakable(_camera_words(self._session.recording)))
        self.reset.setEnabled(bool(recording.changes))
        self.apply.setEnabled(used.can_apply)
        self.apply.setToolTip(
            tip(
                f"Measure every recording of {recording.camera_id} in this capture like this one"
                if used.can_apply
                else "The file does not say which camera it is from, so its other recordings are not known"
            )
        )
        self.scope.setText(self._scope_words())
        self.say_lost()

    def say_lost(self) -> None:
        """How many pixels have no temperature under these conditions; nothing where all have one."""
        frame = self._session.frame
        lost = 0 if frame is None else int(np.count_nonzero(np.isnan(frame)))
        self.lost.setVisible(lost > 0)
        if frame is not None and lost:
            self.lost.setText(
                f"{count_text(lost)} of {count_text(frame.size, 'pixel')} have no temperature under these conditions: "
                "less radiation arrives than the surroundings alone would give."
            )

    def _scope_words(self) -> str:
        used = self._session.conditions
        if used.of_camera:
            return "Holds for every recording of this camera in the capture that has no values of its own."
        if used.changes:
            return "Remembered for this recording. The file itself is never changed."
        return "As the file states it. A change is remembered for this recording; the file is never changed."

    def ask_scale(self) -> None:
        """How many kelvins a count is."""
        used = self._session.conditions
        frame = used.counts.frame(self._session.frame_index) if used.counts is not None else None
        if frame is None:
            return
        guess = IN_CELSIUS if frame.dtype.kind == "f" else CountScale(0.04)
        dialog = ScaleDialog(frame, used.scale or guess, TEMPERATURE_UNITS[self._shown_unit], self)
        dialog.forgotten.connect(lambda: used.state_scale(None))
        dialog.can_forget(used.scale is not None)
        dialog.accepted.connect(lambda: used.state_scale(dialog.scale))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _camera_words(recording: Recording | None) -> str:
    metadata = recording.metadata if recording is not None else {}
    parts = [str(metadata.get("camera", "")), str(metadata.get("lens", ""))]
    serial = metadata.get("camera_serial")
    words = ", ".join(part for part in parts if part) or "Unnamed camera"
    return f"{words}, serial number {serial}" if serial else words
