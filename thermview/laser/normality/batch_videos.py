"""The recordings that a batch is fitted to: read and checked one by one; what cannot be used is told and left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np

from thermview.capture.context import ContextFinder
from thermview.counts import counted
from thermview.errors import ReadError, ThermviewError
from thermview.laser.frames import above
from thermview.laser.metadata_doubts import MetadataDoubts
from thermview.laser.normality.learn import plain_part
from thermview.laser.normality.self_check import self_check
from thermview.laser.videos import Source, Video, check_light, load_video
from thermview.readers import open_recording
from thermview.readers.failures import printable
from thermview.recording import Recording

LEAST_FRAMES = 60
MOST_PIXELS = 64 * 64


class _TooShortError(ReadError):
    """A sound recording with too few frames to teach."""


@dataclass(eq=False)
class BatchVideos:
    """The recordings of one batch while it is fitted; what is wrong with one is told in `problems`, what is doubtful
    about the metadata of those that are used in `doubts`."""

    name: str
    sources: list[Source]
    finder: ContextFinder
    shape: tuple[int, int] = (0, 0)
    ground: int = 0
    """Of the batch's recordings, once it is known which of them can be used."""
    problems: list[str] = field(default_factory=list)
    doubts: MetadataDoubts = field(init=False)

    def __post_init__(self) -> None:
        self.doubts = MetadataDoubts(self.name)

    def check(self, recording: Recording) -> None:
        """ReadError where a recording cannot be one of this batch's normal ones."""
        check_normal(recording)
        rows, columns = recording.frame_shape[:2]
        if self.shape == (0, 0):
            self.shape = rows, columns
        elif self.shape != (rows, columns):
            raise ReadError(
                f"{recording.name}: has {rows} x {columns} pixels, the others of {self.name} "
                f"{self.shape[0]} x {self.shape[1]}; left out"
            )

    def load(self, source: Source) -> Video:
        """A recording, checked, in counts above the batch's ground; ReadError."""
        video = self._read(source)
        return video.changed(above(video.frames, self.ground))

    def _read(self, source: Source) -> Video:
        video = load_video(source, self.finder, self.check)
        check_light(video)
        return video

    def usable(self) -> Generator[int, None, list[Source]]:
        """Those that can be read and belong together; what cannot is told."""
        self.shape = self._usual_shape()
        kept, grounds = [], []
        for source in self.sources:
            try:
                video = self._read(source)
                self.doubts.add(video)
                kept.append(source)
                grounds.append(video.ground)
            except ThermviewError as error:
                short = self._repeats(source) if isinstance(error, _TooShortError) else ""
                self.problems.append(printable(source.told(error) + short))
            yield 0  # a check costs a twentieth of a look
        self.ground = int(np.median(grounds)) if grounds else 0
        return kept

    def _repeats(self, source: Source) -> str:
        """Of a recording that is too short to teach: how well its beginning explains its end, as a sentence."""
        try:
            video = load_video(source, self.finder, lambda recording: None)
            found = self_check(video.light, plain_part(video))
            return f" It teaches no model, but can be scored; {found.words}."
        except (ThermviewError, ValueError):
            return ""

    def _usual_shape(self) -> tuple[int, int]:
        """The size that most recordings have."""
        sizes: Counter[tuple[int, int]] = Counter()
        for source in self.sources:
            try:
                recording = open_recording(source.path)
                sizes[(recording.frame_shape[0], recording.frame_shape[1])] += 1
                recording.close()
            except ThermviewError:
                continue  # it is told when its turn comes
        return sizes.most_common(1)[0][0] if sizes else (0, 0)


def check_normal(recording: Recording) -> None:
    """ReadError, one sentence, where a recording is no laser video that could be learnt from."""
    name, shape = recording.name, recording.frame_shape
    if len(shape) != 2 or 0 in shape or shape[0] * shape[1] > MOST_PIXELS or min(shape) < 4:
        raise ReadError(f"{name}: frames of {' x '.join(map(str, shape))} are not a laser video; left out")
    if len(recording) < LEAST_FRAMES:
        frames = counted(len(recording), "frame")
        raise _TooShortError(f"{name}: has {frames}, {LEAST_FRAMES} at least are needed; left out")
    if not np.issubdtype(recording.dtype, np.number):
        raise ReadError(f"{name}: holds {recording.dtype}, not numbers; left out")
