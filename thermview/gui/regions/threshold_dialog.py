"""A region from a threshold: the value is tried out while the frame shows what it would give."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QWidget,
)

from thermview.errors import ThermviewError
from thermview.gui.parts.plain_words import count_text
from thermview.thermal.region_outline import Side, region_from_threshold
from thermview.thermal.region_statistics import statistics_of
from thermview.thermal.regions import Rectangle, Spot, mask_of
from thermview.thermal.ticks import decimals_of, round_step

if TYPE_CHECKING:
    from thermview.gui.session import Session

_STEPS = 100  # of the value across the colour bar
_LARGEST, _HOTTEST, _COLDEST, _SPOT = (
    "The largest part",
    "Around the hottest pixel",
    "Around the coldest pixel",
    "Around",
)


class ThresholdDialog(QDialog):
    """Asks for a value; the region is previewed on the frame, kept by `accept` and gone with `reject`."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Region from a threshold")
        self._session = session
        self._measuring = session.measuring
        self._before = self._measuring.regions
        self._name = self._before.free_name("polygon")
        self._spot = (
            self._measuring.chosen_region if isinstance(self._measuring.chosen_region, Spot) else None
        )
        self.side, self.value, self.where = QComboBox(), QDoubleSpinBox(), QComboBox()
        self.words = QLabel(wordWrap=True)
        self.words.setProperty("role", "caption")
        self.words.setMinimumWidth(300)
        self._fill()
        form = QFormLayout(self)
        form.setVerticalSpacing(12)
        form.addRow("Pixels", self.side)
        form.addRow("Value", self.value)
        form.addRow("Which part", self.where)
        form.addRow(self.words)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText("Keep region")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)
        for signal in (
            self.side.currentIndexChanged,
            self.value.valueChanged,
            self.where.currentIndexChanged,
        ):
            signal.connect(self.preview)
        self.preview()

    def _fill(self) -> None:
        low, high = (self._session.unit.of(end) for end in self._session.limits)
        self.side.addItem("at or above", "above")
        self.side.addItem("at or below", "below")
        step = round_step(high - low, _STEPS)
        unit = self._measuring.unit
        self.value.setRange(-1e12, 1e12)
        self.value.setDecimals(min(decimals_of(step) + 1, 6))
        self.value.setSingleStep(step)
        self.value.setValue(low + 0.75 * (high - low))
        self.value.setSuffix(f"\u2009{unit}" if unit else "")
        places = [_LARGEST, _HOTTEST, _COLDEST]
        if self._spot is not None:
            places.insert(0, f"{_SPOT} {self._spot.name}")
        self.where.addItems(places)

    @property
    def _at(self) -> tuple[int, int] | None:
        """The pixel that the part must hold."""
        frame, text = self._session.frame, self.where.currentText()
        assert frame is not None
        if text == _LARGEST:
            return None
        if text in (_HOTTEST, _COLDEST):
            whole = statistics_of(
                frame, Rectangle("", 0, 0, frame.shape[1], frame.shape[0]), self._measuring.valid
            )
            return whole.at_maximum if text == _HOTTEST else whole.at_minimum
        assert self._spot is not None
        inside = 0 <= self._spot.column < frame.shape[1] and 0 <= self._spot.row < frame.shape[0]
        return (int(self._spot.column), int(self._spot.row)) if inside else None

    def preview(self) -> None:
        """Show the region on the frame, or why there is none."""
        frame = self._session.frame
        if frame is None or frame.ndim != 2:
            self._ok.setEnabled(False)
            return
        level = self._session.unit.stored(self.value.value())
        side: Side = "above" if self.side.currentData() == "above" else "below"
        try:
            found = region_from_threshold(frame, level, side, self._at, self._name)
        except ThermviewError:
            self._measuring.preview(self._before)
            self.words.setText(f"No pixel there is at or {side} this value; choose another value.")
            self._ok.setEnabled(False)
            return
        self._measuring.preview(self._before.with_region(replace(found, name=self._name)))
        self._measuring.choose(self._name)
        area = mask_of(found, frame.shape[0], frame.shape[1]).area
        self.words.setText(f"{self._name} holds {count_text(area, 'pixel')}; holes in it count as inside.")
        self._ok.setEnabled(True)

    def accept(self) -> None:
        """Keep the region that is shown."""
        self._measuring.commit(f"region {self._name} from a threshold")
        super().accept()

    def reject(self) -> None:
        """Show what was there before."""
        self._measuring.revert()
        super().reject()
