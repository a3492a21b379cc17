"""The frames of a recording that its other frames are compared with.

Evenly spread runs stand for what the recording mostly does; where it does something else for long (the
detour around an obstacle), more frames are taken, so that the detour is known as densely as the rest.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from thermview.inference import Model, Reference
from thermview.jobs import Progress
from thermview.laser.frames import clean_frames
from thermview.laser.lanes import window_mean
from thermview.recording import Recording

CHUNK = 1024
SEARCH_LIMIT = 100_000
"""Frames up to which the whole recording is searched for detours; longer ones by evenly spread pieces."""
FACTS = 9
"""Sum, row, column, log size; next row and column; whether the next and the frame before follow; detour."""
SEARCH_STEP = 3
"""Every so many frames are looked at when detours are searched: a cycle still shows three of its frames."""
SHORT_DETOUR = 600
"""A detour has three stages; shorter ones leave each stage too few frames to be compared with one another."""
SHORT_TRUST = 0.4
"""What deviations count within short detours, and in recordings too short to show every phase of the cycle:
normal ones are about two and a half times as large there."""
LOST_WEIGHT = 8.0
"""Empty frames count the less the more of them a recording has: some cameras repeat a frame now and then."""
EDGE = 15
"""Frames by which a stated obstacle is widened: a detour starts with the next cycle."""
NOVEL = 2.5
"""A detour is at least this many times as far from the other frames as the median of the recording."""

Indices = NDArray[np.int64]
Floats = NDArray[np.float32]
Gathering = Generator[Progress, None, "ReferenceFrames"]


@dataclass(frozen=True, eq=False)
class ReferenceFrames:
    """What the graph is given beside the frames; m reference frames.

    `code` (m, k), `facts` (m, FACTS), `index` (m,), `spread` (m, features), `away` (m,) how much nearer it
    is to detours than to the plain path, `exclude` (m,) in frames; `detour` (frames,) says which frames of
    the recording belong to an obstacle. Recordings below `sure_frames` are judged with care.
    """

    code: Floats
    facts: Floats
    index: Floats
    spread: Floats
    away: Floats
    exclude: Floats
    detour: NDArray[np.bool_]
    sure_frames: int = 0

    @property
    def feed(self) -> dict[str, NDArray[np.float32]]:
        """The graph's further inputs by name."""
        return {
            "reference_code": self.code,
            "reference_facts": self.facts,
            "reference_index": self.index,
            "reference_spread": self.spread,
            "exclude": self.exclude,
        }

    @property
    def trust(self) -> Floats:
        """What a deviation counts, per frame of the recording: 1, less within short detours and recordings."""
        short = self.detour & ~_long_runs(self.detour, SHORT_DETOUR)
        if len(short) < self.sure_frames:
            short[:] = True
        return np.where(short, SHORT_TRUST, 1.0).astype(np.float32)

    @property
    def dark(self) -> bool:
        """True where no reference frame has any light in it."""
        return not bool(self.facts[:, 0].any())


def gather_reference(
    recording: Recording, model: Model, spec: Reference, obstacles: Sequence[tuple[int, int]]
) -> Gathering:
    """Choose and encode the reference; yields Progress(0, frames) while it reads, returns the result.

    `obstacles` are stated detours as (first, last); without them detours are looked for.
    """
    frames = len(recording)
    base = even_runs(frames, spec.frames, spec.run)
    none = np.zeros(frames, bool)
    reference = _encode(recording, model, base, none, spec)
    yield Progress(0, frames, unit="frames")
    if obstacles:
        detour = _stated(frames, obstacles)
    else:
        distance = yield from _distances(recording, model, reference)
        detour = persistent_detour(distance, spec)
    if detour.any():
        chosen = np.union1d(base, _dense(detour, spec))
        reference = _encode(recording, model, chosen, detour, spec)
        yield Progress(0, frames, unit="frames")
    return reference


