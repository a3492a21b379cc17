"""What any machine does with a block of a set's files: look at them and embed them.

One function of names alone, so that a thread, another process and a Dask worker give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.diagnosis.embedding import BATCH
from thermview.diagnosis.embedding_cache import embedding_records
from thermview.diagnosis.embedding_input import make_ready
from thermview.diagnosis.scan_blocks import VERSION, BlockLooks, look_at_block
from thermview.diagnosis.table import Status
from thermview.errors import ModelError, ThermviewError
from thermview.inference import Model, open_model
from thermview.inference.pictures import embed
from thermview.paths import models_folder


@dataclass(frozen=True)
class ModelPlace:
    """A model as it is named to another machine: where it lies, and the hash that says whether it is the same."""

    path: str
    sha256: str


@dataclass
class BlockWork:
    """A block done: its looks, and the embeddings (without keys) of the files at `positions` in it.

    `embeddings` is None where there was no model.
    """

    looks: BlockLooks
    positions: NDArray[np.intp]
    embeddings: NDArray[Any] | None
    version: bytes = VERSION


def work_on_block(
    root: Path,
    paths: Sequence[str],
    model: Model | None,
    *,
    stopped: Callable[[], bool] = lambda: False,
    counted: Callable[[], object] = lambda: None,
) -> BlockWork | None:
    """Look at the files at `paths` below `root` and embed those that are pictures; None once `stopped`."""
    looks = look_at_block(root, paths, stopped=stopped)
    if looks is None:
        return None
    readable = np.flatnonzero(looks.looks["status"] == Status.READ)
    positions: list[int] = []
    parts: list[NDArray[Any]] = []
    for first in range(0, len(readable) if model is not None else 0, BATCH):
        if stopped():
            return None
        assert model is not None
        some = readable[first : first + BATCH].tolist()
        ready = [(at, make_ready(root, paths[at], model.card.input)) for at in some]
        kept = [(at, one, one.tensor) for at, one in ready if one.tensor is not None]
        if kept:
            vectors = embed(model, np.concatenate([tensor for _, _, tensor in kept]))
            hashes = np.array([one.hash for _, one, _ in kept], np.uint64)
            parts.append(embedding_records(np.zeros(len(kept), np.uint64), hashes, vectors))
            positions += [at for at, _, _ in kept]
    for _ in paths:
        counted()
    embeddings = np.concatenate(parts) if parts else None
    return BlockWork(looks, np.array(positions, np.intp), embeddings)


def work_elsewhere(root: str, paths: Sequence[str], place: ModelPlace | None) -> BlockWork:
    """The same on another machine, which opens the model once and keeps it for all its blocks."""
    cv2.setNumThreads(1)
    if not Path(root).is_dir():
        raise ThermviewError(
            f"{root}: a worker does not see this folder; all machines must see it at one path."
        )
    work = work_on_block(Path(root), paths, None if place is None else _models.open(place))
    assert work is not None, "nobody stops it here"
    return work


class _Models:
    """The models that this process has open, one at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: dict[ModelPlace, Model] = {}

    def open(self, place: ModelPlace) -> Model:
        with self._lock:
            if place not in self._open:
                self._open = {place: _found(place)}
            return self._open[place]


_models = _Models()


def _found(place: ModelPlace) -> Model:
    """The model at its place, else the shipped one of the same hash."""
    shipped = sorted(models_folder().glob("*.onnx"))
    for path in [Path(place.path), *shipped]:
        try:
            model = open_model(path)
        except ThermviewError:
            continue
        if model.sha256 == place.sha256:
            return model
    raise ModelError(f"{place.path}: a worker does not see this model, or another one at its place.")
