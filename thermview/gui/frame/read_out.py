"""The two lines around the frame: what is shown and when, and the values under the pointer and at the extremes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from thermview.gui.frame.overlays import hottest
from thermview.gui.parts import theme
from thermview.gui.parts.elided_label import ElidedLabel
from thermview.gui.parts.plain_words import (
    FRAME_TIP,
    count_text,
    frame_text,
    one_line,
    significant_text,
    time_text,
    tip,
    with_unit,
)
from thermview.gui.parts.shown import Shown
from thermview.gui.session import Session
from thermview.recording import Frame, Recording
from thermview.thermal.region_statistics import valid_range
from thermview.thermal.temperature_units import Unit
from thermview.thermal.ticks import number_text


def _label(align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> ElidedLabel:
    label = ElidedLabel(align=align)
    label.setFont(theme.numbers_font())
    return label


class TitleLine(QWidget):
    """Recording to the left; frame, of how many, and time to the right, or below where `stacked`."""

    def __init__(self, session: Shown, parent: QWidget | None = None, *, stacked: bool = False) -> None:
        super().__init__(parent)
        self._session = session
        self.name = _label()
        # where several stand side by side there is no room for both in one line, nor always for either
        align = Qt.AlignmentFlag.AlignLeft if stacked else Qt.AlignmentFlag.AlignRight
        self.place = ElidedLabel(align=align, elide=Qt.TextElideMode.ElideRight)
        self.place.setFont(theme.numbers_font(theme.CAPTION_PX if stacked else theme.TEXT_PX))
        self.place.setToolTip(FRAME_TIP)
        layout = QVBoxLayout(self) if stacked else QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        if stacked:
            layout.setContentsMargins(6, 4, 2, 4)
            layout.setSpacing(0)
        else:
            self.place.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._stacked = stacked
        layout.addWidget(self.name, 1)
        layout.addWidget(self.place, 0)
        session.recording_changed.connect(self._new_recording)
        session.frame_changed.connect(self._new_frame)
        self._new_recording()

    def _new_recording(self) -> None:
        session = self._session
        if session.opening is not None:
            self.name.setText(f"Opening {one_line(session.opening.name)}…")
        else:
            selected = session.selected  # of a file that cannot be read the name is all there is
            name = session.recording_id or (selected.name if selected is not None else "")
            self.name.setText(" / ".join(one_line(name).split("/")))
            self.name.setToolTip("" if selected is None else tip(str(selected)))
        if not self._stacked:
            self.place.setFixedWidth(0)
            if session.recording is not None:
                self._make_room(self._place_of(session.recording, len(session.recording) - 1))
        self._new_frame()

    def _new_frame(self) -> None:
        recording = self._session.recording
        text = "" if recording is None else self._place_of(recording, self._session.frame_index)
        self._make_room(text)
        self.place.setText(text)

    def _make_room(self, text: str) -> None:
        """As wide as the widest so far: the last frame's, mostly. Another width has the whole window laid out anew."""
        width = math.ceil(QFontMetricsF(self.place.font()).horizontalAdvance(text))
        if not self._stacked and width > self.place.width():
            self.place.setFixedWidth(width)

    def _place_of(self, recording: Recording, index: int) -> str:
        count = len(recording)
        if count == 1:
            rows, columns = recording.frame_shape[:2]
            return f"{columns} × {rows} pixels"
        time_s = self._session.time_of(index)
        clock = "" if time_s is None else f"   {time_text(time_s)}"
        frame, of = f"frame {frame_text(index)}", f" of {count_text(count)}"
        # what changes comes first where what comes last may be cut off
        return f"{frame}{clock}  {of}" if self._stacked else f"{frame}{of}{clock}"


