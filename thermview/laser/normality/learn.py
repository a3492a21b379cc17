"""Learn a batch's tables from its normal recordings, each read as often as it is needed and never all at once."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from thermview.errors import ReadError, ThermviewError
from thermview.laser.normality.detours import DetourFinder, kept_patterns
from thermview.laser.normality.graph import quantized
from thermview.laser.normality.period import even_part
from thermview.laser.normality.pictures import (
    PictureSums,
    add_placed,
    first_pictures,
    pictures_of,
    place,
    tables_of,
)
from thermview.laser.normality.spreads import FactSums, SpreadSums
from thermview.laser.normality.stages import Stages, StageSums
from thermview.laser.normality.tables import BatchTables
from thermview.laser.normality.unmet_phases import unmet_share
from thermview.laser.videos import Video

Floats = NDArray[np.float32]
Learning = Generator[int, None, "Learnt"]
Load = Callable[[int], Video]

PASSES = 5
"""How often each recording that teaches is looked at; the first one once more."""
KEPT_BYTES = 400 * 2**20
"""Recordings are kept in memory between passes as long as they fit in."""


@dataclass(frozen=True, eq=False)
class Learnt:
    """A batch's tables, and which patterns belong where.

    `unmet` has for each pattern the share of its cycle that hardly any frame of a recording that taught met.
    """

    tables: BatchTables
    stages: Stages
    unmet: tuple[float, ...] = ()


@dataclass(eq=False)
class Videos:
    """Recordings by number, read again on every pass unless there is room to keep them."""

    load: Load
    count: int
    _kept: dict[int, Video] = field(default_factory=dict)
    _bytes: int = 0

    def __getitem__(self, number: int) -> Video:
        video = self._kept.get(number)
        if video is None:
            video = self.load(number)
            if self._bytes + video.frames.nbytes <= KEPT_BYTES:
                self._kept[number] = video
                self._bytes += video.frames.nbytes
        return video

    def frames(self, number: int) -> Floats:
        """Frames of a recording as numbers, never negative."""
        return np.maximum(self[number].frames.astype(np.float32), 0.0)


def learn(videos: Videos) -> Learning:
    """Tables from recordings 0 .. count - 1; yields after each look at one. ReadError where none shows a cycle."""
    tables = _first_tables(videos)
    yield 1
    finder = DetourFinder(tables)
    tables = yield from _with_detours(videos, tables, finder)
    tables = yield from _competing(videos, tables, finder)
    tables = yield from _again(videos, tables, finder)
    facts, stages = FactSums(tables), StageSums(tables.patterns, tables.period)
    for number in range(videos.count):
        frames = videos.frames(number)
        placed = place(frames, tables)
        facts.add(frames, placed)
        stages.add(placed.decided, placed.offset, videos[number].stated)
        yield 1
    tables = facts.tables_with()
    spreads = SpreadSums(tables)
    for number in range(videos.count):
        frames = videos.frames(number)
        spreads.add(frames, place(frames, tables))
        yield 1
    # limits are measured with what the model's file keeps of the tables
    unmet = tuple(unmet_share(weight) for weight in spreads.weight)
    return Learnt(quantized(spreads.tables_with()), stages.stages(), unmet)


def _first_tables(videos: Videos) -> BatchTables:
    """The plain path from the first recording that shows one."""
    failure: ThermviewError | None = None
    for number in range(videos.count):
        try:
            video, frames = videos[number], videos.frames(number)
            period, plain = even_part(frames, plain_part(video), video.id)
            return first_pictures(frames, plain, period)
        except ThermviewError as error:
            failure = failure or error
    raise failure or ReadError("no recording to learn from")


def plain_part(video: Video) -> NDArray[np.bool_]:
    """Where no obstacle is stated; everywhere where that would leave too little."""
    plain = np.ones(len(video.frames), np.bool_)
    for first, last in video.obstacles:
        plain[max(first - 5, 0) : max(last + 16, 0)] = False
    return plain if plain.mean() > 0.3 else np.ones_like(plain)


Passed = Generator[int, None, BatchTables]


def _with_detours(videos: Videos, tables: BatchTables, finder: DetourFinder) -> Passed:
    """Better pictures of the plain path, and first ones of what else the recordings do."""
    sums = PictureSums.empty(1, len(tables.white))
    for number in range(videos.count):
        frames = videos.frames(number)
        placed = place(frames, tables)
        finder.add(frames, placed)
        add_placed(sums, frames, placed, np.ones(len(frames), np.bool_), tables)
        yield 1
    found = finder.pictures(sums.pictures()[0])
    return tables_of(found, (tables.rows, tables.columns), tables.period, tables.distance)


def _competing(videos: Videos, tables: BatchTables, finder: DetourFinder) -> Passed:
    """Let all patterns compete for the frames; those that hardly any recording shows are left out."""
    decided = []
    sums = PictureSums.empty(tables.patterns, len(tables.white))
    for number in range(videos.count):
        frames = videos.frames(number)
        placed = place(frames, tables)
        decided.append(np.bincount(placed.decided, minlength=tables.patterns))
        add_placed(sums, frames, placed, finder.teaching(number, placed.pattern), tables)
        yield 1
    kept = kept_patterns(decided, tables.patterns, tables.period)
    shape = (tables.rows, tables.columns)
    if len(kept) < tables.patterns:
        return tables_of(pictures_of(tables)[kept], shape, tables.period, tables.distance)
    return tables_of(sums.pictures(tables.gains), shape, tables.period, tables.distance)


def _again(videos: Videos, tables: BatchTables, finder: DetourFinder) -> Passed:
    """The same pictures from better phases, and how far normal frames lie from theirs."""
    sums, distances = PictureSums.empty(tables.patterns, len(tables.white)), []
    for number in range(videos.count):
        frames = videos.frames(number)
        placed = place(frames, tables)
        add_placed(sums, frames, placed, finder.teaching(number, placed.pattern), tables)
        distances.append(
            float(np.median(placed.apart[placed.lit > 0.5])) if (placed.lit > 0.5).any() else 0.0
        )
        yield 1
    distance = max(float(np.median(distances)), 1e-4)
    return tables_of(sums.pictures(tables.gains), (tables.rows, tables.columns), tables.period, distance)


def spread_over(count: int, most: int) -> Sequence[int]:
    """At most so many of 0 .. count - 1, evenly spread."""
    return range(count) if count <= most else [place * count // most for place in range(most)]
