"""The difference of two frames, where it makes sense."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from thermview.recording import Frame, Quantity
from thermview.thermal.filters import difference_of


def same_kind(a: Quantity, b: Quantity) -> bool:
    """True where values of both may be compared: of one unit and, without a unit, of one name."""
    return a.unit == b.unit and (bool(a.unit) or a.name == b.name)


def why_no_difference(a: tuple[Frame, Quantity], b: tuple[Frame, Quantity]) -> str:
    """Why two frames with what they mean cannot be subtracted, one sentence; empty where they can."""
    (frame_a, means_a), (frame_b, means_b) = a, b
    if frame_a.ndim == 3 or frame_b.ndim == 3:
        which = "A" if frame_a.ndim == 3 else "B"
        return f"No difference: {which} holds colours, not measured values."
    if not same_kind(means_a, means_b):
        return f"No difference: A shows {means_a.label}, B {means_b.label}."
    if frame_a.shape != frame_b.shape:
        (rows_a, columns_a), (rows_b, columns_b) = frame_a.shape, frame_b.shape
        return f"No difference: A has {columns_a} \u00d7 {rows_a} pixels, B {columns_b} \u00d7 {rows_b}."
    return ""


def difference(a: Frame, b: Frame) -> NDArray[np.float32]:
    """A minus B, (rows, columns) float32 each way; NaN where either has no value."""
    with np.errstate(invalid="ignore", over="ignore"):  # infinite minus infinite is no value
        if a.dtype == b.dtype == np.float32 or (a.dtype.itemsize <= 2 and b.dtype.itemsize <= 2):
            return np.subtract(a, b, dtype=np.float32)  # exact, or rounded once
        return np.subtract(a, b, dtype=np.float64).astype(np.float32)


def means_difference(a: Quantity, b: Quantity) -> Quantity:
    """What A minus B means: estimated where one of them is."""
    return replace(difference_of(a), estimated=a.estimated or b.estimated)
