"""What was measured around a picture, taken out of a record's keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from thermview.annotation.quantities import (
    is_missing,
    parse_distance_m,
    parse_measured,
    parse_percent,
    parse_range_c,
    parse_speed_m_s,
    parse_temperature_c,
)
from thermview.annotation.records import Issues, keys_of, plain_key, shown

_KEYS = keys_of(
    ambient_temperature_c="environment_temperature ambient_temperature ambient_temp environment_temp "
    "air_temperature outdoor_temperature temperature 기온 환경온도 주변온도 외기온도",
    inspection_range="inspection_temperature_range inspection_temp_range temperature_range temp_range "
    "검사온도범위 온도범위",
    distance_m="inspection_distance distance shooting_distance capture_distance 거리 촬영거리 검사거리",
    humidity_percent="humidity relative_humidity environment_humidity ambient_humidity 습도 상대습도",
    wind_speed_m_s="wind_speed wind wind_velocity environment_wind_speed environment_wind 풍속",
)
_NESTED = frozenset(
    plain_key(name) for name in ("environment", "environments", "environment_info", "환경", "환경정보")
)
_UNIT_IN_KEY = re.compile(r"(.+?)[_ (\[]+(cm|mm|m)[)\]]?", re.IGNORECASE)
BARE_DISTANCE_UNIT = "cm"
"""What a distance without a unit means: the sets that this is read from write centimetres."""

_PARSERS: Mapping[str, tuple[Callable[[Any], float | None], str]] = {
    "ambient_temperature_c": (parse_temperature_c, "temperature"),
    "humidity_percent": (parse_percent, "humidity of 0 to 100 %"),
    "wind_speed_m_s": (parse_speed_m_s, "wind speed"),
}


@dataclass
class EnvironmentReader:
    """Takes environment values out of records; remembers whether any record had such keys."""

    issues: Issues
    seen: bool = False
    bare_distances: int = 0

    def take(self, record: Mapping[str, Any], where: str) -> tuple[dict[str, float], dict[str, Any]]:
        """Values by their plain names, and the keys that were not understood, as they were."""
        values: dict[str, float] = {}
        rest: dict[str, Any] = {}
        for key, value in record.items():
            if isinstance(value, dict) and plain_key(key) in _NESTED:
                inner, unknown = self.take_flat(value, where)
                values |= inner
                if unknown:
                    rest[key] = unknown
            elif not self._take_one(key, value, values, where):
                rest[key] = value
        return values, rest

    def take_flat(self, record: Mapping[str, Any], where: str) -> tuple[dict[str, float], dict[str, Any]]:
        """The same for a table that holds no further one."""
        values: dict[str, float] = {}
        rest = {key: value for key, value in record.items() if not self._take_one(key, value, values, where)}
        return values, rest

    def finish(self) -> None:
        """Say once what holds for many pictures."""
        if self.bare_distances:
            self.issues.add(
                f"{self.bare_distances} distances have no unit; they are read as {BARE_DISTANCE_UNIT}."
            )

    def _take_one(self, key: str, value: Any, values: dict[str, float], where: str) -> bool:
        """Put a key's value among the environment; False where the key or its value is not understood."""
        name, unit = _meaning(key)
        if name is None:
            return False
        self.seen = True
        if is_missing(value):
            return False
        found = self._parse(name, unit, value)
        if not found:
            meant = _PARSERS[name][1] if name in _PARSERS else name.removesuffix("_m").replace("_", " ")
            self.issues.add(f"{where}: {shown(key)} is no {meant} ({shown(value)}) and is left out.")
            return False
        for part, number in found.items():
            values.setdefault(part, number)
        return True

    def _parse(self, name: str, unit: str, value: Any) -> dict[str, float]:
        if name == "inspection_range":
            ends = parse_range_c(value)
            return {"inspection_low_c": ends[0], "inspection_high_c": ends[1]} if ends else {}
        if name == "distance_m":
            measured = parse_measured(value)
            self.bare_distances += measured is not None and not measured.unit and not unit
            number = parse_distance_m(value, unit or BARE_DISTANCE_UNIT)
        else:
            number = _PARSERS[name][0](value)
        return {} if number is None else {name: number}


@lru_cache(maxsize=4096)
def _meaning(key: str) -> tuple[str | None, str]:
    """Which value a key holds, and the unit that the key itself states for a distance."""
    known = _KEYS.get(plain_key(key))
    if known is not None:
        return known, ("m" if plain_key(key) == "distancem" else "")
    match = _UNIT_IN_KEY.fullmatch(key)
    if match and _KEYS.get(plain_key(match[1])) == "distance_m":
        return "distance_m", match[2].lower()
    return None, ""