class PointerLine(QWidget):
    """Under the frame: pixel under the pointer, hottest pixel, what is held or estimated."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._at: tuple[int, int] | None = None
        self._shown_unit = ""
        self.pointer, self.extremes, self.notes = _label(), _label(), _label(Qt.AlignmentFlag.AlignRight)
        self.notes.elide = Qt.TextElideMode.ElideRight  # a sentence without its middle may say the opposite
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(12)
        for label, stretch in ((self.extremes, 6), (self.pointer, 5), (self.notes, 5)):
            layout.addWidget(label, stretch)
        session.frame_changed.connect(self._new_frame)
        session.recording_changed.connect(self._new_frame)
        session.playback_changed.connect(self._new_frame)
        session.display_changed.connect(self._new_display)

    def show_pointer(self, at: tuple[int, int] | None) -> None:
        """Read out another pixel (column, row), or none."""
        self._at = at
        self._read_pointer()

    def _read_pointer(self) -> None:
        frame, at = self._session.frame, self._at
        if frame is None or at is None or at[0] >= frame.shape[1] or at[1] >= frame.shape[0]:
            self.pointer.setText("")
        else:
            self.pointer.setText(f"pointer {at[0]}, {at[1]}   {value_at(self._session, frame, at)}")

    def _new_display(self) -> None:
        """The colour bar is dragged far more often than another unit is chosen."""
        if self._shown_unit != self._session.unit.name:
            self._new_frame()

    def _new_frame(self) -> None:
        self._shown_unit = self._session.unit.name
        self._read_pointer()
        frame = self._session.frame
        if frame is None or frame.ndim == 3 or frame.size == 0:
            self.extremes.setText("" if frame is None or frame.ndim == 2 else "colours, not temperatures")
        else:
            place = hottest(frame)
            text = (
                "no finite value"
                if place is None
                else f"max {value_at(self._session, frame, place)} at {place[0]}, {place[1]}"
            )
            self.extremes.setText(text.replace("(estimated)", "est."))
        notes = self._notes()
        if notes != self.notes.text():
            self.notes.setText(notes)
            self.notes.setToolTip(tip(notes))

    def _notes(self) -> str:
        session = self._session
        if session.filtering.on:
            return session.filtering.filters.words()
        if session.held_frames > 1:
            return f"maximum of {count_text(session.held_frames, 'frame')} (peak hold)"
        if session.playback.playing:
            speed = f"{count_text(round(session.playback.speed))} frames/s"
            return "every frame, none skipped" if session.playback.every_frame else speed
        issues = [*session.recording.issues, *session.context.issues] if session.recording else []
        more = f" (and {len(issues) - 1} more, see Details)" if len(issues) > 1 else ""
        return f"{issues[0]}{more}" if issues else ""


def value_at(shown: Shown, frame: Frame, at: tuple[int, int]) -> str:
    """The value of a pixel (column, row) of a frame that is shown, with its unit and how sure it is."""
    value = frame[at[1], at[0]]
    if frame.ndim == 3:
        return "R G B  " + " ".join(str(int(v)) for v in value[:3])
    recording, unit = shown.recording, shown.unit
    differs = shown.filtering.compares  # bounds of values bound no differences
    if recording is not None and recording.quantity.estimated and not differs:
        return estimated_text(float(value), recording, unit)
    # counts stay whole numbers: only what is shown in another unit is worked out anew
    number = value if unit.factor == 1 and unit.zero == 0 else np.float64(unit.of(float(value)))
    return with_unit(pixel_text(number), unit.name)


def estimated_text(value: float, recording: Recording, unit: Unit) -> str:
    """An estimated value with how sure it is; at the ends of the colour bar it is a bound."""
    if not np.isfinite(value):
        return "no value"
    low, high = valid_range(recording)
    bound = "≤ " if value < low else "≥ " if value > high else ""
    shown = with_unit(pixel_text(np.float64(unit.of(min(max(value, low), high)))), unit.name)
    sure_k = recording.metadata.get("uncertainty_k")
    if bound or not isinstance(sure_k, float):
        return f"{bound}{shown} (estimated)"
    return f"{shown} ± {unit.difference(sure_k):.2g} (estimated)"


def pixel_text(value: Any) -> str:
    """A pixel value with sensible digits: counts whole, measured values to a hundredth."""
    scalar = float(value)
    if np.isnan(scalar):
        return "no value"
    if np.issubdtype(value.dtype, np.integer):
        return count_text(int(value))
    return number_text(scalar, 2) if abs(scalar) < 1e5 else significant_text(scalar, 4)
