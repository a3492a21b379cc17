"""One picture's file made ready for an embedding model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from thermview.diagnosis.sessions import picture_hash
from thermview.errors import ThermviewError, reason
from thermview.inference.card import ModelInput
from thermview.inference.pictures import picture_of
from thermview.inference.pixels import prepare
from thermview.readers import open_recording


@dataclass(frozen=True)
class Ready:
    """A picture ready for the model (1, ...) with its hash; without tensor, why it is not.

    Neither a tensor nor a problem: a recording of several frames, which is no picture.
    """

    tensor: NDArray[Any] | None = None
    hash: int = 0
    problem: str = ""


def make_ready(root: Path, path: str, spec: ModelInput) -> Ready:
    """Decode the picture at `path` below `root` and bring it to what the model takes; never raises."""
    try:
        recording = open_recording(root / path)
        try:
            if len(recording) != 1:
                return Ready()
            picture = picture_of(recording.frame(0))
        finally:
            recording.close()
        return Ready(prepare([picture], spec), picture_hash(picture))
    except ThermviewError as error:
        text = str(error)
        return Ready(problem=text if Path(path).name in text else f"{path}: {text}")
    except Exception as error:  # a picture that a decoder chokes on must not end the work on the others
        return Ready(problem=f"{path}: cannot be embedded ({reason(error)}).")
