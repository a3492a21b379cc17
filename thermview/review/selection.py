"""What is to be exported: frames of recordings, with all that is known of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from thermview.annotation import Annotation
from thermview.capture.context import Context
from thermview.recording import Recording
from thermview.review.flags import Flag
from thermview.review.frame_ranges import frames_of_ranges, parse_ranges
from thermview.scoring import Scores
from thermview.thermal.display import Display


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


def frames_there(item: ExportItem, length: int) -> list[int]:
    """The item's frame indices that a recording of so many frames has: ascending, each once."""
    if isinstance(item.frames, str):
        return frames_of_ranges(parse_ranges(item.frames), length)
    return sorted({int(index) for index in item.frames if 0 <= index < length})


def highest_asked(item: ExportItem) -> int:
    """The highest frame index asked for, -1 for none."""
    if isinstance(item.frames, str):
        return max(last for _, last in parse_ranges(item.frames))
    return max((int(index) for index in item.frames), default=-1)


def lowest_asked(item: ExportItem) -> int:
    """The lowest frame index asked for, 0 for none."""
    return 0 if isinstance(item.frames, str) else min((int(index) for index in item.frames), default=0)


def count_known(group: Sequence[ExportItem]) -> int | None:
    """How many frames the items of one recording name together; None before it is opened for a text."""
    asked: set[int] = set()
    for item in group:
        if isinstance(item.frames, str):
            return None
        asked.update(item.frames)
    return len(asked)
