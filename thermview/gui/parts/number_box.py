"""A box for a typed number, written as the window writes numbers."""

from __future__ import annotations

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox

from thermview.thermal.ticks import number_text


class Number(QDoubleSpinBox):
    """A typed number without needless zeros."""

    def textFromValue(self, value: float) -> str:
        """The number as finely as its decimals allow."""
        text = number_text(value, self.decimals())
        return text.rstrip("0").rstrip(".") if "." in text else text

    def valueFromText(self, text: str) -> float:
        """The number of a text with a true minus and thin spaces."""
        return float(super().valueFromText(_plain(text)))

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """As of the same text with plain characters."""
        state, _, place = super().validate(_plain(text), place)
        return state, text, place


def _plain(text: str) -> str:
    return text.replace("\u2212", "-").replace("\u2009", "")
