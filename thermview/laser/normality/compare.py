"""Frames compared with a batch's tables: the reference that the model's graph is built after.

Two steps. `match` says how well each frame fits the batch's picture at every phase. A scan runs like a
clock: within one cycle the frames' phases must lie on one line, so `track` adds up what the frames around
each say about the clock's offset. `deviations` then says how a frame differs from the picture that it
should show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from thermview.laser.normality.tables import PHASES, BatchTables

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Whole = NDArray[np.int64]

DARK = 0.06
"""Share of the expected light below which a frame shows no spot."""
FAINT = 0.04
"""Share of a frame's brightest pixel below which a pixel is background."""
PIXEL_SPREAD = 0.15
"""By how much of the light around it a pixel may differ: the spot trembles by a tenth of a pixel."""
ASTRAY = 1.5
"""A frame that fits another place in the cycle by so much better is at the wrong place; it is not deformed."""
EXCESS = 4.0
"""Light above its picture by so many spreads of the pixel is not the spot's."""
LONE, STEEP = 6.0, 8.0
"""A pixel brighter than that plus so many times the pixels beside it was not lit through a lens."""
AROUND = 2
"""px around a pixel from which light may have come: a path that is off is no droplet."""
LEAST_LIGHT = 0.02
"""Share of a batch's mean light that is added to both sides of a ratio."""
GLARE = 6.0
"""Light off the path, in its spreads, from which the centre of the light is no longer trusted fully."""
SMALL = np.float32(1e-6)


class Match(NamedTuple):
    """How well frames fit: `likelihood` (t, p, PHASES), 0 at best, and `lit` (t,) from 0 dark to 1."""

    likelihood: Floats
    lit: Floats


@dataclass(frozen=True, eq=False)
class Track:
    """Where in the cycle frames are: all (t,), `evidence` (t, p).

    `offset` in cycles: phase less clock. `order`: by how much better the frames around would fit one by
    one than in their order. `evidence`: how well each pattern explains the frames around.
    """

    offset: Doubles
    evidence: Floats
    order: Floats


def match(frames: Floats, tables: BatchTables) -> Match:
    """Compare frames (t, rows, columns) with every picture; the scale of the light plays no part."""
    flat = frames.reshape(len(frames), -1)
    white = flat * tables.white
    length = np.sqrt((white * white).sum(axis=1))
    pictures = tables.codes.reshape(-1, tables.codes.shape[2])
    pictures = pictures / (np.sqrt((pictures * pictures).sum(axis=1, keepdims=True)) + SMALL)
    likeness = (white @ tables.basis) @ pictures.T / (length[:, None] + SMALL)
    apart = np.maximum(1.0 - likeness, 0.0)
    lit = np.clip((flat.sum(axis=1) / np.float32(tables.light) - DARK) * 5.0, 0.0, 1.0)
    fits = -np.log1p(apart / np.float32(tables.distance)) * lit[:, None]
    return Match(
        fits.reshape(len(frames), tables.patterns, PHASES).astype(np.float32), lit.astype(np.float32)
    )


def clock_of(index: Whole, period: float) -> Doubles:
    """Cycles since frame 0, without the whole ones."""
    return np.asarray(np.modf(index / period)[0])


def demodulated(likelihood: Floats, clock: Doubles) -> Floats:
    """The same likelihood over the clock's offset instead of the phase: every row turned back by its clock."""
    steps = clock * PHASES
    whole = np.floor(steps).astype(np.int64)
    part = (steps - whole).astype(np.float32)[:, None, None]
    here = (np.arange(PHASES)[None] + whole[:, None]) % PHASES
    here = np.broadcast_to(here[:, None], likelihood.shape)
    low = np.take_along_axis(likelihood, here, 2)
    high = np.take_along_axis(likelihood, (here + 1) % PHASES, 2)
    return np.asarray(low * (1 - part) + high * part)


