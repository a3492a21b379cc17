"""Embeddings on disk: one append-only file of fixed-size records for a capture and a model, mapped when read.

An embedding of a million pictures takes hours, so what is done must survive a crash at any moment: records
are appended in one write each batch, a torn last record is cut off at the next opening, and nothing else
can be half-written. The file may always be deleted.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.nearest import unit_rows
from thermview.errors import StoreError, reason

_SUFFIX = ".embeddings"


def fingerprint(name: str, size: int, modified_ns: int) -> int:
    """A key of 64 bits for a file's path below the capture, its size and its time of change; never 0."""
    text = f"{name}\0{size}\0{modified_ns}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little") or 1


class EmbeddingCache:
    """Embeddings (float16) and picture hashes by fingerprint, in `folder` or, with None, in memory.

    StoreError where the folder cannot be written.
    """

    def __init__(self, folder: Path | None, capture: Path, model_sha256: str, dimensions: int) -> None:
        self._type = np.dtype([("key", "<u8"), ("hash", "<u8"), ("vector", "<f2", (dimensions,))])
        self.problem = ""
        """One sentence once a write has failed."""
        self._path: Path | None = None
        self._appended: list[NDArray[Any]] = []
        self._kept: NDArray[Any] = np.empty(0, self._type)
        if folder is not None:
            place = hashlib.sha256(f"{capture.resolve()}\0{model_sha256}".encode()).hexdigest()[:24]
            self._path = folder / f"{place}-{dimensions}{_SUFFIX}"
            self._open(self._path)
        self._index()

    def _open(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                whole = file.tell() // self._type.itemsize * self._type.itemsize
                if whole < file.tell():
                    file.truncate(whole)  # a write that a crash cut short
            if whole:
                self._kept = np.memmap(path, self._type, mode="r", shape=(whole // self._type.itemsize,))
        except OSError as error:
            raise StoreError(f"{path.parent}: embeddings cannot be kept here ({reason(error)}).") from error

    def _index(self) -> None:
        keys = np.array(self._kept["key"])
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    @property
    def path(self) -> Path | None:
        """The file, None in memory."""
        return self._path

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.intp]:
        """Record numbers (n,) of the keys, -1 where there is none; counts what was read at `refresh`."""
        if not len(self._keys):
            return np.full(len(keys), -1, dtype=np.intp)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where((self._keys[at] == keys) & (keys != 0), self._order[at], -1).astype(np.intp)

    def append(
        self, keys: NDArray[np.uint64], hashes: NDArray[np.uint64], vectors: NDArray[np.float32]
    ) -> None:
        """Keep a batch: `vectors` (n, dimensions); in memory from the first write that fails on."""
        records = np.empty(len(keys), self._type)
        records["key"], records["hash"] = keys, hashes
        records["vector"] = unit_rows(vectors)  # of length 1: float16 holds any model's numbers then
        if self._path is not None and not self.problem:
            try:
                with self._path.open("ab", buffering=0) as file:
                    if file.write(records.tobytes()) == records.nbytes:
                        return
                why = "the disk is full"
            except OSError as error:
                why = reason(error)
            self.problem = f"{self._path.parent}: embeddings cannot be kept for the next time ({why})."
            with suppress(StoreError):
                self._open(self._path)  # what was written whole still counts
        self._appended.append(records)

    def refresh(self) -> None:
        """Make what was appended visible to `find`, `vectors` and `hashes`."""
        if self._path is not None and not self.problem:
            self._open(self._path)
        elif self._appended:
            self._kept = np.concatenate([self._kept, *self._appended])
            self._appended = []
        self._index()

    def vectors(self, records: NDArray[np.intp]) -> EmbeddingRows:
        """The embeddings of these records as rows, read from the file block by block when they are used."""
        return EmbeddingRows(self._kept, records)

    def hashes(self, records: NDArray[np.intp]) -> NDArray[np.uint64]:
        """Picture hashes (n,) of these records."""
        return np.asarray(self._kept["hash"][records], dtype=np.uint64)


class EmbeddingRows:
    """Rows of length 1 (or NaN) in an order of one's own; a slice reads (rows, dimensions) float16."""

    def __init__(self, kept: NDArray[Any], records: NDArray[np.intp]) -> None:
        self._kept = kept
        self._records = records

    def __len__(self) -> int:
        return len(self._records)

    @property
    def dimensions(self) -> int:
        """Numbers of one embedding."""
        return int(self._kept.dtype["vector"].shape[0])

    def __getitem__(self, rows: Any, /) -> NDArray[Any]:
        return np.asarray(self._kept["vector"][self._records[rows]])

    def subset(self, rows: NDArray[np.intp]) -> EmbeddingRows:
        """Some of the rows, still unread."""
        return EmbeddingRows(self._kept, self._records[rows])


def delete_embeddings(folder: Path) -> int:
    """Delete all kept embeddings of a cache folder; gives the bytes set free."""
    freed = 0
    for path in folder.glob(f"*{_SUFFIX}"):
        freed += path.stat().st_size
        os.unlink(path)
    return freed
