"""The shipped laser model and simulated recordings for tests, made once per process."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.inference import Model, open_model
from thermview.paths import models_folder
from thermview.recording import COUNT_DIFFERENCE, ArrayRecording
from thermview.sample.laser import make_batch, simulate


@cache
def laser_model() -> Model:
    """The generic laser model as shipped."""
    return open_model(models_folder() / "laser_generic.onnx")


@cache
def video(fault: str | None = None, frames: int = 2400, obstacles: int = 0) -> NDArray[np.uint16]:
    """One simulated video of 15 x 21 pixels; the fault, if any, is the same at every call."""
    batch = make_batch(7, 400, rows=15, columns=21, obstacles=obstacles)
    made = simulate(batch, 3, frames, fault=fault)
    made.frames.flags.writeable = False
    return made.frames


@cache
def truth(fault: str, frames: int = 2400, obstacles: int = 0) -> dict[str, Any]:
    """What is wrong with `video(fault)`."""
    made = simulate(make_batch(7, 400, rows=15, columns=21, obstacles=obstacles), 3, frames, fault=fault)
    assert made.truth is not None
    return made.truth


def recording(frames: NDArray[Any], name: str = "0001") -> ArrayRecording:
    """Frames as a laser video at 1 kHz."""
    return ArrayRecording(name, Path(f"{name}.npz"), "laser video", frames, COUNT_DIFFERENCE, 1000.0)
