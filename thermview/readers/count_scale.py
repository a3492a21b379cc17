"""Numbers whose file does not say what they mean: temperatures once someone states it.

Radiometric TIFFs of T-linear cameras hold 16-bit counts and no scale; float TIFFs, arrays and HDF5 files often hold
°C or K and no unit. Without a stated scale they stay numbers: a temperature is never invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.readers.around import RecordingAround
from thermview.readers.units import KELVIN_OFFSET
from thermview.recording import APPARENT_TEMPERATURE, INTENSITY, RAW_COUNTS, Frame, Quantity, Recording

KELVINS_PER_COUNT = (0.01, 0.04, 0.4)
"""What T-linear cameras are set to."""
SCALABLE_KINDS = frozenset({"TIFF", "HDF5 recording", "array"})
"""Kinds of recordings that hold whatever numbers someone saved; other readers know what theirs mean."""
GAIN_LIMITS = (1e-6, 1e3)
OFFSET_LIMITS_C = (-1e6, 1e6)


@dataclass(frozen=True)
class CountScale:
    """Temperature = `celsius_at_zero` + `kelvin_per_count` times counts; T-linear counts begin at absolute zero.

    Values that are °C or K already are counts of one kelvin: see IN_CELSIUS and IN_KELVIN.
    """

    kelvin_per_count: float
    celsius_at_zero: float = -KELVIN_OFFSET

    def celsius(self, counts: NDArray[Any]) -> NDArray[np.float32]:
        """°C of counts of any shape; below absolute zero, where no temperature is, NaN."""
        celsius = (counts * self.kelvin_per_count + self.celsius_at_zero).astype(np.float32)
        return np.where(celsius >= -KELVIN_OFFSET - 1e-3, celsius, np.float32(np.nan))

    def words(self) -> str:
        """The scale as a person reads it."""
        if self in (IN_CELSIUS, IN_KELVIN):
            return f"values taken as {'°C' if self == IN_CELSIUS else 'K'}"
        start = f"{self.celsius_at_zero:.6g} °C".replace("-", chr(0x2212))
        return f"{self.kelvin_per_count:.6g} K per count from {start} at count 0"


IN_CELSIUS = CountScale(1.0, 0.0)
IN_KELVIN = CountScale(1.0)


def stated_scale(values: Mapping[str, Any]) -> CountScale | None:
    """The scale that remembered values make, or None where they make none."""
    numbers = [values.get(name) for name in ("kelvin_per_count", "celsius_at_zero")]
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in numbers):
        return None
    gain, offset = (float(value) for value in numbers if value is not None)
    allowed = GAIN_LIMITS[0] <= gain <= GAIN_LIMITS[1] and OFFSET_LIMITS_C[0] <= offset <= OFFSET_LIMITS_C[1]
    return CountScale(gain, offset) if allowed else None


def lacks_scale(recording: Recording) -> bool:
    """True for grey numbers of 16 bits or floats whose file says nothing of their meaning."""
    wide = recording.dtype.kind == "f" or (recording.dtype.kind == "u" and recording.dtype.itemsize == 2)
    unsaid = recording.quantity in (RAW_COUNTS, INTENSITY)
    return recording.kind in SCALABLE_KINDS and unsaid and wide and len(recording.frame_shape) == 2


class ScaledRecording(RecordingAround):
    """A recording of counts, shown as the temperatures that a stated scale makes of them.

    Closing it closes the recording of counts.
    """

    def __init__(self, counts: Recording, scale: CountScale) -> None:
        super().__init__(counts)
        self.scale = scale

    @property
    def counts_recording(self) -> Recording:
        """The recording of counts."""
        return self.inner

    @property
    def quantity(self) -> Quantity:
        return APPARENT_TEMPERATURE

    @property
    def metadata(self) -> Mapping[str, Any]:
        return {**self.inner.metadata, "stated_scale": self.scale.words()}

    @property
    def issues(self) -> Sequence[str]:
        said = (
            f"The file states no temperatures: they are worked out with {self.scale.words()}, as was stated."
        )
        return (said, *self.inner.issues)

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(np.float32)

    def frame(self, index: int) -> Frame:
        """One frame in °C; IndexError and ReadError as of the recording of counts."""
        return self.scale.celsius(self.inner.frame(index))

    def frames(self, first: int, stop: int) -> Frame:
        """Frames first .. stop - 1 in °C, clipped to the recording."""
        return self.scale.celsius(self.inner.frames(first, stop))
