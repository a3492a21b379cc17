"""A batch's pictures at every phase and pattern, gathered from normal recordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from thermview.laser.normality.compare import centres, clock_of, fit_of, match, track
from thermview.laser.normality.spot_model import fit_spot
from thermview.laser.normality.tables import FACTS, FEATURES, PHASES, BatchTables
from thermview.laser.normality.unmet_phases import bridge_gaps, unmet_at

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Whole = NDArray[np.int64]

MOST_CODES = 48
KEPT = 0.9998
"""Share of the pictures' squares that the codes keep."""
DISTANCE = 0.003
"""Distance to start with, as simulated batches have it; then it is measured."""
GAIN_ROUNDS = 6
GAIN_BLUR = 1.0
"""px; a picture without the camera's fixed pattern is smooth on this scale."""
GAIN_RANGE = (0.15, 4.0)
CHUNK = 2048
SHORT = 300
"""Frames below which a recording meets too few phases for their pictures to be taken from it alone."""
UNSEEN = 0.2
"""Share of the phases that a longer one may leave out: all are met where camera and scan are out of step."""


@dataclass(eq=False)
class PictureSums:
    """Weighted sums of frames over phases: `light` (p, PHASES, pixels) and `weight` (p, PHASES)."""

    light: Floats
    weight: Doubles

    @classmethod
    def empty(cls, patterns: int, pixels: int) -> PictureSums:
        """Nothing gathered yet."""
        return cls(np.zeros((patterns, PHASES, pixels), np.float32), np.zeros((patterns, PHASES)))

    def add(self, frames: Floats, pattern: Whole, phase: Doubles, weight: Doubles) -> None:
        """Frames (t, rows, columns) at their patterns and phases; each is shared by the two nearest places."""
        flat = frames.reshape(len(frames), -1)
        for each in np.unique(pattern):
            chosen = np.flatnonzero((pattern == each) & (weight > 0))
            for rows in np.split(chosen, range(CHUNK, len(chosen), CHUNK)):
                shares = phase_shares(phase[rows], weight[rows])
                self.light[each] += shares @ flat[rows]
                self.weight[each] += shares.sum(axis=1)

    def pictures(self, gain: Floats | None = None, prior: Floats | None = None) -> Floats:
        """Mean frames (p, PHASES, pixels); phases that no frame met are filled from those beside them, the spot being
        moved over longer gaps where the `gain` of the pixels (rows, columns) is known.

        A `prior` (PHASES, pixels) for the plain path counts as one frame at each phase.
        """
        out = np.empty_like(self.light)
        if prior is not None:
            self = PictureSums(self.light.copy(), self.weight.copy())
            self.light[0] += prior
            self.weight[0] += 1.0
        for each in range(len(self.light)):
            light, weight = self.light[each], self.weight[each].copy()
            thin = unmet_at(weight)
            out[each] = light / np.maximum(weight, 1e-9)[:, None]
            if thin.any():
                out[each] = _filled(light, weight, thin, out[each])
                if gain is not None:
                    bridge_gaps(out[each], weight, gain)
        return out


def _filled(light: Floats, weight: Doubles, thin: NDArray[np.bool_], pictures: Floats) -> Floats:
    """Thin phases from a bell of neighbours, as narrow as still meets frames."""
    for width in (0.7, 1.5, 3.0, 6.0, 12.0):
        kernel = phase_bells(width).astype(np.float32)
        total = kernel @ weight.astype(np.float32)
        smooth = (kernel @ light) / np.maximum(total, 1e-9)[:, None]
        met = thin & (total > 0.1 * max(weight.mean(), 1e-9))
        pictures[met] = smooth[met]
        thin = thin & ~met
    return pictures


def phase_bells(width: float) -> Doubles:
    """(PHASES, PHASES): how much a place's neighbours count beside it, by a bell so many phases wide; 0: not at all."""
    steps = np.minimum(np.arange(PHASES), PHASES - np.arange(PHASES))
    bell = np.exp(-0.5 * (steps / width) ** 2) if width else (steps == 0).astype(np.float64)
    return np.stack([np.roll(bell, shift) for shift in range(PHASES)])


