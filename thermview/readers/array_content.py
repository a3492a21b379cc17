"""What a plain array of numbers is taken for."""

from __future__ import annotations

from thermview.readers.base import Content
from thermview.readers.numpy_header import ArrayHeader, delivered_dtype, frames_shape
from thermview.recording import APPARENT_TEMPERATURE, INTENSITY, RAW_COUNTS, Quantity


def array_content(header: ArrayHeader, key: str = "") -> Content:
    """The content of an array that says nothing of itself but its key; only `celsius` is a temperature."""
    length, *frame_shape = frames_shape(header)
    metadata = {"stored_as": str(header.dtype), "shape": list(header.shape)}
    if key:
        metadata["key"] = key
    quantity = array_quantity(header, key)
    return Content(
        "array", length, tuple(frame_shape), delivered_dtype(header.dtype), quantity, metadata=metadata
    )


def array_quantity(header: ArrayHeader, key: str) -> Quantity:
    """Whole numbers are counts, fractions an intensity, unless the key states degrees Celsius."""
    colours = len(frames_shape(header)) == 4
    if key.lower() == "celsius" and not colours:
        return APPARENT_TEMPERATURE
    return RAW_COUNTS if header.dtype.kind in "iu" and not colours else INTENSITY
