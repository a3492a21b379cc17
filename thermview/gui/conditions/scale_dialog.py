"""Asks once how many kelvins a count of a camera is, and shows what that makes of the shown frame."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from thermview.gui.parts.plain_words import with_unit
from thermview.readers.count_scale import (
    GAIN_LIMITS,
    IN_CELSIUS,
    IN_KELVIN,
    KELVINS_PER_COUNT,
    OFFSET_LIMITS_C,
    CountScale,
)
from thermview.thermal.temperature_units import Unit
from thermview.thermal.ticks import number_text

_PRESETS: dict[str, CountScale] = {
    **{f"{gain:g} K per count (T-linear)": CountScale(gain) for gain in KELVINS_PER_COUNT},
    "the values are °C": IN_CELSIUS,
    "the values are K": IN_KELVIN,
}
_OTHER = "another value"
_ABSOLUTE_ZERO_C = -273.15


class ScaleDialog(QDialog):
    """Gain and offset with a live preview; `scale` is what was stated."""

    forgotten = Signal()
    """show counts again"""

    def __init__(
        self, counts: NDArray[Any], scale: CountScale, unit: Unit, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("What the numbers mean")
        numbers = counts[np.isfinite(counts)] if counts.dtype.kind == "f" else counts
        low, middle, high = np.percentile(numbers, (0, 50, 100)) if numbers.size else (0.0, 0.0, 0.0)
        self._low, self._middle, self._high = float(low), float(middle), float(high)
        self._decimals, self._unit = 2 if counts.dtype.kind == "f" else 0, unit
        self.preset = QComboBox()
        self.preset.addItems([*_PRESETS, _OTHER])
        self.gain = QDoubleSpinBox(
            decimals=6, minimum=GAIN_LIMITS[0], maximum=GAIN_LIMITS[1], singleStep=0.01
        )
        self.offset = QDoubleSpinBox(decimals=3, minimum=OFFSET_LIMITS_C[0], maximum=OFFSET_LIMITS_C[1])
        self.preview = QLabel(wordWrap=True)
        self.preview.setTextFormat(Qt.TextFormat.PlainText)
        self._lay_out()
        self.gain.setValue(scale.kelvin_per_count)
        self.offset.setValue(scale.celsius_at_zero)
        self.preset.currentIndexChanged.connect(self._take_preset)
        self.gain.valueChanged.connect(self._show)
        self.offset.valueChanged.connect(self._show)
        self._show()

    def _lay_out(self) -> None:
        self.gain.setSuffix(" K per count")
        self.offset.setSuffix(" °C at 0")
        words = QLabel(
            "The file does not say what its numbers mean. The camera's settings or its manual do: a scale that is "
            "wrong gives temperatures that look right."
        )
        words.setWordWrap(True)
        words.setMinimumWidth(420)
        form = QFormLayout(self)
        form.addRow(words)
        form.addRow("Setting", self.preset)
        form.addRow("Gain", self.gain)
        form.addRow("Offset", self.offset)
        form.addRow("This frame", self.preview)
        hint = QLabel("Remembered for this camera. The file is not changed.")
        hint.setProperty("role", "caption")
        form.addRow(hint)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.use = QPushButton("Use this scale", default=True)
        self.forget = QPushButton("Show numbers again", autoDefault=False)
        self._buttons.addButton(self.use, QDialogButtonBox.ButtonRole.AcceptRole)
        self._buttons.addButton(self.forget, QDialogButtonBox.ButtonRole.ResetRole)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self.forget.clicked.connect(self._forget)
        form.addRow(self._buttons)
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)

    @property
    def scale(self) -> CountScale:
        """What was stated."""
        return CountScale(self.gain.value(), self.offset.value())

    def can_forget(self, possible: bool) -> None:
        """Offer to go back to counts."""
        self.forget.setVisible(possible)

    def _forget(self) -> None:
        self.forgotten.emit()
        self.reject()

    def _take_preset(self, chosen: int) -> None:
        known = _PRESETS.get(self.preset.itemText(chosen))
        if known is not None:
            self.gain.setValue(known.kelvin_per_count)
            self.offset.setValue(known.celsius_at_zero)

    def _show(self) -> None:
        """What the frame would be; a scale below absolute zero cannot be used."""
        gain, zero = self.scale.kelvin_per_count, self.scale.celsius_at_zero
        name = next((text for text, known in _PRESETS.items() if _alike(known, self.scale)), _OTHER)
        self.preset.blockSignals(True)
        self.preset.setCurrentText(name)
        self.preset.blockSignals(False)
        low, middle, high = (
            self._text(count * gain + zero) for count in (self._low, self._middle, self._high)
        )
        ends = (number_text(end, self._decimals) for end in (self._low, self._high))
        counts = f"{'counts' if self._decimals == 0 else 'values'} {' to '.join(ends)}"
        possible = self._high * gain + zero >= _ABSOLUTE_ZERO_C
        self.use.setEnabled(possible)
        self.preview.setText(
            f"{low} to {high}, half of it below {middle} ({counts})"
            if possible
            else f"below absolute zero ({counts}): no scale of this camera"
        )

    def _text(self, celsius: float) -> str:
        return with_unit(number_text(self._unit.of(celsius), 1), self._unit.name)


def _alike(one: CountScale, other: CountScale) -> bool:
    apart = (one.kelvin_per_count - other.kelvin_per_count, one.celsius_at_zero - other.celsius_at_zero)
    return all(abs(difference) < 1e-9 for difference in apart)