def phase_shares(phase: Doubles, weight: Doubles, places: int = PHASES) -> Floats:
    """(places, t): how much of each frame belongs to each place in the cycle."""
    steps = (phase % 1.0) * places
    whole = np.floor(steps).astype(np.int64)
    part = steps - whole
    shares = np.zeros((places, len(phase)), np.float32)
    columns = np.arange(len(phase))
    shares[whole % places, columns] += (1.0 - part) * weight
    shares[(whole + 1) % places, columns] += part * weight
    return shares


def tables_of(
    pictures: Floats, shape: tuple[int, int], period: float, distance: float = DISTANCE
) -> BatchTables:
    """Tables to match with, of pictures (p, PHASES, pixels); facts and spreads are still blank."""
    patterns, _, pixels = pictures.shape
    mean = pictures.mean(axis=(0, 1))
    white = (1.0 / np.sqrt(mean + 0.05 * mean.max() + 1e-6)).astype(np.float32)
    flat = (pictures * white).reshape(-1, pixels)
    basis = _basis(flat)
    gain = gain_of(pictures, shape)
    blank = np.zeros((patterns, PHASES, len(FACTS)), np.float32)
    return BatchTables(
        rows=shape[0],
        columns=shape[1],
        period=period,
        half=max(round(period / 2), 2),
        white=white,
        basis=basis,
        codes=(flat @ basis).reshape(patterns, PHASES, -1).astype(np.float32),
        gain=gain,
        noise=np.ones(pixels, np.float32),
        facts=blank,
        spread=np.ones((patterns, PHASES, len(FEATURES)), np.float32),
        distance=distance,
        light=float(pictures[0].sum(axis=1).mean()),
        stirring=0.0,
    )


def pictures_of(tables: BatchTables) -> Floats:
    """The pictures (p, PHASES, pixels) that tables keep, in counts."""
    return np.asarray(np.maximum(tables.codes @ tables.basis.T, 0.0) / tables.white)


def _basis(flat: Floats) -> Floats:
    """The fewest directions (pixels, k) that keep nearly all of the pictures."""
    squares, axes = np.linalg.eigh((flat.T @ flat).astype(np.float64))
    kept = np.cumsum(squares[::-1]) / squares.sum()
    count = min(int(np.searchsorted(kept, KEPT)) + 1, MOST_CODES, flat.shape[1])
    return np.ascontiguousarray(axes[:, ::-1][:, :count], dtype=np.float32)


def gain_of(pictures: Floats, shape: tuple[int, int]) -> Floats:
    """The camera's fixed pattern (pixels,), mean about 1: what makes every picture rough in the same way.

    In turns the light without the pattern is smoothed and the pattern is what the pictures are more or
    less than that light, over all phases. Pixels that see hardly any light get 1.
    """
    stack = pictures.reshape(-1, *shape)
    seen = stack.max(axis=0) > 0.05 * stack.max()
    gain = np.ones(shape, np.float32)
    for _ in range(GAIN_ROUNDS):
        smooth = np.stack([cv2.GaussianBlur(each / gain, (0, 0), GAIN_BLUR) for each in stack])
        told = (stack * smooth).sum(axis=0) / np.maximum((smooth * smooth).sum(axis=0), 1e-6)
        gain = np.where(seen, np.clip(told, *GAIN_RANGE), 1.0).astype(np.float32)
    return (gain / np.float32(gain[seen].mean() if seen.any() else 1.0)).ravel().astype(np.float32)


@dataclass(frozen=True, eq=False)
class Placed:
    """Where the frames of a recording belong: all (frames,). `decided` is the pattern of the frames around."""

    pattern: Whole
    phase: Doubles
    apart: Floats
    lit: Floats
    astray: Floats
    offset: Doubles
    decided: Whole

    def rows(self, span: slice) -> Placed:
        """Some of the frames."""
        return Placed(**{name: values[span] for name, values in vars(self).items()})

    def joined(self, others: Sequence[Placed]) -> Placed:
        """These frames and those of others after them."""
        return Placed(
            **{name: np.concatenate([getattr(p, name) for p in (self, *others)]) for name in vars(self)}
        )


