"""Embeddings of a capture's pictures: decoded in two threads, embedded in batches, kept from run to run."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from thermview.counts import counted
from thermview.diagnosis.embedding_cache import EmbeddingCache, EmbeddingRows
from thermview.diagnosis.embedding_input import Ready, make_ready
from thermview.diagnosis.file_keys import file_keys
from thermview.errors import ModelError, StoreError
from thermview.inference import Model, open_model
from thermview.inference.pictures import check_embedding, embed
from thermview.jobs import Progress, Steps

BATCH = 64
SNAPSHOT = 500
_DECODERS = 2
_CHUNK = 16
_CHUNKS_AHEAD = 8
_GROWTH = 1.25
_RUN = 32


@dataclass(frozen=True)
class EmbeddedPictures:
    """Pictures with an embedding: `paths` below the capture, `rows` (n, dimensions), `hashes` (n,).

    `problems`: one sentence for each picture left out; `notices`: what to keep in mind. `complete` False: a
    snapshot while the rest is embedded. `seconds`: spent on this so far.
    """

    paths: tuple[str, ...]
    rows: EmbeddingRows
    hashes: NDArray[np.uint64]
    problems: tuple[str, ...]
    notices: tuple[str, ...]
    seconds: float
    complete: bool


def embed_pictures(root: Path, paths: Sequence[str], model: Model, folder: Path | None) -> Steps:
    """Embed the pictures at `paths` below `root`, but for those that `folder` holds from earlier runs.

    Progress counts files while it looks for what is kept, then pictures. Its result is None, or an
    EmbeddedPictures: a snapshot each 500 pictures, ever farther apart as they grow, and the whole in the
    end. Pictures are taken in shuffled runs, so that a snapshot shows all classes. Memory: some 40 bytes a
    picture and, where `folder` is None or cannot be written, the embeddings.
    """
    work = _Work(root, paths, model, folder)
    try:
        yield from work.steps()
    finally:
        work.close()


def open_embedding(place: Callable[[], Path]) -> tuple[Model | None, str]:
    """The embedding model at a path that is asked for here, tried out; or None and one sentence that says why not.

    A set can be looked at without one, so that a model that cannot be used ends no diagnosis.
    """
    try:
        model = open_model(place())
        check_embedding(model)
    except ModelError as error:
        return None, without_densities(error)
    return model, ""


def without_densities(error: ModelError) -> str:
    """What a diagnosis says that goes on without the model it was given."""
    return f"{str(error).rstrip('.')}. The set is diagnosed without it: L1 alone, no densities."


_Decoded = tuple[int, Ready]
"""Which picture, and what the model takes of it."""


class _Work:
    """One run of `embed_pictures`."""

    def __init__(self, root: Path, paths: Sequence[str], model: Model, folder: Path | None) -> None:
        self._begun = perf_counter()
        self._root, self._paths, self._model = root, paths, model
        self._problems: list[str] = []
        self._notices: list[str] = []
        self._dimensions = check_embedding(model)
        self._cache = self._open_cache(folder)
        self._keys = np.zeros(len(paths), dtype=np.uint64)
        self._pool = ThreadPoolExecutor(_DECODERS, thread_name_prefix="decode")
        self._several_frames = 0

    def _open_cache(self, folder: Path | None) -> EmbeddingCache:
        try:
            return EmbeddingCache(folder, self._root, self._model.sha256, self._dimensions)
        except StoreError as error:
            self._notices.append(str(error))
            return EmbeddingCache(None, self._root, self._model.sha256, self._dimensions)

    def close(self) -> None:
        """Let the decoders go; what they have not begun is not begun."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def steps(self) -> Steps:
        total = len(self._paths)
        yield from file_keys(self._root, self._paths, self._keys)
        missing = _shuffled(np.flatnonzero(self._cache.find(self._keys) < 0))
        done = total - len(missing)
        shown = 0
        yield Progress(done, total, unit="pictures")
        for batch in self._decoded_batches(missing):
            self._keep(batch)
            done += len(batch)
            result = None
            if done < total and done >= max(shown + SNAPSHOT, shown * _GROWTH):
                result, shown = self._pictures(complete=False), done
            yield Progress(done, total, result, "pictures")
        yield Progress(total, total, self._pictures(complete=True), "pictures")

    def _decoded_batches(self, missing: NDArray[np.intp]) -> Iterator[list[_Decoded]]:
        chunks = iter([missing[first : first + _CHUNK] for first in range(0, len(missing), _CHUNK)])
        ahead: deque[Future[list[_Decoded]]] = deque()
        batch: list[_Decoded] = []
        while True:
            while len(ahead) < _CHUNKS_AHEAD and (chunk := next(chunks, None)) is not None:
                ahead.append(self._pool.submit(self._decode, chunk))
            if not ahead:
                break
            batch += ahead.popleft().result()
            if len(batch) >= BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def _decode(self, chunk: NDArray[np.intp]) -> list[_Decoded]:
        spec = self._model.card.input
        return [(int(index), make_ready(self._root, self._paths[int(index)], spec)) for index in chunk]

    def _keep(self, batch: list[_Decoded]) -> None:
        ready = [(index, picture) for index, picture in batch if picture.tensor is not None]
        tensors = [picture.tensor for _, picture in ready if picture.tensor is not None]
        self._problems += [picture.problem for _, picture in batch if picture.problem]
        self._several_frames += sum(not picture.problem for _, picture in batch) - len(ready)
        if ready:
            hashes = np.array([picture.hash for _, picture in ready], dtype=np.uint64)
            vectors = embed(self._model, np.concatenate(tensors))
            self._cache.append(self._keys[[index for index, _ in ready]], hashes, vectors)

    def _pictures(self, *, complete: bool) -> EmbeddedPictures:
        """What is embedded so far, in the order of the paths."""
        self._cache.refresh()
        records = self._cache.find(self._keys)
        there = np.flatnonzero(records >= 0)
        notices = [*self._notices, *([self._cache.problem] if self._cache.problem else [])]
        if self._several_frames:
            notices.append(
                f"{counted(self._several_frames, 'recording')} of several frames left out: no pictures."
            )
        return EmbeddedPictures(
            tuple(self._paths[int(index)] for index in there),
            self._cache.vectors(records[there]),
            self._cache.hashes(records[there]),
            tuple(self._problems),
            tuple(notices),
            perf_counter() - self._begun,
            complete,
        )


def _shuffled(indices: NDArray[np.intp]) -> NDArray[np.intp]:
    """Runs of neighbours, for the disk's sake, in random order."""
    runs = [indices[first : first + _RUN] for first in range(0, len(indices), _RUN)]
    order = np.random.default_rng(0).permutation(len(runs))
    return np.concatenate([runs[run] for run in order]) if runs else indices
