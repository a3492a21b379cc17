"""Files that outlive a crash at any moment: fixed-size records, or lines of text, appended and found by key.

Records are appended in one write each batch, a torn last record is cut off at the next opening, and nothing
else can be half-written. Such a file may always be deleted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.errors import StoreError, reason

_KEY_DIGITS = 16


def fingerprint(name: str, size: int, modified_ns: int) -> int:
    """A key of 64 bits for a file's path below the capture, its size and its time of change; never 0."""
    text = f"{name}\0{size}\0{modified_ns}".encode("utf-8", "surrogatepass")
    return key_of(text)


def key_of(content: bytes) -> int:
    """A key of 64 bits for some bytes; never 0, which stands for no key."""
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little") or 1


def place_of(*parts: str) -> str:
    """A file name for what belongs to these texts (a capture's path, a model's hash)."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


class _Appended:
    """A file that is only ever appended to; in memory from the first write that fails on."""

    def __init__(self, path: Path | None, what: str) -> None:
        self.path = path
        self.problem = ""
        """One sentence once a write has failed."""
        self._what = what

    def _opened(self, path: Path, whole_bytes: Any) -> int:
        """Make the file where there is none, cut off what a crash tore, give its length."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                whole: int = whole_bytes(path, file.tell())
                if whole < file.tell():
                    file.truncate(whole)  # a write that a crash cut short
            return whole
        except OSError as error:
            raise StoreError(f"{path.parent}: {self._what} cannot be kept here ({reason(error)}).") from error

    def _write(self, content: bytes) -> bool:
        """Append in one write; False, with `problem` set, where that fails, or where there is no file."""
        if self.path is None or self.problem:
            return False
        try:
            with self.path.open("ab", buffering=0) as file:
                if file.write(content) == len(content):
                    return True
            why = "the disk is full"
        except OSError as error:
            why = reason(error)
        self.problem = f"{self.path.parent}: {self._what} cannot be kept for the next time ({why})."
        return False


class RecordFile(_Appended):
    """Records of one type, which has a field "key" (uint64), at `path` or, with None, in memory.

    `what` names them in sentences. StoreError where the folder cannot be written.
    """

    def __init__(self, path: Path | None, dtype: np.dtype[Any], what: str) -> None:
        super().__init__(path, what)
        self.dtype = dtype
        self._appended: list[NDArray[Any]] = []
        self.kept: NDArray[Any] = np.empty(0, dtype)
        """All records that `find` knows, mapped from the file."""
        if path is not None:
            self._open(path)
        self._index()

    def _open(self, path: Path) -> None:
        size = self.dtype.itemsize
        whole = self._opened(path, lambda _, length: length // size * size)
        if whole:
            self.kept = np.memmap(path, self.dtype, mode="r", shape=(whole // size,))

    def _index(self) -> None:
        keys = np.array(self.kept["key"])
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.intp]:
        """Record numbers (n,) of the keys, -1 where there is none; counts what was read at `refresh`."""
        if not len(self._keys):
            return np.full(len(keys), -1, dtype=np.intp)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where((self._keys[at] == keys) & (keys != 0), self._order[at], -1).astype(np.intp)

    def append(self, records: NDArray[Any]) -> None:
        """Keep a batch of records; in memory from the first write that fails on."""
        if self._write(records.tobytes()):
            return
        if self.path is not None and not self._appended:
            with suppress(StoreError):
                self._open(self.path)  # what was written whole still counts
        self._appended.append(records)

    def refresh(self) -> None:
        """Make what was appended visible to `find` and `kept`."""
        if self.path is not None and not self.problem:
            self._open(self.path)
        elif self._appended:
            self.kept = np.concatenate([self.kept, *self._appended])
            self._appended = []
        self._index()


class TextFile(_Appended):
    """One line of text by key, the last of several, at `path` or, with None, in memory.

    Lines are read from the file when asked for: a million of them need not fit in memory. `what` names them in
    sentences. StoreError where the folder cannot be written.
    """

    def __init__(self, path: Path | None, what: str) -> None:
        super().__init__(path, what)
        self._offsets: dict[int, int] = {}
        self._memory: dict[int, str] = {}
        if path is not None:
            self._opened(path, self._index)

    def _index(self, path: Path, _: int) -> int:
        """Remember where each line begins; gives where the last whole one ends."""
        offset = 0
        with path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                with suppress(ValueError):  # a line that a disk without power garbled is nobody's
                    self._offsets[int(line[:_KEY_DIGITS], 16)] = offset
                offset += len(line)
        return offset

    def append(self, lines: Mapping[int, str]) -> None:
        """Keep lines by key; visible to `find` after `refresh` or the next opening."""
        if not lines:
            return
        text = "".join(f"{key:016x} {line}\n" for key, line in lines.items())
        if not self._write(text.encode("utf-8", "surrogatepass")):
            self._memory.update(lines)

    def refresh(self) -> None:
        """Make what was appended visible to `find`."""
        if self.path is not None:
            with suppress(StoreError):
                self._opened(self.path, self._index)

    def __contains__(self, key: int) -> bool:
        return key in self._memory or key in self._offsets

    def __iter__(self) -> Iterator[int]:
        """All keys that have a line."""
        yield from self._offsets
        yield from (key for key in self._memory if key not in self._offsets)

    def find(self, keys: list[int]) -> Iterator[tuple[int, str]]:
        """The keys that have a line, in order, with it."""
        if self.path is None or not self._offsets:
            yield from ((key, self._memory[key]) for key in keys if key in self._memory)
            return
        with self.path.open("rb") as file:
            for key in keys:
                if key in self._memory:
                    yield key, self._memory[key]
                elif key in self._offsets:
                    file.seek(self._offsets[key])
                    line = file.readline()[_KEY_DIGITS + 1 : -1]
                    with suppress(UnicodeDecodeError):
                        yield key, line.decode("utf-8", "surrogatepass")
