"""What a row of the tree says of a file without showing it: kind, frames, duration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from thermview.errors import NoRecordingError, ThermviewError
from thermview.jobs import Progress, Steps
from thermview.readers import open_recording


@dataclass(frozen=True)
class Glance:
    """What opening a file tells, without reading its frames."""

    kind: str
    frames: int
    duration_s: float | None

    @property
    def text(self) -> str:
        """Short, for the right side of a row: nothing for a still."""
        if not self.frames:
            return "scores"
        if self.frames <= 1:
            return ""
        return f"{self.duration_s:.1f} s" if self.duration_s else f"{self.frames} frames"


def glance_steps(root: Path, relatives: Sequence[str]) -> Steps:
    """Open each file and close it again; results are (path below the root, Glance or one sentence)."""
    for done, relative in enumerate(relatives, 1):
        found: Glance | str
        try:
            recording = open_recording(root / relative)
            rate = recording.frame_rate
            found = Glance(recording.kind, len(recording), len(recording) / rate if rate else None)
            recording.close()
        except NoRecordingError:
            found = Glance("table of scores", 0, None)
        except ThermviewError as error:
            found = str(error)
        yield Progress(done, len(relatives), (relative, found), "files")
