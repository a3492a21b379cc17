"""What a FLIR camera says of itself and of the scene: constants, conditions, range, date.

Places of the values after ExifTool's documentation of FLIR tags (camera record, type 0x20).
"""

from __future__ import annotations

import math
import struct
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

import numpy as np

from thermview.readers.flir_records import CutError, FormatError, order_of
from thermview.thermal.conditions import made_usable
from thermview.thermal.radiometry import ZERO_CELSIUS_K, CameraConstants, Conditions

CAMERA_BYTES = 0x466
_SHORTEST = 0x314  # up to the range of counts; the date and what follows are missing in no file seen
_CHANGING = ((0x02, 0x20), (0x38, 0x3C))  # of no use here, and other in every frame
_FOCUS = 0x45C  # what lies between changes with every frame, and only the date is read of it
_TEXTS = {
    "camera": (0xD4, 32),
    "camera_part_number": (0xF4, 16),
    "camera_serial": (0x104, 16),
    "camera_software": (0x114, 16),
    "lens": (0x170, 32),
    "lens_part_number": (0x190, 16),
    "lens_serial": (0x1A0, 16),
    "filter": (0x1EC, 16),
}
_MAX_FIELD_OF_VIEW_DEG = 179.0
_MAX_FOCUS_M = 9999.0


@dataclass(frozen=True)
class Camera:
    """One camera record. Ranges are (lowest, highest): °C of the measuring range, counts of the detector."""

    constants: CameraConstants
    conditions: Conditions
    texts: tuple[tuple[str, str], ...]
    range_c: tuple[float, float]
    counts: tuple[int, int]
    frame_rate: float | None
    field_of_view_deg: float | None
    focus_distance_m: float | None
    replaced: tuple[tuple[str, str], ...]
    """(field of the conditions, sentence) for each that the file does not state usably"""

    @property
    def name(self) -> str:
        """The camera's model, as it names itself; empty where it does not."""
        return dict(self.texts).get("camera", "")

    def metadata(self) -> dict[str, Any]:
        """All of it by name, as a recording's metadata."""
        found: dict[str, Any] = {name: _short(value) for name, value in asdict(self.conditions).items()}
        found |= dict(self.texts)
        if self.range_c[0] < self.range_c[1]:  # false for NaN
            found["measuring_range_low_c"], found["measuring_range_high_c"] = map(_short, self.range_c)
        if self.counts[0] < self.counts[1]:
            found["raw_range"] = list(self.counts)
        lens = {"field_of_view_deg": self.field_of_view_deg, "focus_distance_m": self.focus_distance_m}
        found |= {name: _short(value) for name, value in lens.items() if value is not None}
        found["camera_constants"] = {
            name: float(str(np.float32(value))) for name, value in asdict(self.constants).items()
        }
        return found


def read_camera(record: bytes) -> Camera:
    """A camera record; FormatError where it holds no calibration."""
    if len(record) < _SHORTEST:
        raise CutError("its camera record ends too early")
    known = bytearray(record[:_SHORTEST].ljust(_FOCUS, b"\0") + record[_FOCUS:CAMERA_BYTES])
    for first, stop in _CHANGING:
        known[first:stop] = bytes(stop - first)
    return _camera(bytes(known))


@lru_cache(maxsize=64)
def _camera(record: bytes) -> Camera:
    """The same camera for all frames of a sequence: understanding a record takes longer than reading it."""
    values = _Values(record)
    conditions, replaced = _conditions(values)
    highest, lowest = values.celsius(0x90), values.celsius(0x94)
    texts = {name: values.text(*place) for name, place in _TEXTS.items()}
    view, focus = values.number(0x1B4), values.number(0x45C)
    rate = values.short(0x464)
    return Camera(
        _constants(values),
        conditions,
        tuple((name, text) for name, text in texts.items() if text.strip("*")),
        (lowest, highest),
        (values.short(0x310), values.short(0x312)),
        float(rate) if 0 < rate < 10_000 else None,
        view if 0 < view < _MAX_FIELD_OF_VIEW_DEG else None,
        focus if 0 < focus < _MAX_FOCUS_M else None,
        replaced,
    )


def read_date(record: bytes) -> datetime | None:
    """When the frame was taken, with the camera's own time zone; None where the clock was never set."""
    if len(record) < 0x38E:
        return None
    seconds, millis, west_min = struct.unpack_from(f"{order_of(record)}2Ih", record, 0x384)
    if not seconds:
        return None
    zone = timezone(-timedelta(minutes=west_min)) if abs(west_min) < 24 * 60 else UTC
    return datetime.fromtimestamp(seconds, zone) + timedelta(milliseconds=millis & 0xFFFF)


class _Values:
    """Numbers and texts of a record by their places; what lies behind its end is NaN, 0 or empty."""

    def __init__(self, record: bytes) -> None:
        self._record = record
        self._order = order_of(record)

    def number(self, place: int) -> float:
        return float(self._one("f", place, math.nan))

    def celsius(self, place: int) -> float:
        return self.number(place) - ZERO_CELSIUS_K

    def short(self, place: int) -> int:
        return int(self._one("H", place, 0))

    def integer(self, place: int) -> int:
        return int(self._one("i", place, 0))

    def text(self, place: int, length: int) -> str:
        text = self._record[place : place + length].split(b"\0")[0].decode("latin-1")
        return "".join(letter for letter in text if letter.isprintable()).strip()

    def _one(self, code: str, place: int, missing: Any) -> Any:
        size = struct.calcsize(code)
        if place + size > len(self._record):
            return missing
        return struct.unpack_from(self._order + code, self._record, place)[0]


def _constants(values: _Values) -> CameraConstants:
    air = [values.number(place) for place in (0x70, 0x74, 0x78, 0x7C, 0x80)]
    r1, b, f, r2 = (values.number(place) for place in (0x58, 0x5C, 0x60, 0x30C))
    planck = (10 < r1 < 1e8, 1e-6 < r2 < 1e4, 100 < b < 10_000, 1e-3 < f < 1e3)  # false for NaN
    if not all(planck) or not all(abs(value) < 1e3 for value in air):
        raise FormatError("its camera record holds no calibration")
    return CameraConstants(r1, r2, b, f, float(values.integer(0x308)), *air)


def _conditions(values: _Values) -> tuple[Conditions, tuple[tuple[str, str], ...]]:
    """What the file states, made usable; each replaced value has a sentence, by its field."""
    humidity = values.number(0x3C)
    stated = Conditions(
        emissivity=values.number(0x20),
        reflected_c=values.celsius(0x28),
        atmosphere_c=values.celsius(0x2C),
        distance_m=values.number(0x24),
        humidity=humidity / 100 if humidity > 2 else humidity,  # some cameras write per cent
        window_transmission=values.number(0x34),
        window_c=values.celsius(0x30),
    )
    return made_usable(stated)


def _short(value: float) -> float:
    """A value that was stored with 32 bits, without digits that it never had; never minus zero."""
    return float(f"{value:.6g}") + 0.0
