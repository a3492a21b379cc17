"""What was read from files, kept while the files do not change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

from thermview.errors import ReadError

T = TypeVar("T")


class Fingerprint(NamedTuple):
    """Which state of a file something was read from."""

    key: str
    size: int
    changed_ns: int


def fingerprint(path: Path, key: str = "") -> Fingerprint:
    """A file's state now; raises OSError where it is gone. `key` is for what lies inside it."""
    status = path.stat()
    return Fingerprint(key or str(path), status.st_size, status.st_mtime_ns)


class FileCache(Generic[T]):
    """Values and read errors by fingerprint, the longest unused dropped above a total weight.

    May be used by several threads: a file is read once, and values at hand never wait for a read.
    """

    def __init__(self, limit: int, weight: Callable[[T], int]) -> None:
        self._limit = limit
        self._weight = weight
        self._values: OrderedDict[Fingerprint, tuple[T | ReadError, int]] = OrderedDict()
        self._lock = Lock()
        self._reading = Lock()

    def get(self, state: Fingerprint, read: Callable[[], T]) -> T:
        """The value for this state of a file, read now where it is not at hand; ReadErrors are kept too."""
        found = self._at_hand(state)
        if found is None:
            with self._reading:
                found = self._at_hand(state) or self._read(state, read)
        if isinstance(found[0], ReadError):
            raise type(found[0])(str(found[0]))  # a fresh one: its traceback is the caller's
        return found[0]

    def _at_hand(self, state: Fingerprint) -> tuple[T | ReadError, int] | None:
        with self._lock:
            found = self._values.get(state)
            if found is not None:
                self._values.move_to_end(state)
            return found

    def _read(self, state: Fingerprint, read: Callable[[], T]) -> tuple[T | ReadError, int]:
        entry: tuple[T | ReadError, int]
        try:
            value = read()
            entry = (value, max(self._weight(value), 1))
        except ReadError as error:
            entry = (error, 1)
        with self._lock:
            self._values[state] = entry
            total = sum(weight for _, weight in self._values.values())
            while total > self._limit and len(self._values) > 1:
                total -= self._values.popitem(last=False)[1][1]
        return entry
