"""Temperatures as a person wants to read them: °C, °F or K. What is stored stays °C."""

from __future__ import annotations

from dataclasses import dataclass

from thermview.recording import Quantity


@dataclass(frozen=True)
class Unit:
    """How values of a quantity are shown: their unit, and what makes a shown number of a stored one."""

    name: str
    factor: float = 1.0
    zero: float = 0.0

    def of(self, value: float) -> float:
        """A stored value as it is shown."""
        return value * self.factor + self.zero

    def difference(self, value: float) -> float:
        """A difference of stored values as it is shown: without the scale's own zero."""
        return value * self.factor

    def stored(self, shown: float) -> float:
        """The stored value of a shown one."""
        return (shown - self.zero) / self.factor

    @property
    def difference_name(self) -> str:
        """The unit of differences: kelvin where temperatures are in °C or K."""
        return {"°C": "K"}.get(self.name, self.name)


TEMPERATURE_UNITS: dict[str, Unit] = {
    "°C": Unit("°C"),
    "°F": Unit("°F", 1.8, 32.0),
    "K": Unit("K", 1.0, 273.15),
}


def shown_unit(quantity: Quantity | None, choice: str) -> Unit:
    """The unit that values of a quantity are shown in: the chosen one for temperatures, else the quantity's own."""
    if quantity is None:
        return Unit("")
    if quantity.unit != "°C":
        return Unit(quantity.unit)
    return TEMPERATURE_UNITS.get(choice, TEMPERATURE_UNITS["°C"])
