"""Which frames are meant: typed ranges, events; and clips around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from thermview.errors import ExportError
from thermview.scoring import Event

_PART = re.compile(r"\s*(\d{1,15})\s*(?:-\s*(\d{1,15})\s*)?", re.ASCII)
Range = tuple[int, int]
"""First and last frame index, both inclusive."""


def parse_ranges(text: str) -> list[Range]:
    """The ranges of a text such as "0,5,10-20", as typed; ExportError where it is none."""
    ranges = []
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            what = repr(part.strip()) if part.strip() else "an empty part"
            raise ExportError(f"{text!r} does not name frames: {what} is no number and no range like 10-20.")
        first = int(match[1])
        last = int(match[2]) if match[2] else first
        if last < first:
            raise ExportError(f"{text!r} does not name frames: {first}-{last} ends before it begins.")
        ranges.append((first, last))
    return ranges


def frames_of_ranges(ranges: Iterable[Range], length: int) -> list[int]:
    """The frame indices within ranges that the recording has: ascending, each once."""
    frames: list[int] = []
    for first, last in merged((max(a, 0), min(b, length - 1)) for a, b in ranges):
        frames.extend(range(first, last + 1))
    return frames


def frames_of_events(events: Iterable[Event], length: int) -> list[int]:
    """The frame indices within events of a recording of so many frames."""
    return frames_of_ranges(((event.first, event.last) for event in events), length)


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Ranges in order, overlapping and touching ones joined, empty ones left out."""
    joined: list[Range] = []
    for first, last in sorted(r for r in ranges if r[1] >= r[0]):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def ranges_of(frames: Sequence[int]) -> list[Range]:
    """Frame indices as ranges; the inverse of `frames_of_ranges`."""
    if isinstance(frames, range) and frames.step == 1:
        return [(frames.start, frames.stop - 1)] if len(frames) else []
    return merged((index, index) for index in frames)


def clip_ranges(frames: Sequence[int], margin: int, length: int) -> list[Range]:
    """The stretches of a recording that show these frames with `margin` frames before and after."""
    widened = ((first - margin, last + margin) for first, last in ranges_of(frames))
    return merged((max(first, 0), min(last, length - 1)) for first, last in widened)