def place(frames: Floats, tables: BatchTables, first: int = 0) -> Placed:
    """Match and track the frames of a recording from index `first` on, in pieces."""
    total, side = len(frames), 2 * tables.half
    parts = []
    for at in range(0, total, CHUNK):
        begin, stop = max(at - side, 0), min(at + CHUNK + side, total)
        inner = slice(at - begin, min(at + CHUNK, total) - begin)
        parts.append(_placed(frames[begin:stop], tables, begin, first, total).rows(inner))
    return parts[0].joined(parts[1:])


def _placed(frames: Floats, tables: BatchTables, begin: int, first: int, total: int) -> Placed:
    """Consecutive frames, of which those within two halves of an end of the block are only right where the
    recording ends there too."""
    count = len(frames)
    found = match(frames, tables)
    clock = clock_of(np.arange(first + begin, first + begin + count), tables.period)
    tracked = track(found, clock, centres(begin, count, total, tables.half), tables.half)
    phase = (tracked.offset + clock) % 1.0
    fit = fit_of(found, tracked, phase, tables.half)
    near = np.rint(phase * PHASES).astype(np.int64) % PHASES
    own = found.likelihood[np.arange(count), fit.pattern, near]
    apart = np.expm1(-own / np.maximum(found.lit, 0.05)) * np.float32(tables.distance)
    decided = tracked.evidence.argmax(axis=1)
    return Placed(
        fit.pattern, phase, apart.astype(np.float32), found.lit, fit.astray, tracked.offset, decided
    )


def first_pictures(
    frames: Floats, plain: NDArray[np.bool_], period: float, rounds: int = 3, short: int = SHORT
) -> BatchTables:
    """The plain path's pictures from one recording; `plain` (frames,) says where no detour is stated. Of fewer frames
    than `short` a moving spot is learnt first, which takes seconds."""
    shape = (frames.shape[1], frames.shape[2])
    sums = _folded(frames, plain, period)
    prior = None
    if len(frames) < short or (sums.weight[0] < 0.1 * sums.weight[0].mean()).mean() > UNSEEN:
        period, prior = _prior(frames, plain, period)
        sums = _folded(frames, plain, period)
    tables = tables_of(sums.pictures(prior=prior), shape, period)
    for _ in range(rounds):
        placed = place(frames, tables)
        sums = PictureSums.empty(1, len(tables.white))
        add_placed(sums, frames, placed, plain, tables)
        usable = plain & (placed.lit > 0.5)
        distance = float(np.median(placed.apart[usable])) if usable.any() else DISTANCE
        tables = tables_of(sums.pictures(prior=prior), shape, period, max(distance, 1e-4))
    return tables


def _folded(frames: Floats, plain: NDArray[np.bool_], period: float) -> PictureSums:
    """Frames gathered as if the clock ran evenly from frame 0 on."""
    sums = PictureSums.empty(1, int(np.prod(frames.shape[1:])))
    phase = np.asarray(np.arange(len(frames)) / period % 1.0)
    sums.add(frames, np.zeros(len(frames), np.int64), phase, plain.astype(np.float64))
    return sums


def _prior(frames: Floats, plain: NDArray[np.bool_], period: float) -> tuple[float, Floats]:
    """Where a recording does not meet every phase: what a moving spot would show there, and its period."""
    begin = int(np.argmax(plain))
    blocked = np.flatnonzero(~plain[begin:])
    stop = begin + (int(blocked[0]) if len(blocked) else len(plain) - begin)
    model = fit_spot(frames[begin : min(stop, begin + SHORT)], period)
    period = model.period if stop - begin < SHORT else period
    phase = np.arange(PHASES) / PHASES - begin / period
    return period, model.pictures(phase).reshape(PHASES, -1)


def add_placed(
    sums: PictureSums, frames: Floats, placed: Placed, usable: NDArray[np.bool_], tables: BatchTables
) -> None:
    """Gather a recording's frames; the weight falls with the square of the distance from the picture."""
    far = placed.apart / np.float32(8.0 * tables.distance)
    weight = usable * (placed.lit > 0.5) / (1.0 + far.astype(np.float64) ** 2)
    sums.add(frames, placed.pattern, placed.phase, weight)