def window_sums(values: NDArray[np.floating], centre: Whole, half: int) -> Doubles:
    """Sums over the rows centre - half .. centre + half, those that exist; (len(centre), ...)."""
    sums = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0, dtype=np.float64)])
    first = np.maximum(centre - half, 0)
    stop = np.minimum(centre + half + 1, len(values))
    return np.asarray(sums[stop] - sums[first])


def track(found: Match, clock: Doubles, centre: Whole, half: int) -> Track:
    """Phases of frames at rows `centre`, of the rows around them; `clock` is that of all rows.

    `centre` keeps off the ends of the recording, where half of the frames around would be missing.
    """
    turned = demodulated(found.likelihood, clock)
    weight = window_sums(found.lit, centre, half) + 1e-3
    best = window_sums(turned.max(axis=1), centre, half)  # (c, PHASES)
    place = best.argmax(axis=1)
    offset = (place + _between(best, place)) / PHASES
    rows = np.arange(len(centre))
    evidence = window_sums(turned, centre, half)[rows, :, place] / weight[:, None]
    single = found.likelihood.max(axis=(1, 2))
    order = window_sums(single, centre, half) / weight - best[rows, place] / weight
    return Track(offset % 1.0, evidence.astype(np.float32), order.astype(np.float32))


def centres(first: int, count: int, frames: int, half: int) -> Whole:
    """Rows around which the cycles of frames first .. first + count - 1 lie, counted from `first`.

    Near the ends of the recording a cycle lies as far inside as it must to be whole.
    """
    index = np.arange(first, first + count)
    inner = np.clip(index, min(half, (frames - 1) // 2), max(frames - 1 - half, (frames - 1) // 2))
    return np.clip(inner - first, 0, count - 1)


def _between(values: Doubles, place: Whole) -> Doubles:
    """Where between the bins the top of a parabola through a maximum and its neighbours lies, -0.5 to 0.5."""
    rows = np.arange(len(values))
    here = values[rows, place]
    left, right = values[rows, (place - 1) % PHASES], values[rows, (place + 1) % PHASES]
    bend = 2.0 * here - left - right
    return np.clip(0.5 * (right - left) / np.maximum(bend, 1e-9), -0.5, 0.5)


class Fit(NamedTuple):
    """What frames at their phases show: `pattern` (t,), and `astray` (t,), by how much better they fit elsewhere."""

    pattern: Whole
    astray: Floats


def fit_of(found: Match, tracked: Track, phase: Doubles, half: int) -> Fit:
    """Patterns of frames (t,), of those that are decided on within `half` frames: the one a frame fits best.

    Where one pattern gives way to another the frames around belong to both, so the frame itself decides.
    """
    steps = phase * PHASES
    whole = np.floor(steps).astype(np.int64)
    part = (steps - whole).astype(np.float32)[:, None]
    rows = np.arange(len(phase))
    low = found.likelihood[rows, :, whole % PHASES]
    high = found.likelihood[rows, :, (whole + 1) % PHASES]
    own = low * (1 - part) + high * part
    decided = tracked.evidence == tracked.evidence.max(axis=1, keepdims=True)
    open_to = window_sums(decided.astype(np.float32), rows, half) > 0.5
    pattern = np.where(open_to, own, -np.inf).argmax(axis=1)
    astray = found.likelihood.max(axis=(1, 2)) - own[rows, pattern]
    return Fit(np.asarray(pattern), astray.astype(np.float32))


def at_phase(table: Floats, pattern: Whole, phase: Doubles) -> Floats:
    """Rows of a table (p, PHASES, m) at patterns and phases, between two phases a straight line: (t, m)."""
    steps = (phase % 1.0) * PHASES
    whole = np.floor(steps).astype(np.int64)
    part = (steps - whole).astype(np.float32)[:, None]
    low, high = table[pattern, whole % PHASES], table[pattern, (whole + 1) % PHASES]
    return np.asarray(low * (1 - part) + high * part)


def facts_of(frames: Floats, tables: BatchTables) -> Floats:
    """Light (counts), row, column (px) and log of the squared size of frames: (t, 4).

    Places are measured on counts without the camera's fixed pattern and without the faint background.
    """
    level = frames / tables.gain.reshape(frames.shape[1:])
    bright = np.maximum(level - FAINT * level.max(axis=(1, 2), keepdims=True), 0.0)
    by_row, by_column = bright.sum(axis=2), bright.sum(axis=1)
    mass = np.maximum(by_row.sum(axis=1), SMALL)
    row, tall = _moments(by_row, mass)
    column, wide = _moments(by_column, mass)
    size = np.log(tall + wide + np.float32(0.05))
    return np.stack([frames.sum(axis=(1, 2)), row, column, size], axis=1).astype(np.float32)


def _moments(profile: Floats, mass: Floats) -> tuple[Floats, Floats]:
    places = np.arange(profile.shape[1], dtype=np.float32)
    mean = (profile * places).sum(axis=1) / mass
    away = places[None] - mean[:, None]
    return mean, (profile * away * away).sum(axis=1) / mass


def expected_frames(tables: BatchTables, pattern: Whole, phase: Doubles) -> Floats:
    """The batch's pictures in counts, (t, pixels)."""
    codes = at_phase(tables.codes, pattern, phase)
    return np.asarray(np.maximum(codes @ tables.basis.T, 0.0) / tables.white)


@dataclass(frozen=True, eq=False)
class Deviations:
    """How frames differ from what they should show.

    `measures` (t, FEATURES): log ratio of light, px, px, log ratio of squared size, root of the cosine
    distance, root of the light off the path in its spreads, the same of lone pixels. `facts` and `expected`
    (t, FACTS); `residual` (t, rows, columns) in spreads of each pixel; `picture` (t, rows, columns) is what was
    expected, in counts.
    """

    measures: Floats
    facts: Floats
    expected: Floats
    residual: Floats
    picture: Floats
    lit: Floats


def deviations(
    frames: Floats, tables: BatchTables, pattern: Whole, phase: Doubles, astray: Floats
) -> Deviations:
    """Frames (t, rows, columns) against the batch's pictures at patterns and phases (t,).

    What is `astray` is not compared further: it shows what it should, elsewhere.
    """
    facts = facts_of(frames, tables)
    expected = at_phase(tables.facts, pattern, phase)
    picture = expected_frames(tables, pattern, phase).reshape(frames.shape)
    least = np.float32(LEAST_LIGHT * tables.light)
    share = facts[:, 0] / (expected[:, 0] + least)
    lit = np.clip((share - DARK) * 5.0, 0.0, 1.0)
    here = lit * np.exp(-2.0 * np.maximum(astray - ASTRAY, 0.0))
    picture = picture * np.clip(share, 0.2, 1.5)[:, None, None]
    reach = tables.noise.reshape(1, *frames.shape[1:]) + PIXEL_SPREAD * _dilated(picture)
    residual = (frames - picture) / reach
    beam, spike = _bright_spots(residual)
    spatter = np.sqrt(beam) * here * here
    beside = (np.maximum(residual - EXCESS, 0.0) * reach).sum(axis=(1, 2)) * here
    # a droplet moves the centre of the light and widens it, yet the spot is where it was
    clear = here / (1.0 + 0.5 * np.maximum(spatter * spatter - GLARE, 0.0))
    place = clear[:, None] * (facts[:, 1:] - expected[:, 1:])
    own = facts[:, 0] - np.clip(beside, 0.0, np.maximum(facts[:, 0] - expected[:, 0], 0.0))
    power = np.log((own + least) / (expected[:, 0] + least))
    power *= np.exp(-np.maximum(astray - ASTRAY, 0.0))
    shape = _shape(frames, tables, pattern, phase) * here
    spike = np.sqrt(spike) * here
    measures = np.column_stack([power, place, shape, spatter, spike]).astype(np.float32)
    return Deviations(measures, facts, expected, residual.astype(np.float32), picture, lit.astype(np.float32))


def _bright_spots(residual: Floats) -> tuple[Floats, Floats]:
    """The brightest light off the path that lenses could have drawn, and what of a lone pixel they could not."""
    light = np.maximum(residual, 0.0)
    padded = np.pad(light, ((0, 0), (1, 1), (1, 1)))
    rows, columns = light.shape[1:]
    around = [(down, right) for down in range(3) for right in range(3) if (down, right) != (1, 1)]
    beside = padded[:, :rows, :columns]
    for down, right in around[1:]:
        beside = np.maximum(beside, padded[:, down : down + rows, right : right + columns])
    most = LONE + STEEP * beside
    return np.minimum(light, most).max(axis=(1, 2)), np.maximum(light - most, 0.0).max(axis=(1, 2))


def _shape(frames: Floats, tables: BatchTables, pattern: Whole, phase: Doubles) -> Floats:
    """Root of the cosine distance between a frame and its picture, whatever the scale of the light."""
    white = frames.reshape(len(frames), -1) * tables.white
    codes = at_phase(tables.codes, pattern, phase)
    likeness = ((white @ tables.basis) * codes).sum(axis=1)
    length = np.sqrt((white * white).sum(axis=1)) * np.sqrt((codes * codes).sum(axis=1))
    return np.asarray(np.sqrt(np.maximum(1.0 - likeness / (length + SMALL), 0.0)), np.float32)


def _dilated(pictures: Floats) -> Floats:
    """The largest value within AROUND pixels each way."""
    padded = np.pad(pictures, ((0, 0), (AROUND, AROUND), (AROUND, AROUND)))
    rows, columns = pictures.shape[1:]
    wide = padded[:, :, :columns].copy()
    for step in range(1, 2 * AROUND + 1):
        np.maximum(wide, padded[:, :, step : step + columns], out=wide)
    high = wide[:, :rows].copy()
    for step in range(1, 2 * AROUND + 1):
        np.maximum(high, wide[:, step : step + rows], out=high)
    return high


@dataclass(frozen=True, eq=False)
class InOrder:
    """What comparing frames with a batch's tables tells to what looks at their order, one row per frame.

    `offset` and `phase` in cycles, `evidence` (t, p), `order` and `astray` as in Track and Fit; the rest as
    in Deviations. `features` (t, FEATURES) are the measures in spreads of normal frames.
    """

    offset: Doubles
    phase: Doubles
    evidence: Floats
    order: Floats
    astray: Floats
    measures: Floats
    features: Floats
    facts: Floats
    expected: Floats
    picture: Floats

    def __len__(self) -> int:
        return len(self.phase)


@dataclass(frozen=True, eq=False)
class Compared(InOrder):
    """Everything that comparing gives: with it `pattern` (t,) from 0 and `residual` as in Deviations."""

    pattern: Whole
    residual: Floats

    def rows(self, span: slice) -> Compared:
        """Some of the frames."""
        return Compared(**{name: values[span] for name, values in vars(self).items()})


def compared(frames: Floats, index: Whole, centre: Whole, tables: BatchTables) -> Compared:
    """Compare consecutive frames (t, rows, columns) with frame indices `index`.

    `centre` (t,) are the rows around which each frame's cycle lies: its own, but not nearer than `half` to the
    ends of the recording. What frames within two halves of an end of a block show is only right where the
    recording ends there too.
    """
    found = match(frames, tables)
    clock = clock_of(index, tables.period)
    tracked = track(found, clock, centre, tables.half)
    phase = (tracked.offset + clock) % 1.0
    fit = fit_of(found, tracked, phase, tables.half)
    deviates = deviations(frames, tables, fit.pattern, phase, fit.astray)
    usual = at_phase(tables.spread, fit.pattern, phase)
    return Compared(
        offset=tracked.offset,
        phase=phase,
        pattern=fit.pattern,
        evidence=tracked.evidence,
        order=tracked.order,
        astray=fit.astray,
        measures=deviates.measures,
        features=(deviates.measures / usual).astype(np.float32),
        facts=deviates.facts,
        expected=deviates.expected,
        residual=deviates.residual,
        picture=deviates.picture,
    )
