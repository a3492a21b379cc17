"""Pictures of colours as estimated temperatures, once someone stated their palette and the ends of its colour bar.

No temperature is told from colours that are not the palette's, and none from pictures that hold a camera's own
data: what their colours show may be stretched, and the temperatures are elsewhere in the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from thermview.errors import ThermviewError
from thermview.readers import film, picture
from thermview.readers.around import RecordingAround
from thermview.recording import ESTIMATED_TEMPERATURE, INTENSITY, Frame, Quantity, Recording, is_colour
from thermview.thermal.colour_scale import ColourScale, Estimate, bar_in, estimate
from thermview.thermal.palette_fit import is_grey, refusal

CAMERA_DATA = (
    "The file holds camera data that are not decoded here, and its colours may be stretched: "
    "no temperatures are estimated from them."
)
_GREY = (
    "Greys fit the palette grey whatever they show: if the camera stretched their contrast, "
    "the temperatures are wrong."
)


class EstimateError(ThermviewError):
    """No temperatures can be told from a picture's colours; its text says why."""


def may_estimate(recording: Recording) -> bool:
    """True for colours, and for grey pictures of 8 bits: pixels that someone may have drawn temperatures with."""
    if recording.dtype != np.uint8:
        return False
    return is_colour(recording) or (recording.kind == picture.KIND and recording.quantity == INTENSITY)


def is_lossy(recording: Recording) -> bool:
    """True where colours were changed to make the file smaller."""
    return recording.metadata.get("format") == "JPEG" or recording.kind == film.KIND


def holds_camera_data(recording: Recording) -> bool:
    """True for a picture beside which its file holds a camera's own data."""
    return recording.kind == picture.KIND and "temperature" not in recording.metadata


def why_not(recording: Recording, frame: Frame, scale: ColourScale) -> str | None:
    """One sentence why temperatures cannot be told from a frame of the recording; None where they can."""
    if holds_camera_data(recording):
        return CAMERA_DATA
    return refusal(frame, scale.line(), is_lossy(recording))


def estimated(recording: Recording, scale: ColourScale) -> EstimatedRecording:
    """The recording as temperatures; EstimateError, with the file's name, where its first frame forbids it."""
    if not may_estimate(recording):
        raise EstimateError(
            f"{recording.path.name}: this {recording.kind} holds no colours of 8 bits to read temperatures from."
        )
    frame = recording.frame(0)
    reason = why_not(recording, frame, scale)
    if reason is not None:
        raise EstimateError(f"{recording.path.name}: {reason}")
    return EstimatedRecording(recording, scale, frame)


class EstimatedRecording(RecordingAround):
    """A recording of colours, shown as the temperatures that a palette and stated ends make of them.

    Frames are (rows, columns) float32 °C. NaN: no colour of the palette. Just outside the ends: the first or last
    colour, of which only is known that it is at most, or at least, that of the end. `first` is its first frame.
    """

    def __init__(self, colours: Recording, scale: ColourScale, first: Frame) -> None:
        super().__init__(colours)
        self.scale, self.lossy = scale, is_lossy(colours)
        self.bar = bar_in(first, scale, self.lossy)
        self._grey = is_grey(first)
        found = estimate(first, scale, self.lossy, self.bar)
        self.uncertainty_k = found.uncertainty_k
        """What 95 of 100 temperatures of the first frame are right to, if palette and ends are."""
        self.residual = float(np.mean(found.residual))
        """RGB units by which the first frame's pixels lie off the palette's line, on average."""
        self._said = _said_of(found, scale)
        self._still = found.celsius if len(colours) == 1 else None

    @property
    def quantity(self) -> Quantity:
        return ESTIMATED_TEMPERATURE

    @property
    def metadata(self) -> Mapping[str, Any]:
        kept = {key: value for key, value in self.inner.metadata.items() if key != "temperature"}
        return {
            **kept,
            "estimated_with": self.scale.words(),
            "uncertainty_k": float(f"{self.uncertainty_k:.2g}"),
            "residual_rgb": float(f"{self.residual:.2g}"),
            "measuring_range_low_c": self.scale.low_c,
            "measuring_range_high_c": self.scale.high_c,
        }

    @property
    def issues(self) -> Sequence[str]:
        said = [
            f"Temperatures are estimated from colours with {self.scale.words()}, as was stated: "
            f"±{self.uncertainty_k:.2g} K where that is right."
        ]
        if self._grey:
            said.append(_GREY)
        if self.bar is not None:
            said.append(f"A colour bar drawn into the picture is left out ({self.bar.words()}).")
        return (*said, *self._said, *self.inner.issues)

    @property
    def frame_shape(self) -> tuple[int, ...]:
        return self.inner.frame_shape[:2]

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(np.float32)

    def frame(self, index: int) -> Frame:
        """One frame in °C; IndexError and ReadError as of the recording of colours."""
        if index == 0 and self._still is not None:
            return self._still
        return self.estimate(self.inner.frame(index)).celsius

    def frames(self, first: int, stop: int) -> Frame:
        """Frames first .. stop - 1 in °C, clipped to the recording."""
        first, stop = max(first, 0), min(stop, len(self))
        found = [self.frame(index) for index in range(first, stop)]
        return np.stack(found) if found else np.empty((0, *self.frame_shape), np.float32)

    def estimate(self, colours: Frame) -> Estimate:
        """What a frame's colours tell."""
        return estimate(colours, self.scale, self.lossy, self.bar)


class RefusedRecording(RecordingAround):
    """A recording of colours whose stated palette does not fit it: colours still, and the reason among its issues."""

    def __init__(self, colours: Recording, scale: ColourScale, reason: str) -> None:
        super().__init__(colours)
        self.scale, self.reason = scale, reason

    @property
    def issues(self) -> Sequence[str]:
        return (f"Shown as colours: {self.reason}", *self.inner.issues)


def colours_in(recording: Recording | None) -> Recording | None:
    """The recording of colours that this one is, or was made of; None where there is none."""
    if isinstance(recording, EstimatedRecording | RefusedRecording):
        return recording.inner
    return recording if recording is not None and may_estimate(recording) else None


def _said_of(found: Estimate, scale: ColourScale) -> tuple[str, ...]:
    """What of the first frame has no temperature, or only a bound."""
    celsius = found.celsius
    foreign = float(np.mean(np.isnan(celsius)))
    below, above = float(np.mean(celsius < scale.low_c)), float(np.mean(celsius > scale.high_c))
    said = []
    if below or above:
        said.append(
            f"{_share(below + above)} of the pixels have the colour of an end of the colour bar: at most "
            f"{scale.low_c:g} °C or at least {scale.high_c:g} °C, left out of statistics."
        )
    if foreign:
        said.append(f"{_share(foreign)} of the pixels are none of the palette's colours and have no value.")
    return tuple(said)


def _share(share: float) -> str:
    return f"{share * 100:.1f} %" if share >= 0.001 else "Less than 0.1 %"
