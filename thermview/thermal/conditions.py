"""Measuring conditions by name: what each is called, what it may be, what is doubtful, and changes of them.

A change is sparse: it names only what is to differ from the file, so that each frame of a sequence keeps its own
values of all the others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ThermviewError
from thermview.recording import Frame
from thermview.thermal.radiometry import Conditions

Changes = Mapping[str, float]
"""Values in place of those of the file, by field name of Conditions."""


@dataclass(frozen=True)
class Field:
    """One condition: its words, its unit, the values anything can be worked out with, and those that are usual.

    `instead` stands in for a value that cannot be used. `usual` is the range of a slider; a value outside
    `sensible` is doubted aloud.
    """

    name: str
    words: str
    unit: str
    lowest: float
    highest: float
    instead: float
    sensible: tuple[float, float]
    usual: tuple[float, float]
    decimals: int

    def allows(self, value: float) -> bool:
        """True where temperatures can be worked out with the value; false for NaN."""
        return self.lowest <= value <= self.highest

    def same(self, first: float, second: float) -> bool:
        """True for values that a file, which stores 32 bits, cannot tell apart."""
        return math.isclose(first, second, rel_tol=1e-6, abs_tol=1e-6)

    def text(self, value: float) -> str:
        """The value as a person reads it: a relative humidity in per cent, with its unit."""
        number = f"{value * 100:.4g}" if self.unit == "%" else f"{value:.4g}"
        return f"{number.replace('-', chr(0x2212))} {self.unit}".strip()


FIELDS: tuple[Field, ...] = (
    Field("emissivity", "emissivity", "", 0.001, 1.001, 1.0, (0.2, 1.001), (0.05, 1.0), 2),
    Field(
        "reflected_c", "reflected temperature", "°C", -273.0, 5000.0, 20.0, (-100.0, 100.0), (-40.0, 120.0), 1
    ),
    Field(
        "atmosphere_c", "atmospheric temperature", "°C", -100.0, 500.0, 20.0, (-60.0, 80.0), (-40.0, 60.0), 1
    ),
    Field("distance_m", "distance", "m", 0.0, 100_000.0, 0.0, (0.0, 2000.0), (0.0, 50.0), 1),
    Field("humidity", "relative humidity", "%", 0.0, 1.001, 0.5, (0.0, 1.001), (0.0, 1.0), 0),
    Field("window_transmission", "window transmission", "", 0.001, 1.001, 1.0, (0.2, 1.001), (0.05, 1.0), 2),
    Field("window_c", "window temperature", "°C", -273.0, 5000.0, 20.0, (-100.0, 200.0), (-40.0, 120.0), 1),
)
BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS}


@runtime_checkable
class Radiometric(Protocol):
    """A recording whose counts are kept, so that it can be measured under other conditions."""

    @property
    def camera_id(self) -> str:
        """Model and serial number of the camera, the same in all its recordings; empty where unknown."""

    @property
    def file_conditions(self) -> Conditions:
        """What the file states for its first frame, made usable."""

    @property
    def conditions(self) -> Conditions:
        """What the first frame is measured under."""

    @property
    def changes(self) -> Changes:
        """What differs from the file because someone wanted it so."""

    def with_changes(self, changes: Changes) -> Any:
        """The same recording under other conditions, {} for those of the file; this one stays as it is.

        Both read the same file: closing one closes the other. ConditionsError for what cannot be used.
        """

    def at_hand(self, index: int) -> Frame | None:
        """A frame that needs no decoding, or None: cheap enough for every move of a slider."""

    def celsius_of(
        self, counts: NDArray[np.uint16], conditions: Conditions, index: int = 0
    ) -> NDArray[np.float32]:
        """°C of counts of frame `index` under any conditions, such as those of one region."""


class ConditionsError(ThermviewError):
    """A measuring condition that nothing can be worked out with."""


def with_changes(conditions: Conditions, changes: Changes) -> Conditions:
    """The conditions with some of them changed."""
    return replace(conditions, **changes) if changes else conditions


def checked(changes: Mapping[str, Any]) -> dict[str, float]:
    """The changes as numbers in the order of the table; ConditionsError names the first that cannot be used."""
    unknown = set(changes) - set(BY_NAME)
    if unknown:
        raise ConditionsError(f"There is no measuring condition called {min(unknown)!r}.")
    found: dict[str, float] = {}
    for field in FIELDS:
        if field.name in changes:
            value = _number(changes[field.name])
            if not field.allows(value):
                low, high = field.text(field.lowest), field.text(round(field.highest, 2))
                raise ConditionsError(f"The {field.words} must lie between {low} and {high}.")
            found[field.name] = value
    return found


def usable(changes: Mapping[str, Any]) -> dict[str, float]:
    """What of remembered changes can still be used; the rest is left out."""
    return {
        field.name: _number(changes[field.name])
        for field in FIELDS
        if field.name in changes and field.allows(_number(changes[field.name]))
    }


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        return math.nan
    return float(value)


def made_usable(stated: Conditions) -> tuple[Conditions, tuple[tuple[str, str], ...]]:
    """Conditions with stand-ins for what cannot be used, and (field, sentence) for each that was replaced."""
    changes, told = {}, []
    for name, value in asdict(stated).items():
        field = BY_NAME[name]
        if field.allows(value):
            continue
        changes[name] = field.instead
        if name == "window_c" and stated.window_transmission == 1:
            continue  # there is no window
        said = f"{value:.4g}" if math.isfinite(value) else "nothing usable"
        told.append(
            (name, f"The file states {said} as the {field.words}; {field.instead:g} is used instead.")
        )
    return replace(stated, **changes), tuple(told)


def doubts(conditions: Conditions, changed: Changes) -> Iterator[tuple[str, str]]:
    """(field, sentence) for each value that can be computed with but is hardly meant, where it matters."""
    for field in FIELDS:
        value = getattr(conditions, field.name)
        low, high = field.sensible
        if low <= value <= high or not _matters(field.name, conditions):
            continue
        stated = "You have set" if field.name in changed else "The file states"
        article = "an" if field.words[0] in "aeiou" else "a"
        yield (
            field.name,
            f"{stated} {article} {field.words} of {field.text(value)}, which is hardly meant; "
            "the temperatures are worked out with it.",
        )


def _matters(name: str, conditions: Conditions) -> bool:
    """False for what has no part in the temperatures under these conditions."""
    if name == "reflected_c":
        return conditions.emissivity < 1
    if name in ("atmosphere_c", "humidity"):
        return conditions.distance_m > 0
    return name != "window_c" or conditions.window_transmission < 1


def change_text(changes: Changes, file: Conditions) -> str:
    """The changes in words, each with the file's value: "emissivity 0.9 (file 0.95)"."""
    parts = []
    for field in FIELDS:
        if field.name in changes:
            stated = field.text(getattr(file, field.name))
            parts.append(f"{field.words} {field.text(changes[field.name])} (file {stated})")
    return ", ".join(parts)