def even_runs(frames: int, count: int, run: int) -> Indices:
    """About `count` frame indices as runs of `run` neighbours, evenly spread; all where there are fewer.

    The starts are not equally spaced: at 1 kHz a cycle is not a whole number of frames and equal steps
    could meet the same phases again and again.
    """
    if frames <= count:
        return np.arange(frames)
    runs = max(count // run, 1)
    step = frames / runs
    wobble = np.modf(np.arange(runs) * 0.6180339887)[0] * max(step - run, 0.0)
    starts = (np.arange(runs) * step + wobble).astype(np.int64)
    indices = (starts[:, None] + np.arange(run)).ravel()
    return np.unique(indices[indices < frames])


def _stated(frames: int, obstacles: Sequence[tuple[int, int]]) -> NDArray[np.bool_]:
    detour = np.zeros(frames, bool)
    for first, last in obstacles:
        detour[max(first - EDGE, 0) : max(last + 1 + EDGE, 0)] = True
    return detour


def _dense(detour: NDArray[np.bool_], spec: Reference) -> Indices:
    """Up to `spec.dense` frames of a detour, in runs."""
    inside = np.flatnonzero(detour)
    return np.asarray(inside[even_runs(len(inside), spec.dense, spec.run)])


def persistent_detour(distance: NDArray[np.float64], spec: Reference) -> NDArray[np.bool_]:
    """Frames of patterns that differ from the rest for long; `distance` (frames,) to the even reference."""
    share, least, most = spec.persistent
    length = int(min(max(share * len(distance), least), most))
    smooth = window_mean(np.minimum(distance, 0.5)[:, None], 31)[:, 0]
    novel = smooth > NOVEL * np.median(smooth)
    novel = ~_long_runs(~novel, 60) if novel.any() else novel  # parts of a detour may look familiar
    found = _long_runs(novel, length)
    return np.convolve(found, np.ones(2 * EDGE + 1), mode="same")[: len(found)] > 0


def _long_runs(mask: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """Only those runs of True that have at least `length` frames."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.view(np.int8), [0]])))
    kept = np.zeros(len(mask), bool)
    for first, stop in edges.reshape(-1, 2):
        kept[first:stop] = stop - first >= length
    return kept


def _distances(
    recording: Recording, model: Model, reference: ReferenceFrames
) -> Generator[Progress, None, NDArray[np.float64]]:
    """Distance of every frame to the reference; between pieces of very long recordings interpolated."""
    frames = len(recording)
    skip = max(-(-frames // SEARCH_LIMIT), 1)
    places, values = [], []
    for first in range(0, frames, CHUNK * SEARCH_STEP * skip):
        read = recording.frames(first, first + CHUNK * SEARCH_STEP)[::SEARCH_STEP]
        pixels, _ = clean_frames(read)
        index = np.arange(len(pixels), dtype=np.float32) * SEARCH_STEP + first
        values.append(model.run(pixels, frame_index=index, **reference.feed)["distance"])
        places.append(index)
        yield Progress(0, frames, unit="frames")
    return np.asarray(np.interp(np.arange(frames), np.concatenate(places), np.concatenate(values)))


def _encode(
    recording: Recording, model: Model, chosen: Indices, detour: NDArray[np.bool_], spec: Reference
) -> ReferenceFrames:
    """Read and encode the chosen frames with those just before and after them, then their own spread."""
    frames = len(recording)
    wanted = np.unique(np.concatenate([chosen - 2, chosen - 1, chosen, chosen + 1]))
    wanted = wanted[(wanted >= 0) & (wanted < frames)]
    pixels, empty = clean_frames(read_indices(recording, wanted))
    features = len(model.card.columns("features"))
    code, facts = _codes(model, pixels, features)
    follows = np.append(np.diff(wanted) == 1, False)
    before = np.append(False, follows[:-1])
    ahead = np.minimum(np.arange(len(wanted)) + 1, len(wanted) - 1)
    facts = np.column_stack([facts, facts[ahead, 1:3], follows, before, detour[wanted]]).astype(np.float32)
    keep = np.isin(wanted, chosen) & ~empty
    keep = keep if keep.any() else np.isin(wanted, chosen)
    index = wanted.astype(np.float32)
    blank = np.zeros((int(keep.sum()), features), np.float32)
    apart = max(frames // 8, 2)
    near = np.where(detour[wanted[keep]], spec.exclude_detour, spec.exclude)
    exclude = np.minimum(near, apart).astype(np.float32)
    reference = ReferenceFrames(
        code[keep], facts[keep], index[keep], blank, blank[:, 0], exclude, detour, spec.sure_frames
    )
    spread, away = _spread(model, pixels, index, keep, reference)
    return replace(reference, spread=spread, away=away)


def _codes(model: Model, pixels: Floats, features: int) -> tuple[Floats, Floats]:
    """Codes and facts of frames: the graph with a reference of one empty frame, so nothing is compared."""
    half = [(size + 1) // 2 for size in pixels.shape[1:]]
    nothing = {
        "reference_code": np.zeros((1, half[0] * half[1]), np.float32),
        "reference_facts": np.zeros((1, FACTS), np.float32),
        "reference_index": np.zeros(1, np.float32),
        "reference_spread": np.zeros((1, features), np.float32),
        "exclude": np.zeros(1, np.float32),
    }
    index = np.zeros(len(pixels), np.float32)
    given = model.run(pixels, frame_index=index, **nothing)
    return given["code"], given["facts"]


def _spread(
    model: Model, pixels: Floats, index: Floats, keep: NDArray[np.bool_], reference: ReferenceFrames
) -> tuple[Floats, Floats]:
    """How much each reference frame itself differs from the others: (m, features), no outliers; and `away`.

    A fault among the reference frames must not make its like acceptable: at most four medians. Frames of a
    detour, of which there may be few to compare with, may differ by sixteen.
    """
    parts = [
        model.run(pixels[at : at + CHUNK], frame_index=index[at : at + CHUNK], **reference.feed)["measures"]
        for at in range(0, len(pixels), CHUNK)
    ]
    size = np.abs(np.concatenate(parts))
    steps = [
        place
        for place, name in enumerate(model.card.columns("features"))
        if name in ("step row", "step column", "progress")
    ]
    after = np.zeros(len(index), bool)
    after[2:] = (index[2:] - index[:-2] == 2) & (np.arange(2, len(index)) % CHUNK > 1)
    for place in steps:  # the first two frames of a run have too few before them to be predicted
        size[~after, place] = np.median(size[after, place]) if after.any() else 0.0
    size = size[keep]
    place = model.card.columns("features").index("detour")
    away = size[:, place].copy()
    lost = model.card.columns("features").index("lost")
    common = LOST_WEIGHT * size[:, lost].mean()
    most = 4.0 * np.median(size, axis=0) + 1e-6
    size = np.where(reference.facts[:, -1:] > 0, np.minimum(size, 4.0 * most), np.minimum(size, most))
    size[:, lost] = common
    size[:, place] = 0.0  # it is divided by nothing: StatedObstacles judges it
    return size.astype(np.float32), away.astype(np.float32)


def read_indices(recording: Recording, wanted: Indices) -> NDArray[np.generic]:
    """Frames at ascending indices, read run by run; (n, rows, columns)."""
    breaks = np.flatnonzero(np.diff(wanted) != 1) + 1
    return np.concatenate(
        [recording.frames(int(run[0]), int(run[-1]) + 1) for run in np.split(wanted, breaks)]
    )
