"""Write simulated laser batches in the layout of the real data set, with the truth beside them."""

from __future__ import annotations

import io
import json
import os
import pickle
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from thermview.errors import ExportError, reason
from thermview.jobs import Progress, Steps
from thermview.sample.laser_batch import BATCHES, LaserBatch, make_batch
from thermview.sample.laser_faults import FAULT_KINDS, faults_for
from thermview.sample.laser_simulation import SimulatedRecording, simulate

FULL_LENGTH = 14_571  # frames of the one real video whose length is known
TRUTH_NAME = "laser_truth.json"
_DATE = (1980, 1, 1, 0, 0, 0)  # the date of every zip entry: the same seed gives the same bytes
_NOTE = (
    "All recordings are simulated from measured facts; none is real. Frame indices count from 0, last is "
    "inclusive. The first normal recordings of each batch are meant for learning, the rest for testing."
)

# (batch index, rows, columns, obstacles) in order of use; further ones follow the same round
_LAYOUT = ((1, 15, 21, 2), (7, 20, 28, 1), (16, 14, 24, 0), (25, 32, 32, 2))


@dataclass(frozen=True)
class Plan:
    """One recording to be made: `name` is its four-digit id, `number` its place in the batch from 0."""

    batch: LaserBatch
    name: str
    number: int
    frames: int
    fault: str | None


