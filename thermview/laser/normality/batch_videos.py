"""The recordings that a batch is fitted to: read and checked one by one; what cannot be used is told and left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np

from thermview.capture.context import ContextFinder
from thermview.counts import counted
from thermview.errors import ReadError, ThermviewError
from thermview.laser.frames import FULL, MOST_COUNTS, above
from thermview.laser.normality.learn import plain_part
from thermview.laser.normality.self_check import self_check
from thermview.laser.videos import Source, Video, load_video
from thermview.readers import open_recording
from thermview.readers.failures import printable
from thermview.recording import Recording

LEAST_FRAMES = 60
MOST_PIXELS = 64 * 64
STRANGE = ("has no entry for", "The metadata says batch")
"""What is said of a recording whose metadata knows it not, or knows it as another batch's."""


class _TooShortError(ReadError):
    """A sound recording with too few frames to teach."""


@dataclass(eq=False)
class BatchVideos:
    """The recordings of one batch while it is fitted; what is wrong with one is told in `problems`."""

    name: str
    sources: list[Source]
    finder: ContextFinder
    shape: tuple[int, int] = (0, 0)
    ground: int = 0
    """Of the batch's recordings, once it is known which of them can be used."""
    problems: list[str] = field(default_factory=list)
    _strangers: list[tuple[str, str]] = field(default_factory=list)
    _unread: Counter[str] = field(default_factory=Counter)

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
        if not np.isfinite(video.frames).all():
            raise ReadError(f"{source.id}: some frames hold no numbers; left out")
        top = float(video.frames.max(initial=0))
        if top <= 0:
            raise ReadError(f"{source.id}: no pixel of any frame is above zero; left out")
        if top > MOST_COUNTS:
            raise ReadError(f"{source.id}: its pixels reach {top:.3g}, more than a camera counts; left out")
        full = (video.frames >= FULL).mean(axis=(1, 2)) if top >= FULL else np.zeros(1)
        if float(full.max()) > 0.5:
            raise ReadError(f"{source.id}: frames are saturated; left out")
        return video

    def usable(self) -> Generator[int, None, list[Source]]:
        """Those that can be read and belong together; what cannot is told."""
        self.shape = self._usual_shape()
        kept, grounds = [], []
        for source in self.sources:
            try:
                video = self._read(source)
                self._doubt(source, video)
                kept.append(source)
                grounds.append(video.ground)
            except ThermviewError as error:
                short = self._repeats(source) if isinstance(error, _TooShortError) else ""
                self.problems.append(printable(source.told(error) + short))
            yield 0  # a check costs a twentieth of a look
        self._doubt_metadata()
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

    def _doubt(self, source: Source, video: Video) -> None:
        """Say where obstacles of a recording that is used are not stated as they should be; keep where the metadata
        may be another batch's."""
        strange = [(source.id, issue) for issue in video.issues if any(s in issue for s in STRANGE)]
        doubts = [issue for issue in video.issues if "bstacle" in issue]
        self._strangers += strange
        if video.stated is None and not strange and not doubts:
            self._unread.update(video.issues[:1])
        if doubts:
            more = f" And {len(doubts) - 1} more of the kind." if len(doubts) > 1 else ""
            self.problems.append(printable(f"{source.id}: used all the same. {doubts[0]}{more}"))

    def _doubt_metadata(self) -> None:
        """Say, once for all of them, that the metadata cannot be read or seems to be another batch's."""
        for issue, count in self._unread.items():
            used = f"{counted(count, 'recording')} used without knowing where obstacles are"
            self.problems.append(printable(f"{self.name}: {used}. {issue.rstrip('.')}."))
        if not self._strangers:
            return
        count = len({each for each, _ in self._strangers})
        name, issue = self._strangers[0]
        self.problems.append(
            printable(
                f"{self.name}: the metadata may be another batch's, it does not fit {count} of {len(self.sources)} "
                f"recordings, which are used all the same ({name}: {issue.rstrip('.')})."
            )
        )

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
