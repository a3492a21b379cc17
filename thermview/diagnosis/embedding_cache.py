"""Embeddings on disk: one append-only file of fixed-size records for a capture and a model, mapped when read.

An embedding of a million pictures takes hours, so what is done must survive a crash at any moment
(record_file.py says how). The file may always be deleted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.nearest import unit_rows
from thermview.diagnosis.record_file import RecordFile, place_of

_SUFFIX = ".embeddings"


def embedding_type(dimensions: int) -> np.dtype[Any]:
    """A record of the file: key of the picture's file, its picture hash, its embedding."""
    return np.dtype([("key", "<u8"), ("hash", "<u8"), ("vector", "<f2", (dimensions,))])


def embedding_records(
    keys: NDArray[np.uint64], hashes: NDArray[np.uint64], vectors: NDArray[np.float32]
) -> NDArray[Any]:
    """Records (n,) of `vectors` (n, dimensions)."""
    records = np.empty(len(keys), embedding_type(vectors.shape[1]))
    records["key"], records["hash"] = keys, hashes
    records["vector"] = unit_rows(vectors)  # of length 1: float16 holds any model's numbers then
    return records


def embeddings_file(folder: Path, capture: Path, model_sha256: str, dimensions: int) -> Path:
    """Where the embeddings of a capture by a model are kept in a cache folder."""
    return folder / f"{place_of(str(capture.resolve()), model_sha256)}-{dimensions}{_SUFFIX}"


class EmbeddingCache:
    """Embeddings (float16) and picture hashes by fingerprint, in `folder` or, with None, in memory.

    StoreError where the folder cannot be written.
    """

    def __init__(self, folder: Path | None, capture: Path, model_sha256: str, dimensions: int) -> None:
        path = None if folder is None else embeddings_file(folder, capture, model_sha256, dimensions)
        self._file = RecordFile(path, embedding_type(dimensions), "embeddings")

    @property
    def problem(self) -> str:
        """One sentence once a write has failed."""
        return self._file.problem

    @property
    def path(self) -> Path | None:
        """The file, None in memory."""
        return self._file.path

    def find(self, keys: NDArray[np.uint64]) -> NDArray[np.intp]:
        """Record numbers (n,) of the keys, -1 where there is none; counts what was read at `refresh`."""
        return self._file.find(keys)

    def append(
        self, keys: NDArray[np.uint64], hashes: NDArray[np.uint64], vectors: NDArray[np.float32]
    ) -> None:
        """Keep a batch: `vectors` (n, dimensions); in memory from the first write that fails on."""
        self._file.append(embedding_records(keys, hashes, vectors))

    def refresh(self) -> None:
        """Make what was appended visible to `find`, `vectors` and `hashes`."""
        self._file.refresh()

    def vectors(self, records: NDArray[np.intp]) -> EmbeddingRows:
        """The embeddings of these records as rows, read from the file block by block when they are used."""
        return EmbeddingRows(self._file.kept, records)

    def hashes(self, records: NDArray[np.intp]) -> NDArray[np.uint64]:
        """Picture hashes (n,) of these records."""
        return np.asarray(self._file.kept["hash"][records], dtype=np.uint64)


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
