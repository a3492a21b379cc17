"""One condition: a slider, a typed number with its unit, what the file states, and the way back to it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSlider, QToolButton, QWidget

from thermview.gui.parts import theme
from thermview.gui.parts.number_box import Number
from thermview.gui.parts.plain_words import tip
from thermview.thermal.conditions import Field
from thermview.thermal.temperature_units import Unit

_STEPS = 400  # of a slider
_TIPS = {
    "emissivity": "How well the surface radiates: paint, rubber and skin 0.9 to 0.98, bare metal 0.05 to 0.3. "
    "The value that changes temperatures most, and the one known least.",
    "reflected_c": "Temperature of what is mirrored in the surface: mostly the room, outdoors the cold sky. "
    "Matters the more, the lower the emissivity.",
    "atmosphere_c": "Temperature of the air between surface and camera. Matters with the distance.",
    "distance_m": "From camera to surface. At 0 m the air is left out.",
    "humidity": "Relative humidity of the air. Matters with the distance.",
    "window_transmission": "Share of the radiation that a window before the camera lets pass; 1: there is none.",
    "window_c": "Temperature of that window.",
}


class ConditionRow(QWidget):
    """Values are those of Conditions; what is shown may be in other units."""

    tried = Signal(float)
    """another value while the slider is held"""
    settled = Signal(float)
    """a value to keep"""
    reset_wanted = Signal()

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field, self._unit = field, Unit("none yet")
        self._range = field.usual
        self._moved = False
        self.name = QLabel(field.words.capitalize())
        self.number = Number()
        self.number.setKeyboardTracking(False)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.file, self.doubt = QLabel(), QLabel(wordWrap=True)
        self.back = QToolButton()
        self.back.setText("↺")
        self.back.setAutoRaise(True)
        for label, role in ((self.file, "caption"), (self.doubt, "problem")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("role", role)
        self._lay_out()
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderReleased.connect(self._released)
        self.number.valueChanged.connect(lambda value: self.settled.emit(self._stored(value)))
        self.back.clicked.connect(self.reset_wanted)

    def _lay_out(self) -> None:
        words = self.field.words
        self.name.setToolTip(tip(_TIPS[self.field.name]))
        self.slider.setAccessibleName(f"{words}, slider")
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.number.setAccessibleName(words)
        self.number.setFixedWidth(112)
        self.number.setFont(theme.numbers_font())
        self.file.setFont(theme.numbers_font(theme.CAPTION_PX))
        self.back.setToolTip(f"Use the file's {words} again")
        self.back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(self.number, 0, 1)
        grid.addWidget(self.back, 0, 2)
        grid.addWidget(self.slider, 1, 0)
        grid.addWidget(self.file, 1, 1, 1, 2)
        grid.addWidget(self.doubt, 2, 0, 1, 3)

    # -- showing -----------------------------------------------------------------------------------

    def show_value(self, value: float, stated: float, doubt: str, temperature: Unit) -> None:
        """Show a value beside that of the file; `doubt` says what is odd about it."""
        self._take_unit(temperature)
        changed = not self.field.same(value, stated)
        self._range = (min(self.field.usual[0], value), max(self.field.usual[1], value))
        with QSignalBlocker(self.number), QSignalBlocker(self.slider):
            self.number.setValue(self._shown(value))
            if not self.slider.isSliderDown():
                self.slider.setValue(self._place(value))
        self.name.setText(f"{self.field.words.capitalize()}{'  ●' if changed else ''}")
        self.file.setText(f"file {self._words(stated)}")
        self.file.setToolTip("Differs from the file" if changed else "As the file states it")
        self.back.setEnabled(changed)
        self.doubt.setText(doubt)
        self.doubt.setVisible(bool(doubt))

    def _take_unit(self, temperature: Unit) -> None:
        """Temperatures in the chosen unit, humidity in per cent, all others as they are."""
        field = self.field
        scale = {"°C": temperature, "%": Unit("%", 100.0)}.get(field.unit, Unit(field.unit))
        if scale == self._unit:
            return
        self._unit = scale
        with QSignalBlocker(self.number):
            self.number.setDecimals(3 if not field.unit else 2 if scale.name in ("m", "K") else 1)
            self.number.setRange(scale.of(field.lowest), scale.of(round(field.highest, 2)))
            steps: dict[str, float] = {"": 0.01, "m": 0.5}
            self.number.setSingleStep(steps.get(field.unit, 1.0))
            self.number.setSuffix(f"\u2009{scale.name}" if scale.name else "")

    def _shown(self, value: float) -> float:
        return self._unit.of(value)

    def _stored(self, shown: float) -> float:
        return self._unit.stored(shown)

    def _words(self, value: float) -> str:
        return self.number.textFromValue(self._shown(value)) + self.number.suffix()

    # -- slider ------------------------------------------------------------------------------------

    def _place(self, value: float) -> int:
        low, high = self._range
        return round((value - low) / (high - low) * _STEPS)

    def _value_of(self, place: int) -> float:
        low, high = self._range
        return round(
            low + place / _STEPS * (high - low), 2 if self.field.unit == "%" else self.field.decimals
        )

    def _slid(self, place: int) -> None:
        """While it is held it is only tried; a step by key or wheel is meant."""
        value = self._value_of(place)
        if self.slider.isSliderDown():
            self._moved = True
            self.tried.emit(value)
        else:
            self.settled.emit(value)

    def _released(self) -> None:
        if self._moved:
            self._moved = False
            self.settled.emit(self._value_of(self.slider.value()))
