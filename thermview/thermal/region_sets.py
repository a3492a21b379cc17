"""All that is measured in a recording: its regions, differences between two of them and alarms; kept as JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from thermview.errors import ThermviewError
from thermview.thermal.conditions import ConditionsError, checked
from thermview.thermal.region_alarms import Alarm
from thermview.thermal.region_conditions import own_conditions
from thermview.thermal.regions import Ellipse, Kind, Polygon, Rectangle, Region, handles_of

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_LETTERS: dict[Kind, str] = {"spot": "S", "line": "L", "rectangle": "R", "ellipse": "E", "polygon": "P"}
_LONGEST_NAME = 40
_MOST_REGIONS, _MOST_POINTS = 1000, 100_000


@dataclass(frozen=True)
class Difference:
    """What the region named `first` measures, less what `second` does."""

    first: str
    second: str


@dataclass(frozen=True)
class RegionSet:
    """Regions with different names, in the order they were drawn; differences and alarms name them."""

    regions: tuple[Region, ...] = ()
    differences: tuple[Difference, ...] = ()
    alarms: tuple[Alarm, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the regions, in their order."""
        return tuple(region.name for region in self.regions)

    def region(self, name: str) -> Region | None:
        """The region of this name, or None."""
        return next((region for region in self.regions if region.name == name), None)

    def free_name(self, kind: Kind) -> str:
        """The first name that is not taken: R1, R2, ... for rectangles."""
        taken, number = set(self.names), 1
        while f"{_LETTERS[kind]}{number}" in taken:
            number += 1
        return f"{_LETTERS[kind]}{number}"

    def with_region(self, region: Region) -> RegionSet:
        """With one more region, or with the one of this name changed."""
        if self.region(region.name) is None:
            return replace(self, regions=(*self.regions, region))
        changed = (region if old.name == region.name else old for old in self.regions)
        return replace(self, regions=tuple(changed))

    def without(self, name: str) -> RegionSet:
        """Without a region and what names it."""
        return RegionSet(
            tuple(region for region in self.regions if region.name != name),
            tuple(d for d in self.differences if name not in (d.first, d.second)),
            tuple(alarm for alarm in self.alarms if alarm.region != name),
        )

    def renamed(self, old: str, new: str) -> RegionSet:
        """With another name for a region, also where it is named; ThermviewError where it is taken or empty."""
        new = " ".join(new.split())[:_LONGEST_NAME]
        if not new:
            raise ThermviewError("A region needs a name.")
        if new != old and new in self.names:
            raise ThermviewError(f"There is a region {new} already; choose another name.")

        def name(text: str) -> str:
            return new if text == old else text

        return RegionSet(
            tuple(replace(region, name=name(region.name)) for region in self.regions),
            tuple(Difference(name(d.first), name(d.second)) for d in self.differences),
            tuple(replace(alarm, region=name(alarm.region)) for alarm in self.alarms),
        )


def to_json(regions: RegionSet) -> str:
    """A set of regions as JSON text."""
    return _adapter().dump_json(regions).decode()


def from_json(text: str | bytes) -> RegionSet:
    """The set of regions of a JSON text; ThermviewError with the first reason why it is none."""
    from pydantic import ValidationError

    try:
        return _adapter().validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = " > ".join(str(part) for part in first["loc"])
        why = f"{place}: {first['msg']}" if place else first["msg"]
        raise ThermviewError(f"These are no regions that can be read ({why}).") from error


@cache
def _adapter() -> TypeAdapter[RegionSet]:
    """Reads and writes sets of regions; made when the first is, since a start of the window needs none."""
    from pydantic import AfterValidator, TypeAdapter

    kind: Any = Annotated[RegionSet, AfterValidator(_checked)]
    return TypeAdapter(kind)


def _checked(regions: RegionSet) -> RegionSet:
    """The set where all is well; ValueError says what is not."""
    names = set(regions.names)
    if len(regions.regions) > _MOST_REGIONS:
        raise ValueError(f"more than {_MOST_REGIONS} regions")
    if len(names) < len(regions.regions):
        raise ValueError("two regions have one name")
    for region in regions.regions:
        _check_region(region)
    named = {d.first for d in regions.differences} | {d.second for d in regions.differences}
    if not (named | {alarm.region for alarm in regions.alarms}) <= names:
        raise ValueError("a difference or an alarm names a region that is not there")
    for alarm in regions.alarms:
        if not (math.isfinite(alarm.limit) and 0 <= alarm.hysteresis < math.inf and alarm.hold_off >= 1):
            raise ValueError("an alarm has a finite limit, a hysteresis from 0 on and a hold-off from 1 on")
    return regions


def _check_region(region: Region) -> None:
    if not region.name.strip() or len(region.name) > _LONGEST_NAME:
        raise ValueError(f"a region's name has 1 to {_LONGEST_NAME} characters")
    if isinstance(region, Polygon) and not 3 <= len(region.points) <= _MOST_POINTS:
        raise ValueError(f"a polygon has 3 to {_MOST_POINTS} points")
    if isinstance(region, Rectangle | Ellipse) and min(region.width, region.height) < 0:
        raise ValueError("width and height are not negative")
    try:
        checked(own_conditions(region))
    except ConditionsError as error:
        raise ValueError(str(error)) from None
    if not all(math.isfinite(number) for point in handles_of(region) for number in point):
        raise ValueError("coordinates are finite numbers")
