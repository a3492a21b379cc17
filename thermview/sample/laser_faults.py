"""Faults of the laser process as a table: cause, sizes, where they lie and what they do.

They are put in where they would arise physically: faults of the scan change phase or pattern before the
spot's place is known; faults of the laser, the material and the camera change place, power, width or pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from thermview.sample import laser_fault_effects as effects
from thermview.sample import laser_fault_intervals as intervals
from thermview.sample.laser_batch import LaserBatch
from thermview.sample.laser_fault_effects import ChangeBeam, ChangeMotion, Fault
from thermview.sample.laser_fault_intervals import FindInterval
from thermview.sample.laser_motion import Motion
from thermview.sample.laser_optics import MEMORY, Beam

AFTERGLOW = (
    MEMORY + 1
)  # frames after a fault's last that may still differ: heat left over, then the difference


@dataclass(frozen=True)
class FaultKind:
    """One row of the table. Sizes are drawn evenly within `sizes` and rounded where they count something.

    `words` may use {size} and {percent}.
    """

    cause: str
    words: str
    unit: str
    sizes: tuple[float, float]
    find_interval: FindInterval
    change_motion: ChangeMotion | None = None
    change_beam: ChangeBeam | None = None
    counts: bool = False
    needs_obstacle: bool = False


FAULTS: dict[str, FaultKind] = {
    "power_drop": FaultKind(
        cause="power",
        words="laser power {percent} % below normal",
        unit="share",
        sizes=(0.06, 0.30),
        find_interval=intervals.lasting(40, 300),
        change_beam=effects.scale_power(-1.0),
    ),
    "power_rise": FaultKind(
        cause="power",
        words="laser power {percent} % above normal",
        unit="share",
        sizes=(0.06, 0.30),
        find_interval=intervals.lasting(40, 300),
        change_beam=effects.scale_power(1.0),
    ),
    "laser_off": FaultKind(
        cause="power",
        words="laser off",
        unit="frames",
        sizes=(5, 40),
        find_interval=intervals.size_frames(),
        change_beam=effects.switch_off,
        counts=True,
    ),
    "path_offset": FaultKind(
        cause="position",
        words="path {size} px off its place",
        unit="px",
        sizes=(0.3, 1.5),
        find_interval=intervals.lasting(60, 400),
        change_beam=effects.offset_path,
    ),
    "frozen": FaultKind(
        cause="order",
        words="spot standing still",
        unit="frames",
        sizes=(3, 12),
        find_interval=intervals.size_frames(),
        change_motion=effects.freeze,
        counts=True,
    ),
    "repeated_loop": FaultKind(
        cause="order",
        words="left loops replaced by the right one: {size}",
        unit="cycles",
        sizes=(1, 8),
        find_interval=intervals.left_loops,
        change_motion=effects.repeat_right_loop,
        counts=True,
    ),
    "reversed_cycle": FaultKind(
        cause="order",
        words="cycles run backwards: {size}",
        unit="cycles",
        sizes=(1, 8),
        find_interval=intervals.whole_cycles,
        change_motion=effects.reverse,
        counts=True,
    ),
    "scan_slow": FaultKind(
        cause="timing",
        words="scan {percent} % too slow",
        unit="share",
        sizes=(0.01, 0.05),
        find_interval=intervals.until_one_cycle_off,
        change_motion=effects.scan_at(-1.0),
    ),
    "scan_fast": FaultKind(
        cause="timing",
        words="scan {percent} % too fast",
        unit="share",
        sizes=(0.01, 0.05),
        find_interval=intervals.until_one_cycle_off,
        change_motion=effects.scan_at(1.0),
    ),
    "dropped_frame": FaultKind(
        cause="timing",
        words="frames lost by the camera: {size}",
        unit="frames",
        sizes=(1, 3),
        find_interval=intervals.size_frames(extra=1),  # the difference after the gap belongs to it
        change_beam=effects.hold_frame,
        counts=True,
    ),
    "narrow_path": FaultKind(
        cause="shape",
        words="path {percent} % too small",
        unit="share",
        sizes=(0.05, 0.2),
        find_interval=intervals.lasting(60, 400),
        change_beam=effects.narrow_path,
    ),
    "tilted_path": FaultKind(
        cause="shape",
        words="path turned by {size} degrees",
        unit="degrees",
        sizes=(3.0, 12.0),
        find_interval=intervals.lasting(60, 400),
        change_beam=effects.tilt_path,
    ),
    "dead_pixel": FaultKind(
        cause="shape",
        words="pixels without signal: {size}",
        unit="pixels",
        sizes=(1, 3),
        find_interval=intervals.lasting(100, 600),
        change_beam=effects.kill_pixels,
        counts=True,
    ),
    "defocus": FaultKind(
        cause="spot size",
        words="spot {percent} % too wide",
        unit="share",
        sizes=(0.10, 0.5),
        find_interval=intervals.lasting(60, 400),
        change_beam=effects.defocus,
    ),
    "spatter": FaultKind(
        cause="spatter",
        words="hot droplets of up to {size} counts",
        unit="counts",
        sizes=(80.0, 400.0),
        find_interval=intervals.lasting(3, 8),
        change_beam=effects.throw_sparks,
    ),
    "missed_obstacle": FaultKind(
        cause="obstacle",
        words="obstacle {size} not avoided",
        unit="obstacle",
        sizes=(1, 2),
        find_interval=intervals.one_obstacle,
        change_motion=effects.miss_obstacle,
        counts=True,
        needs_obstacle=True,
    ),
    "late_obstacle": FaultKind(
        cause="obstacle",
        words="obstacle 1 avoided {size} frames late",
        unit="frames",
        sizes=(25, 150),
        find_interval=intervals.shifted_obstacle,
        change_motion=effects.delay_obstacle,
        counts=True,
        needs_obstacle=True,
    ),
    "unexpected_obstacle": FaultKind(
        cause="obstacle",
        words="detour where there is no obstacle",
        unit="frames",
        sizes=(60, 300),
        find_interval=intervals.free_frames,
        change_motion=effects.invent_obstacle,
        counts=True,
    ),
}

FAULT_KINDS: tuple[str, ...] = tuple(FAULTS)


def faults_for(batch: LaserBatch) -> tuple[str, ...]:
    """The kinds that can happen in a batch: an obstacle cannot be missed where there is none."""
    return tuple(kind for kind, row in FAULTS.items() if batch.obstacles or not row.needs_obstacle)


def draw_fault(kind: str, size: float | None, motion: Motion, rng: np.random.Generator) -> Fault:
    """Say where a fault lies and how large it is.

    ValueError for an unknown kind, one that the recording cannot have, or a size not above 0.
    """
    if kind not in FAULTS:
        raise ValueError(f"unknown fault {kind!r}; known are {', '.join(FAULTS)}")
    row = FAULTS[kind]
    if row.needs_obstacle and not motion.windows:
        raise ValueError(f"{kind} needs a recording with an obstacle; this one has none")
    drawn, direction, place = rng.uniform(*row.sizes), rng.uniform(0, 2 * np.pi), rng.integers(0, 2**31)
    chosen = float(drawn if size is None else size)
    if not chosen > 0:
        raise ValueError(f"the size of {kind} must be above 0, not {chosen}")
    if row.counts:
        chosen = float(max(round(chosen), 1))
    if row.unit == "obstacle":
        chosen = min(chosen, float(len(motion.windows)))
    first, last = row.find_interval(motion, chosen, rng)
    return Fault(kind, first, last, chosen, float(direction), int(place))


def change_motion(motion: Motion, fault: Fault) -> None:
    """Put a fault of the scan into it; others leave it as it is."""
    change = FAULTS[fault.kind].change_motion
    if change is not None:
        change(motion, fault)


def change_beam(beam: Beam, fault: Fault, batch: LaserBatch) -> None:
    """Put a fault of laser, material or camera into it; others leave it as it is."""
    change = FAULTS[fault.kind].change_beam
    if change is not None:
        change(beam, fault, batch)


def truth_of(fault: Fault) -> dict[str, Any]:
    """What a recording's truth says of its fault, plain values for JSON; `last` is inclusive."""
    row = FAULTS[fault.kind]
    size: float = int(fault.size) if row.counts else round(fault.size, 4)
    words = row.words.format(size=size if row.counts else round(size, 2), percent=round(100 * size, 1))
    return {
        "kind": fault.kind,
        "cause": row.cause,
        "first": fault.first,
        "last": fault.last,
        "size": size,
        "unit": row.unit,
        "words": f"{words}, frames {fault.first} to {fault.last} ({fault.frames} ms)",
    }
