"""A second laser simulator, of a heat model of its own: what holds on one simulator alone may be an artefact of it.

It shares no code and no parameters with `thermview.sample`. A spot runs a closed path with inertia at a
period that is no whole number of frames; heat leaks away; the camera averages over its exposure; what grew from
frame to frame is kept. Faults are put into the beam, before the camera.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Counts = NDArray[np.uint16]

STEPS, LEAD, LATE = 10, 8, 60
"""Steps of the heat in a frame, frames that pass before the camera's first, and by which a late obstacle is late."""
PATHS: dict[str, tuple[list[float], list[float], list[float]]] = {
    # rows, columns and durations of a path's pieces, all as shares
    "loops": (
        [1, 0, 0.02, 0.97, 1, 0, 0.03, 1], [1, 1, 0.55, 0.5, 0.1, 0, 0.45, 0.5],
        [0.47, 0.04, 0.10, 0.05, 0.19, 0.03, 0.09, 0.03],
    ),
    "rectangle": (
        [0, 0, 0, 0.5, 1, 1, 1, 0.4], [0, 0.5, 1, 1, 1, 0.45, 0, 0],
        [0.08, 0.14, 0.1, 0.2, 0.12, 0.06, 0.18, 0.12],
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Process:
    """What all recordings of a batch share. Lengths in px, times in frames (ms), light in counts.

    `heat` is how long heat takes to leak to a third, `exposure` the share of a frame that the camera looks;
    `gains` is the spread of the camera's fixed pattern, `obstacle` the first frame and duration of one, and
    `detour_pace` the share by which a cycle of the detour around it takes longer.
    """

    path: str
    seed: int
    rows: int = 15
    columns: int = 21
    frames: int = 1500
    period: float = 9.87
    sigma: tuple[float, float] = (1.5, 1.4)
    halo: float = 0.0
    heat: float = 0.6
    exposure: float = 0.6
    gains: float = 0.4
    counts: float = 180.0
    noise: float = 0.15
    tremble: float = 0.05
    inertia: float = 0.2
    obstacle: tuple[int, int] | None = (600, 240)
    detour_pace: float = 0.0
    gain: Doubles = field(init=False)
    dark: Doubles = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng([self.seed, 1])
        gain = np.exp(rng.normal(0.0, self.gains, (self.rows, self.columns)))
        object.__setattr__(self, "gain", np.clip(gain / gain.mean(), 0.2, 3.0))
        object.__setattr__(self, "dark", rng.uniform(20.0, 60.0, gain.shape))

    def place(self, phase: Doubles, stage: int = 0) -> Doubles:
        """(n, 2) row and column at phases in cycles; stages 1 and 2 of an obstacle leave out one side of the path."""
        rows, columns, times = (np.array(each, float) for each in PATHS[self.path])
        if stage == 1:
            columns = np.maximum(columns, 0.4)
        elif stage == 2:
            columns = np.minimum(columns, 0.6)
        ends = np.concatenate([[0.0], np.cumsum(times)]) / times.sum()
        found = [np.interp(phase % 1.0, ends, np.append(each, each[0])) for each in (rows, columns)]
        return np.stack(found, axis=1) * [self.rows - 4.5, self.columns - 5.0] + [2.0, 2.3]


@dataclass(frozen=True, eq=False)
class Taken:
    """A recording: `frames` (n, rows, columns), its entry in metadata.pkl, and the fault's first and last frame."""

    frames: Counts
    metadata: dict[str, int]
    fault: tuple[int, int] | None


@dataclass(eq=False)
class _Beam:
    """What the beam does in each frame: before the camera, with LEAD frames ahead of its first one."""

    rate: Doubles
    power: Doubles
    width: Doubles
    offset: Doubles
    leap: Doubles
    hold: tuple[int, int] = (0, 0)
    droplet: int = -1
    lost: int = -1
    dead: int = -1


def take(process: Process, number: int, fault: str = "", at: int = 300) -> Taken:
    """Recording `number` of a batch; a fault begins in its frame `at`, those of an obstacle where that begins."""
    rng = np.random.default_rng([process.seed, 2, number])
    count = process.frames + LEAD + int(rng.integers(-20, 21))
    beam = _normal_beam(process, rng, count)
    stated = _stated(process, rng)
    begin, stop = (stated[0] + LEAD, stated[1] + LEAD + 1) if stated else (0, 0)
    duration = 0
    if fault.endswith("obstacle"):
        at, duration = begin - LEAD, LATE if fault == "late obstacle" else stop - begin
        begin += duration
    elif fault:
        duration = _broken(beam, fault, at + LEAD)
    beam.rate[begin:stop] /= 1.0 + process.detour_pace
    phase = _phase(beam, rng)
    frames = _raw(process, rng, beam, phase, _places(process, phase, begin, stop))
    if beam.dead >= 0:
        seen = np.maximum(np.diff(frames, axis=0), 0.0).mean(axis=0)
        row, column = np.unravel_index(int(seen.argmax()), seen.shape)
        frames[beam.dead : beam.dead + duration, row, column] = frames[beam.dead, row, column]
    if beam.lost >= 0:
        frames = np.delete(frames, beam.lost, axis=0)
    grown = np.maximum(np.diff(frames[LEAD - 1 :], axis=0), 0.0).astype(np.uint16)
    return Taken(grown, _metadata(process, grown, stated), (at, at + duration - 1) if fault else None)


def _normal_beam(process: Process, rng: np.random.Generator, count: int) -> _Beam:
    """Recordings differ a little from each other, and drift."""
    period = process.period * (1.0 + rng.normal(0.0, 0.0006))
    jitter = rng.normal(0.0, process.tremble, (count, 2))
    return _Beam(
        rate=1.0 / (period * (1.0 + _drift(rng, count, 0.0003))),
        power=(1.0 + rng.normal(0.0, 0.01)) * (1.0 + _drift(rng, count, 0.004)),
        width=np.full(count, 1.0 + rng.normal(0.0, 0.005)),
        offset=rng.normal(0.0, 0.03, 2) + jitter,
        leap=np.zeros(count),
    )


def _drift(rng: np.random.Generator, count: int, spread: float) -> Doubles:
    knots = rng.normal(0.0, spread, count // 700 + 3)
    return np.interp(np.arange(count), np.arange(len(knots)) * 700, knots)


def _stated(process: Process, rng: np.random.Generator) -> tuple[int, int] | None:
    if process.obstacle is None:
        return None
    first = process.obstacle[0] + int(rng.integers(-80, 81))
    return first, first + round(process.obstacle[1] * rng.uniform(0.93, 1.07))


def _broken(beam: _Beam, fault: str, at: int) -> int:
    """Put a fault in; the frames that it lasts."""
    lasts = {
        "laser off": 10, "frozen": 5, "power": 20, "offset": 30, "defocus": 100, "spatter": 5, "lost": 1,
        "dead": 300, "leap": 1, "slow": 660,
    }[fault]  # fmt: skip
    span = slice(at, at + lasts)
    if fault in ("laser off", "power"):
        beam.power[span] *= 0.0 if fault == "laser off" else 0.7
    elif fault == "offset":
        beam.offset[span] += [0.85, -0.85]
    elif fault == "defocus":
        beam.width[span] *= 1.25
    elif fault == "leap":
        beam.leap[at:] = 0.45
    elif fault == "slow":
        beam.rate[span] /= 1.015
    elif fault == "frozen":
        beam.hold = at, at + lasts
    else:
        setattr(beam, {"spatter": "droplet"}.get(fault, fault), at)
    return lasts


def _phase(beam: _Beam, rng: np.random.Generator) -> Doubles:
    """Cycles passed at each step; while the spot stands still the scan goes on without it."""
    steps = np.concatenate([[0.0], np.cumsum(np.repeat(beam.rate, STEPS) / STEPS)[:-1]])
    phase = rng.random() + steps + np.repeat(beam.leap, STEPS)
    first, stop = (STEPS * each for each in beam.hold)
    phase[first:stop] = phase[first]
    return np.asarray(phase)


def _places(process: Process, phase: Doubles, begin: int, stop: int) -> Doubles:
    """Where the beam is sent; an obstacle from frame `begin` to `stop` is avoided in two stages."""
    places = process.place(phase)
    middle = (begin + stop) // 2
    for stage, (first, last) in enumerate(((begin, middle), (middle, stop)), 1):
        span = slice(first * STEPS, last * STEPS)
        places[span] = process.place(phase[span], stage)
    # what steers the beam has inertia
    bell = np.exp(-np.arange(STEPS) / max(process.inertia * STEPS, 0.1))
    padded = np.concatenate([np.repeat(places[:1], STEPS - 1, axis=0), places])
    return np.stack([np.convolve(each, bell / bell.sum(), "valid") for each in padded.T], axis=1)


def _raw(process: Process, rng: np.random.Generator, beam: _Beam, phase: Doubles, places: Doubles) -> Doubles:
    """What the camera reads, (frames, rows, columns): heat that came and leaked, on its pixels, in whole counts."""
    cycles = rng.normal(1.0, 0.019, int(phase[-1]) + 4)
    power = np.repeat(beam.power, STEPS) * np.interp(phase, np.arange(len(cycles)), cycles)
    places = places + np.repeat(beam.offset, STEPS, axis=0)
    width = np.repeat(beam.width, STEPS)
    light = [(1.0 - process.halo, 1.0), (process.halo, 2.4)]
    came = sum(_steps(process, places, share * power, width * wide) for share, wide in light if share)
    leak = np.exp(-1.0 / (process.heat * STEPS))
    looked = max(round(process.exposure * STEPS), 1)
    heat = np.zeros((process.rows, process.columns))
    out = np.zeros((len(beam.rate), process.rows, process.columns))
    for frame, steps in enumerate(np.asarray(came).reshape(len(out), STEPS, *heat.shape)):
        for step, each in enumerate(steps):
            heat = leak * heat + (1.0 - leak) * each
            if step >= STEPS - looked:
                out[frame] += heat / looked
    if beam.droplet >= 0:
        _throw(process, out, places[beam.droplet * STEPS], beam.droplet)
    seen = process.counts * out * process.gain + process.dark
    return np.asarray(np.clip(np.rint(seen + rng.normal(0.0, process.noise, seen.shape)), 0.0, 1023.0))


def _steps(process: Process, places: Doubles, power: Doubles, width: Doubles) -> NDArray[np.float32]:
    """Light of every step on every pixel; a wider spot spreads the same power."""
    bells = []
    for axis, size in enumerate((process.rows, process.columns)):
        away = (np.arange(size) - places[:, axis, None]) / (process.sigma[axis] * width[:, None])
        bells.append(np.exp(-0.5 * away * away).astype(np.float32))
    strength = (2.0 * power / width**2).astype(np.float32)
    return np.asarray(np.einsum("t,tr,tc->trc", strength, *bells))


def _throw(process: Process, heat: Doubles, start: Doubles, at: int) -> None:
    """A hot droplet that flies off the spot towards the middle of the frame and cools."""
    way = np.array([process.rows, process.columns]) / 2 - start
    way /= max(float(np.hypot(*way)), 1e-6)
    rows, columns = np.mgrid[: process.rows, : process.columns]
    for age in range(1, 6):
        row, column = start + way * (2.5 + 1.2 * age)
        bell = np.exp(-0.5 * ((rows - row) ** 2 + (columns - column) ** 2) / 0.7**2)
        heat[at + age - 1] += 1.2 * 0.8**age * bell


def _metadata(process: Process, frames: Counts, stated: tuple[int, int] | None) -> dict[str, int]:
    first, last = stated or (-1, -1)
    return {
        "Index": 1, "KeyfIniObstacle1": first, "KeyfEndObstacle1": last, "KeyfIniObstacle2": -1,
        "KeyfEndObstacle2": -1, "LeftBordPx": 3, "RightBordPx": 2 + process.columns, "SupBordPx": 5,
        "InfBordPx": 4 + process.rows, "SizeInFrames": len(frames),
    }  # fmt: skip
