"""The bar of display filters below the frame: there while one is on, or when it is asked for."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QMenu, QPushButton, QSpinBox, QWidget

from thermview.gui.parts.elided_label import ElidedLabel
from thermview.gui.parts.plain_words import frame_text, tip
from thermview.gui.session import Session
from thermview.thermal.filters import HOLDS, MOST_FRAMES

_HOLD_NAMES = {
    "none": "no hold",
    "maximum": "maximum hold",
    "minimum": "minimum hold",
    "mean": "mean (average)",
}


class FilterBar(QWidget):
    """Hold, its frames, reference and median in one line; `wanted` keeps it open while nothing is on."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._filtering = session, session.filtering
        self.wanted = False
        self.hold, self.frames = QComboBox(), QSpinBox(minimum=2, maximum=MOST_FRAMES)
        self.since, self.reference = QPushButton("since here"), QPushButton("Reference")
        self.median, self.off = QCheckBox("3 \u00d7 3 median"), QPushButton("Off")
        self.words = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        self.words.setProperty("role", "caption")
        for name in HOLDS:
            self.hold.addItem(_HOLD_NAMES[name], name)
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        self.since.setCheckable(True)
        self.frames.setPrefix("last ")
        self.frames.setSuffix(" frames")
        self.frames.setKeyboardTracking(False)
        self.hold.setToolTip("Show the maximum, minimum or mean of several frames up to the shown one (Z)")
        self.frames.setToolTip("Over how many frames up to the shown one")
        self.since.setToolTip("Hold from the shown frame on, instead of over a number of frames")
        self.reference.setToolTip("Take a reference off every frame (Ctrl+B takes the shown frame, or none)")
        self.median.setToolTip(
            "Show the median of each pixel and its neighbours: single hot or dead pixels go"
        )
        self.off.setToolTip("Show frames as they were recorded (Shift+Z)")
        for widget in (self.hold, self.frames, self.since, self.reference, self.median, self.off):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click must not take the arrow keys away
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 2)
        layout.setSpacing(8)
        layout.addWidget(QLabel("Filters"))
        for widget in (self.hold, self.frames, self.since, self.reference, self.median):
            layout.addWidget(widget)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.off)

    def _connect(self) -> None:
        filtering = self._filtering
        menu = QMenu(self)
        menu.addAction("This frame", filtering.subtract_frame)
        menu.addAction("Mean of the marked range, or of all frames", filtering.subtract_mean)
        menu.addAction("Mean of this folder's recordings", filtering.subtract_batch)
        menu.addSeparator()
        menu.addAction("None", partial(filtering.set, reference=None))
        self.reference.setMenu(menu)
        self.hold.activated.connect(lambda at: filtering.set(hold=self.hold.itemData(at)))
        self.frames.valueChanged.connect(lambda count: filtering.set(frames=count, since=None))
        self.since.clicked.connect(self._hold_since)
        self.median.clicked.connect(lambda on: filtering.set(median=on))
        self.off.clicked.connect(self._switch_off)
        filtering.changed.connect(self.refresh)
        self._session.recording_changed.connect(self.refresh)

    def toggle(self) -> None:
        """Show the bar, or hide it where nothing is on."""
        self.wanted = not self.wanted
        self.refresh()

    def _switch_off(self) -> None:
        self.wanted = False
        self._filtering.off()
        self.refresh()

    def _hold_since(self, on: bool) -> None:
        if on:
            self._filtering.hold_since_here()
        else:
            self._filtering.set(since=None)
        self.refresh()

    def refresh(self) -> None:
        """Show what is on; nothing at all where pixels are no numbers."""
        filtering, filters = self._filtering, self._filtering.filters
        self.setVisible(filtering.possible and (self.wanted or filters.on or filtering.working))
        self.hold.setCurrentIndex(HOLDS.index(filters.hold))
        self.frames.blockSignals(True)
        self.frames.setValue(filters.frames)
        self.frames.blockSignals(False)
        recording = self._session.recording
        several = recording is not None and len(recording) > 1
        holds = several and filters.hold != "none"
        for widget, shown in (
            (self.hold, several),
            (self.frames, holds and filters.since is None),
            (self.since, holds),
        ):
            widget.setVisible(shown)
        since = filters.since
        self.since.setChecked(since is not None)
        self.since.setText("since here" if since is None else f"since frame {frame_text(since)}")
        self.median.setChecked(filters.median)
        reference = filters.reference
        text = (
            "reading the reference\u2026"
            if filtering.working
            else f"minus {reference.words}"
            if reference
            else ""
        )
        self.words.setText(text)
        self.words.setToolTip(tip(text))
