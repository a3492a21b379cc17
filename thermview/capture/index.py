"""A capture's recordings by folder, found while the window already shows the first of them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from thermview.capture.filter import Filter
from thermview.capture.listing import Listing, list_folder
from thermview.jobs import Progress, Steps
from thermview.readers.score_tables import SUFFIXES, is_score_table

MOST_TABLES = 200
"""Tables in text files that a scan looks into: where there are more, they are what the capture is made of."""


class Known(NamedTuple):
    """What is known of a recording besides its path: its score, how many flags, why it cannot be read."""

    score: float | None = None
    flags: int = 0
    error: str = ""


class CaptureIndex:
    """Every recording below a capture, as names per folder; grows while it is scanned, readable meanwhile.

    One thread scans; any number of others may read. `folders` and `find` see what was found so far.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folders: dict[str, list[str]] = {}
        self._annotations: dict[str, list[str]] = {}
        self._issues: list[str] = []
        self._texts: list[str] = []
        self._tables: frozenset[str] = frozenset()
        self._lock = Lock()
        self._count = 0
        self._skipped = 0
        self._complete = False

    @property
    def folders(self) -> Mapping[str, Sequence[str]]:
        """File names of recordings by folder below the root, "" for the root; a snapshot of the folders."""
        with self._lock:
            return dict(self._folders)

    @property
    def annotations(self) -> Mapping[str, Sequence[str]]:
        """Names of annotation files by folder below the root; a snapshot of the folders."""
        with self._lock:
            return dict(self._annotations)

    @property
    def count(self) -> int:
        """Recordings found so far, without what is known to be a table of scores."""
        return self._count - len(self._tables)

    @property
    def tables(self) -> frozenset[str]:
        """Paths below the root of tables of scores, as far as known: they are listed, and are no recordings."""
        return self._tables

    @property
    def skipped(self) -> int:
        """Files that no reader takes, found so far."""
        return self._skipped

    @property
    def issues(self) -> tuple[str, ...]:
        """One sentence for each folder that could not be listed."""
        return tuple(self._issues)

    @property
    def complete(self) -> bool:
        """True once a scan came to its end."""
        return self._complete

    def scan(self) -> Steps:
        """Walk everything breadth first; Progress counts recordings, its result is (folder, Listing).

        Starts afresh when called again. Links are followed out of the capture once, never back into it.
        """
        self._start_afresh()
        links = _Links(self.root)
        waiting = deque([""])
        while waiting:
            folder = waiting.popleft()
            path = self.root / folder if folder else self.root
            for step in list_folder(path):
                part: Listing = step.result
                self._add(folder, part)
                waiting.extend(
                    f"{folder}/{name}" if folder else name
                    for name in part.folders
                    if links.may_follow(path / name)
                )
                yield Progress(self._count, 0, (folder, part), "recordings")
        for text in self._texts if len(self._texts) <= MOST_TABLES else ():
            if is_score_table(self.root / text):
                self.note_table(text)
            yield Progress(self.count, 0, (folder, Listing()), "recordings")
        self._complete = True
        yield Progress(self.count, self.count, ("", Listing()), "recordings")

    def note_table(self, path: str) -> None:
        """What lies at a path below the root is a table of scores: it counts as no recording."""
        with self._lock:
            self._tables |= {path}

    def paths(self) -> Iterator[str]:
        """Paths below the root, folder by folder in the order found."""
        for folder, names in self.folders.items():
            prefix = f"{folder}/" if folder else ""
            for index in range(len(names)):  # by index: the list may grow meanwhile
                yield prefix + names[index]

    def find(self, wanted: Filter, known: Callable[[str], Known] | None = None) -> Iterator[str]:
        """Paths below the root that the filter matches; `known` tells score, flags and error of a path.

        `known` is asked only where the filter needs it.
        """
        ask = known if known is not None and wanted.needs_known else None
        for path in self.paths():
            score, flags, error = ask(path) if ask else Known()
            if wanted.matches(path, score=score, flags=flags, error=error):
                yield path

    def _start_afresh(self) -> None:
        with self._lock:
            self._folders, self._annotations, self._issues = {}, {}, []
            self._texts, self._tables = [], frozenset()
            self._count = self._skipped = 0
            self._complete = False

    def _add(self, folder: str, part: Listing) -> None:
        with self._lock:
            if part.recordings:
                self._folders.setdefault(folder, []).extend(part.recordings)
            if part.annotations:
                self._annotations.setdefault(folder, []).extend(part.annotations)
            self._issues.extend(part.issues)
            self._count += len(part.recordings)
            self._skipped += part.skipped
            if len(self._texts) <= MOST_TABLES:
                self._texts += [
                    f"{folder}/{name}" if folder else name
                    for name in part.recordings
                    if name.lower().endswith(SUFFIXES)
                ]


class _Links:
    """Which linked folders a walk may enter: each real place once, and none that the walk passes anyway."""

    def __init__(self, root: Path) -> None:
        self._walked = [os.path.realpath(root)]

    def may_follow(self, folder: Path) -> bool:
        if not os.path.islink(folder):
            return True
        target = os.path.realpath(folder)
        if any(_holds(walked, target) or _holds(target, walked) for walked in self._walked):
            return False
        self._walked.append(target)
        return True


def _holds(outer: str, inner: str) -> bool:
    return inner == outer or inner.startswith(outer.rstrip(os.sep) + os.sep)
