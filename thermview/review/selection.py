"""What is to be exported: frames of recordings, with all that is known of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from thermview.annotation import Annotation
from thermview.capture.context import Context
from thermview.recording import Recording
from thermview.review.flags import Flag
from thermview.review.frame_ranges import Range, frames_of_ranges, merged, parse_ranges, ranges_of
from thermview.scoring import Scores
from thermview.thermal.display import Display
from thermview.thermal.fusion import Fusion


@dataclass(frozen=True)
class ExportItem:
    """Frames of one recording to export.

    `recording`: the recording, left open; or a function that opens it, called when its turn comes, the
    result closed again. `frames`: indices from 0, or a text such as "0,5,10-20". Items of one recording
    with the same id share files: each frame is written once, whatever number of flags name it.
    """

    recording: Recording | Callable[[], Recording]
    recording_id: str
    frames: Sequence[int] | str
    display: Display = field(default_factory=Display)
    annotations: Sequence[Annotation] = ()
    flag: Flag | None = None
    scores: Scores | None = None
    context: Context | None = None
    fusion: Callable[[Recording], Fusion] | None = None
    """Finds the visible picture that pictures show with the frames; ReadError where there is none."""


def grouped(selection: Sequence[ExportItem]) -> list[list[ExportItem]]:
    """Items of the same recording together, in the order of the selection."""
    groups: dict[tuple[str, int], list[ExportItem]] = {}
    for item in selection:
        groups.setdefault((item.recording_id, id(item.recording)), []).append(item)
    return list(groups.values())


@contextmanager
def opened(item: ExportItem) -> Iterator[Recording]:
    """The item's recording, closed at the end if it was opened here; ReadError where that fails."""
    if not callable(item.recording):
        yield item.recording
        return
    recording = item.recording()
    try:
        yield recording
    finally:
        recording.close()


def asked_ranges(item: ExportItem) -> list[Range]:
    """The frames asked for as ranges in order, whether the recording has them or not."""
    return merged(parse_ranges(item.frames) if isinstance(item.frames, str) else ranges_of(item.frames))


def frames_there(item: ExportItem, length: int) -> list[int]:
    """The item's frame indices that a recording of so many frames has: ascending, each once."""
    return frames_of_ranges(asked_ranges(item), length)


def count_known(group: Sequence[ExportItem]) -> int | None:
    """How many frames the items of one recording name together; None before it is opened for a text."""
    if any(isinstance(item.frames, str) for item in group):
        return None
    return sum(last - first + 1 for first, last in merged(r for item in group for r in asked_ranges(item)))
