"""What is doubtful about the metadata of a batch's recordings that are used all the same, said once for all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from thermview.counts import counted
from thermview.laser.videos import Video
from thermview.readers.failures import printable

_NO_ENTRY = "has no entry for"
_OTHER_BATCH = "The metadata says batch"
_NAMED = 3
"""Recordings that a sentence names."""


@dataclass
class MetadataDoubts:
    """Fed with the recordings of one batch that are used, in their order; `sentences` are about all of them."""

    batch: str
    _count: int = 0
    _no_entry: list[Video] = field(default_factory=list)
    _other_batch: list[Video] = field(default_factory=list)
    _unread: Counter[str] = field(default_factory=Counter)
    _obstacles: list[str] = field(default_factory=list)

    def add(self, video: Video) -> None:
        """One more recording that is used; its frames are not kept."""
        self._count += 1
        video = video.changed(video.frames[:0])
        no_entry, other = (_issue(video, words) for words in (_NO_ENTRY, _OTHER_BATCH))
        doubts = [issue for issue in video.issues if "bstacle" in issue]
        if no_entry:
            self._no_entry.append(video)
        elif other:
            self._other_batch.append(video)
        elif video.stated is None and not doubts:
            self._unread.update(video.issues[:1])
        if doubts:
            more = f" And {len(doubts) - 1} more of the kind." if len(doubts) > 1 else ""
            self._obstacles.append(f"{video.id}: used all the same. {doubts[0]}{more}")

    @property
    def sentences(self) -> list[str]:
        """What a person should know, one sentence for each thing; obstacles first, recording by recording."""
        said = list(self._obstacles)
        for issue, count in self._unread.items():
            used = f"{counted(count, 'recording')} used without knowing where obstacles are"
            said.append(f"{self.batch}: {used}. {issue.rstrip('.')}.")
        if self._no_entry:
            said.append(f"{self.batch}: {self._without_entry()}.")
        if self._other_batch:
            first = self._other_batch[0]
            said.append(
                f"{self.batch}: the metadata may be another batch's, it says so of {self._share(self._other_batch)}, "
                f"used all the same ({first.id}: {_issue(first, _OTHER_BATCH).rstrip('.')})."
            )
        return [printable(text) for text in said]

    def _without_entry(self) -> str:
        """Where none has an entry the whole file is doubtful; where some lack one, only these recordings are."""
        first, count = self._no_entry[0], len(self._no_entry)
        file = _issue(first, _NO_ENTRY).partition(":")[0]
        if count == self._count:
            of_whom = "its only recording" if count == 1 else f"any of the {count} recordings"
            return (
                f"{file} may be another batch's, it has no entry for {of_whom}; used all the same, without knowing "
                "where obstacles are"
            )
        names = ", ".join(video.id.rpartition("/")[2] for video in self._no_entry[:_NAMED])
        names += f" and {count - _NAMED} more" if count > _NAMED else ""
        return (
            f"{file} has no entry for {self._share(self._no_entry)} ({names}); used all the same, without knowing "
            f"where {'its' if count == 1 else 'their'} obstacles are"
        )

    def _share(self, videos: list[Video]) -> str:
        return f"{len(videos)} of {counted(self._count, 'recording')}"


def _issue(video: Video, words: str) -> str:
    return next((issue for issue in video.issues if words in issue), "")
