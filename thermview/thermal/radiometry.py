"""From a camera's counts to temperatures: Planck's law as FLIR cameras state it, with air and window between.

Sources: FLIR's camera constants as documented with ExifTool (tags FLIR) and in Minkina & Dudzik, Infrared
Thermography: Errors and Uncertainties, 2009 (transmission of air from humidity). The air is one path of
sqrt(distance), which agrees with the maker's own program; readers that split it in two halves do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

ZERO_CELSIUS_K = 273.15
COUNTS = 1 << 16

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CameraConstants:
    """What one camera in one measuring range is calibrated to.

    R1, R2, B (K), F and O (counts) make Planck's law; alpha, beta and X make the transmission of air.
    """

    R1: float
    R2: float
    B: float
    F: float
    O: float  # noqa: E741 - the maker's name for the offset in counts
    alpha1: float
    alpha2: float
    beta1: float
    beta2: float
    X: float


@dataclass(frozen=True)
class Conditions:
    """What lies between the surface and the camera. Temperatures in °C, shares 0..1, distance in metres."""

    emissivity: float = 1.0
    reflected_c: float = 20.0
    atmosphere_c: float = 20.0
    distance_m: float = 0.0
    humidity: float = 0.5
    window_transmission: float = 1.0
    window_c: float = 20.0


def atmospheric_transmission(constants: CameraConstants, conditions: Conditions) -> float:
    """Share of the radiation, about 0..1, that passes the air between surface and camera."""
    air = conditions.atmosphere_c
    water = conditions.humidity * np.exp(1.5587 + 0.06939 * air - 2.7816e-4 * air**2 + 6.8455e-7 * air**3)
    way, damp = np.sqrt(conditions.distance_m), np.sqrt(water)
    first = np.exp(-way * (constants.alpha1 + constants.beta1 * damp))
    second = np.exp(-way * (constants.alpha2 + constants.beta2 * damp))
    return float(constants.X * first + (1 - constants.X) * second)


def planck_counts(celsius: ArrayLike, constants: CameraConstants) -> Floats:
    """Counts of a black body at these temperatures right before the camera."""
    kelvin = np.asarray(celsius, np.float64) + ZERO_CELSIUS_K
    return constants.R1 / (constants.R2 * (np.exp(constants.B / kelvin) - constants.F)) - constants.O


def planck_celsius(counts: ArrayLike, constants: CameraConstants) -> Floats:
    """Temperature of the black body that gives these counts; NaN where none does."""
    radiation = np.asarray(counts, np.float64) + constants.O
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        inner = constants.R1 / (constants.R2 * radiation) + constants.F
        celsius = constants.B / np.log(inner) - ZERO_CELSIUS_K
    return np.where((radiation > 0) & (inner > 1) & np.isfinite(celsius), celsius, np.nan)


def object_celsius(counts: ArrayLike, constants: CameraConstants, conditions: Conditions) -> Floats:
    """Temperatures of the surface, °C, from a camera's counts; NaN where the counts allow none.

    The window is the maker's "external optics": it passes its share and radiates the rest at its own
    temperature. That part follows the maker's description and was not compared with the maker's program.
    """
    share, offset = _path(constants, conditions)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        radiated = (np.asarray(counts, np.float64) - offset) / share
    return np.where(share > 0, planck_celsius(radiated, constants), np.nan)


def camera_counts(celsius: ArrayLike, constants: CameraConstants, conditions: Conditions) -> Floats:
    """Counts that a camera gives for a surface at these temperatures: the inverse of `object_celsius`."""
    share, offset = _path(constants, conditions)
    return share * planck_counts(celsius, constants) + offset


def _path(constants: CameraConstants, conditions: Conditions) -> tuple[float, float]:
    """Share of the surface's own radiation that arrives, and the counts that everything else adds."""
    air, window = atmospheric_transmission(constants, conditions), conditions.window_transmission
    reflected, atmosphere, glass = planck_counts(
        [conditions.reflected_c, conditions.atmosphere_c, conditions.window_c], constants
    )
    before_window = air * (1 - conditions.emissivity) * reflected + (1 - air) * atmosphere
    offset = window * before_window + (1 - window) * glass
    return conditions.emissivity * air * window, float(offset)


@lru_cache(maxsize=32)
def celsius_table(constants: CameraConstants, conditions: Conditions) -> NDArray[np.float32]:
    """°C for each of the 65,536 counts, read-only; NaN where counts allow no temperature. Nothing is clipped.

    Made once for a set of parameters: a frame is then a look-up, and a changed emissivity costs a millisecond.
    """
    table = object_celsius(np.arange(COUNTS), constants, conditions).astype(np.float32)
    table.flags.writeable = False
    return table


def celsius_of(
    counts: NDArray[np.unsignedinteger[Any]], constants: CameraConstants, conditions: Conditions
) -> NDArray[np.float32]:
    """°C of 8- or 16-bit counts of any shape, float32; NaN where counts allow no temperature.

    Pixels of a region are measured with a region's own emissivity by the same call.
    """
    return celsius_table(constants, conditions).take(counts)