def write_laser(
    folder: Path,
    *,
    batches: int,
    recordings_per_batch: int,
    faulty_per_batch: int,
    frames: int | tuple[int, int],
    seed: int,
    full_length: int = FULL_LENGTH,
) -> Steps:
    """Write TypeN/NNNN.npz, TypeN/metadata.pkl, the last batch as TypeN.zip, and laser_truth.json.

    Yields a step per recording, whose result is its path. `frames` is the length of the recordings, or a
    range from which each batch's is drawn; the first batch ends with one normal recording `full_length`
    frames long (0: none is). The same arguments give the same bytes. ValueError where the numbers do not
    fit together, ExportError where the folder cannot be written.
    """
    plans = _plan(batches, recordings_per_batch, faulty_per_batch, frames, seed, full_length)
    total = sum(len(plan) for plan in plans)
    truth: dict[str, Any] = {}
    done = 0
    with _said_clearly(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for place, plan in enumerate(plans):
            write = _write_zipped_batch if place == len(plans) - 1 else _write_batch
            for path, name, entry in write(folder, plan, seed):
                truth[name] = entry
                done += 1
                yield Progress(done, total, path, "recordings")
        document = {"simulated": True, "note": _NOTE, "seed": seed, "recordings": truth}
        _write_whole(folder / TRUTH_NAME, json.dumps(document, indent=1).encode())


# --- what is made -------------------------------------------------------------------------------------


def _plan(
    batches: int,
    per_batch: int,
    faulty: int,
    frames: int | tuple[int, int],
    seed: int,
    full_length: int,
) -> list[list[Plan]]:
    """All recordings, batch by batch, their ids contiguous over the batches as in the real set."""
    if not 1 <= batches <= BATCHES:
        raise ValueError(f"{batches} batches are not within 1-{BATCHES}")
    if not 0 <= faulty < per_batch:
        raise ValueError(f"{faulty} faulty recordings leave no normal one of {per_batch}")
    low, high = (frames, frames) if isinstance(frames, int) else frames
    rng = np.random.default_rng([seed, batches, per_batch, faulty])
    deck: list[str] = []
    plans = []
    for place, batch in enumerate(_draw_batches(batches, seed)):
        length = int(rng.integers(low, high + 1))
        last = full_length if place == 0 and full_length else length
        lengths = [length] * (per_batch - 1) + [last]
        faults = _place_faults(rng, batch, per_batch, faulty, deck)
        start = place * per_batch + 1
        plans.append(
            [
                Plan(batch, f"{start + number:04d}", number, lengths[number], faults[number])
                for number in range(per_batch)
            ]
        )
    return plans


def _draw_batches(count: int, seed: int) -> list[LaserBatch]:
    """Batches in order of their index; the second and third contradict their own metadata as real ones do."""
    used = {index for index, *_ in _LAYOUT}
    free = [index for index in range(1, BATCHES + 1) if index not in used]
    rows = list(_LAYOUT)
    for place, index in enumerate(free):
        _, height, width, _ = _LAYOUT[place % len(_LAYOUT)]
        rows.append((index, height, width, place % 3))
    drawn = []
    for place, (index, height, width, obstacles) in enumerate(sorted(rows[:count])):
        batch = make_batch(index, seed, rows=height, columns=width, obstacles=obstacles)
        drawn.append(replace(batch, borders_exclusive=place == 1, size_one_more=place == 2))
    return drawn


def _place_faults(
    rng: np.random.Generator, batch: LaserBatch, count: int, faulty: int, deck: list[str]
) -> list[str | None]:
    """Normal recordings first, then the faulty ones mixed with half as many normal; the last is normal.

    `deck` holds the kinds not yet used, over all batches: each is dealt once before any comes again.
    """
    mixed = min(faulty + (faulty + 1) // 2, count - 1)
    places = count - 1 - mixed + rng.permutation(mixed)[:faulty]
    faults: list[str | None] = [None] * count
    possible = faults_for(batch)
    for place in sorted(places.tolist()):
        if not any(kind in possible for kind in deck):
            deck.extend(np.array(FAULT_KINDS)[rng.permutation(len(FAULT_KINDS))].tolist())
        kind = next(kind for kind in deck if kind in possible)
        deck.remove(kind)
        faults[place] = kind
    return faults


# --- how it is written --------------------------------------------------------------------------------

_Written = Iterator[tuple[Path, str, dict[str, Any]]]  # path, "Type1/0001", its truth


def _write_batch(folder: Path, plans: list[Plan], seed: int) -> _Written:
    inside = folder / f"Type{plans[0].batch.index}"
    inside.mkdir(exist_ok=True)
    metadata = {}
    for plan in plans:
        recording = _make(plan, seed)
        metadata[plan.name] = recording.metadata
        path = inside / f"{plan.name}.npz"
        _write_whole(path, _npz(recording.frames))
        yield path, f"{inside.name}/{plan.name}", _truth(plan, recording)
    _write_whole(inside / "metadata.pkl", _pickled(metadata))


def _write_zipped_batch(folder: Path, plans: list[Plan], seed: int) -> _Written:
    """The batch as it is downloaded: one zip with a folder inside."""
    name = f"Type{plans[0].batch.index}"
    target = folder / f"{name}.zip"
    partial = target.with_suffix(".zip.part")
    metadata = {}
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
            for plan in plans:
                recording = _make(plan, seed)
                metadata[plan.name] = recording.metadata
                archive.writestr(_entry(f"{name}/{plan.name}.npz"), _npz(recording.frames))
                path = target / name / f"{plan.name}.npz"
                yield path, f"{name}/{plan.name}", _truth(plan, recording)
            archive.writestr(_entry(f"{name}/metadata.pkl"), _pickled(metadata))
        os.replace(partial, target)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _make(plan: Plan, seed: int) -> SimulatedRecording:
    return simulate(plan.batch, plan.number, plan.frames, fault=plan.fault, seed=seed)


def _truth(plan: Plan, recording: SimulatedRecording) -> dict[str, Any]:
    """What laser_truth.json says of one recording; `fault` is null for a normal one."""
    return {"normal": recording.truth is None, "frames": len(recording.frames), "fault": recording.truth}


def _npz(frames: NDArray[np.uint16]) -> bytes:
    """A deflated .npz with the key `image`, without the date that numpy would put in."""
    array, packed = io.BytesIO(), io.BytesIO()
    npy_format.write_array(array, frames, allow_pickle=False)
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(_entry("image.npy"), array.getbuffer(), zipfile.ZIP_DEFLATED, compresslevel=6)
    return packed.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.external_attr = 0o644 << 16
    entry.create_system = 3  # the same bytes on every system
    return entry


def _pickled(metadata: dict[str, dict[str, int]]) -> bytes:
    return pickle.dumps(metadata, protocol=2)


def _write_whole(path: Path, content: bytes) -> None:
    """Write under another name first: whoever watches the folder never sees half a file."""
    partial = path.with_name(path.name + ".part")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


@contextmanager
def _said_clearly(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportError(
            f"{folder}: the laser sample cannot be written ({reason(error)}); choose another folder."
        ) from error
